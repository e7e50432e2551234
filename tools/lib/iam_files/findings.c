/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/findings.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/safe.h"

static char *copy(const char *string)
{
    return string == NULL ? new_copy("", 0) : new_copy(string, strlen(string));
}

static void clear(finding *f)
{
    free(f->file);
    free(f->sentence);
    free(f->path);
    free(f->rule);
}

static bool is_error(const char *kind)
{
    return strcmp(kind, "error") == 0;
}

/* Whether there is place for one more: an error takes that of the last finding that is none. */
static bool make_place(findings *all, const char *kind)
{
    size_t i = all->count;
    if (all->count < FINDINGS_KEPT)
        return true;
    all->missing++;
    if (!is_error(kind) || all->others == 0)
        return false;
    while (is_error(all->at[i - 1].kind))
        i--;
    all->others--;
    clear(&all->at[i - 1]);
    memmove(&all->at[i - 1], &all->at[i], (all->count-- - i) * sizeof *all->at);
    return true;
}

/* Behind the files, if it is none of them. The one that is being read is the last. */
static size_t place_of(const findings *all, const char *file)
{
    for (size_t i = all->file_count; i-- > 0;)
        if (strcmp(all->files[i], file) == 0)
            return i;
    return all->file_count;
}

void findings_file(findings *all, const char *file)
{
    all->files = grow(all->files, all->file_count, &all->file_capacity, sizeof *all->files);
    all->files[all->file_count++] = copy(file);
}

static int compare(const void *a, const void *b)
{
    const finding *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

void findings_sort(findings *all)
{
    for (size_t i = 0; i < all->count; i++)
        all->at[i].order = i;
    if (all->count > 0)
        qsort(all->at, all->count, sizeof *all->at, compare);
}

void findings_add(findings *all, const char *kind, const char *file, int line, const char *sentence,
                  const char *path, const char *rule)
{
    all->errors += is_error(kind);
    all->warnings += strcmp(kind, "warning") == 0;
    if (!make_place(all, kind))
        return;
    all->others += !is_error(kind);
    all->at = grow(all->at, all->count, &all->capacity, sizeof *all->at);
    all->at[all->count++] = (finding){.file = copy(file),
                                      .sentence = copy(sentence),
                                      .path = copy(path),
                                      .rule = copy(rule),
                                      .kind = kind,
                                      .line = line,
                                      .place = place_of(all, file)};
}

void findings_free(findings *all)
{
    for (size_t i = 0; i < all->count; i++)
        clear(&all->at[i]);
    for (size_t i = 0; i < all->file_count; i++)
        free(all->files[i]);
    free(all->at);
    free(all->files);
    *all = (findings){0};
}

void findings_print(const findings *all, FILE *out, FILE *notes)
{
    for (size_t i = 0; i < all->count; i++) {
        const finding *f = &all->at[i];
        FILE *to = strcmp(f->kind, "note") == 0 ? notes : out;
        safe_puts(to, f->file);
        fprintf(to, ":%d: %s: ", f->line, f->kind);
        safe_puts(to, f->sentence);
        if (*f->rule != '\0')
            fprintf(to, " [%s]", f->rule);
        (void)fputc('\n', to);
    }
    if (all->missing > 0)
        fprintf(notes, "-:1: note: %zu more findings are not shown.\n", all->missing);
}

void findings_print_json(const findings *all, FILE *out)
{
    text json = TEXT_EMPTY;
    text_put(&json, "[");
    for (size_t i = 0; i < all->count; i++) {
        const finding *f = &all->at[i];
        text_put(&json, i > 0 ? ",{" : "{");
        text_member(&json, "file", f->file);
        text_print(&json, ",\"line\":%d", f->line);
        text_member(&json, "kind", f->kind);
        text_member(&json, "rule", f->rule);
        text_member(&json, "path", f->path);
        text_member(&json, "sentence", f->sentence);
        text_put(&json, "}");
    }
    if (all->missing > 0)
        text_print(&json,
                   ",{\"file\":\"-\",\"line\":1,\"kind\":\"note\",\"rule\":\"\",\"path\":\"\","
                   "\"sentence\":\"%zu more findings are not shown.\"}",
                   all->missing);
    text_put(&json, "]");
    safe_json(out, json.at, json.len);
    text_free(&json);
}
