/* SPDX-License-Identifier: MIT */
#include "token/jwt.h"

#include "base/rare.h"
#include "base/report.h"

/* The header's typ: what kind of token it is. */

/* typ without "application/" in front, which RFC 7515 (4.1.9) lets one leave out. */
static span short_type(span typ)
{
    static const span application = {"application/", sizeof "application/" - 1};
    bool is_long =
        typ.len >= application.len && span_equal_fold((span){typ.at, application.len}, application);
    return is_long ? span_from(typ, application.len) : typ;
}

bool jwt_is_access_token(const jwt *e)
{
    return e->typ.at != NULL && span_equal_fold(short_type(e->typ), SPAN("at+jwt"));
}

/* Rule 11: what is signed by the same issuer and lets nobody in, by its typ. */
static RARE const char *purpose_of(span typ)
{
    static const char *const known[][2] = {
        {"logout+jwt", "a logout token"},
        {"secevent+jwt", "a security event"},
        {"dpop+jwt", "a proof of possession (DPoP) that goes with a token"},
        {"token-introspection+jwt", "an answer of token introspection"},
        {"oauth-id-jag+jwt", "an identity assertion grant"},
        {"txntoken+jwt", "a transaction token"},
        {"wit+jwt", "a workload identity token"},
        {"wpt+jwt", "a workload's proof"},
        {"statuslist+jwt", "a list of withdrawn tokens"},
        {"kb+jwt", "a key binding of an SD-JWT"},
        {"dc+sd-jwt", "an SD-JWT credential"},
        {"entity-statement+jwt", "an entity statement of OpenID Federation"},
        {"oauth-authz-req+jwt", "an authorization request"},
        {"at+jwt", "an access token of an identity provider"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_equal_fold(typ, span_of(known[i][0])))
            return known[i][1];
    return "no kind of token that is known here";
}

static RARE fnt_status refuse_type(const jwt *e, bool access_token, fnt_report *report)
{
    return report_refuse(
        report, FNT_REFUSED_TYPE,
        access_token
            ? "The token's typ is \"%\": it is %. What is accepted has JWT or at+jwt: send "
              "the access_token or the id_token."
            : "The token's typ is \"%\": it is %. A Function Token's is JWT: exchange an "
              "access_token or id_token for one at the gateway's /oauth/token.",
        SPANS(e->typ, span_of(purpose_of(short_type(e->typ)))));
}

fnt_status jwt_type(const jwt *e, bool access_token, fnt_report *report)
{
    if (e->typ.at == NULL || span_equal_fold(short_type(e->typ), SPAN("JWT")) ||
        (access_token && jwt_is_access_token(e)))
        return FNT_OK;
    return refuse_type(e, access_token, report);
}
