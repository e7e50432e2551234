/* SPDX-License-Identifier: MIT */
/* Instructions a call, for bench/run.py to count with callgrind: bench_counts PATH CALLS. They
 * repeat from run to run: the key, the tokens and the time are fixed. Built twice, the second time
 * with no_crypto.c, where "uncached" is the overhead alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchanges.h"
#include "match/patterns.h"
#include "measure.h"
#include "paths.h"
#include "sets.h"

enum { NOW = 1767225600 };

static paths p;
static exchanges service;
static set patterns_in, resources_in;
static patterns *compiled;
static volatile size_t sink;

/* ---- the paths that paths.h has not -------------------------------------- */

static void path_nothing(void *context, size_t i)
{
    (void)context;
    sink = i;
}

static void path_report(void *context, size_t i)
{
    static fnt_report *report;
    (void)i;
    if (report == NULL && fnt_report_new(&report) != FNT_OK)
        bench_fail("fnt_report_new");
    const work *w = &((paths *)context)->work;
    if (fnt_authorize(((paths *)context)->cached, w->header[0], w->header_len[0],
                      FNT_STR(WORK_RESOURCE), w->now, NULL, report) != FNT_OK)
        bench_fail("fnt_authorize");
}

static void path_service(void *context, size_t i)
{
    (void)context;
    path_exchange(&service, i);
}

static void path_match(void *context, size_t i)
{
    (void)context;
    sink = patterns_match(compiled, resources_in.list[i % SET_RESOURCES]);
}

static void path_compile(void *context, size_t i)
{
    patterns *once = NULL;
    (void)context;
    if (patterns_compile(patterns_in.list, patterns_in.count, &once) != FNT_OK)
        bench_fail("patterns_compile");
    patterns_free(once);
    sink = i;
}

static const struct {
    const char *name;
    measured *path;
    size_t patterns, roles;
} known[] = {
    {"nothing", path_nothing, 0, 0},
    {"cached_hot", path_hot, 0, 0},
    {"cached_1000", path_thousand, 0, 0},
    {"uncached", path_uncached, 0, 0},
    {"uncached_bare", path_bare, 0, 0},
    {"cjson", path_cjson, 0, 0},
    {"match.10", path_match, 10, 0},
    {"match.478", path_match, 478, 0},
    {"compile.10", path_compile, 10, 0},
    {"compile.478", path_compile, 478, 0},
    {"cached_changing_resource", path_changing, 0, 0},
    {"cached_report", path_report, 0, 0},
    {"exchange.1", path_service, 0, 1},
    {"exchange.300", path_service, 0, 300},
    {"cached_revoked.0", path_hot, 0, 0},
    {"cached_revoked.1000", path_hot, 0, 0},
    {"cached_revoked.100000", path_hot, 0, 0},
    {"revoke.1000", path_swap, 0, 0},
    {"revoke.100000", path_swap, 0, 0},
};

/* ---- counting ------------------------------------------------------------ */

/* callgrind counts inside this function alone; it must stay one. */
__attribute__((noinline)) void counted(measured *path, size_t calls);
void counted(measured *path, size_t calls)
{
    for (size_t i = 0; i < calls; i++)
        path(&p, i);
}

/* "cached_revoked.1000": with two lists of 1000 entries. */
static void revoke_as_in(const char *name)
{
    if (strstr(name, "revoke") != NULL)
        paths_revoke(&p, strtoul(strchr(name, '.') + 1, NULL, 10));
}

static void prepare(size_t count, size_t roles, size_t tokens)
{
    if (roles > 0) {
        exchanges_make(&service, NOW, roles);
    } else if (count > 0) {
        set_mix(&patterns_in, count, (unsigned)count / 5 + 1);
        set_resources(&resources_in, &patterns_in, (unsigned)count / 5 + 1);
        if (patterns_compile(patterns_in.list, count, &compiled) != FNT_OK)
            bench_fail("patterns_compile");
    } else {
        paths_make(&p, NOW, tokens);
    }
}

int main(int argc, char **argv)
{
    size_t calls = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    for (size_t i = 0; argc == 3 && i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, argv[1]) != 0)
            continue;
        size_t tokens = known[i].path == path_thousand ? 50 : 1;
        prepare(known[i].patterns, known[i].roles, tokens);
        for (size_t warm = 0; warm < tokens; warm++)
            known[i].path(&p, warm);
        revoke_as_in(known[i].name);
        known[i].path(&p, 0);
        counted(known[i].path, calls);
        return 0;
    }
    fprintf(stderr, "usage: bench_counts PATH CALLS\n");
    return 2;
}
