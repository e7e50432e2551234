/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_COVERS_H
#define FNT_IAM_LINT_COVERS_H

#include "iam/rules/policy.h"

/* A resource of a statement that allows calls, beside all others of its policy. */
typedef struct resource {
    const statement *from;
    size_t index;
    const struct resource *cover; /* the first that covers it, or NULL */
} resource;

static inline span resource_text(const resource *r)
{
    return r->from->resources.at[r->index];
}

/* All of a policy's resources that allow calls, in their order, to be freed; NULL: no memory.
 * *all_compared: whether each that could cover another was compared with it. */
resource *covers_find(const policy *p, bool *all_compared);

#endif
