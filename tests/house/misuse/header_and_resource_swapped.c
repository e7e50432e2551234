/* SPDX-License-Identifier: MIT */
/* Both are text, so this compiles. It is refused when run: test_misuse.c. */
#include <fntoken/fntoken.h>

fnt_status check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now);
fnt_status check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now)
{
#ifdef AS_MEANT
    return fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), now, NULL, NULL);
#else
    return fnt_authorize(guard, FNT_STR("dev:env"), header, header_len, now, NULL, NULL);
#endif
}
