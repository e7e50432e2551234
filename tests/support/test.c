/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include <stdio.h>
#include <time.h>

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

bool is_slow(void)
{
#ifdef RUNNING_ON_VALGRIND
    return RUNNING_ON_VALGRIND != 0;
#else
    return false;
#endif
}

void test_vectors(size_t count)
{
    if (count == 0)
        cr_skip_test("no vectors");
    printf("# vectors: %zu\n", count); /* a comment of TAP; scripts/results.py adds them up */
    fflush(stdout);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CLOCK_IS_A_SANITIZERS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLOCK_IS_A_SANITIZERS 1
#endif

#ifdef CLOCK_IS_A_SANITIZERS
enum { TRIES = 1 };

/* Time says more of the sanitizer than of the code: all is done once, and weighs the same. */
static double cpu_time(void (*work)(size_t size), size_t size, size_t rounds)
{
    (void)rounds;
    work(size);
    return 1;
}
#else
enum { TRIES = 3 };

/* Under valgrind, too, all is done once. */
static double cpu_time(void (*work)(size_t size), size_t size, size_t rounds)
{
    if (is_slow()) {
        work(size);
        return 1;
    }
    clock_t began = clock();
    for (size_t i = 0; i < rounds; i++)
        work(size);
    return (double)(clock() - began);
}
#endif

static int tries(void)
{
    return is_slow() ? 1 : TRIES;
}

double test_growth(void (*work)(size_t size), size_t size, size_t times)
{
    double best = 0;
    for (int i = 0; i < tries(); i++) {
        double many = cpu_time(work, size, times), one = cpu_time(work, size * times, 1);
        double growth = one / (many < 1 ? 1 : many);
        best = i == 0 || growth < best ? growth : best;
    }
    printf("# growth at %zu times the size: %.2f times linear\n", times, best);
    fflush(stdout);
    return best;
}

double test_ratio(void (*work)(size_t size), size_t a, size_t b, size_t rounds)
{
    double best = 0;
    for (int i = 0; i < tries(); i++) {
        double one = cpu_time(work, a, rounds), other = cpu_time(work, b, rounds);
        double ratio = other / (one < 1 ? 1 : one);
        best = i == 0 || ratio < best ? ratio : best;
    }
    printf("# %.2f times the CPU\n", best);
    fflush(stdout);
    return best;
}
