/* SPDX-License-Identifier: MIT */
#include "match/patterns.h"

#include "base/memory.h"
#include "match/patterns_index.h"

/* So few are quicker to try one by one than to find in an index. */
enum { FEW = 4 };

struct patterns {
    size_t count;
    patterns_index index; /* up to FEW, only its list is used */
};

/* A set is one block: itself, the list, the index's arrays, the text. */
typedef struct {
    size_t list, length_bitmaps, buckets, text, all; /* offsets, but all */
} layout;

_Static_assert(sizeof(patterns) % _Alignof(index_entry) == 0 &&
                   sizeof(index_entry) % _Alignof(uint32_t) == 0,
               "each part of the block ends where the next one may begin");

/* Whether *sum grows by count * size without overflow. */
static bool grow(size_t *sum, size_t count, size_t size)
{
    if (count > (SIZE_MAX - *sum) / size)
        return false;
    *sum += count * size;
    return true;
}

static bool lay_out(layout *at, const span *list, size_t count, unsigned bits)
{
    size_t slots = count <= FEW ? 0 : (size_t)1 << bits;
    *at = (layout){sizeof(patterns), 0, 0, 0, sizeof(patterns)};
    if (count >= UINT32_MAX || !grow(&at->all, count, sizeof(index_entry)))
        return false;
    at->length_bitmaps = at->all;
    if (!grow(&at->all, slots, sizeof(uint32_t)))
        return false;
    at->buckets = at->all;
    if (!grow(&at->all, slots, sizeof(uint32_t)))
        return false;
    at->text = at->all;
    for (size_t i = 0; i < count; i++)
        if (list[i].len > UINT32_MAX || !grow(&at->all, list[i].len, 1) ||
            !grow(&at->all, 1, 1)) /* a NUL behind each */
            return false;
    return true;
}

static void copy_text(patterns *set, const span *list, char *to)
{
    for (size_t i = 0; i < set->count; i++) {
        if (list[i].len > 0)
            memcpy(to, list[i].at, list[i].len);
        set->index.list[i] = index_entry_of((span){to, list[i].len});
        to += list[i].len + 1;
    }
}

fnt_status patterns_compile(const span *list, size_t count, patterns **out)
{
    layout at;
    unsigned bits = index_bits(count);
    *out = NULL;
    char *block = lay_out(&at, list, count, bits) ? memory_alloc(at.all) : NULL;
    if (block == NULL)
        return FNT_FAULT_MEMORY;
    patterns *set = (patterns *)(void *)block;
    set->count = count;
    set->index.list = (index_entry *)(void *)(block + at.list);
    set->index.length_bitmaps = (uint32_t *)(void *)(block + at.length_bitmaps);
    set->index.buckets = (uint32_t *)(void *)(block + at.buckets);
    set->index.bits = bits;
    copy_text(set, list, block + at.text);
    for (uint32_t i = 0; count > FEW && i < count; i++)
        index_add(&set->index, i);
    *out = set;
    return FNT_OK;
}

void patterns_free(patterns *set)
{
    memory_free(set);
}

size_t patterns_count(const patterns *set)
{
    return set == NULL ? 0 : set->count;
}

span patterns_text(const patterns *set, size_t index)
{
    if (index >= patterns_count(set))
        return SPAN_NONE;
    return (span){set->index.list[index].at, set->index.list[index].len};
}

size_t patterns_first(const patterns *set, span resource)
{
    size_t i = 0, count = patterns_count(set);
    while (i < count && !index_match_few(&set->index.list[i], 1, resource))
        i++;
    return i;
}

bool patterns_match(const patterns *set, span resource)
{
    if (set == NULL)
        return false;
    return set->count > FEW ? index_match(&set->index, resource)
                            : index_match_few(set->index.list, set->count, resource);
}

bool patterns_cover(const patterns *set, span narrow, size_t *steps)
{
    if (set == NULL)
        return false;
    return set->count > FEW ? index_match_within(&set->index, narrow, steps)
                            : index_match_few_within(set->index.list, set->count, narrow, steps);
}

bool patterns_any_covers(spans list, span narrow, size_t *steps)
{
    for (size_t i = 0; *steps > 0 && i < list.count; i++) {
        index_entry e = index_entry_of(list.at[i]);
        if (index_match_few_within(&e, 1, narrow, steps))
            return true;
    }
    return false;
}
