/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/base/fail.h"
#include "lib/base/files.h"
#include "lib/base/safe.h"

static const char usage[] =
    "Prints what a token says of itself, as JSON: "
    "{\"header\":...,\"claims\":...,\"verified\":false}. Nothing is verified:\n"
    "whoever made the token may have written anything.\n\n"
    "Usage: fntoken inspect [TOKEN]\n\n"
    "  TOKEN              - or nothing is standard input\n"
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken inspect < token.txt\n";

static bool has_prefix(const text *token, const char *prefix)
{
    return token->len >= strlen(prefix) && memcmp(token->at, prefix, strlen(prefix)) == 0;
}

/* Dots between base64url and nothing else, as if they were parts; -1 if there is anything else. */
static int count_dots(const text *token)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    int dots = 0;
    if (strspn(token->at, all) != token->len)
        return -1;
    for (size_t i = 0; i < token->len; i++)
        dots += token->at[i] == '.';
    return dots;
}

/* The library has no report for a look; these are what people bring instead of a token. NULL: none
 * of them. */
static const char *what_it_is(const text *token)
{
    if (token->len == 0)
        return "There is no token: the input is empty.";
    if (has_prefix(token, "{"))
        return "This is JSON, not a token: you have the whole answer, take its access_token (or "
               "id_token) alone.";
    if (has_prefix(token, "Bearer ") || has_prefix(token, "bearer ") ||
        has_prefix(token, "Authorization:"))
        return "This is a header: leave out what stands before the token.";
    if (has_prefix(token, "\""))
        return "The token is in quotes: take them away (jq -r prints text without them).";
    if (count_dots(token) == 4)
        return "This has five parts: an encrypted token (JWE), which only its receiver can read.";
    if (count_dots(token) == 0)
        return "This is an opaque token, not a JWT: it has no parts; only its issuer can say what "
               "it means.";
    return NULL;
}

static int inspect(app *run, const option *o, const operands *rest)
{
    text token = TEXT_EMPTY;
    char *json = NULL;
    size_t len = 0;
    (void)o;
    int code = read_token(run, rest, &token);
    fnt_status status =
        code == EXIT_YES ? fnt_unverified_json(token.at, token.len, &json, &len) : FNT_OK;
    if (status != FNT_OK)
        code = fail_status(status, what_it_is(&token));
    if (code == EXIT_YES)
        safe_json(stdout, json, len);
    fnt_free(json);
    text_free(&token);
    return code;
}

static const option options[] = {{.name = NULL}};

const command command_inspect = {"inspect",      "look into a token, without verifying anything",
                                 usage,          options,
                                 OPERANDS_TOKEN, inspect};
