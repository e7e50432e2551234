/* SPDX-License-Identifier: MIT */
#include "waiting.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct waiter {
    struct waiter *next;
    http_request *request;
    char *key;
    int64_t until;
} waiter;

struct waiting {
    int64_t milliseconds;
    size_t most; /* of one key */
    pthread_mutex_t lock;
    waiter *first;
    bool released; /* nobody waits any more */
};

static size_t count(const waiting *w, const char *key)
{
    size_t found = 0;
    for (const waiter *one = w->first; one != NULL; one = one->next)
        found += strcmp(one->key, key) == 0;
    return found;
}

bool waiting_add(waiting *w, http_request *request, const char *key, int64_t came_ms)
{
    (void)pthread_mutex_lock(&w->lock);
    bool taken = !w->released && count(w, key) < w->most;
    if (taken) {
        waiter *one = new_array(1, sizeof *one);
        *one = (waiter){w->first, request, new_copy(key, strlen(key)), came_ms + w->milliseconds};
        w->first = one;
        http_suspend(request); /* before anybody can resume it */
    }
    (void)pthread_mutex_unlock(&w->lock);
    return taken;
}

/* key NULL: whoever has waited until then. Returns the time of the first that goes on waiting,
 * or INT64_MAX. */
static int64_t resume(waiting *w, const char *key, int64_t now_ms)
{
    int64_t next = INT64_MAX;
    (void)pthread_mutex_lock(&w->lock);
    for (waiter **at = &w->first; *at != NULL;) {
        waiter *one = *at;
        bool goes = key != NULL ? strcmp(one->key, key) == 0 : one->until <= now_ms;
        if (!goes) {
            next = one->until < next ? one->until : next;
            at = &one->next;
            continue;
        }
        *at = one->next;
        http_resume(one->request);
        free(one->key);
        free(one);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return next;
}

void waiting_settled(waiting *w, const char *key)
{
    (void)resume(w, key, 0);
}

int waiting_expire(waiting *w, int64_t now_ms)
{
    int64_t next = resume(w, NULL, now_ms);
    return next == INT64_MAX ? -1 : (int)(next - now_ms);
}

void waiting_release(waiting *w)
{
    (void)pthread_mutex_lock(&w->lock);
    w->released = true;
    (void)pthread_mutex_unlock(&w->lock);
    (void)resume(w, NULL, INT64_MAX);
}

waiting *waiting_new(int64_t milliseconds, size_t most)
{
    waiting *w = new_array(1, sizeof *w);
    w->milliseconds = milliseconds;
    w->most = most;
    (void)pthread_mutex_init(&w->lock, NULL);
    return w;
}

void waiting_free(waiting *w)
{
    if (w == NULL)
        return;
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
}
