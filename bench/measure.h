/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_MEASURE_H
#define FNT_BENCH_MEASURE_H

#include <stddef.h>

/* What is timed: called with 0, 1, ... count - 1 in each round. */
typedef void measured(void *context, size_t index);

/* Of one call. cycles: the processor's where the kernel lets a program count them, else of the
 * clock that x86 has, else 0. */
typedef struct {
    /* the median of the rounds, the best round, the median again */
    double ns, least_ns, cycles;
} timing;

/* Warm-up, then rounds of count calls. */
timing measure(measured *timed, void *context, size_t count);

/* Two works in turn, round by round, so that a machine that slows down slows both; ratio: the
 * median of first over second. */
typedef struct {
    timing first, second;
    double ratio;
} timing_pair;
timing_pair measure_pair(measured *first, void *first_context, size_t first_count, measured *second,
                         void *second_context, size_t second_count);

/* The same work by several threads at once: calls a second of all together. */
double measure_threads(measured *timed, void *context, size_t count, int threads);
/* Calls a second of two threads over those of one: the best of several runs, each of two threads
 * between two of one. */
double measure_threads_ratio(measured *timed, void *context, size_t count);

/* Where cycles come from: "processor", "clock" or "none". */
const char *measure_cycles(void);

/* KiB of memory that the process holds now, what of it is its own (no page of a file), and the most
 * that it ever held. */
long resident_kib(void);
long private_kib(void);
long peak_kib(void);

/* Result lines, "NAME VALUE", that bench/run.py reads. tell_timing takes cached_hot_ns or
 * uncached_us, and adds the best round (cached_hot_ns_least) and the cycles (cached_hot_cycles)
 * where there are any. */
void tell(const char *name, double value);
void tell_text(const char *name, const char *value);
void tell_timing(const char *name, timing t);

/* Ends the program with a message. */
void bench_fail(const char *what);

#endif
