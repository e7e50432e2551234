/* SPDX-License-Identifier: MIT */
#include "lib/base/revoked_file.h"

#include "lib/base/fail.h"
#include "lib/base/read_file.h"

enum { ERRORS_TOLD = 20 };

static void tell_errors(const fnt_report *why, const char *path)
{
    const char *sentence;
    for (size_t i = 1;
         i <= ERRORS_TOLD && (sentence = fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL)) != NULL;
         i++)
        fail_file(path, "%s", sentence);
}

int revoked_read(app *run, const char *path, const text *list, fnt_revoked **out)
{
    fnt_status status = fnt_revoked_parse(list->at, list->len, out, run->why);
    if (status != FNT_OK)
        tell_errors(run->why, path);
    return fail_report_of(run, path, status);
}

/* Each is a line, and an object that holds none. */
size_t revoked_entries(const text *list)
{
    size_t count = 0;
    bool in_line = false;
    for (size_t i = 0; i < list->len; i++) {
        if (list->at[i] == '\n')
            in_line = false;
        else if (list->at[i] == '{' && !in_line)
            in_line = ++count > 0;
    }
    return count;
}

int revoked_load(app *run, const char *path, fnt_revoked **out)
{
    text list = TEXT_EMPTY;
    int code = read_file(run, path, NULL, &list);
    if (code == EXIT_YES)
        code = revoked_read(run, path, &list, out);
    if (code == EXIT_YES && revoked_entries(&list) == 0)
        tell("%s: %s", path,
             list.len == 0 ? "is empty, so it revokes nothing" : "holds no revocation");
    text_free(&list);
    return code;
}
