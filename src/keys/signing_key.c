/* SPDX-License-Identifier: MIT */
#include "keys/signing_key.h"

#include "base/memory.h"
#include "base/refcount.h"
#include "base/report.h"
#include "base/sentence.h"
#include "keys/jwk.h"
#include "keys/jwk_write.h"
#include "keys/keyset.h"
#include "keys/pem/asn1_key.h"

struct fnt_key {
    refcount refcount;
    named_key named_key;
    const algorithm *alg;
};

/* ---- the object ---------------------------------------------------------- */

/* Takes *k over, also on failure. */
static fnt_status key_new(named_key *k, const algorithm *alg, fnt_key **out)
{
    fnt_key *key = memory_alloc(sizeof *key);
    if (key == NULL) {
        named_key_clear(k);
        return FNT_FAULT_MEMORY;
    }
    refcount_init(&key->refcount);
    key->named_key = *k;
    key->named_key.algorithms = alg->bit;
    key->alg = alg;
    *out = key;
    return FNT_OK;
}

const fnt_key *key_ref(const fnt_key *key)
{
    if (key != NULL)
        refcount_acquire(&((fnt_key *)key)->refcount);
    return key;
}

void key_unref(const fnt_key *key)
{
    fnt_key *mine = (fnt_key *)key;
    if (mine == NULL || !refcount_release(&mine->refcount))
        return;
    named_key_clear(&mine->named_key);
    memory_free(mine);
}

span key_id(const fnt_key *key)
{
    return named_key_id(&key->named_key);
}

const algorithm *key_algorithm(const fnt_key *key)
{
    return key->alg;
}

fnt_status key_sign(const fnt_key *key, span signed_bytes, unsigned char *signature, size_t *len)
{
    return crypto_sign(key->named_key.key, key->alg, signed_bytes, signature, len);
}

/* ---- which algorithm ----------------------------------------------------- */

/* "on P-384", "RSA", "a shared secret" */
static span kind_words(key_kind kind, buf *scratch)
{
    if (key_curve(kind) == NULL)
        return kind == KEY_RSA ? SPAN("RSA") : SPAN("a shared secret");
    buf_add(scratch, SPAN("on "));
    buf_add(scratch, span_of(key_curve(kind)));
    return buf_span(scratch);
}

static fnt_status refuse_kind(const named_key *k, const algorithm *alg, fnt_report *report)
{
    buf expected = BUF_EMPTY, found = BUF_EMPTY;
    report_refuse(report, FNT_FAULT_KEY, "A key for % must be %; this one is %.",
                  SPANS(span_of(alg->name), kind_words(alg->kind, &expected),
                        kind_words(crypto_kind(k->key), &found)));
    buf_free(&expected);
    buf_free(&found);
    return FNT_FAULT_KEY;
}

static fnt_status refuse_length(const named_key *k, const algorithm *alg, fnt_report *report)
{
    char needed[INTEGER_SIZE], there[INTEGER_SIZE];
    return report_refuse(report, FNT_FAULT_KEY,
                         "A secret for % must have % bytes or more; this one has %.",
                         SPANS(span_of(alg->name), integer_print((int64_t)alg->signature, needed),
                               integer_print((int64_t)(crypto_bits(k->key) / 8), there)));
}

static fnt_status refuse_own_alg(const named_key *k, const algorithm *alg, fnt_report *report)
{
    buf said = BUF_EMPTY;
    algorithm_names(k->algorithms, &said);
    report_refuse(report, FNT_FAULT_KEY, "By its own alg the key is for %; % was asked for.",
                  SPANS(buf_span(&said), span_of(alg->name)));
    buf_free(&said);
    return FNT_FAULT_KEY;
}

static fnt_status refuse_algorithm(const named_key *k, const algorithm *alg, fnt_report *report)
{
    if (crypto_kind(k->key) != alg->kind)
        return refuse_kind(k, alg, report);
    if ((algorithms_for(alg->kind, crypto_bits(k->key)) & alg->bit) == 0)
        return refuse_length(k, alg, report);
    return refuse_own_alg(k, alg, report);
}

/* The JWK's alg or the curve's only one; the first of several is RS256 or HS256. */
static const algorithm *first_of(int32_t algorithms)
{
    return algorithm_of(algorithms & -algorithms);
}

static fnt_status choose_algorithm(const named_key *k, int32_t bit, const algorithm **out,
                                   fnt_report *report)
{
    *out = bit == 0 ? first_of(k->algorithms) : algorithm_of(bit);
    return (k->algorithms & (*out)->bit) != 0 ? FNT_OK : refuse_algorithm(k, *out, report);
}

/* ---- reading ------------------------------------------------------------- */

static fnt_status refuse(fnt_report *report, const char *sentence)
{
    return report_refuse(report, FNT_FAULT_KEY, sentence, NO_SPANS);
}

/* A lack of memory or random bytes says nothing about the key; *reason means nothing then. */
static fnt_status refuse_because(fnt_report *report, fnt_status status, const char *reason,
                                 span found)
{
    buf words = BUF_EMPTY;
    if (status != FNT_FAULT_KEY && status != FNT_FAULT_UNSUPPORTED)
        return status;
    sentence_fill(&words, reason, SPANS(found));
    report_refuse(report, status, "The key can't be used: $.", SPANS(buf_span(&words)));
    buf_free(&words);
    return status;
}

static fnt_status read_object(const node *object, named_key *out, fnt_report *report)
{
    jwk_findings found;
    if (node_member(object, SPAN("keys")) != NULL)
        return refuse(
            report,
            "This is a JWKS, a set of keys; one private key is needed: a JWK alone or PEM.");
    if (node_member(object, SPAN("kty")) != NULL && !jwk_is_secret(object) &&
        !jwk_is_private(object))
        return refuse(report, "This is a public key; signing needs the private one.");
    fnt_status status = jwk_read(object, TO_SIGN, out, &found);
    if (status != FNT_OK)
        return refuse_because(report, status, found.reason, found.found);
    jwk_note(out, SPAN(""), found.remarks, report);
    return FNT_OK;
}

static fnt_status read_json(span text, named_key *out, fnt_report *report)
{
    document *d = NULL;
    fnt_status status = jwk_document(text, &d, report);
    if (status == FNT_OK)
        status = read_object(document_root(d), out, report);
    document_free(d);
    return status;
}

static bool ends_with(span s, span end)
{
    return s.len >= end.len && span_equal(span_from(s, s.len - end.len), end);
}

/* The one private block among others: a key file may hold its certificate too. */
static fnt_status find_block(span text, pem_block *out, fnt_report *report)
{
    pem_block block, other = {.encrypted = false};
    const char *fault = NULL;
    *out = other;
    while (pem_next(&text, &block, &fault)) {
        if (!ends_with(block.label, SPAN("PRIVATE KEY"))) {
            other = block;
        } else if (out->label.at != NULL) {
            return refuse(report, "There is more than one private key in it; one is needed.");
        } else {
            *out = block;
        }
    }
    if (fault != NULL)
        return report_refuse(report, FNT_FAULT_KEY, "The PEM text is damaged: it has %.",
                             SPANS(span_of(fault)));
    if (out->label.at != NULL)
        return FNT_OK;
    if (ends_with(other.label, SPAN("PUBLIC KEY")))
        return refuse(report, "This is a public key; signing needs the private one.");
    if (ends_with(other.label, SPAN("CERTIFICATE")))
        return refuse(
            report,
            "This is a certificate, which holds a public key; signing needs the private one.");
    return refuse(report, "There is no private key in it.");
}

static fnt_status read_pem(span text, named_key *out, fnt_report *report)
{
    pem_block block;
    crypto_key *key = NULL;
    const char *reason = NULL;
    fnt_status status = find_block(text, &block, report);
    if (status != FNT_OK)
        return status;
    if (block.encrypted)
        return refuse(report, "The private key is encrypted. Decrypt it first: openssl pkey -in "
                              "ENCRYPTED.pem -out KEY.pem");
    status = asn1_key_read(&block, &key, &reason);
    if (status == FNT_OK)
        status = named_key_make(key, SPAN_NONE, NULL, out, &reason);
    return status == FNT_OK ? FNT_OK : refuse_because(report, status, reason, crypto_library());
}

static fnt_status read(span text, named_key *out, fnt_report *report)
{
    if (text.len > KEYSET_TEXT_MAX)
        return refuse(report, "The text is longer than 1 MiB; that is no key.");
    if (jwk_looks_like_json(text))
        return read_json(text, out, report);
    if (pem_has_block(text))
        return read_pem(text, out, report);
    if (text.len == 0)
        return refuse(report, "The text is empty: expected is a private key, as PEM or a JWK.");
    return refuse(report, "The text is neither JSON (a JWK) nor PEM.");
}

/* Whether bit is one algorithm that this build has. */
static bool is_supported(int32_t bit)
{
    return algorithm_of(bit) != NULL && (crypto_algorithms() & bit) != 0;
}

fnt_status key_parse(span text, int32_t algorithm_bit, fnt_key **out, fnt_report *report)
{
    named_key k = NAMED_KEY_NONE;
    const algorithm *alg = NULL;
    *out = NULL;
    if (algorithm_bit != 0 && !is_supported(algorithm_bit))
        return report_refuse(report, FNT_FAULT_UNSUPPORTED,
                             "This algorithm is not supported by this build (%).",
                             SPANS(crypto_library()));
    fnt_status status = read(text, &k, report);
    if (status != FNT_OK)
        return status;
    status = choose_algorithm(&k, algorithm_bit, &alg, report);
    if (status != FNT_OK) {
        named_key_clear(&k);
        return status;
    }
    status = key_new(&k, alg, out);
    return status == FNT_OK
               ? report_refuse(report, FNT_OK, "A key for % is loaded.", SPANS(span_of(alg->name)))
               : status;
}

/* ---- generating ---------------------------------------------------------- */

fnt_status key_generate(int32_t algorithm_bit, fnt_key **out)
{
    crypto_key *key = NULL;
    const char *reason = NULL;
    named_key k;
    *out = NULL;
    if (!is_supported(algorithm_bit))
        return FNT_FAULT_UNSUPPORTED;
    fnt_status status = crypto_generate(algorithm_of(algorithm_bit), &key);
    if (status == FNT_OK)
        status = named_key_make(key, SPAN_NONE, NULL, &k, &reason);
    return status == FNT_OK ? key_new(&k, algorithm_of(algorithm_bit), out) : status;
}

/* ---- writing ------------------------------------------------------------- */

static fnt_status write(const fnt_key *key, int32_t form, buf *out)
{
    bool secret = crypto_kind(key->named_key.key) == KEY_SECRET;
    switch (form) {
    case FNT_PRIVATE_PEM:
        return secret ? FNT_FAULT_UNSUPPORTED : crypto_private_pem(key->named_key.key, out);
    case FNT_PUBLIC_PEM:
        return crypto_public_pem(key->named_key.key, out);
    case FNT_PUBLIC_JWK:
        return jwk_write(&key->named_key, out);
    default:
        return FNT_FAULT_UNSUPPORTED;
    }
}

fnt_status key_export(const fnt_key *key, int32_t form, char **out, size_t *out_len)
{
    buf text = BUF_EMPTY;
    *out = NULL;
    *out_len = 0;
    fnt_status status = write(key, form, &text);
    if (status == FNT_OK)
        return buf_take(&text, out, out_len);
    buf_free(&text);
    return status;
}
