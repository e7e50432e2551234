/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_VOCABULARY_H
#define FNT_IAM_OBJECTS_VOCABULARY_H

#include "base/span.h"

/* The words of IAM objects: kinds, fields, actions, operators. Every list ends with NULL. */

/* Whether word is in the list, byte for byte. */
bool words_contain(span word, const char *const *list);

/* ---- kinds --------------------------------------------------------------- */

typedef enum { OBJECT_OTHER, OBJECT_ISSUER, OBJECT_POLICY, OBJECT_ROLE } object_kind;

extern const char *const kind_names[];

object_kind kind_from_name(span name); /* OBJECT_OTHER where it is none of ours */
span kind_name(object_kind kind);      /* of one of ours */

/* ---- fields -------------------------------------------------------------- */

extern const char *const object_fields[];    /* of every object: apiVersion, kind, ... */
extern const char *const metadata_fields[];  /* those of metadata that we know; more are allowed */
extern const char *const issuer_fields[];    /* of a JwtIssuer's spec */
extern const char *const policy_fields[];    /* of a Policy's spec */
extern const char *const statement_fields[]; /* of an item of spec.statement */
extern const char *const role_fields[];      /* of a Role's spec */
extern const char *const annotation_names[]; /* the annotations that are ours */

/* ---- actions ------------------------------------------------------------- */

extern const char *const action_names[];
extern const char *const invoking_actions[]; /* those that allow calling */
extern const char *const old_actions[];      /* of old files; they allow nothing any more */

/* ---- operators of conditions ---------------------------------------------
 *
 *     OPERATOR = [ "ForAnyValue:" ] NAME
 *     NAME     = "StringEqual" / "StringEquals"   byte for byte
 *              / "StringEqualIgnoreCase"          A to Z are a to z; nothing beyond ASCII is folded
 *              / "StringLike"                     "*" is any run of bytes, see match/pattern.h
 */
typedef enum { COMPARE_EQUAL, COMPARE_FOLD, COMPARE_LIKE } comparison;

#define FOR_ANY_VALUE SPAN("ForAnyValue:")

extern const char *const operator_names[];

bool operator_is(span text);
span operator_name(span text);           /* without ForAnyValue: */
comparison operator_compares(span text); /* text is an operator */

#endif
