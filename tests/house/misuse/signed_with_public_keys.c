/* SPDX-License-Identifier: MIT */
/* Who signs with what everybody has signs nothing: minting takes a private key alone. */
#include <fntoken/fntoken.h>

fnt_status make(const fnt_key *key, const fnt_keyset *keys, const fnt_claims *claims, int64_t now,
                char **jws, size_t *len);
fnt_status make(const fnt_key *key, const fnt_keyset *keys, const fnt_claims *claims, int64_t now,
                char **jws, size_t *len)
{
#ifdef AS_MEANT
    (void)keys;
    return fnt_mint(key, claims, now, 3600, jws, len, NULL);
#else
    (void)key;
    return fnt_mint(keys, claims, now, 3600, jws, len, NULL);
#endif
}
