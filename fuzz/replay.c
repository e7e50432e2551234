/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of a folder: its seeds, and what fuzzing found (NAME.repro). */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 20 };

static int replay(const char *folder, const char *name)
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
    /* a block of its own, so that a byte too far is seen */
    uint8_t *exact = malloc(len == 0 ? 1 : len);
    if (exact == NULL)
        return 1;
    memcpy(exact, scratch, len);
    (void)LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    int count = 0, failed = 0;
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (folder == NULL) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (struct dirent *e; (e = readdir(folder)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        failed += replay(argv[1], e->d_name);
        count++;
    }
    closedir(folder);
    printf("%d passed, %d failed\n", count - failed, failed);
    return count == 0 || failed != 0; /* no seeds is no test */
}
