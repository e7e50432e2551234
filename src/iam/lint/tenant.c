/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

/* Rule 57: of an issuer that many tenants share, every way through a Role asks for the tenant. */

uint32_t lint_shared_issuers(const fnt_iam *iam)
{
    uint32_t present = 0;
    for (size_t i = 0; shared_issuer(i).at != NULL; i++)
        present |= rules_issuer(iam, shared_issuer(i)) != NULL ? UINT32_C(1) << i : 0;
    return present;
}

/* ---- which of them a role means ------------------------------------------ */

static uint32_t allowed_by(const clause *c)
{
    uint32_t allowed = 0;
    for (size_t i = 0; shared_issuer(i).at != NULL; i++)
        allowed |= clause_matches(c, shared_issuer(i)) ? UINT32_C(1) << i : 0;
    return allowed;
}

/* A name says that they will be there, a pattern does not. */
static uint32_t named_by(const condition *of)
{
    uint32_t named = 0;
    for (size_t i = 0; i < of->count; i++)
        if (lint_is_claim(&of->clauses[i], SPAN("iss")) && of->clauses[i].how != COMPARE_LIKE)
            named |= allowed_by(&of->clauses[i]);
    return named;
}

static uint32_t reached_by(const lint_run *l, const role *r)
{
    uint32_t reached = l->shared | named_by(&r->condition) | named_by(&r->principal);
    for (size_t i = 0; i < r->condition.count; i++)
        if (lint_is_claim(&r->condition.clauses[i], SPAN("iss")))
            reached &= allowed_by(&r->condition.clauses[i]);
    return reached;
}

/* ---- whether it asks for the tenant -------------------------------------- */

static bool asks_for_verified(const role *r)
{
    for (size_t i = 0; i < r->condition.count; i++) {
        const clause *c = &r->condition.clauses[i];
        bool all =
            lint_is_claim(c, SPAN("email_verified")) && c->how == COMPARE_EQUAL && !c->any_value;
        for (size_t v = 0; all && v < c->values.count; v++)
            all = span_equal(c->values.at[v], SPAN("true"));
        if (all)
            return true;
    }
    return false;
}

/* Whether nobody of another tenant has that value. */
static bool is_tenant(size_t whose, const who_check *k, const clause *c, span value)
{
    span claim = lint_claim(c);
    bool whole = c->how != COMPARE_LIKE || span_index(value, '*') == value.len;
    if (!whole)
        return shared_is_tenant(whose, claim, value);
    if (span_equal(claim, SPAN("sub"))) /* GitHub's: any repository may call that workflow */
        return !span_starts(value, SPAN("job_workflow_ref:"));
    return shared_is_claim(whose, claim) || (span_equal(claim, SPAN("email")) && k->verified);
}

/* Of a principal's members one may be for another issuer. */
static bool is_elsewhere(size_t whose, const clause *c, span value)
{
    clause one = *c;
    one.values = (texts){&value, 1};
    return lint_is_claim(c, SPAN("iss")) && !clause_matches(&one, shared_issuer(whose));
}

static bool is_narrow(size_t whose, const who_check *k, const clause *c)
{
    for (size_t v = 0; v < c->values.count; v++)
        if (!is_tenant(whose, k, c, c->values.at[v]) && !is_elsewhere(whose, c, c->values.at[v]))
            return false;
    return true;
}

static bool asks_for_tenant(size_t whose, const who_check *k)
{
    const role *r = k->role;
    bool any = false, all = r->principal.count > 0;
    for (size_t i = 0; i < r->condition.count; i++)
        any |= !lint_is_claim(&r->condition.clauses[i], SPAN("iss")) &&
               is_narrow(whose, k, &r->condition.clauses[i]);
    for (size_t i = 0; all && i < r->principal.count; i++)
        all = is_narrow(whose, k, &r->principal.clauses[i]);
    return any || all;
}

void lint_find_open_issuer(who_check *k)
{
    uint32_t reached = reached_by(k->lint, k->role);
    k->shared = reached != 0;
    k->verified = asks_for_verified(k->role);
    for (size_t i = 0; k->open == NO_INDEX && shared_issuer(i).at != NULL; i++)
        if (!k->role->any_tenant && (reached & UINT32_C(1) << i) != 0 && !asks_for_tenant(i, k))
            k->open = i;
}

/* ---- findings ------------------------------------------------------------ */

#define WAY_OUT " (if every tenant is meant, annotate the Role with fntoken/any-tenant: \"true\")"

bool lint_open_value(who_check *k, const clause *c, size_t value)
{
    static const char *const names[] = {"sub", "email", NULL};
    span text = c->values.at[value], claim = lint_claim(c);
    if (k->open == NO_INDEX || c->how != COMPARE_LIKE ||
        !(shared_is_claim(k->open, claim) || words_contain(claim, names)) ||
        is_tenant(k->open, k, c, text))
        return false;
    k->open_told = true;
    lint_report(
        k->lint, "shared-issuer", &k->of, lint_at_value(c, value),
        "\"%\" lets in other tenants of %, strangers too: write the tenant whole, with what "
        "ends it, before the first star" WAY_OUT,
        SPANS(text, shared_issuer(k->open)));
    return true;
}

void lint_open_role(who_check *k)
{
    if (k->open != NO_INDEX && !k->open_told)
        lint_report(
            k->lint, "shared-issuer", &k->of, lint_at(k->role->pointer),
            "lets in every tenant of %, strangers too: ask on every way through it for %" WAY_OUT,
            SPANS(shared_issuer(k->open), shared_claims(k->open)));
}
