/* SPDX-License-Identifier: MIT */
#include "match/resource.h"

#include "base/buf.h"

/* A table, as this runs for every request: INNER may not start or end a label. */
enum { OUTER = 1, INNER = 2 };

static const unsigned char label_byte[256] = {
    ['-'] = INNER, ['0'] = OUTER, ['1'] = OUTER, ['2'] = OUTER, ['3'] = OUTER, ['4'] = OUTER,
    ['5'] = OUTER, ['6'] = OUTER, ['7'] = OUTER, ['8'] = OUTER, ['9'] = OUTER, ['a'] = OUTER,
    ['b'] = OUTER, ['c'] = OUTER, ['d'] = OUTER, ['e'] = OUTER, ['f'] = OUTER, ['g'] = OUTER,
    ['h'] = OUTER, ['i'] = OUTER, ['j'] = OUTER, ['k'] = OUTER, ['l'] = OUTER, ['m'] = OUTER,
    ['n'] = OUTER, ['o'] = OUTER, ['p'] = OUTER, ['q'] = OUTER, ['r'] = OUTER, ['s'] = OUTER,
    ['t'] = OUTER, ['u'] = OUTER, ['v'] = OUTER, ['w'] = OUTER, ['x'] = OUTER, ['y'] = OUTER,
    ['z'] = OUTER,
};

static unsigned char kind_of(char c)
{
    return label_byte[(unsigned char)c];
}

bool resource_is_label(span s)
{
    if (s.len == 0 || s.len > LABEL_MAX || kind_of(s.at[0]) != OUTER ||
        kind_of(s.at[s.len - 1]) != OUTER)
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (kind_of(s.at[i]) == 0)
            return false;
    return true;
}

static fnt_status refuse_without_colon(span resource, fnt_report *report)
{
    if (resource_is_label(resource))
        return report_refuse(
            report, FNT_DENIED_RESOURCE,
            "the resource \"%\" has no namespace; openfaas-fn:% was probably meant",
            SPANS(resource, resource));
    return report_refuse(report, FNT_DENIED_RESOURCE,
                         "the resource \"%\" has no colon; NAMESPACE:NAME is expected",
                         SPANS(resource));
}

static fnt_status refuse_part(span resource, span part, fnt_report *report)
{
    return report_refuse(report, FNT_DENIED_RESOURCE,
                         "the % of the resource \"%\" is not made of 1 to 63 lower-case letters, "
                         "digits and inner hyphens",
                         SPANS(part, resource));
}

static fnt_status refuse_long(span resource, fnt_report *report)
{
    char have[INTEGER_SIZE], most[INTEGER_SIZE];
    report_summary_field(report, FNT_FIELD_RESOURCE, SPAN(""));
    return report_refuse(
        report, FNT_DENIED_RESOURCE, "the resource has % bytes, and none has more than %",
        SPANS(integer_print((int64_t)resource.len, have), integer_print(RESOURCE_MAX, most)));
}

fnt_status resource_check(span resource, fnt_report *report)
{
    size_t colon = span_index(resource, ':');
    span name = span_from(resource, colon + 1);
    bool good_namespace = resource_is_label((span){resource.at, colon});
    if (good_namespace && resource_is_label(name))
        return FNT_OK;
    if (resource.len > RESOURCE_MAX)
        return refuse_long(resource, report);

    report_summary_field(report, FNT_FIELD_RESOURCE, resource);
    if (resource.len == 0)
        return report_refuse(report, FNT_DENIED_RESOURCE,
                             "no resource was named; NAMESPACE:NAME is expected", NO_SPANS);
    if (span_index(resource, '*') < resource.len)
        return report_refuse(
            report, FNT_DENIED_RESOURCE,
            "the resource \"%\" holds a *; one function is expected, not a pattern",
            SPANS(resource));
    if (colon == resource.len)
        return refuse_without_colon(resource, report);
    if (span_index(name, ':') < name.len)
        return report_refuse(
            report, FNT_DENIED_RESOURCE,
            "the resource \"%\" has more than one colon; NAMESPACE:NAME is expected",
            SPANS(resource));
    return refuse_part(resource, good_namespace ? SPAN("name") : SPAN("namespace"), report);
}

/* ---- patterns ------------------------------------------------------------ */

/* The length of the shortest label that matches; beyond LABEL_MAX: there is none. A hyphen beside a
 * star at an end of the label needs something in the star's place. */
static size_t shortest_label(span part)
{
    size_t stars = 0, first = 0, last = part.len;
    for (size_t i = 0; i < part.len; i++)
        if (part.at[i] == '*')
            stars++;
        else if (kind_of(part.at[i]) == 0)
            return LABEL_MAX + 1;
    while (first < part.len && part.at[first] == '*')
        first++;
    while (last > first && part.at[last - 1] == '*')
        last--;
    if (part.len == 0 || (first == 0 && part.at[0] == '-') ||
        (last == part.len && part.at[last - 1] == '-' && last > first))
        return LABEL_MAX + 1;
    if (first == last)
        return 1;
    return part.len - stars + (part.at[first] == '-' ? 1 : 0) + (part.at[last - 1] == '-' ? 1 : 0);
}

bool resource_is_possible(span pattern)
{
    size_t colon = span_index(pattern, ':'), star = pattern.len;
    if (colon < pattern.len)
        return shortest_label((span){pattern.at, colon}) <= LABEL_MAX &&
               shortest_label(span_from(pattern, colon + 1)) <= LABEL_MAX;
    /* The colon is in one of the stars: in the last before which there is a namespace. */
    for (size_t i = 0, literals = 0; i < pattern.len && literals <= LABEL_MAX; i++) {
        literals += pattern.at[i] == '*' ? 0 : 1;
        bool run_ends = i + 1 == pattern.len || pattern.at[i + 1] != '*';
        if (pattern.at[i] == '*' && run_ends &&
            shortest_label((span){pattern.at, i + 1}) <= LABEL_MAX)
            star = i;
    }
    return shortest_label(span_from(pattern, star < pattern.len ? star : 0)) <= LABEL_MAX;
}
