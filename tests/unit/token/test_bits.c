/* SPDX-License-Identifier: MIT */
/* Rule 45: a minted token verifies; with any one bit changed it does not. Every bit of every
 * character of the token is tried. */
#include "support/support.h"

static fnt_keyset *keys_of(signer who)
{
    fnt_keyset *keys = NULL;
    MUST(fnt_keyset_parse(FNT_STR(signer_text(who)), FNT_ALLOW_SYMMETRIC, &keys, NULL));
    return keys;
}

static const char *minted(void)
{
    char *token = NULL;
    size_t len = 0;
    fnt_claims *builder = NULL;
    MUST(fnt_claims_new(&builder));
    MUST(fnt_claims_add(builder, FNT_CLAIM_ISSUER, FNT_STR(ISSUER)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_SUBJECT, FNT_STR("s")));
    MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR("dev:env")));
    MUST(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &token, &len, NULL));
    fnt_claims_free(builder);
    const char *kept = joined(token, "");
    fnt_free(token);
    return kept;
}

/* Of a header, only what RFC 9110 and RFC 6750 let be spelt in two ways may change: the case of the
 * scheme. */
Test(bits, rule_45_every_bit_of_a_header)
{
    char header[2048];
    fnt_verifier *guard = NULL;
    fnt_keyset *keys = keys_of(BY_ES256);
    const char *text = joined("Bearer ", minted());
    size_t len = strlen(text), verified = 0;
    cr_assert_lt(len, sizeof header);
    memcpy(header, text, len + 1);
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, keys, &guard));
    fnt_keyset_free(keys);
    cr_assert_eq(fnt_authorize(guard, header, len, FNT_STR("dev:env"), NOW, NULL, NULL), FNT_OK);
    for (size_t bit = 0; bit < 8 * len; bit += is_slow() ? 97 : 1) {
        bool spelling = bit / 8 < 6 && bit % 8 == 5;
        header[bit / 8] = (char)(header[bit / 8] ^ (1 << bit % 8));
        fnt_status got = fnt_authorize(guard, header, len, FNT_STR("dev:env"), NOW, NULL, NULL);
        header[bit / 8] = text[bit / 8];
        cr_expect_eq(got == FNT_OK, spelling, "bit %zu of byte %zu: %s", bit % 8, bit / 8,
                     fnt_status_name(got));
        cr_expect(spelling || fnt_status_http(got) == 401, "bit %zu of byte %zu: %s", bit % 8,
                  bit / 8, fnt_status_name(got));
        verified += got == FNT_OK ? 1 : 0;
    }
    cr_expect(verified == 6 || is_slow(), "the six letters of Bearer");
    fnt_verifier_free(guard);
}

/* Nor with one character less, one more, or two that changed places. */
Test(bits, rule_45_other_small_changes)
{
    char changed[2048];
    fnt_verifier *guard = NULL;
    fnt_keyset *keys = keys_of(BY_ES256);
    const char *text = minted();
    size_t len = strlen(text);
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, keys, &guard));
    fnt_keyset_free(keys);
    for (size_t i = 0; i < len; i += is_slow() ? 37 : 1) {
        fnt_token *made = NULL;
        memcpy(changed, text, i);
        memcpy(changed + i, text + i + 1, len - i);
        cr_expect_neq(fnt_verify(guard, changed, len - 1, NOW, &made, NULL), FNT_OK,
                      "without character %zu", i);
        cr_expect_neq(fnt_verify(guard, text, i, NOW, &made, NULL), FNT_OK,
                      "the first %zu characters", i);
        memcpy(changed + i, "A", 1);
        memcpy(changed + i + 1, text + i, len - i + 1);
        cr_expect_neq(fnt_verify(guard, changed, len + 1, NOW, &made, NULL), FNT_OK,
                      "one more at %zu", i);
        if (i + 1 == len || text[i] == text[i + 1])
            continue;
        memcpy(changed, text, len + 1);
        changed[i] = text[i + 1];
        changed[i + 1] = text[i];
        cr_expect_neq(fnt_verify(guard, changed, len, NOW, &made, NULL), FNT_OK,
                      "characters %zu and %zu swapped", i, i + 1);
        cr_expect_null(made);
    }
    fnt_verifier_free(guard);
}

/* The signature alone, for the other algorithms: some take their time, so that every 31st bit must
 * do. */
Test(bits, rule_45_signatures_of_every_algorithm)
{
    static const char *const kids[SIGNERS] = {"es256", "es384",  "es512",  "rsa",
                                              "rsa",   "rsa",    "rsa",    "rsa",
                                              "rsa",   "secret", "secret", "secret"};
    fnt_keyset *keys = all_keys();
    for (signer who = BY_ES256; who < BY_STRANGER; who++) {
        char text[1024], *payload = NULL;
        size_t len = 0, step = is_slow()                                               ? 311
                               : who == BY_HS256 || who == BY_HS384 || who == BY_HS512 ? 1
                                                                                       : 31;
        const char *head = joined(joined(joined("{\"alg\":\"", signer_name(who)), "\",\"kid\":\""),
                                  joined(kids[who], "\"}"));
        const char *token = sign(who, head, "{}");
        cr_assert_lt(strlen(token), sizeof text);
        memcpy(text, token, strlen(token) + 1);
        cr_assert_eq(fnt_signature_only(keys, FNT_STR(text), &payload, &len, NULL), FNT_OK, "%s",
                     signer_name(who));
        fnt_free(payload);
        for (size_t bit = 8 * (size_t)(strrchr(text, '.') + 1 - text); bit < 8 * strlen(token);
             bit += step) {
            text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
            cr_expect_neq(fnt_signature_only(keys, text, strlen(token), &payload, &len, NULL),
                          FNT_OK, "%s: bit %zu", signer_name(who), bit);
            text[bit / 8] = token[bit / 8];
        }
    }
    fnt_keyset_free(keys);
}
