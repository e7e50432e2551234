/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_READ_TOKEN_H
#define FNTOKEN_READ_TOKEN_H

#include "command.h"

/* The operand itself, or standard input where there is none or it is "-". One line break at the end
 * of standard input is dropped, and what is longer than any token is cut: to refuse it is the
 * library's work. EXIT_YES, or what to exit with after a message. */
int read_token(app *run, const operands *rest, text *out);

#endif
