/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_FAIL_H
#define FNTOKEN_LIB_BASE_FAIL_H

#include "lib/base/app.h"

/* What programs exit with. */
enum { EXIT_YES = 0, EXIT_REFUSED = 1, EXIT_FAULT = 2, EXIT_DENIED = 3 };

/* Of an HTTP status. 200 to 299: yes; 401 and 400: refused; 403: denied; all else: a fault. */
int exit_of_http(int http);
/* By the HTTP status of that one; what a later version knows is a fault. */
int exit_of(fnt_status status);

/* One line on stderr, "PROGRAM: STATUS: sentence", and what to exit with: the status's own
 * sentence, or another. */
int fail_status(fnt_status status, const char *sentence);

/* The same with the sentence of run->why, or nothing at all if status is FNT_OK, or no fault and
 * the run is quiet. A token that was refused by its text is told by run->token_hint, where that
 * knows more. The second puts a file's name before it, which the library never knew. */
int fail_report(const app *run, fnt_status status);
int fail_report_of(const app *run, const char *path, fnt_status status);

/* An argument for a sentence. One that is long may be a token that was put in the wrong place, and
 * is told by its length; static, until the next call. */
const char *fail_shown(const char *argument);

/* The same for a resource, which is told by its length where it is longer than any. */
const char *fail_shown_resource(const char *resource);

/* The same for what never reached the library: EXIT_FAULT. run may be NULL; a path of "-" is
 * standard input, here and above. */
int fail_usage(const app *run, const char *format, ...) PRINTF_LIKE(2, 3);
int fail_file(const char *path, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same for what a server answered, or that it did not. */
int fail_server(const char *url, const char *format, ...) PRINTF_LIKE(2, 3);

/* fail_file with what errno says. Where path is no name but what should be in a file, a key or a
 * token, nothing of it is repeated. */
int fail_errno(const char *path);

/* Where path is a key or a token, which some of are file names too: a message, as above. EXIT_YES
 * where it is not. */
int fail_secret(const char *path);

/* The same of a file that was to be made: what is not there is its folder. */
int fail_making(const char *path);

/* "PROGRAM: note: ..." on stderr: not a failure, but somebody should know. */
void tell(const char *format, ...) PRINTF_LIKE(1, 2);

/* For services, before any thread is made: what is told from now on is lost where standard error is
 * a pipe that is full. */
void fail_never_waits(void);

/* What this thread tells from now on waits until it is let go: said then, or never. */
void fail_hold(void);
void fail_let_go(bool said);

/* A note for each warning of run->why: all went well, and somebody will run into it. */
void tell_warnings(const app *run);

/* A key that can't be used is skipped, which is no news while all goes well: most providers publish
 * keys for encryption too. It may be the answer when a token's key is not found. So such notes wait
 * for a fail_report that is about keys or issuers. */
void note_later(app *run, const char *about, size_t len, const char *sentence);

#endif
