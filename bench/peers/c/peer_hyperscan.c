/* SPDX-License-Identifier: MIT */
/* Hyperscan (or vectorscan, which has the same interface): all patterns in one database; the first
 * hit ends the search. */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>

#include "matcher.h"
#include "measure.h"

typedef struct {
    hs_database_t *database;
    hs_scratch_t *scratch;
} compiled_set;

static char *expression(const char *pattern, size_t len)
{
    char *to = malloc(2 * len + 3), *at = to;
    if (to == NULL)
        bench_fail("malloc");
    *at++ = '^';
    for (size_t i = 0; i < len; i++) {
        if (pattern[i] == '*')
            *at++ = '.';
        *at++ = pattern[i];
    }
    *at++ = '$';
    *at = '\0';
    return to;
}

static void *compile(lines patterns)
{
    compiled_set *set = calloc(1, sizeof *set);
    char **texts = calloc(patterns.count, sizeof *texts);
    unsigned *flags = calloc(patterns.count, sizeof *flags);
    hs_compile_error_t *error = NULL;
    if (set == NULL || texts == NULL || flags == NULL)
        bench_fail("calloc");
    for (size_t i = 0; i < patterns.count; i++) {
        texts[i] = expression(patterns.at[i], patterns.len[i]);
        flags[i] = HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH;
    }
    if (hs_compile_multi((const char *const *)texts, flags, NULL, (unsigned)patterns.count,
                         HS_MODE_BLOCK, NULL, &set->database, &error) != HS_SUCCESS ||
        hs_alloc_scratch(set->database, &set->scratch) != HS_SUCCESS)
        bench_fail("hs_compile_multi");
    for (size_t i = 0; i < patterns.count; i++)
        free(texts[i]);
    free(texts);
    free(flags);
    return set;
}

static int found(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                 void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    *(int *)context = 1;
    return 1;
}

static int match(void *compiled, const char *text, size_t len)
{
    compiled_set *set = compiled;
    int hit = 0;
    (void)hs_scan(set->database, text, (unsigned)len, 0, set->scratch, found, &hit);
    return hit;
}

static void drop(void *compiled)
{
    compiled_set *set = compiled;
    hs_free_scratch(set->scratch);
    hs_free_database(set->database);
    free(set);
}

int main(int argc, char **argv)
{
    matcher m = {compile, match, drop, hs_version()};
    return matcher_main(&m, argc, argv);
}
