/* SPDX-License-Identifier: MIT */
/* A forgotten time does not become 1970, in which every token is still valid: it does not compile.
 */
#include <fntoken/fntoken.h>

fnt_status check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now);
fnt_status check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now)
{
#ifdef AS_MEANT
    return fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), now, NULL, NULL);
#else
    (void)now;
    return fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), NULL, NULL);
#endif
}
