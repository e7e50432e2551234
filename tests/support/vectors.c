/* SPDX-License-Identifier: MIT */
#include "support/vectors.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- files --------------------------------------------------------------- */

static json_value file_of(const char *name)
{
    char path[4096];
    size_t len = 0;
    json_value root;
    json_fault fault = {0, NULL};
    const char *folder = getenv("FNT_VECTORS");
    (void)snprintf(path, sizeof path, "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    char *read = file_text(path, &len);
    cr_assert_not_null(read, "%s is not there (FNT_VECTORS names the folder)", path);
    char *text = memcpy(place_for(len + 1), read, len);
    free(read);
    cr_assert_eq(json_validate((span){text, len}, &root, &fault), FNT_OK, "%s, byte %zu: %s", path,
                 fault.at, fault.reason);
    return root;
}

static json_value member(json_value object, const char *name)
{
    json_value found = json_member(object, span_of(name));
    return found.kind == JSON_NULL ? (json_value){JSON_ABSENT, SPAN_NONE, false} : found;
}

vectors vectors_open(const char *file, const char *operation)
{
    json_value root = file_of(file);
    vectors v = {.material = file_of("material.json")};
    v.defaults = member(root, "defaults");
    v.rest = json_items(member(root, "rows"));
    cr_assert(json_string_equals(member(root, "operation"), span_of(operation)), "%s", file);
    return v;
}

/* The three parts of a row put together, or its token as it is. */
static span token_of(const vectors *v)
{
    json_value signature = member(v->row, "signature");
    if (signature.kind != JSON_STRING)
        return vectors_text(v, "token");
    const char *parts = compact(vectors_text(v, "header"), vectors_text(v, "payload"), SPAN_NONE);
    return span_of(joined(parts, vectors_text(v, "signature").at));
}

bool vectors_next(vectors *v)
{
    while (json_next_item(&v->rest, &v->row)) {
        span needs = vectors_text(v, "needs");
        if (needs.at != NULL && !holds(fnt_capabilities(), needs.at))
            continue;
        v->token = SPAN_NONE; /* a token is not a part of itself */
        v->token = token_of(v);
        v->count++;
        return true;
    }
    cr_assert_gt(v->count, 0);
    test_vectors(v->count);
    return false;
}

/* ---- values -------------------------------------------------------------- */

json_value vectors_get(const vectors *v, const char *name)
{
    json_value own = json_member(v->row, span_of(name));
    return own.kind == JSON_ABSENT ? member(v->defaults, name) : member(v->row, name);
}

int64_t vectors_number(json_value number)
{
    cr_assert_eq(number.kind, JSON_NUMBER);
    return strtoll(number.raw.at, NULL, 10);
}

bool vectors_flag(const vectors *v, const char *name)
{
    return vectors_get(v, name).kind == JSON_TRUE;
}

static unsigned digit_of(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static size_t put_hex(char *to, span digits)
{
    for (size_t i = 0; i < digits.len; i += 2)
        to[i / 2] = (char)(digit_of(digits.at[i]) << 4 | digit_of(digits.at[i + 1]));
    return digits.len / 2;
}

static size_t put_repeated(char *to, span text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        memcpy(to + i * text.len, text.at, text.len);
    return text.len * times;
}

/* Writes a piece to to, or nothing where that is NULL; its length. */
static size_t put_piece(const vectors *v, json_value piece, char *to)
{
    char room[1 << 16];
    json_value hex = member(piece, "hex"), repeat = member(piece, "repeat");
    cr_assert_lt(piece.raw.len, sizeof room);
    if (repeat.kind == JSON_STRING) {
        size_t times = (size_t)vectors_number(member(piece, "times"));
        span text = json_unescape(repeat, room);
        return to == NULL ? text.len * times : put_repeated(to, text, times);
    }
    if (hex.kind == JSON_STRING)
        return to == NULL ? hex.raw.len / 2 : put_hex(to, hex.raw);
    span text = piece.kind == JSON_STRING ? json_unescape(piece, room) : v->token;
    cr_assert_not_null(text.at, "a piece is a string, hex, repeat or the row's token");
    if (to != NULL)
        memcpy(to, text.at, text.len);
    return text.len;
}

span vectors_bytes(const vectors *v, json_value text)
{
    json_value piece;
    size_t len = 0;
    if (text.kind == JSON_ABSENT)
        return SPAN_NONE;
    if (text.kind == JSON_STRING) {
        char *room = place_for(text.raw.len + 1);
        span read = json_unescape(text, room);
        memmove(room, read.at, read.len);
        room[read.len] = '\0';
        return (span){room, read.len};
    }
    for (json_iterator it = json_items(text); json_next_item(&it, &piece);)
        len += put_piece(v, piece, NULL);
    char *room = place_for(len + 1), *to = room;
    for (json_iterator it = json_items(text); json_next_item(&it, &piece);)
        to += put_piece(v, piece, to);
    room[len] = '\0';
    return (span){room, len};
}

span vectors_text(const vectors *v, const char *name)
{
    return vectors_bytes(v, vectors_get(v, name));
}

span vectors_json_or_text(const vectors *v, json_value object)
{
    json_value json = member(object, "json");
    return json.kind != JSON_ABSENT ? json.raw : vectors_bytes(v, member(object, "text"));
}

/* ---- material ------------------------------------------------------------ */

static const struct {
    const char *name;
    int32_t value;
} algorithms[] = {
    {"ES256", FNT_ES256}, {"ES384", FNT_ES384}, {"ES512", FNT_ES512}, {"RS256", FNT_RS256},
    {"RS384", FNT_RS384}, {"RS512", FNT_RS512}, {"PS256", FNT_PS256}, {"PS384", FNT_PS384},
    {"PS512", FNT_PS512}, {"HS256", FNT_HS256}, {"HS384", FNT_HS384}, {"HS512", FNT_HS512},
    {"EdDSA", FNT_EDDSA},
};

int32_t vectors_algorithm(json_value name)
{
    for (size_t i = 0; i < COUNT(algorithms); i++)
        if (json_string_equals(name, span_of(algorithms[i].name)))
            return algorithms[i].value;
    cr_assert_eq(name.kind, JSON_ABSENT, "no algorithm: %.*s", (int)name.raw.len, name.raw.at);
    return 0;
}

json_value vectors_material(const vectors *v, const char *group, span name)
{
    json_value found = json_member(member(v->material, group), name);
    cr_assert_eq(found.kind, JSON_OBJECT, "material.json has no %s in %s", name.at, group);
    return found;
}

fnt_keyset *vectors_keyset(const vectors *v, span name)
{
    fnt_keyset *made = NULL;
    if (span_equal(name, SPAN("none")))
        return NULL;
    json_value keyset = vectors_material(v, "keysets", name);
    span text = vectors_json_or_text(v, keyset);
    int32_t flags = member(keyset, "symmetric").kind == JSON_TRUE ? FNT_ALLOW_SYMMETRIC : 0;
    MUST(fnt_keyset_parse(text.at, text.len, flags, &made, NULL));
    return made;
}

fnt_key *vectors_signer(const vectors *v, span name)
{
    fnt_key *made = NULL;
    json_value found = vectors_material(v, "signers", name);
    span text = vectors_bytes(v, member(found, "key"));
    MUST(fnt_key_parse(text.at, text.len, vectors_algorithm(member(found, "alg")), &made, NULL));
    return made;
}

static const struct {
    const char *name;
    int32_t option;
} options_known[] = {
    {"leeway", FNT_OPT_LEEWAY},
    {"max_age", FNT_OPT_MAX_AGE},
    {"max_lifetime", FNT_OPT_MAX_LIFETIME},
    {"max_bytes", FNT_OPT_MAX_BYTES},
    {"algorithms", FNT_OPT_ALGORITHMS},
    {"any_kind", FNT_OPT_ANY_KIND},
    {"cache_entries", FNT_OPT_CACHE_ENTRIES},
    {"cache_bytes", FNT_OPT_CACHE_BYTES},
    {"max_ttl", FNT_OPT_MAX_TTL},
    {"cap_at_subject", FNT_OPT_CAP_AT_SUBJECT},
    {"narrowing", FNT_OPT_NARROWING},
    {"max_header_bytes", FNT_OPT_MAX_HEADER_BYTES},
    {"max_header_names", FNT_OPT_MAX_HEADER_NAMES},
};

static int64_t option_value(json_value value)
{
    int64_t bits = 0;
    json_value name;
    if (value.kind == JSON_NUMBER)
        return vectors_number(value);
    for (json_iterator it = json_items(value); json_next_item(&it, &name);)
        bits |= vectors_algorithm(name);
    return bits;
}

void vectors_set(json_value options, fnt_verifier *verifier, fnt_sts *sts)
{
    json_value name, value;
    for (json_iterator it = json_members(options); json_next_member(&it, &name, &value);) {
        size_t i = 0;
        while (i < COUNT(options_known) &&
               !json_string_equals(name, span_of(options_known[i].name)))
            i++;
        cr_assert_lt(i, COUNT(options_known), "no option: %.*s", (int)name.raw.len, name.raw.at);
        if (verifier != NULL)
            MUST(fnt_verifier_set(verifier, options_known[i].option, option_value(value)));
        else
            MUST(fnt_sts_set(sts, options_known[i].option, option_value(value)));
    }
}

/* ---- answers ------------------------------------------------------------- */

void vectors_expect(const vectors *v, const char *name, fnt_status got)
{
    cr_expect_str_eq(fnt_status_name(got), vectors_text(v, name).at, "%s (%s): %s instead of %s",
                     vectors_text(v, "name").at, vectors_text(v, "reason").at, fnt_status_name(got),
                     vectors_text(v, name).at);
}

void vectors_expect_text(const vectors *v, const char *what, json_value want, span got)
{
    span wanted = vectors_bytes(v, want);
    cr_expect(span_equal(wanted, got) && (wanted.at == NULL) == (got.at == NULL),
              "%s, %s: %.*s instead of %.*s", vectors_text(v, "name").at, what, (int)got.len,
              got.at == NULL ? "" : got.at, (int)wanted.len, wanted.at == NULL ? "" : wanted.at);
}

static const struct {
    const char *name;
    int32_t claim;
} claims_known[] = {
    {"issuer", FNT_CLAIM_ISSUER},
    {"subject", FNT_CLAIM_SUBJECT},
    {"audience", FNT_CLAIM_AUDIENCE},
    {"permissions", FNT_CLAIM_PERMISSION},
    {"function_audience", FNT_CLAIM_FUNCTION_AUDIENCE},
    {"fed_issuer", FNT_CLAIM_FED_ISSUER},
    {"id", FNT_CLAIM_ID},
    {"key_id", FNT_CLAIM_KEY_ID},
    {"kind", FNT_CLAIM_KIND},
    {"policy", FNT_CLAIM_POLICY},
    {"expires", FNT_CLAIM_EXPIRES},
    {"not_before", FNT_CLAIM_NOT_BEFORE},
    {"issued", FNT_CLAIM_ISSUED},
};

/* A number is a time, an array a list. */
static void expect_claim(const vectors *v, const fnt_token *token, const char *name, int32_t claim,
                         json_value want)
{
    json_value item;
    size_t i = 0;
    if (want.kind == JSON_NUMBER) {
        cr_expect_eq(fnt_token_time(token, claim, -1), vectors_number(want), "%s: %s",
                     vectors_text(v, "name").at, name);
        return;
    }
    if (want.kind == JSON_ARRAY) {
        for (json_iterator it = json_items(want); json_next_item(&it, &item); i++) {
            span got;
            got.at = fnt_token_text(token, claim, i, &got.len);
            vectors_expect_text(v, name, item, got);
        }
        want = (json_value){JSON_ABSENT, SPAN_NONE, false}; /* and no more */
    }
    span got;
    got.at = fnt_token_text(token, claim, i, &got.len);
    vectors_expect_text(v, name, want, got);
}

void vectors_expect_claims(const vectors *v, const fnt_token *token)
{
    json_value name, want;
    json_value wanted = vectors_get(v, "claims");
    for (json_iterator it = json_members(wanted); json_next_member(&it, &name, &want);) {
        size_t i = 0;
        while (i < COUNT(claims_known) && !json_string_equals(name, span_of(claims_known[i].name)))
            i++;
        cr_assert_lt(i, COUNT(claims_known), "no claim: %.*s", (int)name.raw.len, name.raw.at);
        expect_claim(v, token, claims_known[i].name, claims_known[i].claim, want);
    }
}
