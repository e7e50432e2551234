/* SPDX-License-Identifier: MIT */
/* What every unit test may need besides Criterion. */
#ifndef FNT_TESTS_TEST_H
#define FNT_TESTS_TEST_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether valgrind is looking: of thousands of steps that are alike, some must do then. */
bool is_slow(void);

/* Test vectors that were read from a file and looked at; none at all is a skip. */
void test_vectors(size_t count);

/* How the CPU time of work grows with its size: that of work(times * size) over times that of
 * work(size). 1 where it is linear, times where it is quadratic; the best of three, so that what
 * else the machine does matters little. */
double test_growth(void (*work)(size_t size), size_t size, size_t times);

/* How many times the CPU of work(b) that of work(a) is, each done that many rounds; the best of
 * three. */
double test_ratio(void (*work)(size_t size), size_t a, size_t b, size_t rounds);

#endif
