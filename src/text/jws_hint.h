/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_JWS_HINT_H
#define FNT_TEXT_JWS_HINT_H

#include "base/report.h"
#include "text/json.h"

/* What people send where a compact JWS is expected, in a sentence each. No
 * sentence holds a piece of the text: it may be a secret that was pasted by mistake. */

/* Sent before the token or instead of it; some of that has two dots, and so looks like
 * one. NULL: nothing known. */
const char *jws_hint_before(span token);

/* For a token that is not made of three parts. Looks at nothing behind the fifth dot. Answers
 * FNT_REFUSED_MALFORMED, as the next two do. */
fnt_status jws_hint_parts(span token, fnt_report *report);

/* For a part that is not base64url: the byte at fault and why. */
fnt_status jws_hint_decoding(span part, span name, fnt_report *report);

/* For a part, still encoded, that is no JSON object. name: "header" or "payload". */
fnt_status jws_hint_json(span part, const char *name, const json_fault *fault, fnt_report *report);

#endif
