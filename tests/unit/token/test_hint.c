/* SPDX-License-Identifier: MIT */
/* Looking without deciding (rule 50): what fnt_unverified_json and fnt_signature_only answer is of
 * no use to a decision. */
#include "support/support.h"

#include "token/hint.h"

static const struct {
    const char *header, *payload;
    const char *text; /* NULL: FNT_REFUSED_MALFORMED */
    const char *why;
} rows[] = {
    {"{}", "{}", "{\"header\":{},\"claims\":{},\"verified\":false}", "the least"},
    {" {\"alg\":\"none\"}\n", "\t{\"a\": [1] } ",
     "{\"header\":{\"alg\":\"none\"},\"claims\":{\"a\": [1] },\"verified\":false}",
     "nothing is verified, and white space around goes"},
    {"{\"alg\":\"ES256\",\"crit\":[\"x\"],\"zip\":\"DEF\",\"typ\":5}", "{}",
     "{\"header\":{\"alg\":\"ES256\",\"crit\":[\"x\"],\"zip\":\"DEF\",\"typ\":5},\"claims\":{},"
     "\"verified\":false}",
     "what no verifier takes"},
    {"{}", "{\"verified\":true}",
     "{\"header\":{},\"claims\":{\"verified\":true},\"verified\":false}",
     "a claim does not verify a token"},
    {"{}", "[]", NULL, "claims are an object"},
    {"[]", "{}", NULL, "so is the header"},
    {"{}", "{\"a\":1,\"a\":2}", NULL, "a name twice: two readers would see two tokens"},
    {"{}", "{},\"verified\":true,\"x\":{}", NULL, "nothing escapes from its part"},
    {"{}", "text", NULL, "no JSON"},
    {"{}", "\"\xff\"", NULL, "no UTF-8"},
};

Test(hint, rule_50_unverified_json)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = NULL;
        size_t len = 0;
        fnt_status got = fnt_unverified_json(
            FNT_STR(compact(span_of(rows[i].header), span_of(rows[i].payload), SPAN("x"))), &text,
            &len, NULL);
        cr_expect_eq(got, rows[i].text == NULL ? FNT_REFUSED_MALFORMED : FNT_OK, "%s (got %s)",
                     rows[i].why, fnt_status_name(got));
        if (got == FNT_OK)
            cr_expect_str_eq(text, rows[i].text, "%s", rows[i].why);
        else
            cr_expect_null(text, "%s", rows[i].why);
        fnt_free(text);
    }
}

Test(hint, rules_2_3_malformed)
{
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      "a",
                                      "e30.e30",
                                      "e30.e30.",
                                      "e30..eA",
                                      ".e30.eA",
                                      "e30.e30.eA.eA",
                                      "a.e30.eA",
                                      "e30.a.eA",
                                      "e31.e30.eA",
                                      "e30=.e30.eA",
                                      "e30.e 30.eA",
                                      "Bearer e30.e30.eA"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        char *text = NULL;
        size_t len = 0;
        cr_expect_eq(fnt_unverified_json(FNT_STR(bad[i]), &text, &len, NULL), FNT_REFUSED_MALFORMED,
                     "%s", bad[i]);
        cr_expect_null(text);
    }
}

Test(hint, rule_50_unverified_json_says_why)
{
    static const struct {
        const char *token, *sentence;
    } said[] = {
        {"e30.e30.eA", "this is what the token says; nothing was verified"},
        {"{\"access_token\":\"x\"}", "This is JSON, not a token"},
        {"\"e30.e30.eA\"", "The token stands in quotation marks"},
        {"abc", "This is an opaque token, not a JWT"},
        {"e30.e30.e30.e30.e30", "This is an encrypted token (JWE"},
        {"e30.e+0.eA", "The token's payload is in the standard base64 alphabet"},
        {"e30.W10.eA", "payload is no JSON object as it must be: an object is expected"},
    };
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(said); i++) {
        char *text = NULL;
        size_t len = 0;
        fnt_status status = fnt_unverified_json(FNT_STR(said[i].token), &text, &len, report);
        cr_expect_eq(status, i == 0 ? FNT_OK : FNT_REFUSED_MALFORMED);
        cr_expect(holds(fnt_report_text(report, 0, FNT_FIELD_SENTENCE, NULL), said[i].sentence),
                  "%s", fnt_report_text(report, 0, FNT_FIELD_SENTENCE, NULL));
        fnt_free(text);
    }
    fnt_report_free(report);
}

static const struct {
    const char *header, *payload;
    fnt_status status;
    const char *why;
} signatures[] = {
    {HEADER, "{}", FNT_OK, "no claim is looked at"},
    {HEADER, "no JSON\xff", FNT_OK, "the payload is any bytes"},
    {HEADER, "{\"exp\":1}", FNT_OK, "nor is the time"},
    {"{\"alg\":\"ES256\",\"kid\":\"es256\",\"typ\":\"logout+jwt\"}", "{}", FNT_OK,
     "nor is the typ"},
    {"{\"alg\":\"ES256\",\"kid\":\"es256\",\"typ\":5}", "{}", FNT_REFUSED_TYPE,
     "a typ that is no text"},
    {"{\"alg\":\"ES256\",\"kid\":\"es256\",\"crit\":[]}", "{}", FNT_REFUSED_CRITICAL, "rule 8"},
    {"{\"alg\":\"none\",\"kid\":\"es256\"}", "{}", FNT_REFUSED_ALGORITHM, "rule 6"},
    {"{\"alg\":\"RS256\",\"kid\":\"es256\"}", "{}", FNT_REFUSED_ALGORITHM, "rule 7"},
    {"{\"alg\":\"ES256\",\"kid\":\"es384\"}", "{}", FNT_REFUSED_ALGORITHM, "rule 7"},
    {"{\"alg\":\"EdDSA\",\"kid\":\"es256\"}", "{}", FNT_REFUSED_ALGORITHM, "rule 7"},
    {"{\"alg\":\"ES256\",\"kid\":\"x\"}", "{}", FNT_REFUSED_KEY_UNKNOWN, "rule 10"},
    {"[]", "{}", FNT_REFUSED_MALFORMED, "rule 4"},
};

Test(hint, rule_50_signature_only)
{
    fnt_keyset *keys = all_keys();
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(signatures); i++) {
        char *payload = NULL;
        size_t len = 0;
        fnt_status got = fnt_signature_only(
            keys, FNT_STR(sign(BY_ES256, signatures[i].header, signatures[i].payload)), &payload,
            &len, report);
        cr_expect_eq(got, signatures[i].status, "%s (got %s)", signatures[i].why,
                     fnt_status_name(got));
        if (got == FNT_OK) {
            cr_expect_str_eq(payload, signatures[i].payload, "%s", signatures[i].why);
            cr_expect_eq(len, strlen(signatures[i].payload), "%s", signatures[i].why);
        } else {
            cr_expect_null(payload, "%s", signatures[i].why);
        }
        fnt_free(payload);
        got = fnt_signature_only(
            keys, FNT_STR(sign(BY_STRANGER, signatures[i].header, signatures[i].payload)), &payload,
            &len, report);
        cr_expect_eq(got,
                     signatures[i].status == FNT_OK ? FNT_REFUSED_SIGNATURE : signatures[i].status,
                     "by a stranger: %s", signatures[i].why);
    }
    fnt_report_free(report);
    fnt_keyset_free(keys);
}

/* The payload is decoded only after its signature held, and strictly. */
Test(hint, rule_3_payload_that_is_no_base64url)
{
    fnt_keyset *keys = all_keys();
    char *payload = NULL;
    size_t len = 0;
    cr_expect_eq(fnt_signature_only(keys, FNT_STR("eyJhbGciOiJFUzI1NiIsImtpZCI6ImVzMjU2In0.!.AA"),
                                    &payload, &len, NULL),
                 FNT_REFUSED_SIGNATURE);
    cr_expect_null(payload);
    fnt_keyset_free(keys);
}
