/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_CATALOGUE_H
#define FNT_IAM_LINT_CATALOGUE_H

#include "iam/objects/finding.h"

/* The rules that loading and linting know. The work of fnt_lint_rule; see there. */
span catalogue_rule(size_t index, int32_t field);

/* rule is one of the catalogue's. */
severity catalogue_severity(const char *rule);

#endif
