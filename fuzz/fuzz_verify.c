/* SPDX-License-Identifier: MIT */
/* Any token at all, against fixed keys. The first byte says what the rest is:
 *
 *     t   a whole token. Whoever has no key can only repeat what was signed: FNT_OK is for the
 *         bytes of the one token that was
 *     h   a header, a line break and a payload, which are signed with a fixed secret
 *     c   a payload alone, with a header that is right
 *
 * What is signed goes through every reader of claims; where the library says FNT_OK, cJSON must see
 * the claims that it needs. */
#include <stdlib.h>

#include "keys/signing_key.h"
#include "text/base64url.h"
#include "text/document.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1715848921 };
#define ISSUER "https://gateway.example.com"

/* Header and payload of the one token that the key below ever signed. */
static const char signed_part[] =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVzMjU2In0."
    "eyJpc3MiOiJodHRwczovL2dhdGV3YXkuZXhhbXBsZS5j"
    "b20iLCJzdWIiOiJmZWQ6YWRhIiwiYXVkIjoiaHR0cHM6Ly9nYXRld2F5LmV4YW1wbGUuY29tIiwiZXhwIjoxNzE1ODUyNT"
    "IxLCJm"
    "dW5jdGlvbiI6eyJwZXJtaXNzaW9ucyI6WyJkZXY6ZW52Iiwib3BlbmZhYXMtZm46KiJdfX0";

static const char its_signature[] =
    ".sfRsuxj7NCuHEFWraGFQBHsMmFh9ilsIjjgT3CpQDXU4ljMrjzttDRXFzj2mWh5kjWpmeYIJMuNRamFE4H1NUg";

static const char jwks[] = "{\"keys\":[{\"kid\":\"es256\",\"kty\":\"EC\",\"crv\":\"P-256\","
                           "\"x\":\"G-thBqAnSijsu1s1BOP9QEc1IvZoUqj1ezVEzFqrWjM\","
                           "\"y\":\"AP3exzz4DyUTt9-CySlApXSAB3-v-ZMs16XkipREP2U\"}]}";
static const char secret[] =
    "{\"kid\":\"s\",\"kty\":\"oct\",\"k\":"
    "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg\"}";
static const char header[] = "{\"alg\":\"HS256\",\"kid\":\"s\"}";

static void must(bool holds)
{
    if (!holds)
        abort();
}

static fnt_verifier *verifier_by(const char *keys, int32_t bit)
{
    fnt_keyset *set = NULL;
    fnt_verifier *made = NULL;
    must(fnt_keyset_parse(FNT_STR(keys), FNT_ALLOW_SYMMETRIC, &set, NULL) == FNT_OK);
    must(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, set, &made) == FNT_OK);
    must(fnt_verifier_set(made, FNT_OPT_ALGORITHMS, bit) == FNT_OK);
    fnt_keyset_free(set);
    return made;
}

/* ---- what holds of any answer -------------------------------------------- */

/* "%s" of a C program must not run on into what is next. */
static void texts_end(const fnt_token *token)
{
    for (int32_t claim = FNT_CLAIM_ISSUER; claim <= FNT_CLAIM_POLICY; claim++) {
        const char *text;
        size_t len = 0;
        for (size_t i = 0; (text = fnt_token_text(token, claim, i, &len)) != NULL; i++)
            must(strlen(text) == len);
    }
}

static void report_is_clean(const fnt_report *report, fnt_status status)
{
    char *json = NULL;
    size_t len = 0;
    const char *said = fnt_report_text(report, 0, FNT_FIELD_STATUS, NULL);
    must(said != NULL && strcmp(said, fnt_status_name(status)) == 0);
    must(fnt_report_json(report, &json, &len) == FNT_OK && strlen(json) == len);
    for (size_t i = 0; i < len; i++)
        must((unsigned char)json[i] >= 0x20 && json[i] != 0x7f);
    fnt_free(json);
}

/* The token, if it is one, for the caller to free. */
static fnt_token *checked(fnt_verifier *guard, span jws)
{
    fnt_token *token = NULL, *quiet = NULL;
    fnt_report *report = NULL;
    must(fnt_report_new(&report) == FNT_OK);
    work_begin();
    fnt_status status = fnt_verify(guard, jws.at, jws.len, NOW, &token, report);
    work_end(WORK_TOKEN, jws.len);
    must(fnt_verify(guard, jws.at, jws.len, NOW, &quiet, NULL) == status);
    must((token != NULL) == (status == FNT_OK) && (quiet != NULL) == (status == FNT_OK));
    must(status == FNT_OK || fnt_status_http(status) == 401);
    report_is_clean(report, status);
    texts_end(token);
    fnt_token_free(quiet);
    fnt_report_free(report);
    return token;
}

/* ---- whole tokens -------------------------------------------------------- */

/* Or nothing at all would be taken, and nothing be tested. */
static void good_token_is_taken(fnt_verifier *guard)
{
    buf token = BUF_EMPTY;
    buf_add(&token, SPAN(signed_part));
    buf_add(&token, SPAN(its_signature));
    fnt_token *made = checked(guard, buf_span(&token));
    must(made != NULL);
    fnt_token_free(made);
    buf_free(&token);
}

static void try_token(span jws)
{
    static fnt_verifier *guard;
    if (guard == NULL) {
        guard = verifier_by(jwks, FNT_ES256);
        good_token_is_taken(guard);
    }
    fnt_token *token = checked(guard, jws);
    must(token == NULL ||
         (jws.len == sizeof signed_part - 1 + 87 && span_starts(jws, SPAN(signed_part))));
    fnt_token_free(token);
}

/* ---- signed texts -------------------------------------------------------- */

static bool holds_text(const node *list, span wanted)
{
    if (node_kind(list) == JSON_STRING)
        return span_equal(node_text(list), wanted);
    for (const node *item = node_first(list); item != NULL; item = node_next(item))
        if (span_equal(node_text(item), wanted))
            return true;
    return false;
}

static void are_texts(const node *list)
{
    must(node_kind(list) == JSON_ARRAY);
    for (const node *item = node_first(list); item != NULL; item = node_next(item))
        must(node_kind(item) == JSON_STRING);
}

static void tree_agrees(span payload)
{
    document *d = NULL;
    must(document_parse(payload, &d, NULL) == FNT_OK);
    const node *root = document_root(d), *function = node_member(root, SPAN("function"));
    must(span_equal(node_text(node_member(root, SPAN("iss"))), SPAN(ISSUER)));
    must(node_kind(node_member(root, SPAN("sub"))) == JSON_STRING);
    must(holds_text(node_member(root, SPAN("aud")), SPAN(ISSUER)));
    must(node_number(d, node_member(root, SPAN("exp"))).at != NULL &&
         node_number(d, node_member(root, SPAN("exp"))).at[0] != '-');
    must(node_kind(function) == JSON_OBJECT && node_member(root, SPAN("cnf")) == NULL);
    are_texts(node_member(function, SPAN("permissions")));
    if (node_member(function, SPAN("audience")) != NULL)
        are_texts(node_member(function, SPAN("audience")));
    document_free(d);
}

static void try_signed(span head, span payload)
{
    static fnt_verifier *guard;
    static fnt_key *key;
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    buf token = BUF_EMPTY;
    if (guard == NULL) {
        guard = verifier_by(secret, FNT_HS256);
        must(fnt_key_parse(FNT_STR(secret), FNT_HS256, &key, NULL) == FNT_OK);
    }
    base64url_encode(&token, head);
    buf_byte(&token, '.');
    base64url_encode(&token, payload);
    must(key_sign(key, buf_span(&token), signature, &len) == FNT_OK);
    buf_byte(&token, '.');
    base64url_encode(&token, (span){(const char *)signature, len});
    fnt_token *made = checked(guard, buf_span(&token));
    if (made != NULL) {
        tree_agrees(payload);
        must(fnt_token_authorize(made, FNT_STR("dev:*"), NOW, NULL) == FNT_DENIED_RESOURCE);
        must(fnt_token_time(made, FNT_CLAIM_EXPIRES, 0) > NOW - 1);
    }
    fnt_token_free(made);
    buf_free(&token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    span rest = {(const char *)data + 1, size - 1};
    size_t line = span_index(rest, '\n');
    if (data[0] == 't')
        try_token(rest);
    else if (data[0] == 'c')
        try_signed(SPAN(header), rest);
    else if (data[0] == 'h' && line < rest.len)
        try_signed((span){rest.at, line}, span_from(rest, line + 1));
    return 0;
}
