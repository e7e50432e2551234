/* SPDX-License-Identifier: MIT */
/* Any header value: what is taken is exactly one token, within its limit, and the only one that
 * could be meant. */
#include <stdlib.h>

#include "text/bearer.h"
#include "work.h"

enum { MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool is_token_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("-._~+/=", c) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span value = {(const char *)data, size}, token = SPAN("left over"), again;
    work_begin();
    fnt_status status = bearer_token(value, MAX, &token);
    work_end(WORK_BEARER, size);
    must(status == FNT_OK || status == FNT_REFUSED_HEADER || status == FNT_REFUSED_SIZE ||
         (status == FNT_REFUSED_NO_TOKEN && data == NULL));
    must((status == FNT_OK) == (token.at != NULL));
    if (status == FNT_REFUSED_SIZE)
        must(size > MAX + sizeof "bearer");
    if (status != FNT_OK)
        return 0;

    must(token.len > 0 && token.len <= MAX);
    must(token.at >= value.at + sizeof "bearer" && token.at + token.len == value.at + value.len);
    must(token.at[-1] == ' ' && token.at[0] != '=');
    for (size_t i = 0; i < token.len; i++)
        must(is_token_byte(token.at[i]));

    char header[sizeof "Bearer " + MAX] = "Bearer ";
    memcpy(header + 7, token.at, token.len);
    must(bearer_token((span){header, 7 + token.len}, token.len, &again) == FNT_OK &&
         span_equal(token, again));
    must(bearer_token((span){header, 7 + token.len}, token.len - 1, &again) == FNT_REFUSED_SIZE);
    return 0;
}
