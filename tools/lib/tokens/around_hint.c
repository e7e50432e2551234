/* SPDX-License-Identifier: MIT */
#include "lib/tokens/around_hint.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

#define QUOTED                                                                                     \
    "The token stands in quotation marks: pass it without them (jq has the option -r for that)."
#define NAMED                                                                                      \
    "A name stands before the token: pass its value alone, without what is before the equals "     \
    "sign or colon."

static const text_row before[] = {
    {ROW_BEGINS, true, "bearer:", "\"Bearer:\" stands before the token: pass the token alone."},
    {ROW_BEGINS, true, "bearer", "\"Bearer \" stands before the token: pass the token alone."},
    {ROW_BEGINS, true, "authorization",
     "This is a whole header line, \"Authorization: Bearer\" "
     "and a token: pass the token alone."},
    {ROW_BEGINS, true, "set-cookie:", "This is a cookie with a token in it: pass the token alone."},
    {ROW_BEGINS, true, "cookie:", "This is a cookie with a token in it: pass the token alone."},
    {ROW_BEGINS, true, "b'",
     "The token stands in b'...', Python's form of bytes: call .decode() "
     "on them first."},
    {ROW_BEGINS, true, "b\"",
     "The token stands in b\"...\", Python's form of bytes: call "
     ".decode() on them first."},
    {ROW_BEGINS, true, "u'", QUOTED},
    {ROW_BEGINS, false, "\"", QUOTED},
    {ROW_BEGINS, false, "'", QUOTED},
    {ROW_BEGINS, false, "\\\"", QUOTED},
    {ROW_BEGINS, false, "&quot;", QUOTED},
    {ROW_BEGINS, false, "%22", QUOTED},
    {ROW_BEGINS, false, "\xe2\x80\x9c", QUOTED},
    {ROW_BEGINS, false, "\xe2\x80\x98", QUOTED},
    {ROW_BEGINS, false, "\xc2\xab", QUOTED},
    {ROW_BEGINS, false, "`", QUOTED},
    {ROW_BEGINS, false, "<", "The token stands in angle brackets: pass it without them."},
    {ROW_BEGINS, false, "(", "The token stands in brackets: pass it without them."},
    {ROW_BEGINS, false, "[", "The token stands in brackets: pass it without them."},
    {ROW_BEGINS, false, "{", "The token stands in braces: pass it without them."},
    {ROW_BEGINS, false, "\xc2\xa0", "A non-breaking space stands before the token: type it anew."},
    {ROW_BEGINS, false, "\xe2\x80",
     "An invisible character stands before the token: pass the "
     "token alone."},
    {ROW_BEGINS, false, "\x1b",
     "A colour code of a terminal stands before the token: pass the "
     "token alone (jq has the option -M for that)."},
    {ROW_ENDS, false, "=", NAMED},
    {ROW_ENDS, false, ":", NAMED},
    {ROW_ENDS, false, ": ", NAMED},
    {ROW_ENDS, false, "= ", NAMED},
    {ROW_ENDS, false, "=\"", NAMED},
    {ROW_ENDS, false, "='", NAMED},
    {ROW_ENDS, false, ": \"", NAMED},
    {ROW_BEGINS, true, "jwt ", "The word JWT stands before the token: pass the token alone."},
    {ROW_BEGINS, true, "token ", "The word token stands before the token: pass the token alone."},
    {ROW_BEGINS, true, "basic ", "\"Basic \" stands before the token: pass the token alone."},
};

static const text_row behind[] = {
    {ROW_BEGINS, false, "==",
     "Padding (\"=\") stands behind the token: a token has none, so pass "
     "it without."},
    {ROW_BEGINS, false, "=",
     "Padding (\"=\") stands behind the token: a token has none, so pass "
     "it without."},
    {ROW_BEGINS, false, ",",
     "A comma stands behind the token, as between several tokens or two "
     "headers: pass one token alone."},
    {ROW_BEGINS, false, ";", "A semicolon stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "\"", "A quotation mark stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "'", "A quotation mark stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "`", "A quotation mark stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "\\",
     "A backslash stands behind the token, as of \\n that was not turned "
     "into a line break: pass the token alone."},
    {ROW_BEGINS, false, "%0",
     "A line break stands behind the token, percent-encoded: pass the "
     "token alone."},
    {ROW_BEGINS, false, "%",
     "Something percent-encoded, or the % of a shell, stands behind the "
     "token: pass the token alone."},
    {ROW_BEGINS, false, "&",
     "Another parameter stands behind the token (\"&\"): pass the token "
     "alone."},
    {ROW_BEGINS, false, "#",
     "A fragment or comment stands behind the token (\"#\"): pass the "
     "token alone."},
    {ROW_BEGINS, false, "~",
     "This is an SD-JWT, a token with disclosures behind it (\"~\"), which "
     "is not accepted here: ask for a plain JWT."},
    {ROW_BEGINS, false, "}", "A brace stands behind the token, as of JSON: pass the token alone."},
    {ROW_BEGINS, false, "]", "A bracket stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, ")", "A bracket stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, ">", "A bracket stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, ":", "A colon stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "|", "A bar stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "!", "An exclamation mark stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "\xe2\x80\xa6",
     "The token was cut off by a program that shows an ellipsis "
     "in place of the rest: take it from where it comes from."},
    {ROW_BEGINS, false, "...",
     "The token was cut off by a program that shows dots in place of the "
     "rest: take it from where it comes from."},
    {ROW_BEGINS, false, "\xc2\xa0",
     "A non-breaking space stands behind the token: pass the token "
     "alone."},
    {ROW_BEGINS, false, "\xe2\x80",
     "An invisible or typographic character stands behind the token: pass the token alone."},
    {ROW_BEGINS, false, "\x1b",
     "A colour code of a terminal stands behind the token: pass the "
     "token alone (jq has the option -M for that)."},
};

static const char *white_behind(piece rest)
{
    size_t begin, end, white = 0;
    while (white < rest.len && piece_is_white(rest.at[white]))
        white++;
    if (white == rest.len)
        return "White space stands behind the token (a blank, a tab or a line break): pass the "
               "token alone.";
    if (piece_find_token(rest, &begin, &end))
        return "A second token stands behind the first: pass one alone.";
    return "White space stands in the token, or other text behind it, as in a log: pass the token "
           "alone, as one word.";
}

const char *around_hint(piece text, size_t begin, size_t end)
{
    piece rest = piece_from(text, end);
    if (begin > 0) {
        const char *known = rows_find(before, COUNT(before), (piece){text.at, begin});
        return known != NULL ? known
               : piece_is_white(text.at[0])
                   ? "White space stands before the token: pass the token alone."
                   : "Other text stands before the token: pass the token alone.";
    }
    /* a plus or slash is a part's own mistake, and of a dot the library tells */
    if (rest.len == 0 || rest.at[0] == '+' || rest.at[0] == '/')
        return NULL;
    if (piece_is_white(rest.at[0]))
        return white_behind(rest);
    const char *known = rows_find(behind, COUNT(behind), rest);
    return known != NULL || rest.at[0] == '.'
               ? known
               : "Other text stands behind the token: pass the token alone.";
}
