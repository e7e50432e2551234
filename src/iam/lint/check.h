/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_CHECK_H
#define FNT_IAM_LINT_CHECK_H

#include "iam/lint/providers.h"
#include "iam/objects/vocabulary.h"
#include "iam/rules/rules.h"

/* What the checks share; each file of them looks at one kind of object, or one part of it. */

typedef struct {
    const fnt_iam *iam;
    fnt_report *report;
    size_t errors, warnings;
    bool *used;        /* by index of policy: a Role names it */
    size_t providers;  /* JwtIssuers of others than the gateway */
    provider provider; /* whose all of them are, if they are one's */
    uint32_t shared;   /* which issuers that tenants share are among them: a bit each */
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

/* ---- text ---------------------------------------------------------------- */

typedef enum { TEXT_VALUE, TEXT_PATTERN, TEXT_AUTH0_PATTERN, TEXT_ISSUER } lint_text_kind;

/* Says if the text is one that no token can have, for what stands in it; false: it may be one. */
bool lint_text(lint_run *l, const lint_subject *of, lint_location where, span text,
               lint_text_kind kind);

/* ---- whose claims are asked for ------------------------------------------ */

/* A Role being checked, or a statement of a Policy. */
typedef struct {
    lint_run *lint;
    const role *role; /* NULL: a statement */
    lint_subject of;
    provider provider; /* whose tokens it is for; in doubt PROVIDER_OTHER */
    bool shared;       /* tokens of an issuer that tenants share reach it */
    size_t open;       /* the first of these whose tenants are not told apart, or NO_INDEX ... */
    bool open_told;    /* ... which was said of a value */
    bool verified;     /* it asks for email_verified: true */
    bool any_event;    /* it is for GitHub, and leaves open what started the workflow */
} who_check;

/* Each clause and each value: for one of them the first fault alone. */
void lint_condition(who_check *k, const condition *c);

/* The name of a claim; /NAME is NAME. */
span lint_claim(const clause *c);
bool lint_is_claim(const clause *c, span name);

/* What is not said of a value, false, leaves it to the next check. */
bool lint_issuer_value(who_check *k, const clause *c, size_t value);
bool lint_open_value(who_check *k, const clause *c, size_t value);
bool lint_pull_request_value(who_check *k, const clause *c, size_t value);
/* False: the name of a claim is no path as other products write it. */
bool lint_path(who_check *k, const clause *c);

/* Rule 57. */
uint32_t lint_shared_issuers(const fnt_iam *iam);
void lint_find_open_issuer(who_check *k);
void lint_open_role(who_check *k);

void lint_find_event(who_check *k);
void lint_github(who_check *k);

/* ---- objects ------------------------------------------------------------- */

/* OpenFaaS's chart makes a JwtIssuer for the gateway itself: iss and aud are both the gateway's,
 * over http inside the cluster, and its tokens never count as an identity provider's (rule 32). */
bool lint_is_gateway(const issuer *i);

void lint_issuer(lint_run *l, const issuer *i);
fnt_status lint_policy(lint_run *l, const policy *p); /* FNT_OK or FNT_FAULT_MEMORY */
void lint_role(lint_run *l, const role *r);

/* The JwtIssuer whose iss differs from that one by the slash at the end alone; NULL if there is
 * none, or no memory to look for it. */
const issuer *lint_twin(const fnt_iam *iam, span iss);

/* Whether one value of a clause is a pattern of nothing but stars: every claim of its type matches.
 */
bool lint_has_star(const clause *c);

#endif
