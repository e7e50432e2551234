/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "read_token.h"

static const char usage[] =
    "Prints what a token says of itself, as JSON: "
    "{\"header\":...,\"claims\":...,\"verified\":false}. Nothing is verified:\n"
    "whoever made the token may have written anything.\n\n"
    "Usage: fntoken inspect [TOKEN]\n\n"
    "  TOKEN              - or nothing is standard input\n"
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken inspect < token.txt\n";

static int inspect(app *run, const option *o, const operands *rest)
{
    text token = TEXT_EMPTY;
    char *json = NULL;
    size_t len = 0;
    (void)o;
    int code = read_token(run, rest, &token);
    if (code == EXIT_YES)
        code = fail_report(run, fnt_unverified_json(token.at, token.len, &json, &len, run->why));
    if (code == EXIT_YES)
        safe_json(stdout, json, len);
    fnt_free(json);
    text_free(&token);
    return code;
}

static const option options[] = {{.name = NULL}};

const command command_inspect = {"inspect",    "look into a token, without verifying anything",
                                 usage,        options,
                                 OPERANDS_ONE, inspect};
