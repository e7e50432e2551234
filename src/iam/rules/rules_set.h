/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_RULES_SET_H
#define FNT_IAM_RULES_RULES_SET_H

#include "base/refcount.h"
#include "iam/rules/rules.h"

/* What is in a set of rules, for grant and lint. All in the order of the text. */
struct fnt_iam {
    refcount refs;
    arena arena; /* everything below lives here */
    issuer *issuers;
    policy *policies;
    role *roles;
    size_t issuer_count, policy_count, role_count;
    size_t resource_count; /* of all statements */
    /* The claims that have a number, in order: that of claims[0] is 1. */
    span claims[CLAIM_SLOTS];
    size_t claim_count;
    char digest[65]; /* SHA-256 in hex, with a NUL */
};

#endif
