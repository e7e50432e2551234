/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>

#include "fail.h"
#include "iam.h"
#include "options.h"
#include "safe.h"

static const char usage[] =
    "Checks JwtIssuer, Policy and Role objects. Prints FILE:LINE: error|warning: sentence [rule], a line each; nothing when all is well.\n"
    "An error is what a gateway would not load, and what can't be meant; a warning is the rest. Notes go to standard error.\n\n"
    "Usage: fntoken lint --iam PATH...\n"
    "       fntoken lint --rules\n\n"
    "  --iam PATH         YAML or JSON: a file, a folder of *.yaml, *.yml and *.json, or - for standard input; may be repeated\n"
    "  --json             print [{\"file\":...,\"line\":...,\"kind\":...,\"rule\":...,\"path\":...,\"sentence\":...}], notes too\n"
    "  --rules            list the rules with what they mean\n"
    "  --help             this text\n\n"
    "Exit status: 0 no errors; 1 errors; 2 a file can't be read.\n\n"
    "Examples:\n"
    "  fntoken lint --iam iam/\n"
    "  kubectl get jwtissuers,policies,roles.iam.openfaas.com -n openfaas -o yaml | fntoken lint --iam -\n";

enum { IAM, JSON, RULES, COUNT };

typedef struct {
    const char *name, *kind, *sentence;
} rule;

/* What the library never sees, for it reads JSON. */
static const rule of_files[] = {
    {"yaml-syntax", "error", "The file can't be read as YAML or JSON"},
    {"yaml-object", "error", "Something else stands where a Kubernetes object is expected"},
    {"yaml-duplicate-key", "error", "A name stands twice in one object; readers disagree about which one counts"},
    {"yaml-alias", "error", "An anchor or alias: what is granted must stand where it is read"},
    {"yaml-tag", "error", "A tag, which changes what a value is"},
    {"yaml-key", "error", "A name that is no text, or that some reader takes for something else (yes, on)"},
    {"empty-file", "warning", "A file in which there is nothing"},
};

static void print_rule(const rule *r)
{
    printf("%-22s %-8s %s\n", r->name, r->kind, r->sentence);
}

static int print_rules(const option *o)
{
    text json = TEXT_EMPTY;
    size_t files = sizeof of_files / sizeof *of_files;
    rule r = {NULL, NULL, NULL};
    for (size_t i = 0;; i++) {
        if (i < files)
            r = of_files[i];
        else
            r = (rule){fnt_lint_rule(i - files, FNT_FIELD_RULE, NULL), fnt_lint_rule(i - files, FNT_FIELD_KIND, NULL),
                       fnt_lint_rule(i - files, FNT_FIELD_SENTENCE, NULL)};
        if (r.name == NULL || r.kind == NULL || r.sentence == NULL)
            break;
        if (o[JSON].count == 0) {
            print_rule(&r);
            continue;
        }
        text_put(&json, json.len == 0 ? "[{\"rule\":" : ",{\"rule\":");
        text_json(&json, r.name, strlen(r.name));
        text_put(&json, ",\"kind\":");
        text_json(&json, r.kind, strlen(r.kind));
        text_put(&json, ",\"sentence\":");
        text_json(&json, r.sentence, strlen(r.sentence));
        text_put(&json, "}");
    }
    if (o[JSON].count > 0) {
        text_put(&json, "]");
        safe_json(stdout, json.at, json.len);
    }
    text_free(&json);
    return EXIT_YES;
}

/* Loading first: what does not load can't be looked at as a whole. */
static fnt_status load_and_lint(const objects *all, findings *found)
{
    fnt_iam *iam = NULL;
    fnt_report *why = NULL;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_iam_new(all->json.at, all->json.len, &iam, why);
    iam_findings(all, why, found);
    if (status == FNT_OK) {
        status = fnt_iam_lint(iam, why);
        iam_findings(all, why, found);
    }
    /* An error must not be lost because it came without an entry. */
    if (status == FNT_FAULT_IAM && found->errors == 0)
        findings_add(found, "error", "-", 1, fnt_report_text(why, 0, FNT_FIELD_SENTENCE, NULL), NULL, NULL);
    fnt_report_free(why);
    fnt_iam_free(iam);
    return status == FNT_FAULT_IAM ? FNT_OK : status;
}

static int lint(app *run, const option *o)
{
    objects all = {0};
    findings found = {0};
    fnt_status status = FNT_OK;
    int code = iam_read(run, &o[IAM], &all, &found);
    if (code == EXIT_YES && found.errors == 0)
        status = load_and_lint(&all, &found);
    if (code == EXIT_YES && o[JSON].count > 0)
        findings_print_json(&found, stdout);
    else if (code == EXIT_YES)
        findings_print(&found, stdout, PRINT_NO_NOTES);
    if (code == EXIT_YES && o[JSON].count == 0)
        findings_print(&found, stderr, PRINT_NOTES);
    if (status != FNT_OK)
        code = fail_status(status, NULL);
    else if (code == EXIT_YES && found.errors > 0)
        code = EXIT_REFUSED;
    findings_free(&found);
    objects_free(&all);
    return code;
}

int run_lint(app *run, int argc, char **argv)
{
    option o[COUNT] = {[IAM] = {.name = "iam", .kind = OPT_MANY}, [JSON] = {.name = "json"}, [RULES] = {.name = "rules"}};
    operands rest;
    int code = options_parse(run, usage, argc, argv, o, COUNT, &rest);
    if (code == OPTIONS_GO_ON) {
        code = options_no_operands(run, &rest);
        if (code == EXIT_YES && (o[RULES].count > 0) == (o[IAM].count > 0))
            code = fail_usage(run->command, "give --iam or --rules");
        else if (code == EXIT_YES)
            code = o[RULES].count > 0 ? print_rules(o) : lint(run, o);
    }
    options_free(o, COUNT, &rest);
    return code;
}
