/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <string.h>
#include <sys/stat.h>

#include "fail.h"
#include "io.h"
#include "notes.h"

/* The path before the library's sentence: it never knew which file it was. */
static int fail_key(const char *path, fnt_status status, const fnt_report *why)
{
    text sentence = TEXT_EMPTY;
    const char *said = fnt_report_text(why, 0, FNT_FIELD_SENTENCE, NULL);
    text_put(&sentence, path);
    text_put(&sentence, ": ");
    text_put(&sentence, said != NULL && *said != '\0' ? said : fnt_status_sentence(status));
    int code = fail_status(status, sentence.at);
    text_free(&sentence);
    return code;
}

/* To the library a text of no length is a forgotten argument. */
static int check_filled(const char *path, const text *file)
{
    return file->len > 0 ? EXIT_YES : fail_file(path, "is empty; a key is expected");
}

/* Rule of thumb for a file that nobody promised to be private: only a regular one can be asked. */
static void tell_if_open(const char *path)
{
    struct stat about;
    if (strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        tell("%s: this private key can be read or changed by others (mode %04o): chmod 600 it", path, (unsigned)about.st_mode & 0777U);
}

static void tell_entries(app *run, const char *path, const fnt_report *why, bool private_expected)
{
    const char *said = NULL;
    for (size_t i = 1; (said = fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL)) != NULL; i++) {
        const char *kind = fnt_report_text(why, i, FNT_FIELD_KIND, NULL);
        bool private = kind != NULL && strcmp(kind, "warning") == 0; /* what a set of keys is warned of is a private half in it */
        if (private && private_expected)
            tell_if_open(path);
        else if (private || private_expected)
            tell("%s: %s", path, said);
        else
            note_later(run, path, strlen(path), said);
    }
}

/* A key that has no public half is a secret: whoever can verify with it can sign. */
static int check_symmetric(const key_choice *choice, const fnt_key *key)
{
    char *public = NULL;
    size_t len = 0;
    fnt_status status = fnt_key_export(key, FNT_PUBLIC_JWK, &public, &len);
    fnt_free(public);
    if (status == FNT_OK || choice->allow_hmac)
        return EXIT_YES;
    if (status == FNT_FAULT_KEY || status == FNT_FAULT_UNSUPPORTED)
        return fail_file(choice->path, "a symmetric key (oct) is used only with --allow-hmac");
    return fail_key(choice->path, status, NULL);
}

int load_key(app *run, const key_choice *choice, fnt_key **out)
{
    text file = TEXT_EMPTY;
    fnt_report *why = NULL;
    *out = NULL;
    int code = read_private(run, choice->path, choice->accept_open, &file);
    if (code == EXIT_YES)
        code = check_filled(choice->path, &file);
    fnt_status status = code == EXIT_YES ? fnt_report_new(&why) : FNT_OK;
    if (code == EXIT_YES && status == FNT_OK)
        status = fnt_key_parse(file.at, file.len, choice->algorithm, out, why);
    if (code == EXIT_YES && status != FNT_OK)
        code = fail_key(choice->path, status, why);
    if (code == EXIT_YES)
        code = check_symmetric(choice, *out);
    fnt_report_free(why);
    text_free(&file);
    return code;
}

static int load_set(app *run, const char *path, int32_t flags, bool private_expected, fnt_keyset **out)
{
    text file = TEXT_EMPTY;
    fnt_report *why = NULL;
    *out = NULL;
    int code = read_file(run, path, LIMIT_DOCUMENT, &file);
    if (code == EXIT_YES)
        code = check_filled(path, &file);
    fnt_status status = code == EXIT_YES ? fnt_report_new(&why) : FNT_OK;
    if (code == EXIT_YES && status == FNT_OK)
        status = fnt_keyset_parse(file.at, file.len, flags, out, why);
    if (code == EXIT_YES && status != FNT_OK)
        code = fail_key(path, status, why);
    tell_entries(run, path, why, private_expected);
    fnt_report_free(why);
    text_free(&file);
    return code;
}

int load_keyset(app *run, const char *path, bool allow_hmac, fnt_keyset **out)
{
    return load_set(run, path, allow_hmac ? FNT_ALLOW_SYMMETRIC : 0, false, out);
}

int load_public_halves(app *run, const char *path, fnt_keyset **out)
{
    return load_set(run, path, 0, true, out);
}

int public_half(const fnt_key *key, fnt_keyset **out)
{
    char *public = NULL;
    size_t len = 0;
    *out = NULL;
    fnt_status status = fnt_key_export(key, FNT_PUBLIC_JWK, &public, &len);
    if (status == FNT_OK)
        status = fnt_keyset_parse(public, len, 0, out, NULL);
    fnt_free(public);
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}
