/* SPDX-License-Identifier: MIT */
/* What is published comes out of a keyset, which holds no private half; a key does not fit. */
#include <fntoken/fntoken.h>

fnt_status publish(const fnt_keyset *keys, const fnt_key *key, char **jwks, size_t *len);
fnt_status publish(const fnt_keyset *keys, const fnt_key *key, char **jwks, size_t *len)
{
#ifdef AS_MEANT
    (void)key;
    return fnt_keyset_jwks(keys, jwks, len);
#else
    (void)keys;
    return fnt_keyset_jwks(key, jwks, len);
#endif
}
