/* SPDX-License-Identifier: MIT */
#include "iam/rules/limits.h"

#include "iam/objects/finding.h"

typedef struct {
    size_t max;
    const char *what;
    size_t count;  /* so far */
    size_t errors; /* 1 when the first beyond the limit was reported */
} limit;

static void add(limit *l, size_t more, span pointer, fnt_report *report)
{
    char digits[INTEGER_SIZE];
    l->count += more;
    if (l->count <= l->max || l->errors > 0)
        return;
    l->errors = 1;
    report_entry(report, severity_name(FINDING_ERROR), NULL);
    report_field(report, FNT_FIELD_RULE, SPAN("limit"));
    report_field(report, FNT_FIELD_PATH, pointer);
    report_sentence(report, "There are more than % %: from this object on they are too many",
                    SPANS(integer_print((int64_t)l->max, digits), span_of(l->what)));
}

static size_t tests_of(const policy *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->statement_count; i++)
        count += p->statements[i].condition.count;
    return count;
}

static size_t permissions_of(const policy *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->statement_count; i++)
        count += p->statements[i].resources.count;
    return count;
}

size_t limits_check(const fnt_iam *iam, fnt_report *report)
{
    limit issuers = {ISSUERS_MAX, "JwtIssuers", 0, 0}, roles = {ROLES_MAX, "Roles", 0, 0},
          tests = {TESTS_MAX, "claims in all conditions and principals", 0, 0},
          permissions = {PERMISSIONS_MAX, "resources in all Policies", 0, 0};
    for (size_t i = 0; i < iam->issuer_count; i++)
        add(&issuers, 1, iam->issuers[i].pointer, report);
    for (size_t i = 0; i < iam->policy_count; i++) {
        const policy *p = &iam->policies[i];
        add(&tests, tests_of(p), p->pointer, report);
        add(&permissions, permissions_of(p), p->pointer, report);
    }
    for (size_t i = 0; i < iam->role_count; i++) {
        const role *r = &iam->roles[i];
        add(&roles, 1, r->pointer, report);
        add(&tests, r->principal.count + r->condition.count, r->pointer, report);
    }
    return issuers.errors + roles.errors + tests.errors + permissions.errors;
}
