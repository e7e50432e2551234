/* SPDX-License-Identifier: MIT */
/* Every text that goes into the library, of every exported function: absent (NULL, 0), empty (a
 * pointer and 0), and NULL with a length. tests/house/check_symbols.sh holds this table and the
 * header together. */
#include "support/support.h"

#include <stdint.h>

/* What the calls below are given beside the text. */
static fnt_verifier *verifier;
static fnt_keyset *keys;
static fnt_token *token;
static fnt_claims *claims;
static fnt_patterns *patterns;
static fnt_iam *iam;
static fnt_sts *sts;

static void open_all(void)
{
    verifier = verifier_of(0);
    keys = all_keys();
    MUST(fnt_verify(verifier, FNT_STR(good_token()), NOW, &token, NULL));
    MUST(fnt_claims_new(&claims));
    MUST(fnt_patterns_new(claims, &patterns, NULL));
    MUST(fnt_iam_new(FNT_STR(iam_text), &iam, NULL));
    sts = service();
}

static void close_all(void)
{
    fnt_sts_free(sts);
    fnt_iam_free(iam);
    fnt_patterns_free(patterns);
    fnt_claims_free(claims);
    fnt_token_free(token);
    fnt_keyset_free(keys);
    fnt_verifier_free(verifier);
}

TestSuite(texts, .init = open_all, .fini = close_all);

#define TEXT(function, name) function##_##name(const char *text, size_t len)
#define GOOD_HEADER FNT_STR(joined("Bearer ", good_token()))
#define DOCUMENT FNT_STR("{\"issuer\":\"" IDP "\",\"jwks_uri\":\"https://h/\"}")

static fnt_status TEXT(fnt_escape, text)
{
    char out[8];
    size_t n = 0;
    return fnt_escape(text, len, FNT_ESCAPE_JSON, out, sizeof out, &n);
}

static fnt_status TEXT(fnt_keyset_parse, text)
{
    fnt_keyset *out = NULL;
    return fnt_keyset_parse(text, len, 0, &out, NULL);
}

static fnt_status TEXT(fnt_key_parse, text)
{
    fnt_key *out = NULL;
    return fnt_key_parse(text, len, 0, &out, NULL);
}

static fnt_status discover(span json, span address, span issuer)
{
    char *jwks = NULL, *found = NULL;
    size_t jwks_len = 0, found_len = 0;
    fnt_status status = fnt_discovery(json.at, json.len, address.at, address.len, issuer.at,
                                      issuer.len, 0, &jwks, &jwks_len, &found, &found_len, NULL);
    fnt_free(jwks);
    fnt_free(found);
    return status;
}

static fnt_status TEXT(fnt_discovery, json)
{
    return discover((span){text, len}, SPAN_NONE, SPAN_NONE);
}

static fnt_status TEXT(fnt_discovery, address)
{
    return discover((span){DOCUMENT}, (span){text, len}, SPAN_NONE);
}

static fnt_status TEXT(fnt_discovery, issuer)
{
    return discover((span){DOCUMENT}, SPAN_NONE, (span){text, len});
}

static fnt_status TEXT(fnt_verifier_new, issuer)
{
    fnt_verifier *out = NULL;
    return fnt_verifier_new(text, len, NULL, 0, NULL, &out);
}

static fnt_status TEXT(fnt_verifier_new, audience)
{
    fnt_verifier *out = NULL;
    fnt_status status = fnt_verifier_new(FNT_STR(ISSUER), text, len, NULL, &out);
    fnt_verifier_free(out);
    return status;
}

static fnt_status TEXT(fnt_revoked_parse, text)
{
    fnt_revoked *out = NULL;
    fnt_status status = fnt_revoked_parse(text, len, &out, NULL);
    fnt_revoked_free(out);
    return status;
}

static fnt_status TEXT(fnt_authorize, header)
{
    return fnt_authorize(verifier, text, len, FNT_STR("dev:env"), NOW, NULL, NULL);
}

static fnt_status TEXT(fnt_authorize, resource)
{
    return fnt_authorize(verifier, GOOD_HEADER, text, len, NOW, NULL, NULL);
}

static fnt_status TEXT(fnt_authorize_cached, header)
{
    return fnt_authorize_cached(verifier, text, len, FNT_STR("dev:env"), NOW, NULL);
}

static fnt_status TEXT(fnt_authorize_cached, resource)
{
    return fnt_authorize_cached(verifier, GOOD_HEADER, text, len, NOW, NULL);
}

static fnt_status TEXT(fnt_verify, jws)
{
    fnt_token *out = NULL;
    return fnt_verify(verifier, text, len, NOW, &out, NULL);
}

static fnt_status TEXT(fnt_token_authorize, resource)
{
    return fnt_token_authorize(token, text, len, NOW, NULL);
}

static fnt_status TEXT(fnt_bearer_token, header)
{
    const char *out = NULL;
    size_t n = 0;
    return fnt_bearer_token(text, len, &out, &n);
}

static fnt_status TEXT(fnt_unverified_json, jws)
{
    char *out = NULL;
    size_t n = 0;
    return fnt_unverified_json(text, len, &out, &n, NULL);
}

static fnt_status TEXT(fnt_signature_only, jws)
{
    char *out = NULL;
    size_t n = 0;
    return fnt_signature_only(keys, text, len, &out, &n, NULL);
}

static fnt_status TEXT(fnt_claims_add, text)
{
    return fnt_claims_add(claims, FNT_CLAIM_SUBJECT, text, len);
}

static fnt_status TEXT(fnt_pattern_match, pattern)
{
    return fnt_pattern_match(text, len, FNT_STR("dev:env"));
}

static fnt_status TEXT(fnt_pattern_match, resource)
{
    return fnt_pattern_match(FNT_STR("*"), text, len);
}

static fnt_status TEXT(fnt_patterns_permit, resource)
{
    return fnt_patterns_permit(patterns, text, len, NULL);
}

static fnt_status from_path(span path, span default_namespace)
{
    char out[FNT_RESOURCE_MAX];
    size_t n = 0;
    return fnt_resource_from_path(path.at, path.len, default_namespace.at, default_namespace.len,
                                  out, sizeof out, &n, NULL);
}

static fnt_status TEXT(fnt_resource_from_path, path)
{
    return from_path((span){text, len}, SPAN_NONE);
}

static fnt_status TEXT(fnt_resource_from_path, default_namespace)
{
    return from_path(SPAN("/function/x"), (span){text, len});
}

static fnt_status load_iam(span json, span namespaces)
{
    fnt_iam *out = NULL;
    fnt_status status =
        fnt_iam_new_in(json.at, json.len, namespaces.at, namespaces.len, 0, &out, NULL);
    fnt_iam_free(out);
    return status;
}

static fnt_status TEXT(fnt_iam_new, json)
{
    fnt_iam *out = NULL;
    return fnt_iam_new(text, len, &out, NULL);
}

static fnt_status TEXT(fnt_iam_new_in, json)
{
    return load_iam((span){text, len}, SPAN_NONE);
}

static fnt_status TEXT(fnt_iam_new_in, namespaces)
{
    return load_iam(SPAN("[]"), (span){text, len});
}

static fnt_status TEXT(fnt_iam_simulate, claims_json)
{
    return fnt_iam_simulate(iam, text, len, NULL, 0, NULL);
}

static fnt_status TEXT(fnt_iam_simulate, resource)
{
    return fnt_iam_simulate(iam, FNT_STR("{\"iss\":\"" IDP "\",\"sub\":\"a\"}"), text, len, NULL);
}

static fnt_status TEXT(fnt_sts_new, issuer)
{
    fnt_sts *out = NULL;
    return fnt_sts_new(text, len, signer_key(BY_ES256), &out);
}

static fnt_status TEXT(fnt_sts_set_keyset, issuer)
{
    return fnt_sts_set_keyset(sts, text, len, NULL);
}

static fnt_status TEXT(fnt_sts_exchange, form)
{
    char *body = NULL;
    size_t n = 0;
    fnt_status status = fnt_sts_exchange(sts, text, len, NOW, &body, &n, NULL);
    fnt_free(body);
    return status;
}

static fnt_status sign_any(span header, span payload)
{
    char *out = NULL;
    size_t n = 0;
    fnt_status status = fnt_sign(signer_key(BY_ES256), header.at, header.len, payload.at,
                                 payload.len, &out, &n, NULL);
    fnt_free(out);
    return status;
}

static fnt_status TEXT(fnt_sign, header_json)
{
    return sign_any((span){text, len}, SPAN("{}"));
}

static fnt_status TEXT(fnt_sign, claims_json)
{
    return sign_any(SPAN_NONE, (span){text, len});
}

/* Where the two statuses differ, the header says so with the function. */
/* clang-format off */
#define ROW(function, name, absent, empty) {function##_##name, #function ", " #name, absent, empty}

static const struct {
    fnt_status (*call)(const char *text, size_t len);
    const char *name;
    fnt_status absent, empty;
} rows[] = {
    ROW(fnt_escape, text, FNT_OK, FNT_OK),
    ROW(fnt_keyset_parse, text, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_key_parse, text, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_discovery, json, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_discovery, address, FNT_OK, FNT_FAULT_ARGUMENT),
    ROW(fnt_discovery, issuer, FNT_OK, FNT_FAULT_ARGUMENT),
    ROW(fnt_verifier_new, issuer, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_verifier_new, audience, FNT_OK, FNT_FAULT_ARGUMENT),
    ROW(fnt_revoked_parse, text, FNT_OK, FNT_OK),
    ROW(fnt_authorize, header, FNT_REFUSED_NO_TOKEN, FNT_REFUSED_HEADER),
    ROW(fnt_authorize, resource, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_authorize_cached, header, FNT_REFUSED_NO_TOKEN, FNT_REFUSED_HEADER),
    ROW(fnt_authorize_cached, resource, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_verify, jws, FNT_REFUSED_MALFORMED, FNT_REFUSED_MALFORMED),
    ROW(fnt_token_authorize, resource, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_bearer_token, header, FNT_REFUSED_NO_TOKEN, FNT_REFUSED_HEADER),
    ROW(fnt_unverified_json, jws, FNT_REFUSED_MALFORMED, FNT_REFUSED_MALFORMED),
    ROW(fnt_signature_only, jws, FNT_REFUSED_MALFORMED, FNT_REFUSED_MALFORMED),
    ROW(fnt_claims_add, text, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_pattern_match, pattern, FNT_DENIED_PERMISSION, FNT_DENIED_PERMISSION),
    ROW(fnt_pattern_match, resource, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_patterns_permit, resource, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_resource_from_path, path, FNT_DENIED_PATH, FNT_DENIED_PATH),
    ROW(fnt_resource_from_path, default_namespace, FNT_OK, FNT_FAULT_ARGUMENT),
    ROW(fnt_iam_new, json, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_iam_new_in, json, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_iam_new_in, namespaces, FNT_OK, FNT_OK),
    ROW(fnt_iam_simulate, claims_json, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_iam_simulate, resource, FNT_WOULD_ALLOW, FNT_WOULD_DENY),
    ROW(fnt_sts_new, issuer, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_sts_set_keyset, issuer, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
    ROW(fnt_sts_exchange, form, FNT_OAUTH_REQUEST, FNT_OAUTH_REQUEST),
    ROW(fnt_sign, header_json, FNT_OK, FNT_FAULT_ARGUMENT),
    ROW(fnt_sign, claims_json, FNT_FAULT_ARGUMENT, FNT_FAULT_ARGUMENT),
};
/* clang-format on */

Test(texts, absent_empty_and_null_with_a_length)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_status absent = rows[i].call(NULL, 0), empty = rows[i].call("", 0);
        cr_expect_eq(absent, rows[i].absent, "%s: absent is %s", rows[i].name,
                     fnt_status_name(absent));
        cr_expect_eq(empty, rows[i].empty, "%s: empty is %s", rows[i].name, fnt_status_name(empty));
        cr_expect_eq(rows[i].call(NULL, 3), FNT_FAULT_ARGUMENT, "%s", rows[i].name);
        cr_expect_eq(rows[i].call(NULL, SIZE_MAX), FNT_FAULT_ARGUMENT, "%s", rows[i].name);
    }
}
