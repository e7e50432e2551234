/* SPDX-License-Identifier: MIT */
#include "read_token.h"

#include <string.h>
#include <unistd.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"

enum { TOKEN_MAX = 1 << 20 }; /* the library refuses a token by its size long before */

static void drop_line_break(text *t)
{
    if (t->len == 0 || t->at[t->len - 1] != '\n')
        return;
    t->len -= t->len > 1 && t->at[t->len - 2] == '\r' ? 2 : 1;
    t->at[t->len] = '\0';
}

int read_token(app *run, const operands *rest, text *out)
{
    if (rest->count > 0 && strcmp(rest->at[0], "-") != 0) {
        text_put(out, rest->at[0]);
        return EXIT_YES;
    }
    if (rest->count == 0 && isatty(STDIN_FILENO))
        return fail_usage(run,
                          "no token is given: give it as the last argument, or on standard input");
    int code = read_standard_input(run, TOKEN_MAX, out);
    if (code == EXIT_YES)
        drop_line_break(out);
    return code;
}
