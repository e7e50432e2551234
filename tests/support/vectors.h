/* SPDX-License-Identifier: MIT */
/* Reads tests/vectors/, whose README.md says what is in the files. */
#ifndef FNT_TESTS_VECTORS_H
#define FNT_TESTS_VECTORS_H

#include "support/support.h"

#include "text/json.h"

/* The rows of one file, one after another. All texts stay until the test ends. */
typedef struct {
    json_value material, defaults, row;
    json_iterator rest;
    size_t count;
    span token; /* of the row; absent if it has none */
} vectors;

/* file: its name; operation: what must stand in it */
vectors vectors_open(const char *file, const char *operation);
/* The next row; false after the last, which also tells how many there were. Rows that need what
 * this build has not are passed over. */
bool vectors_next(vectors *v);

/* A member of the row, else of the defaults; JSON_ABSENT if neither has it, or it is null. */
json_value vectors_get(const vectors *v, const char *name);
/* It as a text: a string, or pieces; absent if it is not there. */
span vectors_text(const vectors *v, const char *name);
span vectors_bytes(const vectors *v, json_value text);
/* JSON that stands in the member itself (as "json") or in a text. */
span vectors_json_or_text(const vectors *v, json_value object);
int64_t vectors_number(json_value number);
bool vectors_flag(const vectors *v, const char *name);
int32_t vectors_algorithm(json_value name); /* FNT_ES256 ...; 0 if there is none */

/* From material.json. */
json_value vectors_material(const vectors *v, const char *group, span name);
fnt_keyset *vectors_keyset(const vectors *v, span name); /* NULL: "none" */
fnt_key *vectors_signer(const vectors *v, span name);
/* Each option of an object, by fnt_verifier_set or fnt_sts_set; one of them is NULL. */
void vectors_set(json_value options, fnt_verifier *verifier, fnt_sts *sts);

/* Whether what was answered is what the row says. */
void vectors_expect(const vectors *v, const char *member, fnt_status got);
void vectors_expect_text(const vectors *v, const char *what, json_value want, span got);
void vectors_expect_claims(const vectors *v, const fnt_token *token);

#endif
