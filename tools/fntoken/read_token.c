/* SPDX-License-Identifier: MIT */
#include "read_token.h"

#include <string.h>
#include <unistd.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/tokens/token_hint.h"

/* One is of the file, and a second of an editor or of echo. */
static void drop_line_breaks(text *t)
{
    while (t->len > 0 && t->at[t->len - 1] == '\n')
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
        bool is_file = access(token, F_OK) == 0;
        run->token_hint = is_file ? token_hint_file : token_hint(out->at, out->len);
        return EXIT_YES;
    }
    if (path == NULL && token == NULL && isatty(STDIN_FILENO))
        return fail_usage(run, "no token is given: give it with --token FILE, on standard input, "
                               "or as the last argument");
    int code = read_file(run, path != NULL ? path : "-", NULL, out);
    if (code == EXIT_YES)
        drop_line_breaks(out);
    run->token_hint = token_hint(out->at, out->len);
    return code;
}
