/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

#include "base/utf8.h"
#include "match/pattern.h"

/* Text as pages, word processors, templates and other products leave it: no token holds it. */

/* ---- characters ---------------------------------------------------------- */

/* In order. What is not in here is as good as any letter. */
static const struct {
    uint32_t first, last;
    const char *what;
} odd[] = {
    {0x00, 0x1f, "a control character, as a line break or tab"},
    {0x7f, 0x9f, "a control character"},
    {0xa0, 0xa0, "a no-break space"},
    {0xab, 0xab, "a typographic quotation mark"},
    {0xad, 0xad, "an invisible character"},
    {0xb4, 0xb4, "an accent for a quotation mark"},
    {0xbb, 0xbb, "a typographic quotation mark"},
    {0x034f, 0x034f, "an invisible character"},
    {0x061c, 0x061c, "an invisible character"},
    {0x115f, 0x1160, "an invisible character"},
    {0x1680, 0x1680, "a space of another kind"},
    {0x180b, 0x180f, "an invisible character"},
    {0x2000, 0x200a, "a space of another kind"},
    {0x200b, 0x200f, "an invisible character"},
    {0x2010, 0x2015, "a dash for a hyphen"},
    {0x2018, 0x201f, "a typographic quotation mark"},
    {0x2024, 0x2026, "an ellipsis for dots"},
    {0x2028, 0x202e, "an invisible character"},
    {0x202f, 0x202f, "a no-break space"},
    {0x2032, 0x2037, "a typographic quotation mark"},
    {0x2039, 0x203a, "a typographic quotation mark"},
    {0x2043, 0x2044, "a character that looks like another"},
    {0x205f, 0x205f, "a space of another kind"},
    {0x2060, 0x206f, "an invisible character"},
    {0x2212, 0x2212, "a minus sign for a hyphen"},
    {0x2215, 0x2217, "a character that looks like another"},
    {0x2236, 0x2236, "a character that looks like another"},
    {0x3000, 0x3000, "a space of another kind"},
    {0x3164, 0x3164, "an invisible character"},
    {0xa789, 0xa789, "a character that looks like another"},
    {0xe000, 0xf8ff, "a character of private use"},
    {0xfe00, 0xfe0f, "an invisible character"},
    {0xfe58, 0xfe58, "a dash for a hyphen"},
    {0xfeff, 0xfeff, "an invisible character"},
    {0xff01, 0xff5e, "a full-width character"},
    {0xfff9, 0xfffd, "a character that stands for none"},
    {0xe0000, 0xe0fff, "an invisible character"},
};

static const char *find_odd(uint32_t point)
{
    size_t i = 0, count = sizeof odd / sizeof *odd;
    if (point >= ' ' && point < 0x7f)
        return NULL;
    while (i < count && odd[i].last < point)
        i++;
    return i < count && odd[i].first <= point ? odd[i].what : NULL;
}

static bool is_latin(uint32_t point)
{
    return (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
}

/* Greek and Cyrillic, which have letters that look like Latin ones. */
static bool is_look_alike(uint32_t point)
{
    return point >= 0x0370 && point <= 0x052f;
}

/* What is odd about a character behind the one before it. */
static const char *find_odd_pair(uint32_t before, uint32_t point)
{
    if (is_latin(before) && point >= 0x0300 && point <= 0x034e)
        return "a letter and its accent as two characters";
    if ((is_latin(before) && is_look_alike(point)) || (is_look_alike(before) && is_latin(point)))
        return "letters of two alphabets in one word";
    return NULL;
}

static const char *find_odd_character(span text)
{
    const char *what = NULL;
    uint32_t point = 0, before = 0;
    while (what == NULL && text.len > 0) {
        size_t len = utf8_next(text, &point);
        what = find_odd(point) != NULL ? find_odd(point) : find_odd_pair(before, point);
        before = point;
        text = span_from(text, len > 0 ? len : 1);
    }
    return what;
}

static bool is_quoted(span text)
{
    return text.len >= 2 && text.at[0] == text.at[text.len - 1] &&
           strchr("\"'`", text.at[0]) != NULL;
}

/* ---- placeholders -------------------------------------------------------- */

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_of_word(char c)
{
    char small = ascii_lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* {REPOSITORY}, but no {uuid} and nothing in small letters, which Bitbucket's subs have. */
static bool is_in_braces(span text)
{
    enum { UUID = 36 };
    size_t open = span_index(text, '{'), close = span_index(text, '}');
    bool capital = false;
    if (open + 1 >= close || close == text.len)
        return false;
    for (size_t i = open + 1; i < close; i++) {
        if (!is_of_word(text.at[i]) || (text.at[i] >= 'a' && text.at[i] <= 'z'))
            return false;
        capital |= is_capital(text.at[i]);
    }
    return capital && close - open - 1 != UUID;
}

static bool holds_any(span text, const char *const *patterns)
{
    for (size_t i = 0; patterns[i] != NULL; i++)
        if (pattern_match(span_of(patterns[i]), text))
            return true;
    return false;
}

static bool is_all_capitals(span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (ascii_lower(word.at[i]) != word.at[i] ? false : word.at[i] != '_' && word.at[i] != '-')
            return false;
    return word.len > 0 && is_capital(word.at[0]);
}

static bool ends_with(span word, span end)
{
    return word.len >= end.len && span_equal(span_from(word, word.len - end.len), end);
}

/* OWNER, CLIENT_ID. A name may be a word of capitals where it stands alone. */
static bool is_stand_in(span word, bool alone)
{
    static const char *const words[] = {
        "ORG",     "ORGANIZATION", "OWNER",     "REPO",     "REPOSITORY", "TENANT",
        "PROJECT", "WORKSPACE",    "NAMESPACE", "USERNAME", "REALM",      "DOMAIN",
        "GROUP",   "BRANCH",       "NAME",      "UUID",     "CLUSTER",    NULL};
    static const char *const ends[] = {"_ID", "_NAME", "_HERE", "_UUID", "-ID", "-NAME", "-HERE"};
    if (!is_all_capitals(word))
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(word, span_of(ends[i])))
            return true;
    return !alone && words_contain(word, words);
}

/* Your-org, your_client, YOURTENANT. */
static bool is_yours(span word)
{
    return word.len > 5 && span_equal_fold((span){word.at, 4}, SPAN("your")) &&
           (word.at[4] == '-' || word.at[4] == '_' || is_capital(word.at[4]));
}

/* %NAME%, @NAME@, #NAME#, __NAME__ */
static bool is_marked(span text, span word)
{
    size_t begin = (size_t)(word.at - text.at), end = begin + word.len;
    bool lines = word.len > 4 && span_starts(word, SPAN("__")) && ends_with(word, SPAN("__"));
    span name = lines ? (span){word.at + 2, word.len - 4} : word;
    bool between = begin > 0 && end < text.len && text.at[begin - 1] == text.at[end] &&
                   strchr("%@#", text.at[end]) != NULL;
    return (lines || between) && is_all_capitals(name);
}

static bool holds_stand_in(span text)
{
    for (size_t i = 0, end; i < text.len; i = end + 1) {
        for (end = i; end < text.len && is_of_word(text.at[end]); end++)
            ;
        span word = {text.at + i, end - i};
        if (is_yours(word) || is_marked(text, word) || is_stand_in(word, word.len == text.len))
            return true;
    }
    return false;
}

static bool is_placeholder(span text)
{
    static const char *const templates[] = {"*<*>*",
                                            "*${*",
                                            "*$(*",
                                            "*{{*",
                                            "*%{*",
                                            "*[[*",
                                            "*...*",
                                            "*REPLACE*ME*",
                                            "*replace-me*",
                                            "*replace_me*",
                                            "*CHANGE*ME*",
                                            "*changeme*",
                                            "*change-me*",
                                            "*change_me*",
                                            "*TODO*",
                                            "*FIXME*",
                                            "*#{*",
                                            "*INSERT_*",
                                            "*INSERT-*",
                                            "*REDACTED*",
                                            "*octo-org/*",
                                            "*my-org/*",
                                            "*mygroup/*",
                                            "*my-group/*",
                                            "*xxxx*",
                                            "*XXXX*",
                                            "*PLACEHOLDER*",
                                            "*placeholder*",
                                            "*yourdomain*",
                                            "*yourtenant*",
                                            "*yourcompany*",
                                            "*yourorg*",
                                            "*&lt;*&gt;*",
                                            "*@@*@@*",
                                            "xxx",
                                            "null",
                                            "undefined",
                                            "None",
                                            "<nil>",
                                            "00000000-0000-0000-0000-000000000000",
                                            NULL};
    bool variable = text.len > 1 && text.at[0] == '$' && is_capital(text.at[1]);
    return variable || holds_any(text, templates) || is_in_braces(text) || holds_stand_in(text);
}

/* ---- other products' patterns -------------------------------------------- */

static bool is_plain(char c)
{
    return is_of_word(c) && c != '-' && c != '_';
}

/* ".*", but not as in com.acme.*: there the dot is one of several between names. */
static bool holds_dot_star(span text)
{
    bool dotted = false;
    for (size_t i = 0; i + 1 < text.len; i++) {
        bool after_name = i > 0 && is_plain(text.at[i - 1]);
        if (text.at[i] == '.' && text.at[i + 1] == '*' && !(dotted && after_name))
            return true;
        dotted |= text.at[i] == '.' && text.at[i + 1] != '*';
    }
    return false;
}

/* Auth0's subs are CONNECTION|USER; elsewhere a bar in a pattern is an alternative. */
static bool is_alternative(span text, bool auth0)
{
    static const char *const connections[] = {
        "ad",       "adfs",   "apple",       "auth0",         "auth0-oidc", "bitbucket",   "email",
        "facebook", "github", "google-apps", "google-oauth2", "linkedin",   "oauth2",      "oidc",
        "okta",     "samlp",  "sms",         "twitter",       "waad",       "windowslive", NULL};
    size_t bar = span_index(text, '|');
    return bar < text.len && !auth0 && !words_contain((span){text.at, bar}, connections);
}

static bool is_regular_expression(span text, bool is_pattern, bool auth0)
{
    static const char *const anywhere[] = {"^*",       "*.+*",     "*(?*",     "*(*|*)*", "*[^*]*",
                                           "*[a-z*]*", "*[A-Z*]*", "*[0-9*]*", "*\\.*",   "*\\/*",
                                           "*\\-*",    "*\\d+*",   "*\\w+*",   "*\\S+*",  "*\\d{*",
                                           "/^*",      NULL};
    static const char *const in_patterns[] = {"*$", "*?*", "*{*,*}*", NULL};
    return holds_any(text, anywhere) || holds_dot_star(text) ||
           (is_pattern && (holds_any(text, in_patterns) || is_alternative(text, auth0)));
}

/* ---- all of it ----------------------------------------------------------- */

bool lint_text(lint_run *l, const lint_subject *of, lint_location where, span text,
               lint_text_kind kind)
{
    const char *character = find_odd_character(text);
    bool blank = text.len > 0 && (text.at[0] == ' ' || text.at[text.len - 1] == ' ');
    if (character != NULL || is_quoted(text))
        lint_report(l, "odd-character", of, where, "\"%\" holds %: no token has that, type it anew",
                    SPANS(text, character != NULL ? span_of(character)
                                                  : SPAN("quotation marks of its own")));
    else if (is_placeholder(text) || (kind == TEXT_ISSUER && span_index(text, '{') < text.len))
        lint_report(l, "placeholder", of, where,
                    "\"%\" looks like a place to be filled in: write what your tokens have",
                    SPANS(text));
    else if (blank)
        lint_report(l, "white-space", of, where,
                    "\"%\" begins or ends with a blank, which counts: take it out", SPANS(text));
    else if (is_regular_expression(text, kind == TEXT_PATTERN || kind == TEXT_AUTH0_PATTERN,
                                   kind == TEXT_AUTH0_PATTERN))
        lint_report(l, "regular-expression", of, where,
                    "\"%\" looks like a regular expression, and there are none: * in StringLike "
                    "is any run of characters, and alternatives are values of their own",
                    SPANS(text));
    else
        return false;
    return true;
}
