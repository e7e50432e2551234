/* SPDX-License-Identifier: MIT */
#include "keys/jwk.h"

#include "base/memory.h"
#include "base/report.h"
#include "text/base64url.h"

static bool is_string(const node *string, span text)
{
    return node_kind(string) == JSON_STRING && span_equal(node_text(string), text);
}

static const node *member(const node *object, const char *name)
{
    return node_member(object, span_of(name));
}

static bool has(const node *object, const char *name)
{
    return member(object, name) != NULL;
}

/* ---- what it may be used for --------------------------------------------- */

static fnt_status check_operations(const node *list, key_purpose purpose, const char **reason)
{
    bool found = false;
    if (node_kind(list) != JSON_ARRAY)
        return refuse_key(reason, "its key_ops is no array");
    for (const node *n = node_first(list); n != NULL; n = node_next(n)) {
        if (node_kind(n) != JSON_STRING)
            return refuse_key(reason, "its key_ops holds something else than strings");
        found = found || is_string(n, purpose == TO_SIGN ? SPAN("sign") : SPAN("verify"));
    }
    if (found)
        return FNT_OK;
    return refuse_key(reason, purpose == TO_SIGN ? "its key_ops does not allow to sign"
                                                 : "its key_ops does not allow to verify");
}

static fnt_status check_use(const node *object, key_purpose purpose, const char **reason)
{
    const node *use = member(object, "use"), *operations = member(object, "key_ops");
    if (is_string(use, SPAN("enc")))
        return refuse_key(reason, "its use is enc (encryption), not sig");
    if (use != NULL && !is_string(use, SPAN("sig")))
        return refuse_key(reason, "its use is not sig");
    return operations == NULL ? FNT_OK : check_operations(operations, purpose, reason);
}

/* *alg is NULL where the JWK has none. */
static fnt_status read_alg(const node *object, const algorithm **alg, const char **reason)
{
    const node *name = member(object, "alg");
    *alg = NULL;
    if (name == NULL)
        return FNT_OK;
    if (node_kind(name) != JSON_STRING)
        return refuse_key(reason, "its alg is no string");
    *alg = algorithm_named(node_text(name));
    return *alg == NULL
               ? refuse_key(reason, "its alg is none of the signature algorithms known here")
               : FNT_OK;
}

/* ---- its numbers --------------------------------------------------------- */

static fnt_status unsupported(const char **reason, const char *sentence)
{
    *reason = sentence;
    return FNT_FAULT_UNSUPPORTED;
}

static fnt_status read_curve(const node *object, bool okp, key_kind *kind, const char **reason)
{
    const node *crv = member(object, "crv");
    if (node_kind(crv) != JSON_STRING)
        return refuse_key(reason, "it has no crv, or one that is no string");
    if (okp && !is_string(crv, SPAN("Ed25519")))
        return unsupported(reason, is_string(crv, SPAN("Ed448"))
                                       ? "Ed448 is not supported by this build"
                                       : "its crv is not for signatures");
    if (key_curve_named(node_text(crv), kind) && (*kind == KEY_ED25519) == okp)
        return FNT_OK;
    return refuse_key(reason, "its crv is none of P-256, P-384 and P-521");
}

static fnt_status read_kind(const node *object, key_kind *kind, const char **reason)
{
    const node *kty = member(object, "kty");
    if (node_kind(kty) != JSON_STRING)
        return refuse_key(reason, "it has no kty, or one that is no string");
    if (is_string(kty, SPAN("EC")) || is_string(kty, SPAN("OKP")))
        return read_curve(object, is_string(kty, SPAN("OKP")), kind, reason);
    *kind = is_string(kty, SPAN("RSA")) ? KEY_RSA : KEY_SECRET;
    return *kind == KEY_RSA || is_string(kty, SPAN("oct"))
               ? FNT_OK
               : refuse_key(reason, "its kty is none of EC, RSA, OKP and oct");
}

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

static fnt_status decode(const node *value, span *out, const char **reason)
{
    span text = node_text(value);
    if (node_kind(value) != JSON_STRING)
        return refuse_key(reason, "one of its numbers is no string");
    unsigned char *bytes = memory_alloc(base64url_decoded(text.len) + 1);
    if (bytes == NULL)
        return FNT_FAULT_MEMORY;
    *out = (span){(const char *)bytes, base64url_decoded(text.len)};
    return base64url_decode(text, bytes)
               ? FNT_OK
               : refuse_key(reason,
                            "one of its numbers is not base64url (which has no padding, + or /)");
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

static fnt_status read_numbers(const node *object, const slot *slots, bool signing,
                               crypto_numbers *out, const char **reason)
{
    fnt_status status = FNT_OK;
    for (; slots->name != NULL && status == FNT_OK; slots++) {
        const node *value = member(object, slots->name);
        if (slots->is_private && !signing)
            continue;
        if (value != NULL)
            status = decode(value, span_in(out, slots), reason);
        else if (!slots->optional)
            status = refuse_key(reason, slots->is_private
                                            ? "it is a public key; signing needs the private one"
                                            : "it lacks one of its numbers");
    }
    return status;
}

static fnt_status import(const node *object, key_kind kind, bool signing, crypto_key **out,
                         const char **reason)
{
    crypto_numbers numbers = {0};
    if (signing && has(object, "oth"))
        return refuse_key(reason, "it is an RSA key of more than two primes");
    fnt_status status = read_numbers(object, slots_of(kind), signing, &numbers, reason);
    if (status == FNT_OK)
        status = crypto_import(kind, &numbers, out, reason);
    free_numbers(slots_of(kind), &numbers);
    return status;
}

/* ---- the whole ----------------------------------------------------------- */

static fnt_status read_parts(const node *object, key_purpose purpose, crypto_key **key,
                             const algorithm **alg, const char **reason)
{
    key_kind kind = KEY_SECRET;
    const node *kid = member(object, "kid");
    fnt_status status = read_kind(object, &kind, reason);
    if (status == FNT_OK)
        status = check_use(object, purpose, reason);
    if (status == FNT_OK)
        status = read_alg(object, alg, reason);
    if (status == FNT_OK && kid != NULL && node_kind(kid) != JSON_STRING)
        return refuse_key(reason, "its kid is no string");
    return status == FNT_OK ? import(object, kind, purpose == TO_SIGN, key, reason) : status;
}

fnt_status jwk_read(const node *object, key_purpose purpose, named_key *out, const char **reason)
{
    crypto_key *key = NULL;
    const algorithm *alg = NULL;
    *out = NAMED_KEY_NONE;
    *reason = "there is no memory for it";
    if (node_kind(object) != JSON_OBJECT)
        return refuse_key(reason, "it is no JSON object");
    fnt_status status = read_parts(object, purpose, &key, &alg, reason);
    if (status != FNT_OK)
        return status;
    return named_key_make(key, node_text(member(object, "kid")), alg, out, reason);
}

bool jwk_is_secret(const node *object)
{
    return is_string(member(object, "kty"), SPAN("oct"));
}

bool jwk_is_private(const node *object)
{
    return has(object, "d") && !jwk_is_secret(object);
}

fnt_status jwk_document(span text, document **out, fnt_report *report)
{
    char scratch[INTEGER_SIZE];
    json_fault fault = {0, NULL};
    fnt_status status = document_parse(text, out, &fault);
    if (status != FNT_REFUSED_MALFORMED)
        return status;
    return report_refuse(report, FNT_FAULT_KEY, "The JSON is malformed at byte %: %.",
                         SPANS(integer_print((int64_t)fault.at, scratch), span_of(fault.reason)));
}

bool jwk_looks_like_json(span text)
{
    size_t at = 0;
    while (at < text.len && (text.at[at] == ' ' || text.at[at] == '\t' || text.at[at] == '\n' ||
                             text.at[at] == '\r'))
        at++;
    return at < text.len && text.at[at] == '{';
}
