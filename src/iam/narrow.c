/* SPDX-License-Identifier: MIT */
#include "iam/narrow.h"

#include "base/report.h"
#include "match/pattern.h"

static bool is_pattern_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '*';
}

static bool is_pattern(span text)
{
    bool namespaced = false;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_pattern_byte(text.at[i]))
            return false;
        namespaced = namespaced || text.at[i] == ':' || text.at[i] == '*';
    }
    return namespaced;
}

static bool lies_inside(span audience, spans wide)
{
    for (size_t i = 0; i < wide.count; i++)
        if (pattern_covers(wide.at[i], audience))
            return true;
    return false;
}

fnt_status narrow_check(spans audiences, spans permissions, spans within, fnt_report *report)
{
    for (size_t i = 0; i < audiences.count; i++) {
        span audience = audiences.at[i];
        if (!is_pattern(audience))
            return report_refuse(report, FNT_OAUTH_TARGET, "The audience % is not NAMESPACE:NAME (* stands for any).", SPANS(audience));
        if (!lies_inside(audience, permissions))
            return report_refuse(report, FNT_OAUTH_TARGET, "The audience % lies outside the permissions of the subject.", SPANS(audience));
        if (within.count > 0 && !lies_inside(audience, within))
            return report_refuse(report, FNT_OAUTH_TARGET, "The audience % lies outside the audience of the subject token.", SPANS(audience));
    }
    return FNT_OK;
}
