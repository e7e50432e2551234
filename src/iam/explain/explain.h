/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXPLAIN_EXPLAIN_H
#define FNT_IAM_EXPLAIN_EXPLAIN_H

#include "base/report.h"
#include "iam/rules/rules.h"

/* The words for why a role or a statement does or does not match. The values of claims are told
 * only of iss, sub, aud, azp, typ, kid, jti and the times, unless who->report_values; what the
 * rules expect is the operator's own and always told. */

/* What an entry is about; what does not matter is NULL. */
typedef struct {
    const role *role;
    const policy *policy;
    const statement *statement;
} rule_path;

/* A new entry, of a report of that level or above, with the names of what it is about in its
 * fields. False: it is not kept. */
bool explain_entry(fnt_report *report, int32_t level, const char *kind, const char *outcome,
                   const rule_path *about);

/* "role invoke-role, policy invoke-policy, statement 1" */
void explain_about(buf *out, const rule_path *about);

#define EXPLAIN_NO_INVOKE "allows no Function:Invoke"
/* "role invoke-role: policy p is not there, it grants nothing"; of an API token without the
 * role. */
void explain_missing_policy(buf *out, const role *by, span name);
/* "role invoke-role names no policy, it grants nothing" */
void explain_no_policy(buf *out, const role *by);

/* How far it is from a match: 0 is one. By how many clauses are in the way, of a principal one; of
 * equally many a claim that is there and differs is nearer than one that is missing. */
size_t explain_condition_distance(const condition *c, subject_context *who);
size_t explain_role_distance(const role *r, subject_context *who);
/* The nearest role, the first of these; NULL if there is no role. */
const role *explain_nearest_role(const fnt_iam *iam, subject_context *who);

/* A "condition" entry for each clause that is in the way. */
void explain_condition(fnt_report *report, int32_t level, const condition *c, subject_context *who,
                       const rule_path *about);
void explain_role(fnt_report *report, int32_t level, const role *r, subject_context *who);

/* The same in one line, joined by "; ": "jwt:client_id wants openfaas, is portal". */
void explain_words(buf *out, const condition *c, subject_context *who);
void explain_role_words(buf *out, const role *r, subject_context *who);

#endif
