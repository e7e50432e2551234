/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

#include "iam/lint/catalogue.h"
#include "iam/lint/lint.h"

#define KC "https://kc/realms/x"
#define ISS "'jwt:iss':['" KC "']"
#define CLEAN_WHO "'condition':{'StringEqual':{" ISS ",'jwt:sub':['x']}}"

/* Issuer, policy and role that are right, so that one thing can be wrong. */
#define THE_ISSUER ISSUER("kc", KC)
#define THE_POLICY POLICY("p", STATEMENT("1", "['dev:env']"))
#define THE_ROLE ROLE("r", "p", CLEAN_WHO)
#define WITH_ISSUER(issuer) "[" issuer "," THE_POLICY "," THE_ROLE "]"
#define WITH_POLICY(policy) "[" THE_ISSUER "," policy "," THE_ROLE "]"
#define WITH_ROLE(role) "[" THE_ISSUER "," THE_POLICY "," role "]"
#define WITH_TESTS(clauses) WITH_ROLE(ROLE("r", "p", "'condition':{" clauses "}"))
#define WITH_AND(clauses) WITH_TESTS("'StringEqual':{" ISS ",'jwt:sub':['x']}," clauses)
#define WITH_STATEMENTS(statements) WITH_POLICY(POLICY("p", statements))
#define STATEMENT_WHEN(resources, keys)                                                            \
    "{'sid':'1','action':['Function:Invoke'],'effect':'Allow','resource':" resources               \
    ",'condition':{'StringEqual':{" keys "}}}"
#define WITH_RESOURCES(resources) WITH_STATEMENTS(STATEMENT("1", resources))
#define KC_SPEC(spec) WITH_ISSUER(HEAD("JwtIssuer", "kc") "'spec':{'iss':'" KC "'," spec "}}")

/* GitHub's issuer, one condition on its claims. */
#define GITHUB "https://token.actions.githubusercontent.com"
#define GITHUB_ROLE(clauses)                                                                       \
    ROLE("r", "p", "'condition':{'StringEquals':{'jwt:iss':['" GITHUB "']}," clauses "}")
#define WITH_GITHUB(clauses)                                                                       \
    "[" ISSUER("github", GITHUB) "," THE_POLICY "," GITHUB_ROLE(clauses) "]"

typedef struct {
    const char *json;
    const char *rules;       /* all that lint finds, in its order */
    const char *path, *part; /* of the first */
    const char *why;
} row;

static const row rows[] = {
    {WITH_ISSUER(THE_ISSUER), "", NULL, NULL, "nothing is wrong here"},
    {"[]", "", NULL, NULL, "nor here"},

    {KC_SPEC("'aud':['openfaas','account']"), "account-audience", "/0/spec/aud/1",
     "JwtIssuer kc: accepts the audience account", "rule 29"},
    {KC_SPEC("'aud':['accounts']"), "", NULL, NULL, "another word"},
    {KC_SPEC("'aud':['" KC "']"), "cluster-audience", "/0/spec/aud/0",
     "accepts its own iss as audience", "refresh tokens"},
    {KC_SPEC("'aud':['https://kubernetes.default.svc']"), "cluster-audience", "/0/spec/aud/0",
     "accepts the cluster's own audience", "kubernetes"},
    {KC_SPEC("'aud':['kubernetes.default.svc']"), "cluster-audience", "/0/spec/aud/0", NULL,
     "older clusters"},
    {KC_SPEC("'aud':['openfaas'],'tokenExpiry':'12h'"), "", NULL, NULL, "the usual maximum"},
    {KC_SPEC("'aud':['openfaas'],'tokenExpiry':'13h'"), "long-expiry", "/0/spec/tokenExpiry",
     "longer than 12h", "beyond"},
    {"[" ISSUER("system", "http://gateway.openfaas:8080") "]", "", NULL, NULL, "the chart's own"},
    {"[" HEAD("JwtIssuer", "system") "'spec':{'iss':'https://gw','aud':['https://gw']}}]", "", NULL,
     NULL, "its aud is its iss"},
    {"[" ISSUER("a", "http://idp.example.com") "]", "http-issuer", "/0/spec/iss", "without TLS",
     "http"},
    {"[" ISSUER("a", "http://127.0.0.1.example.com") "]", "http-issuer", NULL, NULL,
     "no loopback, only its beginning"},
    {"[" ISSUER("a", "http://127.0.0.1:8080/x") "," ISSUER("b", "http://localhost") "," ISSUER(
         "c", "http://[::1]/") "]",
     "", NULL, NULL, "loopback"},
    {"[" HEAD("JwtIssuer",
              "a") "'spec':{'iss':'http://a','issInternal':'http://a.svc','aud':['x']}}]",
     "", NULL, NULL, "fetched elsewhere"},
    {"[" ISSUER("a", "https://a") "," ISSUER("b", "https://a/") "]", "issuer-slash", "/1/spec/iss",
     "JwtIssuer a's iss differ by the slash", "twins"},

    {"[" THE_ISSUER "," THE_POLICY "]", "unused-policy", "/1",
     "Policy p: no Role of namespace openfaas names it", "unused"},
    {WITH_RESOURCES("['*']"), "star-granted", "/1/spec/statement/0/resource/0",
     "every function in every namespace", "everything"},
    {WITH_RESOURCES("['**:*']"), "star-granted", NULL, NULL, "written otherwise"},
    {WITH_RESOURCES("['dev:*']"), "", NULL, NULL, "a namespace"},
    {WITH_STATEMENTS("{'sid':'1','action':['*'],'effect':'Allow','resource':['dev:env']}"),
     "star-granted", "/1/spec/statement/0/action/0", "allows every action", "every action"},
    {WITH_STATEMENTS("{'sid':'1','action':['Function:List'],'effect':'Allow','resource':['*']}"),
     "", NULL, NULL, "not of calls"},
    {WITH_RESOURCES("['env']"), "resource-without-namespace", "/1/spec/statement/0/resource/0",
     "write it as in openfaas-fn:env", "matches nothing"},
    {WITH_RESOURCES("['openfaas-fn*']"), "resource-without-namespace", NULL,
     "crosses from one namespace into others", "matches too much"},
    {WITH_RESOURCES("['Dev:env']"), "impossible-resource", "/1/spec/statement/0/resource/0",
     "no function can be called Dev:env", "a capital"},
    {WITH_RESOURCES("['dev:env:x']"), "impossible-resource", NULL, NULL, "two colons"},
    {WITH_RESOURCES("['dev/env']"), "impossible-resource", NULL, NULL, "a slash"},
    {WITH_RESOURCES("[':']"), "impossible-resource", NULL, NULL, "nothing on both sides"},
    {WITH_RESOURCES("['dev:-x']"), "impossible-resource", NULL, "inner hyphens", "a hyphen"},
    {WITH_RESOURCES("['env-']"), "impossible-resource", NULL, NULL, "without a namespace too"},
    {WITH_RESOURCES("['dev:env','dev:*']"), "covered-pattern", "/1/spec/statement/0/resource/0",
     "dev:env is covered by dev:* in statement 1", "covered"},
    {WITH_RESOURCES("['dev:env','dev:env']"), "covered-pattern", "/1/spec/statement/0/resource/1",
     NULL, "twice: the later"},
    {WITH_STATEMENTS(STATEMENT("1", "['dev:*']") "," STATEMENT("2", "['dev:env']")),
     "covered-pattern", "/1/spec/statement/1/resource/0", NULL, "in another"},
    {WITH_STATEMENTS(
         STATEMENT_WHEN("['dev:*']", "'jwt:a':['b']") "," STATEMENT("2", "['dev:env']")),
     "", NULL, NULL, "a condition makes it narrower"},
    {WITH_STATEMENTS(STATEMENT_WHEN("['dev:env','dev:*']", "'jwt:a':['b']")), "covered-pattern",
     "/1/spec/statement/0/resource/0", NULL, "not than itself"},
    {WITH_STATEMENTS(STATEMENT_WHEN("['dev:a']", "'jwt:a':['b']") "," STATEMENT(
         "2", "['dev:a']") "," STATEMENT("3", "['dev:a']")),
     "covered-pattern", "/1/spec/statement/2/resource/0", "in statement 2",
     "the first of two without a condition stays"},
    {WITH_RESOURCES("['dev:e**','dev:*','dev:e*','*:env']"), "covered-pattern covered-pattern",
     "/1/spec/statement/0/resource/0", "dev:e** is covered by dev:*",
     "of several the first that covers it"},
    {WITH_RESOURCES("['a:b*','a:b','a:*b','a:bb']"), "covered-pattern covered-pattern",
     "/1/spec/statement/0/resource/1", "a:b is covered by a:b*",
     "its begin is no longer than itself"},
    {WITH_RESOURCES("['dev:env','*:env','dev:en']"), "covered-pattern",
     "/1/spec/statement/0/resource/0", "covered by *:env", "without a begin"},
    {WITH_STATEMENTS(
         "{'sid':'1','action':['Function:List'],'effect':'Allow','resource':['dev:*']}," STATEMENT(
             "2", "['dev:env']")),
     "", NULL, NULL, "other actions"},
    {WITH_STATEMENTS(
         "{'sid':'1','action':['Function:Invok'],'effect':'Allow','resource':['dev:env']}"),
     "looks-like-invoke", "/1/spec/statement/0/action", "if it should, add Function:Invoke",
     "a typing error"},
    {WITH_STATEMENTS(
         "{'sid':'1-Invoke','action':['Function:List'],'effect':'Allow','resource':['dev:env']}"),
     "looks-like-invoke", NULL, NULL, "sid"},
    {WITH_STATEMENTS(
         "{'sid':'1','action':['Function:Read'],'effect':'Allow','resource':['dev:env']}"),
     "looks-like-invoke", NULL, NULL, "old name"},
    {WITH_STATEMENTS("{'sid':'1','action':['Invoke'],'effect':'Allow','resource':['dev:env']}"),
     "looks-like-invoke", NULL, NULL, "half a name"},
    {WITH_STATEMENTS("{'sid':'1','action':['System:Info'],'effect':'Allow','resource':['*']}"), "",
     NULL, NULL, "something else"},
    {WITH_STATEMENTS(STATEMENT("1", "['a:a']") "," STATEMENT("1", "['b:b']")), "duplicate-sid",
     "/1/spec/statement/1/sid", "sid 1 stands twice", "sid"},
    {WITH_STATEMENTS(STATEMENT_WHEN("['dev:env']", "'jwt:/a':'b'")), "not-portable crd-schema",
     "/1/spec/statement/0/condition/StringEqual/jwt:~1a", "Policy p: jwt:/a points into a claim",
     "a statement's condition"},

    {WITH_ISSUER(HEAD_IN("team", "JwtIssuer", "kc") "'spec':{'iss':'" KC "','aud':['openfaas']}}"),
     "other-namespace", "/0/metadata/namespace",
     "JwtIssuer kc: is of namespace team; OpenFaaS reads namespace openfaas alone", "an issuer"},
    {"[" THE_ISSUER "," HEAD_IN("team", "Policy", "p") "'spec':{'statement':[" STATEMENT(
         "1", "['dev:env']") "]}}," HEAD_IN("team", "Role", "r") "'spec':{'policy':['p']," CLEAN_WHO
                                                                 "}}]",
     "other-namespace other-namespace", "/1/metadata/namespace",
     "Policy team/p: is of namespace team", "a role and its policy"},
    {WITH_POLICY(HEAD_IN("openfaas", "Policy",
                         "p") "'spec':{'statement':[" STATEMENT("1", "['dev:env']") "]}}"),
     "", NULL, NULL, "named, not left out"},

    {WITH_ROLE(HEAD("Role", "r") "'spec':{'policy':['p','q']," CLEAN_WHO "}}"), "unknown-policy",
     "/2/spec/policy/1", "Role r: there is no Policy q in namespace openfaas", "unknown"},
    {WITH_TESTS("'StringEqual':{" ISS "}"), "issuer-only", "/2",
     "matches everybody who has an account", "only the issuer"},
    {WITH_TESTS("'StringEqual':{" ISS "},'StringLike':{'jwt:sub':['*']}"), "issuer-only", NULL,
     NULL, "a star restricts nothing"},
    {WITH_TESTS("'StringEqual':{'jwt:/iss':['" KC "']}"), "not-portable issuer-only", NULL, NULL,
     "through a pointer"},
    {WITH_TESTS("'StringEqual':{" ISS ",'jwt:client_id':['openfaas']}"), "shared-client-id", "/2",
     "a client id alone", "the tutorial's warning"},
    {WITH_TESTS("'StringEqual':{'jwt:azp':['openfaas']}"), "shared-client-id", NULL, NULL,
     "without the issuer"},
    {WITH_TESTS("'StringEqual':{" ISS ",'jwt:client_id':['openfaas'],'jwt:sub':['x']}"), "", NULL,
     NULL, "and who"},
    {WITH_ROLE(
         ROLE("r", "p", "'principal':{'jwt:sub':['x']},'condition':{'StringEqual':{" ISS "}}")),
     "", NULL, NULL, "a principal"},
    {WITH_ROLE(ROLE("r", "p",
                    "'principal':{'jwt:sub':['x'],'jwt:azp':['y']},'condition':{'StringEqual':{" ISS
                    "}}")),
     "shared-client-id", NULL, NULL, "any of a principal is enough"},
    {"[" THE_ISSUER "," ISSUER("b", "https://b") "," THE_POLICY "," ROLE(
         "r", "p", "'principal':{'jwt:sub':['x']}") "]",
     "any-issuer", "/3", "does not ask for jwt:iss", "anybody's x"},
    {"[" THE_ISSUER "," ISSUER("b", "https://b") "," THE_POLICY "," ROLE(
         "r", "p", "'principal':{'jwt:sub':['x'],'jwt:iss':['https://b']}") "]",
     "issuer-only", NULL, NULL, "or, not and"},
    {"[" THE_ISSUER "," ISSUER("system", "https://gw") "," THE_POLICY "," ROLE(
         "r", "p", "'principal':{'jwt:sub':['x']}") "]",
     "", NULL, NULL, "the gateway brings nobody in"},
    {WITH_TESTS("'StringEqual':{'jwt:iss':['https://other'],'jwt:sub':['x']}"), "unknown-issuer",
     "/2/spec/condition/StringEqual/jwt:iss/0", "https://other is no JwtIssuer's iss",
     "no such issuer"},
    {WITH_TESTS("'StringEqual':{'jwt:iss':['" KC "','" KC "/'],'jwt:sub':['x']}"), "unknown-issuer",
     "/2/spec/condition/StringEqual/jwt:iss/1", "they differ by the slash at the end",
     "with and without a slash"},
    {WITH_TESTS("'StringLike':{'jwt:iss':['https://kc/*'],'jwt:sub':['x']}"), "", NULL, NULL,
     "a wildcard fits"},
    {WITH_TESTS("'StringEqual':{" ISS ",'jwt:sub':['fed:x']}"), "unsatisfiable-role",
     "/2/spec/condition/StringEqual/jwt:sub/0", "it has no fed: in front",
     "taken from a Function Token"},
    {WITH_ROLE(ROLE("r", "p", "'principal':{'jwt:sub':['fed:x']}")), "unsatisfiable-role",
     "/2/spec/principal/jwt:sub/0", NULL, "as a principal"},
    {WITH_AND("'StringLike':{'jwt:exp':['17*']}"), "claim-type",
     "/2/spec/condition/StringLike/jwt:exp", "is a number in every token", "a number"},
    {WITH_AND("'StringLike':{'jwt:kubernetes.io':['x']}"), "claim-type", NULL,
     "is an object: point into it", "an object"},
    {WITH_AND("'StringEquals':{'jwt:sub':['y']}"), "unsatisfiable-role",
     "/2/spec/condition/StringEquals/jwt:sub",
     "no value of jwt:sub passes both StringEqual and StringEquals", "two values at once"},
    {WITH_AND("'StringLike':{'jwt:sub':['y*']}"), "unsatisfiable-role", NULL, NULL,
     "no value fits the pattern"},
    {WITH_AND("'StringLike':{'jwt:sub':['x*']}"), "", NULL, NULL, "one does"},
    {WITH_AND("'StringEqualIgnoreCase':{'jwt:sub':['X']}"), "", NULL, NULL, "in another case"},
    {WITH_TESTS("'StringEqual':{" ISS
                "},'StringEqualIgnoreCase':{'jwt:e':['X']},'StringEquals':{'jwt:e':['y']}"),
     "unsatisfiable-role", NULL, NULL, "fold, exact"},
    {WITH_TESTS("'StringEqual':{" ISS
                "},'StringEqualIgnoreCase':{'jwt:e':['X']},'StringLike':{'jwt:e':['x*']}"),
     "", NULL, NULL, "fold, like: in doubt it can"},
    {WITH_TESTS("'StringEqual':{" ISS
                "},'StringLike':{'jwt:e':['a*']},'ForAnyValue:StringLike':{'jwt:e':['a*']}"),
     "", NULL, NULL, "text is an array of one"},
    {WITH_TESTS("'StringEqual':{" ISS ",'jwt:e':['a']},'ForAnyValue:StringLike':{'jwt:e':['b*']}"),
     "unsatisfiable-role", NULL, NULL, "of this one"},
    {WITH_TESTS(
         "'StringEqual':{" ISS
         "},'ForAnyValue:StringEqual':{'jwt:g':['a']},'ForAnyValue:StringEquals':{'jwt:g':['b']}"),
     "", NULL, NULL, "two items of one array"},
    {WITH_ROLE(ROLE("r", "p", "'principal':{'jwt:sub':['y']}," CLEAN_WHO)), "unsatisfiable-role",
     "/2/spec/condition/StringEqual/jwt:sub", "both principal and StringEqual",
     "principal against condition"},
    {WITH_ROLE(ROLE("r", "p", "'principal':{'jwt:sub':['y'],'jwt:email':['e']}," CLEAN_WHO)), "",
     NULL, NULL, "another key may hold"},
    {WITH_AND("'StringLike':{'jwt:groups':['dev']}"), "claim-type",
     "/2/spec/condition/StringLike/jwt:groups", "use ForAnyValue:StringLike", "an array"},
    {WITH_AND("'ForAnyValue:StringEqual':{'jwt:groups':['dev']}"), "", NULL, NULL,
     "so it is right"},
    {WITH_ROLE(ROLE("r", "p", "'principal':{'jwt:roles':['dev']}")), "claim-type", NULL,
     "use ForAnyValue:StringEqual in a condition", "principal"},
    {WITH_AND("'StringLike':{'jwt:email_verified':['true']}"), "claim-type", NULL, "is a boolean",
     "a boolean"},
    {WITH_AND("'StringEquals':{'jwt:email_verified':['true']}"), "", NULL, NULL, "matches one"},
    {WITH_AND("'StringEquals':{'jwt:email':['*@example.com']}"), "literal-star",
     "/2/spec/condition/StringEquals/jwt:email/0", "use StringLike", "a star"},
    {WITH_AND("'StringEquals':{'jwt:e':['x ']}"), "white-space",
     "/2/spec/condition/StringEquals/jwt:e/0", "\"x \" begins or ends with a blank", "a blank"},
    {WITH_AND("'StringEquals':{'jwt:e':['<x>']}"), "placeholder", NULL, NULL, "a template"},
    {WITH_AND("'StringEquals':{'jwt:e':['^x$']}"), "regular-expression", NULL, "there are none",
     "of another product"},
    {WITH_AND("'StringEquals':{'jwt:e':['x\\u200b']}"), "odd-character", NULL,
     "holds an invisible character", "copied"},
    {WITH_AND("'StringEquals':{'jwt:a.roles':['x']}"), "claim-path",
     "/2/spec/condition/StringEquals/jwt:a.roles", "it is jwt:/a/roles", "a path"},
    {WITH_AND("'StringLike':{'jwt:email':['*acme.com']}"), "star-in-name",
     "/2/spec/condition/StringLike/jwt:email/0", "whoever has a longer one", "evilacme.com"},
    {WITH_AND("'StringLike':{'jwt:scope':['*a*']}"), "scope-substring",
     "/2/spec/condition/StringLike/jwt:scope/0", "ForAnyValue:StringEqual", "a word of a scope"},
    {KC_SPEC("'aud':['sts.amazonaws.com']"), "foreign-audience", "/0/spec/aud/0",
     "which is AWS's security token service's", "somebody else's"},
    {WITH_ISSUER(ISSUER("kc", KC) "," ISSUER("a", "https://a.auth0.com")), "impossible-issuer",
     "/1/spec/iss", "Auth0 writes https://TENANT.auth0.com/", "without its slash"},
    {"[" ISSUER("a", "https://a.auth0.com") "," ISSUER("b", "https://a.auth0.com/") "]",
     "impossible-issuer", "/0/spec/iss", NULL, "twins of which one is wrong"},
    {WITH_GITHUB("'StringEqual':{'jwt:sub':['o/n'],'jwt:repository':['o/n'],'jwt:ref':['x']}"),
     "sub-shape", "/2/spec/condition/StringEqual/jwt:sub/0", "look into a token", "no sub"},
    {WITH_AND("'StringEquals':{'jwt:email':'a'}"), "crd-schema",
     "/2/spec/condition/StringEquals/jwt:email", "write [\"a\"]", "a scalar"},
    {WITH_AND("'StringEquals':{'jwt:n':['a',12]}"), "crd-schema", NULL, "quote it", "a number"},
    {WITH_AND("'ForAnyValue:StringEqual':{'jwt:/realm_access/roles':['a']}"), "not-portable", NULL,
     "not portable to OpenFaaS", "a pointer"},

    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o/n:ref:refs/heads/*']}"), "", NULL, NULL,
     "branches of one repository"},
    {WITH_GITHUB("'StringEqual':{'jwt:sub':['repo:o/n:environment:prod']}"), "", NULL, NULL,
     "an environment"},
    {WITH_GITHUB("'StringEqual':{'jwt:sub':['repo:o/n:pull_request']}"), "github-pull-request",
     "/2/spec/condition/StringEqual/jwt:sub/0", "workflows of pull requests", "named"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o/n:*']}"), "github-pull-request",
     "/2/spec/condition/StringLike/jwt:sub/0", NULL, "covered"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o@1/n@2:*']}"), "github-pull-request", NULL, NULL,
     "the newer form"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o/n:p*t']}"), "github-pull-request", NULL, NULL,
     "inside"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o/n:p*x']}"), "", NULL, NULL, "not that"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o/*']}"), "github-pull-request", NULL, NULL,
     "all of an owner's"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:*']}"), "shared-issuer",
     "/2/spec/condition/StringLike/jwt:sub/0", "lets in other tenants of " GITHUB, "everybody's"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:*:ref:refs/heads/main']}"), "shared-issuer", NULL,
     NULL, "everybody's main branch"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['*']}"), "shared-issuer", NULL, NULL, "everything"},
    {WITH_GITHUB(
         "'StringLike':{'jwt:sub':['repo:*:ref:refs/heads/main'],'jwt:repository_owner':['o']}"),
     "", NULL, NULL, "the owner stands elsewhere"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o/n:*'],'jwt:ref':['refs/heads/main']}"), "", NULL,
     NULL, "the branch stands elsewhere"},
    {WITH_GITHUB("'StringLike':{'jwt:sub':['repo:o/n:*'],'jwt:ref':['*']}"), "github-pull-request",
     NULL, NULL, "not with a star"},
    {WITH_GITHUB("'StringEqual':{'jwt:actor':['me']}"), "shared-issuer", "/2",
     "jwt:repository_owner_id", "no repository"},
    {WITH_GITHUB("'StringEqual':{'jwt:repository':['o/n']}"), "github-pull-request", "/2",
     "which branch or event", "no branch"},
    {WITH_GITHUB("'StringEqual':{'jwt:repository':['o/n'],'jwt:event_name':['push']}"), "", NULL,
     NULL, "both"},
    {WITH_ROLE(ROLE("r", "p", "'principal':{'jwt:sub':['repo:o/n:pull_request']}")),
     "github-pull-request", "/2/spec/principal/jwt:sub/0", NULL,
     "a principal, and GitHub told by its sub"},
};

static char *found_rules(const fnt_report *report)
{
    char *text = calloc(1, 1024);
    for (size_t i = 1; report_text(report, i, FNT_FIELD_SENTENCE).at != NULL; i++)
        snprintf(text + strlen(text), 1024 - strlen(text), "%s%s", i > 1 ? " " : "",
                 field(report, i, FNT_FIELD_RULE));
    return text;
}

static const char *kind_of(const char *rule)
{
    for (size_t i = 0; catalogue_rule(i, FNT_FIELD_RULE).at != NULL; i++)
        if (span_equal(catalogue_rule(i, FNT_FIELD_RULE), span_of(rule)))
            return catalogue_rule(i, FNT_FIELD_KIND).at;
    return "not in the list of rules";
}

Test(lint, finds_what_is_risky_or_useless)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        loaded l = load(rows[i].json);
        cr_assert_eq(l.status, FNT_OK, "%s: %s", rows[i].why,
                     field(l.report, 1, FNT_FIELD_SENTENCE));
        report_start(l.report);
        cr_expect_eq(lint(l.iam, l.report), FNT_OK);
        char *found = found_rules(l.report);
        cr_expect_str_eq(found, rows[i].rules, "%s: %s", rows[i].why, rows[i].json);
        if (rows[i].path != NULL)
            cr_expect_str_eq(field(l.report, 1, FNT_FIELD_PATH), rows[i].path, "%s", rows[i].why);
        if (rows[i].part != NULL)
            cr_expect_not_null(strstr(field(l.report, 1, FNT_FIELD_SENTENCE), rows[i].part),
                               "%s: %s", rows[i].why, field(l.report, 1, FNT_FIELD_SENTENCE));
        for (size_t e = 1; report_text(l.report, e, FNT_FIELD_SENTENCE).at != NULL; e++)
            cr_expect_str_eq(field(l.report, e, FNT_FIELD_KIND),
                             kind_of(field(l.report, e, FNT_FIELD_RULE)), "%s", rows[i].why);
        free(found);
        unload(&l);
    }
}

Test(lint, every_rule_of_linting_is_found_by_a_row)
{
    bool told_by_loading = true;
    for (size_t i = 0; catalogue_rule(i, FNT_FIELD_RULE).at != NULL; i++) {
        bool seen = false;
        /* That is the first that loading does not tell. */
        told_by_loading = told_by_loading &&
                          !span_equal(catalogue_rule(i, FNT_FIELD_RULE), SPAN("unknown-policy"));
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            seen = seen || strstr(rows[r].rules, catalogue_rule(i, FNT_FIELD_RULE).at) != NULL;
        cr_expect(told_by_loading || seen, "%s", catalogue_rule(i, FNT_FIELD_RULE).at);
    }
}

static const struct {
    const char *format;
    bool is_found;
    const char *why;
} many_shapes[] = {
    {"%s'team:fn-%d'", false, "functions"},
    {"%s'team-%d:*'", false, "namespaces"},
    {"%s'team:*'", true, "the same"},
};
static size_t many_shape;

static void lint_many(size_t count)
{
    char *text = malloc(200 + count * 24);
    strcpy(text, HEAD("Policy", "p") "'spec':{'statement':[{'sid':'1','action':['Function:Invoke'],"
                                     "'effect':'Allow','resource':[");
    size_t len = strlen(text);
    for (size_t i = 0; i < count; i++)
        len +=
            (size_t)sprintf(text + len, many_shapes[many_shape].format, i > 0 ? "," : "", (int)i);
    strcpy(text + len, ",'last:fn']}]}}");
    loaded l = load(text);
    cr_assert_eq(l.status, FNT_OK);
    report_start(l.report);
    report_findings(l.report); /* as the facade does */
    cr_expect_eq(lint(l.iam, l.report), FNT_OK);
    report_finish(l.report, FNT_OK);
    size_t warnings = (size_t)atoi(field(l.report, 0, FNT_FIELD_WARNINGS));
    /* and the policy, which no role names */
    cr_expect_eq(warnings, many_shapes[many_shape].is_found ? count : 1, "%s",
                 many_shapes[many_shape].why);
    unload(&l);
    free(text);
}

/* Each resource compared with each is quadratic, also where each has a star or all are the same. */
Test(lint, many_resources_of_one_policy_take_linear_time)
{
    for (many_shape = 0; many_shape < sizeof many_shapes / sizeof *many_shapes; many_shape++)
        cr_expect_lt(test_growth(lint_many, 2000, 10), 4, "%s", many_shapes[many_shape].why);
}

Test(lint, sums_up)
{
    loaded l = load("[" HEAD("JwtIssuer", "a") "'spec':{'iss':'http://a','aud':['account']}}," ROLE(
        "r", "gone", "'principal':{'jwt:sub':'x'}") "]");
    cr_assert_eq(l.status, FNT_OK);
    report_start(l.report);
    cr_expect_eq(lint(l.iam, l.report), FNT_OK);
    cr_expect_str_eq(field(l.report, 0, FNT_FIELD_SENTENCE),
                     "2 errors and 2 warnings in 1 JwtIssuer, 0 Policies and 1 Role.");
    cr_expect_str_eq(field(l.report, 3, FNT_FIELD_ROLE), "r");
    cr_expect_eq(lint(l.iam, NULL), FNT_OK, "what nobody reads need not be found");
    unload(&l);
}

Test(lint, every_rule_has_a_name_a_kind_and_a_sentence)
{
    size_t count = 0;
    for (; catalogue_rule(count, FNT_FIELD_RULE).at != NULL; count++) {
        span name = catalogue_rule(count, FNT_FIELD_RULE),
             kind = catalogue_rule(count, FNT_FIELD_KIND);
        for (size_t i = 0; i < name.len; i++)
            cr_expect((name.at[i] >= 'a' && name.at[i] <= 'z') || name.at[i] == '-', "%s", name.at);
        cr_expect(span_equal(kind, SPAN("error")) || span_equal(kind, SPAN("warning")), "%s",
                  name.at);
        cr_expect_gt(catalogue_rule(count, FNT_FIELD_SENTENCE).len, 10, "%s", name.at);
        for (size_t i = 0; i < count; i++)
            cr_expect_not(span_equal(catalogue_rule(i, FNT_FIELD_RULE), name), "%s stands twice",
                          name.at);
    }
    cr_expect_gt(count, 40);
    cr_expect_null(catalogue_rule(count, FNT_FIELD_KIND).at);
    cr_expect_null(catalogue_rule(0, FNT_FIELD_PATH).at, "a field that rules have not");
}

#define FOR_X "'principal':{'jwt:sub':['x']}"
#define SID_64 "0123456789012345678901234567890123456789012345678901234567890123"
#define LONG_SID SID_64 SID_64 SID_64 SID_64 "4"

/* Every rule that loading names is in the list, with the kind that it is told as. */
Test(lint, rule_34_the_rules_of_loading_are_in_the_list)
{
    static const char *const wrong[] = {
        "nonsense",
        "[{}]",
        "[{'apiVersion':'iam.openfaas.com/v9','kind':'Nope'}]",
        "[{'apiVersion':'iam.openfaas.com/v1','kind':'Nope'}]",
        HEAD("Role", "R") "'iss':1,'x':1,'spec':{'policy':'p'}}",
        HEAD("Role",
             "r") "'spec':{'policy':[],'condition':{'X':{},'StringEqual':{'a':1.5,'jwt:a':[]}}}}",
        HEAD("Policy", "p") "'spec':{'statement':[{'sid':'1','action':['X','Function:Read'],'"
                            "effect':'Deny','resource':[' ']},"
                            "{'effect':'no'}]}}",
        "{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer',"
        "'metadata':{'name':'a','annotations':{'fntoken/authorized-party':'x'}},"
        "'spec':{'iss':'a','issInternal':'a b','aud':['x'],'tokenExpiry':'x'}}",
        HEAD("JwtIssuer", "a") "'spec':{'iss':'a b','aud':['x']}}",
        "{'apiVersion':'iam.openfaas.com/v1','kind':'Role',"
        "'metadata':{'name':'a','annotations':{'fntoken/any-tenant':'yes'}},"
        "'spec':{'policy':['p']," FOR_X "}}",
        "[" THE_ISSUER "," THE_ISSUER "]",
        POLICY("p", STATEMENT(LONG_SID, "['a:b']")),
        "{'kind':'List','items':[{'kind':'List','items':[{'kind':'List','items':[]}]}]}",
    };
    bool seen[100] = {false};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        loaded l = load(wrong[i]);
        cr_expect_eq(l.status, FNT_FAULT_IAM, "%s", wrong[i]);
        for (size_t e = 1; report_text(l.report, e, FNT_FIELD_SENTENCE).at != NULL; e++) {
            cr_expect_str_eq(field(l.report, e, FNT_FIELD_KIND),
                             kind_of(field(l.report, e, FNT_FIELD_RULE)), "%s",
                             field(l.report, e, FNT_FIELD_RULE));
            for (size_t r = 0; catalogue_rule(r, FNT_FIELD_RULE).at != NULL; r++)
                seen[r] = seen[r] || strcmp(catalogue_rule(r, FNT_FIELD_RULE).at,
                                            field(l.report, e, FNT_FIELD_RULE)) == 0;
        }
        unload(&l);
    }
    for (size_t r = 0; !span_equal(catalogue_rule(r, FNT_FIELD_RULE), SPAN("unknown-policy")); r++)
        cr_expect(seen[r], "%s was not provoked", catalogue_rule(r, FNT_FIELD_RULE).at);
}
