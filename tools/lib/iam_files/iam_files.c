/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/iam_files.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/iam_files/objects.h"

typedef struct {
    app *run;
    objects objects;
    findings *found;
    text namespaces; /* as fnt_iam_new_in takes them */
} reading;

/* ---- reading ------------------------------------------------------------- */

static int add_content(reading *r, const char *path, int code, text *content)
{
    if (code == EXIT_YES)
        objects_add(&r->objects, path, content, r->found);
    text_free(content);
    return code;
}

/* Rule 53: what was named and holds nothing is the wrong thing, or what is left of a command that
 * failed. */
static int fail_nothing(const char *path)
{
    return fail_file(path, "there is no object in here, and JwtIssuer, Policy or Role objects are "
                           "expected: is it the right file, and did what wrote it succeed?");
}

static int add_file(reading *r, const char *path)
{
    text content = TEXT_EMPTY;
    size_t seen = r->objects.seen, errors = r->found->errors;
    int code = read_file(r->run, path, "YAML or JSON with IAM objects", &content);
    code = add_content(r, path, code, &content);
    bool nothing = r->objects.seen == seen && r->found->errors == errors;
    return code == EXIT_YES && nothing ? fail_nothing(path) : code;
}

static int is_wanted(const struct dirent *entry)
{
    return fnmatch("*.yaml", entry->d_name, FNM_PERIOD) == 0 ||
           fnmatch("*.yml", entry->d_name, FNM_PERIOD) == 0 ||
           fnmatch("*.json", entry->d_name, FNM_PERIOD) == 0;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int add_entry(reading *r, const char *folder, const char *name)
{
    text path = TEXT_EMPTY, content = TEXT_EMPTY;
    size_t seen = r->objects.seen, errors = r->found->errors;
    text_print(&path, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    findings_file(r->found, path.at);
    int code = read_regular_file(path.at, &content);
    code = add_content(r, path.at, code, &content);
    if (code == EXIT_YES && r->objects.seen == seen && r->found->errors == errors)
        findings_add(r->found, "warning", path.at, 1, "There is nothing in here.", NULL,
                     "empty-file");
    text_free(&path);
    return code;
}

static int worse(int code, int other)
{
    return code == EXIT_YES ? other : code;
}

static int add_entries(reading *r, const char *folder, struct dirent **entries, int count)
{
    int code = EXIT_YES;
    for (int i = 0; i < count; i++) {
        code = worse(code, add_entry(r, folder, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return code;
}

/* A folder in which nothing is ours is the wrong one, and must not turn green. */
static int add_folder(reading *r, const char *folder)
{
    struct dirent **entries = NULL;
    size_t before = r->objects.count, errors = r->found->errors;
    int count = scandir(folder, &entries, is_wanted, alphasort);
    if (count < 0)
        return fail_errno(folder);
    int code = add_entries(r, folder, entries, count);
    if (count == 0)
        return fail_file(folder, "there is no *.yaml, *.yml or *.json in this folder");
    if (code == EXIT_YES && r->found->errors == errors && !objects_any_ours(&r->objects, before))
        return fail_file(folder, "there is no object of iam.openfaas.com in this folder");
    return code;
}

/* Goes on after a file that can't be read, so that all of them are named. */
static int read_all(reading *r, const option *paths)
{
    int code = EXIT_YES;
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->values[i];
        findings_file(r->found, path);
        code = worse(code, is_folder(path) ? add_folder(r, path) : add_file(r, path));
    }
    if (code == EXIT_YES && r->found->errors == 0 && !objects_any_ours(&r->objects, 0))
        return fail_status(FNT_FAULT_IAM, "there is no object of iam.openfaas.com in what --iam "
                                          "names, so nothing was looked at");
    return code;
}

/* ---- loading ------------------------------------------------------------- */

/* The library's word as a static string: reports are reused. */
static const char *kind_of(const fnt_report *why, size_t entry)
{
    const char *kind = fnt_report_text(why, entry, FNT_FIELD_KIND, NULL);
    if (kind == NULL || strcmp(kind, "error") == 0)
        return "error";
    return strcmp(kind, "warning") == 0 ? "warning" : "note";
}

/* What these find may be in a part that could not be read. */
static bool is_about_absence(const char *rule)
{
    static const char *const rules[] = {"unknown-policy", "unused-policy", "unknown-issuer"};
    for (size_t i = 0; rule != NULL && i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rule, rules[i]) == 0)
            return true;
    return false;
}

static size_t count_of(const fnt_report *why, int32_t field)
{
    const char *all = fnt_report_text(why, 0, field, NULL);
    return all == NULL ? 0 : strtoul(all, NULL, 10);
}

/* Adds the errors and warnings that have no entry; where no error has one, the summary tells what
 * it is. */
static void add_missing(reading *r, size_t errors, size_t warnings)
{
    const fnt_report *why = r->run->why;
    findings *found = r->found;
    size_t wanted = errors + count_of(why, FNT_FIELD_ERRORS);
    if (wanted > found->errors && found->errors == errors)
        findings_add(found, "error", "-", 1, fnt_report_text(why, 0, FNT_FIELD_SENTENCE, NULL),
                     NULL, NULL);
    if (wanted > found->errors)
        found->errors = wanted;
    wanted = warnings + count_of(why, FNT_FIELD_WARNINGS);
    if (wanted > found->warnings)
        found->warnings = wanted;
}

/* The report's entries as findings. Objects with an error are taken out: how many. */
static size_t take_report(reading *r, bool complete)
{
    const fnt_report *why = r->run->why;
    const char *sentence = NULL;
    size_t errors = r->found->errors, warnings = r->found->warnings;
    for (size_t i = 1; (sentence = fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL)) != NULL;
         i++) {
        const char *path = fnt_report_text(why, i, FNT_FIELD_PATH, NULL),
                   *rule = fnt_report_text(why, i, FNT_FIELD_RULE, NULL);
        const char *file = NULL, *kind = kind_of(why, i);
        int line = 1;
        if (!complete && is_about_absence(rule))
            continue;
        object *of = objects_locate(&r->objects, path, &file, &line);
        findings_add(r->found, kind, file, line, sentence,
                     of != NULL ? strchr(path + 1, '/') : NULL, rule);
        if (of != NULL && strcmp(kind, "error") == 0)
            of->broken = true;
    }
    if (complete)
        add_missing(r, errors, warnings);
    return objects_sweep(&r->objects);
}

static fnt_status load_once(const reading *r, fnt_iam **out)
{
    text json = TEXT_EMPTY;
    objects_json(&r->objects, &json);
    fnt_status status =
        fnt_iam_new_in(json.at, json.len, r->namespaces.at, r->namespaces.len, 0, out, r->run->why);
    text_free(&json);
    return status;
}

/* Rule 53: objects of other namespaces alone are no rules. Two sets have one name if they say the
 * same, which for the empty set is nothing. */
static int check_any_loaded(const reading *r, const fnt_iam *iam)
{
    fnt_iam *empty = NULL;
    fnt_status status = fnt_iam_new("[]", 2, &empty, NULL);
    bool none =
        status == FNT_OK && strcmp(fnt_iam_digest(iam, NULL), fnt_iam_digest(empty, NULL)) == 0;
    fnt_iam_free(empty);
    if (status != FNT_OK)
        return fail_status(status, NULL);
    return none && r->found->errors == 0
               ? fail_status(FNT_FAULT_IAM,
                             "all objects are of namespaces that are not loaded, so nothing was "
                             "looked at: name theirs with --namespace")
               : EXIT_YES;
}

/* All that is sound: where the library refuses objects, the others are loaded without them.
 * FNT_FAULT_IAM, with an error in found, where that does not help. */
static fnt_status load(reading *r, fnt_iam **out)
{
    fnt_status status = load_once(r, out);
    if (status != FNT_OK && status != FNT_FAULT_IAM)
        return status;
    if (take_report(r, true) > 0 && status == FNT_FAULT_IAM)
        status = load_once(r, out);
    return status;
}

static int take_namespaces(reading *r, const option *iam)
{
    const option *names = &iam[IAM_NAMESPACES];
    if (iam[IAM_ALL_NAMESPACES].count > 0 && names->count > 0)
        return fail_usage(r->run, "give --namespace or --all-namespaces");
    if (iam[IAM_ALL_NAMESPACES].count > 0)
        text_put(&r->namespaces, "*");
    for (size_t i = 0; i < names->count; i++) {
        if (strpbrk(names->values[i], " *") != NULL)
            return fail_usage(r->run, "--namespace takes one name");
        text_print(&r->namespaces, "%s%s", i > 0 ? " " : "", names->values[i]);
    }
    return EXIT_YES;
}

static void drop(reading *r)
{
    text_free(&r->namespaces);
    objects_free(&r->objects);
}

static int lint_read(reading *r, const option *paths)
{
    app *run = r->run;
    fnt_iam *iam = NULL;
    int code = read_all(r, paths);
    fnt_status status = load(r, &iam);
    bool complete = code == EXIT_YES && r->found->errors == 0;
    if (code == EXIT_YES && status == FNT_OK)
        code = check_any_loaded(r, iam);
    if (status == FNT_OK)
        status = fnt_iam_lint(iam, run->why);
    if (status == FNT_OK)
        (void)take_report(r, complete);
    if (status != FNT_OK && status != FNT_FAULT_IAM)
        code = fail_report(run, status);
    fnt_iam_free(iam);
    return code;
}

int iam_lint(app *run, const option *iam, findings *found)
{
    reading r = {run, {0}, found, TEXT_EMPTY};
    int code = take_namespaces(&r, iam);
    if (code == EXIT_YES)
        code = lint_read(&r, &iam[IAM_PATHS]);
    findings_sort(found);
    drop(&r);
    return code;
}

static int fail_count(size_t errors)
{
    text sentence = TEXT_EMPTY;
    text_print(&sentence, "%zu error%s in the IAM objects; nothing was loaded", errors,
               errors == 1 ? "" : "s");
    int code = fail_status(FNT_FAULT_IAM, sentence.at);
    text_free(&sentence);
    return code;
}

static int open_read(reading *r, const option *paths, fnt_iam **out)
{
    int code = read_all(r, paths);
    fnt_status status = load(r, out);
    findings_sort(r->found);
    findings_print(r->found, stderr, stderr);
    if (code == EXIT_YES && r->found->errors > 0)
        return fail_count(r->found->errors);
    if (code == EXIT_YES && status == FNT_OK)
        return check_any_loaded(r, *out);
    return code == EXIT_YES ? fail_report(r->run, status) : code;
}

static int open_all(reading *r, const option *iam, fnt_iam **out)
{
    *out = NULL;
    int code = take_namespaces(r, iam);
    if (code == EXIT_YES)
        code = open_read(r, &iam[IAM_PATHS], out);
    if (code != EXIT_YES) {
        fnt_iam_free(*out);
        *out = NULL;
    }
    return code;
}

int iam_open(app *run, const option *iam, fnt_iam **out)
{
    findings found = {0};
    reading r = {run, {0}, &found, TEXT_EMPTY};
    int code = open_all(&r, iam, out);
    findings_free(&found);
    drop(&r);
    return code;
}

int iam_print(app *run, const option *iam, bool json, text *out)
{
    findings found = {0};
    reading r = {run, {0}, &found, TEXT_EMPTY};
    fnt_iam *loaded = NULL;
    int code = open_all(&r, iam, &loaded);
    if (code == EXIT_YES) {
        objects_keep_loaded(&r.objects, r.namespaces.len > 0 ? r.namespaces.at : "openfaas");
        (json ? objects_json : objects_list)(&r.objects, out);
        if (!json)
            text_print(out, "digest %s\n", fnt_iam_digest(loaded, NULL));
    }
    fnt_iam_free(loaded);
    findings_free(&found);
    drop(&r);
    return code;
}
