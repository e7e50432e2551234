/* SPDX-License-Identifier: MIT */
/* A look at a token yields text; a decision wants a token that was verified. */
#include <fntoken/fntoken.h>

fnt_status check(const fnt_token *token, const char *jws, size_t jws_len, int64_t now);
fnt_status check(const fnt_token *token, const char *jws, size_t jws_len, int64_t now)
{
#ifdef AS_MEANT
    (void)jws, (void)jws_len;
    return fnt_token_authorize(token, FNT_STR("dev:env"), now, NULL);
#else
    char *look = NULL;
    size_t len = 0;
    (void)token;
    if (fnt_unverified_json(jws, jws_len, &look, &len, NULL) != FNT_OK)
        return FNT_REFUSED_MALFORMED;
    return fnt_token_authorize(look, FNT_STR("dev:env"), now, NULL);
#endif
}
