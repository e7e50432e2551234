/* SPDX-License-Identifier: MIT */
#include "keys/jwk.h"

#include "base/report.h"
#include "keys/jwk_numbers.h"
#include "text/json.h"

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

bool jwk_says_nothing(const node *n)
{
    return node_kind(n) == JSON_ABSENT || node_kind(n) == JSON_NULL ||
           (node_kind(n) == JSON_STRING && node_text(n).len == 0);
}

/* A member that may be missing; one that says nothing is remarked on, and counts as missing. */
static const node *optional(const node *object, const char *name, int32_t remark,
                            jwk_findings *found)
{
    const node *n = member(object, name);
    if (!jwk_says_nothing(n))
        return n;
    found->remarks |= n != NULL ? remark : 0;
    return NULL;
}

static fnt_status refuse(jwk_findings *found, span value, const char *reason)
{
    found->found = value;
    return refuse_key(&found->reason, reason);
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

static fnt_status check_use(const node *object, key_purpose purpose, jwk_findings *found)
{
    const node *use = optional(object, "use", JWK_EMPTY_USE, found),
               *operations = optional(object, "key_ops", JWK_EMPTY_KEY_OPS, found);
    if (is_string(use, SPAN("enc")))
        return refuse_key(&found->reason, "its use is enc (encryption), not sig");
    if (use != NULL && !is_string(use, SPAN("sig")))
        return node_kind(use) == JSON_STRING
                   ? refuse(found, node_text(use), "its use is \"%\", not sig")
                   : refuse(found, json_kind_name(node_kind(use)), "its use is %, not sig");
    return operations == NULL ? FNT_OK : check_operations(operations, purpose, &found->reason);
}

/* *alg is NULL where the JWK has none. */
static fnt_status read_alg(const node *object, const algorithm **alg, jwk_findings *found)
{
    const node *name = optional(object, "alg", JWK_EMPTY_ALG, found);
    *alg = NULL;
    if (name == NULL)
        return FNT_OK;
    if (node_kind(name) != JSON_STRING)
        return refuse(found, json_kind_name(node_kind(name)), "its alg is %, not a string");
    *alg = algorithm_named(node_text(name));
    return *alg != NULL ? FNT_OK
                        : refuse(found, node_text(name),
                                 "its alg \"%\" is none of the signature algorithms known here");
}

static fnt_status check_kid(const node *object, jwk_findings *found)
{
    const node *kid = optional(object, "kid", JWK_EMPTY_KID, found);
    return kid == NULL || node_kind(kid) == JSON_STRING
               ? FNT_OK
               : refuse(found, json_kind_name(node_kind(kid)), "its kid is %, not a string");
}

/* ---- its kind ------------------------------------------------------------ */

static fnt_status unsupported(jwk_findings *found, const char *sentence)
{
    found->reason = sentence;
    return FNT_FAULT_UNSUPPORTED;
}

static fnt_status read_curve(const node *object, bool okp, key_kind *kind, jwk_findings *found)
{
    const node *crv = member(object, "crv");
    if (node_kind(crv) != JSON_STRING)
        return refuse_key(&found->reason, "it has no crv, or one that is no string");
    if (okp && is_string(crv, SPAN("Ed448")))
        return unsupported(found, key_no_ed448);
    if (!okp && is_string(crv, SPAN("secp256k1")))
        return unsupported(found, key_no_secp256k1);
    if (key_curve_named(node_text(crv), kind) && (*kind == KEY_ED25519) == okp)
        return FNT_OK;
    return refuse(found, node_text(crv),
                  okp ? "its crv \"%\" is not for signatures"
                      : "its crv \"%\" is none of P-256, P-384 and P-521");
}

static fnt_status read_kind(const node *object, key_kind *kind, jwk_findings *found)
{
    const node *kty = member(object, "kty");
    if (node_kind(kty) != JSON_STRING)
        return refuse_key(&found->reason, "it has no kty, or one that is no string");
    if (is_string(kty, SPAN("EC")) || is_string(kty, SPAN("OKP")))
        return read_curve(object, is_string(kty, SPAN("OKP")), kind, found);
    *kind = is_string(kty, SPAN("RSA")) ? KEY_RSA : KEY_SECRET;
    return *kind == KEY_RSA || is_string(kty, SPAN("oct"))
               ? FNT_OK
               : refuse(found, node_text(kty), "its kty \"%\" is none of EC, RSA, OKP and oct");
}

/* ---- the whole ----------------------------------------------------------- */

static fnt_status read_parts(const node *object, key_purpose purpose, crypto_key **key,
                             const algorithm **alg, jwk_findings *found)
{
    key_kind kind = KEY_SECRET;
    bool by_certificate = purpose == TO_VERIFY && jwk_has_certificate_alone(object);
    fnt_status status = by_certificate ? FNT_OK : read_kind(object, &kind, found);
    if (status == FNT_OK)
        status = check_use(object, purpose, found);
    if (status == FNT_OK)
        status = read_alg(object, alg, found);
    if (status == FNT_OK)
        status = check_kid(object, found);
    if (status != FNT_OK)
        return status;
    return by_certificate ? jwk_import_certificate(object, key, found)
                          : jwk_import(object, kind, purpose, key, found);
}

fnt_status jwk_read(const node *object, key_purpose purpose, named_key *out, jwk_findings *found)
{
    crypto_key *key = NULL;
    const algorithm *alg = NULL;
    *out = NAMED_KEY_NONE;
    *found = (jwk_findings){"there is no memory for it", SPAN_NONE, 0};
    if (node_kind(object) != JSON_OBJECT)
        return refuse_key(&found->reason, "it is no JSON object");
    fnt_status status = read_parts(object, purpose, &key, &alg, found);
    if (status == FNT_FAULT_UNSUPPORTED)
        found->found = crypto_library();
    if (status != FNT_OK)
        return status;
    const node *kid = member(object, "kid");
    found->found = node_text(member(object, "alg"));
    return named_key_make(key, jwk_says_nothing(kid) ? SPAN_NONE : node_text(kid), alg, out,
                          &found->reason);
}

void jwk_note(const named_key *k, span path, int32_t remarks, fnt_report *report)
{
    static const struct {
        int32_t remark;
        const char *words;
    } known[] = {
        {JWK_STANDARD_BASE64, "a number is standard base64, not base64url"},
        {JWK_PADDED, "a number is padded (=)"},
        {JWK_LEADING_ZEROS, "n begins with a zero byte"},
        {JWK_EMPTY_KID, "kid is null or empty, as if there were none"},
        {JWK_EMPTY_USE, "use is null or empty, as if there were none"},
        {JWK_EMPTY_ALG, "alg is null or empty, as if there were none"},
        {JWK_EMPTY_KEY_OPS, "key_ops is null or empty, as if there were none"},
        {JWK_CERTIFICATE_ALONE, "it has no numbers, so those of its x5c count"},
    };
    buf words = BUF_EMPTY;
    if (remarks == 0 || !report_entry(report, "note", NULL))
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if ((remarks & known[i].remark) != 0)
            buf_item(&words, 0, span_of(known[i].words));
    report_field(report, FNT_FIELD_KEY_ID, named_key_id(k));
    report_field(report, FNT_FIELD_PATH, path);
    report_sentence(report, "% was read, though not written as RFC 7517 has it: $.",
                    SPANS(path.len > 0 ? path : SPAN("The JWK"), buf_span(&words)));
    buf_free(&words);
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
