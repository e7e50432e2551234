/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "match/function_path.h"
#include "match/resource.h"

#define LABEL63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"

static const struct {
    const char *path;
    const char *resource; /* NULL: refused */
    const char *why;
} paths[] = {
    {"/function/env", "openfaas-fn:env", "the default namespace"},
    {"/function/env.dev", "dev:env", "namespace behind the dot"},
    {"/async-function/env.dev", "dev:env", "the other prefix"},
    {"/function/env/", "openfaas-fn:env", "one slash at the end"},
    {"/function/env.dev/", "dev:env", "the same with a namespace"},
    {"/function/env.dev/x?y", "dev:env", "rest and query"},
    {"/function/env/a/b/", "openfaas-fn:env", "a slash at the end of the rest"},
    {"/function/env?", "openfaas-fn:env", "an empty query"},
    {"/function/env?a=b&c=%zz//../;\\?", "openfaas-fn:env", "a query is passed over"},
    {"/function/env/?a", "openfaas-fn:env", "a query behind the slash"},
    {"/function/env?\xc3\xa9", "openfaas-fn:env", "beyond ASCII in the query"},
    {"/function/env/a-b_c~d.e!f$g&h'i(j)k*l+m,n=o:p@Q", "openfaas-fn:env",
     "all that RFC 3986 lets be in a segment"},
    {"/function/env/a..b/.x/x./...", "openfaas-fn:env", "dots that are no dot segments"},
    {"/function/env/%2e%2e%2e", "openfaas-fn:env", "three dots are a name"},
    {"/function/env/a%20b%41%3f%23", "openfaas-fn:env", "encoded space, letter, ?, #"},
    {"/function/env/%c3%a9%E2%82%ac%f0%9f%98%80%c3%a9/x", "openfaas-fn:env",
     "encoded UTF-8 of two, three, four bytes"},
    {"/function/" LABEL63 "." LABEL63, LABEL63 ":" LABEL63, "63 each"},
    {"/function/function/function", "openfaas-fn:function", "only the begin counts"},
    {"/function/0", "openfaas-fn:0", "a digit"},

    {"", NULL, "empty"},
    {"/", NULL, "no prefix"},
    {"/function", NULL, "no name"},
    {"/function/", NULL, "an empty name"},
    {"/function/?x", NULL, "an empty name before the query"},
    {"/function//env", NULL, "an empty name, or a merged slash"},
    {"//function/env", NULL, "merged by some"},
    {"function/env", NULL, "no slash first"},
    {" /function/env", NULL, "a space first"},
    {"/Function/env", NULL, "case matters"},
    {"/FUNCTION/env", NULL, "case matters"},
    {"/functions/env", NULL, "another prefix"},
    {"/async-functions/env", NULL, "another prefix"},
    {"/async_function/env", NULL, "another prefix"},
    {"/system/functions", NULL, "the gateway's own"},
    {"/%66unction/env", NULL, "an encoded prefix"},
    {"/./function/env", NULL, "a dot segment first"},
    {"/x/../function/env", NULL, "comes to a function once resolved"},
    {"http://gateway/function/env", NULL, "an absolute URI"},
    {"*", NULL, "asterisk form"},
    {"/function/env.", NULL, "an empty namespace"},
    {"/function/.dev", NULL, "an empty name"},
    {"/function/.", NULL, "a dot segment for a name"},
    {"/function/..", NULL, "two dots"},
    {"/function/../system/functions", NULL, "leaves the prefix"},
    {"/function/a.b.c", NULL, "a second dot"},
    {"/function/a..b", NULL, "a second dot"},
    {"/function/env%2edev", NULL, "an encoded dot in the name"},
    {"/function/%65nv", NULL, "an encoded letter in the name"},
    {"/function/env%", NULL, "a lone percent sign"},
    {"/function/env.d%65v/x", NULL, "an encoded letter in the namespace"},
    {"/function/Env", NULL, "upper case"},
    {"/function/env.Dev", NULL, "upper case in the namespace"},
    {"/function/e_v", NULL, "no label"},
    {"/function/-env", NULL, "no label"},
    {"/function/env-", NULL, "no label"},
    {"/function/e:v", NULL, "a colon in the name would be a second one"},
    {"/function/*", NULL, "a star"},
    {"/function/env,x", NULL, "a comma"},
    {"/function/env@1", NULL, "a version"},
    {"/function/" LABEL63 "h", NULL, "a name of 64"},
    {"/function/a." LABEL63 "h", NULL, "a namespace of 64"},
    {"/function/env//", NULL, "an empty segment"},
    {"/function/env//x", NULL, "an empty segment"},
    {"/function/env/x//y", NULL, "an empty segment"},
    {"/function/env/x//", NULL, "an empty segment"},
    {"/function/env/.", NULL, "a dot segment last"},
    {"/function/env/./x", NULL, "a dot segment"},
    {"/function/env/../other", NULL, "reaches another function once resolved"},
    {"/function/env/x/..", NULL, "two dots last"},
    {"/function/env/%2e%2e/other", NULL, "encoded"},
    {"/function/env/%2E%2e/other", NULL, "encoded in either case"},
    {"/function/env/.%2e/other", NULL, "one of them encoded"},
    {"/function/env/%2e./other", NULL, "the other one encoded"},
    {"/function/env/%2e", NULL, "one encoded dot"},
    {"/function/env/..%2fother", NULL, "an encoded slash"},
    {"/function/env/..%2Fother", NULL, "in either case"},
    {"/function/env/..%5cother", NULL, "an encoded backslash"},
    {"/function/env/..\\other", NULL, "a backslash"},
    {"/function/env\\..\\other", NULL, "a backslash behind the name"},
    {"/function/env/..;/other", NULL, "a parameter that some cut off"},
    {"/function/env;x=1", NULL, "parameters of the name"},
    {"/function/env/x;y", NULL, "parameters"},
    {"/function/env/..%3b/other", NULL, "an encoded semicolon"},
    {"/function/env/%252e%252e/other", NULL, "encoded twice"},
    {"/function/env/%25", NULL, "an encoded percent sign"},
    {"/function/env/%00", NULL, "an encoded NUL"},
    {"/function/env/%0d%0aX:y", NULL, "an encoded line break"},
    {"/function/env/%7f", NULL, "an encoded control"},
    {"/function/env/%1F", NULL, "an encoded control"},
    {"/function/env/%", NULL, "a lone percent sign"},
    {"/function/env/%4", NULL, "one digit"},
    {"/function/env/%4/1", NULL, "digits don't go over a slash"},
    {"/function/env/%4g", NULL, "no hexadecimal digit"},
    {"/function/env/%g4", NULL, "no hexadecimal digit"},
    {"/function/env/%u002e", NULL, "another way of encoding"},
    {"/function/env/%c0%ae%c0%ae/other", NULL, "overlong dots"},
    {"/function/env/%e0%80%af", NULL, "an overlong slash"},
    {"/function/env/%ff", NULL, "no UTF-8"},
    {"/function/env/%c3", NULL, "half a character"},
    {"/function/env/%c3/%a9", NULL, "a character in two segments"},
    {"/function/env/%c3x", NULL, "half a character, then text"},
    {"/function/env/%c3%41", NULL, "half a character, then encoded text"},
    {"/function/env/%ed%a0%80", NULL, "a surrogate"},
    {"/function/env/%a9", NULL, "begins in the middle"},
    {"/function/env#x", NULL, "a fragment"},
    {"/function/env/#x", NULL, "a fragment"},
    {"/function/env?x#y", NULL, "a fragment behind the query"},
    {"/function/env x", NULL, "a space"},
    {"/function/env/x y", NULL, "a space in the rest"},
    {"/function/env?x y", NULL, "a space in the query"},
    {"/function/env/x\ty", NULL, "a tab"},
    {"/function/env/x\r\ny", NULL, "a line break"},
    {"/function/env?x\r\ny", NULL, "a line break in the query"},
    {"/function/env?\x7f", NULL, "DEL in the query"},
    {"/function/env/\x7f", NULL, "DEL"},
    {"/function/env/\xc3\xa9", NULL, "a byte beyond ASCII"},
    {"/function/\xc3\xa9", NULL, "a byte beyond ASCII in the name"},
    {"/function/env/\xef\xbc\x8f", NULL, "a wide slash"},
    {"/function/env/<x>", NULL, "not in RFC 3986"},
    {"/function/env/\"x\"", NULL, "not in RFC 3986"},
    {"/function/env/{x}", NULL, "not in RFC 3986"},
    {"/function/env/a|b^c`d", NULL, "not in RFC 3986"},
    {"/function/env/[x]", NULL, "only in a host"},
};

Test(function_path, rule_23_paths)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char dst[RESOURCE_MAX];
        size_t len = 99;
        fnt_status status =
            resource_from_path(span_of(paths[i].path), SPAN_NONE, dst, sizeof dst, &len, NULL);
        span expected = span_of(paths[i].resource);
        cr_expect_eq(status, expected.at == NULL ? FNT_DENIED_PATH : FNT_OK, "%s: %s",
                     paths[i].path, paths[i].why);
        cr_expect(span_equal((span){dst, len}, expected), "%s: %.*s", paths[i].path, (int)len, dst);
    }
}

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
