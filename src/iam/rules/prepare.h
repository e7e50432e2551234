/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_PREPARE_H
#define FNT_IAM_RULES_PREPARE_H

#include "iam/rules/rules.h"

/* What requests need not find out again: the numbers of claims and resources, the gates of roles.
 * FNT_OK, FNT_FAULT_MEMORY. */
fnt_status prepare_rules(fnt_iam *iam);

/* For a subject, before its filters are compared with those of gates. */
void prepare_subject(const fnt_iam *iam, subject_context *who);

#endif
