/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* syscall */
#include "measure.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__linux__)
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* Many short rounds rather than a few long ones: other work on the machine then spoils some of them
 * and not the median. */
enum { ROUNDS = 31, PAIRED_RUNS = 7, MAX_THREADS = 8 };

/* ---- clocks -------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A file descriptor, or -1 where programs may not count (most virtual machines). */
static int cycle_counter(void)
{
    static int fd = -2;
#if defined(__linux__)
    if (fd == -2) {
        struct perf_event_attr counter;
        memset(&counter, 0, sizeof counter);
        counter.size = sizeof counter;
        counter.type = PERF_TYPE_HARDWARE;
        counter.config = PERF_COUNT_HW_CPU_CYCLES;
        counter.exclude_kernel = 1;
        counter.exclude_hv = 1;
        fd = (int)syscall(SYS_perf_event_open, &counter, 0, -1, -1, 0);
    }
#else
    fd = -1;
#endif
    return fd;
}

static double cycles(void)
{
#if defined(__linux__)
    uint64_t count = 0;
    if (cycle_counter() >= 0 &&
        read(cycle_counter(), &count, sizeof count) == (ssize_t)sizeof count)
        return (double)count;
#endif
#if defined(__x86_64__)
    return (double)__rdtsc();
#else
    return 0;
#endif
}

const char *measure_cycles(void)
{
    if (cycle_counter() >= 0)
        return "processor";
#if defined(__x86_64__)
    return "clock";
#else
    return "none";
#endif
}

/* ---- rounds -------------------------------------------------------------- */

typedef struct {
    double ns[ROUNDS], cycles[ROUNDS];
} rounds;

static void round_of(measured *timed, void *context, size_t count, double *ns, double *spent)
{
    double start = seconds(), from = cycles();
    for (size_t i = 0; i < count; i++)
        timed(context, i);
    *spent = (cycles() - from) / (double)count;
    *ns = (seconds() - start) / (double)count * 1e9;
}

static void warm_up(measured *timed, void *context, size_t count)
{
    double ns, spent;
    round_of(timed, context, count, &ns, &spent);
    round_of(timed, context, count, &ns, &spent);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, compare);
    return values[ROUNDS / 2];
}

static timing sum_up(rounds *r)
{
    timing t = {.ns = median(r->ns), .cycles = median(r->cycles)};
    t.least_ns = r->ns[0];
    return t;
}

timing measure(measured *timed, void *context, size_t count)
{
    rounds r;
    warm_up(timed, context, count);
    for (int i = 0; i < ROUNDS; i++)
        round_of(timed, context, count, &r.ns[i], &r.cycles[i]);
    return sum_up(&r);
}

timing_pair measure_pair(measured *first, void *first_context, size_t first_count, measured *second,
                         void *second_context, size_t second_count)
{
    rounds one, two;
    double ratios[ROUNDS];
    warm_up(first, first_context, first_count);
    warm_up(second, second_context, second_count);
    for (int i = 0; i < ROUNDS; i++) {
        round_of(first, first_context, first_count, &one.ns[i], &one.cycles[i]);
        round_of(second, second_context, second_count, &two.ns[i], &two.cycles[i]);
        ratios[i] = one.ns[i] / two.ns[i];
    }
    return (timing_pair){.first = sum_up(&one), .second = sum_up(&two), .ratio = median(ratios)};
}

/* ---- threads ------------------------------------------------------------- */

typedef struct {
    measured *timed;
    void *context;
    size_t count;
    pthread_barrier_t *start;
} job;

static void *run(void *argument)
{
    job *j = argument;
    pthread_barrier_wait(j->start);
    for (size_t i = 0; i < j->count; i++)
        j->timed(j->context, i);
    return NULL;
}

double measure_threads(measured *timed, void *context, size_t count, int threads)
{
    pthread_t ids[MAX_THREADS];
    pthread_barrier_t start;
    job j = {timed, context, count, &start};
    pthread_barrier_init(&start, NULL, (unsigned)threads + 1);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&ids[i], NULL, run, &j) != 0)
            bench_fail("pthread_create");
    pthread_barrier_wait(&start);
    double begun = seconds();
    for (int i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    double took = seconds() - begun;
    pthread_barrier_destroy(&start);
    return (double)count * threads / took;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* One thread is timed before and after two, and its better run counts: else a disturbance of one
 * thread would look like a gain of two. */
double measure_threads_ratio(measured *timed, void *context, size_t count)
{
    double best = 0, before = measure_threads(timed, context, count, 1);
    for (int i = 0; i < PAIRED_RUNS; i++) {
        double two = measure_threads(timed, context, count, 2),
               after = measure_threads(timed, context, count, 1);
        best = larger(best, two / larger(before, after));
        before = after;
    }
    return best;
}

/* ---- memory, and telling ------------------------------------------------- */

static long status_of_process(const char *form)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, form, strlen(form)) == 0)
            kib = strtol(line + strlen(form), NULL, 10);
    if (status != NULL)
        fclose(status);
    return kib;
}

long resident_kib(void)
{
    return status_of_process("VmRSS:");
}

long private_kib(void)
{
    return status_of_process("RssAnon:");
}

long peak_kib(void)
{
    return status_of_process("VmHWM:");
}

void tell(const char *name, double value)
{
    printf("%s %.9g\n", name, value);
    fflush(stdout);
}

void tell_text(const char *name, const char *value)
{
    printf("%s %s\n", name, value);
}

void tell_timing(const char *name, timing t)
{
    char other[128];
    size_t len = strlen(name);
    double unit = len > 3 && strcmp(name + len - 3, "_us") == 0 ? 1e3 : 1;
    tell(name, t.ns / unit);
    snprintf(other, sizeof other, "%s_least", name);
    tell(other, t.least_ns / unit);
    if (t.cycles > 0) {
        snprintf(other, sizeof other, "%.*s_cycles", (int)(len - 3), name);
        tell(other, t.cycles);
    }
}

void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s failed\n", what);
    exit(2);
}
