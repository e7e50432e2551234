/* SPDX-License-Identifier: MIT */
/* A token that was seen before: fnt_authorize as a guard calls it, with the whole header and the
 * clock read for each call. Through the public header and the shared library, as a program would.
 */
#include <stdio.h>
#include <time.h>

#include "measure.h"
#include "work.h"

enum { CALLS = 20000, THREAD_CALLS = 1000000 };

typedef struct {
    work work;
    fnt_verifier *cached;
} bench;

static void ask(const bench *b, size_t i, const char *resource)
{
    if (fnt_authorize(b->cached, b->work.header[i], b->work.header_len[i], FNT_STR(resource),
                      (int64_t)time(NULL), NULL, NULL) != FNT_OK)
        bench_fail("fnt_authorize");
}

static void hot(void *context, size_t i)
{
    (void)i;
    ask(context, 0, WORK_RESOURCE);
}

/* 7919 is prime to 1000: each token once in a thousand calls, in an order that no prefetcher
 * follows. */
static void thousand(void *context, size_t i)
{
    ask(context, i * 7919 % WORK_TOKENS, WORK_RESOURCE);
}

static void changing(void *context, size_t i)
{
    ask(context, 0, work_resources[i % WORK_RESOURCES]);
}

static void tell_cache(const bench *b)
{
    tell("cache_entries", (double)fnt_verifier_get(b->cached, FNT_STAT_CACHE_ENTRIES));
    tell("cache_bytes", (double)fnt_verifier_get(b->cached, FNT_STAT_CACHE_BYTES));
    tell("cache_evictions", (double)fnt_verifier_get(b->cached, FNT_STAT_CACHE_EVICTIONS));
}

int main(void)
{
    static bench b;
    work_make(&b.work, (int64_t)time(NULL), WORK_TOKENS);
    b.cached = work_verifier(&b.work, WORK_TOKENS);
    for (size_t i = 0; i < WORK_TOKENS; i++)
        thousand(&b, i);
    tell("token_bytes", (double)b.work.header_len[0] - 7);
    tell_timing("cached_hot_ns", measure(hot, &b, CALLS));
    tell_timing("cached_1000_ns", measure(thousand, &b, CALLS));
    tell_timing("cached_changing_resource_ns", measure(changing, &b, CALLS));
    tell("cached_threads_ratio", measure_threads_ratio(hot, &b, THREAD_CALLS));
    tell("cached_1000_threads_ratio", measure_threads_ratio(thousand, &b, THREAD_CALLS));
    tell_cache(&b);
    tell_text("cycles_of", measure_cycles());
    fnt_verifier_free(b.cached);
    work_free(&b.work);
    return 0;
}
