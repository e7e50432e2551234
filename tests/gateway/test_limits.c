/* SPDX-License-Identifier: MIT */
/* Token buckets (rule 42), with a clock of the test's own. */
#include "support/test.h"

#include "lib/ops/limits.h"

static bool take(limits *l, const char *key, int64_t now)
{
    unsigned wait = 0;
    bool allowed = limits_take(l, key, strlen(key), now, &wait);
    cr_expect_eq(allowed, wait == 0);
    return allowed;
}

static unsigned burst(limits *l, const char *key, int64_t now)
{
    unsigned count = 0;
    while (count < 1000 && take(l, key, now))
        count++;
    return count;
}

Test(limits, rule_42_so_many_at_once_and_so_many_a_second)
{
    limits *l = limits_new(2, 5);
    cr_expect_eq(burst(l, "a", 1000), 5u);
    cr_expect_eq(burst(l, "b", 1000), 5u, "each key for itself");
    cr_expect_eq(burst(l, "a", 1499), 0u);
    cr_expect_eq(burst(l, "a", 1500), 1u);
    cr_expect_eq(burst(l, "a", 2500), 2u);
    cr_expect_eq(burst(l, "a", 1000000), 5u, "never more than the burst");
    limits_free(l);
}

Test(limits, say_how_long_to_wait)
{
    limits *l = limits_new(1, 1);
    unsigned wait = 0;
    cr_expect(limits_take(l, "a", 1, 0, &wait));
    cr_expect_not(limits_take(l, "a", 1, 100, &wait));
    cr_expect_eq(wait, 1u);
    cr_expect_not(limits_take(l, "a", 1, 100, &wait));
    cr_expect(limits_take(l, "a", 1, 1100, &wait), "whoever waits so long is allowed");
    limits_free(l);
}

Test(limits, a_clock_that_goes_back_gives_nothing)
{
    limits *l = limits_new(1, 2);
    cr_expect_eq(burst(l, "a", 5000), 2u);
    cr_expect_eq(burst(l, "a", 1000), 0u);
    limits_free(l);
}

Test(limits, rule_42_a_flood_is_no_client_that_asks_a_little_too_often)
{
    limits *l = limits_new(20, 40);
    cr_expect_not(limits_is_flood(l, "a", 1), "nobody heard of it");
    for (int64_t now = 0; now < 600000; now += 33) {
        (void)take(l, "a", now);
        cr_assert_not(limits_is_flood(l, "a", 1));
    }
    for (unsigned i = 0; i < 40 + LIMITS_FLOOD; i++)
        (void)take(l, "b", 1000);
    cr_expect_not(limits_is_flood(l, "b", 1));
    (void)take(l, "b", 1000);
    cr_expect(limits_is_flood(l, "b", 1));
    cr_expect_not(limits_is_flood(l, "a", 1), "each key for itself");
    (void)take(l, "b", 1000);
    (void)take(l, "b", 2900);
    cr_expect(limits_is_flood(l, "b", 1), "its bucket is not full again");
    (void)take(l, "b", 5000);
    cr_expect_not(limits_is_flood(l, "b", 1));
    cr_expect_not(limits_is_flood(NULL, "b", 1));
    limits_free(l);
}

Test(limits, none_at_all)
{
    unsigned wait = 7;
    cr_expect_null(limits_new(0, 5));
    cr_expect(limits_take(NULL, "a", 1, 0, &wait));
    cr_expect_eq(wait, 0u);
    limits_free(NULL);
    limits *l = limits_new(1, 0);
    cr_expect_eq(burst(l, "a", 0), 1u, "a burst of none would allow nobody anything");
    limits_free(l);
}

Test(limits, keys_are_bytes)
{
    limits *l = limits_new(1, 1);
    unsigned wait = 0;
    cr_expect(limits_take(l, "a\0b", 3, 0, &wait));
    cr_expect(limits_take(l, "a\0c", 3, 0, &wait));
    cr_expect(limits_take(l, "a", 1, 0, &wait));
    cr_expect_not(limits_take(l, "a\0b", 3, 0, &wait));
    limits_free(l);
}

Test(limits, a_full_bucket_may_be_forgotten_and_one_that_is_not_stays)
{
    limits *l = limits_new(1, 10);
    cr_expect_eq(burst(l, "a", 0), 10u);
    /* Generations change while others come; what is not full yet is carried along. */
    for (int64_t now = 1000; now <= 9000; now += 1000)
        (void)take(l, "b", now);
    cr_expect_eq(burst(l, "a", 9000), 9u);
    for (int64_t now = 10000; now <= 40000; now += 1000)
        (void)take(l, "b", now);
    cr_expect_eq(burst(l, "a", 40000), 10u);
    limits_free(l);
}

Test(limits, a_flood_of_keys_has_an_end)
{
    limits *l = limits_new(1, 1);
    unsigned wait = 0, kept = 0;
    const unsigned keys = 200000;
    for (unsigned i = 0; i < keys; i++)
        cr_assert(limits_take(l, &i, sizeof i, 0, &wait));
    for (unsigned i = keys - 1000; i < keys; i++)
        kept += !limits_take(l, &i, sizeof i, 0, &wait);
    cr_expect_eq(kept, 1000u, "the latest are remembered");
    unsigned first = 0;
    cr_expect(limits_take(l, &first, sizeof first, 0, &wait), "the first are forgotten");
    limits_free(l);
}
