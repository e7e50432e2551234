/* SPDX-License-Identifier: MIT */
/* What subject_verify finds out about a token, and how far it came. What the client is told of it
 * is test_exchange's. */
#include "support/exchange_help.h"

#include <stdio.h>

#include "base/report.h"
#include "iam/exchange/subject.h"
#include "keys/crypto/algorithm.h"

typedef struct {
    world w;
    subject_params want;
    fnt_iam *iam;
} bench;

static void put_keys(bench *b, const char *iss, fnt_keyset *keys)
{
    MUST(issuer_keys_set(b->want.issuer_keys, span_of(iss), keys));
    fnt_keyset_free(keys);
}

static bench bench_open(bool swapped, bool narrowing)
{
    bench b = {.w = world_open(swapped, NULL)};
    b.iam = rules_of(&b.w, NULL);
    b.want = (subject_params){.own_issuer = SPAN(ISSUER),
                              .iam = b.iam,
                              .algorithms = ALGORITHMS_ASYMMETRIC,
                              .limits = {16384, JWT_HEADER_BYTES, JWT_HEADER_NAMES},
                              .times = {1, 60, 0, 0},
                              .narrowing = narrowing};
    MUST(issuer_keys_new(&b.want.issuer_keys));
    put_keys(&b, b.w.me->iss, my_keys(&b.w));
    put_keys(&b, ISSUER, gateway_keys(&b.w));
    return b;
}

static void bench_close(bench *b)
{
    issuer_keys_free(b->want.issuer_keys);
    fnt_iam_free(b->iam);
    world_close(&b->w);
}

static fnt_status look(const bench *b, const char *token, subject *s)
{
    return subject_verify(&b->want, span_of(token), NOW, s, NULL);
}

/* ---- what it is ---------------------------------------------------------- */

Test(subject, rule_28_an_identity_providers_token)
{
    for (int pass = 0; pass < 2; pass++) {
        bench b = bench_open(pass == 1, false);
        subject s;
        cr_expect_eq(look(&b, my_token(&b.w, NULL, NULL), &s), FNT_OK);
        cr_expect(!s.own && s.signature_held);
        cr_expect_eq(s.kind, TOKEN_ACCESS);
        cr_expect(span_equal(s.issuer->iss, span_of(b.w.me->iss)));
        cr_expect(span_equal(s.claims.subject, span_of(b.w.me->sub)));
        subject_clear(&s);
        subject_clear(&s); /* twice is fine */
        bench_close(&b);
    }
}

Test(subject, rule_32_a_token_of_our_own)
{
    for (int pass = 0; pass < 2; pass++) {
        bench b = bench_open(pass == 1, true);
        subject s;
        cr_expect_eq(look(&b, api_token(&b.w, NULL, NULL), &s), FNT_OK);
        cr_expect(s.own && s.kind == TOKEN_API);
        cr_expect(span_equal(s.issuer->iss, span_of(b.w.me->iss)),
                  "its provider is the issuer of fed:iss");
        subject_clear(&s);
        cr_expect_eq(look(&b, function_token(&b.w, NULL, NULL), &s), FNT_OK, "narrowing is on");
        cr_expect(s.own && s.kind == TOKEN_FUNCTION);
        subject_clear(&s);
        cr_expect_eq(look(&b, function_token(&b.w, NULL, "fed:iss"), &s), FNT_REFUSED_ISSUER,
                     "no provider is known for its user");
        subject_clear(&s);
        cr_expect_eq(look(&b, api_token(&b.w, "'function':null", NULL), &s), FNT_OK,
                     "half of one and half of the other");
        cr_expect_eq(s.kind, TOKEN_FUNCTION, "is no API token");
        subject_clear(&s);
        bench_close(&b);
    }
}

/* A provider's token may look like ours as much as it wants. */
Test(subject, rule_32_a_providers_token_is_never_our_own)
{
    for (int pass = 0; pass < 2; pass++) {
        bench b = bench_open(pass == 1, true);
        subject s;
        cr_expect_eq(
            look(&b,
                 my_token(&b.w, "'fed:iss':'@iss','policy':['x'],'function':{'permissions':['*']}",
                          NULL),
                 &s),
            FNT_OK);
        cr_expect(!s.own);
        subject_clear(&s);
        bench_close(&b);
    }
}

/* ---- how far it came ----------------------------------------------------- */

static const struct {
    const char *why, *header;
    holder by;
    const char *change, *without;
    fnt_status status;
    bool held;
} stages[] = {
    {"alg none", "{'alg':'none'}", MY_EC, NULL, NULL, FNT_REFUSED_ALGORITHM, false},
    {"HS256 with a public key's kid", "{'alg':'HS256','kid':'k1'}", MY_EC, NULL, NULL,
     FNT_REFUSED_ALGORITHM, false},
    {"an algorithm that the key is not for", "{'alg':'ES384','kid':'k1'}", MY_EC, NULL, NULL,
     FNT_REFUSED_ALGORITHM, false},
    {"crit", "{'alg':'ES256','kid':'k1','crit':['exp']}", MY_EC, NULL, NULL, FNT_REFUSED_CRITICAL,
     false},
    {"typ of another purpose", "{'alg':'ES256','kid':'k1','typ':'logout+jwt'}", MY_EC, NULL, NULL,
     FNT_REFUSED_TYPE, false},
    {"typ a number", "{'alg':'ES256','kid':'k1','typ':1}", MY_EC, NULL, NULL, FNT_REFUSED_TYPE,
     false},
    {"kid a number", "{'alg':'ES256','kid':1}", MY_EC, NULL, NULL, FNT_REFUSED_MALFORMED, false},
    {"a header that is no object", "[]", MY_EC, NULL, NULL, FNT_REFUSED_MALFORMED, false},
    {"a kid that nobody knows", "{'alg':'ES256','kid':'k9'}", MY_EC, NULL, NULL,
     FNT_REFUSED_KEY_UNKNOWN, false},
    {"no kid, and one key that fits", "{'alg':'ES256'}", MY_EC, NULL, NULL, FNT_OK, true},
    {"a key in the header", "{'alg':'ES256','kid':'k1','jwk':{'kty':'EC'}}", NOBODY, NULL, NULL,
     FNT_REFUSED_SIGNATURE, false},
    {"nobody's key", EC_HEADER, NOBODY, NULL, NULL, FNT_REFUSED_SIGNATURE, false},
    {"an unknown issuer", EC_HEADER, MY_EC, "'iss':'x'", NULL, FNT_REFUSED_ISSUER, false},
    {"an issuer without keys", EC_HEADER, OTHER_EC, "'iss':'@oiss'", NULL, FNT_REFUSED_KEY_UNKNOWN,
     false},
    {"a payload that is none", EC_HEADER, MY_EC, "'iss':", NULL, FNT_REFUSED_MALFORMED, false},
    {"a claim of the wrong type", EC_HEADER, MY_EC, "'exp':'1'", NULL, FNT_REFUSED_CLAIM, true},
    {"another audience", EC_HEADER, MY_EC, "'aud':'x'", NULL, FNT_REFUSED_AUDIENCE, true},
    {"expired", EC_HEADER, MY_EC, "'exp':1", NULL, FNT_REFUSED_EXPIRED, true},
    {"bound to a key", EC_HEADER, MY_EC, "'cnf':{}", NULL, FNT_REFUSED_BINDING, true},
    {"no sub", EC_HEADER, MY_EC, NULL, "sub", FNT_REFUSED_CLAIM, true},
    {"good", EC_HEADER, MY_EC, NULL, NULL, FNT_OK, true},
};

Test(subject, rule_36_whether_the_signature_held)
{
    for (int pass = 0; pass < 2; pass++) {
        bench b = bench_open(pass == 1, false);
        for (size_t i = 0; i < COUNT(stages); i++) {
            subject s;
            const char *token = token_by(&b.w, stages[i].by, stages[i].header,
                                         my_claims(stages[i].change, stages[i].without));
            fnt_status status = look(&b, token, &s);
            cr_expect_eq(status, stages[i].status, "%s: %s", stages[i].why,
                         fnt_status_name(status));
            cr_expect_eq(s.signature_held, stages[i].held, "%s", stages[i].why);
            subject_clear(&s);
        }
        bench_close(&b);
    }
}

static const struct {
    const char *why, *token;
    fnt_status status;
} shapes[] = {
    {"an opaque token", "dGhpcyBpcyBvcGFxdWU", FNT_REFUSED_MALFORMED},
    {"the whole answer", "{\"access_token\":\"a.b.c\"}", FNT_REFUSED_MALFORMED},
    {"an encrypted one", "a.b.c.d.e", FNT_REFUSED_MALFORMED},
    {"no signature", "e30.e30.", FNT_REFUSED_MALFORMED},
    {"a header that is no base64url", "e+0.e30.AA", FNT_REFUSED_MALFORMED},
    {"an empty header object", "e30.e30.AA", FNT_REFUSED_ALGORITHM},
};

Test(subject, rule_2_a_token_that_is_none)
{
    bench b = bench_open(false, false);
    char longest[16400];
    subject s;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        cr_expect_eq(look(&b, shapes[i].token, &s), shapes[i].status, "%s", shapes[i].why);
        cr_expect(!s.signature_held);
        subject_clear(&s);
    }
    memset(longest, 'a', sizeof longest);
    cr_expect_eq(subject_verify(&b.want, (span){longest, 16385}, NOW, &s, NULL), FNT_REFUSED_SIZE);
    subject_clear(&s);
    cr_expect_eq(subject_verify(&b.want, (span){longest, 16384}, NOW, &s, NULL),
                 FNT_REFUSED_MALFORMED);
    subject_clear(&s);
    bench_close(&b);
}

/* An iss is looked for among the issuers before the signature held. */
Test(subject, rule_42_an_iss_is_short)
{
    bench b = bench_open(false, false);
    for (int len = 2048; len <= 2049; len++) {
        char change[2100];
        subject s;
        snprintf(change, sizeof change, "'iss':'%0*d'", len, 1);
        cr_expect_eq(look(&b, token_by(&b.w, MY_EC, EC_HEADER, my_claims(change, NULL)), &s),
                     len == 2048 ? FNT_REFUSED_ISSUER : FNT_REFUSED_SIZE);
        cr_expect(!s.signature_held);
        subject_clear(&s);
    }
    bench_close(&b);
}

/* Every byte of a token counts (rule 45). */
Test(subject, rule_45_no_bit_may_change)
{
    bench b = bench_open(false, false);
    const char *token = my_token(&b.w, NULL, NULL);
    size_t len = strlen(token);
    char changed[4096];
    cr_assert_lt(len, sizeof changed);
    for (size_t i = 0; i < len; i++) {
        subject s;
        memcpy(changed, token, len);
        changed[i] = (char)(changed[i] ^ (1 << i % 7));
        cr_expect_neq(subject_verify(&b.want, (span){changed, len}, NOW, &s, NULL), FNT_OK,
                      "byte %zu", i);
        cr_expect(!s.signature_held, "byte %zu", i);
        subject_clear(&s);
    }
    bench_close(&b);
}

Test(subject, rule_18_limits_of_age_and_lifetime)
{
    for (int pass = 0; pass < 2; pass++) {
        bench b = bench_open(pass == 1, false);
        subject s;
        b.want.times.max_age = 100;
        cr_expect_eq(look(&b, my_token(&b.w, "'iat':@now-100", NULL), &s), FNT_OK);
        subject_clear(&s);
        cr_expect_eq(look(&b, my_token(&b.w, "'iat':@now-102", NULL), &s), FNT_REFUSED_AGE);
        subject_clear(&s);
        cr_expect_eq(look(&b, my_token(&b.w, NULL, "iat"), &s), FNT_REFUSED_CLAIM,
                     "then iat is required");
        subject_clear(&s);
        b.want.times = (time_limits){1, 60, 0, 300};
        cr_expect_eq(look(&b, my_token(&b.w, NULL, NULL), &s), FNT_OK);
        subject_clear(&s);
        cr_expect_eq(look(&b, my_token(&b.w, "'exp':@now+301", NULL), &s), FNT_REFUSED_AGE);
        subject_clear(&s);
        cr_expect_eq(look(&b, api_token(&b.w, NULL, NULL), &s), FNT_REFUSED_AGE,
                     "our own tokens alike");
        subject_clear(&s);
        bench_close(&b);
    }
}
