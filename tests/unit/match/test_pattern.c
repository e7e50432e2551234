/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdint.h>
#include <stdlib.h>

#include "match/pattern.h"

typedef struct {
    const char *pattern, *text;
    bool match;
    const char *why;
} row;

/* Resources are in tests/vectors/patterns.json; here is what no resource can be. */
static const row rows[] = {
    {"openfaas-fn:*", "openfaas-fn:", true, "a star stands for nothing, too"},
    {"*", "", true, "and the empty text"},
    {"***", "", true, "three as well"},
    {"*a*ab", "aab", true, "the piece and the tail do not share"},
    {"*ab*ab*", "abab", true, "pieces one behind the other"},
    {"*ab*ab*", "aabxab", true, "a piece that nearly began before"},
    {"a*b*c", "abbc", true, "leftmost piece"},
    {"", "", true, "empty is empty"},
    {"*\xff*", "a\xff", true, "bytes are bytes"},

    {"dev:env", "", false, "nothing is asked"},
    {"dev:\\*", "dev:*", false, "no escapes"},
    {"a*a", "a", false, "head and tail do not share a byte"},
    {"ab*bc", "abc", false, "nor overlap"},
    {"*aa*aa*", "aaa", false, "nor do pieces"},
    {"a*b*c", "acb", false, "in order"},
    {"*abc*", "ab", false, "the text is shorter than the piece"},
    {"*abc*", "ababab", false, "the piece begins often and never ends"},
    {"*ab*b", "ab", false, "what the piece took, the tail has not"},
};

Test(pattern, rule_21_the_whole_text_and_nothing_but_stars)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(pattern_match(span_of(rows[i].pattern), span_of(rows[i].text)), rows[i].match,
                     "%s on %s: %s", rows[i].pattern, rows[i].text, rows[i].why);
}

Test(pattern, rule_21_nul_is_a_byte)
{
    cr_expect(pattern_match(SPAN("a\0b"), SPAN("a\0b")));
    cr_expect_not(pattern_match(SPAN("a\0b"), SPAN("a\0c")), "nothing ends at a NUL");
    cr_expect_not(pattern_match(SPAN("a"), SPAN("a\0")));
    cr_expect_not(pattern_match(SPAN("a\0"), SPAN("a")));
}

Test(pattern, absent_is_empty)
{
    cr_expect(pattern_match(SPAN_NONE, SPAN_NONE));
    cr_expect(pattern_match(SPAN("*"), SPAN_NONE));
    cr_expect_not(pattern_match(SPAN("a*"), SPAN_NONE));
    cr_expect_not(pattern_match(SPAN("*a"), SPAN_NONE));
    cr_expect_not(pattern_match(SPAN("*a*"), SPAN_NONE));
    cr_expect_not(pattern_match(SPAN_NONE, SPAN("a")));
}

static char *many(const char *piece, size_t times, const char *last)
{
    char *text = malloc(strlen(piece) * times + strlen(last) + 1);
    text[0] = '\0';
    char *end = text;
    for (size_t i = 0; i < times; i++, end += strlen(piece))
        memcpy(end, piece, strlen(piece));
    memcpy(end, last, strlen(last) + 1);
    return text;
}

static void match_repeatedly(size_t stars)
{
    char *pattern = many("a*", stars, "b"), *text = many("a", 2 * stars, "");
    for (int i = 0; i < 1000; i++)
        cr_expect_not(pattern_match(span_of(pattern), span_of(text)));
    free(pattern), free(text);
}

/* Pattern times text: twice linear for both twice as long. A matcher that goes back takes 1500
 * times as many steps; with the longer ones below it never ends, and one that recurses runs out of
 * stack. */
Test(pattern, rule_22_no_blow_up)
{
    cr_assert_lt(test_growth(match_repeatedly, 6, 2), 10);
    char *as = many("a", 2000, ""), *stars = many("a*", 1000, "b"),
         *inner = many("*a", 1000, "*b*");
    char *deep = many("*a", 1000000, ""), *long_text = many("a", 1000000, "");
    cr_expect_not(pattern_match(span_of(stars), span_of(as)));
    cr_expect_not(pattern_match(span_of(inner), span_of(as)));
    cr_expect(pattern_match(span_of(deep), span_of(long_text)));
    free(as), free(stars), free(inner), free(deep), free(long_text);
}

/* Another way of matching: reach[j] says that the pattern so far matches the first j bytes of text.
 */
static bool oracle(span pattern, span text)
{
    bool reach[64] = {true};
    for (size_t i = 0; i < pattern.len; i++) {
        bool star = pattern.at[i] == '*', next[64] = {star && reach[0]};
        for (size_t j = 1; j <= text.len; j++)
            next[j] =
                star ? reach[j] || next[j - 1] : reach[j - 1] && pattern.at[i] == text.at[j - 1];
        memcpy(reach, next, sizeof reach);
    }
    return reach[text.len];
}

static uint32_t seed = 1;

static unsigned below(unsigned n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

static span random_text(char *scratch, const char *alphabet, unsigned max)
{
    span s = {scratch, below(max + 1)};
    for (size_t i = 0; i < s.len; i++)
        scratch[i] = alphabet[below((unsigned)strlen(alphabet))];
    return s;
}

Test(pattern, equal_to_an_oracle)
{
    size_t matched = 0;
    char a[16], b[16];
    for (int i = 0; i < 300000; i++) {
        span pattern = random_text(a, i % 2 == 0 ? "ab**" : "aab:*", 10),
             text = random_text(b, i % 2 == 0 ? "ab" : "aaab:", 10);
        bool expected = oracle(pattern, text);
        matched += expected;
        cr_assert_eq(pattern_match(pattern, text), expected, "%.*s on %.*s", (int)pattern.len,
                     pattern.at, (int)text.len, text.at);
    }
    cr_expect_gt(matched, 30000, "the generator makes matches");
}

static const row covers[] = {
    {"*", "*", true, "itself"},
    {"*", "dev:env", true, "everything covers one"},
    {"*", "**", true, "spelled otherwise"},
    {"**", "*", true, "the same the other way round"},
    {"openfaas-fn:*", "openfaas-fn:env", true, "one of a namespace"},
    {"openfaas-fn:*", "openfaas-fn:*", true, "all of it"},
    {"openfaas-fn:*", "openfaas-fn:e*", true, "some of it"},
    {"openfaas-fn:*", "openfaas-fn:*env*", true, "some of it, otherwise"},
    {"*:env", "*-dev:env", true, "narrower at the begin"},
    {"a*c", "a*b*c", true, "narrower inside"},
    {"*a*", "*aa*", true, "a piece inside a piece"},
    {"*:*", "dev:*", true, "any name of any namespace"},

    {"dev:env", "dev:*", false, "one does not cover all"},
    {"openfaas-fn:*", "*", false, "a namespace does not cover all"},
    {"openfaas-fn:*", "openfaas*", false, "the star could be another namespace"},
    {"openfaas-fn:*", "*:env", false, "any namespace"},
    {"dev:e*", "dev:*", false, "the narrow one is wider"},
    {"*a*", "*", false, "the star may hold no a"},
    {"a*b*c", "a*c", false, "a b is needed"},
    {"*aa*", "*a*a*", false, "something may stand between"},
    {"a*a", "a*", false, "the end is open"},
    {"*:*", "*", false, "not all texts are resources"},
    {"", "*", false, "the empty pattern covers nothing else"},
    {"dev:env", "dev:enx", false, "others"},
};

Test(pattern, rule_36_covers)
{
    for (size_t i = 0; i < sizeof covers / sizeof *covers; i++)
        cr_expect_eq(pattern_covers(span_of(covers[i].pattern), span_of(covers[i].text)),
                     covers[i].match, "%s over %s: %s", covers[i].pattern, covers[i].text,
                     covers[i].why);
}

/* Where it says yes, no text may be matched by narrow alone; where it says no, some text has to be:
 * the star's place filled with a byte that wide has not. */
Test(pattern, rule_36_covers_is_never_wrongly_true_nor_false)
{
    size_t yes = 0, matched = 0;
    char a[16], b[16], c[16];
    for (int i = 0; i < 200000; i++) {
        span wide = random_text(a, "ab**", 6), narrow = random_text(b, "aab*", 7);
        bool covered = pattern_covers(wide, narrow);
        yes += covered;
        for (int k = 0; covered && k < 8; k++) {
            span text = random_text(c, "ab", 8);
            bool narrow_matches = oracle(narrow, text);
            matched += narrow_matches;
            cr_assert(!narrow_matches || oracle(wide, text), "%.*s, %.*s", (int)wide.len, a,
                      (int)narrow.len, b);
        }
        memcpy(c, b, sizeof c);
        for (size_t k = 0; k < narrow.len; k++)
            c[k] = b[k] == '*' ? 'z' : b[k];
        cr_assert_eq(covered, oracle(wide, (span){c, narrow.len}), "%.*s, %.*s", (int)wide.len, a,
                     (int)narrow.len, b);
    }
    cr_expect_gt(yes, 10000);
    cr_expect_gt(matched, 1000);
}
