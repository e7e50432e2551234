/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of a folder: its seeds, and what fuzzing found (NAME.repro).
 *
 *     replay_NAME FOLDER
 *     work_NAME FOLDER counted     also grown to 16 KiB; fails where no work is counted (work.h)
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 20, GROWN = 16 << 10 };
static const size_t sizes[] = {3 << 10, GROWN}; /* some readers take no more than 4 KiB */

/* In a block of its own, so that a byte too far is seen. */
static int run(const uint8_t *data, size_t len)
{
    uint8_t *exact = malloc(len == 0 ? 1 : len);
    if (exact == NULL)
        return 1;
    memcpy(exact, data, len);
    (void)LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    return 0;
}

static size_t add(uint8_t *to, size_t at, const uint8_t *from, const uint8_t *end)
{
    memcpy(to + at, from, (size_t)(end - from));
    return at + (size_t)(end - from);
}

/* With what stands from one to the other many times over: a long list, a long text. */
static int run_grown(const uint8_t *data, size_t len, const uint8_t *from, const uint8_t *to)
{
    static uint8_t grown[MAX + 2 * GROWN];
    int failed = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t at = add(grown, 0, data, from);
        while (at < sizes[i])
            at = add(grown, at, from, to);
        failed += run(grown, add(grown, at, to, data + len));
    }
    return failed;
}

/* Between each two of a separator. */
static int grow(const uint8_t *data, size_t len)
{
    int failed = 0;
    for (const char *s = ",{[\"&\n./:-*%= a"; *s != '\0' && len <= GROWN; s++) {
        const uint8_t *from = memchr(data, *s, len), *end = data + len;
        const uint8_t *to = from == NULL ? NULL : memchr(from + 1, *s, (size_t)(end - from - 1));
        if (to != NULL)
            failed += run_grown(data, len, from, to);
    }
    return failed;
}

static int replay(const char *folder, const char *name, bool growing)
{
    static uint8_t scratch[MAX];
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return 1;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 1;
    size_t len = fread(scratch, 1, sizeof scratch, file);
    fclose(file);
    return run(scratch, len) + (growing ? grow(scratch, len) : 0);
}

int main(int argc, char **argv)
{
    int count = 0, failed = 0;
    DIR *folder = argc == 2 || argc == 3 ? opendir(argv[1]) : NULL;
    if (folder == NULL) {
        fprintf(stderr, "usage: %s FOLDER [counted]\n", argv[0]);
        return 2;
    }
    for (struct dirent *e; (e = readdir(folder)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        failed += replay(argv[1], e->d_name, argc == 3);
        count++;
    }
    closedir(folder);
    if (argc == 3 && !work_was_counted())
        failed++;
    printf("%d passed, %d failed\n", count - failed, failed);
    return count == 0 || failed != 0; /* no seeds is no test */
}
