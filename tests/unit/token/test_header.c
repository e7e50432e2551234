/* SPDX-License-Identifier: MIT */
/* What a token's header and its signature must be, through the whole of fnt_verify: rules 2, 3, 6
 * to 12. */
#include "support/support.h"

#include <stdio.h>

/* ---- the header, rightly signed all the same: see tests/vectors/tokens.json too ---------- */

/* Where any kind is taken, so are access tokens by their typ (RFC 9068); nothing else is. */
Test(header, rule_11_typ_where_any_kind_is_taken)
{
    static const struct {
        const char *typ;
        fnt_status status;
    } rows[] = {
        {"JWT", FNT_OK},
        {"at+jwt", FNT_OK},
        {"application/AT+JWT", FNT_OK},
        {"at+JWT ", FNT_REFUSED_TYPE},
        {"logout+jwt", FNT_REFUSED_TYPE},
        {"", FNT_REFUSED_TYPE},
    };
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, 1));
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_token *made = NULL;
        const char *header = joined(joined("{\"alg\":\"ES256\",\"typ\":\"", rows[i].typ), "\"}");
        cr_expect_eq(
            fnt_verify(guard, FNT_STR(sign(BY_ES256, header, CLAIMS(""))), NOW, &made, NULL),
            rows[i].status, "\"%s\"", rows[i].typ);
        fnt_token_free(made);
    }
    fnt_verifier_free(guard);
}

/* The kinds that the rule lists: what each is, and what is taken instead. */
Test(header, rule_11_each_other_typ_is_named_and_what_to_send)
{
    static const struct {
        const char *typ, *named;
    } rows[] = {
        {"logout+jwt", "it is a logout token"},
        {"secevent+jwt", "it is a security event"},
        {"dpop+jwt", "it is a proof of possession (DPoP)"},
        {"token-introspection+jwt", "it is an answer of token introspection"},
        {"oauth-id-jag+jwt", "it is an identity assertion grant"},
        {"txntoken+jwt", "it is a transaction token"},
        {"wit+jwt", "it is a workload identity token"},
        {"wpt+jwt", "it is a workload's proof"},
        {"statuslist+jwt", "it is a list of withdrawn tokens"},
        {"kb+jwt", "it is a key binding of an SD-JWT"},
        {"dc+sd-jwt", "it is an SD-JWT credential"},
        {"entity-statement+jwt", "it is an entity statement of OpenID Federation"},
        {"oauth-authz-req+jwt", "it is an authorization request"},
        {"Application/Logout+JWT", "it is a logout token"},
        {"at+jwt ", "The token's typ is \"at+jwt \": it is no kind of token that is known here"},
    };
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (int any = 0; any < 2; any++) {
        fnt_verifier *guard = verifier_of(0);
        MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, any));
        for (size_t i = 0; i < COUNT(rows); i++) {
            fnt_token *made = NULL;
            const char *header =
                joined(joined("{\"alg\":\"ES256\",\"typ\":\"", rows[i].typ), "\"}");
            cr_expect_eq(
                fnt_verify(guard, FNT_STR(sign(BY_ES256, header, CLAIMS(""))), NOW, &made, report),
                FNT_REFUSED_TYPE);
            cr_expect(holds(summary_of(report), rows[i].named) &&
                          holds(summary_of(report), any ? "send the access_token or the id_token"
                                                        : "exchange an access_token or id_token"),
                      "%s: %s", rows[i].typ, summary_of(report));
        }
        fnt_verifier_free(guard);
    }
    fnt_report_free(report);
}

/* An access token's function claim is its identity provider's own: nobody is let in by it. */
Test(header, rule_20_an_access_token_with_a_function_claim_calls_nothing)
{
    static const struct {
        const char *typ;
        fnt_status status; /* of a decision */
        const char *kind;
    } rows[] = {
        {"", FNT_OK, "function"},
        {",\"typ\":\"JWT\"", FNT_OK, "function"},
        {",\"typ\":\"at+jwt\"", FNT_REFUSED_OTHER_TOKEN, "other"},
        {",\"typ\":\"application/AT+JWT\"", FNT_REFUSED_OTHER_TOKEN, "other"},
    };
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, 1));
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 10));
    for (size_t i = 0; i < 2 * COUNT(rows); i++) { /* the second time out of the cache */
        fnt_token *made = NULL;
        const char *header = joined(joined("{\"alg\":\"ES256\"", rows[i % COUNT(rows)].typ), "}");
        const char *token = sign(BY_ES256, header, CLAIMS(FUNCTION));
        fnt_status want = rows[i % COUNT(rows)].status;
        cr_expect_eq(fnt_authorize(guard, FNT_STR(joined("Bearer ", token)), FNT_STR("dev:env"),
                                   NOW, NULL, NULL),
                     want, "%s", header);
        MUST(fnt_verify(guard, FNT_STR(token), NOW, &made, NULL));
        cr_expect_eq(fnt_token_authorize(made, FNT_STR("dev:env"), NOW, NULL), want, "%s", header);
        cr_expect_str_eq(fnt_token_text(made, FNT_CLAIM_KIND, 0, NULL), rows[i % COUNT(rows)].kind);
        cr_expect(want == FNT_OK || fnt_token_text(made, FNT_CLAIM_PERMISSION, 0, NULL) == NULL);
        fnt_token_free(made);
    }
    fnt_verifier_free(guard);
}

/* A stranger's own key in the header, and where to fetch it, change nothing: the keyset's key is
 * used (rule 9). */
Test(header, rule_9_keys_in_a_header)
{
    static const char *const members[] = {
        "\"jwk\":%s",
        "\"jku\":\"https://evil.example.com/jwks\"",
        "\"x5u\":\"https://evil.example.com/x\"",
        "\"x5c\":[\"MIIB\"]",
        "\"x5t\":\"AAAA\"",
        "\"jwk\":null",
        "\"jku\":5",
    };
    char *jwk = NULL, header[1024];
    size_t len = 0;
    MUST(fnt_key_export(signer_key(BY_STRANGER), FNT_PUBLIC_JWK, &jwk, &len));
    for (size_t i = 0; i < COUNT(members); i++) {
        const char *member = i == 0 ? joined("\"jwk\":", jwk) : members[i];
        snprintf(header, sizeof header, "{\"alg\":\"ES256\",\"kid\":\"es256\",%s}", member);
        cr_expect_eq(verify_now(sign(BY_STRANGER, header, CLAIMS(FUNCTION))), FNT_REFUSED_SIGNATURE,
                     "%s is not used", member);
        cr_expect_eq(verify_now(sign(BY_ES256, header, CLAIMS(FUNCTION))), FNT_OK, "%s is ignored",
                     member);
        snprintf(header, sizeof header, "{\"alg\":\"ES256\",\"kid\":\"other\",%s}", member);
        cr_expect_eq(verify_now(sign(BY_STRANGER, header, CLAIMS(FUNCTION))),
                     FNT_REFUSED_KEY_UNKNOWN, "%s is not used", member);
    }
    fnt_free(jwk);
}

/* ---- which algorithm goes with which key --------------------------------- */

static const struct {
    signer who;
    const char *kid;
} matches[] = {
    {BY_ES256, "es256"}, {BY_ES384, "es384"},  {BY_ES512, "es512"},  {BY_RS256, "rsa"},
    {BY_RS384, "rsa"},   {BY_RS512, "rsa"},    {BY_PS256, "rsa"},    {BY_PS384, "rsa"},
    {BY_PS512, "rsa"},   {BY_HS256, "secret"}, {BY_HS384, "secret"}, {BY_HS512, "secret"},
};

static const char *header_of(const char *alg, const char *kid)
{
    char text[128];
    snprintf(text, sizeof text, "{\"alg\":\"%s\",\"kid\":\"%s\"}", alg, kid);
    return joined(text, "");
}

static fnt_status verify_with(int32_t algorithms, const char *token)
{
    fnt_token *made = NULL;
    fnt_verifier *guard = verifier_of(algorithms);
    fnt_status status = fnt_verify(guard, FNT_STR(token), NOW, &made, NULL);
    fnt_token_free(made);
    fnt_verifier_free(guard);
    return status;
}

Test(header, rule_6_only_what_is_switched_on)
{
    for (size_t i = 0; i < COUNT(matches); i++) {
        signer who = matches[i].who;
        int32_t bit = 1 << (int)who;
        const char *token =
            sign(who, header_of(signer_name(who), matches[i].kid), CLAIMS(FUNCTION));
        cr_expect_eq(verify_with(bit, token), FNT_OK, "%s, which is allowed", signer_name(who));
        cr_expect_eq(verify_with(all_algorithms() & ~bit, token), FNT_REFUSED_ALGORITHM,
                     "%s, where all but it is", signer_name(who));
        cr_expect_eq(verify_with(all_algorithms(), token), FNT_OK, "%s, where everything is",
                     signer_name(who));
        cr_expect_eq(verify_now(token), who == BY_ES256 ? FNT_OK : FNT_REFUSED_ALGORITHM,
                     "%s, by default", signer_name(who));
    }
}

/* Which is no lack of a setting, nor of a key. */
Test(header, rule_6_an_algorithm_that_no_key_could_be_for_names_the_build)
{
    static const char *const lacking[] = {"ES256K", "Ed448", "EdDSA", "Ed25519"};
    fnt_verifier *guard = verifier_of(0);
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(lacking); i++) {
        fnt_token *made = NULL;
        const char *token = sign(BY_ES256, header_of(lacking[i], "es256"), CLAIMS(FUNCTION));
        bool lacks = i < 2 || (all_algorithms() & FNT_EDDSA) == 0;
        cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &made, report), FNT_REFUSED_ALGORITHM,
                     "%s", lacking[i]);
        cr_expect_eq(holds(summary_of(report), "which this build does not have (it is "), lacks,
                     "%s: %s", lacking[i], summary_of(report));
    }
    fnt_report_free(report);
    fnt_verifier_free(guard);
}

/* The header may say what it likes: the key says what it may do. */
Test(header, rule_7_alg_and_key_must_fit)
{
    static const char *const kids[] = {"es256", "es384", "es512", "rsa", "secret"};
    for (size_t i = 0; i < COUNT(matches); i++)
        for (size_t k = 0; k < COUNT(kids); k++) {
            signer who = matches[i].who;
            if (strcmp(kids[k], matches[i].kid) == 0)
                continue;
            const char *token = sign(who, header_of(signer_name(who), kids[k]), CLAIMS(FUNCTION));
            cr_expect_eq(verify_with(all_algorithms(), token), FNT_REFUSED_ALGORITHM,
                         "%s by the key %s", signer_name(who), kids[k]);
        }
}

/* Algorithms that one RSA key may do are still told apart. */
Test(header, rule_7_another_alg_of_the_same_key)
{
    for (signer by = BY_RS256; by <= BY_PS512; by++)
        for (signer said = BY_RS256; said <= BY_PS512; said++) {
            const char *token = sign(by, header_of(signer_name(said), "rsa"), CLAIMS(FUNCTION));
            cr_expect_eq(verify_with(all_algorithms(), token),
                         by == said ? FNT_OK : FNT_REFUSED_SIGNATURE, "signed %s, said %s",
                         signer_name(by), signer_name(said));
        }
}

/* The classic: the public key's text as the secret of an HMAC. */
Test(header, rule_7_a_public_key_as_a_secret)
{
    char *pem = NULL, *token = NULL;
    size_t len = 0;
    fnt_key *secret = NULL;
    char jwk[4096];
    MUST(fnt_key_export(signer_key(BY_RS256), FNT_PUBLIC_PEM, &pem, &len));
    const char *encoded = compact((span){pem, len}, SPAN_NONE, SPAN_NONE);
    snprintf(jwk, sizeof jwk, "{\"kty\":\"oct\",\"kid\":\"rsa\",\"k\":\"%.*s\"}",
             (int)(strlen(encoded) - 2), encoded);
    MUST(fnt_key_parse(FNT_STR(jwk), FNT_HS256, &secret, NULL));
    MUST(fnt_sign(secret, NULL, 0, FNT_STR(CLAIMS(FUNCTION)), &token, &len, NULL));
    cr_expect_eq(verify_with(all_algorithms(), token), FNT_REFUSED_ALGORITHM);
    fnt_free(token);
    fnt_free(pem);
    fnt_key_free(secret);
}

/* ---- the signature's length and numbers (rule 12) ------------------------ */

static const struct {
    size_t len;
    fnt_status status;
    const char *why;
} lengths[] = {
    {1, FNT_REFUSED_SIGNATURE, "a byte"},
    {32, FNT_REFUSED_SIGNATURE, "r alone"},
    {63, FNT_REFUSED_SIGNATURE, "one too few"},
    {64, FNT_REFUSED_SIGNATURE, "the length, and zeros: psychic"},
    {65, FNT_REFUSED_SIGNATURE, "one too many"},
    {96, FNT_REFUSED_SIGNATURE, "that of ES384"},
    {128, FNT_REFUSED_SIGNATURE, "twice as long"},
    {1024, FNT_REFUSED_SIGNATURE, "an RSA signature of 8192 bits"},
    {8192, FNT_REFUSED_SIGNATURE, "far too long"},
};

Test(header, rule_12_length_of_the_signature)
{
    static char zeros[65536];
    for (size_t i = 0; i < COUNT(lengths); i++) {
        const char *token =
            compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)), (span){zeros, lengths[i].len});
        cr_expect_eq(verify_now(token), lengths[i].status, "%zu bytes: %s", lengths[i].len,
                     lengths[i].why);
    }
    cr_expect_eq(verify_now(compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)),
                                    (span){zeros, sizeof zeros})),
                 FNT_REFUSED_SIZE);
}

/* Compared before anything is decoded: text that is no base64url at all is refused by its length.
 */
Test(header, rule_12_length_before_decoding)
{
    const char *head = compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)), SPAN_NONE);
    char bad[87];
    memset(bad, '!', sizeof bad - 1);
    bad[86] = '\0';
    cr_expect_eq(verify_now(joined(head, "!!!!")), FNT_REFUSED_SIGNATURE,
                 "too short, and no base64url");
    cr_expect_eq(verify_now(joined(head, bad)), FNT_REFUSED_MALFORMED,
                 "as long as it should be, and no base64url");
    cr_expect_eq(verify_now(joined(head, "AAAAA")), FNT_REFUSED_SIGNATURE,
                 "a length that nothing decodes to");
    const char *es384 = sign(BY_ES384, "{\"alg\":\"ES384\",\"kid\":\"es384\"}", CLAIMS(FUNCTION));
    cr_expect_eq(verify_with(FNT_ES384, joined(es384, "A")), FNT_REFUSED_SIGNATURE,
                 "one character behind 96 whole bytes");
}

Test(header, rule_12_der_is_refused)
{
    /* SEQUENCE { INTEGER 1, INTEGER 1 }, and padded to 64 bytes */
    char der[64] = {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01};
    cr_expect_eq(verify_now(compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)), (span){der, 8})),
                 FNT_REFUSED_SIGNATURE);
    cr_expect_eq(verify_now(compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)), (span){der, 64})),
                 FNT_REFUSED_SIGNATURE);
}

/* What a wrong signature shows itself to be. None of its bytes come back. */
static const char *said_of(const char *token, fnt_status wanted)
{
    static char said[1024];
    fnt_token *made = NULL;
    fnt_report *report = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_report_new(&report));
    cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &made, report), wanted);
    snprintf(said, sizeof said, "%s", summary_of(report));
    fnt_verifier_free(guard);
    fnt_report_free(report);
    return said;
}

Test(header, rule_12_a_wrong_length_is_told_by_what_it_is)
{
    static const unsigned char der[] = {0x30, 0x45, 0x02, 0x21, 0x00, 0x81};
    char signature[71] = {0};
    memcpy(signature, der, sizeof der);
    const char *said = said_of(
        compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)), (span){signature, sizeof signature}),
        FNT_REFUSED_SIGNATURE);
    cr_expect(holds(said, "in ASN.1 DER") &&
                  holds(said, "(71 bytes): in a token it is r and s, 64 bytes for ES256"),
              "%s", said);
    said = said_of(joined(good_token(), "AAAA"), FNT_REFUSED_SIGNATURE);
    cr_expect(holds(said, "The signature has 67 bytes, and by this key 64 for ES256"), "%s", said);
    said = said_of(joined(good_token(), " "), FNT_REFUSED_SIGNATURE);
    cr_expect(holds(said, "signature holds white space or a line break at byte 86"), "%s", said);
    said = said_of(joined(good_token(), ";"), FNT_REFUSED_SIGNATURE);
    cr_expect(holds(said, "at byte 86, or behind it stands other text"), "%s", said);
}

/* Microsoft Graph signs over another nonce than it sends. */
Test(header, a_nonce_in_the_header_tells_a_token_for_graph)
{
    static const char with[] = "{\"alg\":\"ES256\",\"kid\":\"es256\",\"nonce\":\"n\"}";
    char zeros[64] = {0};
    const char *said =
        said_of(compact(span_of(with), span_of(CLAIMS(FUNCTION)), (span){zeros, sizeof zeros}),
                FNT_REFUSED_SIGNATURE);
    cr_expect(holds(said, "header has a nonce: an access token for Microsoft Graph"), "%s", said);
    cr_expect(holds(said, "Ask for a token for an API of your own"), "%s", said);
    said = said_of(compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)), (span){zeros, sizeof zeros}),
                   FNT_REFUSED_SIGNATURE);
    cr_expect(holds(said, "The signature does not fit: the token was changed on its way"), "%s",
              said);
    cr_expect_eq(verify_now(sign(BY_ES256, with, CLAIMS(FUNCTION))), FNT_OK,
                 "a nonce alone is no fault");
}

/* n of P-256, and what lies around it. */
Test(header, rule_12_numbers_of_the_signature)
{
    static const unsigned char order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
                                            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                            0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
                                            0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    static const struct {
        bool r_is_order, s_is_order;
        unsigned char r, s; /* in place of the last byte, or alone */
        const char *why;
    } rows[] = {
        {false, false, 0, 0, "both zero"},    {false, false, 0, 1, "r zero"},
        {false, false, 1, 0, "s zero"},       {true, false, 0x51, 1, "r is n"},
        {false, true, 1, 0x51, "s is n"},     {true, false, 0x52, 1, "r is n + 1"},
        {false, true, 1, 0x52, "s is n + 1"}, {true, true, 0x50, 0x50, "both n - 1"},
        {false, false, 1, 1, "both one"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char both[64] = {0};
        if (rows[i].r_is_order)
            memcpy(both, order, 32);
        if (rows[i].s_is_order)
            memcpy(both + 32, order, 32);
        both[31] = rows[i].r;
        both[63] = rows[i].s;
        const char *token =
            compact(span_of(HEADER), span_of(CLAIMS(FUNCTION)), (span){(const char *)both, 64});
        cr_expect_eq(verify_now(token), FNT_REFUSED_SIGNATURE, "%s", rows[i].why);
    }
}

/* ---- how much is read before the signature -------------------------------- */

/* A header of so many bytes, or of so many names (three of them those that count), as a text. */
static const char *long_header(size_t bytes, size_t names)
{
    static char text[8192];
    int len = sprintf(text, "{\"alg\":\"ES256\",\"kid\":\"es256\"");
    for (size_t i = 2; i < names; i++)
        len += sprintf(text + len, i % 2 == 0 ? ",\"n%zu\":0" : ",\"n%zu\":[true]", i);
    for (size_t i = (size_t)len + 1; i < bytes; i++)
        text[len++] = ' ';
    strcpy(text + len, "}");
    return text;
}

static const char *with_text(const char *member, size_t len, bool escaped)
{
    static char text[8192];
    size_t at = (size_t)sprintf(text, "%s\"", member);
    for (size_t i = 0; i < len; i++)
        at += (size_t)sprintf(text + at, escaped && i == 0 ? "\\u0061" : "a");
    strcpy(text + at, "\"");
    return text;
}

Test(header, rule_42_a_header_is_small)
{
    static const struct {
        size_t bytes, names, max_bytes, max_names;
        fnt_status status;
    } rows[] = {
        {0, 32, 0, 0, FNT_OK},      {0, 33, 0, 0, FNT_REFUSED_SIZE},
        {4096, 2, 0, 0, FNT_OK},    {4097, 2, 0, 0, FNT_REFUSED_SIZE},
        {0, 33, 0, 33, FNT_OK},     {0, 2, 0, 1, FNT_REFUSED_SIZE},
        {64, 2, 64, 0, FNT_OK},     {65, 2, 64, 0, FNT_REFUSED_SIZE},
        {6000, 2, 6000, 0, FNT_OK}, {6001, 2, 6000, 0, FNT_REFUSED_SIZE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_verifier *guard = verifier_of(0);
        fnt_token *made = NULL;
        const char *token =
            sign(BY_ES256, long_header(rows[i].bytes, rows[i].names), CLAIMS(FUNCTION));
        if (rows[i].max_bytes != 0)
            MUST(fnt_verifier_set(guard, FNT_OPT_MAX_HEADER_BYTES, (int64_t)rows[i].max_bytes));
        if (rows[i].max_names != 0)
            MUST(fnt_verifier_set(guard, FNT_OPT_MAX_HEADER_NAMES, (int64_t)rows[i].max_names));
        cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &made, NULL), rows[i].status, "%zu", i);
        fnt_token_free(made);
        fnt_verifier_free(guard);
    }
}

/* Functions without options go by the defaults. */
Test(header, rule_42_a_header_is_small_where_no_option_is)
{
    static const struct {
        size_t bytes, names;
        fnt_status status;
    } rows[] = {
        {0, 32, FNT_OK},
        {0, 33, FNT_REFUSED_SIZE},
        {4096, 2, FNT_OK},
        {4097, 2, FNT_REFUSED_SIZE},
    };
    fnt_keyset *keys = all_keys();
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *out = NULL;
        size_t len = 0;
        const char *token =
            sign(BY_ES256, long_header(rows[i].bytes, rows[i].names), CLAIMS(FUNCTION));
        cr_expect_eq(fnt_unverified_json(FNT_STR(token), &out, &len, NULL), rows[i].status);
        fnt_free(out);
        out = NULL;
        cr_expect_eq(fnt_signature_only(keys, FNT_STR(token), &out, &len, NULL), rows[i].status);
        fnt_free(out);
    }
    fnt_keyset_free(keys);
}

Test(header, rule_42_kid_and_iss_are_short)
{
    static const struct {
        size_t len;
        bool escaped;
        fnt_status kid, iss;
    } rows[] = {
        {2048, false, FNT_REFUSED_KEY_UNKNOWN, FNT_REFUSED_ISSUER},
        {2048, true, FNT_REFUSED_KEY_UNKNOWN, FNT_REFUSED_ISSUER},
        {2049, false, FNT_REFUSED_SIZE, FNT_REFUSED_SIZE},
        {2049, true, FNT_REFUSED_SIZE, FNT_REFUSED_SIZE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *header =
            joined(with_text("{\"alg\":\"ES256\",\"kid\":", rows[i].len, rows[i].escaped), "}");
        cr_expect_eq(verify_now(sign(BY_ES256, header, CLAIMS(FUNCTION))), rows[i].kid, "%zu", i);
        const char *claims = joined(with_text("{\"iss\":", rows[i].len, rows[i].escaped),
                                    ",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1}");
        cr_expect_eq(verify_now(sign(BY_ES256, HEADER, claims)), rows[i].iss, "%zu", i);
    }
}

/* ---- three parts, base64url (rules 2, 3) --------------------------------- */

Test(header, rules_2_3_the_shape_of_a_token)
{
    const char *good = good_token();
    static const struct {
        const char *before, *after;
        fnt_status status;
        const char *why;
    } rows[] = {
        {"", "", FNT_OK, "as it is"},
        {" ", "", FNT_REFUSED_MALFORMED, "white space before"},
        {"", " ", FNT_REFUSED_SIGNATURE, "white space behind makes it too long"},
        {"", "\n", FNT_REFUSED_SIGNATURE, "a line break behind too"},
        {"", ".", FNT_REFUSED_MALFORMED, "a fourth part, empty"},
        {"", ".e30", FNT_REFUSED_MALFORMED, "a fourth part"},
        {".", "", FNT_REFUSED_MALFORMED, "a part before"},
        {"Bearer ", "", FNT_REFUSED_MALFORMED, "the scheme belongs to the header"},
        {"", "=", FNT_REFUSED_SIGNATURE, "padding"},
        {"", "A", FNT_REFUSED_SIGNATURE, "too long, and nothing but base64url"},
        {"\"", "\"", FNT_REFUSED_MALFORMED, "in quotation marks"},
        {"{\"access_token\":\"", "\"}", FNT_REFUSED_MALFORMED, "the whole answer"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_status got = verify_now(joined(joined(rows[i].before, good), rows[i].after));
        cr_expect_eq(got, rows[i].status, "%s (got %s)", rows[i].why, fnt_status_name(got));
    }
    cr_expect_eq(verify_now(""), FNT_REFUSED_MALFORMED, "nothing");
    cr_expect_eq(verify_now(".."), FNT_REFUSED_MALFORMED, "three empty parts");
    cr_expect_eq(verify_now("a.b.c"), FNT_REFUSED_MALFORMED, "three parts of nothing");
    cr_expect_eq(verify_now("e30.e30.e30"), FNT_REFUSED_ALGORITHM, "three empty objects");
}

/* No bits may be left over, or one token would have several texts. */
Test(header, rule_3_one_text_for_each_token)
{
    char text[2048];
    const char *good = good_token();
    size_t len = strlen(good);
    cr_assert_lt(len, sizeof text);
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t accepted = 0;
    for (size_t i = 0; i < 64; i++) { /* 64 bytes leave four bits of the last character over */
        memcpy(text, good, len + 1);
        text[len - 1] = alphabet[i];
        accepted += verify_now(text) == FNT_OK ? 1 : 0;
    }
    cr_expect_eq(accepted, 1);
}
