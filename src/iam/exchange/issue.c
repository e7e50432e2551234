/* SPDX-License-Identifier: MIT */
#include "iam/exchange/issue.h"

#include <assert.h>

#include "base/duration.h"
#include "base/memory.h"
#include "base/report.h"
#include "text/base64url.h"
#include "token/mint/mint.h"

/* Rule 37. A token of ours as subject is never outlived: tokens would renew themselves (rule
 * 35). */
static int64_t lifetime(const exchange_config *config, const subject *s, int64_t now)
{
    int64_t seconds = s->issuer->expiry < config->max_ttl ? s->issuer->expiry : config->max_ttl;
    int64_t left = time_minus(s->claims.expires, now);
    return (s->own || config->cap_at_subject) && left < seconds ? left : seconds;
}

/* "fed:" stands before the subject of an identity provider, and never twice (rule 32). */
static span federated(const subject *s, buf *prefixed)
{
    if (s->own)
        return s->claims.subject;
    buf_add(prefixed, SPAN("fed:"));
    buf_add(prefixed, s->claims.subject);
    return buf_span(prefixed);
}

static mint_claims claims_to_mint(const exchange_config *config, const request *req,
                                  const subject *s, const rights *r, int64_t now)
{
    mint_claims what = {
        .issuer = config->subject.own_issuer,
        .fed_issuer = s->own ? s->claims.fed_issuer : s->claims.issuer,
        .issued = now,
        .expires = now + lifetime(config, s, now),
        .longest = config->subject.limits.token,
    };
    if (req->function) {
        what.permissions = r->permissions;
        what.audience = (spans){req->audiences, req->audience_count};
    } else {
        what.policies = r->policies;
        what.copied = s->index;
    }
    return what;
}

/* The subject is spelled as its identity provider does; the summary's field has it as the token. */
static void report_issued(const request *req, const subject *s, int64_t seconds, fnt_report *report)
{
    buf length = BUF_EMPTY;
    if (!report_wants(report, FNT_REPORT_SUMMARY))
        return;
    duration_print(&length, seconds);
    report_refuse(report, FNT_OK, "Issued % to subject % of issuer %; it lives for %.",
                  SPANS(req->function ? SPAN("a Function Token") : SPAN("an API token"),
                        s->claims.subject, s->issuer->name, buf_span(&length)));
    buf_free(&length);
}

/* With those that are added. */
static bool has_many_names(const mint_claims *what)
{
    return what->copied != NULL &&
           json_index_names(what->copied) + JWT_OUR_NAMES > JWT_SUBJECT_NAMES;
}

/* Rule 45: a minted token verifies. What is known of it need not be read again. */
static bool is_accepted(const issued *made, const mint_claims *what)
{
    size_t header = span_index((span){made->token, made->len}, '.');
    return made->len <= what->longest && base64url_decoded(header) <= JWT_HEADER_BYTES &&
           what->issuer.len <= JWT_ISSUER_MAX;
}

static fnt_status mint(const exchange_config *config, const mint_claims *what, bool function,
                       issued *out, fnt_report *report)
{
    char id[MINT_ID_SIZE];
    if (what->subject.at == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = has_many_names(what)
                            ? FNT_REFUSED_SIZE
                            : mint_token(config->key, what, id, &out->token, &out->len);
    if (status == FNT_REFUSED_SIZE || (status == FNT_OK && !is_accepted(out, what)))
        return rights_too_large(function, report);
    if (status == FNT_OK)
        mint_report(config->key, what, id, report);
    return status;
}

fnt_status issue_token(const exchange_config *config, const request *req, const subject *s,
                       const rights *r, int64_t now, issued *out, fnt_report *report)
{
    assert(s->issuer != NULL && s->claims.has_expires); /* as every subject that was accepted */
    mint_claims what = claims_to_mint(config, req, s, r, now);
    *out = (issued){NULL, 0, what.expires - now};
    if (out->expires_in <= 0)
        return report_refuse(report, FNT_REFUSED_EXPIRED,
                             "The subject token expires now: get a new one.", NO_SPANS);
    buf prefixed = BUF_EMPTY;
    what.subject = federated(s, &prefixed);
    fnt_status status = mint(config, &what, req->function, out, report);
    buf_free(&prefixed);
    if (status == FNT_OK)
        report_issued(req, s, out->expires_in, report);
    return status;
}
