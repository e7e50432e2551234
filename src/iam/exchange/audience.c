/* SPDX-License-Identifier: MIT */
#include "iam/exchange/audience.h"

#include "base/report.h"
#include "match/patterns.h"
#include "match/resource.h"
#include "token/token.h"

/* Steps to put a permission into the pattern table, to look for an audience there, and to compare
 * the two without a table, which is cheaper for a few audiences. */
enum { COMPILE_STEPS = 12, LOOK_STEPS = 30, COMPARE_STEPS = 3, FEW = 3 };

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
    if (!is_side(namespace))
        return false;
    return name.at == NULL ? span_index(text, '*') < text.len : is_side(name);
}

/* Whether there can be such a function: stars apart it is no longer than a resource. */
static bool may_be_function(span text)
{
    size_t literal = 0;
    if (text.len > TOKEN_PATTERN_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++)
        literal += text.at[i] == '*' ? 0 : 1;
    return literal <= RESOURCE_MAX;
}

/* Rule 38: what the caller sent is named where it is what it should be. A side has at most
 * LABEL_MAX bytes, or it is longer than any namespace or function; and no token has this form. */
static bool may_be_named(span audience)
{
    size_t colon = span_index(audience, ':');
    return colon < audience.len && colon <= LABEL_MAX && audience.len - colon - 1 <= LABEL_MAX &&
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

static fnt_status check_forms(spans audiences, fnt_report *report)
{
    for (size_t i = 0; i < audiences.count; i++) {
        if (!may_be_function(audiences.at[i]))
            return refuse(audiences.at[i], "is longer than any function's name", report);
        if (!is_pattern(audiences.at[i]))
            return refuse(audiences.at[i], "is not NAMESPACE:NAME (* stands for any)", report);
    }
    return FNT_OK;
}

static fnt_status too_dear(fnt_report *report)
{
    return report_refuse(report, FNT_OAUTH_REQUEST,
                         "The audiences take more comparisons with the permissions than an "
                         "exchange makes: ask for fewer.",
                         NO_SPANS);
}

/* wide: the list as a table, or NULL for a few audiences. */
static fnt_status check_inside(spans audiences, spans list, const patterns *wide, size_t *steps,
                               const char *outside, fnt_report *report)
{
    for (size_t i = 0; i < audiences.count; i++) {
        span audience = audiences.at[i];
        if (wide != NULL ? patterns_cover(wide, audience, steps)
                         : patterns_any_covers(list, audience, steps))
            continue;
        return *steps > 0 ? refuse(audience, outside, report) : too_dear(report);
    }
    return FNT_OK;
}

static fnt_status check_inside_list(spans audiences, spans list, size_t *steps, const char *outside,
                                    fnt_report *report)
{
    patterns *wide = NULL;
    bool few = audiences.count <= FEW;
    size_t price = few ? COMPARE_STEPS * list.count * audiences.count
                       : COMPILE_STEPS * list.count + LOOK_STEPS * audiences.count;
    if (price >= *steps)
        return too_dear(report);
    *steps -= price;
    fnt_status status = few ? FNT_OK : patterns_compile(list.at, list.count, &wide);
    if (status == FNT_OK)
        status = check_inside(audiences, list, wide, steps, outside, report);
    patterns_free(wide);
    return status;
}

fnt_status audience_check(spans audiences, spans permissions, spans within, size_t steps,
                          fnt_report *report)
{
    fnt_status status = check_forms(audiences, report);
    if (status == FNT_OK && audiences.count > 0)
        status = check_inside_list(audiences, permissions, &steps,
                                   "lies outside the permissions of the subject", report);
    if (status == FNT_OK && audiences.count > 0 && within.count > 0)
        status = check_inside_list(audiences, within, &steps,
                                   "lies outside the audience of the subject token", report);
    return status;
}
