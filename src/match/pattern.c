/* SPDX-License-Identifier: MIT */
#include "match/pattern.h"

/* Takes the pattern's prefix off both. */
static bool take_prefix(span *pattern, span *text)
{
    size_t i = 0;
    while (i < pattern->len && pattern->at[i] != '*') {
        if (i == text->len || pattern->at[i] != text->at[i])
            return false;
        i++;
    }
    if (i > 0) { /* an absent text stays as it is */
        *pattern = span_from(*pattern, i);
        *text = span_from(*text, i);
    }
    return true;
}

/* Takes the pattern's suffix off both. There is a star. */
static bool take_suffix(span *pattern, span *text)
{
    while (pattern->at[pattern->len - 1] != '*') {
        if (text->len == 0 || pattern->at[pattern->len - 1] != text->at[text->len - 1])
            return false;
        pattern->len--;
        text->len--;
    }
    return true;
}

/* Takes all up to the end of the leftmost occurrence of piece off text; false if there is none.
 * piece is not empty. */
static bool skip_piece(span piece, span *text)
{
    while (text->len >= piece.len) {
        size_t first = span_index((span){text->at, text->len - piece.len + 1}, piece.at[0]);
        *text = span_from(*text, first);
        if (text->len < piece.len)
            return false;
        if (span_starts(*text, piece)) {
            *text = span_from(*text, piece.len);
            return true;
        }
        *text = span_from(*text, 1);
    }
    return false;
}

/* Between two stars the leftmost occurrence is as good as any other: it leaves the most for the
 * pieces that follow. So there is no backtracking, and each piece looks at each byte of the text at
 * most piece.len times. */
bool pattern_between(span between, span text)
{
    while (between.len > 1) {
        between = span_from(between, 1);
        span piece = {between.at, span_index(between, '*')};
        if (piece.len > 0 && !skip_piece(piece, &text))
            return false;
        between = span_from(between, piece.len);
    }
    return true;
}

bool pattern_match(span pattern, span text)
{
    if (!take_prefix(&pattern, &text))
        return false;
    if (pattern.len == 0)
        return text.len == 0;
    return take_suffix(&pattern, &text) && pattern_between(pattern, text);
}

size_t pattern_prefix(span pattern)
{
    return span_index(pattern, '*');
}

size_t pattern_suffix(span pattern)
{
    size_t start = pattern.len;
    while (start > 0 && pattern.at[start - 1] != '*')
        start--;
    return start == 0 ? 0 : pattern.len - start;
}

/* wide matches everything that narrow matches if and only if it matches narrow read as a text. If:
 * only a star of wide can match a star, and it would match anything else there as well. Only if:
 * narrow matches itself. */
bool pattern_covers(span wide, span narrow)
{
    return pattern_match(wide, narrow);
}
