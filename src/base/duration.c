/* SPDX-License-Identifier: MIT */
#include "base/duration.h"

#include <assert.h>

/* ---- times --------------------------------------------------------------- */

int64_t time_plus(int64_t a, int64_t b)
{
    if (b > 0 && a > INT64_MAX - b)
        return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b)
        return INT64_MIN;
    return a + b;
}

int64_t time_minus(int64_t a, int64_t b)
{
    if (b == INT64_MIN)
        return a >= 0 ? INT64_MAX : a - b;
    return time_plus(a, -b);
}

/* ---- for people ---------------------------------------------------------- */

void duration_print(buf *out, int64_t seconds)
{
    static const struct {
        int64_t size;
        const char *name;
    } shown[] = {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}};
    size_t i = 0;
    assert(seconds >= 0);
    while (shown[i].size > 1 && seconds < shown[i].size)
        i++;
    buf_integer(out, seconds / shown[i].size);
    buf_add(out, span_of(shown[i].name));
    int64_t rest = seconds % shown[i].size;
    /* a unit of 1 leaves no rest, so there is a unit after this one */
    if (rest == 0 || rest / shown[i + 1].size == 0)
        return;
    buf_byte(out, ' ');
    buf_integer(out, rest / shown[i + 1].size);
    buf_add(out, span_of(shown[i + 1].name));
}

/* ---- as Go writes it ----------------------------------------------------- */

/* Nanoseconds: 31 years, and every longer duration counts as that. Twice as much does not overflow.
 */
static const int64_t longest = INT64_C(1000000000) * 1000000000;

static const struct {
    span name;
    int64_t length; /* nanoseconds */
} units[] = {
    /* the longer name first where one begins with another */
    {{"ms", 2}, 1000000},
    {{"us", 2}, 1000},
    {{"\xc2\xb5s", 3}, 1000}, /* U+00B5, the micro sign */
    {{"\xce\xbcs", 3}, 1000}, /* U+03BC, the Greek letter, which Go takes too */
    {{"ns", 2}, 1},
    {{"h", 1}, INT64_C(3600000000000)},
    {{"m", 1}, INT64_C(60000000000)},
    {{"s", 1}, 1000000000},
};

static size_t digits(span text)
{
    size_t i = 0;
    while (i < text.len && text.at[i] >= '0' && text.at[i] <= '9')
        i++;
    return i;
}

static int64_t whole_part(span number, int64_t unit)
{
    int64_t sum = 0;
    for (size_t i = 0; i < number.len; i++) {
        if (sum > longest / 10)
            return longest;
        sum = sum * 10 + (number.at[i] - '0');
    }
    return sum > longest / unit ? longest : sum * unit;
}

static int64_t fraction_part(span number, int64_t unit)
{
    int64_t sum = 0;
    for (size_t i = 0; i < number.len && unit > 0; i++) {
        unit /= 10;
        sum += unit * (number.at[i] - '0');
    }
    return sum;
}

static size_t find_unit(span text)
{
    size_t i = 0;
    while (i < sizeof units / sizeof *units && !span_starts(text, units[i].name))
        i++;
    return i;
}

/* Takes one number and its unit off the front. */
static bool take(span *text, int64_t *sum)
{
    span whole = {text->at, digits(*text)}, fraction = SPAN_NONE;
    span rest = span_from(*text, whole.len);
    if (whole.len == 0)
        return false;
    if (rest.len > 0 && rest.at[0] == '.') {
        rest = span_from(rest, 1);
        fraction = (span){rest.at, digits(rest)};
        rest = span_from(rest, fraction.len);
        if (fraction.len == 0)
            return false;
    }
    size_t unit = find_unit(rest);
    if (unit == sizeof units / sizeof *units)
        return false;
    int64_t more =
        whole_part(whole, units[unit].length) + fraction_part(fraction, units[unit].length);
    *sum = more > longest - *sum ? longest : *sum + more;
    *text = span_from(rest, units[unit].name.len);
    return true;
}

bool duration_parse(span text, int64_t *seconds)
{
    int64_t sum = 0;
    if (text.len == 0)
        return false;
    while (text.len > 0)
        if (!take(&text, &sum))
            return false;
    *seconds = sum / 1000000000;
    return true;
}
