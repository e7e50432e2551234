/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "command.h"
#include "lib/base/explain.h"
#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "lib/base/values.h"

static const char usage[] =
    "Matches permissions and an audience against resources, as a decision does, without a token. "
    "Prints \"RESOURCE allowed\" or\n"
    "\"RESOURCE denied\", a line each; to standard error why something is no resource at all.\n\n"
    "Usage: fntoken match --permission P... [--audience A...] RESOURCE...\n\n"
    "  --permission P     NAMESPACE:NAME, with * for any text; may be repeated\n"
    "  --audience A       the same; when given, one of these must match as well\n"
    "  --explain          print why, under each line\n"
    "  --json             print "
    "[{\"resource\":...,\"allowed\":...,\"status\":...,\"report\":[...]}]\n"
    "  --quiet            print nothing: the exit status is the answer\n"
    "  --help             this text\n\n"
    "Exit status: 0 all are allowed; 3 any is denied.\n\n"
    "Example:\n"
    "  fntoken match --permission 'openfaas-fn:*' --permission dev:env dev:env dev:environment\n";

enum { PERMISSION, AUDIENCE, EXPLAIN, JSON, QUIET, COUNT };

static int compile(const app *run, const option *o, fnt_patterns **out)
{
    fnt_claims *claims = NULL;
    fnt_status status = fnt_claims_new(&claims);
    int code = status == FNT_OK ? value_claims(run, &o[PERMISSION], FNT_CLAIM_PERMISSION, claims)
                                : fail_status(status, NULL);
    if (code == EXIT_YES)
        code = value_claims(run, &o[AUDIENCE], FNT_CLAIM_FUNCTION_AUDIENCE, claims);
    if (code == EXIT_YES)
        code = fail_report(run, fnt_patterns_new(claims, out, run->why));
    fnt_claims_free(claims);
    return code;
}

static void print_line(const app *run, const option *o, const char *resource, fnt_status decision)
{
    if (run->quiet)
        return;
    safe_puts(stdout, fail_shown_resource(resource));
    puts(decision == FNT_OK ? " allowed" : " denied");
    if (o[EXPLAIN].count > 0)
        explain(stdout, run->why, 2);
    else if (decision == FNT_DENIED_RESOURCE)
        (void)fail_report(run, decision);
}

/* One resource: EXIT_YES, EXIT_DENIED, or EXIT_FAULT after a message. */
static int match_one(const app *run, const option *o, const fnt_patterns *patterns,
                     const char *resource, text *json)
{
    /* an empty one is no resource, which is denied, not a fault */
    const char *asked = *resource != '\0' ? resource : ":";
    fnt_status decision = fnt_patterns_permit(patterns, FNT_STR(asked), run->why);
    int code = exit_of(decision);
    if (code == EXIT_FAULT)
        return fail_report(run, decision);
    if (json->len > 1)
        text_byte(json, ',');
    if (o[JSON].count == 0)
        print_line(run, o, resource, decision);
    else if (answer_json(json, resource, decision == FNT_OK, decision, run->why) != FNT_OK)
        return fail_status(FNT_FAULT_MEMORY, NULL);
    return code;
}

static int match_all(const app *run, const option *o, const fnt_patterns *patterns,
                     const operands *resources)
{
    text json = TEXT_EMPTY;
    int code = EXIT_YES;
    text_put(&json, "[");
    for (size_t i = 0; i < resources->count && code != EXIT_FAULT; i++) {
        int one = match_one(run, o, patterns, resources->at[i], &json);
        code = one == EXIT_YES ? code : one;
    }
    text_put(&json, "]");
    if (o[JSON].count > 0 && code != EXIT_FAULT)
        safe_json(stdout, json.at, json.len);
    text_free(&json);
    return code;
}

static int match(app *run, const option *o, const operands *resources)
{
    fnt_patterns *patterns = NULL;
    int code = value_quiet(run, &o[QUIET], &o[JSON], &o[EXPLAIN]);
    if (code == EXIT_YES)
        code = resources->count > 0 ? compile(run, o, &patterns)
                                    : fail_usage(run, "a resource is missing: NAMESPACE:NAME");
    if (code == EXIT_YES)
        code = match_all(run, o, patterns, resources);
    fnt_patterns_free(patterns);
    return code;
}

static const option options[] = {
    [PERMISSION] = {.name = "permission", .kind = OPT_MANY, .required = true},
    [AUDIENCE] = {.name = "audience", .kind = OPT_MANY},
    [EXPLAIN] = {.name = "explain"},
    [JSON] = {.name = "json"},
    [QUIET] = {.name = "quiet"},
    [COUNT] = {.name = NULL}};

const command command_match = {
    "match", "match permissions against resources", usage, options, OPERANDS_ANY, match};
