/* SPDX-License-Identifier: MIT */
/* Lists of revocations (rules 27, 56): what is read, and which tokens an entry names. */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/report.h"
#include "token/revoked.h"

#define OTHER_IDP "https://other.example.com"

static fnt_revoked *parsed(const char *text)
{
    fnt_revoked *list = NULL;
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    fnt_status status = fnt_revoked_parse(text, strlen(text), &list, report);
    cr_assert_eq(status, FNT_OK, "%s\n%s", text,
                 fnt_report_text(report, 1, FNT_FIELD_SENTENCE, NULL));
    fnt_report_free(report);
    return list;
}

/* ---- finding ------------------------------------------------------------- */

/* A token of the gateway, or of the identity provider; "" for iat: none. */
typedef struct {
    bool own;
    const char *id, *issuer, *kid, *key_id, *fed_issuer, *subject;
    int64_t issued; /* -1: none */
} seen;

#define OURS true, "t1", ISSUER, "k1", "k1", IDP, "fed:ada", NOW
#define THEIRS false, "t1", IDP, "k1", "k1", NULL, "ada", NOW

static const struct {
    seen token;
    const char *list;
    int64_t until; /* -1: not named; INT64_MAX: for ever */
    const char *why;
} names[] = {
    {{OURS}, "{\"jti\":\"t1\"}", INT64_MAX, "by jti"},
    {{OURS}, "{\"jti\":\"t2\"}", -1, "another jti"},
    {{OURS},
     "{\"jti\":\"t\"}\n{\"jti\":\"t11\"}\n{\"jti\":\"T1\"}",
     -1,
     "the whole jti, with case"},
    {{OURS}, "{\"jti\":\"\\u0074\\u0031\"}", INT64_MAX, "as it reads"},
    {{OURS}, "{\"jti\":\"t1\",\"iss\":\"" ISSUER "\"}", INT64_MAX, "of this issuer"},
    {{OURS}, "{\"jti\":\"t1\",\"iss\":\"" IDP "\"}", -1, "of another: fed:iss is not iss"},
    {{OURS}, "{\"jti\":\"k1\"}\n{\"kid\":\"t1\"}", -1, "jti and kid are two things"},
    {{OURS}, "{\"jti\":\"t1\",\"until\":7}", 7, "until"},
    {{OURS}, "{\"jti\":\"t1\",\"until\":0}", 0, "long over"},
    {{OURS},
     "{\"jti\":\"t1\",\"until\":7}\n{\"jti\":\"t1\",\"until\":9}\n{\"jti\":\"t1\",\"until\":8}",
     9,
     "the longest of three"},
    {{OURS},
     "{\"jti\":\"t1\"}\n{\"jti\":\"t1\",\"until\":9}",
     INT64_MAX,
     "a later one hides nothing"},
    {{OURS},
     "{\"jti\":\"t1\",\"until\":9,\"iss\":\"" ISSUER "\"}\n{\"jti\":\"t1\",\"until\":8}",
     9,
     "nor does one for all issuers"},
    {{OURS},
     "{\"jti\":\"t1\",\"until\":8,\"iss\":\"" ISSUER "\"}\n{\"jti\":\"t1\",\"until\":9}",
     9,
     "or for one"},
    {{OURS}, "{\"jti\":\"t1\",\"until\":8}\n{\"kid\":\"k1\",\"until\":9}", 9, "kinds add up"},
    {{OURS}, "{\"jti\":\"t1\",\"until\":9}\n{\"kid\":\"k1\",\"until\":8}", 9, "either way"},
    {{true, NULL, ISSUER, "k1", "k1", IDP, "fed:ada", NOW}, "{\"jti\":\"t1\"}", -1, "no jti"},

    {{OURS}, "{\"kid\":\"k1\"}", INT64_MAX, "by kid"},
    {{OURS}, "{\"kid\":\"k1\",\"iss\":\"" ISSUER "\"}", INT64_MAX, "by kid, of the issuer"},
    {{OURS}, "{\"kid\":\"k1\",\"iss\":\"" IDP "\"}", -1, "one kid at two issuers"},
    {{true, "t1", ISSUER, NULL, "k1", IDP, "fed:ada", NOW},
     "{\"kid\":\"k1\"}",
     INT64_MAX,
     "no kid in the header: the key's own id"},
    {{true, "t1", ISSUER, "foreign", "k1", IDP, "fed:ada", NOW},
     "{\"kid\":\"k1\"}",
     INT64_MAX,
     "a foreign kid hides no key"},
    {{true, "t1", ISSUER, "foreign", "k1", IDP, "fed:ada", NOW},
     "{\"kid\":\"foreign\"}",
     INT64_MAX,
     "and is hit itself"},
    {{true, "t1", ISSUER, "foreign", "k1", IDP, "fed:ada", NOW},
     "{\"kid\":\"foreign\",\"until\":9}\n{\"kid\":\"k1\",\"until\":8}",
     9,
     "both add up"},
    {{true, "t1", ISSUER, "", "k1", IDP, "fed:ada", NOW},
     "{\"kid\":\"k1\"}",
     INT64_MAX,
     "an empty kid"},

    {{OURS}, "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\"}", INT64_MAX, "here, by subject"},
    {{THEIRS}, "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\"}", INT64_MAX, "and at the provider"},
    {{OURS}, "{\"fed_iss\":\"" IDP "\",\"sub\":\"bob\"}", -1, "another subject"},
    {{OURS}, "{\"fed_iss\":\"" OTHER_IDP "\",\"sub\":\"ada\"}", -1, "the same sub elsewhere"},
    {{THEIRS}, "{\"fed_iss\":\"" OTHER_IDP "\",\"sub\":\"ada\"}", -1, "there too"},
    {{OURS}, "{\"fed_iss\":\"" ISSUER "\",\"sub\":\"ada\"}", -1, "iss is not fed:iss"},
    {{true, "t1", ISSUER, "k1", "k1", NULL, "fed:ada", NOW},
     "{\"fed_iss\":\"" OTHER_IDP "\",\"sub\":\"ada\"}",
     INT64_MAX,
     "without fed:iss by sub alone"},
    {{true, "t1", ISSUER, "k1", "k1", NULL, "fed:ada", NOW},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"bob\"}",
     -1,
     "which is another one"},
    {{false, "t1", IDP, "k1", "k1", OTHER_IDP, "ada", NOW},
     "{\"fed_iss\":\"" OTHER_IDP "\",\"sub\":\"ada\"}",
     -1,
     "a provider's fed:iss is anybody's"},
    {{false, "t1", IDP, "k1", "k1", OTHER_IDP, "ada", NOW},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\"}",
     INT64_MAX,
     "and hides nothing"},
    {{true, "t1", ISSUER, "k1", "k1", IDP, "", NOW},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\"}",
     -1,
     "an empty sub"},

    {{OURS},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848921}",
     INT64_MAX,
     "issued in that second"},
    {{OURS},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848922}",
     INT64_MAX,
     "before"},
    {{OURS}, "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848920}", -1, "afterwards"},
    {{true, "t1", ISSUER, "k1", "k1", IDP, "fed:ada", -1},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":0}",
     INT64_MAX,
     "nobody knows when: any before"},
    {{OURS},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848930,\"until\":5}\n"
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848925,\"until\":9}\n"
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848950,\"until\":7}\n"
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848900}",
     9,
     "of those that fit, the longest"},
    {{true, "t1", ISSUER, "k1", "k1", IDP, "fed:ada", NOW + 20},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848930,\"until\":5}\n"
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848925,\"until\":9}\n"
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848950,\"until\":7}",
     7,
     "one fits"},
    {{true, "t1", ISSUER, "k1", "k1", NULL, "fed:ada", NOW},
     "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"until\":5}\n"
     "{\"fed_iss\":\"" OTHER_IDP "\",\"sub\":\"ada\",\"until\":6}",
     6,
     "by sub alone, whoever's"},
    {{OURS}, "", -1, "nothing"},
    {{OURS}, "\n \t\r\n\n", -1, "blank lines"},
};

static revoked_query query_of(const seen *t)
{
    claims c = {.issuer = span_of(t->issuer),
                .subject = span_of(t->subject),
                .id = span_of(t->id),
                .fed_issuer = span_of(t->fed_issuer),
                .has_issued = t->issued >= 0,
                .issued = t->issued};
    return revoked_query_of(&c, span_of(t->kid), span_of(t->key_id), t->own);
}

Test(revoked, rules_27_56_which_tokens_an_entry_names)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        fnt_revoked *list = parsed(names[i].list);
        revoked_query query = query_of(&names[i].token);
        const revocation *found = revoked_find(list, &query);
        cr_expect_eq(found == NULL ? -1 : found->until, names[i].until, "%s", names[i].why);
        fnt_revoked_free(list);
    }
}

Test(revoked, until_is_the_last_second)
{
    fnt_revoked *list = parsed("{\"jti\":\"t1\",\"until\":1715848921}");
    seen token = {OURS};
    revoked_query query = query_of(&token);
    const revocation *found = revoked_find(list, &query);
    cr_expect(revocation_counts(found, NOW - 1));
    cr_expect(revocation_counts(found, NOW));
    cr_expect_not(revocation_counts(found, NOW + 1));
    cr_expect_not(revocation_counts(NULL, NOW));
    cr_expect_null(revoked_find(NULL, &query), "no list");
    fnt_revoked_free(list);
}

/* iat rounded up would be one too late, rounded down one too early, if before were rounded too. */
Test(revoked, a_fraction_of_iat)
{
    fnt_revoked *list = parsed("{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":100}");
    claims c = {.issuer = SPAN(IDP), .subject = SPAN("ada"), .has_issued = true};
    c.issued = 101; /* of 100.5 */
    revoked_query query = revoked_query_of(&c, SPAN_NONE, SPAN_NONE, false);
    cr_expect_null(revoked_find(list, &query));
    fnt_revoked_free(list);
}

Test(revoked, says_which_entry_it_was)
{
    fnt_report *report = NULL;
    fnt_revoked *list =
        parsed("\n{\"jti\":\"t1\",\"until\":17,\"why\":\"lost\\u202e\"}\n{\"kid\":\"k1\"}");
    seen token = {OURS};
    revoked_query query = query_of(&token);
    MUST(fnt_report_new(&report));
    report_start(report);
    cr_expect_eq(revocation_refuse(revoked_find(list, &query), report), FNT_REFUSED_REVOKED);
    cr_expect_str_eq(summary_of(report),
                     "The token was revoked by its key, for ever (line 3 of the revocations).");
    query.key_id = query.kid = SPAN_NONE;
    cr_expect_eq(revocation_refuse(revoked_find(list, &query), report), FNT_REFUSED_REVOKED);
    cr_expect(holds(summary_of(report), "by its jti, until 17 (line 2"), "%s", summary_of(report));
    cr_expect(holds(summary_of(report), "Why: lost\\u{202e}") ||
                  holds(summary_of(report), "Why: lost\\u202e"),
              "escaped: %s", summary_of(report));
    fnt_report_free(report);
    fnt_revoked_free(list);
}

/* ---- reading ------------------------------------------------------------- */

static const struct {
    const char *text, *says, *why;
} bad[] = {
    {"{", "Line 1: ", "no JSON"},
    {"[]", "Line 1: ", "no object"},
    {"{\"jti\":\"a\"} {\"jti\":\"b\"}", "Line 1: ", "two in a line"},
    {"{\"jti\":\"a\"}\n\n{\"jti\":\"b\",}", "Line 3: ", "the third line"},
    {"{\"jti\":\"a\",\"jti\":\"b\"}", "Line 1: ", "a name twice"},
    {"{\"jti\":\"a\\u0000\"}", "Line 1: ", "NUL"},
    {"\xef\xbb\xbf{\"jti\":\"a\"}", "Line 1: ", "a byte order mark"},
    {"{}", "needs jti, kid, or fed_iss and sub", "empty"},
    {"{\"until\":5,\"why\":\"x\"}", "needs jti", "nothing to go by"},
    {"{\"iss\":\"x\"}", "needs jti", "an issuer alone"},
    {"{\"jti\":\"a\",\"kid\":\"b\"}", "one of jti", "two kinds"},
    {"{\"jti\":\"a\",\"sub\":\"b\",\"fed_iss\":\"c\"}", "one of jti", "two kinds"},
    {"{\"sub\":\"b\"}", "fed_iss is missing", "whose subject"},
    {"{\"fed_iss\":\"b\"}", "sub is missing", "whose provider"},
    {"{\"sub\":\"b\",\"fed_iss\":\"c\",\"iss\":\"d\"}", "iss goes with", "iss of a subject"},
    {"{\"sub\":\"fed:b\",\"fed_iss\":\"c\"}", "leave out \"fed:\"", "our prefix"},
    {"{\"jti\":\"a\",\"before\":5}", "before goes with", "before of a jti"},
    {"{\"kid\":\"a\",\"before\":5}", "before goes with", "before of a kid"},
    {"{\"jti\":5}", "jti must be a string", "a number"},
    {"{\"jti\":null}", "jti must be a string", "null"},
    {"{\"jti\":\"\"}", "jti is empty", "empty"},
    {"{\"kid\":[]}", "kid must be a string", "an array"},
    {"{\"jti\":\"a\",\"iss\":\"\"}", "iss is empty", "an empty issuer is not any issuer"},
    {"{\"sub\":\"\",\"fed_iss\":\"c\"}", "sub is empty", "an empty sub"},
    {"{\"jti\":\"a\",\"why\":1}", "why must be a string", "why"},
    {"{\"jti\":\"a\",\"until\":\"5\"}", "until must be a number", "a string"},
    {"{\"jti\":\"a\",\"until\":1.5}", "whole seconds", "a fraction"},
    {"{\"jti\":\"a\",\"until\":-1}", "whole seconds", "negative"},
    {"{\"jti\":\"a\",\"until\":1e9}", "whole seconds", "an exponent"},
    {"{\"jti\":\"a\",\"until\":1715848921000}", "milliseconds", "milliseconds"},
    {"{\"jti\":\"a\",\"until\":null}", "until must be a number", "null is not for ever"},
    {"{\"sub\":\"a\",\"fed_iss\":\"b\",\"before\":1715848921000}", "milliseconds", "milliseconds"},
    {"{\"jti\":\"a\",\"unti\":5}", "unti is not a member", "a misspelling"},
    {"{\"jti\":\"a\",\"Until\":5}", "Until is not a member", "case matters"},
};

Test(revoked, rule_53_what_can_t_be_read_is_an_error_with_its_line)
{
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(bad); i++) {
        fnt_revoked *list = (void *)&report;
        cr_expect_eq(fnt_revoked_parse(FNT_STR(bad[i].text), &list, report), FNT_FAULT_IAM, "%s",
                     bad[i].why);
        cr_expect_null(list, "%s", bad[i].why);
        const char *said = fnt_report_text(report, 1, FNT_FIELD_SENTENCE, NULL);
        cr_assert_not_null(said, "%s", bad[i].why);
        cr_expect(holds(said, "Line ") && holds(said, bad[i].says), "%s: %s", bad[i].why, said);
        cr_expect_str_eq(fnt_report_text(report, 1, FNT_FIELD_KIND, NULL), "error");
        cr_expect_eq(fnt_revoked_parse(FNT_STR(bad[i].text), &list, NULL), FNT_FAULT_IAM);
    }
    fnt_report_free(report);
}

Test(revoked, tells_every_error_and_what_was_read)
{
    fnt_report *report = NULL;
    fnt_revoked *list = NULL;
    MUST(fnt_report_new(&report));
    cr_expect_eq(
        fnt_revoked_parse(FNT_STR("{\"jti\":1,\"x\":2,\"until\":\"\"}\r\n\n{\"jti\":\"a\"}\n{"),
                          &list, report),
        FNT_FAULT_IAM);
    cr_expect(holds(summary_of(report), "4 errors"), "%s", summary_of(report));
    cr_expect(holds(fnt_report_text(report, 4, FNT_FIELD_SENTENCE, NULL), "Line 4"));
    cr_expect_null(fnt_report_text(report, 5, FNT_FIELD_SENTENCE, NULL));
    MUST(fnt_revoked_parse(FNT_STR("{\"jti\":\"a\",\"why\":\"\"}\r\n{\"kid\":\"a\"}\r\n\r\n"
                                   "{\"fed_iss\":\"a\",\"sub\":\"b\"}\n{\"jti\":\"c\"}"),
                           &list, report));
    cr_expect_str_eq(summary_of(report), "Revocations: 2 by jti, 1 by kid, 1 by subject.");
    fnt_revoked_free(list);
    MUST(fnt_revoked_parse(NULL, 0, &list, report));
    cr_expect_str_eq(summary_of(report), "Revocations: 0 by jti, 0 by kid, 0 by subject.");
    fnt_revoked_free(list);
    fnt_report_free(report);
}

/* ---- limits -------------------------------------------------------------- */

static char *many(size_t entries, size_t *len)
{
    char *text = malloc(entries * 64 + 1), *next = text;
    for (size_t i = 0; i < entries; i++)
        next += sprintf(next, "{\"jti\":\"%zu\",\"until\":%zu}\n", i * 7919 % entries, i);
    *len = (size_t)(next - text);
    return text;
}

Test(revoked, as_many_as_are_allowed_and_one_more)
{
    fnt_report *report = NULL;
    fnt_revoked *list = NULL;
    size_t len;
    char id[24];
    char *text = many(REVOKED_ENTRIES + 1, &len);
    MUST(fnt_report_new(&report));
    cr_expect_eq(fnt_revoked_parse(text, len, &list, report), FNT_FAULT_IAM);
    cr_expect(holds(summary_of(report), "100001 entries"), "%s", summary_of(report));
    free(text);
    text = many(REVOKED_ENTRIES, &len);
    MUST(fnt_revoked_parse(text, len, &list, report));
    free(text);
    for (size_t i = 0; i < REVOKED_ENTRIES; i += 997) {
        seen token = {true, id, ISSUER, NULL, "k", NULL, "fed:ada", NOW};
        sprintf(id, "%zu", i * 7919 % REVOKED_ENTRIES);
        revoked_query query = query_of(&token);
        const revocation *found = revoked_find(list, &query);
        cr_assert_not_null(found, "%s", id);
        cr_expect_eq(found->until, (int64_t)i);
        cr_expect_eq(found->line, i + 1);
    }
    fnt_revoked_free(list);
    fnt_report_free(report);
}

Test(revoked, as_long_as_is_allowed_and_one_byte_more)
{
    fnt_report *report = NULL;
    fnt_revoked *list = NULL;
    char *text = malloc(REVOKED_BYTES + 1);
    memset(text, '\n', REVOKED_BYTES + 1);
    memcpy(text, "{\"jti\":\"a\"}", 11);
    MUST(fnt_report_new(&report));
    cr_expect_eq(fnt_revoked_parse(text, REVOKED_BYTES + 1, &list, report), FNT_FAULT_IAM);
    cr_expect(holds(summary_of(report), "16777217 bytes"), "%s", summary_of(report));
    MUST(fnt_revoked_parse(text, REVOKED_BYTES, &list, report));
    fnt_revoked_free(list);
    fnt_report_free(report);
    free(text);
}
