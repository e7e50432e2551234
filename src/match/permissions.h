/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_PERMISSIONS_H
#define FNT_MATCH_PERMISSIONS_H

#include "match/patterns.h"

/* fnt_patterns: what a Function Token's function.permissions and function.audience say, compiled
 * without a token. permit() decides about them. Immutable. */
struct fnt_patterns {
    patterns *permissions, *audience;
};

/* FNT_OK or FNT_FAULT_MEMORY. */
fnt_status permissions_compile(spans permissions, spans audience, fnt_patterns **out);
void permissions_free(fnt_patterns *compiled); /* NULL is fine */

#endif
