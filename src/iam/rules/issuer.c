/* SPDX-License-Identifier: MIT */
#include "iam/rules/issuer.h"

#include "base/duration.h"
#include "base/rare.h"
#include "base/utf8.h"
#include "iam/objects/vocabulary.h"
#include "iam/rules/annotation.h"

enum { LONGEST_EXPIRY = 365 * 24 * 3600, LONGEST_URL = 2048 };

/* No white space of any kind, nor U+00A0 and its like: a URL is visible ASCII. */
static bool is_url_byte(char c)
{
    return c > ' ' && c < 0x7f && c != '?' && c != '#';
}

bool issuer_is_url(span url)
{
    size_t scheme = span_starts(url, SPAN("https://"))  ? 8
                    : span_starts(url, SPAN("http://")) ? 7
                                                        : 0;
    if (scheme == 0 || url.len == scheme || url.len > LONGEST_URL || url.at[scheme] == '/')
        return false;
    for (size_t i = 0; i < url.len; i++)
        if (!is_url_byte(url.at[i]))
            return false;
    return true;
}

/* Of any script: Unicode's White_Space and Cc. */
static bool is_blank_or_control(uint32_t c)
{
    return c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_one_word(span text)
{
    uint32_t c = 0;
    for (size_t len; text.len > 0; text = span_from(text, len)) {
        len = utf8_next(text, &c);
        if (len == 0 || is_blank_or_control(c))
            return false;
    }
    return true;
}

/* RFC 7519, 4.1.1: a StringOrURI. */
static void compile_iss(const object *from, const location *here, span *out)
{
    span iss = SPAN_NONE;
    if (!object_string(from, here, &iss))
        return;
    object_check_length(from, here, iss, LONGEST_URL);
    if (iss.len == 0)
        object_error(from, here, "empty", "is empty: fill it or take it out", NO_SPANS);
    else if (!is_one_word(iss))
        object_error(from, here, "issuer-text",
                     "is \"%\"; an issuer without white space and control characters is expected",
                     SPANS(iss));
    else if (iss.len <= LONGEST_URL && !issuer_is_url(iss))
        object_warning(from, here, "issuer-url",
                       "is \"%\", which is no URL as https://HOST/PATH, so its keys can't be "
                       "discovered: copy the iss from a token, or give the keys by hand",
                       SPANS(iss));
    *out = arena_strndup(from->load->arena, iss);
}

static void compile_internal(const object *from, const location *here, span *out)
{
    span url = SPAN_NONE;
    if (!object_string(from, here, &url))
        return;
    if (!issuer_is_url(url))
        object_error(from, here, "internal-url",
                     "is \"%\"; https://HOST/PATH is expected, without white space, query (?) or "
                     "fragment (#)",
                     SPANS(url));
    *out = arena_strndup(from->load->arena, url);
}

static void compile_audiences(const object *from, const location *here, issuer *out)
{
    texts list = {NULL, 0};
    (void)object_strings(from, here, &list);
    out->audiences = list.at;
    out->audience_count = list.count;
}

static void compile_expiry(const object *from, const location *here, issuer *out)
{
    span text = SPAN_NONE;
    int64_t seconds = 0;
    if (node_kind(here->at) == JSON_NUMBER) {
        object_error(
            from, here, "token-expiry",
            "is a number; a length of time with its unit is expected, as in 1h, 30m or 90s",
            NO_SPANS);
        return;
    }
    if (!object_string(from, here, &text))
        return;
    if (!duration_parse(text, &seconds))
        object_error(from, here, "token-expiry",
                     "is \"%\"; a length of time is expected, as in 12h, 1h30m or 90s",
                     SPANS(text));
    else if (seconds < 1 || seconds > LONGEST_EXPIRY)
        object_error(from, here, "token-expiry", "is %; between 1s and 8760h (a year) is expected",
                     SPANS(text));
    else
        out->expiry = seconds;
}

bool issuer_compile(const object *from, issuer *out)
{
    arena *a = from->load->arena;
    *out = (issuer){.name = arena_strndup(a, from->name),
                    .namespace = arena_strndup(a, from->namespace),
                    .expiry = ISSUER_EXPIRY,
                    .pointer = object_pointer(from, &from->at)};
    out->authorized_party = annotation_is_set(from, AUTHORIZED_PARTY);
    location spec = object_member(from, &from->at, "spec", true);
    if (!object_is_object(from, &spec))
        return false;
    object_check_fields(from, &spec, issuer_fields);
    location iss = object_member(from, &spec, "iss", true),
             internal = object_member(from, &spec, "issInternal", false);
    location aud = object_member(from, &spec, "aud", true),
             expiry = object_member(from, &spec, "tokenExpiry", false);
    compile_iss(from, &iss, &out->iss);
    compile_internal(from, &internal, &out->internal);
    compile_audiences(from, &aud, out);
    compile_expiry(from, &expiry, out);
    return object_is_sound(from);
}

bool issuer_accepts(const issuer *i, span audience)
{
    for (size_t n = 0; n < i->audience_count; n++)
        if (span_equal(i->audiences[n], audience))
            return true;
    return false;
}

bool issuer_is_gateway(const issuer *i)
{
    return span_equal(i->name, SPAN("system")) && issuer_accepts(i, i->iss);
}

RARE void issuer_print_audiences(const issuer *i, buf *out)
{
    buf_byte(out, '[');
    for (size_t n = 0; n < i->audience_count; n++) {
        buf_add(out, n == 0 ? SPAN("\"") : SPAN(", \""));
        buf_add(out, i->audiences[n]);
        buf_byte(out, '"');
    }
    buf_byte(out, ']');
}
