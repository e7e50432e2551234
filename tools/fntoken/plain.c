/* SPDX-License-Identifier: MIT */
#include "yaml_tree.h"

#include <string.h>

/* YAML 1.1 and 1.2 and their readers disagree about text without quotes. What any of them takes for a number, a boolean, a date or
 * nothing is found here; only where all agree with the text as it stands is it no matter. */

typedef struct {
    const char *at;
    size_t len;
} view;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static view behind(view v, size_t n)
{
    return (view){v.at + n, v.len - n};
}

static bool is_one_of(view v, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == v.len && memcmp(*words, v.at, v.len) == 0)
            return true;
    return false;
}

static size_t count_digits(view v)
{
    size_t n = 0;
    while (n < v.len && is_digit(v.at[n]))
        n++;
    return n;
}

/* ---- whole numbers ---------------------------------------------------------------------------------------------- */

/* -?(0|[1-9][0-9]*), and not beyond 2^53 - 1, where a reader with doubles rounds. */
static bool is_plain_integer(view v)
{
    static const char largest[] = "9007199254740991";
    bool negative = v.len > 0 && v.at[0] == '-';
    if (negative)
        v = behind(v, 1);
    if (v.len == 0 || count_digits(v) != v.len || (v.at[0] == '0' && (v.len > 1 || negative)))
        return false;
    return v.len < sizeof largest - 1 || (v.len == sizeof largest - 1 && memcmp(v.at, largest, v.len) <= 0);
}

/* 0x1F, 0o17, 0b11, 0123; v has no sign. */
static bool is_based_integer(view v)
{
    if (v.len > 2 && v.at[0] == '0' && strchr("xXoObB", v.at[1]) != NULL) {
        size_t i = 2;
        while (i < v.len && is_hex(v.at[i]))
            i++;
        return i == v.len;
    }
    return v.len > 0 && count_digits(v) == v.len;
}

/* 190:20:30, 1:15.5: numbers to the base of sixty in YAML 1.1. */
static bool is_sexagesimal(view v)
{
    size_t n = count_digits(v);
    bool colon = false;
    if (n == 0)
        return false;
    for (v = behind(v, n); v.len > 1 && v.at[0] == ':' && is_digit(v.at[1]); v = behind(v, 1 + n)) {
        n = count_digits(behind(v, 1));
        if (n > 2)
            return false;
        colon = true;
    }
    if (v.len > 0 && v.at[0] == '.')
        v = behind(v, 1 + count_digits(behind(v, 1)));
    return colon && v.len == 0;
}

/* ---- fractions -------------------------------------------------------------------------------------------------- */

/* e10, E-3, or nothing. */
static bool is_exponent(view v)
{
    if (v.len == 0)
        return true;
    if (v.at[0] != 'e' && v.at[0] != 'E')
        return false;
    v = behind(v, 1);
    if (v.len > 0 && (v.at[0] == '+' || v.at[0] == '-'))
        v = behind(v, 1);
    return v.len > 0 && count_digits(v) == v.len;
}

/* 1.10, .5, 1., 1e6, .inf, .nan; v has no sign. */
static bool is_float(view v)
{
    static const char *const special[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL};
    if (is_one_of(v, special))
        return true;
    size_t whole = count_digits(v), part = 0;
    v = behind(v, whole);
    if (v.len > 0 && v.at[0] == '.') {
        part = count_digits(behind(v, 1));
        v = behind(v, 1 + part);
    }
    return whole + part > 0 && is_exponent(v);
}

/* ---- dates ------------------------------------------------------------------------------------------------------ */

/* 2024-05-16, and with a time behind T, t or a blank. */
static bool is_date(view v)
{
    for (int part = 0; part < 3; part++) {
        size_t n = count_digits(v);
        if (part == 0 ? n != 4 : n < 1 || n > 2)
            return false;
        v = behind(v, n);
        if (part < 2 && (v.len == 0 || v.at[0] != '-'))
            return false;
        if (part < 2)
            v = behind(v, 1);
    }
    return v.len == 0 || (strchr("Tt \t", v.at[0]) != NULL && v.len > 1 && is_digit(behind(v, 1).at[0]));
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

/* Underscores may stand between the digits (1_000): the number is looked at without them. */
static bool is_number(view v)
{
    char room[128];
    size_t n = 0;
    if (v.len > 0 && (v.at[0] == '-' || v.at[0] == '+'))
        v = behind(v, 1);
    if (v.len == 0 || !(is_digit(v.at[0]) || v.at[0] == '.'))
        return false;
    for (size_t i = 0; i < v.len; i++) {
        if (v.at[i] == '_')
            continue;
        if (n == sizeof room) /* no reader's number is as long, but who would write such a thing without quotes? */
            return count_digits(v) == v.len;
        room[n++] = v.at[i];
    }
    view bare = {room, n};
    return is_based_integer(bare) || is_float(bare) || is_sexagesimal(bare);
}

plain_kind plain_meaning(const char *at, size_t len)
{
    static const char *const same[] = {"", "true", "false", "null", NULL};
    static const char *const differing[] = {"~",   "Null", "NULL", "True", "TRUE", "False", "FALSE", "yes", "Yes", "YES", "no", "No", "NO", "on",
                                            "On",  "ON",   "off",  "Off",  "OFF",  "y",     "Y",     "n",   "N",   "=",   "<<", NULL};
    view v = {at, len};
    if (is_one_of(v, same))
        return PLAIN_WORD;
    if (is_plain_integer(v))
        return PLAIN_INTEGER;
    return is_one_of(v, differing) || is_number(v) || is_date(v) ? PLAIN_AMBIGUOUS : PLAIN_TEXT;
}
