/* SPDX-License-Identifier: MIT */
#include "keys/jwk_numbers.h"

#include "base/memory.h"
#include "keys/pem/asn1_key.h"
#include "text/base64url.h"

/* Which members hold the numbers of a kind. The private ones are read only from a key to sign with.
 */
typedef struct {
    const char *name;
    size_t offset; /* of the span in crypto_numbers */
    bool is_private, optional;
} slot;

enum { SLOTS_MAX = 5 };

static const slot ec_slots[SLOTS_MAX + 1] = {
    {"x", offsetof(crypto_numbers, x), false, false},
    {"y", offsetof(crypto_numbers, y), false, false},
    {"d", offsetof(crypto_numbers, d), true, false},
};
static const slot rsa_slots[SLOTS_MAX + 1] = {
    {"n", offsetof(crypto_numbers, n), false, false},
    {"e", offsetof(crypto_numbers, e), false, false},
    {"d", offsetof(crypto_numbers, d), true, false},
    {"p", offsetof(crypto_numbers, p), true, true},
    {"q", offsetof(crypto_numbers, q), true, true},
};
static const slot secret_slots[SLOTS_MAX + 1] = {
    {"k", offsetof(crypto_numbers, secret), false, false}};
static const slot edwards_slots[SLOTS_MAX + 1] = {
    {"x", offsetof(crypto_numbers, x), false, false},
    {"d", offsetof(crypto_numbers, d), true, false},
};

static const slot *slots_of(key_kind kind)
{
    if (kind == KEY_RSA)
        return rsa_slots;
    if (kind == KEY_ED25519)
        return edwards_slots;
    return kind == KEY_SECRET ? secret_slots : ec_slots;
}

static fnt_status refuse_number(jwk_findings *found, const slot *s, const char *reason)
{
    found->found = span_of(s->name);
    return refuse_key(&found->reason, reason);
}

/* Rule 3: lenient is for the numbers of a public key, which count and not their text. */
static fnt_status decode(const node *value, const slot *s, bool lenient, span *out,
                         jwk_findings *found)
{
    span text = node_text(value);
    int32_t unusual = 0;
    if (node_kind(value) != JSON_STRING)
        return refuse_number(found, s, "its % is no string");
    unsigned char *bytes = memory_alloc(base64url_decoded(text.len) + 1);
    if (bytes == NULL)
        return FNT_FAULT_MEMORY;
    *out = (span){(const char *)bytes, base64url_decoded(text.len)};
    if (!lenient)
        return base64url_decode(text, bytes)
                   ? FNT_OK
                   : refuse_number(found, s, "its % is not base64url (no padding, + or /)");
    if (!base64_decode_any(text, bytes, &out->len, &unusual))
        return refuse_number(found, s, "its % is neither base64url nor standard base64");
    found->remarks |= ((unusual & BASE64_STANDARD) != 0 ? JWK_STANDARD_BASE64 : 0) |
                      ((unusual & BASE64_PADDED) != 0 ? JWK_PADDED : 0);
    if (s->offset == offsetof(crypto_numbers, n) && out->len > 0 && bytes[0] == 0)
        found->remarks |= JWK_LEADING_ZEROS;
    return FNT_OK;
}

static span *span_in(crypto_numbers *numbers, const slot *s)
{
    return (span *)(void *)((char *)numbers + s->offset);
}

static void free_numbers(const slot *slots, crypto_numbers *numbers)
{
    for (; slots->name != NULL; slots++)
        memory_free((void *)span_in(numbers, slots)->at);
}

static fnt_status refuse_missing(const slot *s, jwk_findings *found)
{
    return s->is_private
               ? refuse_key(&found->reason, "it is a public key; signing needs the private one")
               : refuse_number(found, s, "it lacks its %");
}

static fnt_status read_numbers(const node *object, key_kind kind, bool signing, crypto_numbers *out,
                               jwk_findings *found)
{
    fnt_status status = FNT_OK;
    bool lenient = !signing && kind != KEY_SECRET;
    for (const slot *s = slots_of(kind); s->name != NULL && status == FNT_OK; s++) {
        const node *value = node_member(object, span_of(s->name));
        if (s->is_private && !signing)
            continue;
        if (value == NULL || (lenient && jwk_says_nothing(value)))
            status = s->optional ? FNT_OK : refuse_missing(s, found);
        else
            status = decode(value, s, lenient, span_in(out, s), found);
    }
    return status;
}

fnt_status jwk_import(const node *object, key_kind kind, key_purpose purpose, crypto_key **out,
                      jwk_findings *found)
{
    crypto_numbers numbers = {0};
    if (purpose == TO_SIGN && node_member(object, SPAN("oth")) != NULL)
        return refuse_key(&found->reason, "it is an RSA key of more than two primes");
    fnt_status status = read_numbers(object, kind, purpose == TO_SIGN, &numbers, found);
    if (status == FNT_OK)
        status = crypto_import(kind, &numbers, out, &found->reason);
    free_numbers(slots_of(kind), &numbers);
    return status;
}

/* ---- x5c (RFC 7517, 4.7) ------------------------------------------------- */

bool jwk_has_certificate_alone(const node *object)
{
    static const char *const numbers[] = {"n", "e", "x", "y", "k"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!jwk_says_nothing(node_member(object, span_of(numbers[i]))))
            return false;
    return node_first(node_member(object, SPAN("x5c"))) != NULL;
}

static bool is_kind_named(const node *object, key_kind kind)
{
    const char *curve = key_curve(kind);
    const node *crv = node_member(object, SPAN("crv"));
    const char *kty = curve == NULL ? "RSA" : key_is_ec(kind) ? "EC" : "OKP";
    if (!span_equal(node_text(node_member(object, SPAN("kty"))), span_of(kty)))
        return false;
    return curve == NULL || jwk_says_nothing(crv) || span_equal(node_text(crv), span_of(curve));
}

fnt_status jwk_import_certificate(const node *object, crypto_key **out, jwk_findings *found)
{
    bool was_private = false;
    const node *first = node_first(node_member(object, SPAN("x5c")));
    pem_block block = {.label = SPAN("CERTIFICATE"), .body = node_text(first)};
    if (node_kind(first) != JSON_STRING)
        return refuse_key(&found->reason, "it lacks its numbers, and its x5c is no array of text");
    fnt_status status = asn1_key_read_public(&block, out, &was_private, &found->reason);
    if (status == FNT_FAULT_KEY) {
        found->found = span_of(found->reason);
        return refuse_key(&found->reason,
                          "it lacks its numbers, and of the certificate in its x5c %");
    }
    if (status != FNT_OK)
        return status;
    found->remarks |= JWK_CERTIFICATE_ALONE;
    if (is_kind_named(object, crypto_kind(*out)))
        return FNT_OK;
    crypto_free(*out);
    *out = NULL;
    return refuse_key(&found->reason, "its x5c holds a key of another kind than its kty or crv");
}
