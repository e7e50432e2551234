/* SPDX-License-Identifier: MIT */
#include "support/report_help.h"

#include "text/jws.h"

REPORT_SUITE(jws);

Test(jws, rule_2_splits_at_two_dots)
{
    jws parts;
    span token = SPAN("eyJh.bcd.efg");
    cr_assert_eq(jws_split(token, &parts, report), FNT_OK);
    cr_expect(span_equal(parts.header, SPAN("eyJh")));
    cr_expect(span_equal(parts.payload, SPAN("bcd")));
    cr_expect(span_equal(parts.signature, SPAN("efg")));
    cr_expect(span_equal(parts.signed_part, SPAN("eyJh.bcd")));
    cr_expect_eq(parts.header.at, token.at, "nothing is copied");
}

static const struct {
    const char *token;
    const char *words; /* of the sentence */
    const char *why;
} mistakes[] = {
    {"", "text is empty", "nothing at all"},
    {" \r\n\t", "text is empty", "a file that holds only a line break"},
    {"{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\"}",
     "the whole answer of the token endpoint, send only its access_token",
     "it has two dots like a token"},
    {"\n {\"access_token\":\"opaque\"}", "the whole answer of the token endpoint",
     "white space before it"},
    {"{\"payload\":\"YQ\",\"signatures\":[]}", "This is JSON, not a token",
     "the JSON serialisation of a JWS"},
    {"[\"a.b.c\"]", "This is JSON, not a token", "an array"},
    {"\"a.b.c\"", "in quotation marks", "jq without -r"},
    {"'a.b.c'", "in quotation marks", "shell quoting that went too far"},
    {"Bearer a.b.c", "\"Bearer \" stands before the token", "the value of the header"},
    {"bEARER a.b.c", "\"Bearer \" stands before the token", "a scheme has no case"},
    {"Authorization: Bearer a.b.c", "whole header line", "the whole header"},
    {"-----BEGIN PUBLIC KEY-----\nMFkw", "PEM file", "the key instead of the token"},
    {" a.b.c", "White space stands before the token", "a space in front"},
    {"2YotnFZFEjr1zCsicMWpAA", "an opaque token, not a JWT", "RFC 6749's example"},
    {"bearer", "an opaque token, not a JWT", "the word alone is not the scheme with its space"},
    {"e30.b", "two parts, and three are needed", "cut off"},
    {"e30.", "two parts, and three are needed", "cut off at the dot"},
    {".", "an opaque token, not a JWT", "one dot"},
    {"e30", "one part of a token", "a header alone, or JSON that somebody encoded"},
    {"ya29.a0AfH6SM-x_y", "an opaque token, not a JWT", "Google's access token has a dot"},
    {"..", "header is empty", "dots alone"},
    {".b.c", "header is empty", "no header"},
    {"a..c", "payload is empty", "RFC 7515, appendix F: detached content"},
    {"a.b.", "signature is empty", "alg none"},
    {"a.b.c.d", "more than three parts", "four parts"},
    {"a.b.c.d.e", "encrypted token (JWE, five parts)", "RFC 7516"},
    {"a..c.d.e", "encrypted token (JWE, five parts)", "a JWE without an encrypted key"},
    {"....", "encrypted token (JWE, five parts)", "four dots"},
    {"a.b.c.d.e.f", "more than three parts", "six parts"},
    {"a.b.c.", "more than three parts", "a dot behind"},
    {"a.b.c 11:22:33.4  7 cli.go:9] EOF", "signature holds white space", "a line of a log"},
    {"a.b.c\na.b.c", "signature holds white space", "two tokens, a line each"},
    {"a.b.c,a.b.c", "behind it stands other text", "two tokens and a comma"},
    {"a.b.0123456789abcdef0123456.b.c", "A second token follows", "two tokens and nothing between"},
    {"a.b.0123456789abcdef012345.d.e", "encrypted token (JWE", "the longest vector of a JWE"},
};

Test(jws, rule_2_refuses_what_is_no_compact_jws_and_says_what_it_is)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        jws parts = {SPAN("left"), SPAN("left"), SPAN("left"), SPAN("left")};
        report_start(report);
        fnt_status status = jws_split(span_of(mistakes[i].token), &parts, report);
        cr_expect_eq(status, FNT_REFUSED_MALFORMED, "\"%s\": %s", mistakes[i].token,
                     mistakes[i].why);
        cr_expect(says(mistakes[i].words), "\"%s\": %s: %s", mistakes[i].token, mistakes[i].why,
                  said());
        cr_expect(parts.header.at == NULL && parts.payload.at == NULL);
        cr_expect(parts.signature.at == NULL && parts.signed_part.at == NULL);
        cr_expect_eq(jws_split(span_of(mistakes[i].token), &parts, NULL), FNT_REFUSED_MALFORMED,
                     "%s", mistakes[i].why);
    }
}

Test(jws, rule_2_an_absent_token_is_refused)
{
    jws parts;
    cr_expect_eq(jws_split(SPAN_NONE, &parts, report), FNT_REFUSED_MALFORMED);
}

/* Behind the third dot (with a report: the fifth) the text may end: nothing is read there, or the
 * sanitizer would tell. */
Test(jws, rule_2_work_does_not_grow_with_the_number_of_dots)
{
    jws parts;
    char *dots = malloc(12);
    cr_assert_not_null(dots);
    memcpy(dots, "a.b.c.d.e.f.", 12);
    cr_expect_eq(jws_split((span){dots, 1000000}, &parts, report), FNT_REFUSED_MALFORMED);
    cr_expect_eq(jws_split((span){dots, 1000000}, &parts, NULL), FNT_REFUSED_MALFORMED);
    free(dots);
}

static const struct {
    const char *part;
    const char *words; /* NULL: it decodes */
    const char *why;
} parts[] = {
    {"e30", NULL, "{}"},
    {"e30=", "header holds padding (\"=\") at byte 3", "padding"},
    {"e3 0", "header holds white space or a line break at byte 2", "a space"},
    {"e30\n", "header holds white space or a line break at byte 3", "a file with its line break"},
    {"ab+/", "header is in the standard base64 alphabet (\"+\" or \"/\") at byte 2",
     "standard base64"},
    {"/bcd", "header is in the standard base64 alphabet (\"+\" or \"/\") at byte 0",
     "standard base64"},
    {"a\xc3\xa4z", "outside its alphabet at byte 1", "not ASCII"},
    {"!bcd", "outside its alphabet at byte 0", "a character that no base64 has"},
    {"e30AA", "a length of 5 characters", "cut off"},
    {"e31", "unused bits that are not zero, at byte 2", "the last character was changed"},
};

Test(jws, rule_3_decodes_a_part_and_says_where_it_is_wrong)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char dst[16];
        span out = SPAN("left over");
        report_start(report);
        fnt_status status = jws_decode(span_of(parts[i].part), "header", dst, &out, report);
        cr_expect_eq(status, parts[i].words == NULL ? FNT_OK : FNT_REFUSED_MALFORMED, "\"%s\": %s",
                     parts[i].part, parts[i].why);
        if (parts[i].words == NULL) {
            cr_expect(span_equal(out, SPAN("{}")) && out.at == dst);
            continue;
        }
        cr_expect(says(parts[i].words), "\"%s\": %s: %s", parts[i].part, parts[i].why, said());
        cr_expect_null(out.at);
        cr_expect_eq(jws_decode(span_of(parts[i].part), "header", dst, &out, NULL),
                     FNT_REFUSED_MALFORMED);
    }
}

/* Rule 38: a token never appears in an error. Every text here is made of a word that no sentence
 * holds. */
Test(jws, rule_38_the_report_holds_no_piece_of_the_token)
{
    static const char *const tokens[] = {
        "zqxj",       "zqxj.zqxj",    "zqxj.zqxj.zqxj.zqxj", "zqxj.zqxj.zqxj.zqxj.zqxj",
        ".zqxj.zqxj", "{\"zqxj\":1}", "Bearer zqxj",         "\"zqxj\""};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        jws split;
        report_start(report);
        cr_assert_neq(jws_split(span_of(tokens[i]), &split, report), FNT_OK);
        cr_expect(said() != NULL && !says("zqxj"), "%s", said());
    }
    static const char *const texts[] = {"zqxj=",     "zqxj zqxj", "zqxj+",
                                        "zqxjzqxjz", "zqxj~zqxj", "zqxjzz"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char dst[16];
        span out;
        report_start(report);
        cr_assert_neq(jws_decode(span_of(texts[i]), "payload", dst, &out, report), FNT_OK);
        cr_expect(says("payload") && !says("zqxj"), "%s", said());
    }
}
