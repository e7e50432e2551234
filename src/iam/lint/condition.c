/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

/* ---- what claims usually are (OpenID Connect, Keycloak, Entra, Okta, Auth0, Kubernetes)  */

static const char *const arrays[] = {"groups",       "roles",          "amr", "wids", "scp",
                                     "entitlements", "cognito:groups", NULL};
static const char *const booleans[] = {"email_verified", "phone_number_verified", NULL};

static void check_type(lint_run *l, const lint_subject *of, const clause *c)
{
    lint_location where = lint_at(c->pointer);
    if (!c->any_value && words_contain(c->claim, arrays))
        lint_report(l, "claim-type", of, where,
                    "claim % usually is an array, and % compares strings: use ForAnyValue:%",
                    SPANS(c->claim, c->op.at != NULL ? c->op : SPAN("a principal"),
                          c->op.at != NULL ? c->op : SPAN("StringEqual in a condition")));
    else if (words_contain(c->claim, booleans))
        lint_report(l, "claim-type", of, where,
                    "claim % usually is a boolean, which matches no string: take it out",
                    SPANS(c->claim));
}

/* ---- what others would refuse -------------------------------------------- */

static void check_portable(lint_run *l, const lint_subject *of, const clause *c)
{
    lint_location where = lint_at(c->pointer);
    if (c->claim.at[0] == '/')
        lint_report(l, "not-portable", of, where,
                    "jwt:% points into a claim; OpenFaaS itself takes that for a claim's name: not "
                    "portable to OpenFaaS",
                    SPANS(c->claim));
    if (!c->listed)
        lint_report(l, "crd-schema", of, where,
                    "jwt:% has one value alone; the schema of OpenFaaS's CRDs wants an array: "
                    "write [\"%\"]",
                    SPANS(c->claim, c->values.at[0]));
    else if (c->numbers)
        lint_report(l, "crd-schema", of, where,
                    "jwt:% has a number among its values; the schema of OpenFaaS's CRDs wants "
                    "strings: quote it",
                    SPANS(c->claim));
}

static void check_stars(lint_run *l, const lint_subject *of, const clause *c)
{
    for (size_t i = 0; c->how != COMPARE_LIKE && i < c->values.count; i++)
        if (span_index(c->values.at[i], '*') < c->values.at[i].len)
            lint_report(l, "literal-star", of, lint_at_value(c, i),
                        "the star in % is compared as it is: for a wildcard use StringLike",
                        SPANS(c->values.at[i]));
}

void lint_condition(lint_run *l, const lint_subject *of, const condition *c)
{
    for (size_t i = 0; i < c->count; i++) {
        check_type(l, of, &c->clauses[i]);
        check_portable(l, of, &c->clauses[i]);
        check_stars(l, of, &c->clauses[i]);
    }
}
