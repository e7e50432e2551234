/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_JSON_INDEX_H
#define FNT_TEXT_JSON_INDEX_H

#include "text/json.h"

/* The members of an object by their names, or the strings of an array by what they read as: walked
 * once, found in a few steps from then on, however many there are. For whoever asks one object or
 * array for many texts; of one text json_member is quicker.
 *
 * The hash is no secret, as json_names.h has it, but what is looked for is not chosen by whoever
 * wrote the text: texts that fall into one chain cost those alone who look into it, a step each. */
typedef struct json_index json_index;

/* How many a text may have, at all depths; the root is no value. More are FNT_REFUSED_SIZE. */
typedef struct {
    size_t names, values;
} json_limits;
#define JSON_NO_LIMITS ((json_limits){SIZE_MAX, SIZE_MAX})

/* json_validate_pick, and the index of the object on the way, which spares a second pass. *index is
 * NULL unless it answers FNT_OK; FNT_FAULT_MEMORY. */
fnt_status json_validate_index(span text, const json_name *names, json_value *values, size_t count,
                               json_limits most, json_value *root, json_index **index,
                               json_fault *fault);

/* Of json_validate_index alone: the names that it saw, and their values. */
struct json_names;
json_index *json_index_of(json_value object, const struct json_names *names,
                          const json_value *values, size_t count, size_t all_names,
                          size_t all_values);

/* Of what json_validate accepted; anything else has nothing in it. NULL if there is no memory. */
json_index *json_index_new(json_value container);
void json_index_free(json_index *index); /* NULL is fine */

/* The value of the member of that name, or the string of an array; JSON_ABSENT if there is none. */
json_value json_index_find(const json_index *index, span text);

/* Of texts that are looked for in many: by their hashes it is told in a few instructions each that
 * there is no such name or string. */
uint32_t json_index_hash(span text);
bool json_index_may_have(const json_index *index, const uint32_t *hashes, size_t count);

/* The members of an object in their order; false behind the last. */
size_t json_index_names(const json_index *index);   /* at all depths, of json_validate_index */
size_t json_index_values(const json_index *index);  /* the same of values, without the object */
size_t json_index_longest(const json_index *index); /* bytes of the longest name as written */
size_t json_index_count(const json_index *index);   /* of members, or items */
bool json_index_member(const json_index *index, size_t i, json_value *name, json_value *value);

#endif
