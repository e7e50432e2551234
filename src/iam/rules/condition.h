/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_CONDITION_H
#define FNT_IAM_RULES_CONDITION_H

#include "iam/objects/reader.h"
#include "iam/objects/vocabulary.h"
#include "text/json.h"

/* Conditions and principals: what the claims of a token must say (rule 34).
 *
 *     condition: { OPERATOR: { "jwt:" CLAIM: VALUES, ... }, ... }     all operators, and all claims in one, must hold
 *     principal: { "jwt:" CLAIM: VALUES, ... }                        any one claim, compared as StringEqual does
 *     VALUES    = text, plain integer, or a list of these             any one of them must fit
 *
 * Without ForAnyValue the claim must be text; with it an array, of which one item that is text must fit. Numbers and booleans
 * never fit. CLAIM is a claim's name, whatever its characters; one that begins with "/" is an RFC 6901 pointer into the
 * claims, if no claim has that very name. There is no negation. */

typedef struct {
    span operator;  /* as written; absent in a principal */
    comparison how;
    bool any_value; /* ForAnyValue: */
    span claim;     /* without "jwt:" */
    texts values;   /* at least one */
    bool listed;    /* the values were written as a list ... */
    bool numbers;   /* ... and one of them without quotes: the real CRD takes neither scalars nor numbers */
    span path;      /* of the values */
} test;

typedef struct {
    test *tests;
    size_t count; /* 0: there is no condition */
} condition;

/* Compile the value at here; every mistake is reported. False if there was one, also if here is nowhere. */
bool condition_compile(const object *o, const place *here, condition *out);
bool condition_compile_principal(const object *o, const place *here, condition *out);

/* Whose claims the conditions look at. claims is a token's claim set, checked by json_check.
 * Of an API token (rule 35) "iss" reads its fed:iss, and "sub" its sub without "fed:". */
typedef struct {
    json_value claims;
    bool api_token;
    bool tell_values; /* a dry run: the report may hold the values of any claim (FNT_FIELD_ACTUAL) */
} subject_claims;

typedef enum { VERDICT_HOLDS, VERDICT_FAILED, VERDICT_MISSING, VERDICT_WRONG_TYPE } verdict;

/* The claim that a test looks at; JSON_NOTHING if there is none. */
json_value test_claim(const test *t, const subject_claims *who);

/* Asks one test. room holds at least who->claims.raw.len bytes to unescape in. */
verdict test_ask(const test *t, const subject_claims *who, char *room);

/* Whether one text would fit one of the values. */
bool test_fits(const test *t, span text);

/* Whether all tests, or any of them, hold. Without tests both do: who calls makes sure that a role has some. */
bool condition_all(const condition *c, const subject_claims *who, char *room);
bool condition_any(const condition *c, const subject_claims *who, char *room);

#endif
