/* SPDX-License-Identifier: MIT */
#include "iam/exchange/exchange.h"

#include "base/memory.h"
#include "base/report.h"
#include "iam/exchange/issue.h"
#include "iam/exchange/request.h"
#include "iam/exchange/response.h"
#include "iam/exchange/rights.h"
#include "text/base64url.h"

/* What became of a request so far. */
typedef struct {
    request request;
    subject subject;
    rights rights;
    size_t steps;      /* of the price limit that are left, see EXCHANGE_STEPS */
    fnt_status status; /* the precise one; the client is told a coarser one */
    buf sentence;      /* of the refusal, in full: not all of it is for the client */
} outcome;

/* ---- what the client is told (rule 36) ----------------------------------- */

static bool is_refused(fnt_status status)
{
    return status_http(status) == 401;
}

static fnt_status status_for_client(fnt_status status)
{
    if (!is_refused(status))
        return status;
    return status == FNT_REFUSED_KEY_UNKNOWN ? FNT_OAUTH_SUBJECT_KEY : FNT_OAUTH_SUBJECT;
}

/* Before the signature held, unknown issuer, unknown key and bad signature read the same: nobody
 * shall find out from outside which issuers are trusted. What the token's outside shows anyone (it
 * is no JWT, it is too long) may be told. By which entry of a list a token was revoked, and why, is
 * for the operator alone. */
static span sentence_for_client(const outcome *o)
{
    if (is_refused(o->status) && o->subject.opened && !o->subject.signature_held)
        return SPAN("The subject token is not accepted: its issuer, its key or its signature is "
                    "not one that is trusted here.");
    if (o->status == FNT_REFUSED_REVOKED)
        return span_of(status_sentence(FNT_REFUSED_REVOKED));
    return buf_span(&o->sentence);
}

/* ---- what the operator is told besides ----------------------------------- */

static void report_closest(const exchange_config *config, outcome *o, fnt_report *report)
{
    buf closest = BUF_EMPTY;
    span said = buf_span(&o->sentence);
    if (o->status != FNT_OAUTH_NO_ROLE || !report_wants(report, FNT_REPORT_SUMMARY))
        return;
    if (said.len > 0 && said.at[said.len - 1] == '.')
        said.len--;
    rights_closest(config->subject.iam, &o->rights, &closest);
    if (closest.len > 0)
        report_refuse(report, o->status, "$. $.", SPANS(said, buf_span(&closest)));
    buf_free(&closest);
}

/* ---- the stages ---------------------------------------------------------- */

static fnt_status answer_token(const exchange_config *config, outcome *o, int64_t now, char **body,
                               size_t *body_len, fnt_report *report)
{
    issued made;
    fnt_status status =
        issue_token(config, &o->request, &o->subject, &o->rights, now, &made, report);
    if (status == FNT_OK)
        status = response_token((span){made.token, made.len}, made.expires_in, o->request.function,
                                body, body_len);
    memory_free(made.token);
    return status;
}

static fnt_status answer_error(const exchange_config *config, outcome *o, char **body,
                               size_t *body_len, fnt_report *report)
{
    fnt_status told = status_for_client(o->status);
    if (status_http(told) != 400)
        return told; /* a fault has no body */
    if (o->sentence.failed)
        return FNT_FAULT_MEMORY;
    report_summary_field(report, FNT_FIELD_STATUS, span_of(status_name(o->status)));
    told = response_error(told, sentence_for_client(o), body, body_len);
    report_closest(config, o, report);
    return told;
}

/* What it takes to read the form: its bytes, what was encoded of them, and its parameters. */
static size_t steps_of_form(span form_text, const form *f)
{
    size_t decoded = 0;
    for (size_t i = 0; i < f->count; i++)
        decoded += f->fields[i].name.len + f->fields[i].value.len;
    return form_text.len / 8 + (form_text.len - decoded) / 3 + 16 * f->count;
}

/* The price limit, less what it takes to read the form. What the token's payload may cost is not
 * known before it is read, but it is no more than a step for each byte. Who takes larger tokens
 * pays more for an exchange. */
static fnt_status check_size(const exchange_config *config, span form_text, outcome *o,
                             fnt_report *report)
{
    enum { USUAL_TOKEN = 16384 };
    size_t times = (config->subject.limits.token + USUAL_TOKEN - 1) / USUAL_TOKEN,
           token = o->request.subject_token.len,
           payload = token > config->subject.limits.token ? 0 : base64url_decoded(token),
           spent = steps_of_form(form_text, &o->request.form);
    if (spent + payload >= times * EXCHANGE_STEPS)
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "The form is too large: a token has no bytes that need to be "
                             "percent-encoded, and few other parameters stand beside it.",
                             NO_SPANS);
    o->steps = times * EXCHANGE_STEPS - spent;
    return FNT_OK;
}

/* What it takes to read the claims, of which an API token has a copy. */
static fnt_status check_claims(outcome *o, fnt_report *report)
{
    size_t spent = subject_steps(&o->subject, !o->request.function);
    if (spent >= o->steps)
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "The subject token has more claims than an exchange reads and copies: "
                             "let its issuer put fewer into it.",
                             NO_SPANS);
    o->steps -= spent;
    return FNT_OK;
}

static fnt_status run_stages(const exchange_config *config, span form_text, int64_t now, outcome *o,
                             char **body, size_t *body_len, fnt_report *report)
{
    o->status = request_read(form_text, config->max_form, &o->request, report);
    if (o->status == FNT_OK)
        o->status = check_size(config, form_text, o, report);
    if (o->status == FNT_OK)
        o->status =
            subject_verify(&config->subject, o->request.subject_token, now, &o->subject, report);
    if (o->status == FNT_OK)
        o->status = check_claims(o, report);
    if (o->status == FNT_OK)
        o->status = rights_find(config->subject.iam, &o->subject, config->subject.limits.token,
                                o->steps, &o->rights, report);
    if (o->status == FNT_OK)
        o->status = rights_check(&o->rights, &o->subject, &o->request, report);
    if (o->status == FNT_OK)
        o->status = answer_token(config, o, now, body, body_len, report);
    return o->status;
}

/* The client's sentence is overheard where the stages say it, so that it is the same whoever reads
 * reports, and how much of them. */
fnt_status exchange(const exchange_config *config, span form_text, int64_t now, char **body,
                    size_t *body_len, fnt_report *report)
{
    fnt_report nobody = REPORT_NONE;
    outcome o;
    memset(&o, 0, sizeof o);
    if (report == NULL)
        report = &nobody;
    report_overhear(report, &o.sentence);
    fnt_status status = run_stages(config, form_text, now, &o, body, body_len, report);
    report_overhear(report, NULL);
    if (status != FNT_OK)
        status = answer_error(config, &o, body, body_len, report);
    rights_clear(&o.rights);
    subject_clear(&o.subject);
    request_clear(&o.request);
    buf_free(&o.sentence);
    return status;
}
