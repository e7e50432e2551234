/* SPDX-License-Identifier: MIT */
#include "iam/exchange/dry_run.h"

#include "iam/exchange/rights.h"
#include "match/resource.h"

/* What a token service issues unless told otherwise. */
enum { TOKEN_BYTES = 16384 };

static fnt_status refuse_claims(const json_fault *fault, fnt_report *report)
{
    char scratch[INTEGER_SIZE];
    return report_refuse(report, FNT_FAULT_ARGUMENT,
                         "The claims are no JSON object that is accepted: at byte %: %",
                         SPANS(integer_print((int64_t)fault->at, scratch), span_of(fault->reason)));
}

static void tell_missing_audience(const issuer *from, fnt_report *report)
{
    buf accepted = BUF_EMPTY;
    if (report_wanted(report))
        issuer_print_audiences(from, &accepted);
    report_append_sentence(report, "(the claims have no aud; issuer % accepts %)",
                           SPANS(from->name, buf_span(&accepted)));
    buf_free(&accepted);
}

static void tell_limits(fnt_report *report)
{
    if (report_entry(report, "note", NULL))
        report_sentence(report, "signature and times were not looked at", NO_SPANS);
}

/* The client of an exchange for a Function Token, without an audience. */
static fnt_status decide(const fnt_iam *iam, const subject *s, span resource, fnt_report *report)
{
    const request wanted = {.function = true};
    rights r = {.own = NULL};
    /* what is left of the price limit when such a token was read */
    size_t spent = subject_steps(s, false),
           left = spent < EXCHANGE_STEPS ? EXCHANGE_STEPS - spent : 0;
    fnt_status status = rights_find(iam, s, TOKEN_BYTES, left, &r, NULL);
    if (status == FNT_OAUTH_REQUEST)
        (void)grant_too_dear(report);
    if (status == FNT_OK && rights_check(&r, s, &wanted, NULL) == FNT_OAUTH_REQUEST)
        status = rights_check(&r, s, &wanted, report);
    if (status == FNT_OK) {
        r.who.report_values = true;
        status = grant_decide(iam, &r.who, &r.grant, resource, report);
        if (status == FNT_WOULD_ALLOW && s->claims.audience.kind == JSON_ABSENT)
            tell_missing_audience(s->issuer, report);
        tell_limits(report);
    }
    rights_clear(&r);
    return status;
}

/* What an exchange answers its client, or would say of the token. */
static bool is_refusal(fnt_status status)
{
    int http = status_http(status);
    return http == 400 || http == 401;
}

fnt_status dry_run(const fnt_iam *iam, span claims_json, span resource, fnt_report *report)
{
    json_value root;
    json_fault fault = {0, ""};
    subject s;
    if (json_validate(claims_json, &root, &fault) != FNT_OK)
        return refuse_claims(&fault, report);
    if (resource.at != NULL && resource_check(resource, report) != FNT_OK)
        return FNT_WOULD_DENY;
    if (resource.at == NULL)
        report_extend(report);
    fnt_status status = subject_assume(iam, claims_json, &s, report);
    if (status == FNT_OK)
        status = decide(iam, &s, resource, report);
    subject_clear(&s);
    return is_refusal(status) ? FNT_WOULD_DENY : status;
}
