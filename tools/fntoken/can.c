/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>

#include "explain.h"
#include "fail.h"
#include "iam.h"
#include "io.h"
#include "options.h"
#include "safe.h"

static const char usage[] =
    "Tells whether claims like these would be allowed to call a function, who grants it and why; or what came closest. Nothing is\n"
    "verified: signature, aud and times are not looked at.\n\n"
    "Usage: fntoken can --iam PATH... --claims FILE [--json] [NS:FN...]\n\n"
    "  --iam PATH         YAML or JSON: a file, a folder, or - for standard input; may be repeated\n"
    "  --claims FILE      a JSON object, the claims of an identity provider's token; - is standard input\n"
    "  NS:FN              the functions asked for; without one, all that would be granted is listed\n"
    "  --json             print [{\"resource\":...,\"allowed\":...,\"status\":...,\"report\":[...]}]\n"
    "  --help             this text\n\n"
    "Exit status: 0 all would be allowed; 3 any would be denied.\n\n"
    "Example:\n"
    "  fntoken can --iam iam/ --claims alice.json openfaas-fn:env dev:env\n";

enum { IAM, CLAIMS, JSON, COUNT };

typedef struct {
    const fnt_iam *iam;
    text claims, json;
    fnt_report *why;
    bool as_json;
} question;

static fnt_status append_json(question *q, const char *resource, bool allowed, fnt_status decision)
{
    text_put(&q->json, q->json.len > 1 ? ",{\"resource\":" : "{\"resource\":");
    if (resource == NULL)
        text_put(&q->json, "null");
    else
        text_json(&q->json, resource, strlen(resource));
    text_put(&q->json, allowed ? ",\"allowed\":true,\"status\":\"" : ",\"allowed\":false,\"status\":\"");
    text_put(&q->json, fnt_status_name(decision));
    text_put(&q->json, "\",\"report\":");
    fnt_status status = explain_json(&q->json, q->why);
    text_put(&q->json, "}");
    return status;
}

/* One resource, or with NULL everything: EXIT_YES, EXIT_DENIED, or a fault that was told. */
static int ask(question *q, const char *resource)
{
    fnt_status decision =
        fnt_iam_simulate(q->iam, q->claims.at, q->claims.len, resource, resource != NULL ? strlen(resource) : 0, q->why);
    bool allowed = decision == FNT_WOULD_ALLOW;
    if (!allowed && decision != FNT_WOULD_DENY && exit_of(decision) != EXIT_DENIED)
        return exit_of(decision) == EXIT_YES ? fail_status(FNT_FAULT_STATE, NULL) : (fail_report(decision, q->why), EXIT_FAULT);
    if (q->as_json) {
        if (append_json(q, resource, allowed, decision) != FNT_OK)
            return fail_status(FNT_FAULT_MEMORY, NULL);
        return allowed ? EXIT_YES : EXIT_DENIED;
    }
    safe_puts(stdout, resource != NULL ? resource : "anything");
    puts(allowed ? " allowed" : " denied");
    explain(stdout, q->why, 2);
    return allowed ? EXIT_YES : EXIT_DENIED;
}

static int ask_all(question *q, const operands *resources)
{
    int code = resources->count == 0 ? ask(q, NULL) : EXIT_YES;
    for (size_t i = 0; i < resources->count && code != EXIT_FAULT; i++) {
        /* Empty would ask the library for everything. */
        int one = *resources->at[i] != '\0' ? ask(q, resources->at[i]) : fail_usage("can", "a resource is empty: is a shell variable unset?");
        code = one == EXIT_YES ? code : one;
    }
    return code;
}

static int can(app *run, const option *o, const operands *resources)
{
    fnt_iam *iam = NULL;
    question q = {NULL, TEXT_EMPTY, TEXT_EMPTY, NULL, o[JSON].count > 0};
    int code = iam_open(run, &o[IAM], &iam);
    if (code == EXIT_YES)
        code = read_file(run, option_value(&o[CLAIMS]), LIMIT_DOCUMENT, &q.claims);
    if (code == EXIT_YES && fnt_report_new(&q.why) != FNT_OK)
        code = fail_status(FNT_FAULT_MEMORY, NULL);
    q.iam = iam;
    text_put(&q.json, "[");
    if (code == EXIT_YES)
        code = ask_all(&q, resources);
    text_put(&q.json, "]");
    if (q.as_json && code != EXIT_FAULT)
        safe_json(stdout, q.json.at, q.json.len);
    fnt_report_free(q.why);
    fnt_iam_free(iam);
    text_free(&q.claims);
    text_free(&q.json);
    return code;
}

int run_can(app *run, int argc, char **argv)
{
    option o[COUNT] = {[IAM] = {.name = "iam", .kind = OPT_MANY, .required = true},
                       [CLAIMS] = {.name = "claims", .kind = OPT_ONE, .required = true},
                       [JSON] = {.name = "json"}};
    operands rest;
    int code = options_parse(run, usage, argc, argv, o, COUNT, &rest);
    if (code == OPTIONS_GO_ON)
        code = can(run, o, &rest);
    options_free(o, COUNT, &rest);
    return code;
}
