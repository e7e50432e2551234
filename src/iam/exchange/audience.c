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

fnt_status audience_check(spans audiences, spans permissions, spans within, fnt_report *report)
{
    for (size_t i = 0; i < audiences.count; i++) {
        span audience = audiences.at[i];
        if (!is_pattern(audience))
            return report_refuse(report, FNT_OAUTH_TARGET,
                                 "The audience % is not NAMESPACE:NAME (* stands for any).",
                                 SPANS(audience));
        if (!lies_inside(audience, permissions))
            return report_refuse(report, FNT_OAUTH_TARGET,
                                 "The audience % lies outside the permissions of the subject.",
                                 SPANS(audience));
        if (within.count > 0 && !lies_inside(audience, within))
            return report_refuse(report, FNT_OAUTH_TARGET,
                                 "The audience % lies outside the audience of the subject token.",
                                 SPANS(audience));
    }
    return FNT_OK;
}
