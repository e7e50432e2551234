/* SPDX-License-Identifier: MIT */
#include "sets.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t state;

static unsigned below(unsigned n)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(state >> 33) % n;
}

static void start(set *to, size_t count)
{
    state = count;
    to->count = 0;
}

__attribute__((format(printf, 2, 3))) static void put(set *to, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int len = vsnprintf(to->text[to->count], SET_TEXT, format, list);
    va_end(list);
    to->list[to->count] = (span){to->text[to->count], (size_t)len};
    to->count++;
}

static const char *word(char scratch[SET_TEXT], unsigned choices)
{
    static const char *const words[] = {"env",     "figlet", "printer", "nodeinfo", "resize",
                                        "billing", "auth",   "cows",    "shasum",   "ml"};
    snprintf(scratch, SET_TEXT, "%s-%u", words[below(10)], below(choices));
    return scratch;
}

void set_mix(set *to, size_t count, unsigned spaces)
{
    start(to, count);
    for (size_t i = 0; i < count; i++) {
        char space[SET_TEXT], name[SET_TEXT];
        unsigned kind = (unsigned)(i * 7 % 20); /* the mix holds in small sets too */
        snprintf(space, SET_TEXT, "team-%u", below(spaces));
        word(name, (unsigned)count);
        if (kind < 12)
            put(to, "%s:%s", space, name);
        else if (kind < 16)
            put(to, "%s-all:*", space);
        else if (kind < 18)
            put(to, "%s:%s-*", space, name);
        else if (kind < 19)
            put(to, "*:%s", name);
        else
            put(to, "%s:*-%s", space, name);
    }
}

static char letter(void)
{
    return (char)('a' + below(26));
}

/* form, with a letter for each "?". */
static void put_letters(set *to, const char *form)
{
    char *at = to->text[to->count];
    size_t len = 0;
    for (const char *c = form; *c != '\0'; c++)
        at[len++] = *c == '?' ? letter() : *c;
    at[len] = '\0';
    to->list[to->count++] = (span){at, len};
}

void set_general(set *to, size_t count, unsigned spaces)
{
    (void)spaces;
    for (start(to, count); to->count < count;)
        put_letters(to, "?*?*:?*?");
}

void set_loose(set *to, size_t count, unsigned spaces)
{
    (void)spaces;
    for (start(to, count); to->count < count;)
        put_letters(to, "*??*:*??*");
}

static void put_filled(set *to, span pattern)
{
    char *at = to->text[to->count];
    for (size_t i = 0; i < pattern.len; i++)
        at[i] = pattern.at[i] == '*' ? letter() : pattern.at[i];
    at[pattern.len] = '\0';
    to->list[to->count++] = (span){at, pattern.len};
}

void set_resources(set *to, const set *from, unsigned spaces)
{
    char space[SET_TEXT], name[SET_TEXT];
    for (to->count = 0; to->count < SET_RESOURCES;) {
        span pattern = from->list[below((unsigned)from->count)];
        snprintf(space, SET_TEXT, "team-%u", below(spaces));
        if (below(2) == 0)
            put_filled(to, pattern);
        else
            put(to, "%s:%s", space, word(name, (unsigned)from->count + 1000));
    }
}

void set_miss(const set *from, char to[SET_TEXT])
{
    span first = from->list[0];
    snprintf(to, SET_TEXT, "%.*s:zzz-nothing", (int)span_index(first, ':'), first.at);
}
