/* SPDX-License-Identifier: MIT */
#include "iam.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fail.h"
#include "io.h"

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int add_file(app *run, const char *path, objects *out, findings *found)
{
    text content = TEXT_EMPTY;
    int code = read_file(run, path, LIMIT_DOCUMENT, &content);
    if (code == EXIT_YES)
        objects_add(out, path, &content, found);
    text_free(&content);
    return code;
}

static int is_wanted(const struct dirent *entry)
{
    static const char *const endings[] = {".yaml", ".yml", ".json"};
    size_t len = strlen(entry->d_name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);
        if (entry->d_name[0] != '.' && len > n && strcmp(entry->d_name + len - n, endings[i]) == 0)
            return 1;
    }
    return 0;
}

/* By bytes, not as the locale sorts: the order of findings must not depend on it. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_folder(const char *path)
{
    struct stat about;
    return strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int add_entry(app *run, const char *folder, const char *name, objects *out, findings *found)
{
    text path = TEXT_EMPTY;
    text_put(&path, folder);
    if (path.len > 0 && path.at[path.len - 1] != '/')
        text_byte(&path, '/');
    text_put(&path, name);
    int code = is_folder(path.at) ? EXIT_YES : add_file(run, path.at, out, found);
    text_free(&path);
    return code;
}

static int add_folder(app *run, const char *folder, objects *out, findings *found)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_wanted, by_name);
    int code = EXIT_YES;
    if (count < 0)
        return fail_file(folder, "%s", strerror(errno));
    if (count == 0)
        code = fail_file(folder, "there is no *.yaml, *.yml or *.json in this folder");
    for (int i = 0; i < count; i++) {
        if (code == EXIT_YES)
            code = add_entry(run, folder, entries[i]->d_name, out, found);
        free(entries[i]);
    }
    free(entries);
    return code;
}

int iam_read(app *run, const option *paths, objects *out, findings *found)
{
    int code = EXIT_YES;
    for (size_t i = 0; i < paths->count && code == EXIT_YES; i++) {
        const char *path = paths->values[i];
        code = is_folder(path) ? add_folder(run, path, out, found) : add_file(run, path, out, found);
    }
    objects_finish(out);
    return code;
}

/* ---- compiling -------------------------------------------------------------------------------------------------- */

/* The library's word as one that lives on. */
static const char *kind_of(const fnt_report *why, size_t entry)
{
    const char *kind = fnt_report_text(why, entry, FNT_FIELD_KIND, NULL);
    if (kind == NULL || strcmp(kind, "error") == 0)
        return "error";
    return strcmp(kind, "warning") == 0 ? "warning" : "note";
}

void iam_findings(const objects *all, const fnt_report *why, findings *found)
{
    const char *sentence = NULL;
    for (size_t i = 1; (sentence = fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL)) != NULL; i++) {
        const char *path = fnt_report_text(why, i, FNT_FIELD_PATH, NULL), *file = NULL;
        int line = 1;
        objects_place(all, path, &file, &line);
        findings_add(found, kind_of(why, i), file, line, sentence, path, fnt_report_text(why, i, FNT_FIELD_RULE, NULL));
    }
}

static int compile(const objects *all, findings *found, fnt_iam **out)
{
    fnt_report *why = NULL;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_iam_new(all->json.at, all->json.len, out, why);
    iam_findings(all, why, found);
    findings_print(found, stderr, PRINT_ALL);
    int code = status == FNT_OK ? EXIT_YES : fail_report(status, why);
    fnt_report_free(why);
    return code;
}

int iam_open(app *run, const option *paths, fnt_iam **out)
{
    objects all = {0};
    findings found = {0};
    *out = NULL;
    int code = iam_read(run, paths, &all, &found);
    if (code == EXIT_YES && found.errors > 0) {
        findings_print(&found, stderr, PRINT_ALL);
        code = fail_status(FNT_FAULT_IAM, NULL);
    } else if (code == EXIT_YES) {
        code = compile(&all, &found, out);
    }
    findings_free(&found);
    objects_free(&all);
    return code;
}
