/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_DIGEST_H
#define FNT_IAM_RULES_DIGEST_H

#include "iam/rules/rules.h"

/* Fills iam->digest: SHA-256, in hex, of all that decides, in an order of its own. Where an order
 * means nothing (objects, statements, clauses, values) it makes no difference, nor does it say
 * anything twice. FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. */
fnt_status digest_make(fnt_iam *iam);

#endif
