/* SPDX-License-Identifier: MIT */
/* Without an issuer any provider whose key is in the set could sign: the constructor asks for it.
 */
#include <fntoken/fntoken.h>

fnt_status start(const fnt_keyset *keys, fnt_verifier **guard);
fnt_status start(const fnt_keyset *keys, fnt_verifier **guard)
{
#ifdef AS_MEANT
    return fnt_verifier_new(FNT_STR("https://gateway.example.com"), NULL, 0, keys, guard);
#else
    return fnt_verifier_new(keys, guard);
#endif
}
