/* SPDX-License-Identifier: MIT */
#include "text/jws_hint.h"

#include "base/rare.h"
#include "text/base64url.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool starts_fold(span text, span with)
{
    return text.len >= with.len && span_equal_fold((span){text.at, with.len}, with);
}

const char *jws_hint_before(span token)
{
    size_t spaces = 0;
    if (token.len > 0 && token.at[0] == 'e') /* as a token begins, and nothing of the below */
        return NULL;
    while (spaces < token.len && is_space(token.at[spaces]))
        spaces++;
    if (spaces == token.len)
        return "There is no token: the text is empty.";
    token = span_from(token, spaces);
    if (token.at[0] == '{' || token.at[0] == '[')
        return "This is JSON, not a token; if it is the whole answer of the token endpoint, send "
               "only its access_token.";
    if (token.at[0] == '"' || token.at[0] == '\'')
        return "The token stands in quotation marks: pass it without them (jq has the option -r "
               "for that).";
    if (starts_fold(token, SPAN("bearer ")))
        return "\"Bearer \" stands before the token: pass the token alone.";
    if (starts_fold(token, SPAN("authorization:")))
        return "This is a whole header line, \"Authorization: Bearer\" and a token: pass the token "
               "alone.";
    if (span_starts(token, SPAN("-----BEGIN ")))
        return "This is a PEM file, a key or a certificate, and not a token.";
    return spaces == 0 ? NULL : "White space stands before the token: pass the token alone.";
}

/* JSON that is an object, or white space before one, begins with one of these in base64url. */
static RARE const char *opaque_token(span header)
{
    return header.len > 0 && memchr("eICD", header.at[0], 4) != NULL
               ? NULL
               : "This is an opaque token, not a JWT, which has three parts and begins with eyJ: "
                 "ask the identity provider for a JWT access token, or send the id_token.";
}

/* Never says which byte it is: the text may be a secret that was pasted by mistake. */
static RARE const char *wrong_byte(char c)
{
    if (is_space(c))
        return "The token's % holds white space or a line break at byte %, or behind it stands "
               "other text: pass the token alone, as one word.";
    if (c == '=')
        return "The token's % holds padding (\"=\") at byte %: base64url in a token has none.";
    if (c == '+' || c == '/')
        return "The token's % is in the standard base64 alphabet (\"+\" or \"/\") at byte %: "
               "base64url has \"-\" and \"_\".";
    return "The token's % is not base64url: it holds a character outside its alphabet at byte %, "
           "or behind it stands other text.";
}

static RARE fnt_status refuse_byte(span part, size_t at, span name, fnt_report *report)
{
    char digits[INTEGER_SIZE];
    return report_refuse(report, FNT_REFUSED_MALFORMED, wrong_byte(part.at[at]),
                         SPANS(name, integer_print((int64_t)at, digits)));
}

/* Of five parts the third is a JWE's initialisation vector, of 12 or 16 bytes (RFC 7518, 5.1). */
static RARE const char *wrong_parts(span token, size_t dots, size_t third)
{
    enum { VECTOR = 22 };
    const char *opaque = dots < 2 ? opaque_token(token) : NULL;
    if (opaque != NULL)
        return opaque;
    if (dots < 2)
        return dots == 0 ? "This is one part of a token, or other JSON in base64: a token has "
                           "three parts with dots between them. Was it cut off?"
                         : "The token has two parts, and three are needed: header, payload and "
                           "signature, with a dot between them. Was it cut off?";
    if (dots != 4)
        return "The token has more than three parts; a signed one (JWS) has a header, a payload "
               "and a signature.";
    return third <= VECTOR ? "This is an encrypted token (JWE, five parts): only signed tokens "
                             "(JWS) are accepted."
                           : "A second token follows the first one with nothing between them: pass "
                             "one alone.";
}

RARE fnt_status jws_hint_parts(span token, fnt_report *report)
{
    size_t dots = 0, dot[5] = {0}, at = 0;
    for (; dots < 5 && at < token.len && (base64url_has(token.at[at]) || token.at[at] == '.'); at++)
        if (token.at[at] == '.')
            dot[dots++] = at;
    span behind = dots < 2 ? SPAN_NONE : span_from(token, dot[1] + 1);
    /* what is no part, and may hold dots of its own */
    if (dots >= 2 && dots < 5 && at < token.len)
        return refuse_byte(behind, at - dot[1] - 1, SPAN("signature"), report);
    return report_refuse(report, FNT_REFUSED_MALFORMED,
                         wrong_parts(token, dots, dots < 3 ? 0 : dot[2] - dot[1] - 1), NO_SPANS);
}

RARE fnt_status jws_hint_decoding(span part, span name, fnt_report *report)
{
    char digits[INTEGER_SIZE];
    size_t at = 0;
    while (at < part.len && base64url_has(part.at[at]))
        at++;
    if (at < part.len)
        return refuse_byte(part, at, name, report);
    const char *opaque = span_equal(name, SPAN("header")) ? opaque_token(part) : NULL;
    if (opaque != NULL)
        return report_refuse(report, FNT_REFUSED_MALFORMED, opaque, NO_SPANS);
    bool length = part.len % 4 == 1;
    return report_refuse(report, FNT_REFUSED_MALFORMED,
                         length ? "The token's % is not base64url: nothing has a length of % "
                                  "characters. Was the token cut off?"
                                : "The token's % ends in unused bits that are not zero, at byte "
                                  "%: the token was changed or cut off.",
                         SPANS(name, integer_print((int64_t)(length ? at : at - 1), digits)));
}

RARE fnt_status jws_hint_json(span part, const char *name, const json_fault *fault,
                              fnt_report *report)
{
    char number[INTEGER_SIZE];
    const char *opaque = strcmp(name, "header") == 0 ? opaque_token(part) : NULL;
    return report_refuse(
        report, FNT_REFUSED_MALFORMED,
        opaque != NULL ? opaque : "The token's % is no JSON object as it must be: % at byte %.",
        SPANS(span_of(name), span_of(fault->reason), integer_print((int64_t)fault->at, number)));
}
