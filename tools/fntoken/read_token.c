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

int read_token(app *run, const option *file, const operands *rest, text *out)
{
    const char *path = option_value(file), *token = rest->count > 0 ? rest->at[0] : NULL;
    if (path != NULL && token != NULL)
        return fail_usage(run, "give --token or a token, not both");
    if (token != NULL && strcmp(token, "-") != 0) {
        text_put(out, token);
        return EXIT_YES;
    }
    if (path == NULL && token == NULL && isatty(STDIN_FILENO))
        return fail_usage(run, "no token is given: give it with --token FILE, on standard input, "
                               "or as the last argument");
    int code = read_start(run, path != NULL ? path : "-", TOKEN_MAX, out);
    if (code == EXIT_YES)
        drop_line_break(out);
    return code;
}
