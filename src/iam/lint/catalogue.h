/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_CATALOGUE_H
#define FNT_IAM_LINT_CATALOGUE_H

#include "base/span.h"
#include "base/status.h"

/* The rules that loading and linting know. The work of fnt_lint_rule; see there. */
span catalogue_rule(size_t index, int32_t field);

/* "error" or "warning". */
const char *catalogue_kind(const char *rule);

#endif
