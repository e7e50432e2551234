/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_TEXT_H
#define FNTOKEN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes being written, with a NUL behind them. Start with TEXT_EMPTY. Whatever it held is wiped before it is freed: a reader
 * of files need not know which of them hold a key. Out of memory ends the program with status 2. */
typedef struct {
    char *at;
    size_t len, size;
} text;

#define TEXT_EMPTY ((text){NULL, 0, 0})

void text_add(text *t, const char *bytes, size_t len);
void text_put(text *t, const char *string);
void text_byte(text *t, char c);
void text_number(text *t, long long number);

/* As a JSON string with its quotes; as a value in application/x-www-form-urlencoded. */
void text_json(text *t, const char *bytes, size_t len);
void text_form(text *t, const char *bytes, size_t len);

/* Room for len more bytes, written by the caller behind at + len. */
void text_reserve(text *t, size_t len);
void text_free(text *t);

/* Zeroed memory for count things of that size; never NULL. Release with free. */
void *new_array(size_t count, size_t size);
char *new_copy(const char *bytes, size_t len); /* with a NUL behind it */

/* Overwrites so that the compiler can't drop it. */
void wipe(void *at, size_t len);

#endif
