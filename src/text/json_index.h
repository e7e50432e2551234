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

/* Of what json_validate accepted; anything else has nothing in it. NULL if there is no memory. */
json_index *json_index_new(json_value container);
void json_index_free(json_index *index); /* NULL is fine */

/* The value of the member of that name, or the string of an array; JSON_ABSENT if there is none. */
json_value json_index_find(const json_index *index, span text);

/* Members of an object, items of an array (strings or not), and the value of one; JSON_ABSENT
 * behind the last. */
size_t json_index_count(const json_index *index);
json_value json_index_at(const json_index *index, size_t i);

#endif
