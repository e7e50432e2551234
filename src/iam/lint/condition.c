/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

span lint_claim(const clause *c)
{
    bool single =
        c->claim.at[0] == '/' && span_index(span_from(c->claim, 1), '/') == c->claim.len - 1;
    return span_from(c->claim, single ? 1 : 0);
}

bool lint_is_claim(const clause *c, span name)
{
    return span_equal(lint_claim(c), name);
}

/* ---- a claim ------------------------------------------------------------- */

static bool check_name(who_check *k, const clause *c)
{
    return lint_text(k->lint, &k->of, lint_at(c->pointer), c->claim, TEXT_VALUE) || lint_path(k, c);
}

static bool all_are_boolean(texts values)
{
    static const char *const booleans[] = {"true", "false", NULL};
    for (size_t i = 0; i < values.count; i++)
        if (!words_contain(values.at[i], booleans))
            return false;
    return true;
}

static bool has_wildcard(const clause *c, size_t value)
{
    return c->how == COMPARE_LIKE && span_index(c->values.at[value], '*') < c->values.at[value].len;
}

/* "*word*" takes every scope that holds the letters, "words" and "no-word" too. Of single words a
 * star at the end is as good as anywhere. */
static bool takes_parts_of_scope(const clause *c, size_t value)
{
    static const char *const scopes[] = {"scope", "scp", NULL};
    return has_wildcard(c, value) && (!c->any_value || c->values.at[value].at[0] == '*') &&
           words_contain(c->claim, scopes) && !lint_has_star(c);
}

static bool any_takes_parts_of_scope(const clause *c)
{
    for (size_t i = 0; i < c->values.count; i++)
        if (takes_parts_of_scope(c, i))
            return true;
    return false;
}

static bool check_kind(who_check *k, const clause *c)
{
    static const char *const sentences[] = {
        [CLAIM_ARRAY] = "claim % is an array, and % compares strings: use ForAnyValue:%",
        [CLAIM_BOOLEAN] = "claim % is a boolean, which is matched by true or false under "
                          "StringEqual in a condition, and by nothing else",
        [CLAIM_NUMBER] = "claim % is a number in every token, which matches no string: take it out",
        [CLAIM_OBJECT] = "claim % is an object: point into it, as in jwt:/%/name",
    };
    claim_kind kind = provider_claim(k->provider, lint_claim(c));
    span op = c->op.at != NULL ? c->op : SPAN("a principal"),
         better = c->op.at != NULL ? c->op : SPAN("StringEqual in a condition");
    bool fits = kind == CLAIM_UNKNOWN || kind == CLAIM_TEXT ||
                (kind == CLAIM_ARRAY && (c->any_value || any_takes_parts_of_scope(c))) ||
                (kind == CLAIM_BOOLEAN && c->how == COMPARE_EQUAL && !c->any_value &&
                 c->op.at != NULL && all_are_boolean(c->values));
    if (fits)
        return false;
    span args[] = {c->claim, kind == CLAIM_OBJECT ? lint_claim(c) : op, better};
    size_t count = kind == CLAIM_ARRAY ? 3 : kind == CLAIM_OBJECT ? 2 : 1;
    lint_report(k->lint, "claim-type", &k->of, lint_at(c->pointer), sentences[kind],
                (spans){args, count});
    return true;
}

static void check_portable(who_check *k, const clause *c)
{
    lint_location where = lint_at(c->pointer);
    if (c->claim.at[0] == '/')
        lint_report(k->lint, "not-portable", &k->of, where,
                    "jwt:% points into a claim; OpenFaaS itself takes that for a claim's name: not "
                    "portable to OpenFaaS",
                    SPANS(c->claim));
    else if (c->any_value && provider_claim(k->provider, c->claim) == CLAIM_TEXT)
        lint_report(
            k->lint, "not-portable", &k->of, where,
            "jwt:% is text, which ForAnyValue: takes as a list here, scope and scp as their "
            "words; OpenFaaS itself wants an array: not portable to OpenFaaS",
            SPANS(c->claim));
    if (!c->listed)
        lint_report(k->lint, "crd-schema", &k->of, where,
                    "jwt:% has one value alone; the schema of OpenFaaS's CRDs wants an array: "
                    "write [\"%\"]",
                    SPANS(c->claim, c->values.at[0]));
    else if (c->numbers)
        lint_report(k->lint, "crd-schema", &k->of, where,
                    "jwt:% has a number among its values; the schema of OpenFaaS's CRDs wants "
                    "strings: quote it",
                    SPANS(c->claim));
}

/* ---- a value ------------------------------------------------------------- */

static bool check_text(who_check *k, const clause *c, size_t value)
{
    span text = c->values.at[value];
    bool is_iss = lint_is_claim(c, SPAN("iss"));
    lint_text_kind kind = is_iss                          ? TEXT_ISSUER
                          : c->how != COMPARE_LIKE        ? TEXT_VALUE
                          : k->provider == PROVIDER_AUTH0 ? TEXT_AUTH0_PATTERN
                                                          : TEXT_PATTERN;
    if (is_iss && rules_issuer(k->lint->iam, text) != NULL) /* said of the JwtIssuer */
        return false;
    return lint_text(k->lint, &k->of, lint_at_value(c, value), text, kind);
}

static bool check_star(who_check *k, const clause *c, size_t value)
{
    span text = c->values.at[value];
    if (c->how == COMPARE_LIKE || span_index(text, '*') == text.len)
        return false;
    lint_report(k->lint, "literal-star", &k->of, lint_at_value(c, value),
                "the star in % is compared as it is: for a wildcard use StringLike", SPANS(text));
    return true;
}

static bool check_scope(who_check *k, const clause *c, size_t value)
{
    if (!takes_parts_of_scope(c, value))
        return false;
    lint_report(
        k->lint, "scope-substring", &k->of, lint_at_value(c, value),
        "\"%\" takes words that only hold the one that is meant: name the scope whole, under "
        "ForAnyValue:StringEqual",
        SPANS(c->values.at[value]));
    return true;
}

/* Whether the claim is asked for without wildcards too. */
static bool is_pinned(const who_check *k, const clause *c)
{
    for (size_t i = 0; k->role != NULL && i < k->role->condition.count; i++)
        if (k->role->condition.clauses[i].how != COMPARE_LIKE &&
            span_equal(k->role->condition.clauses[i].claim, c->claim))
            return true;
    return false;
}

/* Of an issuer that tenants share rule 57 says what is wrong. */
static bool check_name_star(who_check *k, const clause *c, size_t value)
{
    if (!has_wildcard(c, value) || k->shared ||
        !provider_star_in_name(lint_claim(c), c->values.at[value]) || is_pinned(k, c))
        return false;
    lint_report(k->lint, "star-in-name", &k->of, lint_at_value(c, value),
                "the star in \"%\" is part of a name, so whoever has a longer one matches too: end "
                "the name (OWNER/*, *@DOMAIN), or name who is meant",
                SPANS(c->values.at[value]));
    return true;
}

static bool check_sub(who_check *k, const clause *c, size_t value)
{
    span text = c->values.at[value];
    if (!lint_is_claim(c, SPAN("sub")))
        return false;
    if (span_starts(text, SPAN("fed:")) && k->role != NULL)
        lint_report(k->lint, "unsatisfiable-role", &k->of, lint_at_value(c, value),
                    "% is a sub as the gateway writes it; at the identity provider it has no "
                    "fed: in front, take that out",
                    SPANS(text));
    else if (!provider_sends_sub(k->provider, text, c->how == COMPARE_LIKE))
        lint_report(k->lint, "sub-shape", &k->of, lint_at_value(c, value),
                    "\"%\" is no sub as that issuer sends it: look into a token (fntoken inspect)",
                    SPANS(text));
    else
        return false;
    return true;
}

static void check_value(who_check *k, const clause *c, size_t value)
{
    (void)(check_text(k, c, value) || lint_issuer_value(k, c, value) ||
           lint_open_value(k, c, value) || lint_pull_request_value(k, c, value) ||
           check_star(k, c, value) || check_scope(k, c, value) || check_name_star(k, c, value) ||
           check_sub(k, c, value));
}

void lint_condition(who_check *k, const condition *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const clause *one = &c->clauses[i];
        if (!check_name(k, one) && !check_kind(k, one))
            check_portable(k, one);
        for (size_t v = 0; v < one->values.count; v++)
            check_value(k, one, v);
    }
}
