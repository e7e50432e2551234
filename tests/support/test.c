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
enum { TRIES = 1, MORE = 1 };

/* Time says more of the sanitizer than of the code: all is done once, and weighs the same. */
static double cpu_time(void (*work)(size_t size), size_t size, size_t rounds)
{
    (void)rounds;
    work(size);
    return 1;
}
#else
enum { TRIES = 3, MORE = 30 };

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

/* Others on the machine take from the caches and add to each figure, and never take away from one:
 * of each the least is kept, and where the two are far apart, more are taken. What grows too fast
 * stays far apart in all of them. */
typedef struct {
    double one, other;
} least;

static bool take_one_more(least *l, double one, double other, int tried)
{
    l->one = tried == 0 || one < l->one ? one : l->one;
    l->other = tried == 0 || other < l->other ? other : l->other;
    tried++;
    return tried < (is_slow() ? 1 : TRIES) || (l->other > 2 * l->one && tried < MORE && !is_slow());
}

static double ratio(const least *l)
{
    return l->other / (l->one < 1 ? 1 : l->one);
}

double test_growth(void (*work)(size_t size), size_t size, size_t times)
{
    least l;
    double many;
    int tried = 0;
    do
        many = cpu_time(work, size, times);
    while (take_one_more(&l, many, cpu_time(work, size * times, 1), tried++));
    printf("# growth at %zu times the size: %.2f times linear\n", times, ratio(&l));
    fflush(stdout);
    return ratio(&l);
}

double test_ratio(void (*work)(size_t size), size_t a, size_t b, size_t rounds)
{
    least l;
    double one;
    int tried = 0;
    do
        one = cpu_time(work, a, rounds);
    while (take_one_more(&l, one, cpu_time(work, b, rounds), tried++));
    printf("# %.2f times the CPU\n", ratio(&l));
    fflush(stdout);
    return ratio(&l);
}
