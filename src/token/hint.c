/* SPDX-License-Identifier: MIT */
#include "token/hint.h"

#include "base/report.h"

static void report_hint(const claims *c, span expected, fnt_report *report)
{
    token_kind known = claims_kind(c);
    span kind = span_of(token_kind_name(known));
    if (c->issuer.at == NULL || span_equal(c->issuer, expected))
        report_append_sentence(report, "It looks like %, which nobody verified.", SPANS(kind));
    else
        report_append_sentence(report,
                               "It looks like % by the issuer \"%\", which nobody verified.",
                               SPANS(kind, c->issuer));
    if (known == TOKEN_REFRESH || known == TOKEN_LOGOUT)
        report_append_sentence(report, "Send the access_token or the id_token.", NO_SPANS);
}

void hint_add(jwt *e, span expected, fnt_report *report)
{
    claims c;
    cursor rest;
    if (!report_wanted(report) || e->memory == NULL ||
        (e->claims.kind == JSON_ABSENT && jwt_payload(e, NULL, NULL) != FNT_OK))
        return;
    if (claims_read(e, &rest, &c, NULL) == FNT_OK)
        report_hint(&c, expected, report);
}
