/* SPDX-License-Identifier: MIT */
/* A check whose answer nobody looks at lets everybody in. */
#include <fntoken/fntoken.h>

int check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now);
int check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now)
{
#ifdef AS_MEANT
    return fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), now, NULL, NULL) == FNT_OK
               ? 200
               : 401;
#else
    fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), now, NULL, NULL);
    return 200;
#endif
}
