/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_TOKENS_TOKEN_HINT_H
#define FNTOKEN_LIB_TOKENS_TOKEN_HINT_H

#include <stddef.h>

/* What people send where a token is wanted, told by the text alone: a sentence each, which says
 * what was found and what to do, and NULL where nothing is known. The library refuses all of it,
 * and can't tell as much without a table of this kind. Sentences are static: no piece of the text,
 * which may be a secret, is in one. */

/* Of a text that should be a token. */
const char *token_hint(const char *text, size_t len);

/* Of the name of a file that is there. */
extern const char token_hint_file[];

/* Of a text that should be the value of an Authorization header. */
const char *header_hint(const char *text, size_t len);

#endif
