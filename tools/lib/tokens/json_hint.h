/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_TOKENS_JSON_HINT_H
#define FNTOKEN_LIB_TOKENS_JSON_HINT_H

#include <stdbool.h>

#include "lib/tokens/text_rows.h"

/* What is JSON and sent where a token, or the claims of one, are wanted. */

/* Of JSON in place of a token, by the names in it; never NULL. */
const char *json_hint_token(piece json);

/* Of an object in place of claims, whose members has knows; NULL: it may be claims. */
typedef bool json_has(const void *object, const char *name);
const char *json_hint_claims(json_has *has, const void *object);

#endif
