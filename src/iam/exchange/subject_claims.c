/* SPDX-License-Identifier: MIT */
#include "iam/exchange/subject_claims.h"

#include "base/memory.h"
#include "base/rare.h"
#include "base/report.h"

static const span names[SAID] = {
    [SAID_ACT] = {"act", 3},
    [SAID_MAY_ACT] = {"may_act", 7},
    [SAID_AUTHORIZATION_DETAILS] = {"authorization_details", 21},
    [SAID_STATUS] = {"status", 6},
    [SAID_AZP] = {"azp", 3},
    [SAID_CLIENT_ID] = {"client_id", 9},
    [SAID_LEGACY] = {"kubernetes.io/serviceaccount/service-account.name", 49},
};

void subject_claims_read(const claims *c, const json_index *index, subject_claims *out)
{
    json_value marks[MARKS];
    for (size_t i = 0; i < MARKS; i++)
        marks[i] = json_index_find(index, mark_names[i]);
    for (size_t i = 0; i < SAID; i++)
        out->said[i] = json_index_find(index, names[i]);
    out->claims = c;
    out->marks = claims_marks_by(c, marks);
}

/* ---- what it must not be ------------------------------------------------- */

static fnt_status check_bound(const subject_claims *s, fnt_report *report)
{
    if (!s->claims->bound)
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("cnf"));
    return report_refuse(report, FNT_REFUSED_BINDING,
                         "The subject token is bound to a key (cnf), and the proof of that key "
                         "can't be checked here: ask for an unbound token.",
                         NO_SPANS);
}

/* Any other status than a status list is a plain claim. */
static bool is_meaningful(int32_t which, json_value value)
{
    return which == SAID_STATUS ? json_member(value, SPAN("status_list")).kind != JSON_ABSENT
                                : value.kind != JSON_ABSENT;
}

/* Rule 51: their meaning would vanish from the token that is issued. */
static fnt_status check_meaningful(const subject_claims *s, fnt_report *report)
{
    static const struct {
        int32_t claim;
        const char *meaning;
    } refused[] = {
        {SAID_ACT, "someone acts for its subject, and delegation is not supported"},
        {SAID_MAY_ACT, "someone may act for its subject, and delegation is not supported"},
        {SAID_AUTHORIZATION_DETAILS,
         "it is for certain uses alone (RFC 9396), and these can't be kept"},
        {SAID_STATUS,
         "it may have been withdrawn by now (status_list), and that can't be looked up"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        int32_t claim = refused[i].claim;
        if (!is_meaningful(claim, s->said[claim]))
            continue;
        report_summary_field(report, FNT_FIELD_CLAIM, names[claim]);
        return report_refuse(report, FNT_REFUSED_CLAIM, "The subject token has the claim %: %.",
                             SPANS(names[claim], span_of(refused[i].meaning)));
    }
    return FNT_OK;
}

/* By the marks, not by claims_kind, which looks for our own tokens first: a claim "function" or
 * "fed:iss" that an identity provider can be made to set must not hide what a token is. */
static fnt_status check_purpose(const subject_claims *s, fnt_report *report)
{
    if (!s->marks.event && !s->marks.refresh)
        return FNT_OK;
    token_kind kind = s->marks.event ? TOKEN_LOGOUT : TOKEN_REFRESH;
    return report_refuse(report, FNT_REFUSED_OTHER_TOKEN,
                         "The subject token is %: send the access_token or the id_token.",
                         SPANS(span_of(token_kind_name(kind))));
}

fnt_status subject_claims_check(const subject_claims *s, fnt_report *report)
{
    fnt_status status = check_bound(s, report);
    if (status == FNT_OK)
        status = check_meaningful(s, report);
    return status == FNT_OK ? check_purpose(s, report) : status;
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
static bool is_own_by_party(const subject_claims *s, const issuer *from)
{
    json_value azp = s->said[SAID_AZP];
    return from->authorized_party && is_for_account_alone(s->claims) &&
           json_string_equals(s->claims->typ, SPAN("Bearer")) && azp.kind == JSON_STRING &&
           is_listed(azp, from) && json_strings_equal(s->said[SAID_CLIENT_ID], azp);
}

#define WHERE "aud is %; issuer % accepts %"

/* What was found of aud, what is accepted and what to do; azp is the last argument. */
static RARE const char *way_out(const subject_claims *s, const issuer *from)
{
    const claims *c = s->claims;
    json_value azp = s->said[SAID_AZP];
    bool listed = is_listed(azp, from), account = is_for_account_alone(c);
    if (claims_are_cognito(c))
        return WHERE ". " COGNITO_ADVICE;
    if (listed && account && from->authorized_party)
        return WHERE
            "; azp \"%\" is listed, but fntoken/authorized-party takes only a client's own "
            "access token (typ Bearer, client_id equal to azp): add an audience mapper, "
            "or ask for scope openid and send the id_token (docs/identity-providers.md).";
    if (listed && account)
        return WHERE "; azp \"%\" is listed: add an audience mapper, ask for scope openid and send "
                     "the id_token, or annotate the JwtIssuer (docs/identity-providers.md).";
    if (listed)
        return WHERE "; azp \"%\" is listed: add an audience mapper, or ask for scope openid and "
                     "send the id_token "
                     "(docs/identity-providers.md).";
    if (s->marks.id)
        return azp.kind == JSON_STRING
                   ? WHERE ": this is an ID token of another client (azp \"%\"); log in with a "
                           "client that is listed."
                   : WHERE ": this is an ID token of another client; log in with a client that is "
                           "listed.";
    return azp.kind == JSON_STRING ? WHERE
               "; azp \"%\" is not listed either: the token was made for "
               "another client."
                                   : WHERE ": ask the identity provider for a token with one of "
                                           "these audiences.";
}

static RARE bool is_nearly_for(const claims *c, const issuer *from, buf *differences)
{
    enum { LOOKED_AT = 8 };
    for (size_t i = 0; i < from->audience_count && i < LOOKED_AT; i++)
        if (claims_nearly_for(c, from->audiences[i], differences))
            return true;
    return false;
}

static RARE fnt_status refuse_audience(const subject_claims *s, const issuer *from,
                                       fnt_report *report)
{
    buf found = BUF_EMPTY, accepted = BUF_EMPTY, near = BUF_EMPTY;
    json_value azp = s->said[SAID_AZP];
    char *scratch = report_wanted(report) ? memory_alloc(azp.raw.len + 1) : NULL;
    if (scratch != NULL) {
        claims_print_audience(s->claims, &found);
        issuer_print_audiences(from, &accepted);
        bool nearly = is_nearly_for(s->claims, from, &near);
        report_refuse(report, FNT_REFUSED_AUDIENCE,
                      nearly ? WHERE ": they differ only by $, and must be equal to the byte."
                             : way_out(s, from),
                      SPANS(buf_span(&found), from->name, buf_span(&accepted),
                            nearly ? buf_span(&near) : json_unescape(azp, scratch)));
    }
    memory_free(scratch);
    buf_free(&found);
    buf_free(&accepted);
    buf_free(&near);
    return FNT_REFUSED_AUDIENCE;
}

/* OpenID Connect Core, 3.1.3.7: an ID token with several audiences was issued to its azp. */
static fnt_status check_party(const subject_claims *s, const issuer *from, fnt_report *report)
{
    json_value azp = s->said[SAID_AZP], first;
    if (!s->marks.id || azp.kind == JSON_ABSENT || audiences(s->claims, &first) < 2 ||
        is_listed(azp, from))
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("azp"));
    return report_refuse(report, FNT_REFUSED_AUDIENCE,
                         "This is an ID token that was issued to another client (azp), not to one "
                         "that issuer % accepts: log in with a client that is listed, or send an "
                         "access_token.",
                         SPANS(from->name));
}

fnt_status subject_claims_check_audience(const subject_claims *s, const issuer *from,
                                         fnt_report *report)
{
    if (is_for(s->claims, from))
        return check_party(s, from, report);
    if (!is_own_by_party(s, from))
        return refuse_audience(s, from, report);
    report_entry(report, "note", "matched");
    report_field(report, FNT_FIELD_CLAIM, SPAN("azp"));
    report_sentence(report,
                    "aud is account; the token was accepted by its azp, as the annotation "
                    "fntoken/authorized-party of JwtIssuer % allows.",
                    SPANS(from->name));
    return FNT_OK;
}

/* Legacy Kubernetes tokens live for ever, and say so by their claims' names. */
fnt_status subject_claims_check_legacy(const subject_claims *s, fnt_report *report)
{
    if (s->claims->has_expires || s->said[SAID_LEGACY].kind == JSON_ABSENT)
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("exp"));
    return report_refuse(report, FNT_REFUSED_CLAIM,
                         "This is a legacy Kubernetes service account token, which never expires: "
                         "use a bound one (kubectl create token, or a projected "
                         "volume).",
                         NO_SPANS);
}
