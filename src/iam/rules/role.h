/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_ROLE_H
#define FNT_IAM_RULES_ROLE_H

#include "iam/rules/policy.h"

/* One Role: who gets which policies. Its spans point into the arena. */
typedef struct {
    span name, namespace;
    texts policies; /* names, of policies in the same namespace */
    /* them; NULL for each that is not there. Filled when all are loaded */
    const policy **found;
    condition principal; /* any clause of it, exactly; without clauses: everybody ... */
    condition condition; /* ... all of it; one of the two has clauses */
    span path;
} role;

/* Compiles one object; every mistake is reported through from. False if there was one. */
bool role_compile(const object *from, role *out);

/* Whether its principal and its condition hold. */
bool role_matches(const role *r, subject_context *who);

#endif
