/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "lib/base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/app.h"

/* ---- memory -------------------------------------------------------------- */

static void *must(void *block)
{
    if (block == NULL) {
        fprintf(stderr, "%s: memory: out of memory\n", program_name);
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

void *grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity == 0 ? 16 : *capacity * 2;
    return must(*capacity <= SIZE_MAX / 2 / size ? realloc(array, *capacity * size) : NULL);
}

void *shrink(void *array, size_t count, size_t *capacity, size_t size)
{
    if (array == NULL || count == *capacity)
        return array;
    *capacity = count > 0 ? count : 1;
    return must(realloc(array, *capacity * size));
}

/* ---- bytes --------------------------------------------------------------- */

/* Not realloc: it would not wipe the old bytes. */
void text_reserve(text *t, size_t len)
{
    if (t->at != NULL && len < t->size - t->len)
        return;
    if (len > SIZE_MAX / 4 || t->len > SIZE_MAX / 4)
        (void)must(NULL);
    size_t size = (t->len + len + 1) * (t->at != NULL ? 2 : 1), kept = t->len;
    char *more = new_array(size, 1);
    if (t->at != NULL)
        memcpy(more, t->at, kept);
    text_free(t);
    *t = (text){more, kept, size};
}

void text_free(text *t)
{
    if (t->at != NULL)
        explicit_bzero(t->at, t->size);
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

/* Twice: for the length, then into the space reserved for it. */
void text_print_list(text *t, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        return;
    text_reserve(t, (size_t)len);
    (void)vsnprintf(t->at + t->len, (size_t)len + 1, format, arguments);
    t->len += (size_t)len;
}

void text_print(text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_print_list(t, format, arguments);
    va_end(arguments);
}

/* ---- JSON ---------------------------------------------------------------- */

void text_json(text *t, const char *bytes, size_t len)
{
    size_t plain = 0; /* where what is not added yet begins */
    text_byte(t, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool is_control = c < 0x20 || c == 0x7f;
        if (!is_control && c != '"' && c != '\\')
            continue;
        text_add(t, bytes + plain, i - plain);
        plain = is_control ? i + 1 : i;
        if (is_control)
            text_print(t, "\\u%04x", c);
        else
            text_byte(t, '\\');
    }
    text_add(t, bytes + plain, len - plain);
    text_byte(t, '"');
}

void text_member(text *t, const char *name, const char *value)
{
    if (t->len > 0 && t->at[t->len - 1] != '{')
        text_byte(t, ',');
    text_json(t, name, strlen(name));
    text_byte(t, ':');
    if (value != NULL)
        text_json(t, value, strlen(value));
    else
        text_put(t, "null");
}
