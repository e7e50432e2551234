/* SPDX-License-Identifier: MIT */
/* Loading and linting take time in proportion to the text, whatever it is full of (rule 45). */
#include "support/iam_help.h"

#include "iam/lint/lint.h"

typedef struct {
    const char *begin, *each, *end; /* each: %d is a number, several times at will */
    fnt_status status;
    const char *errors, *warnings; /* of linting where it loads; of 20000 */
    const char *why;
} shape;

#define NAMED(kind, spec)                                                                          \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'" kind "','metadata':{'name':'n%d'}," spec "},"
#define FOR_ADA "'principal':{'jwt:sub':['ada']}"
#define RESOURCES                                                                                  \
    "[" HEAD("Policy", "p") "'spec':{'statement':[{'sid':'s','action':['Function:Invoke'],"        \
                            "'effect':'Allow','resource':["

static const shape shapes[] = {
    {"[" HEAD("Role", "r") "'spec':{'policy':['p'],'condition':{'StringEqual':{'jwt:a':[",
     "'some value %d',", "'x']},'StringLike':{'jwt:a':['x*']}}}}]", FNT_OK, "1", "0",
     "values of a condition"},
    {"[" HEAD("Role", "r") "'spec':{'policy':['p'],'condition':{'StringEqual':{'jwt:a':['x'",
     ",true    ", "]}}}}]", FNT_FAULT_IAM, "20000", "0", "values that are wrong"},
    {"[" HEAD("Role", "r") "'spec':{" FOR_ADA ",'policy':[", "'policy-%d',", "'x']}}]", FNT_OK,
     "20001", "0", "policies of a role that are not there"},
    {"[", NAMED("Policy", "'spec':{'statement':[" STATEMENT("s", "['a:b']") "]}"),
     ROLE("r", "n1", FOR_ADA) "]", FNT_OK, "0", "19999", "policies that no role names"},
    {"[", NAMED("Role", "'spec':{" FOR_ADA ",'policy':['p']}"),
     POLICY("p", STATEMENT("s", "['a:b']")) "]", FNT_OK, "0", "0", "roles"},
    {"[", HEAD("Role", "r") "'spec':{" FOR_ADA ",'policy':['p']}},", ROLE("r", "p", FOR_ADA) "]",
     FNT_FAULT_IAM, "20001", "0", "roles of one name, and one too many"},
    {"[" HEAD("Role", "r") "'spec':{'policy':['p'],'condition':{'StringLike':{'jwt:sub':[",
     "'repo:acme%d*:ref:refs/heads/*',", "'a|b.*']}}}}]", FNT_OK, "1", "20001",
     "names with a star in them"},
    {"[" HEAD("Role",
              "r") "'spec':{'policy':['p'],'condition':{'StringEqual':{'jwt:ref':['refs/heads/x',",
     "'refs/heads/x%d',",
     "'y'],'jwt:iss':'https://"
     "token.actions.githubusercontent.com'},'StringLike':{'jwt:sub':['*']}}}}]",
     FNT_OK, NULL, NULL, "events and patterns"},
    {"[" HEAD("Role", "r") "'spec':{'policy':['p'],'principal':{'jwt:email':['x@y',", "'x%d@y',",
     "'y@y']},'condition':{'StringEqual':{'jwt:email_verified':['true','true','true'],'jwt:iss'"
     ":['https://accounts.google.com']}}}}]",
     FNT_OK, "1", "1", "addresses"},
    {"[" HEAD("Role", "r") "'spec':{'policy':['p'],'condition':{'StringLike':{'jwt:sub':['*',",
     "'*%d*t',", "'y']}}}}]", FNT_OK, NULL, NULL, "patterns that may be of pull requests"},
    {"[" HEAD("Role", "r") "'spec':{'policy':['p'],'condition':{'StringEqual':{'jwt:sub':['",
     "{%d}<|^.- ", "']}}}}]", FNT_OK, "1", "1", "a long value"},
    {"[",
     NAMED("Role", "'spec':{'condition':{'StringLike':{'jwt:iss':['https://token.*','https://"
                   "gi*','https://acc*'],'jwt:sub':['organization:*']}},'policy':['p']}"),
     ISSUER("g", "https://gitlab.com") "]", FNT_OK, NULL, NULL, "roles at issuers that many share"},
    {RESOURCES, "'*-%d',", "'a:b']}]}}]", FNT_OK, "0", "20001", "patterns that begin with a star"},
    {RESOURCES, "'*-%d*',", "'a:b']}]}}]", FNT_OK, "0", NULL, "patterns with a star at both ends"},
    {RESOURCES, "'a:%d*',", "'a:b']}]}}]", FNT_OK, "0", NULL, "patterns that end with a star"},
    {"[" HEAD("Policy", "p") "'spec':{'statement':[", STATEMENT("s%d", "['a:b%d']") ",",
     STATEMENT("t", "['a:b']") "]}}]", FNT_OK, "0", "1", "statements"},
    {"[" HEAD("Policy", "p") "'spec':{'statement':[{'sid':'s','effect':'Allow','resource':['a:b'],"
                             "'action':['Function:Invoke'",
     ",'Function:Invok%d'", "]}]}}]", FNT_OK, "0", "1", "actions that are misspelled"},
};
static const shape *now;

static void load_and_lint(size_t count)
{
    size_t len = 0;
    char *text =
        malloc(strlen(now->begin) + count * (strlen(now->each) + 20) + strlen(now->end) + 1);
    len += (size_t)sprintf(text, "%s", now->begin);
    for (size_t i = 0; i < count; i++)
        len += (size_t)sprintf(text + len, now->each, (int)i, (int)i);
    strcpy(text + len, now->end);
    loaded l = load(text);
    cr_expect_eq(l.status, now->status, "%s: %s", now->why, field(l.report, 0, FNT_FIELD_SENTENCE));
    if (l.status == FNT_OK) {
        report_start(l.report);
        report_findings(l.report);
        cr_expect_eq(report_finish(l.report, lint(l.iam, l.report)), FNT_OK);
    }
    if (count == 20000 && now->errors != NULL)
        cr_expect_str_eq(field(l.report, 0, FNT_FIELD_ERRORS), now->errors, "%s", now->why);
    if (count == 20000 && now->warnings != NULL)
        cr_expect_str_eq(field(l.report, 0, FNT_FIELD_WARNINGS), now->warnings, "%s", now->why);
    unload(&l);
    free(text);
}

Test(many, rules_22_45_loading_and_linting_take_linear_time)
{
    for (now = shapes; now < shapes + sizeof shapes / sizeof *shapes; now++)
        cr_expect_lt(test_growth(load_and_lint, 2000, 10), 4, "%s", now->why);
}

static char *filled(const char *begin, size_t count, const char *end)
{
    char *text = malloc(strlen(begin) + count + strlen(end) + 1);
    size_t len = (size_t)sprintf(text, "%s", begin);
    memset(text + len, 'x', count);
    strcpy(text + len + count, end);
    return text;
}

/* What stands in paths, and is compared with much else. */
Test(many, rule_45_what_is_longer_than_anybody_needs_is_refused)
{
    static const struct {
        const char *begin, *end, *rule, *path, *part;
        size_t most;
    } rows[] = {
        {RESOURCES "'", "']}]}}]", "limit", "/0/spec/statement/0/resource/0",
         "is longer than 1024 bytes", 1024},
        {"[" HEAD("Policy", "p") "'spec':{'statement':[{'sid':'",
         "','action':['*'],'effect':'Allow','resource':['a:b']}]}}]", "limit",
         "/0/spec/statement/0/sid", "is longer than 256 bytes", 256},
        {HEAD("Role", "r") "'spec':{'policy':['p'],'condition':{'StringLike':{'jwt:a':'", "'}}}}",
         "limit", "/spec/condition/StringLike/jwt:a", "is longer than 1024 bytes", 1024},
        {HEAD("Role", "r") "'spec':{'policy':['p'],'principal':{'jwt:", "':['ada']}}}", "malformed",
         "", "a name is longer than 512 bytes", 508},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t more = 0; more < 2; more++) {
            char *text = filled(rows[i].begin, rows[i].most + more, rows[i].end);
            loaded l = load(text);
            cr_expect_eq(l.status, more == 0 ? FNT_OK : FNT_FAULT_IAM, "%s: %s", rows[i].path,
                         field(l.report, 1, FNT_FIELD_SENTENCE));
            cr_expect_eq(count_told(l.report, rows[i].rule, rows[i].path, rows[i].part), more,
                         "%s: %s at %s", rows[i].path, field(l.report, 1, FNT_FIELD_SENTENCE),
                         field(l.report, 1, FNT_FIELD_PATH));
            unload(&l);
            free(text);
        }
}

/* The report of one that is full of errors, each of which names the long key above it. */
Test(many, rule_45_a_report_stays_small)
{
    char *key = filled(
        "[" HEAD("Role", "r") "'spec':{'policy':['p'],'condition':{'StringEqual':{'jwt:", 500,
        "':[");
    char *text = malloc(strlen(key) + 40000 * 9 + 20);
    size_t len = (size_t)sprintf(text, "%s", key), bytes = 0;
    for (size_t i = 0; i < 40000; i++)
        len += (size_t)sprintf(text + len, "''      ,");
    strcpy(text + len, "'']}}}}]");
    loaded l = load(text);
    for (size_t i = 0; report_text(l.report, i, FNT_FIELD_SENTENCE).at != NULL; i++)
        bytes += report_text(l.report, i, FNT_FIELD_SENTENCE).len +
                 report_text(l.report, i, FNT_FIELD_PATH).len;
    cr_expect_leq(bytes, REPORT_BYTES);
    cr_expect_str_eq(field(l.report, 0, FNT_FIELD_ERRORS), "40001");
    cr_expect_eq(strlen(field(l.report, 900, FNT_FIELD_PATH)),
                 500 + strlen("/0/spec/condition/StringEqual/jwt:/899"), "paths are never cut");
    unload(&l);
    free(text);
    free(key);
}

Test(many, rule_45_so_many_claims_or_issuers_are_refused)
{
    char text[20000];
    size_t len =
        (size_t)sprintf(text, HEAD("Role", "r") "'spec':{'policy':['p'],'principal':{'jwt:a':'x'");
    for (int i = 1; i <= 100; i++)
        len += (size_t)sprintf(text + len, ",'jwt:a%d':'x'", i);
    sprintf(text + len, "}}}");
    loaded l = load(text);
    cr_expect_eq(count_told(l.report, "limit", "/spec/principal", "asks for more than 100 claims"),
                 1);
    unload(&l);
    char *many = malloc(1100 * 200);
    len = (size_t)sprintf(many, "[");
    for (int i = 0; i <= 1000; i++)
        len += (size_t)sprintf(many + len,
                               "%s{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer',"
                               "'metadata':{'name':'i%d'},'spec':{'iss':'https://%d','aud':['x']}}",
                               i > 0 ? "," : "", i, i);
    sprintf(many + len, "]");
    l = load(many);
    cr_expect_eq(count_told(l.report, "limit", "/1000", "There are more than 1000 JwtIssuers"), 1);
    unload(&l);
    free(many);
}

/* One object that is written out, and so many that are like it with a number each. */
static loaded load_many(const char *begin, const char *each, size_t count, const char *end)
{
    char *text = malloc(strlen(begin) + count * (strlen(each) + 20) + strlen(end) + 1);
    size_t len = (size_t)sprintf(text, "%s", begin);
    for (size_t i = 0; i < count; i++)
        len += (size_t)sprintf(text + len, each, (int)i, (int)i);
    strcpy(text + len, end);
    loaded l = load(text);
    free(text);
    return l;
}

/* What each exchange looks at is bounded when it is loaded, and the operator learns where. */
Test(many, rule_42_what_an_exchange_looks_at_is_bounded)
{
    static const struct {
        const char *begin, *each, *end, *path, *part;
        size_t most;
    } rows[] = {
        {"[", NAMED("Role", "'spec':{" FOR_ADA ",'policy':['p']}"),
         POLICY("p", STATEMENT("s", "['a:b']")) "]", "/20000", "There are more than 20000 Roles",
         20000},
        {RESOURCES, "'a:%d',", "'a:b']}]}}]", "/0", "There are more than 65536 resources", 65535},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t more = 0; more < 2; more++) {
            loaded l = load_many(rows[i].begin, rows[i].each, rows[i].most + more, rows[i].end);
            cr_expect_eq(l.status, more == 0 ? FNT_OK : FNT_FAULT_IAM, "%s", rows[i].part);
            cr_expect_eq(count_told(l.report, "limit", rows[i].path, rows[i].part), more,
                         "%s at %s", field(l.report, 1, FNT_FIELD_SENTENCE),
                         field(l.report, 1, FNT_FIELD_PATH));
            unload(&l);
        }
}

Test(many, rule_42_tests_of_all_objects_are_counted)
{
    char begin[20000];
    size_t len = (size_t)sprintf(begin, "%s",
                                 "{'apiVersion':'iam.openfaas.com/v1','kind':'Role',"
                                 "'metadata':{'name':'n%d'},'spec':{'policy':['p'],"
                                 "'principal':{'jwt:a':'x'");
    for (int i = 1; i < 100; i++)
        len += (size_t)sprintf(begin + len, ",'jwt:a%d':'x'", i);
    sprintf(begin + len, "}}},");
    for (size_t more = 0; more < 2; more++) {
        loaded l = load_many("[", begin, 1000 + more, POLICY("p", STATEMENT("s", "['a:b']")) "]");
        cr_expect_eq(l.status, more == 0 ? FNT_OK : FNT_FAULT_IAM);
        cr_expect_eq(count_told(l.report, "limit", "/1000",
                                "There are more than 100000 claims in all conditions"),
                     more);
        unload(&l);
    }
}
