/* SPDX-License-Identifier: MIT */
#include "lib/base/times.h"

#include <inttypes.h>
#include <time.h>

int64_t times_clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void times_utc(text *out, int64_t seconds)
{
    char date[32];
    time_t at = (time_t)seconds;
    struct tm parts;
    if (gmtime_r(&at, &parts) != NULL &&
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
        text_put(out, date);
}

/* The largest unit of which there are two, as of one nobody sees how much is left. */
void times_distance(text *out, int64_t seconds, int64_t now)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    bool past = seconds < now;
    uint64_t apart = past ? (uint64_t)now - (uint64_t)seconds : (uint64_t)seconds - (uint64_t)now;
    size_t unit = 0;
    while (unit < 3 && apart < 2 * (uint64_t)units[unit].seconds)
        unit++;
    uint64_t count = apart / (uint64_t)units[unit].seconds;
    if (apart == 0)
        text_put(out, "now");
    else
        text_print(out, "%s%" PRIu64 " %s%s", past ? "" : "in ", count, units[unit].name,
                   past ? " ago" : "");
}
