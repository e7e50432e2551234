/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* tdestroy */
#include "lib/ops/limits.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

enum { KEYS = 1 << 16, MILLI = 1000 };

/* A balanced tree: nobody can choose keys that make it slow. */
typedef struct {
    int64_t left; /* thousandths of one */
    int64_t at;
    int64_t refused; /* how often more than it was allowed */
    size_t len;
    char key[];
} bucket;

typedef struct {
    void *root;
    size_t count;
    int64_t since;
} generation;

struct limits {
    pthread_mutex_t lock;
    int64_t per_second, burst;
    generation now, before; /* what is in neither is full */
};

static int compare(const void *a, const void *b)
{
    const bucket *one = a, *other = b;
    size_t len = one->len < other->len ? one->len : other->len;
    int found = memcmp(one->key, other->key, len);
    return found != 0 ? found : (one->len > other->len) - (one->len < other->len);
}

static bucket *new_bucket(const void *key, size_t len)
{
    bucket *b = new_array(1, sizeof *b + len);
    b->len = len;
    memcpy(b->key, key, len);
    return b;
}

/* The generation before is forgotten once all its buckets must be full, or when there are too many.
 */
static void age(limits *l, int64_t now_ms)
{
    int64_t fills = l->burst * MILLI / l->per_second + 1;
    if (l->now.count < KEYS && (now_ms - l->now.since < fills || l->now.count == 0))
        return;
    tdestroy(l->before.root, free);
    l->before = l->now;
    l->now = (generation){NULL, 0, now_ms};
}

static bucket *take_over(generation *from, const bucket *like)
{
    void *found = tfind(like, &from->root, compare);
    bucket *b = found != NULL ? *(bucket **)found : NULL;
    if (b == NULL)
        return NULL;
    (void)tdelete(b, &from->root, compare);
    from->count--;
    return b;
}

static bucket *find(limits *l, const void *key, size_t len, int64_t now_ms)
{
    bucket *fresh = new_bucket(key, len);
    void *found = tfind(fresh, &l->now.root, compare);
    if (found != NULL) {
        free(fresh);
        return *(bucket **)found;
    }
    bucket *old = take_over(&l->before, fresh);
    if (old != NULL)
        free(fresh);
    else {
        fresh->left = l->burst * MILLI;
        fresh->at = now_ms;
    }
    bucket *b = old != NULL ? old : fresh;
    if (tsearch(b, &l->now.root, compare) != NULL)
        l->now.count++;
    return b;
}

static void fill(const limits *l, bucket *b, int64_t now_ms)
{
    int64_t most = l->burst * MILLI;
    int64_t passed = now_ms > b->at ? now_ms - b->at : 0;
    b->at = now_ms;
    b->left = passed > most / l->per_second || b->left + passed * l->per_second > most
                  ? most
                  : b->left + passed * l->per_second;
    if (b->left == most)
        b->refused = 0;
}

bool limits_take(limits *l, const void *key, size_t len, int64_t now_ms, unsigned *wait)
{
    *wait = 0;
    if (l == NULL)
        return true;
    (void)pthread_mutex_lock(&l->lock);
    age(l, now_ms);
    bucket *b = find(l, key, len, now_ms);
    fill(l, b, now_ms);
    bool allowed = b->left >= MILLI;
    b->refused += allowed ? (b->refused > 0 ? -1 : 0) : 1;
    if (allowed)
        b->left -= MILLI;
    else
        *wait = (unsigned)((MILLI - b->left) / (l->per_second * MILLI)) + 1;
    (void)pthread_mutex_unlock(&l->lock);
    return allowed;
}

bool limits_is_flood(limits *l, const void *key, size_t len)
{
    if (l == NULL)
        return false;
    bucket *like = new_bucket(key, len);
    (void)pthread_mutex_lock(&l->lock);
    void *found = tfind(like, &l->now.root, compare);
    bool floods = found != NULL && (*(bucket **)found)->refused > LIMITS_FLOOD;
    (void)pthread_mutex_unlock(&l->lock);
    free(like);
    return floods;
}

limits *limits_new(unsigned per_second, unsigned burst)
{
    if (per_second == 0)
        return NULL;
    limits *l = new_array(1, sizeof *l);
    (void)pthread_mutex_init(&l->lock, NULL);
    l->per_second = per_second;
    l->burst = burst > 0 ? burst : 1;
    return l;
}

void limits_free(limits *l)
{
    if (l == NULL)
        return;
    tdestroy(l->now.root, free);
    tdestroy(l->before.root, free);
    (void)pthread_mutex_destroy(&l->lock);
    free(l);
}
