/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_READER_H
#define FNT_IAM_OBJECTS_READER_H

#include "base/report.h"
#include "iam/objects/arena.h"
#include "iam/objects/location.h"

/* One IAM object while it is read. A reader that finds a mistake reports it with its place and goes
 * on, so that all are told; who calls asks object_is_sound at the end. What is read out of an
 * object is copied into the store. */

typedef struct {
    const document *text;
    arena *arena;
    fnt_report *report;
    size_t errors;    /* so far, of all objects */
    spans namespaces; /* whose objects count; none: all */
} loading;

typedef struct {
    loading *load;
    location at;     /* the whole object */
    span kind, name; /* absent while they are not known */
    span namespace;  /* its namespace; DEFAULT_NAMESPACE where it names none */
    size_t errors;   /* load->errors when this object began */
} object;

#define DEFAULT_NAMESPACE SPAN("openfaas")

/* A list of texts. */
typedef struct {
    span *at;
    size_t count;
} texts;

bool object_is_sound(const object *o);

/* Reports a mistake at a place of the object, or what is no mistake. The report's sentence begins
 * with the object and the place:
 *     object_error(o, &where, "empty", "is empty: name at least %", SPANS(SPAN("one policy")));
 *     -> "Role invoke-role: spec.policy is empty: name at least one policy"
 * rule: one of lint's names; a note has none. At most OBJECT_ARGS args. */
enum { OBJECT_ARGS = 6 };
void object_error(const object *o, const location *where, const char *rule, const char *sentence,
                  spans args);
void object_warning(const object *o, const location *where, const char *rule, const char *sentence,
                    spans args);
void object_note(const object *o, const location *where, const char *sentence, spans args);

/* The place's JSON pointer, kept: lint points there too. */
span object_path(const object *o, const location *where);

/* Refuses every member of an object that is not in known (NULL-ended): a name that nobody reads is
 * a typing error. What belongs elsewhere says where. */
void object_fields(const object *o, const location *at, const char *const *known);

/* A member; its place is nowhere if there is none. An error if it is required and there is none. */
location object_member(const object *o, const location *up, const char *name, bool required);

/* Each of these is false, and says why, if the value is of another kind or empty. Nowhere is false
 * without a word. */
bool object_is_object(const object *o, const location *here);
bool object_is_list(const object *o, const location *here);
bool object_text(const object *o, const location *here, span *out); /* not copied */
/* a list of texts that are not empty, copied */
bool object_texts(const object *o, const location *here, texts *out);

#endif
