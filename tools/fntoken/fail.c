/* SPDX-License-Identifier: MIT */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "safe.h"
#include "text.h"

int exit_of(fnt_status status)
{
    if (status == FNT_OK)
        return EXIT_YES;
    switch (fnt_status_http(status)) {
    case 400:
    case 401:
        return EXIT_REFUSED;
    case 403:
        return EXIT_DENIED;
    default:
        return EXIT_FAULT;
    }
}

static void line(const char *word, const char *sentence, size_t len)
{
    fputs("fntoken: ", stderr);
    safe_puts(stderr, word);
    fputs(": ", stderr);
    safe_print(stderr, sentence, len);
    fputc('\n', stderr);
}

int fail_status(fnt_status status, const char *sentence)
{
    const char *said = sentence != NULL ? sentence : fnt_status_sentence(status);
    line(fnt_status_name(status), said, strlen(said));
    return status == FNT_OK ? EXIT_FAULT : exit_of(status);
}

int fail_report(fnt_status status, const fnt_report *why)
{
    const char *sentence = fnt_report_text(why, 0, FNT_FIELD_SENTENCE, NULL);
    return fail_status(status, sentence != NULL && *sentence != '\0' ? sentence : NULL);
}

/* Twice: for its length, then into the room made for it. */
static void say(text *out, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    text_reserve(out, 256);
    int len = vsnprintf(out->at + out->len, 256, format, again);
    va_end(again);
    if (len < 0)
        return;
    text_reserve(out, (size_t)len);
    if (len >= 256)
        (void)vsnprintf(out->at + out->len, (size_t)len + 1, format, arguments);
    out->len += (size_t)len;
}

int fail_usage(const char *command, const char *format, ...)
{
    text sentence = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    say(&sentence, format, arguments);
    va_end(arguments);
    text_put(&sentence, command == NULL ? "; see fntoken --help" : "; see fntoken ");
    if (command != NULL) {
        text_put(&sentence, command);
        text_put(&sentence, " --help");
    }
    line("usage", sentence.at, sentence.len);
    text_free(&sentence);
    return EXIT_FAULT;
}

int fail_file(const char *path, const char *format, ...)
{
    text sentence = TEXT_EMPTY;
    va_list arguments;
    text_put(&sentence, path);
    text_put(&sentence, ": ");
    va_start(arguments, format);
    say(&sentence, format, arguments);
    va_end(arguments);
    line("file", sentence.at, sentence.len);
    text_free(&sentence);
    return EXIT_FAULT;
}

void tell(const char *format, ...)
{
    text sentence = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    say(&sentence, format, arguments);
    va_end(arguments);
    line("note", sentence.at, sentence.len);
    text_free(&sentence);
}
