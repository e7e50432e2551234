/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_FINDING_H
#define FNT_IAM_OBJECTS_FINDING_H

#include "base/report.h"

/* One thing that loading or linting says about an object: an entry of the report, with fields for
 * programs and a sentence for people. */

typedef enum { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE } severity;

typedef struct {
    severity severity;
    const char *rule; /* one of lint's rules; NULL: a note has none */
    span kind, name;  /* of the object; name may be absent */
    span pointer;     /* RFC 6901, from the root of the text that was loaded */
    span path;        /* from the object on, for people; absent: the object as a whole is meant */
} finding;

/* At most FINDING_ARGS args, one for each %. The sentence goes on where its subject ends:
 *     {FINDING_ERROR, "empty", "Role", "dev", "/2/spec/policy", "spec.policy"},
 *     "is empty: name at least %", SPANS(SPAN("one policy"))
 *     -> "Role dev: spec.policy is empty: name at least one policy" */
enum { FINDING_ARGS = 6 };
void finding_report(fnt_report *report, const finding *f, const char *sentence, spans args);

const char *severity_name(severity s);

#endif
