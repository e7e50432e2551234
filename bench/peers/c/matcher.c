/* SPDX-License-Identifier: MIT */
#include "matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"

static volatile size_t sink;

typedef struct {
    const matcher *matcher;
    void *compiled;
    lines patterns, resources, miss;
} question;

static void ask_all(void *context, size_t index)
{
    const question *q = context;
    size_t hits = index;
    for (size_t i = 0; i < q->resources.count; i++)
        hits += (size_t)q->matcher->match(q->compiled, q->resources.at[i], q->resources.len[i]);
    sink = hits;
}

static void ask_in_vain(void *context, size_t index)
{
    const question *q = context;
    size_t hits = index;
    for (size_t i = 0; i < q->resources.count; i++)
        hits += (size_t)q->matcher->match(q->compiled, q->miss.at[0], q->miss.len[0]);
    sink = hits;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Slow ones are compiled once and asked about fewer resources, or a run would take minutes. */
static void shorten(question *q)
{
    double start = now();
    ask_all(q, 0);
    double took = now() - start;
    if (took > 0.02)
        q->resources.count = (size_t)((double)q->resources.count * 0.02 / took) + 1;
}

static void tell_one(const char *name, size_t count, double value)
{
    char all[64];
    snprintf(all, sizeof all, "%s.%zu", name, count);
    tell(all, value);
}

static void run(const matcher *m, const char *folder, size_t count)
{
    question q = {m, NULL, lines_of_mix(folder, count, "patterns"),
                  lines_of_mix(folder, count, "resources"), lines_of_mix(folder, count, "miss")};
    double start = now();
    q.compiled = m->compile(q.patterns);
    double took = now() - start;
    size_t hits = 0;
    if (q.compiled == NULL) {
        tell_one("too_many", count, (double)count);
        return;
    }
    for (size_t i = 0; i < q.resources.count; i++)
        hits += (size_t)m->match(q.compiled, q.resources.at[i], q.resources.len[i]);
    tell_one("match_hits", count, (double)hits);
    shorten(&q);
    tell_one("match_ns", count, measure(ask_all, &q, 1).ns / (double)q.resources.count);
    tell_one("match_miss_ns", count, measure(ask_in_vain, &q, 1).ns / (double)q.resources.count);
    tell_one("compile_ns_per_pattern", count, took * 1e9 / (double)count);
    m->drop(q.compiled);
}

int matcher_main(const matcher *m, int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s FOLDER COUNT...\n", argv[0]);
        return 2;
    }
    tell_text("version", m->version);
    for (int i = 2; i < argc; i++)
        run(m, argv[1], strtoul(argv[i], NULL, 10));
    tell("peak_kib", (double)peak_kib());
    return 0;
}
