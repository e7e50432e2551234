/* SPDX-License-Identifier: MIT */
#include "iam/objects/vocabulary.h"

#include <assert.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { NOT_FOUND = -1 };

/* Where word stands in the list, or NOT_FOUND. */
static int index_of(span word, const char *const *list)
{
    for (int i = 0; list[i] != NULL; i++)
        if (span_equal(word, span_of(list[i])))
            return i;
    return NOT_FOUND;
}

bool words_contain(span word, const char *const *list)
{
    return index_of(word, list) != NOT_FOUND;
}

/* ---- kinds --------------------------------------------------------------- */

const char *const kind_names[] = {"JwtIssuer", "Policy", "Role", NULL}; /* as object_kind */
_Static_assert(COUNT(kind_names) - 1 == OBJECT_ROLE, "a name for each kind");

object_kind kind_from_name(span name)
{
    return (object_kind)(index_of(name, kind_names) + OBJECT_ISSUER);
}
_Static_assert(NOT_FOUND + OBJECT_ISSUER == OBJECT_OTHER, "what is not found is of another kind");

span kind_name(object_kind kind)
{
    assert(kind >= OBJECT_ISSUER && kind <= OBJECT_ROLE);
    return span_of(kind_names[kind - OBJECT_ISSUER]);
}

/* ---- fields -------------------------------------------------------------- */

const char *const object_fields[] = {"apiVersion", "kind", "metadata", "spec", "status", NULL};
const char *const metadata_fields[] = {"name", "namespace", "labels", "annotations", NULL};
const char *const issuer_fields[] = {"iss", "issInternal", "aud", "tokenExpiry", NULL};
const char *const policy_fields[] = {"statement", NULL};
const char *const statement_fields[] = {"sid", "action", "effect", "resource", "condition", NULL};
const char *const role_fields[] = {"policy", "principal", "condition", NULL};
const char *const annotation_names[] = {"fntoken/authorized-party", "fntoken/any-tenant", NULL};

/* ---- actions ------------------------------------------------------------- */

const char *const action_names[] = {
    "*",
    "Function:*",
    "Function:Invoke",
    "Function:Get",
    "Function:Create",
    "Function:Update",
    "Function:Delete",
    "Function:List",
    "Function:Logs",
    "Function:Scale",
    "Secret:*",
    "Secret:List",
    "Secret:Create",
    "Secret:Update",
    "Secret:Delete",
    "Namespace:*",
    "Namespace:List",
    "Namespace:Get",
    "Namespace:Create",
    "Namespace:Update",
    "Namespace:Delete",
    "System:*",
    "System:Info",
    NULL,
};
const char *const invoking_actions[] = {"*", "Function:*", "Function:Invoke", NULL};
const char *const old_actions[] = {"Function:Read", "Function:Admin", "Secret:Read", NULL};

/* ---- operators ----------------------------------------------------------- */

const char *const operator_names[] = {"StringEqual", "StringEquals", "StringEqualIgnoreCase",
                                      "StringLike", NULL};
static const comparison comparisons[] = {COMPARE_EQUAL, COMPARE_EQUAL, COMPARE_FOLD, COMPARE_LIKE};
_Static_assert(COUNT(operator_names) - 1 == COUNT(comparisons), "a comparison for each operator");

span operator_name(span text)
{
    return span_starts(text, FOR_ANY_VALUE) ? span_from(text, FOR_ANY_VALUE.len) : text;
}

bool operator_is(span text)
{
    return words_contain(operator_name(text), operator_names);
}

comparison operator_compares(span text)
{
    assert(operator_is(text));
    return comparisons[index_of(operator_name(text), operator_names)];
}
