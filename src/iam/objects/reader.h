/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_READER_H
#define FNT_IAM_OBJECTS_READER_H

#include "iam/objects/arena.h"
#include "iam/objects/finding.h"
#include "iam/objects/location.h"

/* One IAM object while it is read. A mistake is reported where it is, and reading goes on, so that
 * all of them are reported; object_is_sound says at the end whether there was one. What is kept of
 * an object is copied into the arena. */

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
    span namespace;  /* DEFAULT_NAMESPACE where it names none */
    size_t errors;   /* load->errors when this object began */
} object;

#define DEFAULT_NAMESPACE SPAN("openfaas")

typedef struct {
    span *at;
    size_t count;
} texts;

/* Whether it held no error so far, and memory sufficed. */
bool object_is_sound(const object *o);

/* A finding at a location of the object, see finding.h. rule: one of lint's rules. */
void object_error(const object *o, const location *where, const char *rule, const char *sentence,
                  spans args);
void object_warning(const object *o, const location *where, const char *rule, const char *sentence,
                    spans args);
void object_note(const object *o, const location *where, const char *sentence, spans args);

/* The location's JSON pointer, kept in the arena for findings of lint. */
span object_pointer(const object *o, const location *where);

/* An error for each member that is not in known (NULL-ended): nobody would read it, so it is
 * probably misspelled. What belongs elsewhere is told where. */
void object_check_fields(const object *o, const location *at, const char *const *known);

/* A member, or an absent location; an error if it is required and absent. */
location object_member(const object *o, const location *up, const char *name, bool required);

/* An error where text, the string at here, is longer than max bytes: what stands in paths and
 * patterns, and is compared with much else. */
void object_check_length(const object *o, const location *here, span text, size_t max);

/* Each returns false and reports a value of the wrong kind or an empty one; an absent value is
 * false without a report. */
bool object_is_object(const object *o, const location *here);
bool object_is_array(const object *o, const location *here);
bool object_string(const object *o, const location *here, span *out); /* not copied; may be empty */
bool object_strings(const object *o, const location *here,
                    texts *out); /* an array of them, copied */

#endif
