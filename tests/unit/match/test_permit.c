/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "match/permit.h"

enum { MOST = 8 };

static patterns *compile(const char *const *texts)
{
    span list[MOST];
    size_t count = 0;
    patterns *set = NULL;
    while (texts[count] != NULL) {
        list[count] = span_of(texts[count]);
        count++;
    }
    cr_assert_eq(patterns_compile(list, count, &set), FNT_OK);
    return set;
}

/* clang-format off */
#define TUTORIAL {"openfaas-fn:*", "dev:env"}
#define NARROWED {"openfaas-fn:env", "openfaas-fn:figlet"}
/* clang-format on */

static const struct {
    const char *permissions[MOST], *audience[MOST]; /* up to a NULL */
    const char *resource;
    fnt_status status;
    const char *says, *why;
} rows[] = {
    {TUTORIAL,
     {NULL},
     "openfaas-fn:env",
     FNT_OK,
     "openfaas-fn:* of the permissions covers openfaas-fn:env",
     "a namespace"},
    {TUTORIAL,
     {NULL},
     "dev:env",
     FNT_OK,
     "dev:env of the permissions covers dev:env",
     "one function"},
    {{"dev:env", "dev:*"},
     {NULL},
     "dev:env",
     FNT_OK,
     "dev:env of the permissions covers dev:env",
     "the first speaks"},
    {TUTORIAL,
     {"openfaas-fn:e*"},
     "openfaas-fn:env",
     FNT_OK,
     "openfaas-fn:* of the permissions covers openfaas-fn:env, and openfaas-fn:e* of the audience "
     "does too",
     "both"},
    {{"*"},
     {"*"},
     "a:b",
     FNT_OK,
     "* of the permissions covers a:b, and * of the audience does too",
     "everything"},

    {TUTORIAL,
     {NULL},
     "dev:other",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:other; the token has openfaas-fn:*, dev:env",
     "none"},
    {TUTORIAL,
     {NULL},
     "dev:environment",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:environment; the token has openfaas-fn:*, dev:env",
     "rule 21: anchored"},
    {{"a:1", "a:2", "a:3", "a:4", "a:5", "a:6", "a:7"},
     {NULL},
     "dev:env",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:env; the token has a:1, a:2, a:3, a:4, a:5 and 2 more",
     "a list ends after five"},
    {{"a:1", "a:2", "a:3", "a:4", "a:5"},
     {NULL},
     "dev:env",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:env; the token has a:1, a:2, a:3, a:4, a:5",
     "five are shown"},
    {{NULL},
     {NULL},
     "dev:env",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:env; the token has none",
     "empty permits nothing"},
    {{NULL},
     {"*"},
     "dev:env",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:env; the token has none",
     "an audience gives nothing"},
    {{"x:*", "env"},
     {NULL},
     "dev:env",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:env; the permission env has no namespace; dev:env was probably "
     "meant",
     "a namespace forgotten"},
    {TUTORIAL, NARROWED, "openfaas-fn:printer", FNT_DENIED_AUDIENCE,
     "the token was narrowed to openfaas-fn:env, openfaas-fn:figlet; openfaas-fn:printer is not "
     "among them",
     "narrowed"},
    {{"dev:env"},
     {"dev:environment"},
     "dev:environment",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:environment; the token has dev:env",
     "wider than the permissions"},
    {{"*"},
     {""},
     "dev:env",
     FNT_DENIED_AUDIENCE,
     "the token was narrowed to ; dev:env is not among them",
     "an empty pattern restricts"},
    {{"*"},
     {NULL},
     "env",
     FNT_DENIED_RESOURCE,
     "the resource \"env\" has no namespace; openfaas-fn:env was probably meant",
     "rule 23"},
    {{"*"},
     {NULL},
     "*",
     FNT_DENIED_RESOURCE,
     "the resource \"*\" holds a *; one function is expected, not a pattern",
     "rule 23"},
    {{"dev:\n\x1b[2J\xe2\x80\xae"},
     {NULL},
     "dev:env",
     FNT_DENIED_PERMISSION,
     "no permission covers dev:env; the token has dev:\\n\\u{001b}[2J\\u{202e}",
     "rule 26: an attacker's text"},
};

Test(permit, rule_21_decides_and_says_why)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        patterns *permissions = compile(rows[i].permissions), *audience = compile(rows[i].audience);
        span resource = span_of(rows[i].resource);
        report_start(report);
        cr_expect_eq(permit(permissions, audience, resource, report), rows[i].status, "row %zu: %s",
                     i, rows[i].why);
        cr_expect_eq(permit(permissions, audience, resource, NULL), rows[i].status,
                     "row %zu: nobody listens", i);
        cr_expect_str_eq(report_text(report, 0, FNT_FIELD_SENTENCE).at, rows[i].says, "%s",
                         rows[i].why);
        cr_expect_str_eq(report_text(report, 0, FNT_FIELD_RESOURCE).at, rows[i].resource);
        if (rows[i].audience[0] == NULL)
            cr_expect_eq(permit(permissions, NULL, resource, NULL), rows[i].status,
                         "row %zu: no audience at all", i);
        patterns_free(permissions);
        patterns_free(audience);
    }
    report_free(report);
}

Test(permit, no_permissions_at_all_permit_nothing)
{
    cr_expect_eq(permit(NULL, NULL, SPAN("dev:env"), NULL), FNT_DENIED_PERMISSION);
}

static void expect_entry(const fnt_report *report, size_t i, const char *outcome,
                         const char *pattern, const char *sentence)
{
    cr_expect_str_eq(report_text(report, i, FNT_FIELD_KIND).at, "pattern");
    cr_expect_str_eq(report_text(report, i, FNT_FIELD_OUTCOME).at, outcome);
    cr_expect_str_eq(report_text(report, i, FNT_FIELD_PATTERN).at, pattern);
    cr_expect_str_eq(report_text(report, i, FNT_FIELD_SENTENCE).at, sentence);
}

Test(permit, entries_name_the_patterns)
{
    patterns *permissions = compile((const char *const[]){"openfaas-fn:*", "dev:env", NULL});
    patterns *audience =
        compile((const char *const[]){"openfaas-fn:env", "openfaas-fn:figlet", NULL});
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);

    report_start(report);
    cr_expect_eq(permit(permissions, audience, SPAN("openfaas-fn:figlet"), report), FNT_OK);
    cr_expect_str_eq(report_text(report, 0, FNT_FIELD_PATTERN).at, "openfaas-fn:*");
    expect_entry(report, 1, "decided", "openfaas-fn:*",
                 "the permission openfaas-fn:* covers openfaas-fn:figlet");
    expect_entry(report, 2, "decided", "openfaas-fn:figlet",
                 "the audience openfaas-fn:figlet covers openfaas-fn:figlet");
    cr_expect_str_eq(report_text(report, 2, FNT_FIELD_RESOURCE).at, "openfaas-fn:figlet");
    cr_expect_null(report_text(report, 3, FNT_FIELD_SENTENCE).at);

    report_start(report);
    cr_expect_eq(permit(permissions, audience, SPAN("dev:other"), report), FNT_DENIED_PERMISSION);
    expect_entry(report, 1, "failed", "openfaas-fn:*",
                 "the permission openfaas-fn:* does not cover dev:other");
    expect_entry(report, 2, "failed", "dev:env", "the permission dev:env does not cover dev:other");
    cr_expect_null(report_text(report, 3, FNT_FIELD_SENTENCE).at);

    report_start(report);
    cr_expect_eq(permit(permissions, audience, SPAN("dev:env"), report), FNT_DENIED_AUDIENCE);
    expect_entry(report, 1, "failed", "openfaas-fn:env",
                 "the audience openfaas-fn:env does not cover dev:env");
    expect_entry(report, 2, "failed", "openfaas-fn:figlet",
                 "the audience openfaas-fn:figlet does not cover dev:env");

    report_free(report);
    patterns_free(permissions);
    patterns_free(audience);
}

Test(permit, a_report_of_many_patterns_is_bounded)
{
    static span list[1000];
    patterns *permissions = NULL;
    fnt_report *report = NULL;
    for (size_t i = 0; i < 1000; i++)
        list[i] = SPAN("a:b");
    cr_assert_eq(patterns_compile(list, 1000, &permissions), FNT_OK);
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    cr_expect_eq(report_finish(report, permit(permissions, NULL, SPAN("dev:env"), report)),
                 FNT_DENIED_PERMISSION);
    cr_expect_str_eq(
        report_text(report, 0, FNT_FIELD_SENTENCE).at,
        "no permission covers dev:env; the token has a:b, a:b, a:b, a:b, a:b and 995 more");
    cr_expect_str_eq(report_text(report, 255, FNT_FIELD_SENTENCE).at,
                     "746 more entries are not shown.");
    cr_expect_null(report_text(report, 256, FNT_FIELD_SENTENCE).at);
    report_free(report);
    patterns_free(permissions);
}

Test(permit, tells_the_patterns_that_failed_at_the_full_level_alone)
{
    static const char *const two[] = {"a:b", "c:*", NULL}, *const none[] = {NULL};
    patterns *permissions = compile(two), *audience = compile(none);
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    for (int32_t level = FNT_REPORT_SUMMARY; level <= FNT_REPORT_FULL; level++) {
        cr_assert_eq(report_set_level(report, level), FNT_OK);
        report_start(report);
        cr_expect_eq(permit(permissions, audience, SPAN("x:y"), report), FNT_DENIED_PERMISSION);
        cr_expect_eq(report_text(report, 2, FNT_FIELD_PATTERN).at != NULL,
                     level == FNT_REPORT_FULL);
        report_start(report);
        cr_expect_eq(permit(permissions, audience, SPAN("c:d"), report), FNT_OK);
        cr_expect_eq(report_text(report, 1, FNT_FIELD_PATTERN).at != NULL,
                     level >= FNT_REPORT_DECISION);
    }
    report_free(report);
    patterns_free(permissions);
    patterns_free(audience);
}
