/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

#include "base/memory.h"
#include "iam/objects/arena.h"

#define SUB "'principal':{'jwt:sub':['x']}"
#define ENV_POLICY(name) POLICY(name, STATEMENT("1", "['dev:env']"))
#define LIST(kind, version, items)                                                                 \
    "{'apiVersion':'" version "','kind':'" kind                                                    \
    "','metadata':{'resourceVersion':''},'items':[" items "]}"
#define DELETED(when)                                                                              \
    "{'apiVersion':'iam.openfaas.com/"                                                             \
    "v1','kind':'Role','metadata':{'name':'r','deletionTimestamp':" when "},'spec':{'policy':1}}"
#define OBJECT(version, kind)                                                                      \
    "{'apiVersion':'" version "','kind':'" kind "'," META("x") ",'rules':[]}"

/* ---- what is taken ------------------------------------------------------- */

static const struct {
    const char *json;
    size_t issuers, policies, roles, notes;
    const char *why;
} taken[] = {
    {"[]", 0, 0, 0, 0, "no objects: nobody is allowed anything"},
    {ISSUER("a", "https://a"), 1, 0, 0, 0, "one object without an array"},
    {"[" ISSUER("a", "https://a") "," ENV_POLICY("p") "," ROLE("r", "p", SUB) "]", 1, 1, 1, 0,
     "one of each"},
    {LIST("List", "v1", ENV_POLICY("p") "," ROLE("r", "p", SUB)), 0, 1, 1, 0,
     "as kubectl prints it"},
    {"[" LIST("List", "v1", ENV_POLICY("p")) "," ROLE("r", "p", SUB) "]", 0, 1, 1, 0,
     "a List among objects"},
    {"[" LIST("List", "v1",
              LIST("PolicyList", "iam.openfaas.com/v1",
                   ENV_POLICY("p")) "," ROLE("r", "p", SUB)) "," ISSUER("a", "https://a") "]",
     1, 1, 1, 0, "a List in a List, and what follows both"},
    {LIST("RoleList", "iam.openfaas.com/v1", ""), 0, 0, 0, 0, "an empty list"},
    {"[" OBJECT("v1", "ConfigMap") "," ENV_POLICY("p") "]", 0, 1, 0, 1, "another kind is skipped"},
    {"[" OBJECT("openfaas.com/v1", "Profile") "," ENV_POLICY("p") "]", 0, 1, 0, 1,
     "and of OpenFaaS's other group"},
    {"[" OBJECT("cert-manager.io/v1", "Issuer") "," ENV_POLICY("p") "]", 0, 1, 0, 1,
     "a kind that is like one of ours"},
    {OBJECT("rbac.authorization.k8s.io/v1", "Role"), 0, 0, 0, 1, "RBAC's Role is another"},
    {OBJECT("kyverno.io/v1", "Policy"), 0, 0, 0, 1, "somebody's Policy"},
    {LIST("RoleList", "rbac.authorization.k8s.io/v1", OBJECT("x", "y")), 0, 0, 0, 1,
     "nor is a List of others looked into"},
    {DELETED("'2026-01-01T00:00:00Z'"), 0, 0, 0, 1, "being deleted: gone, whatever is in it"},
    {"{'apiVersion':'iam.openfaas.com/"
     "v1','kind':'Role','metadata':{'name':'r','deletionTimestamp':null},"
     "'spec':{'policy':['p']," SUB "}}",
     0, 0, 1, 0, "not being deleted"},
    {"{'apiVersion':'iam.openfaas.com/"
     "v1','kind':'Policy','metadata':{'name':'p','namespace':'openfaas','uid':'u','generation':1,"
     "'managedFields':[{}],'labels':{},'annotations':{'a':'b'}},'spec':{'statement':[" STATEMENT(
         "1", "['dev:env']") "]},"
                             "'status':{'conditions':[{'type':'Ready'}]}}",
     0, 1, 0, 0, "metadata.* and status are known"},
    {"[" ENV_POLICY("p") "," HEAD_IN("b", "Policy", "p") "'spec':{'statement':[" STATEMENT(
         "1", "['dev:env']") "]}}]",
     0, 2, 0, 0, "one name in two namespaces"},
    {"[" ENV_POLICY("p") "," ROLE("p", "p", SUB) "]", 0, 1, 1, 0, "one name of two kinds"},
};

Test(rules, rule_34_takes_objects_and_lists)
{
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        loaded l = load(taken[i].json);
        cr_expect_eq(l.status, FNT_OK, "%s: %s", taken[i].why,
                     field(l.report, 1, FNT_FIELD_SENTENCE));
        if (l.status == FNT_OK) {
            cr_expect_eq(l.iam->issuer_count, taken[i].issuers, "%s", taken[i].why);
            cr_expect_eq(l.iam->policy_count, taken[i].policies, "%s", taken[i].why);
            cr_expect_eq(l.iam->role_count, taken[i].roles, "%s", taken[i].why);
            cr_expect_eq(count_entries(l.report), taken[i].notes, "%s", taken[i].why);
            if (taken[i].notes > 0)
                cr_expect_str_eq(field(l.report, 1, FNT_FIELD_KIND), "note", "%s", taken[i].why);
        }
        unload(&l);
    }
}

Test(rules, rule_34_says_what_was_loaded_and_what_was_skipped)
{
    loaded l =
        load("[" ISSUER("a", "https://a") "," ENV_POLICY("p") "," ROLE("r", "p", SUB) "," ROLE(
            "s", "p", SUB) "," OBJECT("rbac.authorization.k8s.io/v1", "Role") "]");
    cr_assert_eq(l.status, FNT_OK);
    cr_expect_str_eq(field(l.report, 0, FNT_FIELD_SENTENCE),
                     "1 JwtIssuer, 1 Policy and 2 Roles are loaded.");
    cr_expect_eq(count_told(l.report, NULL, "/4/apiVersion",
                            "is rbac.authorization.k8s.io/v1: that is another program's Role"),
                 1);
    unload(&l);
}

/* ---- what is refused ----------------------------------------------------- */

static const mistake mistakes[] = {
    {"[" ISSUER("a", "https://a") "," ISSUER("b", "https://a") "]", "duplicate-issuer",
     "/1/spec/iss", "as in JwtIssuer a (at /0)", "rule 28"},
    {"[" ENV_POLICY("p") "," ENV_POLICY("p") "]", "duplicate-object", "/1",
     "stands twice, the first time at /0 (namespace openfaas)", "twice"},
    {"[" ROLE("r", "p", SUB) ",{'apiVersion':'iam.openfaas.com/"
                             "v1','kind':'Role','metadata':{'name':'r','namespace':'openfaas'},"
                             "'spec':{'policy':['p']," SUB "}}]",
     "duplicate-object", "/1", NULL, "no namespace is openfaas"},
    {"[" ISSUER("a", "https://a") "," ISSUER("a", "https://b") "]", "duplicate-object", "/1", NULL,
     "JwtIssuers alike"},
    {"[{'kind':'Role'," META("r") ",'spec':{}}]", "missing-field", "/0", "has no apiVersion",
     "no apiVersion"},
    {"[{'apiVersion':'iam.openfaas.com/v1'," META("r") "}]", "missing-field", "/0",
     "The object at \"/0\": has no kind", "no kind"},
    {OBJECT("iam.openfaas.com/v2", "Role"), "api-version", "/apiVersion",
     "is iam.openfaas.com/v2; iam.openfaas.com/v1 is expected", "version"},
    {OBJECT("iam.openfaas.com", "Role"), "api-version", "/apiVersion", NULL, "no version"},
    {OBJECT("iam.openfass.com/v1", "Role"), "api-version", "/apiVersion", NULL, "nearly our group"},
    {OBJECT("openfaas.com/v1", "Policy"), "api-version", "/apiVersion", NULL,
     "OpenFaaS's other group has no Policy"},
    {OBJECT("whatever/v1", "JwtIssuer"), "api-version", "/apiVersion", NULL,
     "nobody else has a JwtIssuer"},
    {OBJECT("openfaas.com/v1", "JWTIssuer"), "api-version", "/apiVersion", NULL,
     "a kind and a group that are nearly ours"},
    {OBJECT("whatever/v1", "JWTIssuer"), "api-version", "/apiVersion", NULL,
     "nor has anyone a JWTIssuer"},
    {OBJECT("openfaas.com/v1", "policy"), "api-version", "/apiVersion", NULL, "case"},
    {OBJECT("iam.openfaas.com/v1", "Rolle"), "unknown-kind", "/kind",
     "is Rolle; did you mean Role?", "typing error"},
    {OBJECT("iam.openfaas.com/v1", "Group"), "unknown-kind", "/kind",
     "JwtIssuer, Policy and Role are known", "unknown"},
    {"[{'apiVersion':1,'kind':'Role'}]", "wrong-type", "/0/apiVersion", "quote it", "a number"},
    {"[{'apiVersion':'v1','kind':1}]", "wrong-type", "/0/kind", NULL,
     "a number, even where it would be skipped"},
    {"['x']", "wrong-type", "/0", "The object at \"/0\": is a string; an object is expected",
     "no object"},
    {"[[]]", "wrong-type", "/0", "is an array", "an array"},
    {"[null]", "empty", "/0", NULL, "null"},
    {"[{}]", "empty", "/0", NULL, "an empty object"},
    {"7", "wrong-type", "", NULL, "neither object nor list"},
    {LIST("List", "v1", LIST("List", "v1", LIST("List", "v1", ENV_POLICY("p")))), "nested-list",
     "/items/0/items/0/items", "stand in a List in a List", "nested too deep"},
    {"{'apiVersion':'iam.openfaas.com/v1','kind':'Role','spec':{'policy':['p']," SUB "}}",
     "missing-field", "", "has no metadata", "metadata"},
    {"{'apiVersion':'iam.openfaas.com/"
     "v1','kind':'Role','metadata':{'namespace':'x'},'spec':{'policy':['p']," SUB "}}",
     "missing-field", "/metadata", "Role without a name: metadata has no name", "no name"},
    {HEAD("Role", "R_r") "'spec':{'policy':['p']," SUB "}}", "name", "/metadata/name",
     "is \"R_r\"; lower-case letters", "no name for Kubernetes"},
    {HEAD("Role", "-r") "'spec':{'policy':['p']," SUB "}}", "name", "/metadata/name", NULL,
     "a hyphen at an end"},
    {HEAD("Role", "a..b") "'spec':{'policy':['p']," SUB "}}", "name", "/metadata/name", NULL,
     "an empty label"},
    {HEAD("Role", "a-.b") "'spec':{'policy':['p']," SUB "}}", "name", "/metadata/name", NULL,
     "a hyphen at a label's end"},
    {HEAD("Role", "") "'spec':{'policy':['p']," SUB "}}", "name", "/metadata/name", NULL,
     "an empty name"},
    {"{'apiVersion':'iam.openfaas.com/"
     "v1','kind':'Role','metadata':{'name':7},'spec':{'policy':['p']," SUB "}}",
     "wrong-type", "/metadata/name", "quote it", "YAML's 7"},
    {HEAD_IN("a.b", "Role", "r") "'spec':{'policy':['p']," SUB "}}", "name", "/metadata/namespace",
     "a namespace is", "a dot"},
    {"{'apiVersion':'iam.openfaas.com/v1','kind':'Role'," META("r") ",'spec':{'policy':['p']," SUB
                                                                    "},'Status':{}}",
     "unknown-field", "/Status", "did you mean status?", "typing error"},
    {"[" ENV_POLICY("p") ",", "malformed", "", "At byte", "no JSON"},
    {"", "malformed", "", NULL, "nothing"},
    {"{'apiVersion':'v1','apiVersion':'v1'}", "malformed", "", NULL,
     "rule 4: a name that stands twice"},
};

Test(rules, rule_34_names_each_mistake)
{
    EXPECT_MISTAKES(mistakes);
}

Test(rules, rule_34_tells_all_mistakes_of_all_objects)
{
    loaded l = load("[" HEAD(
        "Role",
        "r") "'spec':{'policy':[''],'condition':{'Nope':{'jwt:a':true},'StringEqual':{'a':1."
             "5}}}}," HEAD("Policy",
                           "p") "'spec':{'statement':[{'sid':'1'}]}}," ENV_POLICY("q") "]");
    cr_assert_eq(l.status, FNT_FAULT_IAM);
    cr_expect_str_eq(field(l.report, 0, FNT_FIELD_SENTENCE),
                     "8 errors in 2 objects; nothing was loaded");
    cr_expect_str_eq(field(l.report, 0, FNT_FIELD_STATUS), "iam");
    cr_expect_eq(count_told(l.report, "empty", "/0/spec/policy/0", "Role r: "), 1);
    cr_expect_eq(count_told(l.report, "unknown-operator", "/0/spec/condition/Nope", NULL), 1);
    cr_expect_eq(count_told(l.report, "condition-key", "/0/spec/condition/StringEqual/a", NULL), 1);
    cr_expect_eq(count_told(l.report, "unquoted-value", "/0/spec/condition/StringEqual/a", NULL),
                 1);
    cr_expect_eq(count_told(l.report, "missing-field", "/1/spec/statement/0",
                            "Policy p: spec.statement[0] has no"),
                 3);
    cr_expect_eq(count_told(l.report, "unquoted-value", "/0/spec/condition/Nope/jwt:a", NULL), 1,
                 "below an unknown one");
    cr_expect_eq(count_entries(l.report), 8);
    cr_expect_str_eq(field(l.report, 1, FNT_FIELD_ROLE), "r");
    cr_expect_str_eq(field(l.report, 8, FNT_FIELD_POLICY), "p");
    unload(&l);
}

Test(rules, rule_34_says_what_unindented_yaml_became)
{
    loaded l = load("{'apiVersion':'iam.openfaas.com/"
                    "v1','kind':'JwtIssuer','metadata':null,'name':'a','namespace':'openfaas',"
                    "'spec':null,"
                    "'iss':'https://a','aud':['x']}");
    cr_assert_eq(l.status, FNT_FAULT_IAM);
    cr_expect_eq(count_told(l.report, "misplaced-field", "/name",
                            "move it into metadata, check how far it is indented"),
                 1);
    cr_expect_eq(count_told(l.report, "misplaced-field", "/namespace", "into metadata"), 1);
    cr_expect_eq(count_told(l.report, "misplaced-field", "/iss", "move it into spec"), 1);
    cr_expect_eq(count_told(l.report, "misplaced-field", "/aud", "move it into spec"), 1);
    cr_expect_eq(count_told(l.report, "empty", "/metadata", "must stand below it, indented"), 1);
    cr_expect_eq(count_told(l.report, "empty", "/spec", "must stand below it, indented"), 1);
    cr_expect_eq(count_entries(l.report), 6);
    unload(&l);
}

Test(rules, rule_26_a_mistake_is_told_escaped)
{
    loaded l = load(HEAD("Role", "r\\n\\u202e") "'spec':{'policy':['p']," SUB ",'a/b~\\n':1}}");
    cr_expect_eq(count_told(l.report, "unknown-field", "/spec/a~1b~0\\n",
                            "Role r\\n\\u{202e}: spec.a/b~\\n is no field"),
                 1);
    for (size_t i = 0; i < 3; i++)
        cr_expect_null(strchr(field(l.report, i, FNT_FIELD_SENTENCE), '\n'));
    unload(&l);
}

Test(rules, rule_34_names_of_253_and_namespaces_of_63_bytes_are_the_longest)
{
    for (int more = 0; more < 2; more++) {
        char name[255], namespace[65], text[1024];
        memset(name, 'a', sizeof name);
        memset(namespace, 'a', sizeof namespace);
        snprintf(text, sizeof text,
                 "{'apiVersion':'iam.openfaas.com/"
                 "v1','kind':'Role','metadata':{'name':'%.*s','namespace':'%.*s'},"
                 "'spec':{'policy':['p']," SUB "}}",
                 253 + more, name, 63 + more, namespace);
        loaded l = load(text);
        cr_expect_eq(l.status, more == 0 ? FNT_OK : FNT_FAULT_IAM);
        cr_expect_eq(count_told(l.report, "name", NULL, NULL), more == 0 ? 0 : 2);
        unload(&l);
    }
}

/* ---- holding, finding ---------------------------------------------------- */

Test(rules, rule_28_finds_the_issuer_byte_for_byte)
{
    loaded l = load("[" ISSUER("a", "https://a/") "," ISSUER("b", "https://b") "]");
    cr_assert_eq(l.status, FNT_OK);
    cr_expect_eq(rules_issuer(l.iam, SPAN("https://a/")), rules_issuer_at(l.iam, 0));
    cr_expect_eq(rules_issuer(l.iam, SPAN("https://b")), rules_issuer_at(l.iam, 1));
    static const char *const none[] = {"https://a", "https://b/", "https://A/", "https://", ""};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_null(rules_issuer(l.iam, span_of(none[i])), "%s", none[i]);
    cr_expect_null(rules_issuer(l.iam, SPAN_NONE));
    cr_expect_null(rules_issuer_at(NULL, 0));
    unload(&l);
}

Test(rules, is_shared_by_count)
{
    loaded l = load("[" ISSUER("a", "https://a") "]");
    const fnt_iam *second = rules_ref(l.iam);
    cr_expect_eq(second, l.iam);
    unload(&l);
    cr_expect(span_equal(rules_issuer_at(second, 0)->name, SPAN("a")), "lives while it is held");
    rules_unref(second);
    rules_unref(NULL);
    cr_expect_null(rules_ref(NULL));
}

Test(rules, loads_the_same_without_a_report)
{
    fnt_iam *iam = NULL;
    char *good = with_quotes(ENV_POLICY("p")), *bad = with_quotes(ROLE("r", "p", "'x':{}"));
    cr_expect_eq(rules_load(span_of(bad), SPAN("*"), &iam, NULL), FNT_FAULT_IAM);
    cr_expect_null(iam);
    cr_expect_eq(rules_load(span_of("nonsense"), SPAN("*"), &iam, NULL), FNT_FAULT_IAM);
    cr_assert_eq(rules_load(span_of(good), SPAN("*"), &iam, NULL), FNT_OK);
    rules_unref(iam);
    free(good);
    free(bad);
}

Test(rules, the_arena_grows_and_keeps)
{
    arena s = ARENA_EMPTY;
    span texts_kept[200];
    for (size_t i = 0; i < 200; i++) {
        char text[100];
        memset(text, (int)('a' + i % 26), sizeof text);
        texts_kept[i] = arena_strndup(&s, (span){text, sizeof text});
        double *numbers = arena_alloc_array(&s, 3, sizeof *numbers);
        cr_assert_not_null(numbers);
        cr_expect_eq((uintptr_t)numbers % _Alignof(double), 0);
        cr_expect(numbers[0] >= 0 && numbers[2] <= 0, "zero");
        numbers[0] = numbers[2] = 1;
    }
    for (size_t i = 0; i < 200; i++)
        cr_expect(texts_kept[i].at[0] == (char)('a' + i % 26) &&
                  texts_kept[i].at[99] == texts_kept[i].at[0] && texts_kept[i].at[100] == '\0');
    cr_expect_not_null(arena_alloc_array(&s, 3, 4000), "larger than a block");
    cr_expect_null(arena_alloc_array(&s, 0, 8));
    cr_expect_null(arena_strndup(&s, SPAN_NONE).at);
    cr_expect_not(s.failed);
    cr_expect_null(arena_alloc_array(&s, SIZE_MAX / 2, 16), "more than there is");
    cr_expect(s.failed);
    arena_free(&s);
    cr_expect_null(arena_alloc_array(&s, PTRDIFF_MAX, 1), "nor this");
    arena_free(&s);
}

/* ---- namespaces and sizes ------------------------------------------------ */

/* A JwtIssuer in each of three namespaces, one of them because nothing else is said, and one that
 * would be an error. */
#define ISSUER_IN(namespace, name)                                                                 \
    HEAD_IN(namespace, "JwtIssuer", name) "'spec':{'iss':'https://" name "','aud':['x']}}"
#define IN_NAMESPACES                                                                              \
    "[" ISSUER("default", "https://default") "," ISSUER_IN("openfaas", "own") "," ISSUER_IN(       \
        "team", "team") "," HEAD_IN("broken", "JwtIssuer", "broken") "'spec':{'oops':1}}]"

static fnt_status load_in(const char *json, const char *namespaces, size_t len, int64_t max_bytes,
                          fnt_iam **iam, fnt_report *report)
{
    char *text = with_quotes(json);
    fnt_status status = fnt_iam_new_in(text, strlen(text), namespaces, len, max_bytes, iam, report);
    free(text);
    return status;
}

static const struct {
    const char *namespaces;
    fnt_status status;
    const char *issuers; /* their names */
} choices[] = {
    {NULL, FNT_OK, "default own"},
    {"", FNT_OK, "default own"},
    {"openfaas", FNT_OK, "default own"},
    {"team", FNT_OK, "team"},
    {"team openfaas", FNT_OK, "default own team"},
    {"openfaas team openfaas", FNT_OK, "default own team"},
    {"nobody", FNT_OK, ""},
    {"tea", FNT_OK, ""},
    {"team broken", FNT_FAULT_IAM, ""},
    {"*", FNT_FAULT_IAM, ""},
    {" ", FNT_FAULT_ARGUMENT, ""},
    {" openfaas", FNT_FAULT_ARGUMENT, ""},
    {"openfaas ", FNT_FAULT_ARGUMENT, ""},
    {"openfaas  team", FNT_FAULT_ARGUMENT, ""},
    {"openfaas,team", FNT_FAULT_ARGUMENT, ""},
    {"* team", FNT_FAULT_ARGUMENT, ""},
    {"team *", FNT_FAULT_ARGUMENT, ""},
    {"**", FNT_FAULT_ARGUMENT, ""},
    {"te*", FNT_FAULT_ARGUMENT, ""},
    {"Team", FNT_FAULT_ARGUMENT, ""},
    {"-", FNT_FAULT_ARGUMENT, ""},
    {"team\n", FNT_FAULT_ARGUMENT, ""},
};

Test(rules, objects_of_other_namespaces_are_skipped)
{
    fnt_report *report = NULL;
    cr_assert_eq(fnt_report_new(&report), FNT_OK);
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        const char *namespaces = choices[i].namespaces;
        fnt_iam *iam = NULL;
        char names[64] = "";
        size_t len = namespaces == NULL ? 0 : strlen(namespaces);
        cr_expect_eq(load_in(IN_NAMESPACES, namespaces, len, 0, &iam, report), choices[i].status,
                     "%s: %s", namespaces, field(report, 0, FNT_FIELD_SENTENCE));
        for (size_t k = 0; fnt_iam_issuer(iam, k, FNT_ISSUER_NAME, NULL) != NULL; k++) {
            strcat(names, k == 0 ? "" : " ");
            strcat(names, fnt_iam_issuer(iam, k, FNT_ISSUER_NAME, NULL));
        }
        cr_expect_str_eq(names, choices[i].issuers, "%s", namespaces);
        fnt_iam_free(iam);
    }
    fnt_iam *iam = NULL;
    cr_assert_eq(load_in(IN_NAMESPACES, NULL, 0, 0, &iam, report), FNT_OK);
    cr_expect_str_eq(field(report, 1, FNT_FIELD_KIND), "note");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_SENTENCE),
                     "JwtIssuer team: metadata.namespace is team, which is not loaded; "
                     "the object is skipped");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_PATH), "/2/metadata/namespace");
    fnt_iam_free(iam);
    fnt_report_free(report);
}

/* What decides is fnt_iam_new's default; a namespace that is no string, or empty, is an error. */
Test(rules, a_namespace_that_is_none_is_an_error)
{
    static const char *const bad[] = {"''", "1", "null", "[]", "{'a':'openfaas'}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char json[512];
        fnt_iam *iam = NULL;
        (void)snprintf(json, sizeof json,
                       "[{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':"
                       "'i','namespace':%s},'spec':{'iss':'https://i','aud':['x']}}]",
                       bad[i]);
        cr_expect_eq(load_in(json, NULL, 0, 0, &iam, NULL), FNT_FAULT_IAM, "%s", bad[i]);
        cr_expect_null(iam);
    }
}

Test(rules, sizes)
{
    static const int64_t bad[] = {-1, INT64_MIN, (INT64_C(1) << 30) + 1, INT64_MAX};
    fnt_iam *iam = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(load_in("[]", NULL, 0, bad[i], &iam, NULL), FNT_FAULT_ARGUMENT);
    cr_expect_eq(load_in("[]", NULL, 0, 1, &iam, NULL), FNT_FAULT_IAM);
    cr_expect_eq(load_in("[]", NULL, 0, 2, &iam, NULL), FNT_OK);
    fnt_iam_free(iam);
    cr_expect_eq(load_in("[]", NULL, 0, 1 << 30, &iam, NULL), FNT_OK);
    fnt_iam_free(iam);
    size_t most = 16 << 20;
    char *json = malloc(most + 1);
    memset(json, ' ', most + 1);
    memcpy(json, "[]", 2);
    cr_expect_eq(fnt_iam_new(json, most, &iam, NULL), FNT_OK);
    fnt_iam_free(iam);
    cr_expect_eq(fnt_iam_new(json, most + 1, &iam, NULL), FNT_FAULT_IAM);
    cr_expect_eq(fnt_iam_new_in(json, most + 1, NULL, 0, 1 << 30, &iam, NULL), FNT_OK);
    fnt_iam_free(iam);
    free(json);
}
