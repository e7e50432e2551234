/* SPDX-License-Identifier: MIT */
#include "base/near_miss.h"

#include "base/rare.h"

/* A text without what is easily overlooked: host and path are the rest. */
typedef struct {
    span blank_before, blank_behind, scheme, host, port, path;
    size_t slashes_before, slashes_behind;
    bool discovery; /* the path of a discovery document behind it */
} parts;

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '"' || c == '\'';
}

/* In UTF-8, without the last byte: a no-break space, a byte order mark, and all of which most is
 * invisible or typographic (U+2000 to U+203F). */
static bool is_odd(const char *at, size_t len)
{
    return (len == 2 && memcmp(at, "\xc2\xa0", 2) == 0) ||
           (len == 3 && (memcmp(at, "\xe2\x80", 2) == 0 || memcmp(at, "\xef\xbb\xbf", 3) == 0));
}

static RARE size_t blank_before(span text)
{
    size_t n = 0;
    for (size_t i = 2; i <= 3; i++)
        if (text.len >= i && is_odd(text.at, i))
            n = i;
    return n > 0 ? n : text.len > 0 && is_blank(text.at[0]);
}

static RARE size_t blank_behind(span text)
{
    size_t n = 0;
    for (size_t i = 2; i <= 3; i++)
        if (text.len >= i && is_odd(text.at + text.len - i, i))
            n = i;
    return n > 0 ? n : text.len > 0 && is_blank(text.at[text.len - 1]);
}

static RARE span cut_blanks(span text, parts *out)
{
    span rest = text;
    for (size_t n; (n = blank_before(rest)) > 0;)
        rest = span_from(rest, n);
    for (size_t n; (n = blank_behind(rest)) > 0;)
        rest.len -= n;
    size_t begin = (size_t)(rest.at - text.at);
    out->blank_before = (span){text.at, begin};
    out->blank_behind = span_from(text, begin + rest.len);
    return rest;
}

static RARE span cut_scheme(span text, parts *out)
{
    static const span schemes[] = {{"https://", 8}, {"http://", 7}, {"api://", 6}};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t len = schemes[i].len;
        if (text.len >= len && span_equal_fold((span){text.at, len}, schemes[i])) {
            out->scheme = (span){text.at, len};
            return span_from(text, len);
        }
    }
    return text;
}

static RARE span cut_discovery(span text, parts *out)
{
    static const char path[] = "/.well-known/openid-configuration";
    size_t len = sizeof path - 1;
    out->discovery = text.len > len && memcmp(text.at + text.len - len, path, len) == 0;
    return (span){text.at, text.len - (out->discovery ? len : 0)};
}

static RARE span cut_slashes(span text, parts *out)
{
    while (text.len > 0 && text.at[text.len - 1] == '/') {
        text.len--;
        out->slashes_behind++;
    }
    while (text.len > 0 && text.at[0] == '/') {
        text = span_from(text, 1);
        out->slashes_before++;
    }
    return text;
}

/* ":443", ":8080". What stands behind a colon in a name is none. */
static RARE void cut_port(parts *p)
{
    size_t colon = span_index(p->host, ':');
    span digits = span_from(p->host, colon + 1);
    if (p->scheme.at == NULL && span_index(p->host, '.') == p->host.len)
        return;
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return;
    p->host.len = colon;
    p->port = digits;
}

static RARE parts take_apart(span text)
{
    parts p = {.scheme = SPAN_NONE, .port = SPAN_NONE};
    text = cut_slashes(cut_discovery(cut_scheme(cut_blanks(text, &p), &p), &p), &p);
    p.host = (span){text.at, span_index(text, '/')};
    p.path = (span){text.at + p.host.len, text.len - p.host.len};
    cut_port(&p);
    return p;
}

static RARE bool differ_by_case(span a, span b)
{
    return span_equal_fold(a, b) && !span_equal(a, b);
}

/* One tenant of Microsoft's has two issuers: /TENANT, and at the other host /TENANT/v2.0. */
static RARE bool are_of_entra(const parts *a, const parts *b)
{
    return span_equal_fold(a->host, SPAN("sts.windows.net")) &&
           span_equal_fold(b->host, SPAN("login.microsoftonline.com")) &&
           span_starts(b->path, a->path);
}

RARE bool near_miss(buf *out, span a, span b)
{
    if (a.len == 0 || b.len == 0)
        return false;
    parts x = take_apart(a), y = take_apart(b);
    size_t start = out->len;
    if (are_of_entra(&x, &y) || are_of_entra(&y, &x))
        buf_add(out, SPAN("Entra's version of tokens (sts.windows.net is 1.0, "
                          "login.microsoftonline.com/TENANT/v2.0 is 2.0: "
                          "requestedAccessTokenVersion in the application's manifest)"));
    if (x.host.len == 0 || !span_equal_fold(x.host, y.host) || !span_equal_fold(x.path, y.path))
        return out->len > start;
    const struct {
        bool differs;
        const char *by;
    } all[] = {
        {!span_equal_fold(x.scheme, y.scheme), "the scheme at the beginning"},
        {differ_by_case(x.scheme, y.scheme) || differ_by_case(x.host, y.host) ||
             differ_by_case(x.path, y.path),
         "the case of letters"},
        {!span_equal(x.port, y.port), "the port"},
        {x.slashes_before != y.slashes_before, "the slash at the beginning"},
        {x.slashes_behind != y.slashes_behind, "the slash at the end"},
        {x.discovery != y.discovery, "the path of the discovery document"},
        {!span_equal(x.blank_before, y.blank_before) || !span_equal(x.blank_behind, y.blank_behind),
         "white space or quotation marks at the ends"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].differs)
            buf_item(out, start, span_of(all[i].by));
    return out->len > start;
}
