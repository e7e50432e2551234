/* SPDX-License-Identifier: MIT */
/* For LD_PRELOAD: an allocation fails, or all from one on. The file FNT_HEAP holds a struct that
 * the test reads and writes while nginx runs. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "failing_heap.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/* What the test writes: which one fails, of whose, and whether those behind it do too. */
struct heap {
    _Atomic uint32_t fails_at; /* 0: none */
    _Atomic uint32_t of_all;   /* else of the module's alone */
    _Atomic uint32_t after;
    _Atomic uint32_t asked, failed;
};

static struct heap *heap;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FNT_HEAP");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *heap, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    heap = at != MAP_FAILED ? at : NULL;
    (void)close(fd);
}

int heap_is_failing(int of_module)
{
    if (heap == NULL || heap->fails_at == 0 || (heap->of_all == 0) != of_module)
        return 0;
    uint32_t number = atomic_fetch_add(&heap->asked, 1) + 1;
    if (number < heap->fails_at || (number > heap->fails_at && heap->after == 0))
        return 0;
    atomic_fetch_add(&heap->failed, 1);
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return heap_is_failing(0) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return heap_is_failing(0) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *at, size_t size)
{
    return heap_is_failing(0) ? NULL : __libc_realloc(at, size);
}

int posix_memalign(void **at, size_t alignment, size_t size)
{
    void *made = heap_is_failing(0) ? NULL : __libc_memalign(alignment, size);
    if (made == NULL)
        return ENOMEM;
    *at = made;
    return 0;
}
