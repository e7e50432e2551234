/* SPDX-License-Identifier: MIT */
#include "token/verify.h"

#include "base/near_miss.h"
#include "base/report.h"
#include "text/base64url.h"
#include "token/hint.h"

/* ---- what the claims must say (rule 17) ---------------------------------- */

static fnt_status missing(const char *name, fnt_report *report)
{
    report_summary_field(report, FNT_FIELD_CLAIM, span_of(name));
    return report_refuse(report, FNT_REFUSED_CLAIM, "The claim % is missing.",
                         SPANS(span_of(name)));
}

static fnt_status check_issuer(const claims *c, const validation_params *params, fnt_report *report)
{
    if (c->issuer.at == NULL)
        return missing("iss", report);
    if (span_equal(c->issuer, params->issuer))
        return FNT_OK;
    buf near = BUF_EMPTY;
    bool nearly = report_wanted(report) && near_miss(&near, c->issuer, params->issuer);
    report_refuse(report, FNT_REFUSED_ISSUER,
                  nearly ? "The issuer is %; expected is %: they differ only by $, and must be "
                           "equal to the byte."
                         : "The issuer is %; expected is %.",
                  SPANS(c->issuer, params->issuer, buf_span(&near)));
    buf_free(&near);
    return FNT_REFUSED_ISSUER;
}

static fnt_status check_audience(const claims *c, const validation_params *params,
                                 fnt_report *report)
{
    if (c->audience.kind == JSON_ABSENT)
        return missing("aud", report);
    if (claims_for(c, params->audience))
        return FNT_OK;
    buf found = BUF_EMPTY, near = BUF_EMPTY;
    bool nearly = report_wanted(report) && claims_nearly_for(c, params->audience, &near);
    if (report_wanted(report))
        claims_print_audience(c, &found);
    report_refuse(report, FNT_REFUSED_AUDIENCE,
                  nearly
                      ? "The token was made for aud %; this is %: they differ only by $, and must "
                        "be equal to the byte."
                      : "The token was made for aud %; this is %.",
                  SPANS(buf_span(&found), params->audience, buf_span(&near)));
    buf_free(&found);
    buf_free(&near);
    return FNT_REFUSED_AUDIENCE;
}

static fnt_status check_claims(const claims *c, const validation_params *params, int64_t now,
                               fnt_report *report)
{
    claims_report(c, report);
    fnt_status status = check_issuer(c, params, report);
    if (status == FNT_OK)
        status = check_audience(c, params, report);
    if (status == FNT_OK)
        status = claims_check_time(c, now, &params->times, report);
    if (status == FNT_OK && c->subject.at == NULL)
        status = missing("sub", report);
    return status;
}

/* ---- the stages ---------------------------------------------------------- */

static fnt_status check_verified_claims(jwt *e, const validation_params *params, int64_t now,
                                        fnt_token **out, fnt_report *report)
{
    claims c;
    cursor rest;
    fnt_status status = claims_read(e, &rest, &c, report);
    if (status == FNT_OK)
        status = check_claims(&c, params, now, report);
    return status == FNT_OK ? token_make(e, &c, rest, &params->times, params->any_kind, out, report)
                            : status;
}

fnt_status verify(const validation_params *params, const fnt_keyset *keys, span token, int64_t now,
                  fnt_token **out, fnt_report *report)
{
    jwt e;
    *out = NULL;
    fnt_status status = jwt_open(token, &params->limits, params->algorithms, &e, report);
    if (status == FNT_OK)
        status = jwt_type(&e, params->any_kind, report);
    if (status == FNT_OK)
        status = jwt_verify(&e, keys, report);
    /* an identity provider's token, most often */
    if (status == FNT_REFUSED_KEY_UNKNOWN || status == FNT_REFUSED_ALGORITHM)
        hint_add(&e, params->issuer, report);
    if (status == FNT_OK)
        status = jwt_payload(&e, report);
    if (status == FNT_OK)
        status = check_verified_claims(&e, params, now, out, report);
    jwt_close(&e);
    return status;
}

/* ---- looking ------------------------------------------------------------- */

enum { ALL_ALGORITHMS = ALGORITHMS_ASYMMETRIC | ALGORITHMS_HMAC };

/* For functions without options. */
static const jwt_limits default_limits = {SIZE_MAX, JWT_HEADER_BYTES, JWT_HEADER_NAMES};

static fnt_status decode_part(span part, const char *name, buf *out, fnt_report *report)
{
    span text = SPAN_NONE;
    char *next = buf_extend(out, base64url_decoded(part.len));
    return next == NULL ? FNT_FAULT_MEMORY : jws_decode(part, name, next, &text, report);
}

static fnt_status append_object(span part, const char *name, size_t max_names, buf *out,
                                fnt_report *report)
{
    buf text = BUF_EMPTY;
    json_value root;
    json_fault fault;
    char number[INTEGER_SIZE];
    fnt_status status = decode_part(part, name, &text, report);
    if (status == FNT_OK && (status = json_validate_pick(buf_span(&text), NULL, NULL, 0, max_names,
                                                         &root, &fault)) != FNT_OK)
        report_refuse(
            report, status, "The token's % is no JSON object as it must be: % at byte %.",
            SPANS(span_of(name), span_of(fault.reason), integer_print((int64_t)fault.at, number)));
    if (status == FNT_OK)
        buf_add(out, root.raw);
    buf_free(&text);
    return status;
}

fnt_status unverified_json(span token, char **out, size_t *out_len, fnt_report *report)
{
    jws parts;
    buf text = BUF_EMPTY;
    fnt_status status = jws_split(token, &parts, report);
    buf_add(&text, SPAN("{\"header\":"));
    if (status == FNT_OK)
        status = jwt_check_header_bytes(parts.header, &default_limits, report);
    if (status == FNT_OK)
        status = append_object(parts.header, "header", JWT_HEADER_NAMES, &text, report);
    buf_add(&text, SPAN(",\"claims\":"));
    if (status == FNT_OK)
        status = append_object(parts.payload, "payload", SIZE_MAX, &text, report);
    buf_add(&text, SPAN(",\"verified\":false}"));
    if (status == FNT_OK)
        status = buf_take(&text, out, out_len);
    buf_free(&text);
    return status != FNT_OK
               ? status
               : report_refuse(report, FNT_OK, "this is what the token says; nothing was verified",
                               NO_SPANS);
}

fnt_status signature_only(const fnt_keyset *keys, span token, char **out, size_t *out_len,
                          fnt_report *report)
{
    jwt e;
    buf payload = BUF_EMPTY;
    fnt_status status = jwt_open(token, &default_limits, ALL_ALGORITHMS, &e, report);
    if (status == FNT_OK)
        status = jwt_verify(&e, keys, report);
    if (status == FNT_OK) {
        buf_add(&payload, e.payload);
        status = buf_take(&payload, out, out_len);
    }
    jwt_close(&e);
    return status;
}
