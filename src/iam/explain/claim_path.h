/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXPLAIN_CLAIM_PATH_H
#define FNT_IAM_EXPLAIN_CLAIM_PATH_H

#include "base/buf.h"
#include "text/json.h"

/* For a claim that is not there: appends what was probably meant, a name or a JSON pointer. People
 * write a path with dots, "$." in front and "[0]" behind, without its first slash, or in another
 * case; or the name alone of what stands inside another claim. scratch: as of json_unescape, for
 * any string of the claims. False: nothing is near, and nothing was appended. */
bool claim_path_suggest(buf *out, json_value claims, span written, char *scratch);

/* Appends the pointer to the first string or array inside the claim of that name or pointer, which
 * is an object. */
void claim_path_inside(buf *out, json_value object, span claim, char *scratch);

#endif
