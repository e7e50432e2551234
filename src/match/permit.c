/* SPDX-License-Identifier: MIT */
#include "match/permit.h"

#include "match/resource.h"

enum { SHOWN = 5 };

/* "a, b, c and 7 more" */
static void list(buf *out, const patterns *set)
{
    size_t count = patterns_count(set), shown = count < SHOWN ? count : SHOWN;
    for (size_t i = 0; i < shown; i++)
        buf_item(out, 0, patterns_text(set, i));
    buf_and_more(out, count - shown);
}

/* Whether a permission is the resource's bare name: OpenFaaS's own documents forget the namespace
 * at times. */
static bool names_without_namespace(const patterns *set, span resource)
{
    span name = span_from(resource, span_index(resource, ':') + 1);
    for (size_t i = 0; i < patterns_count(set); i++)
        if (span_equal(patterns_text(set, i), name))
            return true;
    return false;
}

static void report_failed(const patterns *set, const char *what, span resource, fnt_report *report)
{
    for (size_t i = 0; i < patterns_count(set); i++) {
        if (!report_entry_at(report, FNT_REPORT_FULL, "pattern", "failed"))
            continue;
        report_field(report, FNT_FIELD_PATTERN, patterns_text(set, i));
        report_field(report, FNT_FIELD_RESOURCE, resource);
        report_sentence(report, what, SPANS(patterns_text(set, i), resource));
    }
}

static void report_permission(const patterns *set, span resource, fnt_report *report)
{
    span name = span_from(resource, span_index(resource, ':') + 1);
    buf all = BUF_EMPTY;
    list(&all, set);
    if (patterns_count(set) == 0)
        report_refuse(report, FNT_DENIED_PERMISSION, "no permission covers %; the token has none",
                      SPANS(resource));
    else if (names_without_namespace(set, resource))
        report_refuse(
            report, FNT_DENIED_PERMISSION,
            "no permission covers %; the permission % has no namespace; % was probably meant",
            SPANS(resource, name, resource));
    else
        report_refuse(report, FNT_DENIED_PERMISSION, "no permission covers %; the token has $",
                      SPANS(resource, buf_span(&all)));
    buf_free(&all);
    report_failed(set, "the permission % does not cover %", resource, report);
}

static void report_audience(const patterns *set, span resource, fnt_report *report)
{
    buf all = BUF_EMPTY;
    list(&all, set);
    report_refuse(report, FNT_DENIED_AUDIENCE, "the token was narrowed to $; % is not among them",
                  SPANS(buf_span(&all), resource));
    buf_free(&all);
    report_failed(set, "the audience % does not cover %", resource, report);
}

static void report_decided(const patterns *set, const char *what, span resource, fnt_report *report)
{
    span pattern = patterns_text(set, patterns_first(set, resource));
    report_entry(report, "pattern", "decided");
    report_field(report, FNT_FIELD_PATTERN, pattern);
    report_field(report, FNT_FIELD_RESOURCE, resource);
    report_sentence(report, what, SPANS(pattern, resource));
}

static void report_allowed(const patterns *permissions, const patterns *audience, span resource,
                           fnt_report *report)
{
    span permission = patterns_text(permissions, patterns_first(permissions, resource));
    report_summary_field(report, FNT_FIELD_PATTERN, permission);
    report_decided(permissions, "the permission % covers %", resource, report);
    if (patterns_count(audience) == 0) {
        report_refuse(report, FNT_OK, "% of the permissions covers %", SPANS(permission, resource));
        return;
    }
    span narrowed = patterns_text(audience, patterns_first(audience, resource));
    report_refuse(report, FNT_OK, "% of the permissions covers %, and % of the audience does too",
                  SPANS(permission, resource, narrowed));
    report_decided(audience, "the audience % covers %", resource, report);
}

fnt_status permit(const patterns *permissions, const patterns *audience, span resource,
                  fnt_report *report)
{
    fnt_status status = resource_check(resource, report);
    if (status != FNT_OK)
        return status;
    if (report_wanted(report))
        report_summary_field(report, FNT_FIELD_RESOURCE, resource);

    if (!patterns_match(permissions, resource)) {
        if (report_wanted(report))
            report_permission(permissions, resource, report);
        return FNT_DENIED_PERMISSION;
    }
    if (patterns_count(audience) > 0 && !patterns_match(audience, resource)) {
        if (report_wanted(report))
            report_audience(audience, resource, report);
        return FNT_DENIED_AUDIENCE;
    }
    if (report_wanted(report))
        report_allowed(permissions, audience, resource, report);
    return FNT_OK;
}
