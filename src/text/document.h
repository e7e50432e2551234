/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_DOCUMENT_H
#define FNT_TEXT_DOCUMENT_H

#include "text/json.h"

/* Configuration and keys (IAM objects, JWK, JWKS): JSON that passed json_validate and was then read
 * by cJSON, as a tree. document.c is the only file that knows cJSON. What the tree holds is wiped
 * when it is freed: a JWK may be private. Numbers come from the text, as cJSON reads them with the
 * locale's decimal point. */
typedef struct document document;
typedef struct node node; /* one value of the tree; lives as long as its document */

enum { DOCUMENT_NAME = 512 }; /* bytes of a member's name */

/* Beyond json_validate: a name has at most DOCUMENT_NAME bytes, and a text at most one value for
 * each eight of its bytes and 10000 besides, so that the tree takes no more than 20 times the text.
 * text: one JSON value; an array too, although json_validate takes objects only (it is wrapped for
 * the check). FNT_OK; FNT_REFUSED_MALFORMED: *fault says where and why; FNT_FAULT_MEMORY. */
fnt_status document_parse(span text, document **out, json_fault *fault);
const node *document_root(const document *d);
void document_free(document *d);

json_kind node_kind(const node *n);                /* JSON_ABSENT for NULL */
span node_name(const node *n);                     /* of a member; absent for others */
span node_text(const node *n);                     /* of a string; absent for others */
const node *node_member(const node *n, span name); /* byte for byte; NULL */
const node *node_first(const node *n);             /* of an object or array; NULL */
const node *node_next(const node *n);
/* as it was written ("1e6", not 1000000); absent for others */
span node_number(const document *d, const node *n);

#endif
