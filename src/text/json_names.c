/* SPDX-License-Identifier: MIT */
#include "text/json_names.h"

#include "text/json_scan.h"

_Static_assert(JSON_SIZE < UINT32_C(1) << 31, "a name's position and length fit");

void json_names_init(json_names *names, span text, size_t max)
{
    names->start = text.at;
    names->end = text.at + text.len;
    names->count = 0;
    names->left = max;
    names->budget = text.len;
}

/* Two names of one key. */
static json_name_fault compare(json_names *names, size_t index, json_value name)
{
    span raw = {names->start + names->open[index].at, names->open[index].len};
    size_t bytes = raw.len + name.raw.len;
    if (bytes > names->budget)
        return NAMES_COLLIDE;
    names->budget -= bytes;
    return json_strings_equal((json_value){JSON_STRING, raw, names->open[index].escaped != 0}, name)
               ? NAME_TWICE
               : NAME_NEW;
}

json_name_fault json_names_add(json_names *names, size_t first, json_value name)
{
    uint64_t key = json_key(name, names->end);
    json_name_fault fault = NAME_NEW;
    for (size_t i = first; i < names->count && fault == NAME_NEW; i++)
        if (names->keys[i] == key)
            fault = compare(names, i, name);
    if (fault != NAME_NEW)
        return fault;
    if (names->left == 0)
        return NAMES_BEYOND_LIMIT;
    if (names->count == JSON_NAMES)
        return NAMES_FULL;
    names->left--;
    names->keys[names->count] = key;
    names->open[names->count].at = (uint32_t)(name.raw.at - names->start);
    names->open[names->count].len = (uint32_t)name.raw.len & JSON_SIZE;
    names->open[names->count++].escaped = name.escaped;
    return NAME_NEW;
}
