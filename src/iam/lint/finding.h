/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_FINDING_H
#define FNT_IAM_LINT_FINDING_H

#include "base/report.h"
#include "iam/rules/rules_set.h"

/* What lint's parts share: each looks at one kind of object and tells what it finds. */

typedef struct {
    const fnt_iam *iam;
    fnt_report *report;
    size_t errors, warnings;
} lint_run;

/* The object that is looked at. */
typedef struct {
    const char *kind; /* "Role" */
    span name;
} lint_subject;

/* A finding. path: a place of the compiled objects; member, absent or one more step of it; index,
 * NO_INDEX or one more. rule: one of catalogue_rule's names, which also says whether it is an
 * error. The sentence begins with the object: "Role x: ". */
#define NO_INDEX SIZE_MAX
typedef struct {
    span path;
    span member;
    size_t index;
} finding_location;

enum { LINT_ARGS = 6 };
void finding_add(lint_run *l, const char *rule, const lint_subject *of, finding_location where,
                 const char *sentence, spans args);

/* The place of a test's value. */
finding_location lint_value(const clause *t, size_t index);

/* Whether a pattern is nothing but stars: it matches everything. */
bool lint_is_star(span pattern);

void lint_issuer(lint_run *l, const issuer *i);
fnt_status lint_policy(lint_run *l, const policy *p); /* FNT_OK or FNT_FAULT_MEMORY */
void lint_role(lint_run *l, const role *r);
void lint_github(lint_run *l, const role *r);

/* What is wrong with a condition, wherever it stands. */
void lint_condition(lint_run *l, const lint_subject *of, const condition *c);

#endif
