/* SPDX-License-Identifier: MIT */
#include "text/jws.h"

#include "base/report.h"
#include "text/base64url.h"
#include "text/jws_hint.h"

static fnt_status refuse(fnt_report *report, const char *sentence)
{
    return report_refuse(report, FNT_REFUSED_MALFORMED, sentence, NO_SPANS);
}

static const char *empty_part(const jws *parts)
{
    if (parts->header.len == 0)
        return "The token's header is empty: a dot stands where it should begin.";
    if (parts->payload.len == 0)
        return "The token's payload is empty: two dots follow each other.";
    if (parts->signature.len == 0)
        return "The token's signature is empty: unsigned tokens are never accepted.";
    return NULL;
}

fnt_status jws_split(span token, jws *out, fnt_report *report)
{
    *out = (jws){SPAN_NONE, SPAN_NONE, SPAN_NONE, SPAN_NONE};
    const char *mistake = jws_hint_before(token);
    if (mistake != NULL)
        return refuse(report, mistake);

    jws found;
    size_t first = span_index(token, '.');
    span rest = first < token.len ? span_from(token, first + 1) : SPAN("");
    size_t second = span_index(rest, '.');
    if (second == rest.len || span_index(span_from(rest, second + 1), '.') < rest.len - second - 1)
        return report_wanted(report) ? jws_hint_parts(token, report) : FNT_REFUSED_MALFORMED;
    found.header = (span){token.at, first};
    found.payload = (span){rest.at, second};
    found.signature = span_from(rest, second + 1);
    found.signed_part = (span){token.at, first + 1 + second};
    mistake = empty_part(&found);
    if (mistake != NULL)
        return refuse(report, mistake);
    *out = found;
    return FNT_OK;
}

fnt_status jws_decode(span part, const char *name, char *scratch, span *out, fnt_report *report)
{
    *out = SPAN_NONE;
    if (!base64url_decode(part, (unsigned char *)scratch))
        return report_wanted(report) ? jws_hint_decoding(part, span_of(name), report)
                                     : FNT_REFUSED_MALFORMED;
    *out = (span){scratch, base64url_decoded(part.len)};
    return FNT_OK;
}
