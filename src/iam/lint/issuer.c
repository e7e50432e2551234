/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

enum { USUAL_MAXIMUM = 12 * 3600 }; /* FNT_OPT_MAX_TTL's default */

static void report_issuer(lint_run *l, const char *rule, const issuer *i, const char *member,
                          const char *sentence, spans args)
{
    lint_subject of = {OBJECT_ISSUER, i->name};
    lint_report(l, rule, &of, lint_at_member(i->pointer, member), sentence, args);
}

bool lint_is_gateway(const issuer *i)
{
    return span_equal(i->name, SPAN("system"));
}

/* In Kubernetes a service account's token of the default audience is a credential for the API
 * server. In Keycloak the realm's own URL is the audience of refresh tokens. */
static void check_audience(lint_run *l, const issuer *i, size_t index)
{
    lint_subject of = {OBJECT_ISSUER, i->name};
    lint_location where = lint_at_item(i->pointer, "/spec/aud", index);
    span audience = i->audiences[index], whose = provider_of_audience(audience);
    if (lint_text(l, &of, where, audience, TEXT_VALUE))
        return;
    if (span_equal(audience, SPAN("account")))
        lint_report(l, "account-audience", &of, where,
                    "accepts the audience account, which every client and user of a Keycloak realm "
                    "has: map an audience of your "
                    "own, or ask for scope openid and send the id_token",
                    NO_SPANS);
    else if (span_starts(audience, SPAN("https://kubernetes.default")) ||
             span_starts(audience, SPAN("kubernetes.default")))
        lint_report(l, "cluster-audience", &of, where,
                    "accepts the cluster's own audience %: such tokens are credentials for the API "
                    "server; ask for tokens with an "
                    "audience of your own",
                    SPANS(audience));
    else if (span_equal(audience, i->iss) && !lint_is_gateway(i))
        lint_report(l, "cluster-audience", &of, where,
                    "accepts its own iss as audience: such tokens are made for the issuer itself "
                    "(an API server's credentials, "
                    "refresh tokens); name an audience of your own",
                    NO_SPANS);
    else if (whose.at != NULL)
        lint_report(l, "foreign-audience", &of, where,
                    "accepts the audience %, which is %: tokens that were made for somebody else "
                    "are taken, and can be used there; ask for an audience of your own",
                    SPANS(audience, whose));
    else if (span_index(audience, '*') < audience.len)
        lint_report(l, "literal-star", &of, where,
                    "the star in % is compared as it is: audiences have no wildcards",
                    SPANS(audience));
}

static bool is_loopback(span url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    for (size_t n = 0; n < sizeof hosts / sizeof *hosts; n++) {
        span host = span_of(hosts[n]), rest = span_from(url, host.len);
        if (span_starts(url, host) && (rest.len == 0 || rest.at[0] == ':' || rest.at[0] == '/'))
            return true;
    }
    return false;
}

static void check_scheme(lint_run *l, const issuer *i)
{
    if (i->internal.at == NULL && !lint_is_gateway(i) && span_starts(i->iss, SPAN("http://")) &&
        !is_loopback(i->iss))
        report_issuer(
            l, "http-issuer", i, "/spec/iss",
            "% is fetched without TLS, so anybody on the way could answer with other keys: "
            "use https, or issInternal",
            SPANS(i->iss));
}

/* Whether no token can have that iss. */
static bool check_iss(lint_run *l, const issuer *i)
{
    lint_subject of = {OBJECT_ISSUER, i->name};
    lint_location where = lint_at_member(i->pointer, "/spec/iss");
    span why, mistake = provider_mistaken_issuer(i->iss);
    (void)provider_of(i->iss, &why);
    if (!issuer_is_url(i->iss)) /* one fault has one finding */
        return true;
    if (lint_text(l, &of, where, i->iss, TEXT_ISSUER))
        return true;
    if (span_index(i->iss, '*') < i->iss.len) {
        lint_report(l, "literal-star", &of, where,
                    "the star in % is compared as it is: issuers have no wildcards", SPANS(i->iss));
        return true;
    }
    if (why.at != NULL)
        lint_report(l, "impossible-issuer", &of, where,
                    "no token has the iss %: %; copy it from a token", SPANS(i->iss, why));
    else if (mistake.at != NULL)
        lint_report(l, "impossible-issuer", &of, where,
                    "no token has the iss %: it %; copy it from a token", SPANS(i->iss, mistake));
    return why.at != NULL || mistake.at != NULL;
}

static void check_expiry(lint_run *l, const issuer *i)
{
    if (i->expiry > USUAL_MAXIMUM)
        report_issuer(l, "long-expiry", i, "/spec/tokenExpiry",
                      "tokens would live longer than 12h, where a gateway caps them unless told "
                      "otherwise: shorten it",
                      NO_SPANS);
}

static void check_twins(lint_run *l, const issuer *i)
{
    const issuer *other = lint_twin(l->iam, i->iss);
    span why;
    if (other != NULL && other < i && (provider_of(other->iss, &why), why.at == NULL))
        report_issuer(l, "issuer-slash", i, "/spec/iss",
                      "% and JwtIssuer %'s iss differ by the slash at the end alone: keep what the "
                      "provider writes into iss",
                      SPANS(i->iss, other->name));
}

void lint_issuer(lint_run *l, const issuer *i)
{
    for (size_t n = 0; n < i->audience_count; n++)
        check_audience(l, i, n);
    check_expiry(l, i);
    if (check_iss(l, i))
        return;
    check_scheme(l, i);
    check_twins(l, i);
}
