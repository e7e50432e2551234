/* SPDX-License-Identifier: MIT */
#include "lib/keys/key_file.h"

#include "lib/base/fail.h"
#include "lib/base/key_hints.h"

/* What the text seems to be says more than that it is no key. */
static int fail_key(app *run, const char *path, const text *file, fnt_status status)
{
    text sentence = TEXT_EMPTY;
    int code = exit_of(status);
    text_print(&sentence, "%s: ", path);
    const char *said = fnt_report_text(run->why, 0, FNT_FIELD_SENTENCE, NULL);
    if (status == FNT_FAULT_KEY && key_hint(file, &sentence))
        (void)fail_status(status, sentence.at);
    else if (status == FNT_FAULT_UNSUPPORTED && said != NULL) {
        text_print(&sentence,
                   "%s Use a key of an algorithm that the build has (%s), or take a build that has "
                   "this one.",
                   said, fnt_capabilities());
        (void)fail_status(status, sentence.at);
    } else
        code = fail_report_of(run, path, status);
    text_free(&sentence);
    return code;
}

int key_file_parse(app *run, const char *path, const text *file, int32_t algorithm, fnt_key **out)
{
    return fail_key(run, path, file, fnt_key_parse(file->at, file->len, algorithm, out, run->why));
}

int key_file_parse_set(app *run, const char *path, const text *file, int32_t flags,
                       fnt_keyset **out)
{
    return fail_key(run, path, file, fnt_keyset_parse(file->at, file->len, flags, out, run->why));
}

/* Rule 16: a note, but the key is used: Kubernetes mounts secrets as 0644 by default. */
void key_file_tell_open(const char *path, const struct stat *about)
{
    unsigned mode = (unsigned)about->st_mode & 0777U;
    if (S_ISREG(about->st_mode) && (mode & (S_IRWXG | S_IRWXO)) != 0)
        tell("%s: this private key can be read or changed by others (mode %04o): chmod 600 it, and "
             "make a new key if somebody "
             "may have read it",
             path, mode);
}

void key_file_tell_entries(const app *run, const char *path)
{
    const char *said = NULL;
    for (size_t i = 1; (said = fnt_report_text(run->why, i, FNT_FIELD_SENTENCE, NULL)) != NULL; i++)
        tell("%s: %s", path, said);
}
