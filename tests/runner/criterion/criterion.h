/* SPDX-License-Identifier: MIT */
/* Criterion's words, as many of them as the tests use, and its isolation: a process for each test.
 * Builds with a sanitizer find this header before Criterion's own, which forks while it has
 * threads: a child that is made while one of them is inside a sanitizer's allocator waits for ever
 * (clang 14). This forks from a single thread, and works under every sanitizer.
 *
 * A program of tests takes parts of names as arguments, and then runs those tests alone; with
 * --here, for a debugger, without a process for each. It prints TAP. */
#ifndef FNT_TESTS_RUNNER_CRITERION_H
#define FNT_TESTS_RUNNER_CRITERION_H
/* The macros may be used without a message or options, which ISO C11 does not have. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#if __has_warning("-Wc23-extensions") /* its name since clang 19 */
#pragma clang diagnostic ignored "-Wc23-extensions"
#endif
#else
#pragma GCC system_header
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct test {
    const char *suite, *name;
    void (*body)(void);                /* NULL: of a suite */
    void (*init)(void), (*fini)(void); /* around each test; those of a test before its suite's */
    struct test *next;
} test;

void test_register(test *self);

/* Counts a failure of the running test unless it holds, and says where; fatal: the test ends. */
__attribute__((format(printf, 6, 7))) void test_check(bool holds, bool fatal, const char *file,
                                                      int line, const char *expression,
                                                      const char *format, ...);
__attribute__((format(printf, 1, 2), noreturn)) void test_skip(const char *format, ...);
bool test_str_equal(const char *a, const char *b); /* NULL equals nothing but NULL */

#define TEST_REGISTER(id, ...)                                                                     \
    __attribute__((constructor)) static void id(void)                                              \
    {                                                                                              \
        static test self = {__VA_ARGS__};                                                          \
        test_register(&self);                                                                      \
    }                                                                                              \
    static void id(void)
#define TestSuite(id, ...) TEST_REGISTER(id##_suite, .suite = #id, __VA_ARGS__)
#define Test(id, of, ...)                                                                          \
    static void id##_##of##_body(void);                                                            \
    TEST_REGISTER(id##_##of##_test, .suite = #id, .name = #of, .body = id##_##of##_body,           \
                  __VA_ARGS__);                                                                    \
    static void id##_##of##_body(void)

#define TEST_CHECK(holds, fatal, text, ...)                                                        \
    test_check(holds, fatal, __FILE__, __LINE__, text, " " __VA_ARGS__)
#define cr_skip_test(...) test_skip(" " __VA_ARGS__)
#define cr_log_error(...) test_check(true, false, __FILE__, __LINE__, NULL, " " __VA_ARGS__)

#define cr_expect(x, ...) TEST_CHECK(x, false, #x, __VA_ARGS__)
#define cr_expect_not(x, ...) TEST_CHECK(!(x), false, "!(" #x ")", __VA_ARGS__)
#define cr_expect_null(x, ...) TEST_CHECK((x) == NULL, false, #x " == NULL", __VA_ARGS__)
#define cr_expect_not_null(x, ...) TEST_CHECK((x) != NULL, false, #x " != NULL", __VA_ARGS__)
#define cr_expect_eq(a, b, ...) TEST_CHECK((a) == (b), false, #a " == " #b, __VA_ARGS__)
#define cr_expect_neq(a, b, ...) TEST_CHECK((a) != (b), false, #a " != " #b, __VA_ARGS__)
#define cr_expect_lt(a, b, ...) TEST_CHECK((a) < (b), false, #a " < " #b, __VA_ARGS__)
#define cr_expect_leq(a, b, ...) TEST_CHECK((a) <= (b), false, #a " <= " #b, __VA_ARGS__)
#define cr_expect_gt(a, b, ...) TEST_CHECK((a) > (b), false, #a " > " #b, __VA_ARGS__)
#define cr_expect_geq(a, b, ...) TEST_CHECK((a) >= (b), false, #a " >= " #b, __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...)                                                                \
    TEST_CHECK(test_str_equal(a, b), false, #a " is the text " #b, __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...)                                                               \
    TEST_CHECK(!test_str_equal(a, b), false, #a " is another text than " #b, __VA_ARGS__)
#define cr_expect_arr_eq(a, b, size, ...)                                                          \
    TEST_CHECK(memcmp(a, b, size) == 0, false, #a " has the bytes of " #b, __VA_ARGS__)
#define cr_expect_fail(...) TEST_CHECK(false, false, "failed", __VA_ARGS__)

#define cr_assert(x, ...) TEST_CHECK(x, true, #x, __VA_ARGS__)
#define cr_assert_not(x, ...) TEST_CHECK(!(x), true, "!(" #x ")", __VA_ARGS__)
#define cr_assert_null(x, ...) TEST_CHECK((x) == NULL, true, #x " == NULL", __VA_ARGS__)
#define cr_assert_not_null(x, ...) TEST_CHECK((x) != NULL, true, #x " != NULL", __VA_ARGS__)
#define cr_assert_eq(a, b, ...) TEST_CHECK((a) == (b), true, #a " == " #b, __VA_ARGS__)
#define cr_assert_neq(a, b, ...) TEST_CHECK((a) != (b), true, #a " != " #b, __VA_ARGS__)
#define cr_assert_lt(a, b, ...) TEST_CHECK((a) < (b), true, #a " < " #b, __VA_ARGS__)
#define cr_assert_leq(a, b, ...) TEST_CHECK((a) <= (b), true, #a " <= " #b, __VA_ARGS__)
#define cr_assert_gt(a, b, ...) TEST_CHECK((a) > (b), true, #a " > " #b, __VA_ARGS__)
#define cr_assert_geq(a, b, ...) TEST_CHECK((a) >= (b), true, #a " >= " #b, __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...)                                                                \
    TEST_CHECK(test_str_equal(a, b), true, #a " is the text " #b, __VA_ARGS__)
#define cr_assert_arr_eq(a, b, size, ...)                                                          \
    TEST_CHECK(memcmp(a, b, size) == 0, true, #a " has the bytes of " #b, __VA_ARGS__)
#define cr_assert_fail(...) TEST_CHECK(false, true, "failed", __VA_ARGS__)

#endif
