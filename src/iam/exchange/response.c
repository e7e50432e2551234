/* SPDX-License-Identifier: MIT */
#include "iam/exchange/response.h"

#include "base/escape.h"

fnt_status response_token(span token, int64_t expires_in, bool function, char **body,
                          size_t *body_len)
{
    buf json = BUF_EMPTY;
    buf_add(&json, SPAN("{\"access_token\":\""));
    buf_add(&json, token); /* base64url and dots */
    buf_add(&json,
            SPAN("\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\","
                 "\"token_type\":\"Bearer\",\"expires_in\":"));
    buf_integer(&json, expires_in);
    if (function)
        buf_add(&json, SPAN(",\"scope\":\"function\""));
    buf_byte(&json, '}');
    return buf_take(&json, body, body_len);
}

/* error_description = %x20-21 / %x23-5B / %x5D-7E */
static char allowed(char c)
{
    if (c == '"')
        return '\'';
    if (c == '\\')
        return '/';
    return c >= 0x20 && c <= 0x7e ? c : '?';
}

fnt_status response_error(fnt_status status, span description, char **body, size_t *body_len)
{
    buf json = BUF_EMPTY;
    const char *error = status_oauth(status);
    if (description.len == 0)
        description = span_of(status_sentence(status));
    buf_add(&json, SPAN("{\"error\":"));
    escape_json(&json, error == NULL ? SPAN("invalid_request") : span_of(error));
    buf_add(&json, SPAN(",\"error_description\":\""));
    for (size_t i = 0; i < description.len; i++)
        buf_byte(&json, allowed(description.at[i]));
    buf_add(&json, SPAN("\"}"));
    return buf_take(&json, body, body_len) == FNT_OK ? status : FNT_FAULT_MEMORY;
}
