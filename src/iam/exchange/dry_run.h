/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_DRY_RUN_H
#define FNT_IAM_EXCHANGE_DRY_RUN_H

#include "iam/rules/rules.h"

/* The work of fnt_iam_simulate; see there. It asks what an exchange would ask, and says no wherever
 * the claims alone are enough for that (rule 55). FNT_WOULD_ALLOW, FNT_WOULD_DENY,
 * FNT_FAULT_ARGUMENT (no JSON object), FNT_FAULT_MEMORY. */
fnt_status dry_run(const fnt_iam *iam, span claims_json, span resource, fnt_report *report);

#endif
