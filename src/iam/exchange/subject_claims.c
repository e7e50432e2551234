/* SPDX-License-Identifier: MIT */
#include "iam/exchange/subject_claims.h"

#include "base/memory.h"
#include "base/report.h"

static bool is_typed(const claims *c, span type)
{
    return json_string_equals(c->typ, type);
}

/* These three ask the claims, not claims_kind, which looks for our own first: a claim "function" or
 * "fed:iss" that an identity provider can be made to set must not hide what a token is. */
static bool is_event(const claims *c)
{
    return claims_have(c, SPAN("events")) || is_typed(c, SPAN("Logout"));
}

static bool is_refresh_token(const claims *c)
{
    return is_typed(c, SPAN("Refresh")) || is_typed(c, SPAN("Offline"));
}

static bool is_id_token(const claims *c)
{
    return is_typed(c, SPAN("ID")) || claims_have(c, SPAN("at_hash")) ||
           claims_have(c, SPAN("nonce"));
}

fnt_status subject_claims_check(const claims *c, fnt_report *report)
{
    if (claims_have(c, SPAN("cnf"))) {
        report_summary_field(report, FNT_FIELD_CLAIM, SPAN("cnf"));
        return report_refuse(report, FNT_REFUSED_CLAIM,
                             "The subject token is bound to a key (cnf), and the proof of that key "
                             "can't be checked here: ask for an unbound token.",
                             NO_SPANS);
    }
    if (is_event(c) || is_refresh_token(c))
        return report_refuse(
            report, FNT_REFUSED_OTHER_TOKEN,
            "The subject token is %: send the access_token or the id_token.",
            SPANS(span_of(token_kind_name(is_event(c) ? TOKEN_LOGOUT : TOKEN_REFRESH))));
    return FNT_OK;
}

/* ---- aud ----------------------------------------------------------------- */

static bool is_for(const claims *c, const issuer *from)
{
    for (size_t i = 0; i < from->audience_count; i++)
        if (claims_for(c, from->audiences[i]))
            return true;
    return false;
}

static bool is_listed(json_value text, const issuer *from)
{
    for (size_t i = 0; i < from->audience_count; i++)
        if (json_string_equals(text, from->audiences[i]))
            return true;
    return false;
}

/* How many audiences the token has; *first is the first of them. */
static size_t audiences(const claims *c, json_value *first)
{
    json_value item;
    size_t count = 0;
    *first = c->audience;
    if (c->audience.kind == JSON_STRING)
        return 1;
    for (json_iterator walk = json_items(c->audience); json_next_item(&walk, &item); count++)
        if (count == 0)
            *first = item;
    return count;
}

static bool is_for_account_alone(const claims *c)
{
    json_value first;
    return audiences(c, &first) == 1 && json_string_equals(first, SPAN("account"));
}

/* Rule 29: a machine's own access token from a stock Keycloak, where the operator has said that
 * this is enough. Each condition keeps somebody out: users (client_id), tokens made for a third
 * party (account), tokens that want a proof (cnf was refused before). */
static bool is_own_by_party(const claims *c, const issuer *from)
{
    json_value azp = json_member(c->all, SPAN("azp"));
    return from->authorized_party && is_for_account_alone(c) && is_typed(c, SPAN("Bearer")) &&
           azp.kind == JSON_STRING && is_listed(azp, from) &&
           json_strings_equal(json_member(c->all, SPAN("client_id")), azp);
}

static void join(buf *out, const span *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add(out, SPAN(", "));
        buf_add(out, list[i]);
    }
}

static const char *way_out(const claims *c, const issuer *from, json_value azp)
{
    if (is_listed(azp, from) && is_for_account_alone(c) && from->authorized_party)
        return "aud is %; issuer % accepts [%]; azp % is listed, but fntoken/authorized-party "
               "takes only a client's own access token (typ Bearer, "
               "client_id equal to azp): add an audience mapper, or ask for scope openid and send "
               "the id_token (docs/identity-providers.md).";
    if (is_listed(azp, from) && is_for_account_alone(c))
        return "aud is %; issuer % accepts [%]; azp % is listed: add an audience mapper, ask for "
               "scope openid and send the id_token, or annotate the "
               "JwtIssuer (docs/identity-providers.md).";
    if (is_listed(azp, from))
        return "aud is %; issuer % accepts [%]; azp % is listed: add an audience mapper, or ask "
               "for scope openid and send the id_token "
               "(docs/identity-providers.md).";
    if (is_id_token(c))
        return azp.kind == JSON_STRING
                   ? "aud is %; issuer % accepts [%]: this is an ID token of another client (azp "
                     "%); log in with a client that is listed."
                   : "aud is %; issuer % accepts [%]: this is an ID token of another client; log "
                     "in with a client that is listed.";
    return azp.kind == JSON_STRING ? "aud is %; issuer % accepts [%]; azp % is not listed either: "
                                     "the token was made for another client."
                                   : "aud is %; issuer % accepts [%]: ask the identity provider "
                                     "for a token with one of these audiences.";
}

static fnt_status refuse_audience(const claims *c, const issuer *from, fnt_report *report)
{
    buf found = BUF_EMPTY, accepted = BUF_EMPTY;
    json_value azp = json_member(c->all, SPAN("azp"));
    char *scratch = memory_alloc(azp.raw.len + 1);
    if (scratch != NULL && report_wanted(report)) {
        claims_print_audience(c, &found);
        join(&accepted, from->audiences, from->audience_count);
        report_refuse(
            report, FNT_REFUSED_AUDIENCE, way_out(c, from, azp),
            SPANS(buf_span(&found), from->name, buf_span(&accepted), json_unescape(azp, scratch)));
    }
    memory_free(scratch);
    buf_free(&found);
    buf_free(&accepted);
    return FNT_REFUSED_AUDIENCE;
}

/* OpenID Connect Core, 3.1.3.7: an ID token with several audiences was issued to its azp. */
static fnt_status check_party(const claims *c, const issuer *from, fnt_report *report)
{
    json_value azp = json_member(c->all, SPAN("azp")), first;
    if (!is_id_token(c) || azp.kind == JSON_ABSENT || audiences(c, &first) < 2 ||
        is_listed(azp, from))
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("azp"));
    return report_refuse(report, FNT_REFUSED_AUDIENCE,
                         "This is an ID token that was issued to another client (azp), not to one "
                         "that issuer % accepts.",
                         SPANS(from->name));
}

static fnt_status check_audience(const claims *c, const issuer *from, fnt_report *report)
{
    if (is_for(c, from))
        return check_party(c, from, report);
    if (!is_own_by_party(c, from))
        return refuse_audience(c, from, report);
    report_entry(report, "note", "matched");
    report_field(report, FNT_FIELD_CLAIM, SPAN("azp"));
    report_sentence(report,
                    "aud is account; the token was accepted by its azp, as the annotation "
                    "fntoken/authorized-party of JwtIssuer % allows.",
                    SPANS(from->name));
    return FNT_OK;
}

/* Legacy Kubernetes tokens live for ever, and say so by their claims' names. */
static fnt_status check_legacy(const claims *c, fnt_report *report)
{
    if (c->has_expires ||
        !claims_have(c, SPAN("kubernetes.io/serviceaccount/service-account.name")))
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("exp"));
    return report_refuse(report, FNT_REFUSED_CLAIM,
                         "This is a legacy Kubernetes service account token, which never expires: "
                         "use a bound one (kubectl create token, or a projected "
                         "volume).",
                         NO_SPANS);
}

fnt_status subject_claims_check_provider(const claims *c, const issuer *from, int64_t now,
                                         const time_limits *times, fnt_report *report)
{
    fnt_status status = check_legacy(c, report);
    if (status == FNT_OK)
        status = check_audience(c, from, report);
    return status == FNT_OK ? claims_check_time(c, now, times, report) : status;
}
