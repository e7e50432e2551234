/* SPDX-License-Identifier: MIT */
/* Matching: the compiled set in turn with a bare loop of pattern_match, over the sets of sets.h.
 *
 *     match_ns.N, match_loop_ns.N            the average over 1,000 distinct resources, one half of
 *                                            them matched
 *     match_miss_ns.N, match_loop_miss_ns.N  one resource that nothing matches, again and again
 *     general_ns.N, loose_ns.N, ..._loop...  the same average for a*b*:c*d and *ab*:*cd*
 *     compile_ns_per_pattern.N, compile_bytes_per_pattern.N    the bytes besides its text
 *     match_hits.N                           how many of the 1,000 are matched
 *     worst_ms                               the most that a token of 16 KiB can make one decision
 *                                            take
 *
 * Links the library's objects, as what it times is not exported. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "match/pattern.h"
#include "match/patterns.h"
#include "measure.h"
#include "sets.h"

static set patterns_in, resources_in;
static span repeated[SET_RESOURCES];
static volatile size_t sink;

typedef struct {
    patterns *compiled;
    const span *queried; /* SET_RESOURCES of them */
    size_t loop_count;   /* of them, for the loop: fewer where it takes long */
} question;

static void make(set_maker *maker, size_t count, unsigned spaces, question *out)
{
    maker(&patterns_in, count, spaces);
    set_resources(&resources_in, &patterns_in, spaces);
    if (patterns_compile(patterns_in.list, count, &out->compiled) != FNT_OK)
        bench_fail("patterns_compile");
    out->queried = resources_in.list;
    out->loop_count = count > 100 ? SET_RESOURCES / 10 : SET_RESOURCES;
}

/* ---- what is timed: all the resources, one after the other --------------- */

static size_t hits(const question *q)
{
    size_t count = 0;
    for (size_t i = 0; i < SET_RESOURCES; i++)
        count += patterns_match(q->compiled, q->queried[i]);
    return count;
}

static void by_set(void *context, size_t index)
{
    const question *q = context;
    sink = index + hits(q);
}

static bool loop(span resource)
{
    for (size_t i = 0; i < patterns_in.count; i++)
        if (pattern_match(patterns_in.list[i], resource))
            return true;
    return false;
}

static void by_loop(void *context, size_t index)
{
    const question *q = context;
    size_t found = index;
    for (size_t i = 0; i < q->loop_count; i++)
        found += loop(q->queried[i]);
    sink = found;
}

static void compile(void *context, size_t index)
{
    patterns *compiled = NULL;
    (void)context;
    (void)index;
    if (patterns_compile(patterns_in.list, patterns_in.count, &compiled) != FNT_OK)
        bench_fail("patterns_compile");
    patterns_free(compiled);
}

/* ---- telling ------------------------------------------------------------- */

static void tell_count(const char *name, const char *what, size_t count, double value)
{
    char all[96];
    snprintf(all, sizeof all, "%s%s.%zu", name, what, count);
    tell(all, value);
}

static void tell_pair(const char *name, const char *what, question *q)
{
    char loop_name[64];
    size_t count = patterns_in.count;
    /* a loop over many empties the caches: the set is to be warm */
    timing_pair t = measure_pair(by_set, q, 20, by_loop, q, 1);
    snprintf(loop_name, sizeof loop_name, "%s_loop", name);
    tell_count(name, what, count, t.first.ns / SET_RESOURCES);
    tell_count(loop_name, what, count, t.second.ns / (double)q->loop_count);
}

static double bytes_besides_text(const question *q)
{
    size_t bytes = memory_size(q->compiled);
    for (size_t i = 0; i < patterns_in.count; i++)
        bytes -= patterns_in.list[i].len;
    return (double)bytes / (double)patterns_in.count;
}

static void mix(size_t count)
{
    char miss[SET_TEXT];
    question q;
    make(set_mix, count, (unsigned)count / 5 + 1, &q);
    tell_pair("match", "_ns", &q);
    tell_count("match_hits", "", count, (double)hits(&q));
    set_miss(&patterns_in, miss);
    for (size_t i = 0; i < SET_RESOURCES; i++)
        repeated[i] = span_of(miss);
    q.queried = repeated;
    tell_pair("match", "_miss_ns", &q);
    timing t = measure(compile, NULL, 2000 / count + 1);
    tell_count("compile_ns_per_pattern", "", count, t.ns / (double)count);
    tell_count("compile_bytes_per_pattern", "", count, bytes_besides_text(&q));
    patterns_free(q.compiled);
}

static void others(const char *name, set_maker *maker, size_t count)
{
    question q;
    make(maker, count, 20, &q);
    tell_pair(name, "_ns", &q);
    patterns_free(q.compiled);
}

/* ---- the worst ----------------------------------------------------------- */

/* Some 12,000 bytes of claims hold this many patterns *aa..ab* with length bytes between the stars.
 * The resource has one b, where it helps no piece, so that no filter spares the search. */
static void make_worst(size_t length, question *out)
{
    patterns_in.count = 12000 / (length + 5);
    for (size_t i = 0; i < patterns_in.count; i++) {
        char *at = patterns_in.text[i];
        memset(at, 'a', length + 2);
        at[0] = at[length + 1] = '*';
        at[length] = 'b';
        patterns_in.list[i] = (span){at, length + 2};
    }
    if (patterns_compile(patterns_in.list, patterns_in.count, &out->compiled) != FNT_OK)
        bench_fail("patterns_compile");
}

static void ask_once(void *context, size_t index)
{
    const question *q = context;
    sink = index + patterns_match(q->compiled, q->queried[0]);
}

static void worst(void)
{
    char resource[127];
    const span queried = {resource, sizeof resource};
    double most = 0;
    memset(resource, 'a', sizeof resource);
    resource[0] = 'b';
    resource[63] = ':';
    for (size_t length = 2; length < SET_TEXT - 2; length++) {
        question q = {NULL, &queried, 1};
        make_worst(length, &q);
        double ns = measure(ask_once, &q, 1).ns;
        most = ns > most ? ns : most;
        patterns_free(q.compiled);
    }
    tell("worst_ms", most / 1e6);
}

int main(void)
{
    static const size_t counts[] = {1, 2, 4, 10, 100, 478, 1000, 10000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        mix(counts[i]);
    for (size_t i = 3; i < 6; i++) {
        others("general", set_general, counts[i]);
        others("loose", set_loose, counts[i]);
    }
    worst();
    return 0;
}
