/* SPDX-License-Identifier: MIT */
#include "values.h"

#include <string.h>
#include <time.h>

#include "fail.h"

enum { SECOND = 1000000000 };

/* Digits at *c to *out, moving *c behind them; false without one, or beyond int64. */
static bool read_digits(const char **c, int64_t *out)
{
    const char *begin = *c;
    *out = 0;
    for (; **c >= '0' && **c <= '9'; ++*c) {
        int digit = **c - '0';
        if (*out > (INT64_MAX - digit) / 10)
            return false;
        *out = *out * 10 + digit;
    }
    return *c > begin;
}

int value_number(const app *run, const option *o, int64_t absent, int64_t *out)
{
    const char *c = option_value(o);
    *out = absent;
    if (c == NULL)
        return EXIT_YES;
    if (!read_digits(&c, out) || *c != '\0')
        return fail_usage(run->command, "--%s is a whole number, not %s", o->name, option_value(o));
    return EXIT_YES;
}

int value_now(const app *run, const option *o, int64_t *out)
{
    if (o->count > 0)
        return value_number(run, o, 0, out);
    time_t clock = time(NULL);
    *out = (int64_t)clock;
    return clock == (time_t)-1 ? fail_usage(run->command, "the clock can't be read; give --now") : EXIT_YES;
}

/* The unit at *c in nanoseconds, moving *c behind it; 0 if there is none. Longer names stand before their beginnings. */
static int64_t read_unit(const char **c)
{
    static const struct {
        const char *name;
        int64_t size;
    } units[] = {{"ns", 1},       {"us", 1000},  {"\xc2\xb5s", 1000},         {"\xce\xbcs", 1000},
                 {"ms", 1000000}, {"s", SECOND}, {"m", INT64_C(60) * SECOND}, {"h", INT64_C(3600) * SECOND}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t len = strlen(units[i].name);
        if (strncmp(*c, units[i].name, len) == 0) {
            *c += len;
            return units[i].size;
        }
    }
    return 0;
}

/* ".5" of a unit, in nanoseconds. */
static int64_t scale_fraction(const char *digits, int64_t unit)
{
    int64_t sum = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++) {
        sum += unit / 10 * (*digits - '0');
        unit /= 10;
    }
    return sum;
}

/* NUMBER [. DIGITS] UNIT, added to *total. */
static bool read_part(const char **c, int64_t *total)
{
    int64_t whole = 0, ignored = 0;
    const char *fraction = "";
    if (!read_digits(c, &whole))
        return false;
    if (**c == '.') {
        fraction = ++*c;
        if (!read_digits(c, &ignored))
            return false;
    }
    int64_t unit = read_unit(c);
    if (unit == 0 || whole > INT64_MAX / unit)
        return false;
    int64_t part = whole * unit, rest = scale_fraction(fraction, unit);
    if (part > INT64_MAX - rest || part + rest > INT64_MAX - *total)
        return false;
    *total += part + rest;
    return true;
}

static bool read_duration(const char *c, int64_t *seconds)
{
    const char *plain = c;
    int64_t total = 0;
    if (read_digits(&plain, seconds) && *plain == '\0')
        return true;
    do {
        if (!read_part(&c, &total))
            return false;
    } while (*c != '\0');
    *seconds = total / SECOND;
    return total % SECOND == 0;
}

int value_duration(const app *run, const option *o, int64_t absent, int64_t *out)
{
    *out = absent;
    if (o->count > 0 && !read_duration(option_value(o), out))
        return fail_usage(run->command, "--%s is a duration of whole seconds such as 12h, 1h30m or 90, not %s", o->name, option_value(o));
    return EXIT_YES;
}

static int32_t algorithm_of(const char *name)
{
    static const struct {
        const char *name;
        int32_t bit;
    } all[] = {{"ES256", FNT_ES256}, {"ES384", FNT_ES384}, {"ES512", FNT_ES512}, {"RS256", FNT_RS256}, {"RS384", FNT_RS384},
               {"RS512", FNT_RS512}, {"PS256", FNT_PS256}, {"PS384", FNT_PS384}, {"PS512", FNT_PS512}, {"HS256", FNT_HS256},
               {"HS384", FNT_HS384}, {"HS512", FNT_HS512}, {"EdDSA", FNT_EDDSA}, {"Ed25519", FNT_EDDSA}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].bit;
    return 0;
}

int value_algorithms(const app *run, const option *o, int32_t absent, int32_t *out)
{
    *out = o->count > 0 ? 0 : absent;
    for (size_t i = 0; i < o->count; i++) {
        int32_t bit = algorithm_of(o->values[i]);
        if (bit == 0)
            return fail_usage(run->command, "--%s %s is not known: ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512", o->name,
                              o->values[i]);
        *out |= bit;
    }
    return EXIT_YES;
}

int value_operand(const app *run, const operands *rest, const char **out)
{
    *out = rest->count > 0 ? rest->at[0] : NULL;
    if (rest->count > 1)
        return fail_usage(run->command, "one token is expected, not %zu arguments: is its value in quotes?", rest->count);
    return EXIT_YES;
}

int value_leeway(const app *run, const option *o, int64_t *out)
{
    int code = value_duration(run, o, -1, out);
    if (code == EXIT_YES && *out > 300)
        return fail_usage(run->command, "--%s is 5 minutes at most", o->name);
    return code;
}
