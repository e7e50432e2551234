/* SPDX-License-Identifier: MIT */
#ifndef FNT_FETCH_URL_H
#define FNT_FETCH_URL_H

#include <stdint.h>

#include "base/span.h"

/* A URL that every HTTP client reads alike (rule 39), and no more of RFC 3986 than that:
 *
 *     url  = ( "http" / "https" ) "://" host [ ":" port ] "/" *( visible ASCII )
 *     host = letters, digits, hyphens and dots, or "[" an IPv6 address "]"
 *
 * Parsers have disagreed about each thing that is left out: a user part, a backslash, white space,
 * a fragment, a percent sign in the host, a scheme in capitals. */
typedef struct {
    bool https;
    span host; /* with its brackets */
    int32_t port;
} url;

enum { URL_SIZE = 2048 };

/* NULL: parsed, *out points into text. Else what is wrong with it, to follow the words "the URL".
 */
const char *url_parse(span text, url *out);

/* Whether it names this machine, whatever a resolver says: localhost, 127.0.0.0/8, [::1]. */
bool url_is_loopback(const url *u);

/* Same scheme, host and port (RFC 6454, 4): 80 and 443 may be left out. */
bool url_same_origin(const url *a, const url *b);

#endif
