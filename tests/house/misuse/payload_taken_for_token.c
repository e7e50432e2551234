/* SPDX-License-Identifier: MIT */
/* A good signature says nothing of issuer, audience and time: it yields text, and no token. */
#include <fntoken/fntoken.h>

fnt_status who(const fnt_keyset *keys, const char *jws, size_t jws_len, char **payload,
               fnt_token **token);
fnt_status who(const fnt_keyset *keys, const char *jws, size_t jws_len, char **payload,
               fnt_token **token)
{
#ifdef AS_MEANT
    size_t len = 0;
    *token = NULL;
    return fnt_signature_only(keys, jws, jws_len, payload, &len, NULL);
#else
    size_t len = 0;
    *payload = NULL;
    return fnt_signature_only(keys, jws, jws_len, token, &len, NULL);
#endif
}
