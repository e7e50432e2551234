/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_PATTERN_H
#define FNT_MATCH_PATTERN_H

#include "base/span.h"

/* A pattern is text in which "*" stands for any run of bytes, even an empty one, and even with ":".
 * Nothing else is special, a match covers the whole text, case matters (rules 21, 22). An absent
 * span is the empty pattern, or the empty text. */

/* In at most pattern.len times text.len steps, without recursion or memory. */
bool pattern_match(span pattern, span text);

/* What can be known before there is a text. The prefix is what stands before the first star, all of
 * the pattern without one; the suffix is what follows the last, nothing without one. In bytes. */
size_t pattern_prefix(span pattern);
size_t pattern_suffix(span pattern);
/* Whether what is left between prefix and suffix, which begins and ends with a star, matches what
 * is left of the text. */
bool pattern_between(span between, span text);

/* Whether wide matches everything that narrow matches: rule 36's "an audience lies inside a
 * permission". Bounded as pattern_match is, and exact over all texts. Not all texts are resources:
 * "*:*" does not cover "*", though every resource has its colon. */
bool pattern_covers(span wide, span narrow);

#endif
