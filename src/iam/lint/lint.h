/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_LINT_H
#define FNT_IAM_LINT_LINT_H

#include "iam/rules/rules.h"

/* The work of fnt_iam_lint; see there. An entry for each finding ("error" or "warning", with RULE
 * and the PATH in the text that was loaded). What loading warned of is not said again. */
fnt_status lint(const fnt_iam *iam, fnt_report *report);

#endif
