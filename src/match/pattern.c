/* SPDX-License-Identifier: MIT */
#include "match/pattern.h"

/* What is left of both after the text before the first star was taken off their begins. */
static bool take_head(span *pattern, span *text)
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

/* The same at their ends. There is a star. */
static bool take_tail(span *pattern, span *text)
{
    while (pattern->at[pattern->len - 1] != '*') {
        if (text->len == 0 || pattern->at[pattern->len - 1] != text->at[text->len - 1])
            return false;
        pattern->len--;
        text->len--;
    }
    return true;
}

/* Behind the leftmost place where piece stands in text; false if it stands nowhere. piece is not
 * empty. */
static bool skip_piece(span piece, span *text)
{
    while (text->len >= piece.len) {
        size_t first = span_index((span){text->at, text->len - piece.len + 1}, piece.at[0]);
        *text = span_from(*text, first);
        if (text->len < piece.len)
            return false;
        if (memcmp(text->at, piece.at, piece.len) == 0) {
            *text = span_from(*text, piece.len);
            return true;
        }
        *text = span_from(*text, 1);
    }
    return false;
}

/* Between two stars the leftmost place is as good as any other: it leaves the most for the pieces
 * that follow. So there is no way back, and each piece looks at each byte of the text at most
 * piece.len times. */
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
    if (!take_head(&pattern, &text))
        return false;
    if (pattern.len == 0)
        return text.len == 0;
    return take_tail(&pattern, &text) && pattern_between(pattern, text);
}

size_t pattern_head(span pattern)
{
    return span_index(pattern, '*');
}

size_t pattern_tail(span pattern)
{
    size_t len = 0;
    while (len < pattern.len && pattern.at[pattern.len - 1 - len] != '*')
        len++;
    return len < pattern.len ? len : 0;
}

/* A star in a text equals no byte of a pattern, so only stars of wide match narrow's. A star of
 * wide that matched one matches any text in its place: then wide matches whatever narrow does. And
 * narrow, read as a text, is a text that narrow matches: if wide does not match it, wide does not
 * cover. */
bool pattern_covers(span wide, span narrow)
{
    return pattern_match(wide, narrow);
}
