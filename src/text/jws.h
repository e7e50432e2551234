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
 * 2). Looks at no byte behind the third dot (for a report: behind the fifth, to tell a JWE), and
 * not yet at the alphabet: jws_decode does, part by part, when the part is needed. FNT_OK,
 * FNT_REFUSED_MALFORMED: the report says what came instead, where that can be told: nothing, the
 * whole JSON answer of a token endpoint ("you sent the whole answer, not its access_token"), a JWE
 * of five parts, a value with "Bearer " before it, an opaque token ("not a JWT"). It never holds a
 * piece of the token. */
fnt_status jws_split(span token, jws *out, fnt_report *report);

/* Decodes one part into room, which holds base64url_decoded(part.len) bytes; *out is then all of
 * room that was filled. name: "header", "payload" or "signature", for the report. FNT_OK,
 * FNT_REFUSED_MALFORMED. */
fnt_status jws_decode(span part, const char *name, char *scratch, span *out, fnt_report *report);

#endif
