/* SPDX-License-Identifier: MIT */
#include "support/buf_help.h"

#include "base/duration.h"

Test(duration, rule_18_no_overflow)
{
    static const struct {
        int64_t a, b, plus, minus;
    } rows[] = {
        {1, 2, 3, -1},
        {-5, 5, 0, -10},
        {INT64_MAX, 1, INT64_MAX, INT64_MAX - 1},
        {INT64_MAX, -1, INT64_MAX - 1, INT64_MAX},
        {INT64_MIN, 1, INT64_MIN + 1, INT64_MIN},
        {INT64_MIN, -1, INT64_MIN, INT64_MIN + 1},
        {INT64_MAX, INT64_MAX, INT64_MAX, 0},
        {INT64_MIN, INT64_MIN, INT64_MIN, 0},
        {0, INT64_MIN, INT64_MIN, INT64_MAX},
        {5, INT64_MIN, INT64_MIN + 5, INT64_MAX},
        {-1, INT64_MIN, INT64_MIN, INT64_MAX},
        {-2, INT64_MIN, INT64_MIN, INT64_MAX - 1},
        {INT64_MIN, INT64_MAX, -1, INT64_MIN},
        {-1, INT64_MAX, INT64_MAX - 1, INT64_MIN},
        {-2, INT64_MAX, INT64_MAX - 2, INT64_MIN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(time_plus(rows[i].a, rows[i].b), rows[i].plus, "row %zu", i);
        cr_expect_eq(time_minus(rows[i].a, rows[i].b), rows[i].minus, "row %zu", i);
    }
}

Test(duration, possible)
{
    cr_expect(time_is_possible(1));
    cr_expect(time_is_possible(99999999999));
    cr_expect_not(time_is_possible(0), "forgotten");
    cr_expect_not(time_is_possible(-1));
    cr_expect_not(time_is_possible(100000000000), "milliseconds");
}

Test(duration, lengths)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "0 s"},
        {1, "1 s"},
        {59, "59 s"},
        {60, "1 min"},
        {303, "5 min 3 s"},
        {3599, "59 min 59 s"},
        {3600, "1 h"},
        {3601, "1 h"},
        {11520, "3 h 12 min"},
        {86399, "23 h 59 min"},
        {86400, "1 d"},
        {187200, "2 d 4 h"},
        {86400 + 60, "1 d"},
        {INT64_MAX, "106751991167300 d 15 h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf b = BUF_EMPTY;
        duration_print(&b, rows[i].seconds);
        cr_expect(wrote(&b, rows[i].text));
    }
}

Test(duration, rule_37_reads_go_durations)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: none */
        const char *why;
    } rows[] = {
        {"12h", 43200, "hours"},
        {"30m", 1800, "minutes, not milliseconds"},
        {"90s", 90, "seconds"},
        {"1500ms", 1, "rounded down"},
        {"2000000us", 2, "microseconds"},
        {"2000000\xc2\xb5s", 2, "with the micro sign"},
        {"2000000\xce\xbcs", 2, "with the Greek letter"},
        {"3000000000ns", 3, "nanoseconds"},
        {"1h30m", 5400, "a sum"},
        {"1.5h", 5400, "a fraction"},
        {"0.333333333333333333h", 1199, "a long fraction is cut, not rounded up"},
        {"1m1m", 120, "Go takes a unit twice"},
        {"0s", 0, "no length"},
        {"99999999999999999999h", 1000000000, "no overflow: it stays at the end"},
        {"999999999h999999999h", 1000000000, "nor of the sum"},
        {"", -1, "empty"},
        {"1", -1, "no unit"},
        {"0", -1, "Go takes this one, the CRD doesn't"},
        {"h", -1, "no number"},
        {"-1h", -1, "negative"},
        {"+1h", -1, "a sign"},
        {"1.h", -1, "no digit behind the point"},
        {".5h", -1, "no digit before it"},
        {"1,5h", -1, "a comma"},
        {"1d", -1, "Go knows no days"},
        {"1 h", -1, "a space"},
        {"1H", -1, "case"},
        {"1hx", -1, "something behind it"},
        {"1h30", -1, "a second number without a unit"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = -1;
        bool read = duration_parse(span_of(rows[i].text), &seconds);
        cr_expect_eq(read, rows[i].seconds >= 0, "%s: %s", rows[i].text, rows[i].why);
        cr_expect_eq(seconds, rows[i].seconds, "%s: %s (got %lld)", rows[i].text, rows[i].why,
                     (long long)seconds);
    }
}
