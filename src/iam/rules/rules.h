/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_RULES_H
#define FNT_IAM_RULES_RULES_H

#include "base/refcount.h"
#include "iam/rules/issuer.h"
#include "iam/rules/names.h"
#include "iam/rules/policy.h"
#include "iam/rules/role.h"

/* JwtIssuers, Policies and Roles compiled into one immutable set, shared by reference count. All in
 * the order of the text. */
struct fnt_iam {
    refcount refs;
    arena arena; /* everything below lives here */
    issuer *issuers;
    policy *policies;
    role *roles;
    size_t issuer_count, policy_count, role_count;
    role_gate *gates;          /* of each role */
    uint64_t gate_slots;       /* bit n: a gate names the claim of that number */
    size_t distinct_resources; /* of all statements */
    name_entry *policy_names;  /* by name and namespace, in order */
    name_entry *issuer_names;  /* by iss, in order */
    /* The claims that have a number, in order: that of claims[0] is 1. */
    span claims[CLAIM_SLOTS];
    size_t claim_count;
    char digest[65]; /* SHA-256 in hex, with a NUL */
};

/* The work of fnt_iam_new; see there. All mistakes are reported, not the first alone.
 *
 *     text    = object / [ object, ... ]
 *     object  = JwtIssuer / Policy / Role / LIST / another program's object, which is skipped
 *               with a note
 *     LIST    = { "kind": "List", "items": [ object, ... ] }; in a LIST once more, and no deeper
 *
 * A policy is found by its name in the role's own namespace ("openfaas" where an object names
 * none). A policy that is not there is no error: its role grants nothing through it. namespaces: as
 * of fnt_iam_new_in, not absent. FNT_OK; FNT_FAULT_ARGUMENT (namespaces are malformed),
 * FNT_FAULT_IAM, FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO: *out is NULL. */
fnt_status rules_load(span json, span namespaces, fnt_iam **out, fnt_report *report);

/* SHA-256 in hex, as fnt_iam_digest has it. */
span rules_digest(const fnt_iam *iam);

/* One more reference, one less. The set never changes, so both take const; NULL is fine. */
const fnt_iam *rules_ref(const fnt_iam *iam);
void rules_unref(const fnt_iam *iam);

/* The JwtIssuer of that iss, byte for byte, or NULL; the index-th in the order of the text, or
 * NULL. */
const issuer *rules_issuer(const fnt_iam *iam, span iss);
const issuer *rules_issuer_at(const fnt_iam *iam, size_t index);

/* The policy of that name in that namespace, or NULL. */
const policy *rules_policy(const fnt_iam *iam, span namespace, span name);

/* The policy that an API token names so, or NULL. */
const policy *rules_policy_qualified(const fnt_iam *iam, span qualified_name);

/* "2 JwtIssuers, 3 Policies and 4 Roles" */
void rules_count(buf *out, const fnt_iam *iam);

#endif
