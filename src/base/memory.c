/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>

/* The size stands in front of the block, in a header that keeps the block aligned. */
typedef union {
    size_t size;
    max_align_t align;
} header;

void *memory_new(size_t size)
{
    if (size > PTRDIFF_MAX - sizeof(header))
        return NULL;
    header *block = calloc(1, sizeof(header) + size);
    if (block == NULL)
        return NULL;
    block->size = size;
    return block + 1;
}

void *memory_array(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return memory_new(count * size);
}

char *memory_text(span text)
{
    char *copy = memory_new(text.len + 1);
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
    memory_wipe(at, block->size);
    free(block);
}

void memory_wipe(void *at, size_t size)
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

/* A block is as wide as the machine compares at once; where the compiler has no such type, a word. */
#if defined(__GNUC__)
typedef uint64_t block __attribute__((vector_size(16)));
#else
typedef uint64_t block;
#endif

static block differing(const unsigned char *x, const unsigned char *y)
{
    block a, b;
    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    return a ^ b;
}

static bool is_zero(block b)
{
    uint64_t words[sizeof(block) / sizeof(uint64_t)], any = 0;
    memcpy(words, &b, sizeof b);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        any |= words[i];
    return any == 0;
}

/* Two sums that do not wait for each other: a cached token is compared on every request. The last step looks at some bytes again rather
 * than at single ones. */
bool memory_equal(const void *a, const void *b, size_t len)
{
    enum { STEP = 2 * sizeof(block) };
    const unsigned char *x = a, *y = b;
    block even = {0}, odd = {0};
    unsigned char rest = 0;
    for (size_t i = 0; len >= STEP && i < len; i += STEP) {
        size_t at = i + STEP <= len ? i : len - STEP;
        even |= differing(x + at, y + at);
        odd |= differing(x + at + sizeof(block), y + at + sizeof(block));
    }
    for (size_t i = 0; len < STEP && i < len; i++)
        rest = (unsigned char)(rest | (x[i] ^ y[i]));
    return is_zero(even | odd) && rest == 0;
}
