/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_PATTERN_H
#define FNT_MATCH_PATTERN_H

#include "base/span.h"

/* A pattern is text in which "*" stands for any run of bytes, also none, also with ":". Nothing
 * else is special, a match covers the whole text, case matters (rules 21, 22). An absent span is
 * the empty pattern, or the empty text. */

/* In at most pattern.len times text.len steps, without recursion or memory. */
bool pattern_match(span pattern, span text);

/* What of it can be known before there is a text: how many bytes stand before its first star, or
 * its length without one; how many behind its last, 0 without one. */
size_t pattern_head(span pattern);
size_t pattern_tail(span pattern);
/* Whether what is left between head and tail matches what is left of the text: between begins and
 * ends with a star. */
bool pattern_between(span between, span text);

/* Whether wide matches everything that narrow matches: rule 36's "an audience lies inside a
 * permission". Bounded as pattern_match is, and exact over all texts. Not all texts are resources:
 * "*:*" does not cover "*", though every resource has its colon. */
bool pattern_covers(span wide, span narrow);

#endif
