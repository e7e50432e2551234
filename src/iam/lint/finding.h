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
} linting;

/* The object that is looked at. */
typedef struct {
    const char *kind; /* "Role" */
    span name;
} subject_of_lint;

/* A finding. path: a place of the compiled objects; member, absent or one more step of it; index, NO_INDEX or one more. rule:
 * one of lint_rule's names, which also says whether it is an error. The sentence begins with the object: "Role x: ". */
#define NO_INDEX SIZE_MAX
typedef struct {
    span path;
    span member;
    size_t index;
} lint_place;

enum { LINT_ARGS = 6 };
void lint_tell(linting *l, const char *rule, const subject_of_lint *of, lint_place where, const char *sentence, spans args);

/* The place of a test's value. */
lint_place lint_value(const test *t, size_t index);

/* Whether a pattern is nothing but stars: it matches everything. */
bool lint_is_star(span pattern);

void lint_issuer(linting *l, const issuer *i);
fnt_status lint_policy(linting *l, const policy *p); /* FNT_OK or FNT_FAULT_MEMORY */
void lint_role(linting *l, const role *r);
void lint_github(linting *l, const role *r);

/* What is wrong with a condition, wherever it stands. */
void lint_condition(linting *l, const subject_of_lint *of, const condition *c);

#endif
