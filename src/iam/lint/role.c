/* SPDX-License-Identifier: MIT */
#include "iam/lint/finding.h"
#include "iam/objects/suggest.h"

typedef struct {
    lint_run *lint;
    const role *role;
    lint_subject of;
} looking;

static finding_location at_role(const looking *k)
{
    return (finding_location){k->role->path, SPAN_NONE, NO_INDEX};
}

static finding_location at_clause(const clause *t)
{
    return (finding_location){t->path, SPAN_NONE, NO_INDEX};
}

static bool is_issuer_claim(const clause *t)
{
    return span_equal(t->claim, SPAN("iss")) || span_equal(t->claim, SPAN("/iss"));
}

static void check_policies(looking *k)
{
    for (size_t i = 0; i < k->role->policies.count; i++)
        if (k->role->found[i] == NULL)
            finding_add(k->lint, "unknown-policy", &k->of,
                        (finding_location){k->role->path, SPAN("/spec/policy"), i},
                        "there is no Policy % in namespace %: it grants nothing through it",
                        SPANS(k->role->policies.at[i], k->role->namespace));
}

/* ---- whom it lets in ----------------------------------------------------- */

typedef enum { WIDTH_ISSUER, WIDTH_CLIENT, WIDTH_NARROW } width; /* the wider first */

static width width_of_clause(const clause *t)
{
    static const char *const clients[] = {"client_id", "clientId", "azp", "cid",
                                          "appid",     "aud",      NULL};
    for (size_t i = 0; t->how == COMPARE_LIKE && i < t->values.count; i++)
        if (lint_is_star(t->values.at[i]))
            return WIDTH_ISSUER;
    if (is_issuer_claim(t))
        return WIDTH_ISSUER;
    return words_contain(t->claim, clients) ? WIDTH_CLIENT : WIDTH_NARROW;
}

/* A condition is as narrow as its narrowest test, a principal as wide as its widest. */
static width width_of_role(const role *r)
{
    width all = WIDTH_ISSUER, any = WIDTH_NARROW;
    for (size_t i = 0; i < r->condition.count; i++)
        all = width_of_clause(&r->condition.clauses[i]) > all
                  ? width_of_clause(&r->condition.clauses[i])
                  : all;
    for (size_t i = 0; i < r->principal.count; i++)
        any = width_of_clause(&r->principal.clauses[i]) < any
                  ? width_of_clause(&r->principal.clauses[i])
                  : any;
    return r->principal.count > 0 && any > all ? any : all;
}

static void check_width(looking *k)
{
    switch (width_of_role(k->role)) {
    case WIDTH_ISSUER:
        finding_add(k->lint, "issuer-only", &k->of, at_role(k),
                    "matches everybody who has an account at the issuer: add jwt:sub, a group or a "
                    "client of its own",
                    NO_SPANS);
        break;
    case WIDTH_CLIENT:
        finding_add(k->lint, "shared-client-id", &k->of, at_role(k),
                    "asks for a client id alone: everybody who gets a token through that client "
                    "matches; unless it is one "
                    "machine's own client, add jwt:sub, jwt:email or a group",
                    NO_SPANS);
        break;
    case WIDTH_NARROW:
        break;
    }
}

/* ---- whose claims it means ----------------------------------------------- */

static const issuer *slash_twin(const fnt_iam *iam, span iss)
{
    for (size_t i = 0; i < iam->issuer_count; i++)
        if (span_differs_by_slash(iam->issuers[i].iss, iss))
            return &iam->issuers[i];
    return NULL;
}

static bool issuer_exists(const fnt_iam *iam, const clause *t, size_t value)
{
    clause one = *t;
    one.values = (texts){&t->values.at[value], 1};
    for (size_t i = 0; i < iam->issuer_count; i++)
        if (clause_matches(&one, iam->issuers[i].iss))
            return true;
    return false;
}

static void check_issuer_value(looking *k, const clause *t, size_t value)
{
    const issuer *twin = slash_twin(k->lint->iam, t->values.at[value]);
    if (issuer_exists(k->lint->iam, t, value))
        return;
    if (twin != NULL)
        finding_add(k->lint, "unknown-issuer", &k->of, lint_value(t, value),
                    "% is no JwtIssuer's iss; JwtIssuer % has %, they differ by the slash at the "
                    "end and must be equal to the byte",
                    SPANS(t->values.at[value], twin->name, twin->iss));
    else
        finding_add(k->lint, "unknown-issuer", &k->of, lint_value(t, value),
                    "% is no JwtIssuer's iss: nobody with it can come in",
                    SPANS(t->values.at[value]));
}

static bool check_issuers_in(looking *k, const condition *c)
{
    bool named = false;
    for (size_t i = 0; i < c->count; i++) {
        if (!is_issuer_claim(&c->clauses[i]))
            continue;
        named = true;
        for (size_t v = 0; v < c->clauses[i].values.count; v++)
            check_issuer_value(k, &c->clauses[i], v);
    }
    return named;
}

/* The gateway's own JwtIssuer, which the chart names system, brings nobody in (rule 32). */
static size_t count_providers(const fnt_iam *iam)
{
    size_t count = 0;
    for (size_t i = 0; i < iam->issuer_count; i++)
        count += span_equal(iam->issuers[i].name, SPAN("system")) ? 0 : 1;
    return count;
}

static void check_issuers(looking *k)
{
    bool in_principal = check_issuers_in(k, &k->role->principal),
         in_condition = check_issuers_in(k, &k->role->condition);
    if (!in_condition && !(in_principal && k->role->principal.count == 1) &&
        count_providers(k->lint->iam) > 1)
        finding_add(k->lint, "any-issuer", &k->of, at_role(k),
                    "does not ask for jwt:iss, and there are several JwtIssuers: whoever has the "
                    "same claims at another one "
                    "matches too",
                    NO_SPANS);
}

/* ---- whether it can match ------------------------------------------------ */

static void check_sub(looking *k, const clause *t)
{
    for (size_t i = 0; span_equal(t->claim, SPAN("sub")) && i < t->values.count; i++)
        if (span_starts(t->values.at[i], SPAN("fed:")))
            finding_add(k->lint, "unsatisfiable-role", &k->of, lint_value(t, i),
                        "% is a sub as the gateway writes it; at the identity provider it has no "
                        "fed: in front, take that out",
                        SPANS(t->values.at[i]));
}

static void check_kind(looking *k, const clause *t)
{
    static const char *const numbers[] = {"exp", "iat", "nbf", "auth_time", "updated_at", NULL};
    static const char *const objects[] = {
        "realm_access", "resource_access", "kubernetes.io", "address", "act", "cnf", NULL};
    if (words_contain(t->claim, numbers))
        finding_add(k->lint, "unsatisfiable-role", &k->of, at_clause(t),
                    "claim % is a number in every token, which matches no string: take it out",
                    SPANS(t->claim));
    else if (words_contain(t->claim, objects))
        finding_add(k->lint, "unsatisfiable-role", &k->of, at_clause(t),
                    "claim % is an object: point into it, as in jwt:/%/name",
                    SPANS(t->claim, t->claim));
}

/* Whether no claim passes both tests. In doubt one does. */
static bool exclude_each_other(const clause *a, const clause *b)
{
    if (!span_equal(a->claim, b->claim))
        return false;
    if (a->any_value != b->any_value)
        return true;
    if (a->any_value || a->how == COMPARE_LIKE ||
        (a->how == COMPARE_FOLD && b->how == COMPARE_LIKE))
        return false;
    for (size_t i = 0; i < a->values.count; i++)
        if (clause_matches(b, a->values.at[i]))
            return false;
    return !(a->how == COMPARE_FOLD && b->how == COMPARE_EQUAL);
}

static void check_pair(looking *k, const clause *a, const clause *b)
{
    if (exclude_each_other(a, b) || exclude_each_other(b, a))
        finding_add(k->lint, "unsatisfiable-role", &k->of, at_clause(b),
                    "no value of jwt:% passes both % and %: both must hold",
                    SPANS(b->claim, a->op.at != NULL ? a->op : SPAN("principal"), b->op));
}

static void check_satisfiable(looking *k)
{
    const condition *principal = &k->role->principal, *all = &k->role->condition;
    for (size_t i = 0; i < principal->count; i++)
        check_sub(k, &principal->clauses[i]);
    for (size_t i = 0; i < all->count; i++) {
        check_sub(k, &all->clauses[i]);
        check_kind(k, &all->clauses[i]);
        for (size_t n = 0; n < i; n++)
            check_pair(k, &all->clauses[n], &all->clauses[i]);
        if (principal->count == 1) /* of several, another may hold */
            check_pair(k, &principal->clauses[0], &all->clauses[i]);
    }
}

void lint_role(lint_run *l, const role *r)
{
    looking k = {l, r, {"Role", r->name}};
    check_policies(&k);
    check_width(&k);
    check_issuers(&k);
    check_satisfiable(&k);
    lint_condition(l, &k.of, &r->principal);
    lint_condition(l, &k.of, &r->condition);
    lint_github(l, r);
}
