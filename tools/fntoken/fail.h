/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_FAIL_H
#define FNTOKEN_FAIL_H

#include <fntoken/fntoken.h>

/* What fntoken exits with. */
enum { EXIT_YES = 0, EXIT_REFUSED = 1, EXIT_FAULT = 2, EXIT_DENIED = 3 };

/* 401 and 400: refused; 403: denied; FNT_OK: yes; all else, values of a later version too: a fault. */
int exit_of(fnt_status status);

/* One line on stderr, "fntoken: STATUS: sentence", and what to exit with. The sentence is the report's, else the status's own. */
int fail_report(fnt_status status, const fnt_report *why);
int fail_status(fnt_status status, const char *sentence);

#if defined(__GNUC__)
#  define FAIL_FORMAT(at) __attribute__((format(printf, at, at + 1)))
#else
#  define FAIL_FORMAT(at)
#endif

/* The same for what never reached the library: EXIT_FAULT. command may be NULL. */
int fail_usage(const char *command, const char *format, ...) FAIL_FORMAT(2);
int fail_file(const char *path, const char *format, ...) FAIL_FORMAT(2);

/* "fntoken: note: ..." on stderr: not a failure, but somebody should know. */
void tell(const char *format, ...) FAIL_FORMAT(1);

#endif
