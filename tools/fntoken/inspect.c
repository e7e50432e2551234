/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "lib/base/times.h"
#include "lib/base/values.h"
#include "lib/iam_files/json.h"
#include "read_token.h"

static const char usage[] =
    "Prints what a token says of itself, as JSON: "
    "{\"header\":...,\"claims\":...,\"verified\":false}. Nothing is verified:\n"
    "whoever made the token may have written anything. Its times are told on standard error once "
    "more, for people.\n\n"
    "Usage: fntoken inspect [OPTION...] [TOKEN]\n\n"
    "  TOKEN              - or nothing is standard input\n" TOKEN_USAGE
    "  --now UNIX         seconds since 1970, to which times are told; the clock's when not given\n"
    "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken inspect < token.txt\n"
    "  fntoken inspect --token token.txt --now 1715848921\n";

enum { TOKEN, NOW, COUNT };

/* ---- times for people ---------------------------------------------------- */

/* the last second of 5138: what is above is milliseconds */
static const int64_t last_second = 99999999999;

#define LATEST 9e18 /* of what an int64_t holds */

static void tell_time(const char *claim, int64_t seconds, int64_t now)
{
    text line = TEXT_EMPTY;
    bool milliseconds = seconds > last_second;
    text_print(&line, "%s %" PRId64 " is ", claim, seconds);
    times_utc(&line, milliseconds ? seconds / 1000 : seconds);
    text_put(&line, ", ");
    times_distance(&line, milliseconds ? seconds / 1000 : seconds, now);
    if (milliseconds)
        text_put(&line, ", in milliseconds, and seconds are expected");
    tell("%s", line.at);
    text_free(&line);
}

/* A time in any form that JSON has for a number; of a fraction what is before the point. */
static void tell_claim(const tree *t, size_t claims, const char *name, int64_t now)
{
    size_t key = tree_key(t, claims, name, strlen(name));
    const node *value = key != NODE_NONE ? &t->nodes[tree_value(t, key)] : NULL;
    char *end = NULL;
    if (value == NULL || value->kind != NODE_TEXT || value->meaning == PLAIN_TEXT)
        return;
    const char *digits = tree_text(t, value);
    double seconds = strtod(digits, &end);
    if (end != digits && *end == '\0' && seconds >= 0 && seconds < LATEST)
        tell_time(name, (int64_t)seconds, now);
}

static void tell_times(char *json, size_t len, int64_t now)
{
    static const char *const names[] = {"iat", "nbf", "auth_time", "exp"};
    tree t = TREE_EMPTY;
    mistake why;
    const text whole = {json, len, 0};
    size_t key =
        json_read(&whole, &t, &why) ? tree_key(&t, 0, "claims", strlen("claims")) : NODE_NONE;
    for (size_t i = 0; key != NODE_NONE && i < sizeof names / sizeof *names; i++)
        tell_claim(&t, tree_value(&t, key), names[i], now);
    tree_free(&t);
}

/* ---- the command --------------------------------------------------------- */

static int inspect(app *run, const option *o, const operands *rest)
{
    text token = TEXT_EMPTY;
    char *json = NULL;
    size_t len = 0;
    int64_t now = 0;
    int code = value_now(run, &o[NOW], &now);
    if (code == EXIT_YES)
        code = read_token(run, &o[TOKEN], rest, &token);
    if (code == EXIT_YES)
        code = fail_report(run, fnt_unverified_json(token.at, token.len, &json, &len, run->why));
    if (code == EXIT_YES) {
        safe_json(stdout, json, len);
        tell_times(json, len, now);
        if (run->token_hint != NULL) /* the signature was not looked at, nor what is behind it */
            tell("%s", run->token_hint);
    }
    fnt_free(json);
    text_free(&token);
    return code;
}

static const option options[] = {
    [TOKEN] = TOKEN_OPTION, [NOW] = {.name = "now", .kind = OPT_ONE}, [COUNT] = {.name = NULL}};

const command command_inspect = {"inspect",    "look into a token, without verifying anything",
                                 usage,        options,
                                 OPERANDS_ONE, inspect};
