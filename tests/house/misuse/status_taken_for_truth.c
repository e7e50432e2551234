/* SPDX-License-Identifier: MIT */
/* FNT_OK is 0, so this reads as its opposite. No compiler says so: check_style.sh looks for it. */
#include <fntoken/fntoken.h>

int check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now);
int check(fnt_verifier *guard, const char *header, size_t header_len, int64_t now)
{
#ifdef AS_MEANT
    if (fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), now, NULL, NULL) == FNT_OK)
        return 200;
    return 401;
#else
    if (fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), now, NULL, NULL))
        return 200;
    return 401;
#endif
}
