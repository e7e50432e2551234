/* SPDX-License-Identifier: MIT */
/* Every type has a free of its own; another one's does not take it. */
#include <fntoken/fntoken.h>

void done(fnt_token *token);
void done(fnt_token *token)
{
#ifdef AS_MEANT
    fnt_token_free(token);
#else
    fnt_report_free(token);
#endif
}
