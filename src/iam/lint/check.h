/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_CHECK_H
#define FNT_IAM_LINT_CHECK_H

#include "iam/objects/vocabulary.h"
#include "iam/rules/rules.h"

/* What the checks share; each file of them looks at one kind of object, or one part of it. */

typedef struct {
    const fnt_iam *iam;
    fnt_report *report;
    size_t errors, warnings;
    bool *used;       /* by index of policy: a Role names it */
    size_t providers; /* JwtIssuers of others than the gateway */
} lint_run;

/* The object that is looked at. */
typedef struct {
    object_kind kind;
    span name;
} lint_subject;

#define NO_INDEX SIZE_MAX

/* Where a finding is: a pointer that the compiled objects hold, and up to two steps below it. */
typedef struct {
    span pointer, member; /* member: "/spec/iss", or absent */
    size_t index;         /* or NO_INDEX */
} lint_location;

lint_location lint_at(span pointer);
lint_location lint_at_member(span pointer, const char *member);
lint_location lint_at_item(span pointer, const char *member, size_t index);
lint_location lint_at_value(const clause *c, size_t index);

/* Adds a finding. rule is one of the catalogue's, which says whether it is an error. The sentence
 * begins with the object: "Role x: ". */
void lint_report(lint_run *l, const char *rule, const lint_subject *of, lint_location where,
                 const char *sentence, spans args);

/* ---- the checks ---------------------------------------------------------- */

/* OpenFaaS's chart makes a JwtIssuer for the gateway itself: iss and aud are both the gateway's,
 * over http inside the cluster, and its tokens never count as an identity provider's (rule 32). */
bool lint_is_gateway(const issuer *i);

void lint_issuer(lint_run *l, const issuer *i);
fnt_status lint_policy(lint_run *l, const policy *p); /* FNT_OK or FNT_FAULT_MEMORY */
void lint_role(lint_run *l, const role *r);
void lint_github(lint_run *l, const role *r);
void lint_condition(lint_run *l, const lint_subject *of, const condition *c); /* of any object */

/* The JwtIssuer whose iss differs from that one by the slash at the end alone; NULL if there is
 * none, or no memory to look for it. */
const issuer *lint_twin(const fnt_iam *iam, span iss);

/* Whether one value of a clause is a pattern of nothing but stars: every claim of its type matches.
 */
bool lint_has_star(const clause *c);

#endif
