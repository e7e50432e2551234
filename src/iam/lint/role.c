/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

/* One role being checked. */
typedef struct {
    lint_run *lint;
    const role *role;
    lint_subject of;
} role_check;

static bool is_issuer_claim(const clause *c)
{
    return span_equal(c->claim, SPAN("iss")) || span_equal(c->claim, SPAN("/iss"));
}

static void check_policies(role_check *k)
{
    for (size_t i = 0; i < k->role->policies.count; i++)
        if (k->role->found[i] == NULL)
            lint_report(k->lint, "unknown-policy", &k->of,
                        lint_at_item(k->role->pointer, "/spec/policy", i),
                        "there is no Policy % in namespace %: it grants nothing through it",
                        SPANS(k->role->policies.at[i], k->role->namespace));
}

/* ---- how many people match ----------------------------------------------- */

typedef enum { WIDTH_ISSUER, WIDTH_CLIENT, WIDTH_NARROW } width; /* the widest first */

static width width_of_clause(const clause *c)
{
    static const char *const clients[] = {"client_id", "clientId", "azp", "cid",
                                          "appid",     "aud",      NULL};
    if (lint_has_star(c) || is_issuer_claim(c))
        return WIDTH_ISSUER;
    return words_contain(c->claim, clients) ? WIDTH_CLIENT : WIDTH_NARROW;
}

/* A condition is as narrow as its narrowest clause, a principal as wide as its widest. */
static width width_of_role(const role *r)
{
    width all = WIDTH_ISSUER, any = WIDTH_NARROW;
    for (size_t i = 0; i < r->condition.count; i++) {
        width w = width_of_clause(&r->condition.clauses[i]);
        all = w > all ? w : all;
    }
    for (size_t i = 0; i < r->principal.count; i++) {
        width w = width_of_clause(&r->principal.clauses[i]);
        any = w < any ? w : any;
    }
    return r->principal.count > 0 && any > all ? any : all;
}

static void check_width(role_check *k)
{
    switch (width_of_role(k->role)) {
    case WIDTH_ISSUER:
        lint_report(k->lint, "issuer-only", &k->of, lint_at(k->role->pointer),
                    "matches everybody who has an account at the issuer: add jwt:sub, a group or a "
                    "client of its own",
                    NO_SPANS);
        break;
    case WIDTH_CLIENT:
        lint_report(
            k->lint, "shared-client-id", &k->of, lint_at(k->role->pointer),
            "asks for a client id alone: everybody who gets a token through that client "
            "matches; unless it is one machine's own client, add jwt:sub, jwt:email or a group",
            NO_SPANS);
        break;
    case WIDTH_NARROW:
        break;
    }
}

/* ---- which issuers it means ---------------------------------------------- */

static bool issuer_exists(const fnt_iam *iam, const clause *c, size_t value)
{
    clause one = *c;
    if (c->how == COMPARE_EQUAL)
        return rules_issuer(iam, c->values.at[value]) != NULL;
    one.values = (texts){&c->values.at[value], 1};
    for (size_t i = 0; i < iam->issuer_count; i++)
        if (clause_matches(&one, iam->issuers[i].iss))
            return true;
    return false;
}

static void check_issuer_value(role_check *k, const clause *c, size_t value)
{
    if (issuer_exists(k->lint->iam, c, value))
        return;
    const issuer *twin = lint_twin(k->lint->iam, c->values.at[value]);
    if (twin != NULL)
        lint_report(k->lint, "unknown-issuer", &k->of, lint_at_value(c, value),
                    "% is no JwtIssuer's iss; JwtIssuer % has %, they differ by the slash at the "
                    "end and must be equal to the byte",
                    SPANS(c->values.at[value], twin->name, twin->iss));
    else
        lint_report(k->lint, "unknown-issuer", &k->of, lint_at_value(c, value),
                    "% is no JwtIssuer's iss: tokens with it are refused",
                    SPANS(c->values.at[value]));
}

static bool check_issuers_in(role_check *k, const condition *c)
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

static void check_issuers(role_check *k)
{
    bool in_principal = check_issuers_in(k, &k->role->principal),
         in_condition = check_issuers_in(k, &k->role->condition);
    if (!in_condition && !(in_principal && k->role->principal.count == 1) && k->lint->providers > 1)
        lint_report(k->lint, "any-issuer", &k->of, lint_at(k->role->pointer),
                    "does not ask for jwt:iss, and there are several JwtIssuers: whoever has the "
                    "same claims at another one matches too",
                    NO_SPANS);
}

/* ---- whether it can match ------------------------------------------------ */

static void check_sub(role_check *k, const clause *c)
{
    for (size_t i = 0; span_equal(c->claim, SPAN("sub")) && i < c->values.count; i++)
        if (span_starts(c->values.at[i], SPAN("fed:")))
            lint_report(k->lint, "unsatisfiable-role", &k->of, lint_at_value(c, i),
                        "% is a sub as the gateway writes it; at the identity provider it has no "
                        "fed: in front, take that out",
                        SPANS(c->values.at[i]));
}

static void check_kind(role_check *k, const clause *c)
{
    static const char *const numbers[] = {"exp", "iat", "nbf", "auth_time", "updated_at", NULL};
    static const char *const objects[] = {
        "realm_access", "resource_access", "kubernetes.io", "address", "act", "cnf", NULL};
    if (words_contain(c->claim, numbers))
        lint_report(k->lint, "unsatisfiable-role", &k->of, lint_at(c->pointer),
                    "claim % is a number in every token, which matches no string: take it out",
                    SPANS(c->claim));
    else if (words_contain(c->claim, objects))
        lint_report(k->lint, "unsatisfiable-role", &k->of, lint_at(c->pointer),
                    "claim % is an object: point into it, as in jwt:/%/name",
                    SPANS(c->claim, c->claim));
}

/* Each value is compared with each, so one of the lists must be short. */
enum { COMPARED = 64 };

/* Whether no claim matches both clauses. In doubt one does. */
static bool exclude_each_other(const clause *a, const clause *b)
{
    if (!span_equal(a->claim, b->claim))
        return false;
    if (a->any_value != b->any_value)
        return true;
    if (a->any_value || a->how == COMPARE_LIKE ||
        (a->how == COMPARE_FOLD && b->how == COMPARE_LIKE))
        return false;
    if (a->values.count > COMPARED && b->values.count > COMPARED)
        return false;
    for (size_t i = 0; i < a->values.count; i++)
        if (clause_matches(b, a->values.at[i]))
            return false;
    return !(a->how == COMPARE_FOLD && b->how == COMPARE_EQUAL);
}

static void check_pair(role_check *k, const clause *a, const clause *b)
{
    if (exclude_each_other(a, b) || exclude_each_other(b, a))
        lint_report(k->lint, "unsatisfiable-role", &k->of, lint_at(b->pointer),
                    "no value of jwt:% passes both % and %: both must hold",
                    SPANS(b->claim, a->op.at != NULL ? a->op : SPAN("principal"), b->op));
}

static void check_satisfiable(role_check *k)
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
    role_check k = {l, r, {OBJECT_ROLE, r->name}};
    check_policies(&k);
    check_width(&k);
    check_issuers(&k);
    check_satisfiable(&k);
    lint_condition(l, &k.of, &r->principal);
    lint_condition(l, &k.of, &r->condition);
    lint_github(l, r);
}
