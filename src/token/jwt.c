/* SPDX-License-Identifier: MIT */
#include "token/jwt.h"

#include "base/memory.h"
#include "base/rare.h"
#include "base/report.h"
#include "text/base64url.h"
#include "text/jws_hint.h"

/* ---- the header ---------------------------------------------------------- */

/* crit, b64 and zip change what the rest means. We understand no extension, so they are refused
 * whatever they say (rule 8). Keys that the header offers (jwk, jku, x5u, x5c) are not even looked
 * at (rule 9). */
enum { CRIT, B64, ZIP, ALG, KID, TYP, MEMBERS };
static const json_name members[MEMBERS] = {
    [CRIT] = "crit", [B64] = "b64", [ZIP] = "zip", [ALG] = "alg", [KID] = "kid", [TYP] = "typ",
};

static fnt_status refuse_critical(const json_value *header, fnt_report *report)
{
    for (size_t i = CRIT; i <= ZIP; i++)
        if (header[i].kind != JSON_ABSENT)
            return report_refuse(
                report, FNT_REFUSED_CRITICAL,
                "The token's header has %, which demands an extension; none is supported.",
                SPANS(span_of(members[i])));
    return FNT_OK;
}

static fnt_status refuse_algorithm(span name, const algorithm *alg, fnt_report *report)
{
    if (span_equal_fold(name, SPAN("none")))
        return report_refuse(report, FNT_REFUSED_ALGORITHM,
                             "The token is not signed (alg is none).", NO_SPANS);
    if (alg == NULL ? algorithm_is_foreign(name) : (alg->bit & crypto_algorithms()) == 0)
        return report_refuse(
            report, FNT_REFUSED_ALGORITHM,
            "The token's alg is \"%\", which this build does not have (it is $). Let "
            "the issuer sign with one that it has, or take a build that has it.",
            SPANS(name, span_of(crypto_name())));
    return report_refuse(
        report, FNT_REFUSED_ALGORITHM,
        alg == NULL ? "The token's alg is \"%\", which is not known here (case matters)."
                    : "The token's alg is \"%\", which is not among the algorithms accepted here.",
        SPANS(name));
}

static fnt_status read_algorithm(json_value value, int32_t allowed, char *scratch, jwt *out,
                                 fnt_report *report)
{
    if (value.kind != JSON_STRING)
        return report_refuse(report, FNT_REFUSED_ALGORITHM,
                             "The token's header has no alg, or one that is not a string.",
                             NO_SPANS);
    span name = json_unescape(value, scratch);
    out->alg = algorithm_named(name);
    return out->alg != NULL && (out->alg->bit & allowed) != 0
               ? FNT_OK
               : refuse_algorithm(name, out->alg, report);
}

span jwt_unescape(json_value string, cursor *to)
{
    assert(string.raw.len < (size_t)(to->end - to->next));
    span text = json_unescape(string, to->next);
    char *at = cursor_take(to, text.len + 1);
    memmove(at, text.at, text.len); /* where it had no escapes it still stands in the source */
    at[text.len] = '\0';
    return (span){at, text.len};
}

/* A text that may be missing. */
static bool read_text(json_value value, cursor *texts, span *out)
{
    if (value.kind == JSON_STRING)
        *out = jwt_unescape(value, texts);
    return value.kind == JSON_STRING || value.kind == JSON_ABSENT;
}

static RARE fnt_status refuse_long(const char *name, size_t len, size_t max, fnt_report *report)
{
    char have[INTEGER_SIZE], may[INTEGER_SIZE];
    return report_refuse(
        report, FNT_REFUSED_SIZE, "The token's % has % bytes; at most % are accepted.",
        SPANS(span_of(name), integer_print((int64_t)len, have), integer_print((int64_t)max, may)));
}

fnt_status jwt_check_header_bytes(span text, const jwt_limits *limits, fnt_report *report)
{
    size_t bytes = base64url_decoded(text.len);
    return bytes <= limits->header_bytes
               ? FNT_OK
               : refuse_long("header", bytes, limits->header_bytes, report);
}

static fnt_status read_members(const json_value *header, int32_t allowed, cursor texts, jwt *out,
                               fnt_report *report)
{
    fnt_status status = refuse_critical(header, report);
    if (status == FNT_OK)
        status = read_algorithm(header[ALG], allowed, texts.next, out, report);
    if (status != FNT_OK)
        return status;
    if (!read_text(header[KID], &texts, &out->kid))
        return report_refuse(report, FNT_REFUSED_MALFORMED,
                             "The kid in the token's header is not a string.", NO_SPANS);
    if (out->kid.len > KID_MAX)
        return refuse_long("kid", out->kid.len, KID_MAX, report);
    if (!read_text(header[TYP], &texts, &out->typ))
        return report_refuse(report, FNT_REFUSED_TYPE,
                             "The typ in the token's header is not a string.", NO_SPANS);
    return FNT_OK;
}

static RARE fnt_status refuse_names(size_t max, fnt_report *report)
{
    char number[INTEGER_SIZE];
    return report_refuse(report, FNT_REFUSED_SIZE,
                         "The token's header has more than % names, which is the most that are "
                         "accepted.",
                         SPANS(integer_print((int64_t)max, number)));
}

static fnt_status read_header(span text, size_t max_names, int32_t allowed, cursor texts, jwt *out,
                              fnt_report *report)
{
    json_fault fault;
    json_value object, header[MEMBERS];
    fnt_status status =
        json_validate_pick(text, members, header, MEMBERS, max_names, &object, &fault);
    if (status == FNT_REFUSED_SIZE)
        return refuse_names(max_names, report);
    if (status != FNT_OK)
        return jws_hint_json(out->parts.header, "header", &fault, report);
    return read_members(header, allowed, texts, out, report);
}

/* ---- opening ------------------------------------------------------------- */

/* One block, in three parts:
 *
 *     header's texts    unescaped, and never longer than the decoded header
 *     payload           decoded, and a NUL
 *     payload's texts   unescaped, and never longer than the decoded payload; the header is decoded
 *                       into it before, so it is as long as the longer of the two */
static char *payload_buffer(const jwt *e)
{
    return e->memory + base64url_decoded(e->parts.header.len);
}

static fnt_status decode_header(jwt *out, size_t max_names, int32_t algorithms, fnt_report *report)
{
    size_t header = base64url_decoded(out->parts.header.len),
           payload = base64url_decoded(out->parts.payload.len) + 1,
           texts = header > payload ? header : payload;
    out->memory = memory_alloc(header + payload + texts);
    if (out->memory == NULL)
        return FNT_FAULT_MEMORY;
    out->texts = cursor_of(payload_buffer(out) + payload, texts);
    span text = SPAN_NONE;
    fnt_status status = jws_decode(out->parts.header, "header", out->texts.next, &text, report);
    return status != FNT_OK ? status
                            : read_header(text, max_names, algorithms,
                                          cursor_of(out->memory, header), out, report);
}

fnt_status jwt_open(span token, const jwt_limits *limits, int32_t algorithms, jwt *out,
                    fnt_report *report)
{
    char have[INTEGER_SIZE], may[INTEGER_SIZE];
    memset(out, 0, sizeof *out);
    if (token.len > limits->token)
        return report_refuse(report, FNT_REFUSED_SIZE,
                             "The token has % bytes; at most % are accepted.",
                             SPANS(integer_print((int64_t)token.len, have),
                                   integer_print((int64_t)limits->token, may)));
    fnt_status status = jws_split(token, &out->parts, report);
    if (status == FNT_OK)
        status = jwt_check_header_bytes(out->parts.header, limits, report);
    return status != FNT_OK ? status : decode_header(out, limits->header_names, algorithms, report);
}

/* ---- the signature ------------------------------------------------------- */

/* SEQUENCE of as many bytes as r and s have: 0x30 and 0x44 to 0x46, 0x64 to 0x66 or 0x81 */
static bool looks_like_der(const jwt *e)
{
    span text = e->parts.signature;
    return key_is_ec(e->alg->kind) && text.len > 1 && text.at[0] == 'M' &&
           (text.at[1] == 'E' || text.at[1] == 'G' || text.at[1] == 'I');
}

static RARE fnt_status refuse_length(const jwt *e, size_t want, fnt_report *report)
{
    char have[INTEGER_SIZE], needed[INTEGER_SIZE];
    span signature = e->parts.signature;
    size_t text = (want * 4 + 2) / 3;
    /* of what stands behind a token one byte tells, so it costs nothing either */
    if (signature.len > text && !base64url_has(signature.at[text])) {
        if (report_wanted(report))
            (void)jws_hint_decoding(signature, SPAN("signature"), report);
        return FNT_REFUSED_SIGNATURE;
    }
    return report_refuse(
        report, FNT_REFUSED_SIGNATURE,
        looks_like_der(e)
            ? "The signature is in ASN.1 DER, as OpenSSL, Java and key services write it (% "
              "bytes): in a token it is r and s, % bytes for % (RFC 7518, 3.4); convert it."
            : "The signature has % bytes, and by this key % for %: the token was cut off, or "
              "signed by another key of the same kid.",
        SPANS(integer_print((int64_t)base64url_decoded(signature.len), have),
              integer_print((int64_t)want, needed), span_of(e->alg->name)));
}

/* Compared before a byte is decoded: a long signature costs nothing (rule 12). */
static fnt_status check_length(const jwt *e, const named_key *key, fnt_report *report)
{
    size_t want = algorithm_signature(e->alg, crypto_bits(key->key));
    size_t text = e->parts.signature.len;
    return text % 4 != 1 && base64url_decoded(text) == want && want <= CRYPTO_SIGNATURE_MAX
               ? FNT_OK
               : refuse_length(e, want, report);
}

/* Once, by whichever of jwt_verify and jwt_payload comes first. */
static fnt_status decode_payload(jwt *e, fnt_report *report)
{
    return e->payload.at != NULL
               ? FNT_OK
               : jws_decode(e->parts.payload, "payload", payload_buffer(e), &e->payload, report);
}

/* Graph signs over another nonce than it sends. The space of the texts is free until claims are
 * read. */
static RARE bool has_nonce(const jwt *e)
{
    json_value header = {JSON_ABSENT, {NULL, 0}, false};
    span text = SPAN_NONE;
    return jws_decode(e->parts.header, "header", e->texts.next, &text, NULL) == FNT_OK &&
           json_validate(text, &header, NULL) == FNT_OK &&
           json_member(header, SPAN("nonce")).kind != JSON_ABSENT;
}

static RARE fnt_status refuse_signature(const jwt *e, fnt_report *report)
{
    const char *sentence = "The signature does not fit: the token was changed on its way, or "
                           "signed by another key of the same kid.";
    if (report_wanted(report) && has_nonce(e))
        sentence = "The signature does not fit, and the header has a nonce: an access token for "
                   "Microsoft Graph, which nobody else can verify. Ask for a token for an API of "
                   "your own (scope api://CLIENT_ID/.default), or send the id_token.";
    return report_refuse(report, FNT_REFUSED_SIGNATURE, sentence, NO_SPANS);
}

static fnt_status verify_by(jwt *e, const named_key *key, fnt_report *report)
{
    char decoded[CRYPTO_SIGNATURE_MAX];
    span signature = SPAN_NONE;
    fnt_status status = check_length(e, key, report);
    if (status == FNT_OK)
        status = jws_decode(e->parts.signature, "signature", decoded, &signature, report);
    if (status == FNT_OK)
        status = decode_payload(e, report);
    if (status != FNT_OK)
        return status;
    status = crypto_verify(key->key, e->alg, e->parts.signed_part, signature);
    if (status == FNT_REFUSED_SIGNATURE)
        return refuse_signature(e, report);
    e->key_id = named_key_id(key);
    report_summary_field(report, FNT_FIELD_KEY_ID, e->key_id);
    return status;
}

/* By keys that came without a kid (rule 10). The last one speaks for all. */
static fnt_status verify_by_any(jwt *e, const candidates *keys, fnt_report *report)
{
    size_t i = 0;
    fnt_status status = FNT_REFUSED_SIGNATURE;
    for (; i < keys->count && status == FNT_REFUSED_SIGNATURE; i++)
        status = verify_by(e, keys->at[i], i + 1 == keys->count ? report : NULL);
    if (status == FNT_REFUSED_SIGNATURE)
        return keyset_refuse_guess(keys, e->kid, e->alg, report);
    if (status == FNT_REFUSED_MALFORMED) /* that costs nothing a second time */
        return verify_by(e, keys->at[i - 1], report);
    report_summary_field(report, FNT_FIELD_KEY_ID, e->key_id);
    return status;
}

fnt_status jwt_verify(jwt *e, const fnt_keyset *keys, fnt_report *report)
{
    candidates found;
    report_summary_field(report, FNT_FIELD_KEY_ID, e->kid);
    fnt_status status = keyset_find(keys, e->kid, e->alg, &found, report);
    if (status != FNT_OK)
        return status;
    return found.guessed ? verify_by_any(e, &found, report) : verify_by(e, found.at[0], report);
}

/* ---- the payload --------------------------------------------------------- */

const json_name claim_names[CLAIMS] = {
    [CLAIM_ISS] = "iss",           [CLAIM_SUB] = "sub",       [CLAIM_AUD] = "aud",
    [CLAIM_EXP] = "exp",           [CLAIM_NBF] = "nbf",       [CLAIM_IAT] = "iat",
    [CLAIM_JTI] = "jti",           [CLAIM_TYP] = "typ",       [CLAIM_FED_ISS] = "fed:iss",
    [CLAIM_FUNCTION] = "function", [CLAIM_POLICY] = "policy", [CLAIM_CNF] = "cnf",
};

/* Of a payload with an index. */
static fnt_status refuse_many(fnt_report *report)
{
    char names[INTEGER_SIZE], values[INTEGER_SIZE];
    return report_refuse(
        report, FNT_REFUSED_SIZE,
        "The token's claims have more than % names or % values, which are the "
        "most that are accepted: let the issuer put less into it.",
        SPANS(integer_print(JWT_SUBJECT_NAMES, names), integer_print(JWT_SUBJECT_VALUES, values)));
}

static fnt_status read_payload(jwt *e, json_index **index, json_fault *fault)
{
    const json_limits most = {JWT_SUBJECT_NAMES, JWT_SUBJECT_VALUES};
    return index == NULL ? json_validate_pick(e->payload, claim_names, e->claim, CLAIMS, SIZE_MAX,
                                              &e->claims, fault)
                         : json_validate_index(e->payload, claim_names, e->claim, CLAIMS, most,
                                               &e->claims, index, fault);
}

fnt_status jwt_payload(jwt *e, json_index **index, fnt_report *report)
{
    json_fault fault;
    fnt_status status = decode_payload(e, report);
    if (status != FNT_OK)
        return status;
    status = read_payload(e, index, &fault);
    if (status == FNT_REFUSED_SIZE)
        return refuse_many(report);
    if (status == FNT_FAULT_MEMORY)
        return status;
    if (status != FNT_OK)
        return jws_hint_json(e->parts.payload, "payload", &fault, report);
    size_t end = (size_t)(e->claims.raw.at - e->memory) + e->claims.raw.len;
    assert(e->memory + end < e->texts.next);
    e->memory[end] = '\0'; /* white space may have stood here; the text goes out */
    size_t issuer = json_unescape(e->claim[CLAIM_ISS], e->texts.next).len;
    return issuer <= JWT_ISSUER_MAX ? FNT_OK : refuse_long("iss", issuer, JWT_ISSUER_MAX, report);
}

char *jwt_keep(jwt *e)
{
    char *memory = e->memory;
    e->memory = NULL;
    return memory;
}

void jwt_close(jwt *e)
{
    memory_free(e->memory);
    e->memory = NULL;
}
