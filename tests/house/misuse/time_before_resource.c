/* SPDX-License-Identifier: MIT */
/* A number where a text belongs, and a text where the time belongs. */
#include <fntoken/fntoken.h>

fnt_status check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now);
fnt_status check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now)
{
#ifdef AS_MEANT
    return fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), now, NULL, NULL);
#else
    return fnt_authorize(guard, header, header_len, now, FNT_STR("dev:env"), NULL, NULL);
#endif
}
