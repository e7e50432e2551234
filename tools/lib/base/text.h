/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_TEXT_H
#define FNTOKEN_LIB_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first), nonnull(at)))
#else
#define PRINTF_LIKE(at, first)
#endif

/* Bytes being written, NUL-terminated. Start with TEXT_EMPTY. Its bytes are wiped before
 * they are freed, whether they hold a key or not. Out of memory ends
 * the program with status 2. */
typedef struct {
    char *at;
    size_t len, size;
} text;

#define TEXT_EMPTY ((text){NULL, 0, 0})

void text_add(text *t, const char *bytes, size_t len);
void text_put(text *t, const char *string);
void text_byte(text *t, char c);
void text_print(text *t, const char *format, ...) PRINTF_LIKE(2, 3);
void text_print_list(text *t, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* As a JSON string with its quotes. */
void text_json(text *t, const char *bytes, size_t len);

/* A member of a JSON object, after a comma unless it is the first. A value of NULL is null. */
void text_member(text *t, const char *name, const char *value);

/* Reserves len more bytes, which the caller writes from at + len on. */
void text_reserve(text *t, size_t len);
void text_free(text *t);

/* Zeroed memory for count things of that size; never NULL. Release with free, as what the others
 * return. */
void *new_array(size_t count, size_t size);
char *new_copy(const char *bytes, size_t len); /* NUL-terminated */

/* The array with space for one more; *capacity counts elements. Not for secrets: the old bytes are
 * not wiped. */
void *grow(void *array, size_t count, size_t *capacity, size_t size);
/* The array without space for more. */
void *shrink(void *array, size_t count, size_t *capacity, size_t size);

#endif
