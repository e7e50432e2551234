/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_READ_TOKEN_H
#define FNTOKEN_READ_TOKEN_H

#include "command.h"

/* The operand itself; or what is in the file of --token, or in standard input, where there is no
 * operand or one of them is "-". One line break at the end of a file is dropped, and what is longer
 * than any token is cut: to refuse it is the library's work. EXIT_YES, or what to exit with after a
 * message. */
int read_token(app *run, const option *file, const operands *rest, text *out);

/* clang-format 14 and 19 do not agree about braces in a macro. */
/* clang-format off */
#define TOKEN_OPTION {.name = "token", .kind = OPT_ONE}
/* clang-format on */
#define TOKEN_USAGE                                                                                \
    "  --token FILE       the token is in a file; - is standard input, as is giving none\n"

#endif
