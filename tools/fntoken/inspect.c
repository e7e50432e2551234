/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "io.h"
#include "options.h"
#include "safe.h"
#include "values.h"

static const char usage[] =
    "Prints what a token says of itself, as JSON: {\"header\":...,\"claims\":...,\"verified\":false}. Nothing is verified: whoever made the\n"
    "token may have written anything.\n\n"
    "Usage: fntoken inspect [TOKEN]\n\n"
    "  TOKEN              - or nothing is standard input\n"
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken inspect < token.txt\n";

static bool has_prefix(const text *token, const char *prefix)
{
    return token->len >= strlen(prefix) && memcmp(token->at, prefix, strlen(prefix)) == 0;
}

static size_t count_dots(const text *token)
{
    size_t dots = 0;
    for (size_t i = 0; i < token->len; i++)
        dots += token->at[i] == '.';
    return dots;
}

/* The library has no report for a look; these are what people bring instead of a token. NULL: none of them. */
static const char *what_it_is(const text *token)
{
    if (token->len == 0)
        return "There is no token: the input is empty.";
    if (has_prefix(token, "{"))
        return "This is JSON, not a token: you have the whole answer, take its access_token (or id_token) alone.";
    if (has_prefix(token, "Bearer ") || has_prefix(token, "bearer ") || has_prefix(token, "Authorization:"))
        return "This is a header: leave out what stands before the token.";
    if (has_prefix(token, "\""))
        return "The token is in quotes: take them away (jq -r prints text without them).";
    if (count_dots(token) == 4)
        return "This has five parts: an encrypted token (JWE), which only its receiver can read.";
    if (count_dots(token) == 0)
        return "This is an opaque token, not a JWT: it has no parts; only its issuer can say what it means.";
    return NULL;
}

static int inspect(const text *token)
{
    char *json = NULL;
    size_t len = 0;
    fnt_status status = fnt_unverified_json(token->at, token->len, &json, &len);
    if (status == FNT_OK)
        safe_json(stdout, json, len);
    fnt_free(json);
    return status == FNT_OK ? EXIT_YES : fail_status(status, what_it_is(token));
}

int run_inspect(app *run, int argc, char **argv)
{
    operands rest;
    const char *argument = NULL;
    text token = TEXT_EMPTY;
    int code = options_parse(run, usage, argc, argv, NULL, 0, &rest);
    if (code == OPTIONS_GO_ON) {
        code = value_operand(run, &rest, &argument);
        if (code == EXIT_YES)
            code = read_token(run, argument, &token);
        if (code == EXIT_YES)
            code = inspect(&token);
    }
    text_free(&token);
    options_free(NULL, 0, &rest);
    return code;
}
