/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_JWS_H
#define FNT_TEXT_JWS_H

#include "base/span.h"
#include "base/status.h"

/* The three parts of a compact JWS (RFC 7515, 3.1), still encoded, pointing into the token. */
typedef struct {
    span header, payload, signature;
    span signed_part; /* header "." payload, the bytes that were signed */
} jws;

/* Splits token at its first two dots; a third one, a missing one or an empty part is refused (rule
 * 2). Looks at no byte after the third dot (for a report: after the fifth, to tell a JWE), and not
 * yet at the alphabet: jws_decode does, part by part, when the part is needed. FNT_OK,
 * FNT_REFUSED_MALFORMED: the report says what was sent instead, where that can be told, and holds
 * no piece of it. */
fnt_status jws_split(span token, jws *out, fnt_report *report);

/* Decodes one part into scratch, of base64url_decoded(part.len) bytes; *out is then the part of
 * scratch that was filled. name: "header", "payload" or "signature", for the report. FNT_OK,
 * FNT_REFUSED_MALFORMED. */
fnt_status jws_decode(span part, const char *name, char *scratch, span *out, fnt_report *report);

#endif
