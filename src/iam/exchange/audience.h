/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_AUDIENCE_H
#define FNT_IAM_EXCHANGE_AUDIENCE_H

#include "base/span.h"
#include "base/status.h"

/* Rule 36: each requested audience must lie inside one of the permissions, wildcards included, and
 * inside one of within where that is not empty (the audience of a token that is being narrowed once
 * more). One that does not refuses the whole request, by name. FNT_OK, FNT_OAUTH_TARGET;
 * FNT_OAUTH_REQUEST: it takes more steps; FNT_FAULT_MEMORY. */
fnt_status audience_check(spans audiences, spans permissions, spans within, size_t steps,
                          fnt_report *report);

#endif
