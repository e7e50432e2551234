/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

#include "iam/explain/grant.h"

/* The tutorial's objects (function authentication with an identity provider), and a few more. */
#define KEYCLOAK_URL "https://keycloak.example.com/realms/openfaas"
#define KEYCLOAK "'iss':'" KEYCLOAK_URL "'"
#define ON(claim) "'condition':{'StringEqual':{'jwt:" claim "':'1'}}"
#define ON_TEAM "'condition':{'StringEqual':{'jwt:team':['x']}}"

static const char tutorial[] = "[" HEAD(
    "JwtIssuer",
    "keycloak.example.com") "'spec':{'iss':'" KEYCLOAK_URL
                            "','aud':['openfaas'],'tokenExpiry':'1h'}}," POLICY(
                                "invoke-policy",
                                STATEMENT(
                                    "1-invoke-policy",
                                    "['openfaas-fn:*','dev:env']")) "," ROLE("invoke-role",
                                                                             "invoke-policy",
                                                                             "'condition':{'"
                                                                             "StringEqual':{'jwt:"
                                                                             "iss':['" KEYCLOAK_URL
                                                                             "'],'jwt:client_id':['"
                                                                             "openfaas']}}") "]";

/* clang-format off */
static const char many[] =
    "[" POLICY("p",
               STATEMENT("first", "['a:a','b:b']") "," STATEMENT("second", "['b:b','c:c']")) ","
    POLICY("q", STATEMENT("only", "['a:a','d:d']")) ","
    POLICY("list", "{'sid':'l','action':['Function:List'],'effect':'Allow','resource':['*']}") ","
    POLICY("when",
           "{'sid':'w','action':['Function:*'],'effect':'Allow','resource':['w:w']," ON_TEAM
           "}") ","
    HEAD_IN("team", "Policy", "p") "'spec':{'statement':[" STATEMENT("t", "['t:t']") "]}},"
    HEAD("Role", "both") "'spec':{'policy':['p','q']," ON("both") "}},"
    ROLE("q", "q", ON("q")) ","
    ROLE("list", "list", ON("list")) ","
    ROLE("when", "when", ON("when")) ","
    ROLE("gone", "gone", ON("gone")) ","
    HEAD_IN("team", "Role", "team") "'spec':{'policy':['p']," ON("team-role") "}}]";
/* clang-format on */

static char *joined(const span *list, size_t count)
{
    char *text = calloc(1, 1024);
    for (size_t i = 0; i < count; i++)
        snprintf(text + strlen(text), 1024 - strlen(text), "%s%.*s", i > 0 ? " " : "",
                 (int)list[i].len, list[i].at);
    return text;
}

/* Starts the report anew and asks. */
static grant find(const loaded *l, const char *claims, bool api_token, bool report_values)
{
    grant g;
    char *text = with_quotes(claims);
    json_value root;
    subject_context who;
    cr_assert_eq(json_validate(span_of(text), &root, NULL), FNT_OK, "%s", claims);
    cr_assert(subject_context_init(&who, root, api_token));
    who.report_values = report_values;
    report_start(l->report);
    cr_assert_eq(grant_find(l->iam, &who, SIZE_MAX, &g, l->report), FNT_OK);
    (void)report_finish(l->report, FNT_OK);
    subject_context_clear(&who);
    free(text);
    return g;
}

static void expect_grant(const loaded *l, const char *claims, bool api_token,
                         const char *permissions, const char *policies, size_t roles,
                         const char *why)
{
    grant g = find(l, claims, api_token, false);
    char *p = joined(g.permissions, g.permission_count), *q = joined(g.policies, g.policy_count);
    cr_expect_str_eq(p, permissions, "%s: %s", why, claims);
    cr_expect_str_eq(q, policies, "%s: %s", why, claims);
    cr_expect_eq(g.roles, roles, "%s: %s", why, claims);
    free(p);
    free(q);
    grant_clear(&g);
}

Test(grant, rule_34_takes_the_union_of_what_the_roles_give)
{
    static const struct {
        const char *claims, *permissions, *policies;
        size_t roles;
        const char *why;
    } rows[] = {
        {"{}", "", "", 0, "nobody gets nothing"},
        {"{'both':'1'}", "a:a b:b c:c d:d", "p q", 1, "each pattern once"},
        {"{'q':'1'}", "a:a d:d", "q", 1, "one policy"},
        {"{'q':'1','both':'1'}", "a:a b:b c:c d:d", "p q", 2, "two roles, each policy once"},
        {"{'list':'1'}", "", "list", 1, "only Function:Invoke reaches a Function Token"},
        {"{'when':'1'}", "", "when", 1, "the statement's condition does not hold"},
        {"{'when':'1','team':'x'}", "w:w", "when", 1, "now it does"},
        {"{'gone':'1'}", "", "", 1, "a policy that is not there grants nothing"},
        {"{'team-role':'1'}", "t:t", "team/p", 1, "a policy of another namespace is named with it"},
        {"{'both':1,'q':true,'list':null}", "", "", 0, "numbers and booleans match nothing"},
        {"{'policy':['p'],'fed:iss':'x','sub':'fed:x'}", "", "", 0,
         "rule 33: an IdP's own claim policy names no policies"},
    };
    loaded l = load(many);
    cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 1, FNT_FIELD_SENTENCE));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_grant(&l, rows[i].claims, false, rows[i].permissions, rows[i].policies,
                     rows[i].roles, rows[i].why);
    unload(&l);
}

Test(grant, rule_35_an_api_token_takes_the_policies_that_it_names)
{
    static const struct {
        const char *claims, *permissions, *policies, *why;
    } rows[] = {
        {"{'policy':['p']}", "a:a b:b c:c", "p", "as they are now"},
        {"{'policy':['p','q','p']}", "a:a b:b c:c d:d", "p q", "each once"},
        {"{'policy':['p','gone']}", "a:a b:b c:c", "p", "one is there no more"},
        {"{'policy':['team/p']}", "t:t", "team/p", "of another namespace"},
        {"{'policy':['openfaas/p']}", "", "", "never written so"},
        {"{'policy':['P']}", "", "", "case"},
        {"{'policy':[]}", "", "", "none"},
        {"{}", "", "", "no claim policy"},
        {"{'policy':'p'}", "", "", "text is no list"},
        {"{'policy':['p',7]}", "", "", "a list that we did not write"},
        {"{'policy':null}", "", "", "null"},
        {"{'policy':['when'],'team':'x'}", "w:w", "when",
         "statement conditions see the copied claims"},
        {"{'both':'1','q':'1'}", "", "", "roles are not asked again"},
    };
    loaded l = load(many);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_grant(&l, rows[i].claims, true, rows[i].permissions, rows[i].policies, 0,
                     rows[i].why);
    expect_grant(&l, "{'policy':['gone']}", true, "", "", 0, "told");
    cr_expect_eq(
        count_told(l.report, NULL, NULL, "policy gone, which the token names, is not there"), 1);
    expect_grant(&l, "{'policy':7}", true, "", "", 0, "told");
    cr_expect_eq(count_told(l.report, NULL, NULL, "claim policy is not an array of strings"), 1);
    unload(&l);
}

Test(grant, explains_what_matched_first)
{
    loaded l = load(many);
    grant g = find(&l, "{'when':'1','q':'1','gone':'1','list':'1'}", false, false);
    static const struct {
        const char *kind, *outcome, *role, *policy, *sid, *pattern, *part;
    } want[] = {
        {"role", "matched", "q", "", "", "", "role q matches"},
        {"statement", "matched", "q", "q", "only", "", "role q, policy q, statement only matches"},
        {"grant", "", "q", "q", "only", "a:a", "grants a:a"},
        {"grant", "", "q", "q", "only", "d:d", "grants d:d"},
        {"role", "matched", "list", "", "", "", ""},
        {"statement", "skipped", "list", "list", "l", "", "allows no Function:Invoke"},
        {"role", "matched", "when", "", "", "", ""},
        {"statement", "failed", "when", "when", "w", "", "has a condition that does not hold"},
        {"condition", "missing", "when", "when", "w", "",
         "jwt:team wants x; there is no such claim"},
        {"role", "matched", "gone", "", "", "", ""},
        {"note", "", "gone", "gone", "", "", "policy gone is not there, it grants nothing"},
        {"role", "failed", "both", "", "", "", "role both does not match"},
        {"condition", "missing", "both", "", "", "",
         "role both: jwt:both wants 1; there is no such claim"},
        {"role", "failed", "team", "", "", "", ""},
        {"condition", "missing", "team", "", "", "", ""},
    };
    size_t count = sizeof want / sizeof *want;
    cr_expect_eq(count_entries(l.report), count);
    for (size_t i = 0; i < count; i++) {
        cr_expect_str_eq(field(l.report, i + 1, FNT_FIELD_KIND), want[i].kind, "entry %zu", i + 1);
        cr_expect_str_eq(field(l.report, i + 1, FNT_FIELD_OUTCOME), want[i].outcome, "entry %zu",
                         i + 1);
        cr_expect_str_eq(field(l.report, i + 1, FNT_FIELD_ROLE), want[i].role, "entry %zu", i + 1);
        cr_expect_str_eq(field(l.report, i + 1, FNT_FIELD_POLICY), want[i].policy, "entry %zu",
                         i + 1);
        cr_expect_str_eq(field(l.report, i + 1, FNT_FIELD_SID), want[i].sid, "entry %zu", i + 1);
        cr_expect_str_eq(field(l.report, i + 1, FNT_FIELD_PATTERN), want[i].pattern, "entry %zu",
                         i + 1);
        cr_expect_not_null(strstr(field(l.report, i + 1, FNT_FIELD_SENTENCE), want[i].part),
                           "entry %zu: %s", i + 1, field(l.report, i + 1, FNT_FIELD_SENTENCE));
    }
    grant_clear(&g);
    unload(&l);
}

/* The same request at each level: kinds of entries, the first letter of each. */
Test(grant, tells_as_much_as_the_level_asks_for)
{
    static const struct {
        const char *claims;
        const char *told[3];
        const char *why;
    } rows[] = {
        {"{'q':'1'}", {"", "rsgg", "rsggrcrcrcrcrc"}, "decided: the role that matched"},
        {"{}", {"", "rc", "rcrcrcrcrcrc"}, "came closest: the nearest role"},
        {"{'when':'1'}", {"", "rsc", "rscrcrcrcrcrc"}, "what its policies lack"},
    };
    loaded l = load(many);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int32_t level = FNT_REPORT_SUMMARY; level <= FNT_REPORT_FULL; level++) {
            char told[64] = "";
            cr_assert_eq(report_set_level(l.report, level), FNT_OK);
            grant g = find(&l, rows[i].claims, false, false);
            for (size_t n = 1; n <= count_entries(l.report); n++)
                strncat(told, field(l.report, n, FNT_FIELD_KIND), 1);
            cr_expect_str_eq(told, rows[i].told[level - FNT_REPORT_SUMMARY], "%s, level %d",
                             rows[i].why, (int)level);
            grant_clear(&g);
        }
    unload(&l);
}

Test(grant, tells_the_nearest_of_the_roles_that_fail_first)
{
    loaded l =
        load("[" ROLE("two", "p", "'condition':{'StringEqual':{'jwt:a':'1','jwt:b':'1'}}") "," ROLE(
            "three", "p",
            "'principal':{'jwt:sub':['x','y'],'jwt:email':'e'},"
            "'condition':{'StringEqual':{'jwt:a':'1','jwt:b':'1'}}") "," ROLE("one", "p",
                                                                              "'condition':{'"
                                                                              "StringEqual':{'jwt:"
                                                                              "a':'1','jwt:c':'1'}"
                                                                              "}") "]");
    grant g = find(&l, "{'c':'1'}", false, false);
    cr_expect_str_eq(field(l.report, 1, FNT_FIELD_ROLE), "one");
    cr_expect_str_eq(field(l.report, 3, FNT_FIELD_ROLE), "two");
    cr_expect_str_eq(field(l.report, 6, FNT_FIELD_ROLE), "three");
    cr_expect_eq(count_entries(l.report), 10, "of a principal that fails every claim is told");
    cr_expect_eq(count_told(l.report, NULL, NULL, "role three: jwt:sub wants x or y"), 1);
    grant_clear(&g);
    unload(&l);
}

Test(grant, a_claim_that_differs_is_nearer_than_one_that_is_missing)
{
    loaded l = load("[" ROLE("a", "p", ON("gone")) "," ROLE("b", "p", ON("here")) "," ROLE(
        "c", "p", "'principal':{'jwt:gone':'1','jwt:here':'1'}") "]");
    grant g = find(&l, "{'here':'2'}", false, false);
    cr_expect_str_eq(field(l.report, 1, FNT_FIELD_ROLE), "b");
    cr_expect_str_eq(field(l.report, 3, FNT_FIELD_ROLE), "c");
    cr_expect_str_eq(field(l.report, 6, FNT_FIELD_ROLE), "a");
    grant_clear(&g);
    unload(&l);
}

static const struct {
    const char *who, *claims;
    bool tell;
    const char *outcome, *claim, *op, *expected, *actual, *part, *why;
} failures[] = {
    {"'condition':{'StringEqual':{'jwt:client_id':['openfaas']}}", "{'client_id':'portal'}", true,
     "failed", "client_id", "StringEqual", "openfaas", "portal",
     "jwt:client_id wants openfaas, is portal", "a dry run tells the value"},
    {"'condition':{'StringEqual':{'jwt:client_id':['openfaas']}}", "{'client_id':'portal'}", false,
     "failed", "client_id", "StringEqual", "openfaas", "",
     "jwt:client_id wants openfaas, is something else", "a real request does not"},
    {"'condition':{'StringEqual':{'jwt:sub':['a','b']}}", "{'sub':'c'}", false, "failed", "sub",
     "StringEqual", "a or b", "c", "jwt:sub wants a or b, is c", "sub is told always"},
    {"'condition':{'StringEqual':{'jwt:/sub':'a'}}", "{'sub':'c'}", false, "failed", "/sub",
     "StringEqual", "a", "", "is something else", "what a pointer leads to is not"},
    {"'condition':{'StringEqual':{'jwt:iss':'https://a/'}}", "{'iss':'https://a'}", false, "failed",
     "iss", "StringEqual", "https://a/", "https://a", "(they differ only by the slash at the end)",
     "the same issuer with and without a slash"},
    {"'condition':{'StringEqual':{'jwt:groups':'dev'}}", "{'groups':['dev','ops']}", true,
     "wrong-type", "groups", "StringEqual", "dev", "[\"dev\",\"ops\"]",
     "claim groups is an array: use ForAnyValue:StringEqual", "the operator for arrays"},
    {"'condition':{'StringLike':{'jwt:groups':'dev'}}", "{'groups':['dev']}", false, "wrong-type",
     "groups", "StringLike", "dev", "", "claim groups is an array: use ForAnyValue:StringLike",
     "of the same name"},
    {"'principal':{'jwt:groups':['dev']}", "{'groups':['dev']}", false, "wrong-type", "groups",
     "principal", "dev", "",
     "claim groups is an array; a principal compares strings, use a condition with "
     "ForAnyValue:StringEqual",
     "a principal has none"},
    {"'condition':{'StringEqual':{'jwt:groups':'dev'}}", "{'groups':['ops']}", false, "wrong-type",
     "groups", "StringEqual", "dev", "",
     "use ForAnyValue:StringEqual, though none of its items fits either", "which is not enough"},
    {"'condition':{'ForAnyValue:StringEqual':{'jwt:group':'dev'}}", "{'group':{'dev':'x'}}", false,
     "wrong-type", "group", "ForAnyValue:StringEqual", "dev", "",
     "claim group is an object: point into it, as in jwt:/group/dev", "an object"},
    {"'condition':{'ForAnyValue:StringEqual':{'jwt:groups':'admins'}}",
     "{'groups':['x','/admins']}", true, "failed", "groups", "ForAnyValue:StringEqual", "admins",
     "[\"x\",\"/admins\"]", "(they differ only by the slash at the beginning)",
     "Keycloak's full paths"},
    {"'condition':{'ForAnyValue:StringEqual':{'jwt:groups':'admins'}}", "{'groups':'Admins'}", true,
     "failed", "groups", "ForAnyValue:StringEqual", "admins", "Admins",
     "(they differ only by the case of letters)", "another case"},
    {"'condition':{'StringEqual':{'jwt:scope':'f'}}", "{'scope':'openid f'}", true, "failed",
     "scope", "StringEqual", "f", "openid f", "(its words are compared by ForAnyValue:)",
     "a word of scope"},
    {"'condition':{'StringLike':{'jwt:email_verified':'*'}}", "{'email_verified':true}", true,
     "wrong-type", "email_verified", "StringLike", "*", "true",
     "is a boolean: StringEqual alone takes one, by the value true or false", "no pattern"},
    {"'principal':{'jwt:b':['true']}", "{'b':true}", true, "wrong-type", "b", "principal", "true",
     "true", "a principal compares strings, use a condition with StringEqual", "nor a principal"},
    {"'condition':{'StringEqual':{'jwt:n':'1'}}", "{'n':1}", false, "wrong-type", "n",
     "StringEqual", "1", "",
     "claim n is a number: only a string can match, and a value is always one", "a number"},
    {"'condition':{'StringEqual':{'jwt:email_verified':'true'}}", "{'email_verified':false}", true,
     "failed", "email_verified", "StringEqual", "true", "false",
     "jwt:email_verified wants true, is false", "a boolean"},
    {"'condition':{'StringEqual':{'jwt:n':'1'}}", "{'n':null}", false, "wrong-type", "n",
     "StringEqual", "1", "", "claim n is null", "null"},
    {"'condition':{'StringEqual':{'jwt:realm_access':'1'}}", "{'realm_access':{'roles':['a']}}",
     false, "wrong-type", "realm_access", "StringEqual", "1", "",
     "claim realm_access is an object: point into it, as in jwt:/realm_access/roles", "an object"},
    {"'condition':{'StringEqual':{'jwt:exp':'1'}}", "{'exp':17}", false, "wrong-type", "exp",
     "StringEqual", "1", "17", "is a number", "times are told always"},
    {"'condition':{'StringEqual':{'jwt:a':['1','2','3','4','5','6','7','8','9','10']}}",
     "{'a':'0'}", false, "failed", "a", "StringEqual",
     "1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or one of 2 more", "", "or one of 2 more",
     "a long list is cut"},
    {"'condition':{'StringEqual':{'jwt:sub':'a'}}", "{'sub':'x\\n\\u202ey'}", false, "failed",
     "sub", "StringEqual", "a", "x\\n\\u{202e}y", "is x\\n\\u{202e}y", "rule 26: escaped"},
};

/* What is written for a claim, and what was probably meant. */
Test(grant, names_the_claim_that_was_meant)
{
    static const char claims[] =
        "{'realm_access':{'roles':['dev']},'resource_access':{'open.faas':{'roles':['dev']}},"
        "'kubernetes.io':{'namespace':'dev'},'groups':['dev'],'a/b':['x'],'Dept':'y',"
        "'fed:iss':'z'}";
    static const struct {
        const char *written, *meant;
    } rows[] = {
        {"realm_access.roles", "jwt:/realm_access/roles?"},
        {"$.realm_access.roles", "jwt:/realm_access/roles?"},
        {"$[\\'realm_access\\'][\\'roles\\']", "jwt:/realm_access/roles?"},
        {"realm_access/roles", "jwt:/realm_access/roles?"},
        {"/realm_access.roles", "jwt:/realm_access/roles?"},
        {"/Realm_Access/roles", "jwt:/realm_access/roles?"},
        {"realm_access.roles[*]", "jwt:/realm_access/roles?"},
        {"realm_access.roles[0]", "jwt:/realm_access/roles?"},
        {"resource_access.open.faas.roles", "jwt:/resource_access/open.faas/roles?"},
        {"kubernetes.io.namespace", "jwt:/kubernetes.io/namespace?"},
        {"roles", "jwt:/realm_access/roles?"},
        {"groups[0]", "jwt:groups?"},
        {"groups[*]", "jwt:groups?"},
        {"groups.0", "jwt:groups?"},
        {"groups.dev", NULL},
        {"/groups/1", "jwt:groups?"},
        {"Groups", "jwt:groups?"},
        {"$.a/b", "jwt:/a~1b?"},
        {"dept", "jwt:Dept?"},
        {"department", NULL},
        {"fed:iss", NULL},
        {"realm_access.", "jwt:realm_access?"},
        {"$", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512], want[128];
        snprintf(text, sizeof text,
                 ROLE("r", "p", "'condition':{'ForAnyValue:StringEqual':{'jwt:%s':'w'}}"),
                 rows[i].written);
        loaded l = load(text);
        cr_assert_eq(l.status, FNT_OK, "%s: %s", text, field(l.report, 1, FNT_FIELD_SENTENCE));
        grant g = find(&l, claims, false, false);
        snprintf(want, sizeof want, "there is no such claim%s%s",
                 rows[i].meant != NULL ? ": did you mean " : "",
                 rows[i].meant != NULL ? rows[i].meant : "");
        const char *told = strstr(field(l.report, 2, FNT_FIELD_SENTENCE), "there is");
        cr_expect_str_eq(told != NULL ? told : "", want, "%s", rows[i].written);
        grant_clear(&g);
        unload(&l);
    }
}

Test(grant, rule_34_says_why_a_condition_failed)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        char text[1024];
        snprintf(text, sizeof text, ROLE("r", "p", "%s"), failures[i].who);
        loaded l = load(text);
        cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 1, FNT_FIELD_SENTENCE));
        grant g = find(&l, failures[i].claims, false, failures[i].tell);
        cr_expect_str_eq(field(l.report, 2, FNT_FIELD_KIND), "condition", "%s", failures[i].why);
        cr_expect_str_eq(field(l.report, 2, FNT_FIELD_OUTCOME), failures[i].outcome, "%s",
                         failures[i].why);
        cr_expect_str_eq(field(l.report, 2, FNT_FIELD_CLAIM), failures[i].claim, "%s",
                         failures[i].why);
        cr_expect_str_eq(field(l.report, 2, FNT_FIELD_OPERATOR), failures[i].op, "%s",
                         failures[i].why);
        cr_expect_str_eq(field(l.report, 2, FNT_FIELD_EXPECTED), failures[i].expected, "%s",
                         failures[i].why);
        cr_expect_str_eq(field(l.report, 2, FNT_FIELD_ACTUAL), failures[i].actual, "%s",
                         failures[i].why);
        cr_expect_not_null(strstr(field(l.report, 2, FNT_FIELD_SENTENCE), failures[i].part),
                           "%s: %s", failures[i].why, field(l.report, 2, FNT_FIELD_SENTENCE));
        grant_clear(&g);
        unload(&l);
    }
}

Test(grant, rule_26_cuts_a_long_claim_between_two_characters)
{
    char claims[1024] = "{'sub':'x";
    for (int i = 0; i < 200; i++)
        strcat(claims, "\xc3\xa4");
    strcat(claims, "'}");
    loaded l = load(ROLE("r", "p", "'condition':{'StringEqual':{'jwt:sub':'a'}}"));
    grant g = find(&l, claims, false, false);
    const char *actual = field(l.report, 2, FNT_FIELD_ACTUAL);
    cr_expect_eq(strlen(actual), 199 + 3, "%zu", strlen(actual));
    cr_expect_null(strchr(actual, '\\'), "no half character");
    grant_clear(&g);
    unload(&l);
}

/* ---- the dry run --------------------------------------------------------- */

static const struct {
    const char *iam, *claims, *resource; /* NULL: list all */
    fnt_status status;
    const char *sentence; /* a part of the summary's */
    const char *why;
} dry[] = {
    {tutorial, "{" KEYCLOAK ",'client_id':'openfaas'}", "dev:env", FNT_WOULD_ALLOW,
     "role invoke-role, policy invoke-policy, statement 1-invoke-policy: dev:env allows dev:env",
     "the tutorial's walk"},
    {tutorial, "{" KEYCLOAK ",'client_id':'openfaas'}", "openfaas-fn:figlet", FNT_WOULD_ALLOW,
     "openfaas-fn:* allows openfaas-fn:figlet", "a star"},
    {tutorial, "{" KEYCLOAK ",'client_id':'openfaas'}", "dev:other", FNT_WOULD_DENY,
     "role invoke-role matches, but its permissions do not cover dev:other: openfaas-fn:*, dev:env",
     "another function"},
    {tutorial, "{" KEYCLOAK ",'client_id':'portal'}", "dev:env", FNT_WOULD_DENY,
     "no role matches: closest is invoke-role: jwt:client_id wants openfaas, is portal",
     "another client"},
    {tutorial, "{" KEYCLOAK ",'client_id':'portal'}", "dev:other", FNT_WOULD_DENY,
     "closest is invoke-role: jwt:client_id wants openfaas, is portal; but no role leads to "
     "dev:other",
     "and another function"},
    {tutorial, "{}", NULL, FNT_WOULD_DENY,
     "jwt:iss wants https://keycloak.example.com/realms/openfaas; there is no such claim; "
     "jwt:client_id",
     "both are told"},
    {tutorial, "{" KEYCLOAK ",'client_id':'openfaas'}", NULL, FNT_WOULD_ALLOW,
     "2 permissions: openfaas-fn:*, dev:env", "all"},
    {"[]", "{}", "dev:env", FNT_WOULD_DENY,
     "no role matches: there is none; but no role leads to dev:env", "no rules"},
    {"[]", "{}", NULL, FNT_WOULD_DENY, "no role matches: there is none", "no rules"},
    {many, "{'list':'1'}", NULL, FNT_WOULD_DENY, "role list matches, but allows no Function:Invoke",
     "no Invoke"},
    {many, "{'gone':'1'}", NULL, FNT_WOULD_DENY, "role gone (its policy gone is not there) matches",
     "no policy"},
    {"[" HEAD("Role", "r") "'spec':{'principal':{'jwt:sub':['x']}}}]", "{'sub':'x'}", NULL,
     FNT_WOULD_DENY, "role r (it names no policy) matches, but allows no Function:Invoke",
     "a role that names none"},
    {many, "{'when':'1','team':'y'}", "w:w", FNT_WOULD_DENY,
     "closest is when: statement w: jwt:team wants x, is y", "a statement's condition"},
    {many, "{}", "w:w", FNT_WOULD_DENY,
     "closest is when: jwt:when wants 1; there is no such claim; statement w: jwt:team wants x",
     "both"},
    {many, "{'q':'1'}", "c:c", FNT_WOULD_DENY,
     "role q matches, but its permissions do not cover c:c: a:a, d:d; closest is both: jwt:both "
     "wants 1",
     "another role would"},
    {many, "{'q':'1','when':'1'}", "z:z", FNT_WOULD_DENY, "role q, role when matches", "two roles"},
    {many, "{'q':'1'}", NULL, FNT_WOULD_ALLOW, "2 permissions: a:a, d:d", "all"},
    {"[" POLICY("p", STATEMENT("1", "['a:a']")) "," ROLE("r", "p",
                                                         "'principal':{'jwt:sub':['x']}") "]",
     "{'sub':'y'}", "a:a", FNT_WOULD_DENY, "closest is r: jwt:sub wants x, is y", "a principal"},
    {many, "{'team-role':'1'}", NULL, FNT_WOULD_ALLOW, "1 permission: t:t", "one"},
};

/* As a dry run asks it. */
static fnt_status decide(const fnt_iam *iam, const char *claims, span resource, fnt_report *report)
{
    subject_context who;
    json_value root;
    grant g;
    cr_assert_eq(json_validate(span_of(claims), &root, NULL), FNT_OK, "%s", claims);
    cr_assert(subject_context_init(&who, root, false));
    who.report_values = true;
    cr_assert_eq(grant_find(iam, &who, SIZE_MAX, &g, NULL), FNT_OK);
    fnt_status status = grant_decide(iam, &who, &g, resource, report);
    grant_clear(&g);
    subject_context_clear(&who);
    return status;
}

Test(grant, rule_50_what_a_dry_run_answers_is_never_a_yes)
{
    for (size_t i = 0; i < sizeof dry / sizeof *dry; i++) {
        loaded l = load(dry[i].iam);
        char *claims = with_quotes(dry[i].claims);
        span resource = span_of(dry[i].resource);
        report_start(l.report);
        fnt_status status = report_finish(l.report, decide(l.iam, claims, resource, l.report));
        cr_expect_eq(status, dry[i].status, "%s: %s (got %d)", dry[i].why, dry[i].claims,
                     (int)status);
        cr_expect_not_null(strstr(field(l.report, 0, FNT_FIELD_SENTENCE), dry[i].sentence),
                           "%s: \"%s\"", dry[i].why, field(l.report, 0, FNT_FIELD_SENTENCE));
        cr_expect_eq(decide(l.iam, claims, resource, NULL), dry[i].status,
                     "the same without a report");
        free(claims);
        unload(&l);
    }
}

Test(grant, a_dry_run_tells_what_decided_before_all_else)
{
    loaded l = load(many);
    char *claims = with_quotes("{'both':'1','q':'1','fed:iss':'x'}");
    report_start(l.report);
    cr_expect_eq(decide(l.iam, claims, SPAN("a:a"), l.report), FNT_WOULD_ALLOW);
    cr_expect_str_eq(field(l.report, 0, FNT_FIELD_RESOURCE), "a:a");
    cr_expect_str_eq(field(l.report, 1, FNT_FIELD_KIND), "grant");
    cr_expect_str_eq(field(l.report, 1, FNT_FIELD_OUTCOME), "decided");
    cr_expect_str_eq(field(l.report, 1, FNT_FIELD_ROLE), "both");
    cr_expect_str_eq(field(l.report, 1, FNT_FIELD_PATTERN), "a:a");
    cr_expect_str_eq(field(l.report, 3, FNT_FIELD_ROLE), "q", "every way is told");
    cr_expect_eq(count_told(l.report, NULL, NULL, "of an API token the exchange asks no roles"), 1);
    free(claims);
    unload(&l);
}

Test(grant, lists_eight_permissions_and_says_that_there_are_more)
{
    loaded l = load("[" POLICY(
        "p",
        STATEMENT(
            "1", "['a:a','b:b','c:c','d:d','e:e','f:f','g:g','h:h','i:i']")) "," ROLE("r", "p",
                                                                                      ON("a")) "]");
    char *claims = with_quotes("{'a':'1'}");
    report_start(l.report);
    cr_expect_eq(decide(l.iam, claims, SPAN_NONE, l.report), FNT_WOULD_ALLOW);
    cr_expect_str_eq(field(l.report, 0, FNT_FIELD_SENTENCE),
                     "9 permissions: a:a, b:b, c:c, d:d, e:e, f:f, g:g, h:h and 1 more");
    free(claims);
    unload(&l);
}
