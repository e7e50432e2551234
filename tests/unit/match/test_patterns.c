/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "match/pattern.h"
#include "match/patterns.h"

enum { MOST = 600, TEXT = 160 };

/* ---- a set, and the loop that it has to agree with ----------------------- */

typedef struct {
    char text[MOST][TEXT];
    span list[MOST];
    size_t count;
} set;

static size_t first_by_loop(const set *s, span resource)
{
    size_t i = 0;
    while (i < s->count && !pattern_match(s->list[i], resource))
        i++;
    return i;
}

static patterns *compile(const set *s)
{
    patterns *compiled = NULL;
    cr_assert_eq(patterns_compile(s->list, s->count, &compiled), FNT_OK);
    return compiled;
}

/* Asks about a copy in memory that ends where it does, so that the sanitizer sees a step beyond. */
static bool matches(const patterns *compiled, span resource)
{
    char *copy = malloc(resource.len == 0 ? 1 : resource.len);
    cr_assert_not_null(copy);
    memcpy(copy, resource.at, resource.len);
    bool found = patterns_match(compiled, (span){copy, resource.len});
    free(copy);
    return found;
}

static bool agree(const set *s, const patterns *compiled, span resource)
{
    size_t first = first_by_loop(s, resource);
    cr_assert_eq(matches(compiled, resource), first < s->count, "%.*s among %zu, pattern %zu",
                 (int)resource.len, resource.at, s->count, first);
    return first < s->count;
}

static uint64_t state = 42;

static unsigned below(unsigned n)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(state >> 33) % n;
}

static span random_text(char *scratch, const char *alphabet, unsigned least, unsigned more)
{
    unsigned choices = (unsigned)strlen(alphabet);
    span s = {scratch, least + below(more + 1)};
    for (size_t i = 0; i < s.len; i++)
        scratch[i] = alphabet[below(choices)];
    return s;
}

/* ---- the interface ------------------------------------------------------- */

Test(patterns, no_pattern_matches_nothing)
{
    patterns *none = NULL;
    cr_assert_eq(patterns_compile(NULL, 0, &none), FNT_OK);
    cr_expect_eq(patterns_count(none), 0);
    cr_expect_not(patterns_match(none, SPAN("dev:env")));
    cr_expect_not(patterns_match(none, SPAN_NONE));
    cr_expect_eq(patterns_first(none, SPAN("dev:env")), 0);
    cr_expect_null(patterns_text(none, 0).at);
    patterns_free(none);
    patterns_free(NULL);
    cr_expect_eq(patterns_count(NULL), 0);
    cr_expect_not(patterns_match(NULL, SPAN("dev:env")), "a set that is not there is a no");
    cr_expect_null(patterns_text(NULL, 0).at);
}

Test(patterns, keeps_text_and_order)
{
    char copy[] = "dev:env";
    span list[] = {SPAN("openfaas-fn:*"), {copy, 7}, SPAN_NONE, SPAN("dev:*"), SPAN("*"), SPAN("")};
    patterns *compiled = NULL;
    cr_assert_eq(patterns_compile(list, 6, &compiled), FNT_OK);
    memset(copy, 'x', 7);
    cr_expect_eq(patterns_count(compiled), 6);
    cr_expect(span_equal(patterns_text(compiled, 1), SPAN("dev:env")),
              "the caller's text may change");
    cr_expect_eq(patterns_text(compiled, 2).len, 0);
    cr_expect_not_null(patterns_text(compiled, 5).at);
    cr_expect_null(patterns_text(compiled, 6).at);
    cr_expect_eq(patterns_first(compiled, SPAN("dev:env")), 1, "the first of three");
    cr_expect_eq(patterns_first(compiled, SPAN("dev:x")), 3);
    cr_expect_eq(patterns_first(compiled, SPAN("x:x")), 4);
    cr_expect_eq(patterns_first(compiled, SPAN_NONE), 2,
                 "the empty pattern matches the empty text");
    cr_expect(patterns_match(compiled, SPAN_NONE));
    patterns_free(compiled);
}

Test(patterns, an_absent_text_is_an_empty_one)
{
    span list[] = {SPAN("dev:*"), SPAN("*:a"), SPAN("a*"), SPAN("*a"), SPAN("*a*"), SPAN_NONE};
    patterns *compiled = NULL;
    cr_assert_eq(patterns_compile(list, 5, &compiled), FNT_OK);
    cr_expect_not(patterns_match(compiled, SPAN_NONE));
    patterns_free(compiled);
    cr_assert_eq(patterns_compile(list, 6, &compiled), FNT_OK);
    cr_expect(patterns_match(compiled, SPAN_NONE));
    patterns_free(compiled);
}

Test(patterns, sizes_that_overflow_are_refused)
{
    span list[] = {{"x", SIZE_MAX / 2}, {"x", SIZE_MAX / 2}, {"x", 2}};
    patterns *compiled = (patterns *)(void *)list;
    cr_expect_eq(patterns_compile(list, 3, &compiled), FNT_FAULT_MEMORY);
    cr_expect_null(compiled);
    cr_expect_eq(patterns_compile(list, 1, &compiled), FNT_FAULT_MEMORY, "more than there is");
#if SIZE_MAX > UINT32_MAX
    list[0].len = (size_t)UINT32_MAX + 1;
    cr_expect_eq(patterns_compile(list, 1, &compiled), FNT_FAULT_MEMORY, "longer than is counted");
    list[0].len = SIZE_MAX / 2;
#endif
    cr_expect_eq(patterns_compile(list, SIZE_MAX / 8, &compiled), FNT_FAULT_MEMORY,
                 "more patterns than can be counted");
}

/* ---- where patterns are indexed ------------------------------------------ */

/* Each kind of pattern in a set of its own kind's neighbours, so that it is the table that answers.
 */
static const struct {
    const char *pattern, *yes, *no, *why;
} rows[] = {
    {"dev:env", "dev:env", "dev:envy", "a literal"},
    {"dev:", "dev:", "dev:e", "a literal that ends in its colon"},
    {":env", ":env", "d:env", "an empty namespace"},
    {"env", "env", "dev:env", "no colon"},
    {"", "", "a", "empty"},
    {"dev:*", "dev:anything", "devs:anything", "all of a namespace"},
    {"dev:*", "dev:", "dev", "a star for nothing"},
    {"dev:*", "dev:a:b", "d:ev:a", "more than one colon"},
    {"dev:fn-*", "dev:fn-", "dev:fn", "a head"},
    {"dev:*-x", "dev:a-x", "dev:a-y", "a tail"},
    {"dev:*-x", "dev:-x", "dev:x", "a tail alone"},
    {"dev:a*b", "dev:ab", "dev:a", "head and tail"},
    {"dev:*a*", "dev:xax", "dev:xxx", "a piece"},
    {"dev:*:x", "dev:a:x", "dev:x", "a colon in the tail, besides the front"},
    {"*:env", "any:env", "any:envy", "any namespace"},
    {"*:env", ":env", "env", "an empty one"},
    {"*:env", "a:b:env", "a:env:b", "the last colon counts"},
    {"a*:env", "ab:env", "ba:env", "a namespace's head"},
    {"*b:env", "ab:env", "ba:env", "a namespace's tail"},
    {"a*b:c:env", "axb:c:env", "axb:d:env", "two colons in the tail"},
    {"a*", "a", "ba", "a head without a colon"},
    {"*b", "a:b", "a:c", "a tail without a colon"},
    {"a*b", "a:b", "a:c", "both"},
    {"a*b*:c*d", "ab:cd", "ab:dc", "general"},
    {"*", "", "", "everything"},
    {"*a:b*", "xa:bx", "xa:xb", "a colon inside"},
    {"*a*b*", "ab", "ba", "nothing at either end"},
    {"dev:aaaaaaaaabbbbbbbbbcccccccccddd*", "dev:aaaaaaaaabbbbbbbbbcccccccccdddx",
     "dev:aaaaaaaaabbbbbbbbbcccccccccddx", "a head of 30"},
    {"dev:aaaaaaaaabbbbbbbbbcccccccccdd*", "dev:aaaaaaaaabbbbbbbbbcccccccccdd",
     "dev:aaaaaaaaabbbbbbbbbcccccccccd", "of 29"},
    {"dev:aaaaaaaaabbbbbbbbbcccccccccddde*", "dev:aaaaaaaaabbbbbbbbbcccccccccddde",
     "dev:aaaaaaaaabbbbbbbbbcccccccccdddf", "of 31"},
    {"dev:*aaaaaaaaabbbbbbbbbcccccccccddd", "dev:xaaaaaaaaabbbbbbbbbcccccccccddd",
     "dev:aaaaaaaabbbbbbbbbcccccccccddd", "a tail of 30"},
    {"dev:*aaaaaaaaabbbbbbbbbcccccccccddde", "dev:aaaaaaaaabbbbbbbbbcccccccccddde",
     "dev:baaaaaaaabbbbbbbbbcccccccccddde", "of 31"},
    {"*aaaaaaaaabbbbbbbbbcccccccccdddefg", "aaaaaaaaabbbbbbbbbcccccccccdddefg",
     "baaaaaaaabbbbbbbbbcccccccccdddefg", "at the root"},
};

Test(patterns, rule_21_each_kind)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        span list[] = {SPAN("q:1"),  SPAN("q:2*"),  SPAN("q:*3"), SPAN("q*4"),
                       SPAN("*q:5"), SPAN("q*q*6"), SPAN_NONE};
        patterns *compiled = NULL;
        list[i % 7] = span_of(rows[i].pattern);
        list[6] = list[6].at == NULL ? SPAN("q:*7") : list[6];
        cr_assert_eq(patterns_compile(list, 7, &compiled), FNT_OK);
        cr_expect(patterns_match(compiled, span_of(rows[i].yes)), "%s on %s: %s", rows[i].pattern,
                  rows[i].yes, rows[i].why);
        cr_expect_eq(patterns_match(compiled, span_of(rows[i].no)),
                     strcmp(rows[i].pattern, "*") == 0, "%s on %s: %s", rows[i].pattern, rows[i].no,
                     rows[i].why);
        patterns_free(compiled);
    }
}

/* ---- differential -------------------------------------------------------- */

/* Small alphabets, so that fronts, heads, tails and whole patterns meet often. sets times asked
 * cases. */
static size_t differ(const char *alphabet, const char *texts, unsigned least, unsigned more,
                     unsigned sets, unsigned asked)
{
    static set s;
    size_t matched = 0;
    char scratch[TEXT];
    for (unsigned i = 0; i < sets; i++) {
        s.count = 1 + below(i % 4 == 0 ? 4 : 24);
        for (size_t k = 0; k < s.count; k++)
            s.list[k] = random_text(s.text[k], alphabet, least, more);
        patterns *compiled = compile(&s);
        for (unsigned k = 0; k < asked; k++)
            matched += agree(&s, compiled, random_text(scratch, texts, least, more));
        patterns_free(compiled);
    }
    return matched;
}

Test(patterns, rule_21_agrees_with_the_loop_over_short_texts)
{
    cr_expect_gt(differ("ab:*", "ab:", 0, 7, 12000, 80), 200000);
    cr_expect_gt(differ("aab:*", "aaab:", 3, 9, 8000, 80), 100000);
    cr_expect_gt(differ("abcdef-:::**", "abcdef-::*", 0, 12, 2000, 80), 2000);
}

Test(patterns, rule_21_agrees_with_the_loop_over_long_texts)
{
    cr_expect_gt(differ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab:*",
                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab:", 20, 30, 6000, 80),
                 2000);
    cr_expect_gt(
        differ("aaaaaaaaaaaaaaaaaaaaaaaaaaaa:*", "aaaaaaaaaaaaaaaaaaaaaaaaa:", 50, 80, 500, 40),
        100);
}

/* A pattern with its stars filled is a text that it matches: the way to long matches. */
static span filled(span pattern, char *scratch)
{
    span s = {scratch, 0};
    for (size_t i = 0; i < pattern.len; i++) {
        for (unsigned run = pattern.at[i] == '*' ? below(4) : 0; run > 0; run--)
            scratch[s.len++] = "ab-:"[below(4)];
        if (pattern.at[i] != '*')
            scratch[s.len++] = pattern.at[i];
    }
    return s;
}

static span policy(char *scratch, unsigned spaces, unsigned names)
{
    unsigned space = below(spaces), name = below(names);
    int len = 0;
    switch (below(8)) {
    case 0:
        len = snprintf(scratch, TEXT / 2, "ns%u:*", space);
        break;
    case 1:
        len = snprintf(scratch, TEXT / 2, "ns%u:f%u-*", space, name);
        break;
    case 2:
        len = snprintf(scratch, TEXT / 2, "*:f%u", name);
        break;
    case 3:
        len = snprintf(scratch, TEXT / 2, "ns%u:*-%u", space, name);
        break;
    case 4:
        len = snprintf(scratch, TEXT / 2, "n*s%u*:f%u*x", space, name);
        break;
    default:
        len = snprintf(scratch, TEXT / 2, "ns%u:f%u", space, name);
    }
    return (span){scratch, (size_t)len};
}

static size_t differ_policies(unsigned count, unsigned spaces, unsigned names, unsigned sets)
{
    static set s;
    size_t matched = 0;
    char scratch[TEXT], other[TEXT];
    for (unsigned i = 0; i < sets; i++) {
        for (s.count = 0; s.count < count; s.count++)
            s.list[s.count] = policy(s.text[s.count], spaces, names);
        patterns *compiled = compile(&s);
        for (unsigned k = 0; k < 400; k++) {
            span from = k % 2 == 0 ? s.list[below(count)] : policy(other, spaces, names * 2);
            matched += agree(&s, compiled, filled(from, scratch));
        }
        patterns_free(compiled);
    }
    return matched;
}

Test(patterns, rule_21_agrees_with_the_loop_over_policies)
{
    cr_expect_gt(differ_policies(10, 5, 5, 500), 100000);
    cr_expect_gt(differ_policies(60, 30, 100, 200), 40000);
    cr_expect_gt(differ_policies(478, 300, 1000, 10), 2000);
}

Test(patterns, rule_21_what_a_pattern_matches_is_found_among_many)
{
    static set s;
    char scratch[TEXT];
    for (unsigned round = 0; round < 30; round++) {
        for (s.count = 0; s.count < MOST; s.count++)
            s.list[s.count] = policy(s.text[s.count], 100, 1000);
        patterns *compiled = compile(&s);
        for (size_t i = 0; i < s.count; i++) {
            span text = filled(s.list[i], scratch);
            cr_assert(patterns_match(compiled, text), "%.*s", (int)text.len, text.at);
            cr_assert_leq(patterns_first(compiled, text), i);
            cr_assert(span_equal(patterns_text(compiled, i), s.list[i]));
        }
        patterns_free(compiled);
    }
}

static void match_the_worst(size_t count)
{
    enum { WORST = 2000, STARS = 40 };
    static char text[WORST][2 * STARS + 4];
    static span list[WORST];
    char resource[127];
    memset(resource, 'a', sizeof resource);
    resource[63] = ':';
    for (size_t i = 0; i < count; i++) {
        span at = {text[i], 0};
        for (size_t k = 0; k < STARS; k++, at.len += 2)
            memcpy(text[i] + at.len, "*a", 2);
        memcpy(text[i] + at.len, "*ab*", 4);
        list[i] = (span){text[i], at.len + 4};
    }
    patterns *compiled = NULL;
    cr_assert_eq(patterns_compile(list, count, &compiled), FNT_OK);
    cr_expect_not(patterns_match(compiled, (span){resource, sizeof resource}));
    resource[126] = 'b';
    cr_expect(patterns_match(compiled, (span){resource, sizeof resource}));
    patterns_free(compiled);
}

/* Many that are indexed under one key, and a text for which each of them has to be asked,
 * slowly. */
Test(patterns, rule_22_the_worst_set)
{
    cr_expect_lt(test_growth(match_the_worst, 200, 10), 3);
}
