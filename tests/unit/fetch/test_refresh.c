/* SPDX-License-Identifier: MIT */
/* fnt_refresh: when keys are fetched (rule 40), call by call and in a simulated world. */
#include "support/support.h"

#include <stdint.h>
#include <stdio.h>

enum { EVERY = 300, MAX_AGE = 86400, TICK = FNT_REFRESH_TICK, UNKNOWN = FNT_REFRESH_UNKNOWN };
enum { DONE = FNT_REFRESH_DONE, FAILED = FNT_REFRESH_FAILED };

static fnt_status at(int64_t state[8], int32_t event, int64_t now)
{
    return fnt_refresh(state, event, EVERY, MAX_AGE, now);
}

static int after(int64_t now)
{
    return (int)(now - NOW);
}

#define FETCH(event, now) cr_assert_eq(at(s, event, now), FNT_OK, "at %d", after(now))
#define WAIT(event, now) cr_assert_eq(at(s, event, now), FNT_FAULT_TOO_SOON, "at %d", after(now))
#define AWAY(event, now) cr_assert_eq(at(s, event, now), FNT_FAULT_NOT_READY, "at %d", after(now))

#define FETCHED(event, now)                                                                        \
    do {                                                                                           \
        FETCH(event, now);                                                                         \
        WAIT(DONE, now);                                                                           \
    } while (0)
#define BROKEN(event, now)                                                                         \
    do {                                                                                           \
        FETCH(event, now);                                                                         \
        WAIT(FAILED, now);                                                                         \
    } while (0)

/* ---- call by call -------------------------------------------------------- */

Test(refresh, arguments)
{
    int64_t s[8] = {0}, zero[8] = {0};
    static const struct {
        int64_t every, max_age, now;
    } bad[] = {
        {0, MAX_AGE, NOW},           {-1, MAX_AGE, NOW},
        {86401, 31536000, NOW},      {EVERY, EVERY - 1, NOW},
        {EVERY, 31536001, NOW},      {INT64_MIN, MAX_AGE, NOW},
        {EVERY, INT64_MAX, NOW},     {EVERY, MAX_AGE, 0},
        {EVERY, MAX_AGE, -1},        {EVERY, MAX_AGE, 1 + INT64_C(99999999999)},
        {EVERY, MAX_AGE, INT64_MIN},
    };
    cr_expect_eq(fnt_refresh(NULL, TICK, EVERY, MAX_AGE, NOW), FNT_FAULT_ARGUMENT);
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_expect_eq(fnt_refresh(s, TICK, bad[i].every, bad[i].max_age, bad[i].now),
                     FNT_FAULT_ARGUMENT, "row %zu", i);
    static const int32_t no_event[] = {0, 1, 1600, 1605, -1, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < COUNT(no_event); i++)
        cr_expect_eq(at(s, no_event[i], NOW), FNT_FAULT_UNSUPPORTED, "%d", (int)no_event[i]);
    cr_expect_arr_eq(s, zero, sizeof s, "nothing happened");
    cr_expect_eq(fnt_refresh(s, TICK, 1, 1, 1), FNT_OK, "the lowest of each");
    int64_t t[8] = {0};
    cr_expect_eq(fnt_refresh(t, TICK, 86400, 31536000, 99999999999), FNT_OK, "and the highest");
}

Test(refresh, rule_40_first_at_once_then_every_period)
{
    int64_t s[8] = {0};
    FETCH(TICK, NOW);
    WAIT(TICK, NOW);
    WAIT(UNKNOWN, NOW + 1);
    WAIT(DONE, NOW + 2);
    WAIT(TICK, NOW + 2);
    WAIT(TICK, NOW + EVERY - 1);
    FETCH(TICK, NOW + EVERY); /* from start to start */
    WAIT(DONE, NOW + EVERY + 5);
    FETCH(UNKNOWN, NOW + 2 * EVERY);
    WAIT(DONE, NOW + 2 * EVERY);
    int64_t unknown_first[8] = {0};
    cr_expect_eq(at(unknown_first, UNKNOWN, NOW), FNT_OK);
}

Test(refresh, rule_40_a_fetch_that_nobody_asked_for_counts)
{
    int64_t s[8] = {0};
    WAIT(DONE, NOW);
    WAIT(TICK, NOW + EVERY - 1);
    FETCH(TICK, NOW + EVERY);
    WAIT(FAILED, NOW + EVERY);
    WAIT(FAILED, NOW + EVERY); /* told twice: once is enough */
    FETCH(TICK, NOW + EVERY + 1);
    int64_t t[8] = {0};
    cr_expect_eq(at(t, FAILED, NOW), FNT_FAULT_TOO_SOON);
    cr_expect_eq(at(t, TICK, NOW), FNT_OK, "nothing was fetched yet");
}

Test(refresh, rule_40_unknown_keys_fetch_four_times_and_then_once_in_15_seconds)
{
    int64_t s[8] = {0};
    int64_t now = NOW;
    FETCHED(TICK, now);
    for (int i = 0; i < 4; i++)
        FETCHED(UNKNOWN, now + 1);
    WAIT(UNKNOWN, now + 1);
    WAIT(UNKNOWN, now + 15);
    FETCHED(UNKNOWN, now + 16);
    WAIT(UNKNOWN, now + 16);
    WAIT(UNKNOWN, now + 30);
    FETCHED(UNKNOWN, now + 31);
    for (int i = 0; i < 2; i++) /* 30 s of peace bring two back */
        FETCHED(UNKNOWN, now + 61);
    WAIT(UNKNOWN, now + 61);
    FETCHED(TICK, now + 61 + EVERY);
    for (int i = 0; i < 4; i++) /* a full one holds no more */
        FETCHED(UNKNOWN, now + 600);
    WAIT(UNKNOWN, now + 600);
}

Test(refresh, rule_40_the_period_needs_nothing_from_the_bucket)
{
    int64_t s[8] = {0};
    cr_assert_eq(fnt_refresh(s, TICK, 10, MAX_AGE, NOW), FNT_OK);
    WAIT(DONE, NOW);
    for (int i = 0; i < 4; i++)
        FETCHED(UNKNOWN, NOW);
    WAIT(UNKNOWN, NOW + 9);
    cr_assert_eq(fnt_refresh(s, UNKNOWN, 10, MAX_AGE, NOW + 10), FNT_OK, "the bucket is empty");
    WAIT(DONE, NOW + 10);
    WAIT(UNKNOWN, NOW + 14);
    FETCH(UNKNOWN, NOW + 15); /* and nothing was taken out of it */
}

Test(refresh, rule_40_later_and_later_after_failures)
{
    static const int delays[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    int64_t s[8] = {0};
    int64_t now = NOW;
    FETCH(TICK, now);
    for (size_t i = 0; i < COUNT(delays); i++) {
        WAIT(FAILED, now);
        WAIT(UNKNOWN, now + delays[i] - 1);
        WAIT(TICK, now + delays[i] - 1);
        now += delays[i];
        FETCH(i % 2 == 0 ? TICK : UNKNOWN, now);
    }
    WAIT(DONE, now);
    for (int i = 0; i < 4; i++) /* nothing was taken out of the bucket meanwhile */
        FETCHED(UNKNOWN, now);
    BROKEN(TICK, now + EVERY);
    FETCH(TICK, now + EVERY + 1); /* and a success begins anew */
}

Test(refresh, rule_40_one_at_a_time_and_none_for_ever)
{
    int64_t s[8] = {0};
    FETCH(TICK, NOW);
    for (int i = 0; i < 60; i++)
        WAIT(i % 2 == 0 ? TICK : UNKNOWN, NOW + i);
    WAIT(TICK, NOW + 60); /* it failed */
    FETCH(TICK, NOW + 61);
    WAIT(TICK, NOW + 121);
    WAIT(TICK, NOW + 122);
    WAIT(FAILED, NOW + 122); /* told too late: not a third failure */
    FETCH(TICK, NOW + 123);
    for (int i = 0; i < 100; i++) /* asked rarely: the wait is over when somebody asks */
        FETCH(TICK, NOW + 1000 + i * 1000);
    WAIT(DONE, NOW + 200000); /* late, and good keys */
    WAIT(TICK, NOW + 200000 + EVERY - 1);
    FETCH(TICK, NOW + 200000 + EVERY);
}

Test(refresh, rule_40_keys_that_are_too_old_are_taken_away)
{
    int64_t s[8] = {0};
    FETCHED(TICK, NOW);
    BROKEN(TICK, NOW + MAX_AGE);
    FETCH(TICK, NOW + MAX_AGE + 1);
    AWAY(TICK, NOW + MAX_AGE + 1);
    AWAY(UNKNOWN, NOW + MAX_AGE + 2);
    AWAY(FAILED, NOW + MAX_AGE + 2);
    AWAY(TICK, NOW + MAX_AGE + 3);
    FETCH(TICK, NOW + MAX_AGE + 4);
    WAIT(DONE, NOW + MAX_AGE + 5);
    WAIT(TICK, NOW + MAX_AGE + 6);
}

/* Keys that came from elsewhere, as from a file, are no older than the first call, and count from
 * it. */
Test(refresh, rule_40_keys_that_nobody_fetched_grow_old_too)
{
    int64_t s[8] = {0};
    BROKEN(TICK, NOW);
    BROKEN(TICK, NOW + MAX_AGE);
    AWAY(FAILED, NOW + MAX_AGE + 1);
}

/* ---- clocks -------------------------------------------------------------- */

/* Threads read the clock one after another and call in another order: that makes no time pass. */
Test(refresh, a_clock_that_steps_back_and_forth_makes_no_time)
{
    int64_t s[8] = {0};
    int fetches = 0;
    FETCHED(TICK, NOW);
    for (int i = 0; i < 10000; i++)
        if (at(s, UNKNOWN, NOW + i % 2 * 14) == FNT_OK) {
            fetches++;
            WAIT(DONE, NOW + i % 2 * 14);
        }
    cr_expect_eq(fetches, 4, "%d", fetches);
}

/* Many small steps are a large one: a fetch must not wait for the clock to be where it was. */
Test(refresh, a_clock_that_creeps_back)
{
    int64_t s[8] = {0};
    FETCHED(TICK, NOW);
    for (int back = 50; back <= 200; back += 50)
        WAIT(TICK, NOW - back);
    WAIT(TICK, NOW - 200 + EVERY - 1);
    FETCH(TICK, NOW - 200 + EVERY);
}

Test(refresh, a_clock_that_is_set_back_keeps_what_has_passed)
{
    enum { BACK = 1000000 };
    int64_t s[8] = {0};
    FETCHED(TICK, NOW);
    BROKEN(TICK, NOW + EVERY);
    int64_t now = NOW + EVERY - BACK; /* the failure is no second ago */
    WAIT(TICK, now);
    FETCH(TICK, now + 1);
    WAIT(TICK, now + 60);
    WAIT(TICK, now + 61); /* it failed */
    FETCH(TICK, now + 63);
    WAIT(FAILED, now + 63);
    /* the keys are of 300 s before the step: their age is not forgotten */
    BROKEN(TICK, now + MAX_AGE - EVERY);
    AWAY(FAILED, now + MAX_AGE - EVERY + 1);
    int64_t t[8] = {0};
    cr_assert_eq(at(t, TICK, 99999999999), FNT_OK);
    cr_assert_eq(at(t, DONE, 99999999999), FNT_FAULT_TOO_SOON);
    cr_assert_eq(at(t, TICK, 1), FNT_FAULT_TOO_SOON);
    cr_assert_eq(at(t, TICK, EVERY + 1), FNT_OK);
}

/* From 1970 to today, as a machine without a battery does: nothing can tell it from a long sleep,
 * so the keys are too old until the next fetch. */
Test(refresh, a_clock_that_is_set_forward)
{
    int64_t s[8] = {0};
    FETCH(TICK, 5);
    WAIT(DONE, 6);
    FETCH(TICK, NOW);
    AWAY(TICK, NOW);
    WAIT(DONE, NOW + 1);
}

/* The state is the caller's memory: what is in it may cost a fetch, never more. */
Test(refresh, rule_45_any_state)
{
    static const int64_t odd[] = {0, 1, -1, 2, 60, NOW, INT64_MIN, INT64_MAX};
    uint32_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        int64_t s[8];
        for (size_t k = 0; k < 8; k++) {
            seed = seed * 1664525 + 1013904223;
            s[k] = odd[seed >> 29];
        }
        fnt_status status = at(s, (int32_t)(TICK + i % 4), i % 5 == 0 ? 99999999999 : NOW);
        cr_assert(status == FNT_OK || status == FNT_FAULT_TOO_SOON ||
                  status == FNT_FAULT_NOT_READY);
    }
}

/* ---- a simulated world --------------------------------------------------- */

/* A watchdog ticks every 5 seconds and a fetch takes 2. A client calls once a second, with the
 * newest key once there is one; strangers send tokens of keys that nobody has. */
enum { TICKS = 5, FETCHING = 2, WARM_UP = 600, FOREVER = 86400 };

typedef struct {
    int64_t state[8], now, arrives;
    int strangers_in_100_s;
    int published, known, arriving; /* versions of the issuer's keys */
    int fetches;
    bool broken, away; /* the issuer's server; the keys */
} world;

static void tell(world *w, int32_t event)
{
    fnt_status status = at(w->state, event, w->now);
    if (status == FNT_OK) {
        cr_assert_eq(w->arrives, 0, "one at a time");
        w->arrives = w->now + FETCHING;
        w->arriving = w->broken ? 0 : w->published; /* what the server has now */
        w->fetches++;
    }
    w->away = w->away || status == FNT_FAULT_NOT_READY;
}

static void second(world *w)
{
    w->now++;
    if (w->arrives == w->now) {
        w->arrives = 0;
        if (w->arriving > 0) {
            w->known = w->arriving;
            w->away = false;
        }
        tell(w, w->arriving > 0 ? DONE : FAILED);
    }
    if (w->now % TICKS == 0)
        tell(w, TICK);
    int64_t before = (w->now - 1) * w->strangers_in_100_s / 100;
    int64_t after = w->now * w->strangers_in_100_s / 100;
    for (int64_t i = before; i < after; i++)
        tell(w, UNKNOWN);
}

static world begin(int strangers_in_100_s, int more)
{
    world w = {.now = NOW, .strangers_in_100_s = strangers_in_100_s, .published = 1};
    for (int i = 0; i < WARM_UP + more; i++)
        second(&w);
    w.fetches = 0;
    return w;
}

/* Seconds until the watchdog has what the issuer published. honest: clients bring the new key. */
static int wait_for(world *w, bool honest, int most)
{
    int waited = 0;
    while (w->known != w->published && waited < most) {
        if (honest)
            tell(w, UNKNOWN);
        second(w);
        waited++;
    }
    return waited;
}

static const struct {
    int strangers_in_100_s;
    const char *rate;
    int new_key, fetches; /* the most that is allowed: seconds; fetches in an hour */
} rates[] = {
    {0, "0", 2 * FETCHING, 12}, /* published while an old answer is on its way */
    {10, "0.1", 15 + 2 * FETCHING, 4 + 240},
    {10000, "100", 15 + 2 * FETCHING, 4 + 240},
};

/* Rotations at each second of a period, so that none is luck. */
static int worst_wait(int strangers_in_100_s, bool honest)
{
    int worst = 0;
    for (int i = 0; i < EVERY; i += is_slow() ? 60 : 1) {
        world w = begin(strangers_in_100_s, i);
        w.published++;
        int waited = wait_for(&w, honest, FOREVER);
        worst = waited > worst ? waited : worst;
    }
    return worst;
}

Test(refresh, rule_40_waits_for_a_new_and_for_a_withdrawn_key)
{
    for (size_t i = 0; i < COUNT(rates); i++) {
        int new_key = worst_wait(rates[i].strangers_in_100_s, true);
        int withdrawn = worst_wait(rates[i].strangers_in_100_s, false);
        world w = begin(rates[i].strangers_in_100_s, 0);
        for (int k = 0; k < 3600; k++)
            second(&w);
        printf(
            "# %4s unknown keys a second: a new key is known after %d s at most, a withdrawn one "
            "refused after %d s at most, %d fetches an hour\n",
            rates[i].rate, new_key, withdrawn, w.fetches);
        cr_expect_leq(new_key, rates[i].new_key, "%s a second: %d s", rates[i].rate, new_key);
        cr_expect_leq(withdrawn, EVERY + TICKS + FETCHING, "%s a second: %d s", rates[i].rate,
                      withdrawn);
        cr_expect_leq(w.fetches, rates[i].fetches, "%s a second: %d", rates[i].rate, w.fetches);
        cr_expect_geq(w.fetches, 11, "%s a second: %d", rates[i].rate, w.fetches);
    }
}

/* The issuer's server is down for an hour, under each rate: few attempts, back soon. */
Test(refresh, rule_40_an_outage)
{
    for (size_t i = 0; i < COUNT(rates); i++) {
        world w = begin(rates[i].strangers_in_100_s, 0);
        w.broken = true;
        for (int k = 0; k < 3600; k++)
            second(&w);
        cr_expect_leq(w.fetches, 6 + 3600 / (60 + FETCHING) + 1, "%s a second: %d", rates[i].rate,
                      w.fetches);
        cr_expect_not(w.away, "the last good keys stay in use");
        w.broken = false;
        w.published++;
        int waited = wait_for(&w, false, FOREVER);
        cr_expect_leq(waited, 60 + TICKS + 2 * FETCHING, "%s a second: %d s", rates[i].rate,
                      waited);
    }
}

/* Somebody who can block the fetches can't keep a stolen key alive for ever. */
Test(refresh, rule_40_a_blocked_refresh)
{
    for (size_t i = 0; i < COUNT(rates); i++) {
        world w = begin(rates[i].strangers_in_100_s, 0);
        int waited = 0;
        w.broken = true;
        while (!w.away && waited < 2 * MAX_AGE) {
            second(&w);
            waited++;
        }
        cr_expect(w.away && waited <= MAX_AGE + TICKS, "%s a second: %d s", rates[i].rate, waited);
        cr_expect_geq(waited, MAX_AGE - EVERY - TICKS - FETCHING, "%s a second: %d s",
                      rates[i].rate, waited);
    }
}
