/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_UTF8_H
#define FNT_BASE_UTF8_H

#include <stdint.h>

#include "base/span.h"

/* Length of the UTF-8 sequence that text begins with, or 0 if it is none (RFC 3629: no surrogates,
 * nothing overlong); its code point in *point. text is not empty. */
size_t utf8_next(span text, uint32_t *point);

/* The beginning of text: at most max bytes, none of a character that would be cut in two. */
span utf8_head(span text, size_t max);

#endif
