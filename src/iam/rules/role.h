/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_ROLE_H
#define FNT_IAM_RULES_ROLE_H

#include "iam/rules/policy.h"

/* One Role: who gets which policies. Its strings are in the arena. */
typedef struct {
    span name, namespace;
    texts policies;       /* names of policies in the same namespace; maybe none */
    const policy **found; /* these, set when all are loaded; NULL for each that is not there */
    /* any clause of principal and all of condition must hold; one of the two has clauses */
    condition principal;
    condition condition;
    bool any_tenant; /* of an issuer that many share: that is meant (rule 57) */
    span pointer;
    bool broken; /* as of an issuer */
} role;

/* A clause without which a role does not match, or any claim where there is no such: by what it
 * filters nearly all of thousands of roles are passed over, each at the cost of one AND; where the
 * claim is a long array, whose filter tells nothing, each at the cost of a look at its index. */
typedef struct {
    uint64_t filter;
    uint32_t slot, count;
    const uint32_t *hashes; /* count of them, or NULL: as the clause's */
} role_gate;

/* Of a gate whose filter lets through; takes steps. */
static inline bool role_gate_is_open(const role_gate *g, subject_context *who)
{
    const json_index *items = who->items[g->slot];
    return items == NULL || g->hashes == NULL || !subject_step(who, 1 + g->count / 3) ||
           json_index_may_have(items, g->hashes, g->count);
}

/* Compiles one object; every mistake is reported. False if there was one. */
bool role_compile(const object *from, role *out);

role_gate role_gate_of(const role *r);

/* Whether its principal and its condition hold. */
bool role_matches(const role *r, subject_context *who);

#endif
