/* SPDX-License-Identifier: MIT */
#include "match/resource.h"

#include "base/utf8.h"

/* A table, as this runs for every request: what a label may hold, and of that what it may not begin
 * or end with. */
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

static bool is_label(span s)
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
    if (is_label(resource))
        return report_refuse(report, FNT_DENIED_RESOURCE,
                             "the resource % has no namespace; openfaas-fn:% was probably meant",
                             SPANS(resource, resource));
    return report_refuse(report, FNT_DENIED_RESOURCE,
                         "the resource % has no colon; NAMESPACE:NAME is expected",
                         SPANS(resource));
}

static fnt_status refuse_part(span resource, span part, fnt_report *report)
{
    return report_refuse(report, FNT_DENIED_RESOURCE,
                         "the % of the resource % is not made of 1 to 63 lower-case letters, "
                         "digits and inner hyphens",
                         SPANS(part, resource));
}

fnt_status resource_check(span resource, fnt_report *report)
{
    size_t colon = span_index(resource, ':');
    span name = span_from(resource, colon + 1);
    bool good_namespace = is_label((span){resource.at, colon});
    if (good_namespace && is_label(name))
        return FNT_OK;

    report_summary_field(report, FNT_FIELD_RESOURCE, resource);
    if (resource.len == 0)
        return report_refuse(report, FNT_DENIED_RESOURCE,
                             "no resource was named; NAMESPACE:NAME is expected", NO_SPANS);
    if (span_index(resource, '*') < resource.len)
        return report_refuse(report, FNT_DENIED_RESOURCE,
                             "the resource % holds a *; one function is expected, not a pattern",
                             SPANS(resource));
    if (colon == resource.len)
        return refuse_without_colon(resource, report);
    if (span_index(name, ':') < name.len)
        return report_refuse(report, FNT_DENIED_RESOURCE,
                             "the resource % has more than one colon; NAMESPACE:NAME is expected",
                             SPANS(resource));
    return refuse_part(resource, good_namespace ? SPAN("name") : SPAN("namespace"), report);
}

/* ---- from a request's path ----------------------------------------------- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that s begins with, decoded, or -1; *len is how much of s it takes. s is not empty. */
static int decoded(span s, size_t *len)
{
    *len = 1;
    if (s.at[0] != '%')
        return (unsigned char)s.at[0];
    *len = 3;
    if (s.len < 3)
        return -1;
    int high = hex_value(s.at[1]), low = hex_value(s.at[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* RFC 3986's pchar without ";" and "%". */
static bool is_path_byte(char c)
{
    char low = ascii_lower(c);
    return kind_of(low) != 0 || (c != '\0' && strchr("._~!$&'()*+,=:@", c) != NULL);
}

/* Length of the encoded character of several bytes that s begins with; 0 when it is no UTF-8. */
static size_t encoded_character(span s)
{
    char bytes[4];
    size_t ends[4], count = 0, at = 0, len = 0;
    while (count < sizeof bytes && at < s.len && s.at[at] == '%') {
        int byte = decoded(span_from(s, at), &len);
        if (byte < 0x80)
            break;
        bytes[count] = (char)byte;
        at += len;
        ends[count++] = at;
    }
    uint32_t point = 0;
    size_t used = count == 0 ? 0 : utf8_next((span){bytes, count}, &point);
    return used == 0 ? 0 : ends[used - 1];
}

/* Length of what stands for one character of a segment at s's begin; 0 if that is refused. */
static size_t path_character(span s)
{
    if (s.at[0] != '%')
        return is_path_byte(s.at[0]) ? 1 : 0;
    size_t len = 0;
    int byte = decoded(s, &len);
    if (byte >= 0x80)
        return encoded_character(s);
    bool harmful =
        byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\' || byte == '%' || byte == ';';
    return harmful ? 0 : len;
}

/* "." or "..", each dot encoded or not. */
static bool is_dots(span segment)
{
    size_t dots = 0, len = 0;
    while (segment.len > 0 && decoded(segment, &len) == '.') {
        segment = span_from(segment, len);
        dots++;
    }
    return segment.len == 0 && (dots == 1 || dots == 2);
}

static bool is_segment(span segment)
{
    if (segment.len == 0 || is_dots(segment))
        return false;
    while (segment.len > 0) {
        size_t len = path_character(segment);
        if (len == 0)
            return false;
        segment = span_from(segment, len);
    }
    return true;
}

/* What follows the name: nothing, or a slash and segments, the last of which may be empty. */
static bool is_rest(span rest)
{
    while (rest.len > 1) {
        span after = span_from(rest, 1);
        span segment = {after.at, span_index(after, '/')};
        if (!is_segment(segment))
            return false;
        rest = span_from(after, segment.len);
    }
    return true;
}

static bool is_query(span query)
{
    for (size_t i = 0; i < query.len; i++) {
        unsigned char c = (unsigned char)query.at[i];
        if (c <= ' ' || c == 0x7f || c == '#')
            return false;
    }
    return true;
}

static bool take_prefix(span *path)
{
    static const char *const prefixes[] = {"/function/", "/async-function/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        span prefix = span_of(prefixes[i]);
        if (span_starts(*path, prefix)) {
            *path = span_from(*path, prefix.len);
            return true;
        }
    }
    return false;
}

/* The labels of a path, pointing into it. *namespace stays as it is when the path has none. */
static bool parse_path(span path, span *name, span *namespace)
{
    if (!take_prefix(&path))
        return false;
    size_t question = span_index(path, '?');
    if (!is_query(span_from(path, question + 1)))
        return false;
    path.len = question;

    size_t slash = span_index(path, '/');
    if (!is_rest(span_from(path, slash)))
        return false;
    path.len = slash;

    size_t dot = span_index(path, '.');
    *name = (span){path.at, dot};
    if (dot < path.len)
        *namespace = span_from(path, dot + 1);
    return is_label(*name) && is_label(*namespace);
}

fnt_status resource_from_path(span path, span default_namespace, char *dst, size_t size,
                              size_t *len)
{
    *len = 0;
    span name = SPAN_NONE,
         namespace = default_namespace.at == NULL ? SPAN("openfaas-fn") : default_namespace;
    if (!is_label(namespace))
        return FNT_FAULT_ARGUMENT;
    if (!parse_path(path, &name, &namespace))
        return FNT_DENIED_PATH;
    size_t need = namespace.len + 1 + name.len;
    if (need > size)
        return FNT_FAULT_SPACE;
    memcpy(dst, namespace.at, namespace.len);
    dst[namespace.len] = ':';
    memcpy(dst + namespace.len + 1, name.at, name.len);
    *len = need;
    return FNT_OK;
}
