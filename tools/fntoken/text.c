/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wipe(void *at, size_t len)
{
    volatile unsigned char *byte = at;
    while (len-- > 0)
        *byte++ = 0;
}

static void *must(void *block)
{
    if (block == NULL) {
        fputs("fntoken: memory: out of memory\n", stderr);
        exit(2);
    }
    return block;
}

void *new_array(size_t count, size_t size)
{
    return must(calloc(count > 0 ? count : 1, size));
}

char *new_copy(const char *bytes, size_t len)
{
    char *copy = new_array(len + 1, 1);
    if (len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

/* Not realloc: it would leave the old bytes behind. */
void text_reserve(text *t, size_t len)
{
    if (t->at != NULL && len < t->size - t->len)
        return;
    if (len > SIZE_MAX / 4 || t->len > SIZE_MAX / 4)
        (void)must(NULL);
    size_t size = (t->len + len + 1) * 2;
    char *more = new_array(size, 1);
    if (t->len > 0)
        memcpy(more, t->at, t->len);
    size_t kept = t->len;
    text_free(t);
    *t = (text){more, kept, size};
}

void text_free(text *t)
{
    if (t->at != NULL)
        wipe(t->at, t->size);
    free(t->at);
    *t = TEXT_EMPTY;
}

void text_add(text *t, const char *bytes, size_t len)
{
    text_reserve(t, len);
    if (len > 0)
        memcpy(t->at + t->len, bytes, len);
    t->len += len;
    t->at[t->len] = '\0';
}

void text_put(text *t, const char *string)
{
    text_add(t, string, strlen(string));
}

void text_byte(text *t, char c)
{
    text_add(t, &c, 1);
}

void text_number(text *t, long long number)
{
    char room[32];
    int len = snprintf(room, sizeof room, "%lld", number);
    text_add(t, room, len > 0 ? (size_t)len : 0);
}

void text_json(text *t, const char *bytes, size_t len)
{
    text_byte(t, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char room[8];
        if (c < 0x20 || c == 0x7f) {
            (void)snprintf(room, sizeof room, "\\u%04x", c);
            text_put(t, room);
            continue;
        }
        if (c == '"' || c == '\\')
            text_byte(t, '\\');
        text_byte(t, bytes[i]);
    }
    text_byte(t, '"');
}

static bool is_unreserved(char c) /* RFC 3986, 2.3 */
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void text_form(text *t, const char *bytes, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (is_unreserved(bytes[i]))
            text_byte(t, bytes[i]);
        else
            text_add(t, (const char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}
