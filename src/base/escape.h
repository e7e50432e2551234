/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_ESCAPE_H
#define FNT_BASE_ESCAPE_H

#include "base/buf.h"

/* Text out of a token is an attacker's (rule 26): these are the two ways in which it leaves the
 * library in a sentence or JSON. */

/* For people: what moves a cursor, breaks a line, turns the reading direction or is no UTF-8 is
 * spelled out, \n as "\n", other control, invisible and bidirectional characters as "\u{202e}",
 * stray bytes as "\xff". All else as it is. */
void escape_print(buf *out, span text);

/* As a JSON string with its quotes (RFC 8259, 7). What is no UTF-8 becomes U+FFFD. */
void escape_json(buf *out, span text);

/* Length of the UTF-8 sequence at text's begin, or 0 if it is none (RFC 3629: no surrogates,
 * nothing overlong); its character in *point. text is not empty. */
size_t utf8_next(span text, uint32_t *point);

#endif
