/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "command.h"
#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "lib/iam_files/iam_files.h"

static const char usage[] =
    "Reads JwtIssuer, Policy and Role objects as the other commands do and prints what is loaded: "
    "KIND NAMESPACE/NAME\n"
    "FILE:LINE, a line each, and the digest of them all, which is the same for every set that says "
    "the same.\n\n"
    "Usage: fntoken iam --iam PATH... [OPTION...]\n\n"
    "  --iam PATH         YAML or JSON: a file, a folder, or - for standard input; may be "
    "repeated\n" IAM_USAGE
    "  --json             print the objects as one JSON array, as fnt_iam_new takes it\n"
    "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken iam --iam iam/\n"
    "  fntoken iam --iam iam/ --json > iam.json\n";

enum { IAM, JSON = IAM + IAM_OPTIONS, COUNT };

static int iam(app *run, const option *o, const operands *rest)
{
    text out = TEXT_EMPTY;
    bool json = o[JSON].count > 0;
    (void)rest;
    int code = iam_print(run, &o[IAM], json, &out);
    if (code == EXIT_YES && json)
        safe_json(stdout, out.at, out.len);
    for (size_t i = 0, n = 0; code == EXIT_YES && !json && i < out.len; i += n + 1) {
        for (n = 0; out.at[i + n] != '\n';)
            n++;
        safe_print(stdout, out.at + i, n);
        putchar('\n');
    }
    text_free(&out);
    return code;
}

static const option options[] = {
    IAM_OPTION_ROWS(IAM, true), [JSON] = {.name = "json"}, [COUNT] = {.name = NULL}};

const command command_iam = {"iam",         "print the IAM objects that are loaded, as JSON too",
                             usage,         options,
                             OPERANDS_NONE, iam};
