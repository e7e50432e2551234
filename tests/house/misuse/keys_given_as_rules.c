/* SPDX-License-Identifier: MIT */
/* Rules and keys are both replaced while requests run; each has a type of its own. */
#include <fntoken/fntoken.h>

fnt_status reload(fnt_sts *sts, const fnt_iam *rules, const fnt_keyset *keys);
fnt_status reload(fnt_sts *sts, const fnt_iam *rules, const fnt_keyset *keys)
{
#ifdef AS_MEANT
    (void)keys;
    return fnt_sts_set_iam(sts, rules);
#else
    (void)rules;
    return fnt_sts_set_iam(sts, keys);
#endif
}
