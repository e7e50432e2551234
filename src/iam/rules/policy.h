/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_POLICY_H
#define FNT_IAM_RULES_POLICY_H

#include "iam/rules/condition.h"

/* One statement: allows actions on resources, where its condition holds. */
typedef struct {
    span sid;
    texts actions;
    texts resources;     /* patterns */
    bool invoke;         /* one of the actions is Function:Invoke, Function:* or * */
    condition condition; /* without tests: always */
    span path;
} statement;

/* One Policy: what may be done. Its statements are alternatives. Its texts live in the store. */
typedef struct {
    span name, namespace;
    /* its name; in another namespace than "openfaas" NAMESPACE/NAME. So an API token names it (rule
     * 35) */
    span qualified_name;
    statement *statements;
    size_t statement_count;
    span path;
} policy;

/* Compiles one object; every mistake is reported through from. False if there was one.
 * A resource is visible ASCII. An action that nobody knows is a warning: it allows nothing. */
bool policy_compile(const object *from, policy *out);

#endif
