/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/findings.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/safe.h"

static char *copy(const char *string)
{
    return string == NULL ? new_copy("", 0) : new_copy(string, strlen(string));
}

void findings_add(findings *all, const char *kind, const char *file, int line, const char *sentence,
                  const char *path, const char *rule)
{
    all->at = grow(all->at, all->count, &all->capacity, sizeof *all->at);
    all->at[all->count++] =
        (finding){copy(file), copy(sentence), copy(path), copy(rule), kind, line};
    all->errors += strcmp(kind, "error") == 0;
}

void findings_free(findings *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->at[i].file);
        free(all->at[i].sentence);
        free(all->at[i].path);
        free(all->at[i].rule);
    }
    free(all->at);
    *all = (findings){NULL, 0, 0, 0};
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
    text_put(&json, "]");
    safe_json(out, json.at, json.len);
    text_free(&json);
}
