/* SPDX-License-Identifier: MIT */
#include "fetch/refresh.h"

#include <assert.h>

#include "base/duration.h"

/* When to fetch an issuer's keys (rule 40). Three things make a fetch due:
 *
 *   the period     always, so that a withdrawn key is forgotten although nobody asks
 *   a failure      after 1, 2, 4 ... 60 seconds, until one succeeds; nothing else fetches then
 *   an unknown key out of a token bucket, as anybody can send one
 *
 * The period takes nothing from the bucket and does not wait for it: strangers delay no rotation by
 * more than the bucket's pace, and a fetch that they cause brings the new key all the same. */
enum {
    FETCH_TIMEOUT = 60,
    LONGEST_DELAY = 60,
    BUCKET = 4,
    BUCKET_PACE = 15, /* seconds for one more */
    SMALL_STEP = 60   /* back in time: threads that read the clock one after the other, and NTP */
};

/* What the eight numbers are. */
enum {
    BEGUN,      /* 1 after the first call; the others mean nothing before */
    CLOCK,      /* the latest now */
    KEYS_SINCE, /* when keys were set last, or the first call */
    STARTED,    /* when the last fetch started */
    RUNNING,    /* 1 while it runs */
    DELAY,      /* after a failure, how long to wait; 0 after a success */
    RETRY_AT,   /* until when */
    BUCKET_FULL /* when the bucket is full again: GCRA, one number for level and time */
};

static void begin(int64_t *s, int64_t now)
{
    if (s[BEGUN] != 0)
        return;
    s[BEGUN] = 1;
    s[CLOCK] = s[KEYS_SINCE] = s[RETRY_AT] = s[BUCKET_FULL] = now;
    s[STARTED] = INT64_MIN; /* so that the first fetch is due */
    s[RUNNING] = s[DELAY] = 0;
}

/* The clock as it goes on: a small step back is waited for, a large one moves all that is
 * remembered along, so that what was 10 seconds ago stays 10 seconds ago. */
static int64_t follow_clock(int64_t *s, int64_t now)
{
    int64_t back = time_minus(s[CLOCK], now);
    if (back > 0 && back <= SMALL_STEP)
        return s[CLOCK];
    if (back > SMALL_STEP) {
        static const int times[] = {KEYS_SINCE, STARTED, RETRY_AT, BUCKET_FULL};
        for (size_t i = 0; i < sizeof times / sizeof *times; i++)
            s[times[i]] = time_minus(s[times[i]], back);
    }
    s[CLOCK] = now;
    return now;
}

static void fail(int64_t *s, int64_t at)
{
    s[RUNNING] = 0;
    s[DELAY] = s[DELAY] <= 0 ? 1 : s[DELAY] > LONGEST_DELAY / 2 ? LONGEST_DELAY : s[DELAY] * 2;
    s[RETRY_AT] = time_plus(at, s[DELAY]);
}

static void finish(int64_t *s, int64_t now)
{
    if (s[RUNNING] == 0) /* one that the caller began unasked */
        s[STARTED] = now;
    s[RUNNING] = s[DELAY] = 0;
    s[KEYS_SINCE] = now;
}

static void start(int64_t *s, int64_t now)
{
    s[RUNNING] = 1;
    s[STARTED] = now;
}

static bool is_due(const int64_t *s, int64_t every, int64_t now)
{
    if (s[DELAY] != 0)
        return now >= s[RETRY_AT];
    return time_minus(now, s[STARTED]) >= every;
}

static bool take_from_bucket(int64_t *s, int64_t now)
{
    int64_t full = s[BUCKET_FULL] > now ? s[BUCKET_FULL] : now;
    if (time_plus(full, BUCKET_PACE) > time_plus(now, BUCKET * BUCKET_PACE))
        return false;
    s[BUCKET_FULL] = time_plus(full, BUCKET_PACE);
    return true;
}

static bool may_fetch(int64_t *s, int32_t event, int64_t every, int64_t now)
{
    if (s[RUNNING] != 0 || event == FNT_REFRESH_DONE || event == FNT_REFRESH_FAILED)
        return false;
    return is_due(s, every, now) ||
           (event == FNT_REFRESH_UNKNOWN && s[DELAY] == 0 && take_from_bucket(s, now));
}

fnt_status refresh_step(int64_t state[8], int32_t event, int64_t every, int64_t max_age,
                        int64_t now)
{
    assert(every >= 1 && max_age >= every && time_is_possible(now));
    begin(state, now);
    now = follow_clock(state, now);
    if (state[RUNNING] != 0 && time_minus(now, state[STARTED]) >= FETCH_TIMEOUT)
        fail(state, time_plus(state[STARTED], FETCH_TIMEOUT));
    if (event == FNT_REFRESH_DONE)
        finish(state, now);
    if (event == FNT_REFRESH_FAILED && state[RUNNING] != 0)
        fail(state, now);
    if (may_fetch(state, event, every, now)) {
        start(state, now);
        return FNT_OK;
    }
    return time_minus(now, state[KEYS_SINCE]) > max_age ? FNT_FAULT_NOT_READY : FNT_FAULT_TOO_SOON;
}
