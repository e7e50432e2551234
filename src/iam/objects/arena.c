/* SPDX-License-Identifier: MIT */
#include "iam/objects/arena.h"

#include <assert.h>
#include <stdint.h>

#include "base/memory.h"

enum { BLOCK_SIZE = 4000 };

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    max_align_t bytes[];
};

static struct arena_block *add_block(arena *a, size_t size)
{
    size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct arena_block *block =
        capacity > PTRDIFF_MAX ? NULL : memory_alloc(sizeof *block + capacity);
    if (block == NULL)
        return NULL;
    block->size = capacity;
    block->next = a->blocks;
    a->blocks = block;
    return block;
}

/* Bytes that are left out so that what comes next is aligned. */
static size_t gap(const struct arena_block *block, size_t align)
{
    size_t left = block->size - block->used, bytes = (align - block->used % align) % align;
    return bytes < left ? bytes : left;
}

static void *take(arena *a, size_t size, size_t align)
{
    struct arena_block *block = a->blocks;
    if (block == NULL || block->size - block->used - gap(block, align) < size)
        block = add_block(a, size);
    if (block == NULL) {
        a->failed = true;
        return NULL;
    }
    block->used += gap(block, align);
    assert(block->used <= block->size && size <= block->size - block->used);
    void *at = (char *)block->bytes + block->used;
    block->used += size;
    return at;
}

void *arena_alloc_array(arena *a, size_t count, size_t size)
{
    assert(size > 0);
    if (count == 0)
        return NULL;
    if (count > PTRDIFF_MAX / size) {
        a->failed = true;
        return NULL;
    }
    return take(a, count * size, _Alignof(max_align_t));
}

span arena_strndup(arena *a, span text)
{
    if (text.at == NULL)
        return SPAN_NONE;
    char *copy = take(a, text.len + 1, 1);
    if (copy == NULL)
        return SPAN_NONE;
    if (text.len > 0)
        memcpy(copy, text.at, text.len);
    return (span){copy, text.len};
}

void arena_free(arena *a)
{
    while (a->blocks != NULL) {
        struct arena_block *next = a->blocks->next;
        memory_free(a->blocks);
        a->blocks = next;
    }
    *a = ARENA_EMPTY;
}
