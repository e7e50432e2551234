/* SPDX-License-Identifier: MIT */
#include "lib/http/deadlines.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/base/text.h"
#include "lib/base/times.h"

enum { LOOK_MS = 500 };

struct deadline {
    deadline *next, **previous;
    int64_t at; /* milliseconds */
    int descriptor;
    bool set; /* anew */
};

struct deadlines {
    pthread_mutex_t lock; /* of the list and what is in it */
    deadline *first;
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

deadline *deadlines_add(deadlines *all, int descriptor, int seconds)
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
    (void)pthread_mutex_unlock(&all->lock);
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

bool deadlines_remove(deadlines *all, deadline *one)
{
    if (one == NULL)
        return false;
    (void)pthread_mutex_lock(&all->lock);
    *one->previous = one->next;
    if (one->next != NULL)
        one->next->previous = one->previous;
    bool late = !one->set && one->at <= times_clock_ms();
    (void)pthread_mutex_unlock(&all->lock);
    free(one);
    return late;
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

deadlines *deadlines_new(void)
{
    deadlines *all = new_array(1, sizeof *all);
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
