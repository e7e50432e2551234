/* SPDX-License-Identifier: MIT */
#include "token/verify.h"

#include "base/near_miss.h"
#include "base/rare.h"
#include "base/report.h"
#include "text/base64url.h"
#include "text/jws_hint.h"
#include "token/hint.h"

/* ---- what the claims must say (rule 17) ---------------------------------- */

static RARE fnt_status missing(const char *name, fnt_report *report)
{
    report_summary_field(report, FNT_FIELD_CLAIM, span_of(name));
    return report_refuse(report, FNT_REFUSED_CLAIM, "The claim % is missing.",
                         SPANS(span_of(name)));
}

static RARE fnt_status refuse_issuer(const claims *c, span expected, fnt_report *report)
{
    buf near = BUF_EMPTY;
    if (c->issuer.at == NULL)
        return missing("iss", report);
    if (!report_wanted(report))
        return FNT_REFUSED_ISSUER;
    bool nearly = near_miss(&near, c->issuer, expected);
    report_refuse(
        report, FNT_REFUSED_ISSUER,
        nearly ? "The issuer is \"%\"; expected is \"%\": they differ only by $, and must be "
                 "equal to the byte."
               : "The issuer is \"%\"; expected is \"%\".",
        SPANS(c->issuer, expected, buf_span(&near)));
    buf_free(&near);
    return FNT_REFUSED_ISSUER;
}

static RARE fnt_status refuse_audience(const claims *c, span expected, fnt_report *report)
{
    buf found = BUF_EMPTY, near = BUF_EMPTY;
    if (c->audience.kind == JSON_ABSENT) {
        (void)missing("aud", report);
        if (claims_are_cognito(c))
            report_append_sentence(report, COGNITO_ADVICE, NO_SPANS);
        return FNT_REFUSED_CLAIM;
    }
    if (!report_wanted(report))
        return FNT_REFUSED_AUDIENCE;
    claims_print_audience(c, &found);
    bool nearly = claims_nearly_for(c, expected, &near);
    report_refuse(report, FNT_REFUSED_AUDIENCE,
                  nearly
                      ? "The token was made for aud %; this is \"%\": they differ only by $, and "
                        "must be equal to the byte."
                      : "The token was made for aud %; this is \"%\".",
                  SPANS(buf_span(&found), expected, buf_span(&near)));
    buf_free(&near);
    buf_free(&found);
    return FNT_REFUSED_AUDIENCE;
}

static fnt_status check_claims(const claims *c, const validation_params *params, int64_t now,
                               fnt_report *report)
{
    claims_report(c, report);
    if (c->issuer.at == NULL || !span_equal(c->issuer, params->issuer))
        return refuse_issuer(c, params->issuer, report);
    if (!claims_for(c, params->audience))
        return refuse_audience(c, params->audience, report);
    fnt_status status = claims_check_time(c, now, &params->times, report);
    return status == FNT_OK && c->subject.at == NULL ? missing("sub", report) : status;
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
        status = jwt_payload(&e, NULL, report);
    if (status == FNT_OK)
        status = check_verified_claims(&e, params, now, out, report);
    jwt_close(&e);
    return status;
}

/* ---- looking ------------------------------------------------------------- */

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
    fnt_status status = decode_part(part, name, &text, report);
    if (status == FNT_OK && (status = json_validate_pick(buf_span(&text), NULL, NULL, 0, max_names,
                                                         &root, &fault)) != FNT_OK)
        (void)jws_hint_json(part, name, &fault, report);
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
    fnt_status status = jwt_open(token, &default_limits, crypto_algorithms(), &e, report);
    if (status == FNT_OK)
        status = jwt_verify(&e, keys, report);
    if (status == FNT_OK) {
        buf_add(&payload, e.payload);
        status = buf_take(&payload, out, out_len);
    }
    jwt_close(&e);
    return status;
}
