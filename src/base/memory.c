/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

/* Before each block, with its size; keeps the block aligned. */
typedef union {
    size_t size;
    max_align_t align;
} header;

void *memory_alloc(size_t size)
{
    if (size > PTRDIFF_MAX - sizeof(header))
        return NULL;
    header *block = calloc(1, sizeof(header) + size);
    if (block == NULL)
        return NULL;
    block->size = size;
    return block + 1;
}

void *memory_alloc_array(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return memory_alloc(count * size);
}

void *memory_grow_array(void *array, size_t count, size_t size)
{
    size_t capacity = memory_size(array) / size;
    assert(count <= capacity);
    if (count < capacity)
        return array;
    void *larger = memory_alloc_array(capacity == 0 ? 8 : 2 * capacity, size);
    if (larger == NULL)
        return NULL;
    if (count > 0)
        memcpy(larger, array, count * size);
    memory_free(array);
    return larger;
}

char *memory_strndup(span text)
{
    char *copy = memory_alloc(text.len + 1);
    if (copy != NULL && text.len > 0)
        memcpy(copy, text.at, text.len);
    return copy;
}

size_t memory_size(const void *at)
{
    return at == NULL ? 0 : ((const header *)at - 1)->size;
}

void memory_free(void *at)
{
    if (at == NULL)
        return;
    header *block = (header *)at - 1;
    memory_cleanse(at, block->size);
    free(block);
}

void memory_cleanse(void *at, size_t size)
{
#if defined(__GNUC__)
    if (size > 0)
        memset(at, 0, size);
    /* The block is said to be read here, so the memset above is not dead. */
    __asm__ volatile("" : : "r"(at) : "memory");
#else
    for (volatile unsigned char *byte = at; size > 0; size--)
        *byte++ = 0;
#endif
}

bool memory_equal(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a, *y = b;
    unsigned differ = 0;
    for (size_t i = 0; i < len; i++)
        differ |= (unsigned)(x[i] ^ y[i]);
    return differ == 0;
}
