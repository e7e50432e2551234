/* SPDX-License-Identifier: MIT */
/* A new token: fnt_authorize without a cache, in turn with the bare verification of the same bytes
 * by the same key. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "measure.h"
#include "paths.h"

enum { CALLS = 10, THREAD_CALLS = 100 };

/* The first word of what this build can do. */
static void tell_backend(void)
{
    char name[64];
    const char *all = fnt_capabilities();
    snprintf(name, sizeof name, "%.*s", (int)strcspn(all, " "), all);
    tell_text("backend", name);
}

int main(void)
{
    static paths p;
    paths_make(&p, (int64_t)time(NULL), 1);
    timing_pair t = measure_pair(path_uncached, &p, CALLS, path_bare, &p, CALLS);
    tell_timing("uncached_us", t.first);
    tell_timing("uncached_bare_us", t.second);
    tell("uncached_to_bare_ratio", t.ratio);
    tell("uncached_threads_ratio", measure_threads_ratio(path_uncached, &p, THREAD_CALLS));
    tell_backend();
    paths_free(&p);
    return 0;
}
