/* SPDX-License-Identifier: MIT */
#include "text/json_index.h"

#include "base/memory.h"
#include "text/json_names.h"
#include "text/json_scan.h"

_Static_assert(JSON_SIZE < UINT32_C(1) << 31, "a position and a length fit");

/* Where a string or another value stands in the container. */
typedef struct {
    uint32_t at;
    uint32_t len : 31;
    uint32_t escaped : 1;
} place;

/* A member; or an item, which is its own name where it is a string. */
typedef struct {
    uint32_t hash, next; /* of the name; 1 + index in its chain, 0 at the end */
    place name, value;
} entry;

struct json_index {
    span text; /* of the container */
    size_t count;
    size_t names, values; /* at all depths */
    entry *entries;
    uint32_t *chains; /* as entry.next; a power of two of them, of which the hash chooses one */
    size_t mask;
};

static uint32_t hash_of_key(uint64_t key)
{
    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static uint32_t hash_of(json_value string, const char *end)
{
    return hash_of_key(json_key(string, end));
}

static place place_of(span text, json_value value)
{
    return (place){(uint32_t)(value.raw.at - text.at), (uint32_t)value.raw.len & JSON_SIZE,
                   value.escaped};
}

/* A quote stands before strings alone. */
static json_value value_at(span text, place p)
{
    const char *at = text.at + p.at;
    return (json_value){at[-1] == '"' ? JSON_STRING : json_kind_of(*at), {at, p.len}, p.escaped};
}

static bool add(json_index *index, json_value name, json_value value)
{
    entry *entries = memory_grow_array(index->entries, index->count, sizeof *entries);
    if (entries == NULL)
        return false;
    index->entries = entries;
    entries[index->count++] =
        (entry){name.kind == JSON_STRING ? hash_of(name, index->text.at + index->text.len) : 0, 0,
                place_of(index->text, name), place_of(index->text, value)};
    return true;
}

static bool add_all(json_index *index, json_value container)
{
    json_value name, value;
    bool added = true;
    for (json_iterator walk = json_members(container);
         added && json_next_member(&walk, &name, &value);)
        added = add(index, name, value);
    for (json_iterator walk = json_items(container); added && json_next_item(&walk, &value);)
        added = add(index, value, value);
    return added;
}

static bool chain_all(json_index *index)
{
    size_t size = 8;
    while (size < index->count)
        size *= 2;
    index->mask = size - 1;
    index->chains = memory_alloc_array(size, sizeof *index->chains);
    for (size_t i = index->count; index->chains != NULL && i-- > 0;) {
        entry *e = &index->entries[i];
        if (value_at(index->text, e->name).kind != JSON_STRING)
            continue;
        e->next = index->chains[e->hash & index->mask];
        index->chains[e->hash & index->mask] = (uint32_t)i + 1;
    }
    return index->chains != NULL;
}

json_index *json_index_new(json_value container)
{
    json_index *index = memory_alloc(sizeof *index);
    if (index == NULL)
        return NULL;
    index->text = container.raw;
    if (add_all(index, container) && chain_all(index))
        return index;
    json_index_free(index);
    return NULL;
}

json_index *json_index_of(json_value object, const json_names *names, const json_value *values,
                          size_t count, size_t all_names, size_t all_values)
{
    json_index *index = memory_alloc(sizeof *index);
    if (index == NULL)
        return NULL;
    size_t before = (size_t)(object.raw.at - names->start);
    index->text = object.raw;
    index->entries = memory_alloc_array(count, sizeof *index->entries);
    for (size_t i = 0; index->entries != NULL && i < count; i++) {
        place name = {names->open[i].at - (uint32_t)before, names->open[i].len,
                      names->open[i].escaped};
        index->entries[i] =
            (entry){hash_of_key(names->keys[i]), 0, name, place_of(object.raw, values[i])};
    }
    index->count = count;
    index->names = all_names;
    index->values = all_values;
    if (index->entries != NULL && chain_all(index))
        return index;
    json_index_free(index);
    return NULL;
}

void json_index_free(json_index *index)
{
    if (index == NULL)
        return;
    memory_free(index->entries);
    memory_free(index->chains);
    memory_free(index);
}

uint32_t json_index_hash(span text)
{
    return hash_of((json_value){JSON_STRING, text, false}, text.at + text.len);
}

static bool may_have(const json_index *index, uint32_t hash)
{
    uint32_t i = index->chains[hash & index->mask];
    while (i != 0 && index->entries[i - 1].hash != hash)
        i = index->entries[i - 1].next;
    return i != 0;
}

bool json_index_may_have(const json_index *index, const uint32_t *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (may_have(index, hashes[i]))
            return true;
    return false;
}

json_value json_index_find(const json_index *index, span text)
{
    uint32_t hash = json_index_hash(text);
    for (uint32_t i = index->chains[hash & index->mask]; i != 0; i = index->entries[i - 1].next) {
        const entry *e = &index->entries[i - 1];
        if (e->hash == hash && json_string_equals(value_at(index->text, e->name), text))
            return value_at(index->text, e->value);
    }
    return (json_value){JSON_ABSENT, SPAN_NONE, false};
}

size_t json_index_count(const json_index *index)
{
    return index->count;
}

size_t json_index_names(const json_index *index)
{
    return index->names;
}

size_t json_index_values(const json_index *index)
{
    return index->values;
}

size_t json_index_longest(const json_index *index)
{
    size_t longest = 0;
    for (size_t i = 0; i < index->count; i++)
        longest = index->entries[i].name.len > longest ? index->entries[i].name.len : longest;
    return longest;
}

bool json_index_member(const json_index *index, size_t i, json_value *name, json_value *value)
{
    if (i >= index->count)
        return false;
    *name = value_at(index->text, index->entries[i].name);
    *value = value_at(index->text, index->entries[i].value);
    return true;
}
