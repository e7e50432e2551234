/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "match/function_path.h"
#include "match/resource.h"

#define LABEL63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"

/* Which path names which resource, and which none, is in tests/vectors/paths.json. */

Test(function_path, rule_23_a_nul_anywhere_in_a_path)
{
    const span with_nul[] = {SPAN("/function/env\0"),  SPAN("/function/env/\0x"),
                             SPAN("/function/env?\0"), SPAN("/function/e\0v"),
                             SPAN("/function\0/env"),  SPAN_NONE};
    for (size_t i = 0; i < sizeof with_nul / sizeof *with_nul; i++) {
        char dst[RESOURCE_MAX];
        size_t len = 99;
        cr_expect_eq(resource_from_path(with_nul[i], SPAN_NONE, dst, sizeof dst, &len, NULL),
                     FNT_DENIED_PATH, "%zu", i);
        cr_expect_eq(len, 0);
    }
}

Test(function_path, rule_23_the_default_namespace)
{
    char dst[RESOURCE_MAX];
    size_t len = 0;
    cr_assert_eq(
        resource_from_path(SPAN("/function/env"), SPAN("dev"), dst, sizeof dst, &len, NULL),
        FNT_OK);
    cr_expect(span_equal((span){dst, len}, SPAN("dev:env")));
    cr_assert_eq(
        resource_from_path(SPAN("/function/env.prod"), SPAN("dev"), dst, sizeof dst, &len, NULL),
        FNT_OK);
    cr_expect(span_equal((span){dst, len}, SPAN("prod:env")), "the path's own goes first");
    const span bad[] = {SPAN(""),  SPAN("Dev"), SPAN("a:b"),      SPAN("-a"),
                        SPAN("*"), SPAN("a\0"), SPAN(LABEL63 "h")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(
            resource_from_path(SPAN("/function/env.prod"), bad[i], dst, sizeof dst, &len, NULL),
            FNT_FAULT_ARGUMENT, "%zu", i);
        cr_expect_eq(len, 0);
    }
}

Test(function_path, rule_23_room)
{
    char dst[8] = "........";
    size_t len = 99;
    cr_expect_eq(resource_from_path(SPAN("/function/env.dev"), SPAN_NONE, dst, 6, &len, NULL),
                 FNT_FAULT_SPACE);
    cr_expect_eq(len, 0);
    cr_expect_eq(dst[0], '.', "nothing is written");
    cr_expect_eq(resource_from_path(SPAN("/function/env.dev"), SPAN_NONE, NULL, 0, &len, NULL),
                 FNT_FAULT_SPACE);
    cr_expect_eq(resource_from_path(SPAN("/function/env.dev"), SPAN_NONE, dst, 7, &len, NULL),
                 FNT_OK);
    cr_expect_eq(len, 7);
    cr_expect_eq(dst[7], '.', "no NUL behind it");
}

static const struct {
    const char *path, *part, *sentence;
} refused[] = {
    {"/Function/env?q", "/Function",
     "the path is refused at byte 0: it names no function; /function/NAME or "
     "/function/NAME.NAMESPACE is expected, or /async-function/"},
    {"https://me:secret@gateway/function/env", "https:",
     "the path is refused at byte 0: it names no function; /function/NAME or "
     "/function/NAME.NAMESPACE is expected, or /async-function/"},
    {"", "",
     "the path is refused at byte 0: it names no function; /function/NAME or "
     "/function/NAME.NAMESPACE is expected, or /async-function/"},
    {"/function//env", "",
     "the path is refused at byte 10: the name of a function or namespace is missing"},
    {"/async-function/env./x", "",
     "the path is refused at byte 20: the name of a function or namespace is missing"},
    {"/function/../system/functions", "..",
     "the path is refused at byte 10: .. is resolved by some servers, which then reach another "
     "path"},
    {"/function/env%2edev/x?y", "env%2edev",
     "the path is refused at byte 10: env%2edev is percent-encoded, which the name of a function "
     "never is"},
    {"/function/a.b.c/", "a.b.c",
     "the path is refused at byte 10: a.b.c has a second dot, and the namespace could begin at "
     "either"},
    {"/function/env.Dev/..", "Dev",
     "the path is refused at byte 14: Dev is not made of 1 to 63 lower-case letters, digits and "
     "inner hyphens"},
    {"/function/e\nv", "e\\nv",
     "the path is refused at byte 10: e\\nv is not made of 1 to 63 lower-case letters, digits and "
     "inner hyphens"},
    {"/function/env/x//y", "", "the path is refused at byte 16: some servers merge two slashes"},
    {"/function/env/.%2e/other?a b", ".%2e",
     "the path is refused at byte 14: .%2e is resolved by some servers, which then reach another "
     "path"},
    {"/function/env/%4g", "%",
     "the path is refused at byte 14: two hexadecimal digits have to follow %"},
    {"/function/env/..;/x", ";",
     "the path is refused at byte 16: ; starts a parameter for some servers, which they cut off"},
    {"/function/env/..%2Fx", "%2F",
     "the path is refused at byte 16: %2F is a slash for some servers"},
    {"/function/env/\\", "\\", "the path is refused at byte 14: \\ is a slash for some servers"},
    {"/function/env/a%252e", "%25",
     "the path is refused at byte 15: %25 is a percent sign, and some servers decode twice"},
    {"/function/env/%00", "%00", "the path is refused at byte 14: %00 is a control character"},
    {"/function/env/\x7f", "\\u{007f}",
     "the path is refused at byte 14: \\u{007f} is a control character"},
    {"/function/env/<", "<", "the path is refused at byte 14: < has to be percent-encoded there"},
    {"/function/env/\xc3\xa9", "\\xc3",
     "the path is refused at byte 14: \\xc3 has to be percent-encoded there"},
    {"/function/env/%c3%a9%c0%ae", "%c0",
     "the path is refused at byte 20: %c0 begins no UTF-8 character"},
    {"/function/env?key=secret value", " ",
     "the path is refused at byte 24: a space, a control character or # has to be encoded in a "
     "query"},
};

Test(function_path, rule_23_the_report_names_the_part_and_the_reason)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char dst[RESOURCE_MAX];
        size_t len = 99;
        report_start(report);
        cr_expect_eq(
            resource_from_path(span_of(refused[i].path), SPAN_NONE, dst, sizeof dst, &len, report),
            FNT_DENIED_PATH, "%s", refused[i].path);
        cr_expect_str_eq(report_text(report, 0, FNT_FIELD_SENTENCE).at, refused[i].sentence);
        cr_expect_str_eq(report_text(report, 0, FNT_FIELD_ACTUAL).at, refused[i].part);
    }
    report_free(report);
}

Test(function_path, the_report_of_what_is_not_refused)
{
    char dst[RESOURCE_MAX];
    size_t len = 0;
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    cr_expect_eq(
        resource_from_path(SPAN("/function/env"), SPAN("dev"), dst, sizeof dst, &len, report),
        FNT_OK);
    cr_expect_str_eq(report_text(report, 0, FNT_FIELD_SENTENCE).at,
                     "the path names the function dev:env");
    cr_expect_str_eq(report_text(report, 0, FNT_FIELD_RESOURCE).at, "dev:env");
    report_start(report);
    cr_expect_eq(
        resource_from_path(SPAN("/function/env"), SPAN("Dev"), dst, sizeof dst, &len, report),
        FNT_FAULT_ARGUMENT);
    cr_expect_str_eq(report_text(report, 0, FNT_FIELD_SENTENCE).at,
                     "the default namespace Dev is not made of 1 to 63 lower-case letters, digits "
                     "and inner hyphens");
    report_free(report);
}
