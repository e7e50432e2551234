/* SPDX-License-Identifier: MIT */
#include "lib/http/deadlines.h"

#include <pthread.h>
#include <search.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/base/text.h"
#include "lib/base/times.h"

enum { LOOK_MS = 500 };

/* Who has connections, in a balanced tree: nobody can choose addresses that make it slow. */
typedef struct {
    uint8_t machine[16];
    size_t count;
} holder;

struct deadline {
    deadline *next, **previous;
    holder *holder; /* NULL: not counted */
    int64_t at;     /* milliseconds */
    int descriptor;
    bool set;     /* anew */
    bool crowded; /* one too many */
};

struct deadlines {
    pthread_mutex_t lock; /* of the list and what is in it */
    deadline *first;
    void *holders;
    size_t most;
    pthread_t thread;
    atomic_bool ending;
};

static int64_t after(int seconds)
{
    return seconds == DEADLINE_NEVER ? INT64_MAX : times_clock_ms() + (int64_t)seconds * 1000;
}

static void *run(void *context)
{
    deadlines *all = context;
    while (!atomic_load(&all->ending)) {
        (void)nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
        int64_t now = times_clock_ms();
        (void)pthread_mutex_lock(&all->lock);
        for (const deadline *d = all->first; d != NULL; d = d->next)
            if (d->at <= now)
                (void)shutdown(d->descriptor, SHUT_RDWR);
        (void)pthread_mutex_unlock(&all->lock);
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    const holder *one = a, *other = b;
    return memcmp(one->machine, other->machine, sizeof one->machine);
}

/* The lock is held. */
static holder *hold(deadlines *all, const ip_address *of)
{
    holder like = {.count = 0};
    memcpy(like.machine, of->bytes, ip_machine_len(of));
    void *found = tfind(&like, &all->holders, compare);
    holder *h = found != NULL ? *(holder **)found : new_array(1, sizeof *h);
    if (found == NULL) {
        *h = like;
        found = tsearch(h, &all->holders, compare);
    }
    if (found == NULL) { /* no memory */
        free(h);
        return NULL;
    }
    h->count++;
    return h;
}

static void let_go(deadlines *all, holder *h)
{
    if (h == NULL || --h->count > 0)
        return;
    (void)tdelete(h, &all->holders, compare);
    free(h);
}

deadline *deadlines_add(deadlines *all, int descriptor, int seconds, const ip_address *of)
{
    deadline *one = new_array(1, sizeof *one);
    one->descriptor = descriptor;
    one->at = after(seconds);
    (void)pthread_mutex_lock(&all->lock);
    one->next = all->first;
    one->previous = &all->first;
    if (one->next != NULL)
        one->next->previous = &one->next;
    all->first = one;
    one->holder = of != NULL ? hold(all, of) : NULL;
    one->crowded = one->holder != NULL && one->holder->count > all->most;
    (void)pthread_mutex_unlock(&all->lock);
    if (one->crowded)
        (void)shutdown(descriptor, SHUT_RDWR);
    return one;
}

void deadlines_set(deadlines *all, deadline *one, int seconds)
{
    int64_t at = after(seconds);
    if (one == NULL)
        return;
    (void)pthread_mutex_lock(&all->lock);
    one->at = at;
    one->set = true;
    (void)pthread_mutex_unlock(&all->lock);
}

const char *deadlines_remove(deadlines *all, deadline *one)
{
    if (one == NULL)
        return NULL;
    (void)pthread_mutex_lock(&all->lock);
    *one->previous = one->next;
    if (one->next != NULL)
        one->next->previous = one->previous;
    const char *why = one->crowded                               ? "connections"
                      : !one->set && one->at <= times_clock_ms() ? "late"
                                                                 : NULL;
    let_go(all, one->holder);
    (void)pthread_mutex_unlock(&all->lock);
    free(one);
    return why;
}

bool deadlines_is_late(deadlines *all, const deadline *one)
{
    if (one == NULL)
        return false;
    (void)pthread_mutex_lock(&all->lock);
    bool late = one->at <= times_clock_ms();
    (void)pthread_mutex_unlock(&all->lock);
    return late;
}

deadlines *deadlines_new(size_t most)
{
    deadlines *all = new_array(1, sizeof *all);
    all->most = most;
    (void)pthread_mutex_init(&all->lock, NULL);
    if (pthread_create(&all->thread, NULL, run, all) == 0)
        return all;
    (void)pthread_mutex_destroy(&all->lock);
    free(all);
    return NULL;
}

void deadlines_free(deadlines *all)
{
    if (all == NULL)
        return;
    atomic_store(&all->ending, true);
    (void)pthread_join(all->thread, NULL);
    (void)pthread_mutex_destroy(&all->lock);
    free(all);
}
