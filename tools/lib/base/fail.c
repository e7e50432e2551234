/* SPDX-License-Identifier: MIT */
#include "lib/base/fail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/safe.h"
#include "lib/base/write_now.h"

int exit_of_http(int http)
{
    return http >= 200 && http <= 299   ? EXIT_YES
           : http == 400 || http == 401 ? EXIT_REFUSED
           : http == 403                ? EXIT_DENIED
                                        : EXIT_FAULT;
}

int exit_of(fnt_status status)
{
    return status == FNT_OK ? EXIT_YES : exit_of_http((int)fnt_status_http(status));
}

static bool never_waits;

void fail_never_waits(void)
{
    never_waits = true;
}

static void put(const char *whole, size_t len)
{
    if (never_waits)
        (void)write_now(STDERR_FILENO, whole, len);
    else
        (void)fwrite(whole, 1, len, stderr);
}

static _Thread_local struct {
    bool holds;
    text lines;
} kept;

void fail_hold(void)
{
    kept.holds = true;
}

void fail_let_go(bool said)
{
    const char *at = kept.lines.at;
    for (const char *end = NULL; said && at != NULL && (end = strchr(at, '\n')) != NULL;
         at = end + 1)
        put(at, (size_t)(end + 1 - at));
    kept.holds = false;
    text_free(&kept.lines);
}

/* Whole, so that those of several threads, or programs, don't mix. */
static void line(const char *word, const char *sentence, size_t len)
{
    char *whole = NULL;
    size_t whole_len = 0;
    FILE *out = open_memstream(&whole, &whole_len);
    if (out == NULL)
        return;
    fprintf(out, "%s: ", program_name);
    safe_puts(out, word);
    fputs(": ", out);
    safe_print(out, sentence, len);
    fputc('\n', out);
    if (fclose(out) == 0 && kept.holds)
        text_add(&kept.lines, whole, whole_len);
    else if (whole != NULL)
        put(whole, whole_len);
    free(whole);
}

/* ---- the library's sentences --------------------------------------------- */

int fail_status(fnt_status status, const char *sentence)
{
    const char *said = sentence != NULL ? sentence : fnt_status_sentence(status);
    line(fnt_status_name(status), said, strlen(said));
    return status == FNT_OK ? EXIT_FAULT : exit_of(status);
}

static const char *sentence_of(const app *run, fnt_status status)
{
    const char *said = fnt_report_text(run->why, 0, FNT_FIELD_SENTENCE, NULL);
    return said != NULL && *said != '\0' ? said : fnt_status_sentence(status);
}

/* An exchange answers coarser than its report does. */
static const char *precise_name(const app *run, fnt_status status)
{
    const char *precise = fnt_report_text(run->why, 0, FNT_FIELD_STATUS, NULL);
    return precise != NULL ? precise : fnt_status_name(status);
}

/* One note a line: sentences of the library hold no line break. */
void note_later(app *run, const char *about, size_t len, const char *sentence)
{
    text_print(&run->key_notes, "%.*s: %s\n", (int)len, about, sentence);
}

static bool is_about_keys(const char *name)
{
    static const char *const names[] = {"key",       "key-unknown", "subject-key",
                                        "algorithm", "signature",   "issuer"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void tell_notes(const app *run, fnt_status status)
{
    const char *note = run->key_notes.at;
    if (note == NULL || !is_about_keys(precise_name(run, status)))
        return;
    for (size_t len = strcspn(note, "\n"); note[len] != '\0';
         note += len + 1, len = strcspn(note, "\n"))
        tell("%.*s", (int)len, note);
}

/* By how it is written, and not by what it says or who signed it. */
static bool is_about_text(const char *name)
{
    return strcmp(name, "malformed") == 0 || strcmp(name, "header") == 0 ||
           strcmp(name, "signature") == 0 || strcmp(name, "size") == 0;
}

int fail_report(const app *run, fnt_status status)
{
    if (status == FNT_OK)
        return EXIT_YES;
    if (run->quiet && exit_of(status) != EXIT_FAULT)
        return exit_of(status);
    bool known = run->token_hint != NULL && is_about_text(precise_name(run, status));
    int code = fail_status(status, known ? run->token_hint : sentence_of(run, status));
    tell_notes(run, status);
    return code;
}

static const char *name_of(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

int fail_report_of(const app *run, const char *path, fnt_status status)
{
    if (status == FNT_OK)
        return EXIT_YES;
    text sentence = TEXT_EMPTY;
    text_print(&sentence, "%s: %s", name_of(path), sentence_of(run, status));
    int code = fail_status(status, sentence.at);
    text_free(&sentence);
    return code;
}

/* ---- our own ------------------------------------------------------------- */

static void line_and_free(const char *word, text *sentence)
{
    line(word, sentence->at, sentence->len);
    text_free(sentence);
}

static const char *shown_up_to(const char *argument, size_t most)
{
    static char words[64];
    size_t len = strlen(argument);
    if (len <= most)
        return argument;
    (void)snprintf(words, sizeof words, "(an argument of %zu bytes)", len);
    return words;
}

const char *fail_shown(const char *argument)
{
    enum { SHOWN = 32 };
    return shown_up_to(argument, SHOWN);
}

const char *fail_shown_resource(const char *resource)
{
    enum { LONGEST = 2 * 63 + 1 };
    return shown_up_to(resource, LONGEST);
}

int fail_usage(const app *run, const char *format, ...)
{
    text sentence = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_print_list(&sentence, format, arguments);
    va_end(arguments);
    bool command = run != NULL && run->command != NULL;
    text_print(&sentence, "; see %s%s%s --help", program_name, command ? " " : "",
               command ? run->command : "");
    line_and_free("usage", &sentence);
    return EXIT_FAULT;
}

int fail_file(const char *path, const char *format, ...)
{
    text sentence = TEXT_EMPTY;
    va_list arguments;
    text_print(&sentence, "%s: ", name_of(path));
    va_start(arguments, format);
    text_print_list(&sentence, format, arguments);
    va_end(arguments);
    line_and_free("file", &sentence);
    return EXIT_FAULT;
}

int fail_server(const char *url, const char *format, ...)
{
    text sentence = TEXT_EMPTY;
    va_list arguments;
    text_print(&sentence, "%s: ", url);
    va_start(arguments, format);
    text_print_list(&sentence, format, arguments);
    va_end(arguments);
    line_and_free("server", &sentence);
    return EXIT_FAULT;
}

/* A key or a token itself where the name of its file is expected, as $(cat FILE) makes it. */
static bool is_secret(const char *path)
{
    return strncmp(path, "-----BEGIN", 10) == 0 || strncmp(path, "eyJ", 3) == 0 ||
           strchr(path, '\n') != NULL;
}

/* Or JSON. */
static bool is_content(const char *path)
{
    return is_secret(path) || strchr("{[", *path) != NULL;
}

static int fail_content(const char *path)
{
    text sentence = TEXT_EMPTY;
    text_print(&sentence,
               "an argument of %zu bytes is no file, and the name of a file is expected: it seems "
               "to be what is in one; give its name, or - and the text on standard input",
               strlen(path));
    line_and_free("file", &sentence);
    return EXIT_FAULT;
}

int fail_secret(const char *path)
{
    return is_secret(path) ? fail_content(path) : EXIT_YES;
}

int fail_errno(const char *path)
{
    if ((errno == ENOENT || errno == ENAMETOOLONG) && is_content(path))
        return fail_content(path);
    if (errno == EISDIR)
        return fail_file(path, "is a folder, and a file is expected");
    if (errno == ENOENT && strstr(path, "://") != NULL)
        return fail_file(path, "is a URL, and a file is expected, as nothing is fetched here: curl "
                               "-fsS URL > FILE, and name that");
    return fail_file(path, "%s", strerror(errno));
}

int fail_making(const char *path)
{
    if (errno == ENOENT && strchr(path, '/') != NULL && !is_content(path))
        return fail_file(path, "can't be made, as its folder is not there: mkdir -p makes one");
    return fail_errno(path);
}

void tell(const char *format, ...)
{
    text sentence = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_print_list(&sentence, format, arguments);
    va_end(arguments);
    line_and_free("note", &sentence);
}

void tell_warnings(const app *run)
{
    const char *said = NULL;
    for (size_t i = 1; (said = fnt_report_text(run->why, i, FNT_FIELD_SENTENCE, NULL)) != NULL;
         i++) {
        const char *kind = fnt_report_text(run->why, i, FNT_FIELD_KIND, NULL);
        if (kind != NULL && strcmp(kind, "warning") == 0)
            tell("%s", said);
    }
}
