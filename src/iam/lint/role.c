/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

static bool is_issuer_claim(const clause *c)
{
    return lint_is_claim(c, SPAN("iss"));
}

static void check_policies(who_check *k)
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

/* Whether it is as wide as an issuer. */
static bool check_width(who_check *k)
{
    width w = width_of_role(k->role);
    switch (w) {
    case WIDTH_ISSUER:
        if (k->role->any_tenant && k->shared)
            break;
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
    return w == WIDTH_ISSUER;
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

bool lint_issuer_value(who_check *k, const clause *c, size_t value)
{
    span iss = c->values.at[value], why;
    if (k->role == NULL || !is_issuer_claim(c))
        return false;
    if (issuer_exists(k->lint->iam, c, value))
        return true;
    const issuer *twin = lint_twin(k->lint->iam, iss);
    if (twin != NULL && (provider_of(twin->iss, &why), why.at != NULL))
        return true; /* that one's iss is wrong, which is said of it */
    if (twin != NULL)
        lint_report(k->lint, "unknown-issuer", &k->of, lint_at_value(c, value),
                    "% is no JwtIssuer's iss; JwtIssuer % has %, they differ by the slash at the "
                    "end and must be equal to the byte",
                    SPANS(iss, twin->name, twin->iss));
    else
        lint_report(k->lint, "unknown-issuer", &k->of, lint_at_value(c, value),
                    "% is no JwtIssuer's iss: tokens with it are refused", SPANS(iss));
    return true;
}

static bool names_issuer(const condition *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_issuer_claim(&c->clauses[i]))
            return true;
    return false;
}

static void check_issuers(who_check *k)
{
    bool in_principal = names_issuer(&k->role->principal),
         in_condition = names_issuer(&k->role->condition);
    if (!in_condition && !(in_principal && k->role->principal.count == 1) && k->lint->providers > 1)
        lint_report(k->lint, "any-issuer", &k->of, lint_at(k->role->pointer),
                    "does not ask for jwt:iss, and there are several JwtIssuers: whoever has the "
                    "same claims at another one matches too",
                    NO_SPANS);
}

/* Of several issuers that it names, if they are one provider's; of the JwtIssuers if it names none.
 */
static void add_providers(const condition *of, bool *any, provider *found)
{
    span why;
    for (size_t i = 0; i < of->count; i++) {
        const clause *c = &of->clauses[i];
        for (size_t v = 0; is_issuer_claim(c) && v < c->values.count; v++) {
            provider p =
                c->how == COMPARE_LIKE ? PROVIDER_OTHER : provider_of(c->values.at[v], &why);
            *found = *any && p != *found ? PROVIDER_OTHER : p;
            *any = true;
        }
    }
}

static provider provider_of_role(const lint_run *l, const role *r)
{
    bool any = false;
    provider found = PROVIDER_OTHER;
    add_providers(&r->condition, &any, &found);
    if (!any && r->principal.count == 1)
        add_providers(&r->principal, &any, &found);
    return any ? found : l->provider;
}

/* ---- whether it can match ------------------------------------------------ */

/* Each value is compared with each, so one of the lists must be short. */
enum { COMPARED = 64 };

/* Whether no claim matches both clauses. In doubt one does. */
static bool exclude_each_other(const clause *a, const clause *b)
{
    if (!span_equal(a->claim, b->claim))
        return false;
    /* under ForAnyValue: text is an array of one, or of words */
    if (b->any_value && claim_is_words(b->claim))
        return false;
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

static void check_pair(who_check *k, const clause *a, const clause *b)
{
    if (exclude_each_other(a, b) || exclude_each_other(b, a))
        lint_report(k->lint, "unsatisfiable-role", &k->of, lint_at(b->pointer),
                    "no value of jwt:% passes both % and %: both must hold",
                    SPANS(b->claim, a->op.at != NULL ? a->op : SPAN("principal"), b->op));
}

static void check_satisfiable(who_check *k)
{
    const condition *principal = &k->role->principal, *all = &k->role->condition;
    for (size_t i = 0; i < all->count; i++) {
        for (size_t n = 0; n < i; n++)
            check_pair(k, &all->clauses[n], &all->clauses[i]);
        if (principal->count == 1) /* of several, another may hold */
            check_pair(k, &principal->clauses[0], &all->clauses[i]);
    }
}

/* Whom it lets in: one word for one fault, the worst. */
static void check_who(who_check *k)
{
    lint_open_role(k);
    if (k->open == NO_INDEX && !check_width(k))
        check_issuers(k);
    lint_github(k);
}

void lint_role(lint_run *l, const role *r)
{
    who_check k = {.lint = l,
                   .role = r,
                   .of = {OBJECT_ROLE, r->name},
                   .provider = provider_of_role(l, r),
                   .open = NO_INDEX};
    lint_find_open_issuer(&k);
    lint_find_event(&k);
    check_policies(&k);
    lint_condition(&k, &r->principal);
    lint_condition(&k, &r->condition);
    check_who(&k);
    check_satisfiable(&k);
}
