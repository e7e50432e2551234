/* SPDX-License-Identifier: MIT */
#include "iam/lint/finding.h"
#include "iam/objects/suggest.h"

typedef struct {
    lint_run *lint;
    const lint_subject *of;
} looking;

/* ---- what claims usually are (OpenID Connect, Keycloak, Entra, Okta, Auth0, Kubernetes)  */

static const char *const lists[] = {"groups",       "roles",          "amr", "wids", "scp",
                                    "entitlements", "cognito:groups", NULL};
static const char *const booleans[] = {"email_verified", "phone_number_verified", NULL};

static void check_type(looking *k, const clause *t)
{
    finding_location where = {t->path, SPAN_NONE, NO_INDEX};
    if (!t->any_value && words_contain(t->claim, lists))
        finding_add(k->lint, "claim-type", k->of, where,
                    "claim % usually is an array, and % compares strings: use ForAnyValue:%",
                    SPANS(t->claim, t->op.at != NULL ? t->op : SPAN("a principal"),
                          t->op.at != NULL ? t->op : SPAN("StringEqual in a condition")));
    else if (words_contain(t->claim, booleans))
        finding_add(k->lint, "claim-type", k->of, where,
                    "claim % usually is a boolean, which matches no string: take it out",
                    SPANS(t->claim));
}

/* ---- what others would refuse -------------------------------------------- */

static void check_portable(looking *k, const clause *t)
{
    finding_location where = {t->path, SPAN_NONE, NO_INDEX};
    if (t->claim.at[0] == '/')
        finding_add(k->lint, "not-portable", k->of, where,
                    "jwt:% points into a claim; OpenFaaS itself takes that for a claim's name: not "
                    "portable to OpenFaaS",
                    SPANS(t->claim));
    if (!t->listed)
        finding_add(k->lint, "crd-schema", k->of, where,
                    "jwt:% has one value alone; the schema of OpenFaaS's CRDs wants an array: "
                    "write [\"%\"]",
                    SPANS(t->claim, t->values.at[0]));
    else if (t->numbers)
        finding_add(k->lint, "crd-schema", k->of, where,
                    "jwt:% has a number among its values; the schema of OpenFaaS's CRDs wants "
                    "strings: quote it",
                    SPANS(t->claim));
}

static void check_stars(looking *k, const clause *t)
{
    for (size_t i = 0; t->how != COMPARE_LIKE && i < t->values.count; i++)
        if (span_index(t->values.at[i], '*') < t->values.at[i].len)
            finding_add(k->lint, "literal-star", k->of, lint_value(t, i),
                        "the star in % is compared as it is: for a wildcard use StringLike",
                        SPANS(t->values.at[i]));
}

void lint_condition(lint_run *l, const lint_subject *of, const condition *c)
{
    looking k = {l, of};
    for (size_t i = 0; i < c->count; i++) {
        check_type(&k, &c->clauses[i]);
        check_portable(&k, &c->clauses[i]);
        check_stars(&k, &c->clauses[i]);
    }
}
