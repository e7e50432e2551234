/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_CONDITION_H
#define FNT_IAM_RULES_CONDITION_H

#include "iam/objects/reader.h"
#include "iam/objects/vocabulary.h"
#include "iam/rules/subject_context.h"

/* Conditions and principals: what the claims of a token must say (rule 34).
 *
 *     condition: { OPERATOR: { "jwt:" CLAIM: VALUES, ... }, ... }     all operators, and all claims
 *                                                                     of each, must hold
 *     principal: { "jwt:" CLAIM: VALUES, ... }                        any one claim, compared as
 *                                                                     StringEqual does
 *     VALUES    = string, plain integer, or an array of these         any one of them must match
 *
 * Without ForAnyValue the claim must be a string; with it an array, of which one string must match,
 * or a string, which is an array of one, and of scope and scp one of its words. Numbers never
 * match. StringEqual, with ForAnyValue in an array, takes a boolean for the text "true" or "false";
 * no other operator does, nor a principal. CLAIM is the whole name of a claim, whatever its
 * characters; one that begins with "/" is an RFC 6901 pointer into the claims, if no claim has that
 * very name. There is no negation. */

/* One claim and the values that it may have. */
typedef struct {
    span op; /* as written; absent in a principal */
    comparison how;
    bool any_value;   /* ForAnyValue: */
    span claim;       /* without "jwt:"; not empty */
    size_t slot;      /* its number, see subject_context; 0: none */
    texts values;     /* at least one, none of them empty */
    texts sorted;     /* the same in order, where there are many and they are compared exactly */
    uint32_t *hashes; /* of the values, where an array's strings alone can equal them; or NULL */
    uint64_t filter;  /* the values' text_bits; all bits where a value is a pattern or folded */
    bool listed;      /* the values were written as an array, as OpenFaaS's CRDs demand ... */
    bool numbers;     /* ... and one of them without quotes, which they refuse */
    span pointer;     /* to the values */
} clause;

typedef struct {
    clause *clauses;
    size_t count; /* 0: there is no condition */
} condition;

/* Compile the value at here; every mistake is reported. False if there was one, and of an absent
 * value. */
bool condition_compile(const object *o, const location *here, condition *out);
bool condition_compile_principal(const object *o, const location *here, condition *out);

/* For quick comparing; not while it is compiled, when the text takes most of the memory. */
void clause_prepare(clause *c, arena *a);

typedef enum { CLAUSE_HOLDS, CLAUSE_FAILED, CLAUSE_MISSING, CLAUSE_WRONG_TYPE } clause_outcome;

/* The claim that a clause looks at; JSON_ABSENT if there is none. */
static inline json_value clause_claim(const clause *c, subject_context *who)
{
    return *subject_claim(who, c->claim, c->slot);
}

clause_outcome clause_eval(const clause *c, subject_context *who);

/* False: it does not hold. True: it has to be evaluated. */
static inline bool clause_may_hold(const clause *c, const subject_context *who)
{
    return (c->filter & who->filter[c->slot]) != 0;
}

/* Whether a claim of that text would match one of the values. */
bool clause_matches(const clause *c, span text);

/* Whether all clauses, or any of them, hold. Without clauses both do: a role must have some. */
bool condition_all(const condition *c, subject_context *who);
bool condition_any(const condition *c, subject_context *who);

static inline bool condition_all_may(const condition *c, const subject_context *who)
{
    for (size_t i = 0; i < c->count; i++)
        if (!clause_may_hold(&c->clauses[i], who))
            return false;
    return true;
}

static inline bool condition_any_may(const condition *c, const subject_context *who)
{
    for (size_t i = 0; i < c->count; i++)
        if (clause_may_hold(&c->clauses[i], who))
            return true;
    return c->count == 0;
}

#endif
