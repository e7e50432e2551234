/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_CONDITION_H
#define FNT_IAM_RULES_CONDITION_H

#include "iam/objects/reader.h"
#include "iam/objects/vocabulary.h"
#include "text/json.h"

/* Conditions and principals: what the claims of a token must say (rule 34).
 *
 *     condition: { OPERATOR: { "jwt:" CLAIM: VALUES, ... }, ... }     all operators, and all claims
 *                                                                     in one, must hold
 *     principal: { "jwt:" CLAIM: VALUES, ... }                        any one claim, compared as
 *                                                                     StringEqual does
 *     VALUES    = text, plain integer, or a list of these             any one of them must fit
 *
 * Without ForAnyValue the claim must be text; with it an array, of which one item that is text must
 * fit. Numbers and booleans never fit. CLAIM is a claim's name, whatever its characters; one that
 * begins with "/" is an RFC 6901 pointer into the claims, if no claim has that very name. There is
 * no negation. */

typedef struct {
    span op; /* as written; absent in a principal */
    comparison how;
    bool any_value; /* ForAnyValue: */
    span claim;     /* without "jwt:" */
    texts values;   /* at least one */
    bool listed;    /* the values were written as a list ... */
    /* ... and one of them without quotes: the real CRD takes neither scalars nor numbers */
    bool numbers;
    span path; /* of the values */
} clause;

typedef struct {
    clause *clauses;
    size_t count; /* 0: there is no condition */
} condition;

/* Compile the value at here; every mistake is reported. False if there was one, also if here is
 * nowhere. */
bool condition_compile(const object *o, const location *here, condition *out);
bool condition_compile_principal(const object *o, const location *here, condition *out);

/* Whose claims the conditions look at. claims is a token's claim set, checked by json_validate.
 * Of an API token (rule 35) "iss" reads its fed:iss, and "sub" its sub without "fed:". */
typedef struct {
    json_value claims;
    bool api_token;
    /* a dry run: the report may hold the values of any claim (FNT_FIELD_ACTUAL) */
    bool report_values;
} subject_context;

typedef enum { CLAUSE_HOLDS, CLAUSE_FAILED, CLAUSE_MISSING, CLAUSE_WRONG_TYPE } clause_outcome;

/* The claim that a test looks at; JSON_ABSENT if there is none. */
json_value clause_claim(const clause *t, const subject_context *who);

/* Asks one test. room holds at least who->claims.raw.len bytes to unescape in. */
clause_outcome clause_eval(const clause *t, const subject_context *who, char *scratch);

/* Whether one text would fit one of the values. */
bool clause_matches(const clause *t, span text);

/* Whether all tests, or any of them, hold. Without tests both do: who calls makes sure that a role
 * has some. */
bool condition_all(const condition *c, const subject_context *who, char *scratch);
bool condition_any(const condition *c, const subject_context *who, char *scratch);

#endif
