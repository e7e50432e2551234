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
    names->chained = false;
}

/* ---- chains -------------------------------------------------------------- */

/* So few are told apart sooner than the table is cleared. */
enum { FEW = 24 };

_Static_assert(NAMES_CHAINS == 1 << 10, "a chain is chosen by the upper ten bits");

static uint16_t *chain_of(json_names *names, uint64_t key)
{
    return &names->first[key * UINT64_C(0x9e3779b97f4a7c15) >> 54];
}

static void chain(json_names *names, size_t index)
{
    uint16_t *first = chain_of(names, names->keys[index]);
    names->next[index] = *first;
    *first = (uint16_t)(index + 1);
}

static void chain_all(json_names *names)
{
    memset(names->first, 0, sizeof names->first);
    for (size_t i = 0; i < names->count; i++)
        chain(names, i);
    names->chained = true;
}

/* Those that were added last begin their chains. */
void json_names_unchain(json_names *names, size_t first)
{
    for (size_t i = names->count; i-- > first;)
        *chain_of(names, names->keys[i]) = names->next[i];
}

/* ---- comparing ----------------------------------------------------------- */

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

static json_name_fault look_among_few(json_names *names, size_t first, json_value name,
                                      uint64_t key)
{
    json_name_fault fault = NAME_NEW;
    for (size_t i = first; i < names->count && fault == NAME_NEW; i++)
        if (names->keys[i] == key)
            fault = compare(names, i, name);
    return fault;
}

/* Names of the objects around this one are behind its own in each chain. */
static json_name_fault look_in_chain(json_names *names, size_t first, json_value name, uint64_t key)
{
    json_name_fault fault = NAME_NEW;
    for (size_t i = *chain_of(names, key); i > first && fault == NAME_NEW; i = names->next[i - 1]) {
        if (names->budget == 0)
            return NAMES_COLLIDE;
        names->budget--;
        if (names->keys[i - 1] == key)
            fault = compare(names, i - 1, name);
    }
    return fault;
}

json_name_fault json_names_add(json_names *names, size_t first, json_value name)
{
    uint64_t key = json_key(name, names->end);
    if (!names->chained && names->count - first >= FEW)
        chain_all(names);
    json_name_fault fault = names->chained ? look_in_chain(names, first, name, key)
                                           : look_among_few(names, first, name, key);
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
    names->open[names->count].escaped = name.escaped;
    if (names->chained)
        chain(names, names->count);
    names->count++;
    return NAME_NEW;
}
