/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

/* The size stands in front of the block, in a header that keeps the block aligned. */
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

/* A block is what is compared at once; where the compiler has no such type, a word. */
#if defined(__GNUC__)
typedef uint64_t block __attribute__((vector_size(32)));
#else
typedef uint64_t block;
#endif

/* A second version for machines with registers as wide as a block, chosen when the library is
 * loaded: half the time, on every request that brings a cached token. Not under sanitizers, which
 * are not yet awake at that moment. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__) &&       \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_WIDE_MACHINES_TOO __attribute__((target_clones("avx2", "default")))
#else
#define FOR_WIDE_MACHINES_TOO
#endif

enum { STEP = 2 * sizeof(block) };

/* Adds what differs in STEP bytes to two sums that do not wait for each other. */
static inline void look(const unsigned char *x, const unsigned char *y, block *even, block *odd)
{
    block p, q;
    memcpy(&p, x, sizeof p);
    memcpy(&q, y, sizeof q);
    *even |= p ^ q;
    memcpy(&p, x + sizeof p, sizeof p);
    memcpy(&q, y + sizeof q, sizeof q);
    *odd |= p ^ q;
}

/* The last step looks at some bytes again rather than at single ones. */
FOR_WIDE_MACHINES_TOO
bool memory_equal(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a, *y = b;
    block even = {0}, odd = {0};
    uint64_t words[sizeof(block) / sizeof(uint64_t)], differ = 0;
    for (size_t i = 0; i + STEP <= len; i += STEP)
        look(x + i, y + i, &even, &odd);
    if (len >= STEP)
        look(x + len - STEP, y + len - STEP, &even, &odd);
    for (size_t i = 0; len < STEP && i < len; i++)
        differ |= (uint64_t)(x[i] ^ y[i]);
    even |= odd;
    memcpy(words, &even, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        differ |= words[i];
    return differ == 0;
}
