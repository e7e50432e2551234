/* SPDX-License-Identifier: MIT */
#include "iam/exchange/subject.h"

#include "base/memory.h"
#include "base/near_miss.h"
#include "base/rare.h"
#include "base/report.h"
#include "iam/exchange/subject_claims.h"
#include "token/hint.h"

/* ---- whose keys: all that is trusted of a token before its signature held (rule 28) ---- */

static RARE fnt_status unknown_issuer(const subject_params *params, span iss, fnt_report *report)
{
    const issuer *known;
    buf near = BUF_EMPTY;
    size_t i = 0;
    if (!report_wanted(report))
        return FNT_REFUSED_ISSUER;
    while ((known = rules_issuer_at(params->iam, i)) != NULL && !near_miss(&near, iss, known->iss))
        i++;
    if (known == NULL)
        report_refuse(report, FNT_REFUSED_ISSUER,
                      "The subject token's issuer is \"%\"; no JwtIssuer has it as its iss.",
                      SPANS(iss));
    else
        report_refuse(report, FNT_REFUSED_ISSUER,
                      "The subject token's issuer is \"%\"; the JwtIssuer % has \"%\": they differ "
                      "only by $, and must be equal to the byte.",
                      SPANS(iss, known->name, known->iss, buf_span(&near)));
    buf_free(&near);
    return FNT_REFUSED_ISSUER;
}

static fnt_status choose_issuer(const subject_params *params, span iss, subject *s,
                                fnt_report *report)
{
    /* never an identity provider, whatever JwtIssuer there is (rule 32) */
    s->own = params->own_issuer.len > 0 && span_equal(iss, params->own_issuer);
    if (s->own)
        return FNT_OK;
    s->issuer = rules_issuer(params->iam, iss);
    return s->issuer != NULL ? FNT_OK : unknown_issuer(params, iss, report);
}

static fnt_status verify_by(const subject_params *params, span iss, subject *s, fnt_report *report)
{
    s->keys = issuer_keys_find(params->issuer_keys, iss);
    if (s->keys == NULL)
        return report_refuse(report, FNT_REFUSED_KEY_UNKNOWN,
                             "There are no keys of the issuer \"%\" yet.", SPANS(iss));
    return jwt_verify(&s->jwt, s->keys, report);
}

/* iss lies in scratch, of as many bytes as it is written in, and one more. */
static fnt_status find_issuer(const subject_params *params, subject *s, char *scratch, span *iss,
                              fnt_report *report)
{
    *iss = json_unescape(s->jwt.claim[CLAIM_ISS], scratch);
    report_summary_field(report, FNT_FIELD_ISSUER, *iss);
    if (iss->at != NULL)
        return choose_issuer(params, *iss, s, report);
    json_value claim = s->jwt.claim[CLAIM_ISS];
    return claim.kind == JSON_ABSENT
               ? report_refuse(report, FNT_REFUSED_CLAIM, "The claim iss is missing.", NO_SPANS)
               : report_refuse(report, FNT_REFUSED_CLAIM,
                               "The claim iss is %; it must be a string.",
                               SPANS(json_kind_name(claim.kind)));
}

static fnt_status verify_signature(const subject_params *params, subject *s, fnt_report *report)
{
    span iss;
    char *scratch = memory_alloc(s->jwt.claim[CLAIM_ISS].raw.len + 1);
    if (scratch == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = find_issuer(params, s, scratch, &iss, report);
    if (status == FNT_OK)
        status = jwt_type(&s->jwt, !s->own, report);
    if (status == FNT_OK)
        status = verify_by(params, iss, s, report);
    memory_free(scratch);
    return status;
}

/* ---- a token of our own: API token, or Function Token to be narrowed (rules 32, 35)  */

static fnt_status check_own_kind(const subject_params *params, const subject *s, fnt_report *report)
{
    if (s->kind == TOKEN_API)
        return FNT_OK;
    if (s->kind != TOKEN_FUNCTION)
        return report_refuse(report, FNT_REFUSED_OTHER_TOKEN,
                             "The subject token is from this issuer, but neither an API token nor "
                             "a Function Token: send the identity provider's token.",
                             NO_SPANS);
    if (!params->narrowing)
        return report_refuse(report, FNT_REFUSED_OTHER_TOKEN,
                             "The subject token is a Function Token; send the identity provider's "
                             "token, or an API token.",
                             NO_SPANS);
    return FNT_OK;
}

/* Its user came from an identity provider, which must still be trusted. */
static fnt_status check_federated(const subject_params *params, subject *s, fnt_report *report)
{
    /* the gateway is never an identity provider (rule 32) */
    bool ourselves = span_equal(s->claims.fed_issuer, params->own_issuer);
    s->issuer = s->claims.fed_issuer.at == NULL || ourselves
                    ? NULL
                    : rules_issuer(params->iam, s->claims.fed_issuer);
    if (s->issuer != NULL)
        return FNT_OK;
    return report_refuse(
        report, FNT_REFUSED_ISSUER,
        s->claims.fed_issuer.at == NULL
            ? "The subject token has no fed:iss, the identity provider of its user."
            : "The subject token's user comes from \"%\"; no JwtIssuer has it any more.",
        SPANS(s->claims.fed_issuer));
}

static fnt_status check_own_audience(const subject_params *params, const claims *c,
                                     fnt_report *report)
{
    buf found = BUF_EMPTY;
    if (claims_for(c, params->own_issuer))
        return FNT_OK;
    claims_print_audience(c, &found);
    report_refuse(report, FNT_REFUSED_AUDIENCE,
                  "The subject token's aud is %; a token of this gateway is for \"%\".",
                  SPANS(buf_span(&found), params->own_issuer));
    buf_free(&found);
    return FNT_REFUSED_AUDIENCE;
}

static fnt_status check_own(const subject_params *params, subject *s, int64_t now,
                            fnt_report *report)
{
    fnt_status status = check_own_kind(params, s, report);
    if (status == FNT_OK)
        status = check_own_audience(params, &s->claims, report);
    if (status == FNT_OK)
        status = claims_check_time(&s->claims, now, &params->times, report);
    return status == FNT_OK ? check_federated(params, s, report) : status;
}

/* ---- the stages ---------------------------------------------------------- */

/* "fed:" is ours to put before a subject: with one of an identity provider's there would be two
 * (rule 32). */
static fnt_status check_subject(const subject *s, fnt_report *report)
{
    bool prefixed = !s->own && span_starts(s->claims.subject, SPAN("fed:"));
    if (s->claims.subject.len > 0 && !prefixed)
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("sub"));
    return report_refuse(report, FNT_REFUSED_CLAIM,
                         prefixed ? "The claim sub begins with fed:, as only the subjects of this "
                                    "gateway's own tokens do."
                                  : "The claim sub is missing or empty.",
                         NO_SPANS);
}

/* The summary's fields are of the token that is judged: this one, until another is issued. */
static void report_subject(const subject *s, fnt_report *report)
{
    claims_report(&s->claims, report);
    if (!report_entry(report, "subject", NULL))
        return;
    report_field(report, FNT_FIELD_ISSUER, s->claims.issuer);
    report_field(report, FNT_FIELD_SUBJECT, s->claims.subject);
    report_field(report, FNT_FIELD_TOKEN_ID, s->claims.id);
    report_field(report, FNT_FIELD_KEY_ID, s->jwt.key_id);
    report_sentence(report, "The subject token is of subject % by the issuer %.",
                    SPANS(s->claims.subject, s->claims.issuer));
}

static fnt_status check_revoked(const subject_params *params, const subject *s, int64_t now,
                                fnt_report *report)
{
    revoked_query query = revoked_query_of(&s->claims, s->jwt.kid, s->jwt.key_id, s->own);
    const revocation *r = revoked_find(params->revoked, &query);
    return revocation_counts(r, now) ? revocation_refuse(r, report) : FNT_OK;
}

/* What the claims are, and what no subject token may be. */
static fnt_status read_claims(subject *s, subject_claims *also, fnt_report *report)
{
    cursor rest;
    fnt_status status = claims_read(&s->jwt, &rest, &s->claims, report);
    if (status != FNT_OK)
        return status;
    subject_claims_read(&s->claims, s->index, also);
    s->kind = claims_kind_by(&s->claims, also->marks);
    report_subject(s, report);
    return subject_claims_check(also, report);
}

static fnt_status check_provider(const subject_params *params, const subject *s,
                                 const subject_claims *also, int64_t now, fnt_report *report)
{
    fnt_status status = subject_claims_check_legacy(also, report);
    if (status == FNT_OK)
        status = subject_claims_check_audience(also, s->issuer, report);
    return status == FNT_OK ? claims_check_time(&s->claims, now, &params->times, report) : status;
}

static fnt_status check_verified_claims(const subject_params *params, subject *s, int64_t now,
                                        fnt_report *report)
{
    subject_claims also;
    fnt_status status = read_claims(s, &also, report);
    if (status == FNT_OK)
        status = s->own ? check_own(params, s, now, report)
                        : check_provider(params, s, &also, now, report);
    if (status == FNT_OK)
        status = check_subject(s, report);
    return status == FNT_OK ? check_revoked(params, s, now, report) : status;
}

fnt_status subject_verify(const subject_params *params, span token, int64_t now, subject *out,
                          fnt_report *report)
{
    memset(out, 0, sizeof *out);
    fnt_status status = jwt_open(token, &params->limits, params->algorithms, &out->jwt, report);
    out->opened = out->jwt.memory != NULL;
    /* From here to the signature the client is told nothing, so only an operator's report is
     * written. */
    fnt_report *operators = report_wants(report, FNT_REPORT_SUMMARY) ? report : NULL;
    if (status == FNT_OK)
        status = jwt_payload(&out->jwt, &out->index, operators);
    if (status == FNT_OK)
        status = verify_signature(params, out, operators);
    out->signature_held = status == FNT_OK;
    if (status == FNT_OK)
        return check_verified_claims(params, out, now, report);
    hint_add(&out->jwt, SPAN_NONE, operators);
    return status;
}

/* ---- a dry run ----------------------------------------------------------- */

/* The claims of no token, for jwt_payload: there is neither a header nor a signature. */
static fnt_status open_claims(span json, jwt *out)
{
    out->memory = memory_alloc(2 * (json.len + 1));
    if (out->memory == NULL)
        return FNT_FAULT_MEMORY;
    memcpy(out->memory, json.at, json.len);
    out->payload = (span){out->memory, json.len};
    out->texts = cursor_of(out->memory + json.len + 1, json.len + 1);
    return FNT_OK;
}

static fnt_status assume_issuer(const fnt_iam *iam, subject *s, fnt_report *report)
{
    const subject_params params = {.own_issuer = SPAN_NONE, .iam = iam};
    span iss;
    char *scratch = memory_alloc(s->jwt.claim[CLAIM_ISS].raw.len + 1);
    if (scratch == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = find_issuer(&params, s, scratch, &iss, report);
    memory_free(scratch);
    if (status != FNT_OK || !issuer_is_gateway(s->issuer))
        return status;
    return report_refuse(report, FNT_REFUSED_ISSUER,
                         "The issuer % is the gateway's own (JwtIssuer %): of its tokens an "
                         "exchange asks no Roles, it takes the policies that an API token names.",
                         SPANS(s->issuer->iss, s->issuer->name));
}

fnt_status subject_assume(const fnt_iam *iam, span claims_json, subject *out, fnt_report *report)
{
    subject_claims also;
    memset(out, 0, sizeof *out);
    fnt_status status = open_claims(claims_json, &out->jwt);
    if (status == FNT_OK)
        status = jwt_payload(&out->jwt, &out->index, report);
    if (status == FNT_OK)
        status = assume_issuer(iam, out, report);
    if (status == FNT_OK)
        status = read_claims(out, &also, report);
    if (status == FNT_OK)
        status = subject_claims_check_legacy(&also, report);
    if (status == FNT_OK && out->claims.audience.kind != JSON_ABSENT)
        status = subject_claims_check_audience(&also, out->issuer, report);
    return status == FNT_OK ? check_subject(out, report) : status;
}

size_t subject_steps(const subject *s, bool copied)
{
    size_t bytes = s->jwt.payload.len, names = json_index_names(s->index);
    return bytes / 4 + 16 * names + 3 * json_index_values(s->index) +
           (copied ? bytes / 4 + 12 * names : 0);
}

void subject_clear(subject *s)
{
    json_index_free(s->index);
    s->index = NULL;
    jwt_close(&s->jwt);
    keyset_unref(s->keys);
    s->keys = NULL;
}
