/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include "safe.h"

static char *copy(const char *string)
{
    return string == NULL ? new_copy("", 0) : new_copy(string, strlen(string));
}

static finding *grow(findings *all)
{
    if (all->count == all->size) {
        size_t size = all->size == 0 ? 16 : all->size * 2;
        finding *more = new_array(size, sizeof *more);
        if (all->count > 0)
            memcpy(more, all->at, all->count * sizeof *more);
        free(all->at);
        all->at = more;
        all->size = size;
    }
    return &all->at[all->count++];
}

void findings_add(findings *all, const char *kind, const char *file, int line, const char *sentence, const char *path, const char *rule)
{
    *grow(all) = (finding){copy(file), copy(sentence), copy(path), copy(rule), kind, line};
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

static void print_one(const finding *f, FILE *out)
{
    safe_puts(out, f->file);
    fprintf(out, ":%d: %s: ", f->line, f->kind);
    safe_puts(out, f->sentence);
    if (*f->rule != '\0') {
        fputs(" [", out);
        safe_puts(out, f->rule);
        fputs("]", out);
    }
    (void)fputc('\n', out);
}

void findings_print(const findings *all, FILE *out, print_choice which)
{
    for (size_t i = 0; i < all->count; i++) {
        bool note = strcmp(all->at[i].kind, "note") == 0;
        if (which == PRINT_ALL || note == (which == PRINT_NOTES))
            print_one(&all->at[i], out);
    }
}

static void append_member(text *json, const char *name, const char *value)
{
    text_put(json, name);
    text_json(json, value, strlen(value));
}

void findings_print_json(const findings *all, FILE *out)
{
    text json = TEXT_EMPTY;
    text_put(&json, "[");
    for (size_t i = 0; i < all->count; i++) {
        const finding *f = &all->at[i];
        append_member(&json, i > 0 ? ",{\"file\":" : "{\"file\":", f->file);
        text_put(&json, ",\"line\":");
        text_number(&json, f->line);
        append_member(&json, ",\"kind\":", f->kind);
        append_member(&json, ",\"rule\":", f->rule);
        append_member(&json, ",\"path\":", f->path);
        append_member(&json, ",\"sentence\":", f->sentence);
        text_put(&json, "}");
    }
    text_put(&json, "]");
    safe_json(out, json.at, json.len);
    text_free(&json);
}
