/* SPDX-License-Identifier: MIT */
#include "match/function_path.h"

#include "base/hex.h"
#include "base/utf8.h"
#include "match/resource.h"

/* What is refused of a path, and why: a sentence that takes its byte and its text. */
typedef struct {
    span part;
    const char *reason;
} refusal;

#define AT "the path is refused at byte %: "

static bool refuse(refusal *why, span part, const char *reason)
{
    *why = (refusal){part, reason};
    return false;
}

/* ---- name ---------------------------------------------------------------- */

static const char dot_segment[] = AT "% is resolved by some servers, which then reach another path";

/* "." or "..", each dot encoded or not. */
static bool is_dots(span segment)
{
    size_t dots = 0;
    while (segment.len > 0) {
        bool plain = segment.at[0] == '.';
        if (!plain && hex_percent(segment) != '.')
            return false;
        segment = span_from(segment, plain ? 1 : 3);
        dots++;
    }
    return dots == 1 || dots == 2;
}

/* Where neither prefix begins the path, its first segment is shown. */
static bool take_prefix(span *path, refusal *why)
{
    static const char *const prefixes[] = {"/function/", "/async-function/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        span prefix = span_of(prefixes[i]);
        if (span_starts(*path, prefix)) {
            *path = span_from(*path, prefix.len);
            return true;
        }
    }
    size_t end = 1;
    while (end < path->len && path->at[end] != '/' && path->at[end] != '?')
        end++;
    return refuse(why, (span){path->at, end < path->len ? end : path->len},
                  AT "it names no function; /function/NAME or /function/NAME.NAMESPACE is "
                     "expected, or /async-function/");
}

/* The labels of "name[.namespace]"; *namespace stays as it is when there is none. */
static bool take_labels(span labels, span *name, span *namespace, refusal *why)
{
    size_t dot = span_index(labels, '.');
    *name = (span){labels.at, dot};
    if (dot < labels.len)
        *namespace = span_from(labels, dot + 1);
    if (resource_is_label(*name) && resource_is_label(*namespace))
        return true;
    if (is_dots(labels))
        return refuse(why, labels, dot_segment);
    span part = resource_is_label(*name) ? *namespace : *name;
    if (part.len == 0)
        return refuse(why, part, AT "the name of a function or namespace is missing");
    if (span_index(labels, '%') < labels.len)
        return refuse(why, labels,
                      AT "% is percent-encoded, which the name of a function never is");
    if (dot < labels.len && span_index(*namespace, '.') < namespace->len)
        return refuse(why, labels,
                      AT "% has a second dot, and the namespace could begin at either");
    return refuse(why, part,
                  AT "% is not made of 1 to 63 lower-case letters, digits and inner hyphens");
}

/* ---- what follows it ----------------------------------------------------- */

/* RFC 3986's pchar without ";" and "%". */
static bool is_path_byte(char c)
{
    char low = ascii_lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~!$&'()*+,=:@", c) != NULL);
}

/* Length of the encoded character of several bytes that s begins with; 0 when it is not UTF-8. */
static size_t encoded_character(span s)
{
    char bytes[4];
    size_t count = 0;
    for (int byte; count < sizeof bytes; count++) {
        byte = hex_percent(span_from(s, 3 * count));
        if (byte < 0x80)
            break;
        bytes[count] = (char)byte;
    }
    uint32_t point = 0;
    return 3 * utf8_next((span){bytes, count}, &point);
}

/* Why a byte, encoded or not, may not be in a segment; NULL if it may. */
static const char *harm_of(int byte)
{
    if (byte < 0)
        return AT "two hexadecimal digits have to follow %";
    if (byte == ';')
        return AT "% starts a parameter for some servers, which they cut off";
    if (byte == '\\' || byte == '/')
        return AT "% is a slash for some servers";
    if (byte == '%')
        return AT "% is a percent sign, and some servers decode twice";
    return byte < 0x20 || byte == 0x7f ? AT "% is a control character" : NULL;
}

/* Takes what stands for one character of a segment off its start. */
static bool take_character(span *s, refusal *why)
{
    bool encoded = s->at[0] == '%';
    int byte = encoded ? hex_percent(*s) : (unsigned char)s->at[0];
    size_t len = byte >= 0 && encoded ? 3 : 1;
    const char *reason = harm_of(byte);
    if (reason == NULL && !encoded && !is_path_byte(s->at[0]))
        reason = AT "% has to be percent-encoded there";
    if (reason == NULL && encoded && byte >= 0x80) {
        size_t whole = encoded_character(*s);
        reason = whole == 0 ? AT "% begins no UTF-8 character" : NULL;
        len = whole == 0 ? len : whole;
    }
    if (reason != NULL)
        return refuse(why, (span){s->at, len}, reason);
    *s = span_from(*s, len);
    return true;
}

static bool check_segment(span segment, refusal *why)
{
    if (segment.len == 0)
        return refuse(why, segment, AT "some servers merge two slashes");
    if (is_dots(segment))
        return refuse(why, segment, dot_segment);
    while (segment.len > 0)
        if (!take_character(&segment, why))
            return false;
    return true;
}

/* Nothing, or a slash and segments, the last of which may be empty. */
static bool check_rest(span rest, refusal *why)
{
    while (rest.len > 1) {
        span after = span_from(rest, 1);
        span segment = {after.at, span_index(after, '/')};
        if (!check_segment(segment, why))
            return false;
        rest = span_from(after, segment.len);
    }
    return true;
}

/* Only the refused byte is shown: a query may hold a secret. */
static bool check_query(span query, refusal *why)
{
    for (size_t i = 0; i < query.len; i++) {
        unsigned char c = (unsigned char)query.at[i];
        if (c <= ' ' || c == 0x7f || c == '#')
            return refuse(why, (span){query.at + i, 1},
                          AT "a space, a control character or # has to be encoded in a query");
    }
    return true;
}

/* ---- all of it ----------------------------------------------------------- */

/* The labels of a path, pointing into it. *namespace stays as it is when the path has none. */
static bool parse_path(span path, span *name, span *namespace, refusal *why)
{
    if (!take_prefix(&path, why))
        return false;
    size_t question = span_index(path, '?');
    span query = span_from(path, question + 1);
    path.len = question;
    size_t slash = span_index(path, '/');
    return take_labels((span){path.at, slash}, name, namespace, why) &&
           check_rest(span_from(path, slash), why) && check_query(query, why);
}

static fnt_status report_refusal(span path, refusal why, fnt_report *report)
{
    char digits[INTEGER_SIZE];
    span byte = integer_print(why.part.at == NULL ? 0 : why.part.at - path.at, digits);
    report_summary_field(report, FNT_FIELD_ACTUAL, why.part);
    return report_refuse(report, FNT_DENIED_PATH, why.reason, SPANS(byte, why.part));
}

fnt_status resource_from_path(span path, span default_namespace, char *dst, size_t size,
                              size_t *len, fnt_report *report)
{
    refusal why = {SPAN_NONE, NULL};
    *len = 0;
    span name = SPAN_NONE,
         namespace = default_namespace.at == NULL ? SPAN("openfaas-fn") : default_namespace;
    if (!resource_is_label(namespace))
        return report_refuse(report, FNT_FAULT_ARGUMENT,
                             "the default namespace % is not made of 1 to 63 lower-case letters, "
                             "digits and inner hyphens",
                             SPANS(namespace));
    if (!parse_path(path, &name, &namespace, &why))
        return report_refusal(path, why, report);
    size_t need = namespace.len + 1 + name.len;
    if (need > size)
        return FNT_FAULT_SPACE;
    memcpy(dst, namespace.at, namespace.len);
    dst[namespace.len] = ':';
    memcpy(dst + namespace.len + 1, name.at, name.len);
    *len = need;
    report_summary_field(report, FNT_FIELD_RESOURCE, (span){dst, need});
    return report_refuse(report, FNT_OK, "the path names the function %", SPANS((span){dst, need}));
}
