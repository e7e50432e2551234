/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXPLAIN_EXPLAIN_H
#define FNT_IAM_EXPLAIN_EXPLAIN_H

#include "base/report.h"
#include "iam/rules/role.h"

/* Saying why a role or a statement did or did not match. The values of claims are told only of iss,
 * sub, aud, azp, typ, kid, jti and the times, unless who->report_values; what the rules expect is
 * the operator's own and always told. */

/* What an entry is about; what does not matter is NULL. */
typedef struct {
    const role *role;
    const policy *policy;
    const statement *statement;
} rule_path;

/* Who asks, and where to unescape (see clause_eval). */
typedef struct {
    const subject_context *who;
    char *scratch;
} evaluation;

/* A new entry with the names of what it is about in its fields. */
void explain_entry(fnt_report *report, const char *kind, const char *outcome,
                   const rule_path *about);

/* "role invoke-role, policy invoke-policy, statement 1" */
void explain_about(buf *out, const rule_path *about);

/* How many tests are in the way: of a condition each that does not hold, of a principal one if none
 * holds. 0: it matches. */
size_t explain_condition_failures(const condition *c, const evaluation *a);
size_t explain_role_failures(const role *r, const evaluation *a);

/* A "condition" entry for each test that is in the way. */
void explain_condition(fnt_report *report, const condition *c, const evaluation *a,
                       const rule_path *about);
void explain_role(fnt_report *report, const role *r, const evaluation *a);

/* The same in one line, joined by "; ": "jwt:client_id wants openfaas, is portal". */
void explain_words(buf *out, const condition *c, const evaluation *a);
void explain_role_words(buf *out, const role *r, const evaluation *a);

#endif
