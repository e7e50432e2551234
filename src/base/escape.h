/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_ESCAPE_H
#define FNT_BASE_ESCAPE_H

#include "base/buf.h"

/* Text out of a token is an attacker's (rule 26): these are the ways in which it leaves the
 * library. */

/* For people (FNT_ESCAPE_PLAIN): what moves a cursor, breaks a line, turns the reading direction,
 * shows nothing or is no UTF-8 is spelled out: "\n", "\u{202e}", "\xff". All else as it is. */
void escape_print(buf *out, span text);

/* As a JSON string with its quotes (FNT_ESCAPE_JSON; RFC 8259, 7). What is no UTF-8 becomes U+FFFD.
 */
void escape_json(buf *out, span text);

/* The work of fnt_escape; see there. */
fnt_status escape_copy(span text, int32_t form, char *dst, size_t size, size_t *out_len);

#endif
