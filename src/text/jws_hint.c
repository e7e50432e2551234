/* SPDX-License-Identifier: MIT */
#include "text/jws_hint.h"

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

const char *jws_hint_parts(span token)
{
    size_t dots = 0;
    for (size_t at = 0; dots < 5 && (at = span_index(token, '.')) < token.len; dots++)
        token = span_from(token, at + 1);
    switch (dots) {
    case 0:
        return "This is an opaque token, not a JWT: it has no dots. Ask the identity provider for "
               "a JWT access token, or send the id_token.";
    case 1:
        return "The token has two parts, and three are needed: header, payload and signature, with "
               "a dot between them. Was it cut off?";
    case 4:
        return "This is an encrypted token (JWE, five parts): only signed tokens (JWS) are "
               "accepted.";
    default:
        return "The token has more than three parts; a signed one (JWS) has a header, a payload "
               "and a signature.";
    }
}

static bool is_in_alphabet(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Never says which byte it is: the text may be a secret that was pasted by mistake. */
static const char *wrong_byte(char c)
{
    if (is_space(c))
        return "The token's % holds white space or a line break at byte %: pass the token as one "
               "word.";
    if (c == '=')
        return "The token's % holds padding (\"=\") at byte %: base64url in a token has none.";
    if (c == '+' || c == '/')
        return "The token's % is in the standard base64 alphabet (\"+\" or \"/\") at byte %: "
               "base64url has \"-\" and \"_\".";
    return "The token's % is not base64url: it holds a character outside its alphabet at byte %.";
}

fnt_status jws_hint_decoding(span part, span name, fnt_report *report)
{
    char digits[INTEGER_SIZE];
    size_t at = 0;
    while (at < part.len && is_in_alphabet(part.at[at]))
        at++;
    const char *sentence;
    if (at < part.len)
        sentence = wrong_byte(part.at[at]);
    else if (part.len % 4 == 1)
        sentence = "The token's % is not base64url: nothing has a length of % characters. Was the "
                   "token cut off?";
    else
        sentence = "The token's % ends in unused bits that are not zero, at byte %: the token was "
                   "changed or cut off.";
    if (at == part.len && part.len % 4 != 1)
        at--;
    return report_refuse(report, FNT_REFUSED_MALFORMED, sentence,
                         SPANS(name, integer_print((int64_t)at, digits)));
}
