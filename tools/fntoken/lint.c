/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "command.h"
#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "lib/iam_files/iam_files.h"

static const char usage[] =
    "Checks JwtIssuer, Policy and Role objects. Prints FILE:LINE: "
    "error|warning: sentence [rule], a line each; nothing when\n"
    "all is well. An error is what a gateway would not load, and what "
    "can't be meant; a warning is the rest. Notes go to\n"
    "standard error.\n\n"
    "Usage: fntoken lint --iam PATH...\n"
    "       fntoken lint --rules\n\n"
    "  --iam PATH         YAML or JSON: a file, a folder of *.yaml, *.yml "
    "and *.json, or - for standard input; may be repeated\n" IAM_USAGE "  --json             print "
    "[{\"file\":...,\"line\":...,\"kind\":...,\"rule\":...,\"path\":...,"
    "\"sentence\":...}], with the\n"
    "                     notes; path is a JSON pointer in the object\n"
    "  --warnings-as-errors\n"
    "                     exit with 1 for warnings too, as a gate in CI may want it\n"
    "  --rules            list the rules with what they mean\n"
    "  --help             this text\n\n"
    "Exit status: 0 no errors; 1 errors; 2 a file can't be read, or there is no object in it.\n\n"
    "Examples:\n"
    "  fntoken lint --iam iam/\n"
    "  kubectl get jwtissuers,policies,roles.iam.openfaas.com -n openfaas "
    "-o yaml | fntoken lint --iam -\n";

enum { IAM, JSON = IAM + IAM_OPTIONS, AS_ERRORS, RULES, COUNT };

typedef struct {
    const char *name, *kind, *sentence;
} rule;

/* What the library never sees, for it reads JSON. */
static const rule of_files[] = {
    {"yaml-syntax", "error", "The file can't be read as YAML or JSON"},
    {"yaml-object", "error", "Something else stands where a Kubernetes object is expected"},
    {"yaml-duplicate-key", "error",
     "A name stands twice in one object; readers disagree about which one counts"},
    {"yaml-alias", "error", "An anchor or alias: what is granted must stand where it is read"},
    {"yaml-tag", "error", "A tag, which changes what a value is"},
    {"yaml-key", "error",
     "A name that is not a string, or that some reader takes for something else (yes, on)"},
    {"json-syntax", "warning",
     "A file named .json that only YAML reads, by a comma too many or the like"},
    {"empty-file", "warning", "A file in which there is nothing"},
};

/* Of the files first, then of the library; false where there are no more. */
static bool rule_at(size_t i, rule *out)
{
    size_t files = sizeof of_files / sizeof *of_files;
    if (i < files)
        *out = of_files[i];
    else
        *out = (rule){fnt_lint_rule(i - files, FNT_FIELD_RULE, NULL),
                      fnt_lint_rule(i - files, FNT_FIELD_KIND, NULL),
                      fnt_lint_rule(i - files, FNT_FIELD_SENTENCE, NULL)};
    return out->name != NULL && out->kind != NULL && out->sentence != NULL;
}

static int print_rules(void)
{
    rule r;
    for (size_t i = 0; rule_at(i, &r); i++)
        printf("%-22s %-8s %s\n", r.name, r.kind, r.sentence);
    return EXIT_YES;
}

static int print_rules_json(void)
{
    rule r;
    text json = TEXT_EMPTY;
    for (size_t i = 0; rule_at(i, &r); i++) {
        text_put(&json, i == 0 ? "[{" : ",{");
        text_member(&json, "rule", r.name);
        text_member(&json, "kind", r.kind);
        text_member(&json, "sentence", r.sentence);
        text_put(&json, "}");
    }
    text_put(&json, "]");
    safe_json(stdout, json.at, json.len);
    text_free(&json);
    return EXIT_YES;
}

/* Everything found is printed, also when a file or an object can't be read: the exit status says
 * so. */
static int lint(app *run, const option *o)
{
    findings found = {0};
    int code = iam_lint(run, &o[IAM], &found);
    if (o[JSON].count > 0)
        findings_print_json(&found, stdout);
    else
        findings_print(&found, stdout, stderr);
    bool wrong = found.errors > 0 || (o[AS_ERRORS].count > 0 && found.warnings > 0);
    if (code == EXIT_YES && wrong)
        code = EXIT_REFUSED;
    findings_free(&found);
    return code;
}

static int run_lint(app *run, const option *o, const operands *rest)
{
    (void)rest;
    if ((o[RULES].count > 0) == (o[IAM].count > 0))
        return fail_usage(run, "give --iam or --rules");
    if (o[RULES].count > 0 &&
        (o[IAM + IAM_NAMESPACES].count > 0 || o[IAM + IAM_ALL_NAMESPACES].count > 0))
        return fail_usage(run, "--rules lists the same rules for every namespace");
    if (o[RULES].count > 0)
        return o[JSON].count > 0 ? print_rules_json() : print_rules();
    return lint(run, o);
}

static const option options[] = {IAM_OPTION_ROWS(IAM, false), [JSON] = {.name = "json"},
                                 [AS_ERRORS] = {.name = "warnings-as-errors"},
                                 [RULES] = {.name = "rules"}, [COUNT] = {.name = NULL}};

const command command_lint = {
    "lint", "check JwtIssuer, Policy and Role objects", usage, options, OPERANDS_NONE, run_lint};
