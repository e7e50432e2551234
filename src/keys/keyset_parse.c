/* SPDX-License-Identifier: MIT */
#include "keys/keyset.h"

#include <assert.h>

#include "base/report.h"
#include "base/sentence.h"
#include "keys/jwk.h"
#include "keys/pem/asn1_key.h"

/* The state of reading one text. */
typedef struct {
    fnt_keyset *set;
    int32_t flags;
    fnt_report *report;
    int64_t seen;
    size_t skipped, unsupported;
    buf reasons; /* of the first few skipped keys, for the summary when no key is left */
} loader;

enum { REASONS_LISTED = 3 };

/* A lack of memory or random bytes says nothing about the key: it ends the loading. */
static bool is_about_key(fnt_status status)
{
    return status == FNT_FAULT_KEY || status == FNT_FAULT_UNSUPPORTED;
}

/* How a sentence names a key; a JWK alone has the empty pointer as its path. */
static span name_of(span path)
{
    return path.len > 0 ? path : SPAN("The JWK");
}

/* Tells it, and remembers what a token may name. */
static fnt_status skip(loader *l, span path, const jwk_findings *why, skipped_key *k)
{
    buf reason = BUF_EMPTY;
    sentence_fill(&reason, why->reason, SPANS(why->found));
    k->reason = buf_span(&reason);
    report_entry(l->report, "key", "skipped");
    report_field(l->report, FNT_FIELD_KEY_ID, k->kid);
    report_field(l->report, FNT_FIELD_PATH, path);
    report_sentence(l->report, "% was skipped: $.", SPANS(name_of(path), k->reason));
    l->unsupported += k->unsupported ? 1 : 0;
    if (l->skipped++ < REASONS_LISTED) {
        if (l->skipped > 1)
            buf_add(&l->reasons, SPAN("; "));
        buf_add(&l->reasons, name_of(path));
        buf_add(&l->reasons, SPAN(": "));
        buf_add(&l->reasons, k->reason);
    }
    fnt_status status = reason.failed ? FNT_FAULT_MEMORY : FNT_OK;
    if (status == FNT_OK && (k->kid.at != NULL || k->algorithms != 0))
        status = keyset_skip(l->set, k);
    buf_free(&reason);
    return status;
}

/* A key that says nothing about its algorithm but its kind, which the build has not. */
static int32_t lacking(const char *reason)
{
    return reason == key_no_ed25519 || reason == key_no_ed448 ? FNT_EDDSA : 0;
}

static fnt_status skip_key(loader *l, span path, span kid, fnt_status status, const char *reason)
{
    jwk_findings why = {reason, crypto_library(), 0};
    skipped_key k = {
        .kid = kid, .algorithms = lacking(reason), .unsupported = status == FNT_FAULT_UNSUPPORTED};
    return skip(l, path, &why, &k);
}

static void warn_private(loader *l, span path, const named_key *k)
{
    report_entry(l->report, "warning", NULL);
    report_field(l->report, FNT_FIELD_KEY_ID, named_key_id(k));
    report_field(l->report, FNT_FIELD_PATH, path);
    report_sentence(l->report,
                    "% is a private key. Its private half was dropped, but it does not belong "
                    "among public keys: do not publish this text.",
                    SPANS(name_of(path)));
}

static fnt_status refuse_number(const loader *l)
{
    return report_refuse(l->report, FNT_FAULT_KEY, "There are more than 1000 keys in it.",
                         NO_SPANS);
}

/* ---- a PEM block --------------------------------------------------------- */

static fnt_status load_block(loader *l, const pem_block *block, span kid, span path)
{
    named_key k;
    crypto_key *key = NULL;
    bool was_private = false;
    const char *reason = NULL;
    if (block->encrypted)
        return skip_key(l, path, kid, FNT_FAULT_KEY,
                        "it is encrypted; a public key is enough here");
    fnt_status status = asn1_key_read_public(block, &key, &was_private, &reason);
    if (status == FNT_OK)
        status = named_key_make(key, kid, NULL, &k, &reason);
    if (is_about_key(status))
        return skip_key(l, path, kid, status, reason);
    if (status == FNT_OK && was_private)
        warn_private(l, path, &k);
    return status == FNT_OK ? keyset_add(l->set, &k, path, l->report) : status;
}

/* ---- JSON ---------------------------------------------------------------- */

static span text_of(const node *object, const char *name)
{
    return node_text(node_member(object, span_of(name)));
}

/* "" and null as if there were none. */
static span kid_of(const node *object)
{
    const node *kid = node_member(object, SPAN("kid"));
    return jwk_says_nothing(kid) ? SPAN_NONE : node_text(kid);
}

static fnt_status skip_jwk(loader *l, const node *object, span path, fnt_status status,
                           const jwk_findings *why)
{
    const algorithm *alg = algorithm_named(text_of(object, "alg"));
    skipped_key k = {.kid = kid_of(object),
                     .algorithms = lacking(why->reason),
                     .unsupported = status == FNT_FAULT_UNSUPPORTED};
    k.may_be_twin = !k.unsupported && k.kid.at != NULL && alg != NULL &&
                    !span_equal(text_of(object, "use"), SPAN("enc"));
    if (k.may_be_twin)
        k.algorithms = alg->bit;
    return skip(l, path, why, &k);
}

static void report_loaded(const loader *l)
{
    buf count = BUF_EMPTY;
    buf_count(&count, keyset_count(l->set), "key is", "keys are");
    (void)report_refuse(l->report, FNT_OK, "% loaded.", SPANS(buf_span(&count)));
    buf_free(&count);
}

static fnt_status load_jwk(loader *l, const node *object, span path)
{
    named_key k;
    jwk_findings found;
    if (jwk_is_secret(object) && (l->flags & FNT_ALLOW_SYMMETRIC) == 0)
        return skip_key(l, path, kid_of(object), FNT_FAULT_KEY,
                        "it is a shared secret (oct), which is taken only where HS* algorithms are "
                        "asked for");
    fnt_status status = jwk_read(object, TO_VERIFY, &k, &found);
    if (is_about_key(status))
        return skip_jwk(l, object, path, status, &found);
    if (status != FNT_OK)
        return status;
    if (jwk_is_private(object))
        warn_private(l, path, &k);
    jwk_note(&k, path, found.remarks, l->report);
    return keyset_add(l->set, &k, path, l->report);
}

static fnt_status load_list(loader *l, const node *list)
{
    fnt_status status = FNT_OK;
    if (node_kind(list) != JSON_ARRAY)
        return report_refuse(l->report, FNT_FAULT_KEY, "In a JWKS, \"keys\" must be an array.",
                             NO_SPANS);
    for (const node *n = node_first(list); n != NULL && status == FNT_OK; n = node_next(n)) {
        buf path = BUF_EMPTY;
        buf_add(&path, SPAN("/keys/"));
        buf_integer(&path, l->seen++);
        status = l->seen > KEYSET_KEYS_MAX ? refuse_number(l) : load_jwk(l, n, buf_span(&path));
        buf_free(&path);
    }
    return status;
}

/* {"KID": "-----BEGIN CERTIFICATE-----...", ...}, as Google and Firebase publish keys too. */
static bool is_map_of_pem(const node *object)
{
    const node *first = node_first(object);
    return node_kind(first) == JSON_STRING && pem_has_block(node_text(first));
}

static fnt_status load_entry(loader *l, const node *entry, span path)
{
    pem_block block;
    const char *fault = NULL;
    span text = node_text(entry), kid = node_name(entry);
    kid = kid.len > 0 ? kid : SPAN_NONE;
    return node_kind(entry) == JSON_STRING && pem_next(&text, &block, &fault)
               ? load_block(l, &block, kid, path)
               : skip_key(l, path, kid, FNT_FAULT_KEY, "it is no PEM text of a certificate or key");
}

static fnt_status load_map(loader *l, const node *map)
{
    fnt_status status = FNT_OK;
    for (const node *n = node_first(map); n != NULL && status == FNT_OK; n = node_next(n)) {
        buf path = BUF_EMPTY;
        buf_byte(&path, '/');
        buf_add(&path, node_name(n));
        status =
            l->seen++ >= KEYSET_KEYS_MAX ? refuse_number(l) : load_entry(l, n, buf_span(&path));
        buf_free(&path);
    }
    return status;
}

static fnt_status load_object(loader *l, const node *object)
{
    const node *list = node_member(object, SPAN("keys"));
    if (list != NULL)
        return load_list(l, list);
    if (node_member(object, SPAN("kty")) != NULL)
        return load_jwk(l, object, SPAN(""));
    if (is_map_of_pem(object))
        return load_map(l, object);
    if (node_member(object, SPAN("jwks_uri")) != NULL)
        return report_refuse(
            l->report, FNT_FAULT_KEY,
            "This is a discovery document, not a JWKS: give what its jwks_uri answers.", NO_SPANS);
    return report_refuse(
        l->report, FNT_FAULT_KEY,
        "The JSON is neither a JWKS (it has no \"keys\") nor a JWK (it has no \"kty\").", NO_SPANS);
}

static fnt_status load_json(loader *l, span text)
{
    document *d = NULL;
    fnt_status status = jwk_document(text, &d, l->report);
    if (status == FNT_OK)
        status = load_object(l, document_root(d));
    document_free(d);
    return status;
}

/* ---- PEM ----------------------------------------------------------------- */

static fnt_status load_pem(loader *l, span text)
{
    pem_block block;
    const char *fault = NULL;
    fnt_status status = FNT_OK;
    while (status == FNT_OK && pem_next(&text, &block, &fault)) {
        buf path = BUF_EMPTY;
        buf_add(&path, SPAN("PEM block "));
        buf_integer(&path, ++l->seen);
        status = l->seen > KEYSET_KEYS_MAX ? refuse_number(l)
                                           : load_block(l, &block, SPAN_NONE, buf_span(&path));
        buf_free(&path);
    }
    if (status == FNT_OK && fault != NULL)
        return report_refuse(l->report, FNT_FAULT_KEY, "The PEM text is damaged: it has %.",
                             SPANS(span_of(fault)));
    return status;
}

/* ---- the whole ----------------------------------------------------------- */

static fnt_status load(loader *l, span text)
{
    if (text.len > KEYSET_TEXT_MAX)
        return report_refuse(l->report, FNT_FAULT_KEY,
                             "The text is longer than 1 MiB; that is no set of keys.", NO_SPANS);
    if (jwk_looks_like_json(text))
        return load_json(l, text);
    if (pem_has_block(text))
        return load_pem(l, text);
    if (text.len == 0)
        return report_refuse(l->report, FNT_FAULT_KEY,
                             "The text is empty: expected are a JWKS, a JWK or PEM blocks.",
                             NO_SPANS);
    return report_refuse(l->report, FNT_FAULT_KEY,
                         "The text is neither JSON (a JWKS or a JWK) nor PEM.", NO_SPANS);
}

static fnt_status refuse_empty(const loader *l)
{
    char scratch[INTEGER_SIZE];
    if (l->skipped == 0)
        return report_refuse(l->report, FNT_FAULT_KEY, "There is no key in it.", NO_SPANS);
    return report_refuse(l->report,
                         l->unsupported == l->skipped ? FNT_FAULT_UNSUPPORTED : FNT_FAULT_KEY,
                         "No key can be used; % skipped: $%.",
                         SPANS(integer_print((int64_t)l->skipped, scratch), buf_span(&l->reasons),
                               l->skipped > REASONS_LISTED ? SPAN("; and more") : SPAN("")));
}

fnt_status keyset_parse(span text, int32_t flags, fnt_keyset **out, fnt_report *report)
{
    loader l = {.flags = flags, .report = report, .reasons = BUF_EMPTY};
    *out = NULL;
    assert((flags & ~FNT_ALLOW_SYMMETRIC) == 0);
    fnt_status status = keyset_new(&l.set);
    if (status == FNT_OK)
        status = load(&l, text);
    if (status == FNT_OK)
        status = keyset_count(l.set) == 0 ? refuse_empty(&l) : keyset_complete(l.set, report);
    if (status == FNT_OK)
        report_loaded(&l);
    buf_free(&l.reasons);
    if (status == FNT_OK)
        *out = l.set;
    else
        keyset_unref(l.set);
    return status;
}
