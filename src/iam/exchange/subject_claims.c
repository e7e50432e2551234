/* SPDX-License-Identifier: MIT */
#include "iam/exchange/subject_claims.h"

#include "base/memory.h"
#include "base/report.h"

/* ---- what it must not be ------------------------------------------------- */

enum { CNF, ACT, MAY_ACT, AUTHORIZATION_DETAILS, STATUS, MEANINGFUL };
static const span meaningful[MEANINGFUL] = {
    [CNF] = {"cnf", 3},         [ACT] = {"act", 3},
    [MAY_ACT] = {"may_act", 7}, [AUTHORIZATION_DETAILS] = {"authorization_details", 21},
    [STATUS] = {"status", 6},
};
/* What would vanish from the token that is issued. */
static const char *const meanings[MEANINGFUL] = {
    [ACT] = "someone acts for its subject, and delegation is not supported",
    [MAY_ACT] = "someone may act for its subject, and delegation is not supported",
    [AUTHORIZATION_DETAILS] = "it is for certain uses alone (RFC 9396), and these can't be kept",
    [STATUS] = "it may have been withdrawn by now (status_list), and that can't be looked up",
};

/* Any other status is a plain claim. */
static bool is_present(size_t which, json_value value)
{
    return which == STATUS ? json_member(value, SPAN("status_list")).kind != JSON_ABSENT
                           : value.kind != JSON_ABSENT;
}

static fnt_status refuse_bound(fnt_report *report)
{
    return report_refuse(report, FNT_REFUSED_BINDING,
                         "The subject token is bound to a key (cnf), and the proof of that key "
                         "can't be checked here: ask for an unbound token.",
                         NO_SPANS);
}

/* Rule 51. */
static fnt_status check_meaningful(const claims *c, fnt_report *report)
{
    json_value found[MEANINGFUL];
    json_pick(c->all, meaningful, found, MEANINGFUL);
    for (size_t i = 0; i < MEANINGFUL; i++) {
        if (!is_present(i, found[i]))
            continue;
        report_summary_field(report, FNT_FIELD_CLAIM, meaningful[i]);
        return i == CNF ? refuse_bound(report)
                        : report_refuse(report, FNT_REFUSED_CLAIM,
                                        "The subject token has the claim %: %.",
                                        SPANS(meaningful[i], span_of(meanings[i])));
    }
    return FNT_OK;
}

/* Both ask the claims, not claims_kind, which looks for our own first: a claim "function" or "fed:iss"
 * that an identity provider can be made to set must not hide what a token is. */
static fnt_status check_purpose(const claims *c, fnt_report *report)
{
    bool event = claims_are_event(c);
    if (!event && !claims_are_refresh(c))
        return FNT_OK;
    return report_refuse(report, FNT_REFUSED_OTHER_TOKEN,
                         "The subject token is %: send the access_token or the id_token.",
                         SPANS(span_of(token_kind_name(event ? TOKEN_LOGOUT : TOKEN_REFRESH))));
}

fnt_status subject_claims_check(const claims *c, fnt_report *report)
{
    fnt_status status = check_meaningful(c, report);
    return status == FNT_OK ? check_purpose(c, report) : status;
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
    return from->authorized_party && is_for_account_alone(c) &&
           json_string_equals(c->typ, SPAN("Bearer")) && azp.kind == JSON_STRING &&
           is_listed(azp, from) && json_strings_equal(json_member(c->all, SPAN("client_id")), azp);
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
    if (claims_are_id(c))
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
    if (!claims_are_id(c) || azp.kind == JSON_ABSENT || audiences(c, &first) < 2 ||
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
