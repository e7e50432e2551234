/* SPDX-License-Identifier: MIT */
#include "fetch/url.h"

enum { HOST_SIZE = 253, IPV6_SIZE = 45 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static const char *check_bytes(span text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= ' ' || c == 0x7f)
            return "holds white space or a control character";
        if (c > 0x7f)
            return "holds a character beyond ASCII";
        if (c == '\\')
            return "holds a backslash";
        if (c == '#')
            return "has a fragment";
        if (strchr("\"<>^`{|}", c) != NULL)
            return "holds a character that must be percent-encoded";
    }
    return NULL;
}

static bool is_name(span host)
{
    if (host.len == 0 || host.len > HOST_SIZE)
        return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i], before = i == 0 ? '.' : host.at[i - 1];
        bool inner = (c == '-' || c == '.') && before != '.';
        if (!is_letter(c) && !is_digit(c) && !inner)
            return false;
    }
    return true;
}

/* The characters alone: whether eight groups come out of it is the resolver's to see. */
static bool is_ipv6(span address)
{
    size_t colons = 0;
    for (size_t i = 0; i < address.len; i++) {
        char c = ascii_lower(address.at[i]);
        if (!is_digit(c) && (c < 'a' || c > 'f') && c != ':' && c != '.')
            return false;
        colons += c == ':';
    }
    return colons >= 2 && address.len <= IPV6_SIZE;
}

static const char *parse_port(span text, url *out)
{
    int32_t port = 0;
    if (text.len == 0)
        return NULL; /* the scheme's own */
    text = span_from(text, 1);
    if (text.len == 0 || text.len > 5 || text.at[0] == '0')
        return "has a port that is not 1 to 65535";
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.at[i]))
            return "has a port that is not 1 to 65535";
        port = port * 10 + (text.at[i] - '0');
    }
    out->port = port;
    return port <= 65535 ? NULL : "has a port that is not 1 to 65535";
}

static const char *parse_authority(span text, url *out)
{
    if (span_index(text, '@') < text.len)
        return "has a user part";
    if (span_index(text, '%') < text.len)
        return "has a percent sign in its host";
    bool bracket = text.len > 0 && text.at[0] == '[';
    size_t end = bracket ? span_index(text, ']') : span_index(text, ':');
    if (bracket && (end == text.len || !is_ipv6((span){text.at + 1, end - 1})))
        return "has a host in brackets that is no IPv6 address";
    out->host = (span){text.at, bracket ? end + 1 : end};
    if (!bracket && !is_name(out->host))
        return "has a host that is not letters, digits, hyphens and dots";
    span rest = span_from(text, out->host.len);
    if (rest.len > 0 && rest.at[0] != ':')
        return "has something else than a port behind its host";
    return parse_port(rest, out);
}

const char *url_parse(span text, url *out)
{
    if (text.len > URL_SIZE)
        return "is longer than 2048 bytes";
    const char *wrong = check_bytes(text);
    if (wrong != NULL)
        return wrong;
    out->https = span_starts(text, SPAN("https://"));
    out->port = out->https ? 443 : 80;
    if (!out->https && !span_starts(text, SPAN("http://")))
        return "begins with neither https:// nor http://";
    text = span_from(text, out->https ? 8 : 7);
    span authority = {text.at, span_index(text, '/')};
    wrong = parse_authority(authority, out);
    if (wrong == NULL && authority.len == text.len)
        return "has no / behind its host";
    return wrong;
}

/* 127.0.0.0/8 as four plain numbers: 127.1 and 0x7f.1 are read differently by different resolvers,
 * and 127.300.1.1 is a name that DNS may answer. */
static bool is_loopback_ipv4(span host)
{
    size_t parts = 0, digits = 0;
    int number = 0;
    if (!span_starts(host, SPAN("127.")))
        return false;
    for (size_t i = 0; i <= host.len; i++) {
        if (i < host.len && is_digit(host.at[i])) {
            number = digits++ == 0 ? 0 : number;
            number = digits > 3 ? 256 : number * 10 + (host.at[i] - '0');
            continue;
        }
        bool zero_first = digits > 1 && host.at[i - digits] == '0';
        if (digits == 0 || number > 255 || zero_first || (i < host.len && host.at[i] != '.'))
            return false;
        parts++;
        digits = 0;
    }
    return parts == 4;
}

bool url_is_loopback(const url *u)
{
    return span_equal_fold(u->host, SPAN("localhost")) || span_equal(u->host, SPAN("[::1]")) ||
           is_loopback_ipv4(u->host);
}

bool url_same_origin(const url *a, const url *b)
{
    return a->https == b->https && a->port == b->port && span_equal_fold(a->host, b->host);
}
