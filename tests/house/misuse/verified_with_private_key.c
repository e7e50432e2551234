/* SPDX-License-Identifier: MIT */
/* A verifier has no use for a private half, and takes none. */
#include <fntoken/fntoken.h>

fnt_status refresh(fnt_verifier *guard, const fnt_keyset *keys, const fnt_key *key);
fnt_status refresh(fnt_verifier *guard, const fnt_keyset *keys, const fnt_key *key)
{
#ifdef AS_MEANT
    (void)key;
    return fnt_verifier_set_keyset(guard, keys);
#else
    (void)keys;
    return fnt_verifier_set_keyset(guard, key);
#endif
}
