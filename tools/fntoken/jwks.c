/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "keys.h"
#include "options.h"
#include "safe.h"

static const char usage[] =
    "Prints the public halves of keys as one JWKS, to publish. Nothing secret is ever in it.\n\n"
    "Usage: fntoken jwks KEYFILE...\n\n"
    "  KEYFILE            PEM (private, public, certificate), one JWK or a JWKS; - is standard input\n"
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken jwks issuer.key old-issuer.key > keys.json\n";

/* The members of {"keys":[...]}, which is how the library writes it. */
static void append_members(text *all, const char *jwks, size_t len)
{
    static const char head[] = "{\"keys\":[";
    const size_t skip = sizeof head - 1;
    if (len < skip + 2)
        return;
    if (all->len > skip)
        text_byte(all, ',');
    text_add(all, jwks + skip, len - skip - 2);
}

static int add_file(app *run, const char *path, text *all)
{
    fnt_keyset *keys = NULL;
    char *jwks = NULL;
    size_t len = 0;
    int code = load_public_halves(run, path, &keys);
    fnt_status status = code == EXIT_YES ? fnt_keyset_jwks(keys, &jwks, &len) : FNT_OK;
    if (status != FNT_OK)
        code = fail_status(status, NULL);
    if (code == EXIT_YES)
        append_members(all, jwks, len);
    fnt_free(jwks);
    fnt_keyset_free(keys);
    return code;
}

/* Read again as one: the same key in two files, or two keys with one kid, would make a set that nobody can use. */
static int print_whole(const text *all)
{
    fnt_keyset *keys = NULL;
    fnt_report *why = NULL;
    char *jwks = NULL;
    size_t len = 0;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_keyset_parse(all->at, all->len, 0, &keys, why);
    if (status == FNT_OK)
        status = fnt_keyset_jwks(keys, &jwks, &len);
    int code = status == FNT_OK ? EXIT_YES : fail_report(status, why);
    if (code == EXIT_YES)
        safe_json(stdout, jwks, len);
    fnt_free(jwks);
    fnt_keyset_free(keys);
    fnt_report_free(why);
    return code;
}

static int print_all(app *run, const operands *files)
{
    text all = TEXT_EMPTY;
    int code = files->count > 0 ? EXIT_YES : fail_usage(run->command, "a key file is missing");
    text_put(&all, "{\"keys\":[");
    for (size_t i = 0; i < files->count && code == EXIT_YES; i++)
        code = add_file(run, files->at[i], &all);
    text_put(&all, "]}");
    if (code == EXIT_YES)
        code = print_whole(&all);
    text_free(&all);
    return code;
}

int run_jwks(app *run, int argc, char **argv)
{
    operands rest;
    int code = options_parse(run, usage, argc, argv, NULL, 0, &rest);
    if (code == OPTIONS_GO_ON)
        code = print_all(run, &rest);
    options_free(NULL, 0, &rest);
    return code;
}
