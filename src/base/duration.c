/* SPDX-License-Identifier: MIT */
#include "base/duration.h"

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

void duration_print(buf *out, int64_t seconds)
{
    static const struct {
        int64_t size;
        const char *name;
    } units[] = {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}};
    size_t i = 0;
    while (units[i].size > 1 && seconds < units[i].size)
        i++;
    buf_integer(out, seconds / units[i].size);
    buf_add(out, span_of(units[i].name));
    int64_t rest = seconds % units[i].size;
    /* a unit of 1 leaves no rest, so i + 1 is there */
    if (rest == 0 || rest / units[i + 1].size == 0)
        return;
    buf_byte(out, ' ');
    buf_integer(out, rest / units[i + 1].size);
    buf_add(out, span_of(units[i + 1].name));
}
