/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_SAFE_H
#define FNTOKEN_LIB_BASE_SAFE_H

#include <stddef.h>
#include <stdio.h>

/* What a token, a file or an argument holds never reaches a terminal raw: controls, line breaks,
 * invisible and bidirectional characters are spelled out, stray bytes too. */

/* For people: "\n", "\u{202e}", "\xff". */
void safe_print(FILE *out, const char *bytes, size_t len);
void safe_puts(FILE *out, const char *string);

/* JSON text that is valid already: the same characters as "\u202e", which means the same to a
 * reader, without white space between the values, and with a line break at the end. */
void safe_json(FILE *out, const char *json, size_t len);

#endif
