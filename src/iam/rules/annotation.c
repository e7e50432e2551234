/* SPDX-License-Identifier: MIT */
#include "iam/rules/annotation.h"

#include "iam/objects/suggest.h"
#include "iam/objects/vocabulary.h"

#define OURS SPAN("fntoken/")

static bool is_true(const object *from, const location *here, const char *name)
{
    span text = SPAN_NONE;
    if (!object_string(from, here, &text))
        return false;
    if (!span_equal(text, SPAN("true")) && !span_equal(text, SPAN("false")))
        object_error(from, here, name, "is \"%\"; \"true\" or \"false\" is expected", SPANS(text));
    return span_equal(text, SPAN("true"));
}

/* An object may have any annotations; one whose name is nearly ours was meant for us. */
bool annotation_is_set(const object *from, const char *name)
{
    location metadata = location_member(&from->at, SPAN("metadata"));
    location list = location_member(&metadata, SPAN("annotations"));
    bool set = false;
    for (location a = location_first(&list); node_kind(list.at) == JSON_OBJECT && a.at != NULL;
         a = location_next(&a)) {
        span near = suggest_word(a.member, annotation_names);
        if (span_starts(a.member, OURS) && span_equal(span_from(a.member, OURS.len), span_of(name)))
            set = is_true(from, &a, name);
        else if (near.at != NULL && !words_contain(a.member, annotation_names))
            object_error(from, &a, "unknown-field",
                         "is no annotation that is known; did you mean %?", SPANS(near));
    }
    return set;
}
