/* SPDX-License-Identifier: MIT */
/* The vectors that C, Go and Python share (tests/vectors/), through the public header. */
#include "support/vectors.h"

static json_value member_of(json_value object, const char *name)
{
    return json_member(object, span_of(name));
}

Test(vectors, statuses)
{
    for (vectors v = vectors_open("statuses.json", "status"); vectors_next(&v);) {
        fnt_status status = (fnt_status)vectors_number(vectors_get(&v, "number"));
        vectors_expect(&v, "status", status);
        cr_expect_eq(fnt_status_http(status), vectors_number(vectors_get(&v, "http")));
        vectors_expect_text(&v, "oauth", vectors_get(&v, "oauth"),
                            span_of(fnt_status_oauth(status)));
        vectors_expect_text(&v, "challenge", vectors_get(&v, "challenge"),
                            span_of(fnt_status_challenge(status)));
    }
}

Test(vectors, rule_1_headers)
{
    for (vectors v = vectors_open("headers.json", "bearer"); vectors_next(&v);) {
        span header = vectors_text(&v, "header"), token;
        vectors_expect(&v, "status",
                       fnt_bearer_token(header.at, header.len, &token.at, &token.len));
        vectors_expect_text(&v, "token", vectors_get(&v, "token"), token);
    }
}

Test(vectors, rule_23_paths)
{
    for (vectors v = vectors_open("paths.json", "path"); vectors_next(&v);) {
        char room[FNT_RESOURCE_MAX];
        span path = vectors_text(&v, "path"), given = vectors_text(&v, "default_namespace");
        span got = {room, 0};
        fnt_status status = fnt_resource_from_path(path.at, path.len, given.at, given.len, room,
                                                   sizeof room, &got.len, NULL);
        vectors_expect(&v, "status", status);
        vectors_expect_text(&v, "resource", vectors_get(&v, "resource"),
                            status == FNT_OK ? got : SPAN_NONE);
    }
}

Test(vectors, rules_21_to_23_patterns)
{
    for (vectors v = vectors_open("patterns.json", "pattern"); vectors_next(&v);) {
        span pattern = vectors_text(&v, "pattern"), resource = vectors_text(&v, "resource");
        vectors_expect(&v, "status",
                       fnt_pattern_match(pattern.at, pattern.len, resource.at, resource.len));
    }
}

/* An empty text can't be added to a list: a row may hold one all the same. */
static void add_all(fnt_claims *claims, int32_t claim, const vectors *v, const char *name)
{
    json_value item;
    for (json_iterator it = json_items(vectors_get(v, name)); json_next_item(&it, &item);) {
        span text = vectors_bytes(v, item);
        fnt_status status = fnt_claims_add(claims, claim, text.at, text.len);
        cr_expect_eq(status, text.len == 0 ? FNT_FAULT_ARGUMENT : FNT_OK);
    }
}

Test(vectors, rule_21_permissions)
{
    for (vectors v = vectors_open("permissions.json", "permit"); vectors_next(&v);) {
        fnt_claims *claims = NULL;
        fnt_patterns *patterns = NULL;
        span resource = vectors_text(&v, "resource");
        MUST(fnt_claims_new(&claims));
        add_all(claims, FNT_CLAIM_PERMISSION, &v, "permissions");
        add_all(claims, FNT_CLAIM_FUNCTION_AUDIENCE, &v, "audience");
        MUST(fnt_patterns_new(claims, &patterns, NULL));
        vectors_expect(&v, "status",
                       fnt_patterns_permit(patterns, resource.at, resource.len, NULL));
        fnt_patterns_free(patterns);
        fnt_claims_free(claims);
    }
}

/* ---- tokens -------------------------------------------------------------- */

/* Rules 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 17, 18, 19, 20, 27 and 51. */

static fnt_verifier *verifier_for(const vectors *v)
{
    fnt_verifier *made = NULL;
    fnt_keyset *keys = vectors_keyset(v, vectors_text(v, "keyset"));
    span issuer = vectors_text(v, "issuer"), audience = vectors_text(v, "audience");
    span revoked = vectors_text(v, "revoked");
    MUST(fnt_verifier_new(issuer.at, issuer.len, audience.at, audience.len, keys, &made));
    vectors_set(vectors_get(v, "options"), made, NULL);
    if (revoked.at != NULL) {
        fnt_revoked *list = NULL;
        MUST(fnt_revoked_parse(revoked.at, revoked.len, &list, NULL));
        MUST(fnt_verifier_set_revoked(made, list));
        fnt_revoked_free(list);
    }
    fnt_keyset_free(keys);
    return made;
}

/* Without "verify" the token itself is judged as the request is. */
static void verify(const vectors *v, fnt_verifier *guard, int64_t now)
{
    fnt_token *token = NULL;
    fnt_status status = fnt_verify(guard, v->token.at, v->token.len, now, &token, NULL);
    vectors_expect(v, vectors_get(v, "verify").kind == JSON_ABSENT ? "status" : "verify", status);
    cr_expect_eq(token != NULL, status == FNT_OK);
    if (token != NULL)
        vectors_expect_claims(v, token);
    fnt_token_free(token);
}

Test(vectors, rules_1_to_27_tokens)
{
    for (vectors v = vectors_open("tokens.json", "authorize"); vectors_next(&v);) {
        fnt_verifier *guard = verifier_for(&v);
        fnt_token *token = NULL;
        int64_t now = vectors_number(vectors_get(&v, "now"));
        span header = vectors_text(&v, "authorization"), resource = vectors_text(&v, "resource");
        fnt_status status = fnt_authorize(guard, header.at, header.len, resource.at, resource.len,
                                          now, &token, NULL);
        vectors_expect(&v, "status", status);
        cr_expect_eq(token != NULL, status == FNT_OK);
        verify(&v, guard, now);
        fnt_token_free(token);
        fnt_verifier_free(guard);
    }
}

/* ---- keys ---------------------------------------------------------------- */

/* The kids of what would be published. */
static void expect_kids(const vectors *v, const fnt_keyset *keys)
{
    char *jwks = NULL;
    size_t len = 0;
    json_value root, key, kid;
    MUST(fnt_keyset_jwks(keys, &jwks, &len));
    MUST(json_validate((span){jwks, len}, &root, NULL));
    json_iterator published = json_items(member_of(root, "keys"));
    for (json_iterator it = json_items(vectors_get(v, "kids")); json_next_item(&it, &kid);) {
        cr_expect(json_next_item(&published, &key) &&
                      json_strings_equal(member_of(key, "kid"), kid),
                  "%s: %.*s", vectors_text(v, "name").at, (int)len, jwks);
    }
    cr_expect_not(json_next_item(&published, &key), "%s", vectors_text(v, "name").at);
    fnt_free(jwks);
}

Test(vectors, rules_7_and_13_to_15_keysets)
{
    for (vectors v = vectors_open("keysets.json", "keyset"); vectors_next(&v);) {
        fnt_keyset *keys = NULL;
        span text = vectors_json_or_text(&v, v.row);
        vectors_expect(&v, "status",
                       fnt_keyset_parse(text.at, text.len,
                                        vectors_flag(&v, "symmetric") ? FNT_ALLOW_SYMMETRIC : 0,
                                        &keys, NULL));
        if (keys != NULL && vectors_get(&v, "kids").kind == JSON_ARRAY)
            expect_kids(&v, keys);
        fnt_keyset_free(keys);
    }
}

Test(vectors, rule_14_signing_keys)
{
    for (vectors v = vectors_open("signing-keys.json", "signing-key"); vectors_next(&v);) {
        fnt_key *key = NULL;
        span text = vectors_json_or_text(&v, v.row), id;
        vectors_expect(&v, "status",
                       fnt_key_parse(text.at, text.len,
                                     vectors_algorithm(vectors_get(&v, "algorithm")), &key, NULL));
        id.at = fnt_key_id(key, &id.len);
        vectors_expect_text(&v, "id", vectors_get(&v, "id"), key == NULL ? SPAN_NONE : id);
        fnt_key_free(key);
    }
}

/* ---- rules and the exchange ---------------------------------------------- */

Test(vectors, rules_28_and_34_iam)
{
    for (vectors v = vectors_open("iam.json", "iam"); vectors_next(&v);) {
        fnt_iam *iam = NULL;
        fnt_report *report = NULL;
        span text = vectors_json_or_text(&v, v.row), errors;
        MUST(fnt_report_new(&report));
        vectors_expect(&v, "status",
                       fnt_iam_new_in(text.at, text.len, FNT_STR("*"), 0, &iam, report));
        errors.at = fnt_report_text(report, 0, FNT_FIELD_ERRORS, &errors.len);
        cr_expect(span_equal(errors, vectors_get(&v, "errors").raw), "%s: %s errors",
                  vectors_text(&v, "name").at, errors.at);
        fnt_report_free(report);
        fnt_iam_free(iam);
    }
}

/* NULL where the service has none. */
static fnt_iam *iam_of(json_value service)
{
    fnt_iam *made = NULL;
    json_value objects = member_of(service, "iam");
    if (objects.kind == JSON_ARRAY)
        MUST(fnt_iam_new(objects.raw.at, objects.raw.len, &made, NULL));
    return made;
}

Test(vectors, rules_50_and_55_simulations)
{
    for (vectors v = vectors_open("simulations.json", "simulate"); vectors_next(&v);) {
        fnt_iam *iam = iam_of(vectors_material(&v, "services", vectors_text(&v, "service")));
        span claims = vectors_text(&v, "claims"), resource = vectors_text(&v, "resource");
        vectors_expect(
            &v, "status",
            fnt_iam_simulate(iam, claims.at, claims.len, resource.at, resource.len, NULL));
        fnt_iam_free(iam);
    }
}

static fnt_sts *service_of(const vectors *v)
{
    json_value service = vectors_material(v, "services", vectors_text(v, "service")), name, keyset;
    fnt_sts *made = NULL;
    fnt_iam *iam = iam_of(service);
    fnt_key *key = vectors_signer(v, vectors_bytes(v, member_of(service, "signer")));
    span issuer = vectors_bytes(v, member_of(service, "issuer"));
    MUST(fnt_sts_new(issuer.at, issuer.len, key, &made));
    vectors_set(member_of(service, "options"), NULL, made);
    if (iam != NULL)
        MUST(fnt_sts_set_iam(made, iam));
    json_iterator it = json_members(member_of(service, "keysets"));
    while (json_next_member(&it, &name, &keyset)) {
        fnt_keyset *keys = vectors_keyset(v, vectors_bytes(v, keyset));
        span of = vectors_bytes(v, name);
        MUST(fnt_sts_set_keyset(made, of.at, of.len, keys));
        fnt_keyset_free(keys);
    }
    fnt_iam_free(iam);
    fnt_key_free(key);
    return made;
}

/* What the service's public half says of the token that was issued, whatever kind it is. */
static void expect_issued(const vectors *v, json_value token)
{
    fnt_verifier *guard = NULL;
    fnt_token *made = NULL;
    fnt_keyset *keys = vectors_keyset(v, SPAN("issued"));
    span issuer = vectors_bytes(
        v, member_of(vectors_material(v, "services", vectors_text(v, "service")), "issuer"));
    MUST(fnt_verifier_new(issuer.at, issuer.len, NULL, 0, keys, &guard));
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, 1));
    MUST(fnt_verify(guard, token.raw.at, token.raw.len, vectors_number(vectors_get(v, "now")),
                    &made, NULL));
    vectors_expect_claims(v, made);
    fnt_token_free(made);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
}

static void expect_answer(const vectors *v, span body, fnt_status status)
{
    json_value root, name, want;
    MUST(json_validate(body, &root, NULL));
    json_iterator it = json_members(vectors_get(v, "answer"));
    while (json_next_member(&it, &name, &want)) {
        json_value got = json_member(root, vectors_bytes(v, name));
        cr_expect(
            got.kind == want.kind && (want.kind == JSON_STRING ? json_strings_equal(got, want)
                                                               : span_equal(got.raw, want.raw)),
            "%s: %.*s in %s", vectors_text(v, "name").at, (int)name.raw.len, name.raw.at, body.at);
    }
    if (status == FNT_OK)
        expect_issued(v, member_of(root, "access_token"));
}

Test(vectors, rules_28_to_38_exchanges)
{
    for (vectors v = vectors_open("exchanges.json", "exchange"); vectors_next(&v);) {
        fnt_sts *sts = service_of(&v);
        fnt_report *report = NULL;
        char *body = NULL;
        span form = vectors_text(&v, "form"), answer = SPAN_NONE;
        MUST(fnt_report_new(&report));
        fnt_status status =
            fnt_sts_exchange(sts, form.at, form.len, vectors_number(vectors_get(&v, "now")), &body,
                             &answer.len, report);
        answer.at = body;
        vectors_expect(&v, "status", status);
        if (vectors_get(&v, "precise").kind == JSON_STRING)
            vectors_expect_text(&v, "precise", vectors_get(&v, "precise"),
                                span_of(fnt_report_text(report, 0, FNT_FIELD_STATUS, NULL)));
        if (body != NULL)
            expect_answer(&v, answer, status);
        fnt_free(body);
        fnt_report_free(report);
        fnt_sts_free(sts);
    }
}

Test(vectors, rule_39_discovery)
{
    for (vectors v = vectors_open("discovery.json", "discovery"); vectors_next(&v);) {
        span json = vectors_text(&v, "document"), address = vectors_text(&v, "address");
        span issuer = vectors_text(&v, "issuer"), jwks = SPAN_NONE, found = SPAN_NONE;
        char *jwks_uri = NULL, *of = NULL;
        fnt_status status =
            fnt_discovery(json.at, json.len, address.at, address.len, issuer.at, issuer.len,
                          vectors_flag(&v, "http") ? FNT_DISCOVERY_HTTP : 0, &jwks_uri, &jwks.len,
                          &of, &found.len, NULL);
        jwks.at = jwks_uri;
        found.at = of;
        vectors_expect(&v, "status", status);
        vectors_expect_text(&v, "jwks_uri", vectors_get(&v, "jwks_uri"), jwks);
        vectors_expect_text(&v, "found", vectors_get(&v, "found"), found);
        fnt_free(jwks_uri);
        fnt_free(of);
    }
}
