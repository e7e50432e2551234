/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_POLICY_H
#define FNT_IAM_RULES_POLICY_H

#include "iam/rules/condition.h"

/* A sid stands in each entry about its statement. */
enum { SID_BYTES = 256 };

/* One statement: allows actions on resources, where its condition holds. */
typedef struct {
    span sid;
    texts actions;
    texts resources;     /* patterns */
    uint32_t *numbers;   /* of each; equal ones of all policies have one number */
    bool invoke;         /* one of the actions is Function:Invoke, Function:* or * */
    condition condition; /* without clauses: always */
    span pointer;
} statement;

/* One Policy: what may be done. Its statements are alternatives. Its strings are in the arena. */
typedef struct {
    span name, namespace;
    /* as an API token names it (rule 35): its name, or NAMESPACE/NAME outside the namespace
     * openfaas */
    span qualified_name;
    statement *statements;
    size_t statement_count;
    span pointer;
    bool broken; /* as of an issuer */
} policy;

/* Compiles one object; every mistake is reported. False if there was one.
 * A resource is visible ASCII. An unknown action is a warning: it allows nothing. */
bool policy_compile(const object *from, policy *out);

#endif
