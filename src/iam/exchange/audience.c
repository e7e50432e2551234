/* SPDX-License-Identifier: MIT */
#include "iam/exchange/audience.h"

#include "base/report.h"
#include "match/pattern.h"
#include "token/token.h"

static bool is_pattern_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '*';
}

static bool is_side(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_pattern_byte(text.at[i]))
            return false;
    return text.len > 0;
}

/* Without a colon one of its stars stands for that of the resource. */
static bool is_pattern(span text)
{
    span namespace = {text.at, span_index(text, ':')}, name = span_from(text, namespace.len + 1);
    if (text.len > TOKEN_PATTERN_BYTES || !is_side(namespace))
        return false;
    return name.at == NULL ? span_index(text, '*') < text.len : is_side(name);
}

static bool lies_inside(span audience, spans wide)
{
    for (size_t i = 0; i < wide.count; i++)
        if (pattern_covers(wide.at[i], audience))
            return true;
    return false;
}

/* Rule 38: what the caller sent is named where it is what it should be. A side has at most
 * LABEL bytes, or it is longer than any namespace or function; and no token has this form. */
static bool may_be_named(span audience)
{
    enum { LABEL = 63 };
    size_t colon = span_index(audience, ':');
    return colon < audience.len && colon <= LABEL && audience.len - colon - 1 <= LABEL &&
           is_pattern(audience);
}

/* what: "lies outside ..." */
static fnt_status refuse(span audience, const char *what, fnt_report *report)
{
    char length[INTEGER_SIZE];
    if (may_be_named(audience))
        return report_refuse(report, FNT_OAUTH_TARGET, "The audience % %.",
                             SPANS(audience, span_of(what)));
    return report_refuse(report, FNT_OAUTH_TARGET, "The audience of length % %.",
                         SPANS(integer_print((int64_t)audience.len, length), span_of(what)));
}

fnt_status audience_check(spans audiences, spans permissions, spans within, fnt_report *report)
{
    for (size_t i = 0; i < audiences.count; i++) {
        span audience = audiences.at[i];
        if (!is_pattern(audience))
            return refuse(audience, "is not NAMESPACE:NAME (* stands for any)", report);
        if (!lies_inside(audience, permissions))
            return refuse(audience, "lies outside the permissions of the subject", report);
        if (within.count > 0 && !lies_inside(audience, within))
            return refuse(audience, "lies outside the audience of the subject token", report);
    }
    return FNT_OK;
}
