/* SPDX-License-Identifier: MIT */
#include "iam/rules/condition.h"

#include "iam/objects/suggest.h"
#include "match/pattern.h"

#define JWT SPAN("jwt:")

/* ---- compiling: values --------------------------------------------------- */

/* Rule 34: an unquoted number counts as the text that it was written as, where no reader before us
 * can have changed it. */
static span integer_text(const object *o, const node *number)
{
    span raw = node_number(o->load->text, number);
    return json_is_plain_integer((json_value){JSON_NUMBER, raw, false}) ? raw : SPAN_NONE;
}

static void compile_value(const object *o, const location *here, clause *out)
{
    bool number = node_kind(here->at) == JSON_NUMBER;
    span text = number ? integer_text(o, here->at) : node_text(here->at);
    if (text.at == NULL)
        object_error(o, here, "unquoted-value",
                     number ? "is a number that is not a plain integer below 2^53: quote it"
                            : "is %; a string is expected: quote it",
                     SPANS(json_kind_name(node_kind(here->at))));
    else if (text.len == 0)
        object_error(o, here, "empty",
                     "is empty: no claim can be told by that, fill it or take it out", NO_SPANS);
    out->numbers |= number;
    if (out->values.at != NULL && text.len > 0)
        out->values.at[out->values.count++] = arena_strndup(o->load->arena, text);
}

static void compile_values(const object *o, const location *here, clause *out)
{
    out->listed = node_kind(here->at) == JSON_ARRAY;
    if (out->listed && !object_is_list(o, here))
        return;
    out->values.at = arena_alloc_array(o->load->arena, out->listed ? location_count(here) : 1,
                                       sizeof *out->values.at);
    if (!out->listed)
        compile_value(o, here, out);
    for (location item = location_first(here); out->listed && item.at != NULL;
         item = location_next(&item))
        compile_value(o, &item, out);
}

/* ---- compiling: keys ----------------------------------------------------- */

static void check_key(const object *o, const location *key, span claim)
{
    if (operator_is(key->member))
        object_error(o, key, "condition-key",
                     "is an operator; a claim is expected here, as in jwt:sub", NO_SPANS);
    else if (!span_starts(key->member, JWT))
        object_error(o, key, "condition-key", "does not begin with jwt:, as in jwt:%",
                     SPANS(key->member));
    else if (claim.len == 0)
        object_error(o, key, "condition-key", "names no claim: write it behind jwt:", NO_SPANS);
    else if (claim.at[0] == '/' && !json_is_pointer(claim))
        object_error(o, key, "condition-key",
                     "is no JSON pointer: ~ is written ~0, and / inside a name ~1", NO_SPANS);
}

/* Each member of "keys" is a test of one operator. out has room for them. */
static void compile_keys(const object *o, const location *keys, clause pattern, condition *out)
{
    for (location key = location_first(keys); key.at != NULL; key = location_next(&key)) {
        clause t = pattern;
        span claim = span_from(key.member, span_starts(key.member, JWT) ? JWT.len : 0);
        check_key(o, &key, claim);
        t.claim = arena_strndup(o->load->arena, claim);
        t.path = object_path(o, &key);
        compile_values(o, &key, &t);
        if (out->clauses != NULL)
            out->clauses[out->count++] = t;
    }
}

bool condition_compile_principal(const object *o, const location *here, condition *out)
{
    size_t before = o->load->errors;
    *out = (condition){NULL, 0};
    if (!object_is_object(o, here))
        return false;
    out->clauses = arena_alloc_array(o->load->arena, location_count(here), sizeof *out->clauses);
    compile_keys(o, here, (clause){.how = COMPARE_EQUAL}, out);
    return o->load->errors == before && !o->load->arena->failed;
}

/* ---- compiling: operators ------------------------------------------------ */

static void report_operator(const object *o, const location *op)
{
    span near = suggest_word(operator_name(op->member), operator_names);
    if (span_equal(op->member, SPAN("principal")))
        object_error(o, op, "misplaced-field",
                     "stands under condition: move it beside condition, directly under spec",
                     NO_SPANS);
    else if (span_starts(op->member, JWT))
        object_error(o, op, "unknown-operator",
                     "is a claim; put an operator above it, as in StringEqual: {%: ...}",
                     SPANS(op->member));
    else if (near.at != NULL)
        object_error(
            o, op, "unknown-operator", "is no operator; did you mean %%?",
            SPANS(span_starts(op->member, FOR_ANY_VALUE) ? FOR_ANY_VALUE : SPAN(""), near));
    else
        object_error(o, op, "unknown-operator",
                     "is no operator; there are StringEqual, StringEquals, StringEqualIgnoreCase "
                     "and StringLike, each also with "
                     "ForAnyValue: before it, and no negation",
                     NO_SPANS);
}

static clause operator_clause(const object *o, span name)
{
    return (clause){.op = arena_strndup(o->load->arena, name),
                    .any_value = span_starts(name, FOR_ANY_VALUE),
                    .how = operator_compares(name)};
}

static size_t count_keys(const location *operators_at)
{
    size_t count = 0;
    for (location p = location_first(operators_at); p.at != NULL; p = location_next(&p))
        count += location_count(&p);
    return count;
}

bool condition_compile(const object *o, const location *here, condition *out)
{
    size_t before = o->load->errors;
    *out = (condition){NULL, 0};
    if (!object_is_object(o, here))
        return false;
    out->clauses = arena_alloc_array(o->load->arena, count_keys(here), sizeof *out->clauses);
    for (location p = location_first(here); p.at != NULL; p = location_next(&p)) {
        bool known = operator_is(p.member);
        if (!known)
            report_operator(o, &p);
        /* What stands below a misspelled operator may hold mistakes of its own. */
        if (known ? object_is_object(o, &p) : node_kind(p.at) == JSON_OBJECT)
            compile_keys(o, &p, operator_clause(o, p.member), out);
    }
    return o->load->errors == before && !o->load->arena->failed;
}

/* ---- asking -------------------------------------------------------------- */

/* Rule 35: an API token's own iss is the gateway's and its sub carries "fed:"; the conditions mean
 * the person at the IdP. */
static json_value federated(const subject_context *who, span name)
{
    if (span_equal(name, SPAN("iss")))
        return json_member(who->claims, SPAN("fed:iss"));
    json_value sub = json_member(who->claims, SPAN("sub"));
    if (sub.kind != JSON_STRING || !span_starts(sub.raw, SPAN("fed:")))
        return (json_value){JSON_ABSENT, SPAN_NONE, false};
    sub.raw = span_from(sub.raw, SPAN("fed:").len);
    return sub;
}

/* A claim of the very name wins over a pointer, but never over who issued the token and whom it is
 * about: a claim named "/iss" is one that somebody may have set for himself. And fed:iss is the
 * gateway's word; in an identity provider's token it is anybody's. */
json_value clause_claim(const clause *t, const subject_context *who)
{
    bool top = span_equal(t->claim, SPAN("/iss")) || span_equal(t->claim, SPAN("/sub")) ||
               span_starts(t->claim, SPAN("/fed:"));
    json_value flat =
        top ? (json_value){JSON_ABSENT, SPAN_NONE, false} : json_member(who->claims, t->claim);
    bool pointer = flat.kind == JSON_ABSENT && t->claim.len > 0 && t->claim.at[0] == '/';
    span name = pointer ? span_from(t->claim, 1) : t->claim;
    if (who->api_token && (span_equal(name, SPAN("iss")) || span_equal(name, SPAN("sub"))))
        return federated(who, name);
    if (!who->api_token && span_starts(name, SPAN("fed:")))
        return (json_value){JSON_ABSENT, SPAN_NONE, false};
    return pointer ? json_resolve_pointer(who->claims, t->claim) : flat;
}

static bool fits(const clause *t, span value, span text)
{
    switch (t->how) {
    case COMPARE_EQUAL:
        return span_equal(value, text);
    case COMPARE_FOLD:
        return span_equal_fold(value, text);
    case COMPARE_LIKE:
        return pattern_match(value, text);
    }
    return false;
}

bool clause_matches(const clause *t, span text)
{
    for (size_t i = 0; i < t->values.count; i++)
        if (fits(t, t->values.at[i], text))
            return true;
    return false;
}

static bool string_fits(const clause *t, json_value string, char *scratch)
{
    return string.kind == JSON_STRING && clause_matches(t, json_unescape(string, scratch));
}

clause_outcome clause_eval(const clause *t, const subject_context *who, char *scratch)
{
    json_value claim = clause_claim(t, who);
    if (claim.kind == JSON_ABSENT)
        return CLAUSE_MISSING;
    if (claim.kind != (t->any_value ? JSON_ARRAY : JSON_STRING))
        return CLAUSE_WRONG_TYPE;
    if (!t->any_value)
        return string_fits(t, claim, scratch) ? CLAUSE_HOLDS : CLAUSE_FAILED;
    json_value item;
    for (json_iterator walk = json_items(claim); json_next_item(&walk, &item);)
        if (string_fits(t, item, scratch))
            return CLAUSE_HOLDS;
    return CLAUSE_FAILED;
}

bool condition_all(const condition *c, const subject_context *who, char *scratch)
{
    for (size_t i = 0; i < c->count; i++)
        if (clause_eval(&c->clauses[i], who, scratch) != CLAUSE_HOLDS)
            return false;
    return true;
}

bool condition_any(const condition *c, const subject_context *who, char *scratch)
{
    for (size_t i = 0; i < c->count; i++)
        if (clause_eval(&c->clauses[i], who, scratch) == CLAUSE_HOLDS)
            return true;
    return c->count == 0;
}
