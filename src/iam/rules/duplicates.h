/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_DUPLICATES_H
#define FNT_IAM_RULES_DUPLICATES_H

#include "iam/rules/rules.h"

/* Reports objects of one kind, namespace and name, and JwtIssuers of one iss: an error for each but
 * the first. Adds to *errors these, to *broken the objects that held no other. FNT_OK or
 * FNT_FAULT_MEMORY. */
fnt_status duplicates_check(fnt_iam *iam, fnt_report *report, size_t *errors, size_t *broken);

#endif
