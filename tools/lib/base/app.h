/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_APP_H
#define FNTOKEN_LIB_BASE_APP_H

#include <fntoken/fntoken.h>

#include "lib/base/text.h"

/* What the program is called in its sentences; each program defines it. */
extern const char program_name[];

/* What one run carries along instead of globals. */
typedef struct {
    const char *command;    /* whose --help tells more; NULL: the program's own */
    bool standard_input;    /* an argument has taken it */
    bool never_waits;       /* of a service: no FIFO is read, nor standard input */
    bool quiet;             /* only what is a fault is told: the exit status says the rest */
    fnt_report *why;        /* of the last call into the library that takes one */
    const char *token_hint; /* what its text shows a refused token to be, or NULL; see fail.h */
    text key_notes; /* what is worth telling about keys if a token fails by them: see fail.h */
} app;

/* What main does around everything else. run answers what to exit with. */
int app_main(int argc, char **argv, int (*run)(int argc, char **argv));

/* Makes the report of a run; EXIT_YES, or what to exit with. */
int app_begin(app *run, const char *command);
void app_end(app *run);

#endif
