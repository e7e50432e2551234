/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_HINT_H
#define FNT_TOKEN_HINT_H

#include "token/claims.h"
#include "token/jwt.h"

/* After a refusal that came before the signature held: adds to the operator's summary what the
 * token says of itself (its kind, and its issuer where it is not the expected one; expected may be
 * absent). It decides nothing, and no caller may be shown it. */
void hint_add(jwt *e, span expected, fnt_report *report);

#endif
