/* SPDX-License-Identifier: MIT */
#include "iam/objects/arena.h"

#include <stdint.h>

#include "base/memory.h"

enum { BLOCK_SIZE = 4000 };

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    max_align_t bytes[];
};

static struct arena_block *add_block(arena *s, size_t size)
{
    size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct arena_block *block =
        capacity > PTRDIFF_MAX ? NULL : memory_alloc(sizeof *block + capacity);
    if (block == NULL)
        return NULL;
    block->size = capacity;
    block->next = s->blocks;
    s->blocks = block;
    return block;
}

static void *take(arena *s, size_t size)
{
    struct arena_block *block = s->blocks;
    if (block == NULL || block->size - block->used < size)
        block = add_block(s, size);
    if (block == NULL) {
        s->failed = true;
        return NULL;
    }
    void *at = (char *)block->bytes + block->used;
    size_t up = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    block->used = up > block->size - block->used ? block->size : block->used + up;
    return at;
}

void *arena_alloc_array(arena *s, size_t count, size_t size)
{
    if (count == 0)
        return NULL;
    if (count > PTRDIFF_MAX / size) {
        s->failed = true;
        return NULL;
    }
    return take(s, count * size);
}

span arena_strndup(arena *s, span text)
{
    if (text.at == NULL)
        return SPAN_NONE;
    char *copy = take(s, text.len + 1);
    if (copy == NULL)
        return SPAN_NONE;
    if (text.len > 0)
        memcpy(copy, text.at, text.len);
    return (span){copy, text.len};
}

void arena_free(arena *s)
{
    while (s->blocks != NULL) {
        struct arena_block *next = s->blocks->next;
        memory_free(s->blocks);
        s->blocks = next;
    }
    *s = ARENA_EMPTY;
}
