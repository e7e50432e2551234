/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdlib.h>

#include "match/resource.h"

#define LABEL63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"

_Static_assert((int)RESOURCE_MAX <= FNT_RESOURCE_MAX,
               "the public bound holds what a path can give");

/* ---- resource_check ------------------------------------------------------ */

static const struct {
    const char *resource;
    const char *says; /* NULL: it is one */
    const char *why;
} checks[] = {
    {"openfaas-fn:env", NULL, "the usual"},
    {"a:b", NULL, "one letter"},
    {"0:9", NULL, "RFC 1123 lets a digit begin"},
    {"a--b:c-1-d", NULL, "inner hyphens"},
    {LABEL63 ":" LABEL63, NULL, "63 each"},

    {"", "no resource was named; NAMESPACE:NAME is expected", "empty"},
    {"env", "the resource \"env\" has no namespace; openfaas-fn:env was probably meant",
     "namespace forgotten"},
    {"Env", "the resource \"Env\" has no colon; NAMESPACE:NAME is expected",
     "no hint for what is no name"},
    {"dev/env", "the resource \"dev/env\" has no colon; NAMESPACE:NAME is expected",
     "a slash for the colon"},
    {"env.dev", "the resource \"env.dev\" has no colon; NAMESPACE:NAME is expected",
     "as in a path"},
    {"dev:*", "the resource \"dev:*\" holds a *; one function is expected, not a pattern",
     "a pattern"},
    {"*", "the resource \"*\" holds a *; one function is expected, not a pattern", "a pattern"},
    {"dev:env:x", "the resource \"dev:env:x\" has more than one colon; NAMESPACE:NAME is expected",
     "two colons"},
    {"dev::env", "the resource \"dev::env\" has more than one colon; NAMESPACE:NAME is expected",
     "two colons"},
    {":env",
     "the namespace of the resource \":env\" is not made of 1 to 63 lower-case letters, digits and "
     "inner hyphens",
     "empty side"},
    {"dev:",
     "the name of the resource \"dev:\" is not made of 1 to 63 lower-case letters, digits and "
     "inner "
     "hyphens",
     "empty side"},
    {":",
     "the namespace of the resource \":\" is not made of 1 to 63 lower-case letters, digits and "
     "inner "
     "hyphens",
     "empty sides"},
    {"Dev:env",
     "the namespace of the resource \"Dev:env\" is not made of 1 to 63 lower-case letters, digits "
     "and "
     "inner hyphens",
     "case"},
    {"dev:ENV",
     "the name of the resource \"dev:ENV\" is not made of 1 to 63 lower-case letters, digits and "
     "inner "
     "hyphens",
     "case"},
    {"dev:-env",
     "the name of the resource \"dev:-env\" is not made of 1 to 63 lower-case letters, digits and "
     "inner hyphens",
     "hyphen first"},
    {"dev:env-",
     "the name of the resource \"dev:env-\" is not made of 1 to 63 lower-case letters, digits and "
     "inner hyphens",
     "hyphen last"},
    {"dev:e_v",
     "the name of the resource \"dev:e_v\" is not made of 1 to 63 lower-case letters, digits and "
     "inner "
     "hyphens",
     "underscore"},
    {"dev:e.v",
     "the name of the resource \"dev:e.v\" is not made of 1 to 63 lower-case letters, digits and "
     "inner "
     "hyphens",
     "dot"},
    {"dev:env ",
     "the name of the resource \"dev:env \" is not made of 1 to 63 lower-case letters, digits and "
     "inner hyphens",
     "space"},
    {"dev:env\n",
     "the name of the resource \"dev:env\\n\" is not made of 1 to 63 lower-case letters, digits "
     "and "
     "inner hyphens",
     "escaped"},
    {"dev:\xc3\xa9",
     "the name of the resource \"dev:\xc3\xa9\" is not made of 1 to 63 lower-case letters, digits "
     "and "
     "inner hyphens",
     "UTF-8"},
    {"a:" LABEL63 "h",
     "the name of the resource \"a:" LABEL63
     "h\" is not made of 1 to 63 lower-case letters, digits and inner hyphens",
     "64"},
    {LABEL63 "a:" LABEL63, "the resource has 128 bytes, and none has more than 127",
     "may be a token in the wrong place"},
};

Test(resource, rule_23_two_labels_and_a_colon)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        span resource = span_of(checks[i].resource);
        fnt_status expected = checks[i].says == NULL ? FNT_OK : FNT_DENIED_RESOURCE;
        report_start(report);
        cr_expect_eq(resource_check(resource, report), expected, "%s: %s", checks[i].resource,
                     checks[i].why);
        cr_expect_eq(resource_check(resource, NULL), expected, "%s: nobody listens",
                     checks[i].resource);
        cr_expect_str_eq(report_text(report, 0, FNT_FIELD_SENTENCE).at,
                         checks[i].says == NULL ? "" : checks[i].says);
    }
    report_free(report);
}

Test(resource, rule_23_no_byte_ends_it)
{
    cr_expect_eq(resource_check(SPAN("dev:env\0x"), NULL), FNT_DENIED_RESOURCE);
    cr_expect_eq(resource_check(SPAN("dev\0:env"), NULL), FNT_DENIED_RESOURCE);
    cr_expect_eq(resource_check(SPAN_NONE, NULL), FNT_DENIED_RESOURCE);
}

Test(resource, rule_23_of_all_bytes_37_are_good)
{
    size_t outer = 0, inner = 0;
    for (int c = 0; c < 256; c++) {
        char text[] = {(char)c, ':', 'a', (char)c, 'a'};
        outer += resource_check((span){text, 3}, NULL) == FNT_OK;
        inner += resource_check((span){text + 2, 3}, NULL) == FNT_OK;
        char name[] = {'a', ':', 'a', (char)c, 'a'};
        inner += resource_check((span){name, 5}, NULL) == FNT_OK;
    }
    cr_expect_eq(outer, 36);
    cr_expect_eq(inner, 37 + 1, "37 inside a name, and a colon between two of them");
}

/* ---- resource_is_possible ------------------------------------------------ */

static const struct {
    const char *pattern;
    bool possible;
} patterns[] = {
    {"dev:env", true},
    {"env", true},
    {"*", true},
    {"*:*", true},
    {"dev:*", true},
    {"*:env", true},
    {"dev*", true},
    {"*env", true},
    {"dev:*-x", true},
    {"dev:x-*", true},
    {"dev:**", true},
    {"dev:a*b*c", true},
    {"d-*-e", true},
    {"dev:" LABEL63, true},
    {"dev:" LABEL63 "*", true},
    {LABEL63 "*" LABEL63, true},
    {LABEL63 "*a*" LABEL63, false},
    {"a*" LABEL63 "*b*" LABEL63, false},
    {"", false},
    {":", false},
    {"dev:", false},
    {":env", false},
    {"dev:-x", false},
    {"dev:x-", false},
    {"-dev:x", false},
    {"dev-:x", false},
    {"dev:-*", false},
    {"dev:*-", false},
    {"dev:-", false},
    {"*-", false},
    {"-*", false},
    {"-x", false},
    {"Dev:x", false},
    {"dev:X*", false},
    {"dev:a_b", false},
    {"dev:a.b", false},
    {"dev:a/b", false},
    {"dev:a b", false},
    {"a:b:c", false},
    {"a:*:c", false},
    {"*:*:*", false},
    {"a*b:c:d*", false},
    {"dev:" LABEL63 "a", false},
    {LABEL63 "a:x", false},
    {LABEL63 "a*:x", false},
    {"dev:-*" LABEL63, false},
    {"dev:*-" LABEL63, false},
    {LABEL63 "a", false},
    {LABEL63 "a*", false},
    {"*a" LABEL63, false},
};

Test(resource, a_pattern_that_no_function_can_have)
{
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        cr_expect_eq(resource_is_possible(span_of(patterns[i].pattern)), patterns[i].possible, "%s",
                     patterns[i].pattern);
}

static void look_at_stars(size_t count)
{
    char *text = malloc(count + 2);
    for (size_t i = 0; i < count; i++)
        text[i] = i % 2 == 0 ? 'a' : '*';
    for (int n = 0; n < 20; n++)
        cr_expect_not(resource_is_possible((span){text, count}));
    free(text);
}

Test(resource, rule_45_patterns_of_many_stars)
{
    cr_expect_lt(test_growth(look_at_stars, 2000, 10), 4);
}
