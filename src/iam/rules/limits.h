/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_LIMITS_H
#define FNT_IAM_RULES_LIMITS_H

#include "iam/rules/rules.h"

/* How many there may be in one set of rules. Each value of a condition for iss is compared with
 * each JwtIssuer; and an exchange looks at each Role. Tests are the claims of all conditions and
 * principals, permissions the resources of all statements. */
enum { ISSUERS_MAX = 1000, ROLES_MAX = 20000, TESTS_MAX = 100000, PERMISSIONS_MAX = 65536 };

/* Reports each number that is exceeded, at the object that exceeds it; answers how many are. */
size_t limits_check(const fnt_iam *iam, fnt_report *report);

#endif
