/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "keys.h"
#include "lib/base/fail.h"
#include "lib/base/safe.h"

static const char usage[] =
    "Prints the public halves of keys as one JWKS, to publish. Nothing secret is ever in it. A key "
    "without a kid gets\nits RFC 7638 thumbprint as its kid.\n\n"
    "Usage: fntoken jwks KEYFILE...\n\n"
    "  KEYFILE            PEM (private, public, certificate), one JWK or a JWKS; - is standard "
    "input\n"
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken jwks issuer.key old-issuer.key > keys.json\n";

static const char begin[] = "{\"keys\":[", end[] = "]}";

static int export(const fnt_keyset *keys, char **jwks, size_t *len)
{
    fnt_status status = fnt_keyset_jwks(keys, jwks, len);
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}

/* Adds the items of {"keys":[...]}, which is how the library writes a set: it reads one text at a
 * time, and several sets can only be joined as JSON. */
static int add_file(app *run, const char *path, text *all)
{
    const size_t before = sizeof begin - 1, around = before + sizeof end - 1;
    fnt_keyset *keys = NULL;
    char *jwks = NULL;
    size_t len = 0;
    int code = load_public_halves(run, path, &keys);
    if (code == EXIT_YES)
        code = export(keys, &jwks, &len);
    if (code == EXIT_YES && len > around) {
        if (all->len > before)
            text_byte(all, ',');
        text_add(all, jwks + before, len - around);
    }
    fnt_free(jwks);
    fnt_keyset_free(keys);
    return code;
}

/* Parsed again as one set: the same key in two files, or two keys with one kid, would make a set
 * that is of no use. */
static int print_whole(const app *run, const text *all)
{
    fnt_keyset *keys = NULL;
    char *jwks = NULL;
    size_t len = 0;
    int code = fail_report(run, fnt_keyset_parse(all->at, all->len, 0, &keys, run->why));
    if (code == EXIT_YES)
        code = export(keys, &jwks, &len);
    if (code == EXIT_YES)
        safe_json(stdout, jwks, len);
    fnt_free(jwks);
    fnt_keyset_free(keys);
    return code;
}

static int print_all(app *run, const option *o, const operands *files)
{
    text all = TEXT_EMPTY;
    (void)o;
    int code = files->count > 0 ? EXIT_YES : fail_usage(run, "a key file is missing");
    text_put(&all, begin);
    for (size_t i = 0; i < files->count && code == EXIT_YES; i++)
        code = add_file(run, files->at[i], &all);
    text_put(&all, end);
    if (code == EXIT_YES)
        code = print_whole(run, &all);
    text_free(&all);
    return code;
}

static const option options[] = {{.name = NULL}};

const command command_jwks = {
    "jwks", "print the public halves of keys as a JWKS", usage, options, OPERANDS_ANY, print_all};
