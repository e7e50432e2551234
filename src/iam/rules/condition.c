/* SPDX-License-Identifier: MIT */
#include "iam/rules/condition.h"

#include <stdlib.h>

#include "iam/objects/suggest.h"
#include "iam/rules/names.h"

#define JWT SPAN("jwt:")

/* The longest pattern of StringLike; and claims of one condition: lint compares each with each. */
enum { LIKE_BYTES = 1024, CLAUSES = 100 };

/* ---- compiling: values --------------------------------------------------- */

/* Rule 34: an unquoted number counts as the digits it was written in, where no reader before us can
 * have changed them. */
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
        object_error(o, here, "empty", "is empty: no claim is told by that, fill it or take it out",
                     NO_SPANS);
    if (out->how == COMPARE_LIKE)
        object_check_length(o, here, text, LIKE_BYTES);
    out->numbers |= number;
    if (out->values.at == NULL || text.len == 0)
        return;
    out->filter |=
        out->how == COMPARE_EQUAL ? text_bit((json_value){JSON_STRING, text, false}) : UINT64_MAX;
    out->values.at[out->values.count++] = arena_strndup(o->load->arena, text);
}

/* So few are compared one by one sooner than they are searched. */
enum { FEW_VALUES = 8 };

static int by_text(const void *a, const void *b)
{
    return names_compare(*(const span *)a, *(const span *)b);
}

static void sort_values(clause *out, arena *a)
{
    size_t count = out->values.count;
    if (count <= FEW_VALUES)
        return;
    out->sorted.at = arena_alloc_array(a, count, sizeof *out->sorted.at);
    if (out->sorted.at == NULL)
        return;
    memcpy(out->sorted.at, out->values.at, count * sizeof *out->sorted.at);
    qsort(out->sorted.at, count, sizeof *out->sorted.at, by_text);
    out->sorted.count = count;
}

/* An index has an array's strings and no booleans, which equal the texts true and false. */
static void hash_values(clause *out, arena *a)
{
    if (!out->any_value || clause_matches(out, SPAN("true")) || clause_matches(out, SPAN("false")))
        return;
    out->hashes = arena_alloc_array(a, out->values.count, sizeof *out->hashes);
    for (size_t i = 0; out->hashes != NULL && i < out->values.count; i++)
        out->hashes[i] = json_index_hash(out->values.at[i]);
}

void clause_prepare(clause *c, arena *a)
{
    if (c->how != COMPARE_EQUAL)
        return;
    sort_values(c, a);
    hash_values(c, a);
}

static void compile_values(const object *o, const location *here, clause *out)
{
    out->listed = node_kind(here->at) == JSON_ARRAY;
    if (out->listed && !object_is_array(o, here))
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

static bool is_jwt_otherwise(span key)
{
    char behind = key.len > 3 ? key.at[3] : '\0';
    bool word = (behind >= '0' && behind <= '9') ||
                (ascii_lower(behind) >= 'a' && ascii_lower(behind) <= 'z');
    return key.len > 3 && !word && span_equal_fold((span){key.at, 3}, SPAN("jwt"));
}

/* The claim that a key without "jwt:" means: of "sub" itself, of "JWT:sub", "jwt.sub" and
 * "claims:sub" what stands behind, and of "token.actions.githubusercontent.com:sub", as AWS writes
 * it, too. */
static span meant_claim(span key)
{
    size_t colon = span_index(key, ':');
    span behind = colon < key.len ? span_from(key, colon + 1) : SPAN_NONE;
    static const char *const others[] = {"claim", "claims",   "oidc",  "openid",
                                         "token", "id_token", "oauth", NULL};
    span before = {key.at, colon};
    bool prefix = words_contain(before, others) ||
                  (span_index(before, '.') < colon && !span_starts(behind, SPAN("//")));
    if (is_jwt_otherwise(key))
        return span_from(key, 4);
    if (behind.len > 0 && prefix)
        return behind;
    return span_equal_fold(key, SPAN("jwt")) ? SPAN("sub") : key;
}

static void check_key(const object *o, const location *key, span claim)
{
    span meant = meant_claim(key->member);
    if (operator_is(key->member))
        object_error(o, key, "condition-key",
                     "is an operator; a claim is expected here, as in jwt:sub", NO_SPANS);
    else if (!span_starts(key->member, JWT))
        object_error(o, key, "condition-key", "does not begin with jwt:, as in jwt:%",
                     SPANS(meant.len > 0 ? meant : SPAN("sub")));
    else if (claim.len == 0)
        object_error(o, key, "condition-key", "names no claim: write it behind jwt:", NO_SPANS);
    else if (claim.at[0] == '/' && !json_is_pointer(claim))
        object_error(o, key, "condition-key",
                     "is no JSON pointer: ~ is written ~0, and / inside a name ~1", NO_SPANS);
}

/* Each member of "keys" becomes a clause of one operator. out->clauses has space for them, or is
 * NULL after a failure. */
static void compile_keys(const object *o, const location *keys, clause of_operator, condition *out)
{
    for (location key = location_first(keys); key.at != NULL; key = location_next(&key)) {
        clause c = of_operator;
        span claim = span_from(key.member, span_starts(key.member, JWT) ? JWT.len : 0);
        check_key(o, &key, claim);
        c.claim = arena_strndup(o->load->arena, claim);
        c.pointer = object_pointer(o, &key);
        /* claims below "jwt" are no second mistake */
        if (span_starts(key.member, JWT) || node_kind(key.at) != JSON_OBJECT)
            compile_values(o, &key, &c);
        if (out->clauses != NULL)
            out->clauses[out->count++] = c;
    }
}

static bool check_number(const object *o, const location *here, size_t count)
{
    char digits[INTEGER_SIZE];
    if (count > CLAUSES)
        object_error(o, here, "limit", "asks for more than % claims: take some out",
                     SPANS(integer_print(CLAUSES, digits)));
    return count <= CLAUSES;
}

bool condition_compile_principal(const object *o, const location *here, condition *out)
{
    size_t before = o->load->errors;
    *out = (condition){NULL, 0};
    if (!object_is_object(o, here) || !check_number(o, here, location_count(here)))
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

static size_t count_keys(const location *operators)
{
    size_t count = 0;
    for (location op = location_first(operators); op.at != NULL; op = location_next(&op))
        count += location_count(&op);
    return count;
}

bool condition_compile(const object *o, const location *here, condition *out)
{
    size_t before = o->load->errors;
    *out = (condition){NULL, 0};
    if (!object_is_object(o, here) || !check_number(o, here, count_keys(here)))
        return false;
    out->clauses = arena_alloc_array(o->load->arena, count_keys(here), sizeof *out->clauses);
    for (location op = location_first(here); op.at != NULL; op = location_next(&op)) {
        bool known = operator_is(op.member);
        if (!known)
            report_operator(o, &op);
        /* What stands below a misspelled operator may hold mistakes of its own. */
        if (known ? object_is_object(o, &op) : node_kind(op.at) == JSON_OBJECT)
            compile_keys(o, &op,
                         known ? operator_clause(o, op.member) : (clause){.how = COMPARE_EQUAL},
                         out);
    }
    return o->load->errors == before && !o->load->arena->failed;
}
