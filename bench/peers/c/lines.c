/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

char *read_lines_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *from = fopen(path, "rb");
    if (from == NULL || fseek(from, 0, SEEK_END) != 0)
        bench_fail(path);
    size_t size = (size_t)ftell(from);
    char *text = malloc(size + 1);
    rewind(from);
    if (text == NULL || fread(text, 1, size, from) != size)
        bench_fail(path);
    text[size] = '\0';
    fclose(from);
    return text;
}

static size_t count_breaks(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

lines lines_of(const char *folder, const char *name)
{
    char *text = read_lines_file(folder, name);
    size_t count = count_breaks(text);
    lines l = {calloc(count, sizeof *l.at), calloc(count, sizeof *l.len), 0};
    if (l.at == NULL || l.len == NULL || count == 0)
        bench_fail(name);
    for (; l.count < count; l.count++) {
        l.at[l.count] = text;
        l.len[l.count] = strcspn(text, "\n");
        text += l.len[l.count] + 1;
        text[-1] = '\0';
    }
    return l;
}

lines lines_of_mix(const char *folder, size_t count, const char *kind)
{
    char name[64];
    snprintf(name, sizeof name, "mix-%zu.%s", count, kind);
    return lines_of(folder, name);
}
