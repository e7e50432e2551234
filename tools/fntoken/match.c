/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>

#include "explain.h"
#include "fail.h"
#include "options.h"
#include "safe.h"

static const char usage[] =
    "Matches permissions and an audience against resources, as a decision does, without a token. Prints \"RESOURCE allowed\" or\n"
    "\"RESOURCE denied\", a line each.\n\n"
    "Usage: fntoken match --permission P... [--audience A...] RESOURCE...\n\n"
    "  --permission P     NAMESPACE:NAME, with * for any text; may be repeated\n"
    "  --audience A       the same; when given, one of these must match as well\n"
    "  --explain          print why, under each line\n"
    "  --json             print [{\"resource\":...,\"allowed\":...,\"status\":...,\"report\":[...]}]\n"
    "  --help             this text\n\n"
    "Exit status: 0 all are allowed; 3 any is denied.\n\n"
    "Example:\n"
    "  fntoken match --permission 'openfaas-fn:*' --permission dev:env dev:env dev:environment\n";

enum { PERMISSION, AUDIENCE, EXPLAIN, JSON, COUNT };

static int add_all(fnt_claims *claims, int32_t claim, const option *values)
{
    for (size_t i = 0; i < values->count; i++) {
        fnt_status status = fnt_claims_add(claims, claim, FNT_STR(values->values[i]));
        if (status == FNT_FAULT_PATTERN || status == FNT_FAULT_ARGUMENT)
            return fail_usage("match", "--%s %s is no pattern: it is empty, too long or holds characters that no name has", values->name,
                              values->values[i]);
        if (status != FNT_OK)
            return fail_status(status, NULL);
    }
    return EXIT_YES;
}

static int compile(const option *o, fnt_patterns **out)
{
    fnt_claims *claims = NULL;
    fnt_report *why = NULL;
    fnt_status status = fnt_claims_new(&claims);
    if (status == FNT_OK)
        status = fnt_report_new(&why);
    int code = status == FNT_OK ? add_all(claims, FNT_CLAIM_PERMISSION, &o[PERMISSION]) : fail_status(status, NULL);
    if (code == EXIT_YES)
        code = add_all(claims, FNT_CLAIM_FUNCTION_AUDIENCE, &o[AUDIENCE]);
    if (code == EXIT_YES && (status = fnt_patterns_new(claims, out, why)) != FNT_OK)
        code = fail_report(status, why);
    fnt_report_free(why);
    fnt_claims_free(claims);
    return code;
}

static fnt_status append_json(text *all, const char *resource, fnt_status decision, const fnt_report *why)
{
    text_put(all, all->len > 1 ? ",{\"resource\":" : "{\"resource\":");
    text_json(all, resource, strlen(resource));
    text_put(all, decision == FNT_OK ? ",\"allowed\":true,\"status\":\"" : ",\"allowed\":false,\"status\":\"");
    text_put(all, fnt_status_name(decision));
    text_put(all, "\",\"report\":");
    fnt_status status = explain_json(all, why);
    text_put(all, "}");
    return status;
}

static void print_line(const option *o, const char *resource, fnt_status decision, const fnt_report *why)
{
    safe_puts(stdout, resource);
    puts(decision == FNT_OK ? " allowed" : " denied");
    if (o[EXPLAIN].count > 0)
        explain(stdout, why, 2);
}

/* One resource: EXIT_YES, EXIT_DENIED, or a fault that was told. */
static int match_one(const option *o, const fnt_patterns *patterns, const char *resource, text *json, fnt_report *why)
{
    const char *asked = *resource != '\0' ? resource : ":"; /* an empty one is no resource, which is denied, not a fault of ours */
    fnt_status decision = fnt_patterns_permit(patterns, FNT_STR(asked), why);
    int code = exit_of(decision);
    if (code == EXIT_FAULT)
        return fail_report(decision, why);
    if (o[JSON].count == 0)
        print_line(o, resource, decision, why);
    else if (append_json(json, resource, decision, why) != FNT_OK)
        return fail_status(FNT_FAULT_MEMORY, NULL);
    return code;
}

static int match_all(const option *o, const fnt_patterns *patterns, const operands *resources)
{
    text json = TEXT_EMPTY;
    fnt_report *why = NULL;
    int code = EXIT_YES;
    if (fnt_report_new(&why) != FNT_OK)
        return fail_status(FNT_FAULT_MEMORY, NULL);
    text_put(&json, "[");
    for (size_t i = 0; i < resources->count && code != EXIT_FAULT; i++) {
        int one = match_one(o, patterns, resources->at[i], &json, why);
        code = one == EXIT_YES ? code : one;
    }
    text_put(&json, "]");
    if (o[JSON].count > 0 && code != EXIT_FAULT)
        safe_json(stdout, json.at, json.len);
    fnt_report_free(why);
    text_free(&json);
    return code;
}

int run_match(app *run, int argc, char **argv)
{
    option o[COUNT] = {[PERMISSION] = {.name = "permission", .kind = OPT_MANY, .required = true},
                       [AUDIENCE] = {.name = "audience", .kind = OPT_MANY},
                       [EXPLAIN] = {.name = "explain"},
                       [JSON] = {.name = "json"}};
    operands rest;
    fnt_patterns *patterns = NULL;
    int code = options_parse(run, usage, argc, argv, o, COUNT, &rest);
    if (code == OPTIONS_GO_ON) {
        code = rest.count > 0 ? compile(o, &patterns) : fail_usage(run->command, "a resource is missing: NAMESPACE:NAME");
        if (code == EXIT_YES)
            code = match_all(o, patterns, &rest);
    }
    fnt_patterns_free(patterns);
    options_free(o, COUNT, &rest);
    return code;
}
