/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "claims_file.h"
#include "lib/base/explain.h"
#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "lib/base/values.h"
#include "lib/iam_files/iam_files.h"

static const char usage[] =
    "Tells whether claims like these would be allowed to call a function, who grants it and why; "
    "or what came closest.\n"
    "It says no where an exchange would for what the claims show. Nothing is verified: signature,\n"
    "times and a missing aud are not looked at.\n\n"
    "Usage: fntoken can --iam PATH... --claims FILE [--explain] [--json] [NS:FN...]\n\n"
    "  --iam PATH         YAML or JSON: a file, a folder, or - for standard input; may be "
    "repeated\n" IAM_USAGE
    "  --claims FILE      a JSON object, the claims of an identity provider's token; - is standard "
    "input\n"
    "  NS:FN              the functions asked for; without one, all that would be granted is "
    "listed\n"
    "  --explain          print each role, statement and condition under each answer, not the\n"
    "                     nearest alone\n"
    "  --json             print "
    "[{\"resource\":...,\"allowed\":...,\"status\":...,\"report\":[...]}]\n"
    "  --quiet            print nothing: the exit status is the answer\n"
    "  --help             this text\n\n"
    "Exit status: 0 all would be allowed; 3 any would be denied.\n\n"
    "Example:\n"
    "  fntoken can --iam iam/ --claims alice.json openfaas-fn:env dev:env\n";

enum { IAM, CLAIMS = IAM + IAM_OPTIONS, EXPLAIN, JSON, QUIET, COUNT };

typedef struct {
    const app *run;
    const fnt_iam *iam;
    text claims, json;
    bool as_json, in_full;
} question;

/* One resource, or with NULL everything: EXIT_YES, EXIT_DENIED, or EXIT_FAULT after a message. */
static int ask(question *q, const char *resource)
{
    const fnt_report *why = q->run->why;
    fnt_status decision = fnt_iam_simulate(q->iam, q->claims.at, q->claims.len, resource,
                                           resource != NULL ? strlen(resource) : 0, q->run->why);
    bool allowed = decision == FNT_WOULD_ALLOW;
    if (!allowed && decision != FNT_WOULD_DENY)
        return (void)fail_report(q->run, decision), EXIT_FAULT;
    if (q->json.len > 1)
        text_byte(&q->json, ',');
    if (q->as_json && answer_json(&q->json, resource, allowed, decision, why) != FNT_OK)
        return fail_status(FNT_FAULT_MEMORY, NULL);
    if (!q->as_json && !q->run->quiet) {
        safe_puts(stdout, resource != NULL ? fail_shown_resource(resource) : "anything");
        puts(allowed ? " allowed" : " denied");
        (q->in_full ? explain : explain_briefly)(stdout, why, 2);
    }
    return allowed ? EXIT_YES : EXIT_DENIED;
}

static int ask_all(question *q, const operands *resources)
{
    int code = resources->count == 0 ? ask(q, NULL) : EXIT_YES;
    for (size_t i = 0; i < resources->count && code != EXIT_FAULT; i++) {
        /* an empty one would ask the library for everything */
        const char *resource = resources->at[i];
        int one = *resource != '\0'
                      ? ask(q, resource)
                      : fail_usage(q->run, "a resource is empty (an unset shell variable?)");
        code = one == EXIT_YES ? code : one;
    }
    return code;
}

static int can(app *run, const option *o, const operands *resources)
{
    fnt_iam *iam = NULL;
    question q = {run, NULL, TEXT_EMPTY, TEXT_EMPTY, o[JSON].count > 0, o[EXPLAIN].count > 0};
    int code = value_quiet(run, &o[QUIET], &o[JSON], &o[EXPLAIN]);
    if (code == EXIT_YES)
        code = iam_open(run, &o[IAM], &iam);
    if (code == EXIT_YES)
        code = read_claims(run, option_value(&o[CLAIMS]), &q.claims);
    q.iam = iam;
    text_put(&q.json, "[");
    if (code == EXIT_YES)
        code = ask_all(&q, resources);
    text_put(&q.json, "]");
    if (q.as_json && code != EXIT_FAULT)
        safe_json(stdout, q.json.at, q.json.len);
    fnt_iam_free(iam);
    text_free(&q.claims);
    text_free(&q.json);
    return code;
}

static const option options[] = {IAM_OPTION_ROWS(IAM, true),
                                 [CLAIMS] = {.name = "claims", .kind = OPT_ONE, .required = true},
                                 [EXPLAIN] = {.name = "explain"},
                                 [JSON] = {.name = "json"},
                                 [QUIET] = {.name = "quiet"},
                                 [COUNT] = {.name = NULL}};

const command command_can = {"can",        "tell what a set of claims would be allowed, and why",
                             usage,        options,
                             OPERANDS_ANY, can};
