/* SPDX-License-Identifier: MIT */
#include "notes.h"

#include <string.h>

#include "fail.h"

/* One note a line: sentences of the library hold no line break. */
void note_later(app *run, const char *about, size_t len, const char *sentence)
{
    text_add(&run->key_notes, about, len);
    text_put(&run->key_notes, ": ");
    text_put(&run->key_notes, sentence);
    text_byte(&run->key_notes, '\n');
}

static bool is_about_keys(const char *name)
{
    static const char *const names[] = {"key", "key-unknown", "subject-key", "algorithm", "signature", "issuer"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

void notes_tell(const app *run, fnt_status status, const fnt_report *why)
{
    const char *precise = fnt_report_text(why, 0, FNT_FIELD_STATUS, NULL);
    const char *note = run->key_notes.at;
    if (note == NULL || !is_about_keys(precise != NULL ? precise : fnt_status_name(status)))
        return;
    for (size_t len = strcspn(note, "\n"); note[len] != '\0'; note += len + 1, len = strcspn(note, "\n"))
        tell("%.*s", (int)len, note);
}
