/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

#define SPEC(spec) HEAD("Role", "r") "'spec':" spec "}"
#define SUB "'principal':{'jwt:sub':['x']}"

Test(role, rule_34_holds_what_was_written)
{
    loaded l = load("[" SPEC(
        "{'policy':['p','gone'],'principal':{'jwt:sub':['x',5]},"
        "'condition':{'ForAnyValue:StringLike':{'jwt:g':'a*'}}}") "," POLICY("p",
                                                                             STATEMENT(
                                                                                 "1",
                                                                                 "['a:b']")) "]");
    cr_assert_eq(l.status, FNT_OK);
    const role *r = &l.iam->roles[0];
    cr_expect(span_equal(r->name, SPAN("r")) && span_equal(r->namespace, SPAN("openfaas")) &&
              span_equal(r->pointer, SPAN("/0")));
    cr_assert_eq(r->policies.count, 2);
    cr_expect_eq(r->found[0], &l.iam->policies[0], "found although it stands behind");
    cr_expect_null(r->found[1], "a policy that is not there is no error");
    const clause *principal = &r->principal.clauses[0], *when = &r->condition.clauses[0];
    cr_expect(r->principal.count == 1 && principal->values.count == 2 && principal->listed &&
              principal->numbers);
    cr_expect(principal->how == COMPARE_EQUAL && !principal->any_value && principal->op.at == NULL);
    cr_expect(when->any_value && when->how == COMPARE_LIKE && !when->listed && !when->numbers);
    cr_expect(span_equal(when->op, SPAN("ForAnyValue:StringLike")) &&
              span_equal(when->claim, SPAN("g")));
    cr_expect(span_equal(when->pointer, SPAN("/0/spec/condition/ForAnyValue:StringLike/jwt:g")));
    unload(&l);
}

Test(role, rule_34_finds_policies_in_its_own_namespace)
{
    loaded l = load("[" HEAD_IN("team", "Policy", "p") "'spec':{'statement':[" STATEMENT(
        "1", "['a:b']") "]}}," HEAD_IN("team", "Role",
                                       "r") "'spec':{'policy':['p']," SUB
                                            "}}," HEAD_IN("openfaas", "Role",
                                                          "r") "'spec':{'policy':['p']," SUB
                                                               "}}," ROLE("s", "p", SUB) "]");
    cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 1, FNT_FIELD_SENTENCE));
    cr_expect_eq(l.iam->roles[0].found[0], &l.iam->policies[0]);
    cr_expect_null(l.iam->roles[1].found[0], "another namespace");
    cr_expect_null(l.iam->roles[2].found[0], "none named is openfaas");
    cr_expect(span_equal(l.iam->policies[0].qualified_name, SPAN("team/p")));
    unload(&l);
}

Test(role, rule_34_a_role_without_a_policy_loads_with_a_warning)
{
    static const char *const roles[][2] = {{SPEC("{" SUB "}"), "/spec"},
                                           {SPEC("{'policy':[]," SUB "}"), "/spec/policy"}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        loaded l = load(roles[i][0]);
        cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 1, FNT_FIELD_SENTENCE));
        cr_expect_eq(l.iam->roles[0].policies.count, 0);
        cr_expect_eq(
            count_told(l.report, "no-policy", roles[i][1], "names no policy: it grants nothing"),
            1);
        cr_expect_str_eq(field(l.report, 1, FNT_FIELD_KIND), "warning");
        unload(&l);
    }
}

static const mistake mistakes[] = {
    {SPEC("{'policy':['p']}"), "open-role", "/spec",
     "Role r: spec has neither principal nor condition: everybody would match", "open"},
    {SPEC("{'policy':null," SUB "}"), "empty", "/spec/policy",
     "what belongs to it must stand below it", "not indented"},
    {SPEC("{'policy':'p'," SUB "}"), "wrong-type", "/spec/policy", "write [\"p\"]", "a scalar"},
    {SPEC("{'policy':[1]," SUB "}"), "wrong-type", "/spec/policy/0", NULL, "a number"},
    {SPEC("{'policy':['']," SUB "}"), "empty", "/spec/policy/0", NULL, "no name"},
    {SPEC("{'policy':['p']," SUB ",'Condition':{'StringEqual':{'jwt:a':'b'}}}"), "unknown-field",
     "/spec/Condition", "did you mean condition?",
     "a condition that nobody reads would let in more"},
    {SPEC("{'policy':['p']," SUB ",'policies':['q']}"), "unknown-field", "/spec/policies",
     "did you mean policy?", "the plural"},
    {SPEC("{'policy':['p']," SUB ",'subject':'x'}"), "unknown-field", "/spec/subject",
     "did you mean principal?", "RBAC's word"},
    {SPEC("{'policy':['p']," SUB ",'StringEqual':{'jwt:a':'b'}}"), "misplaced-field",
     "/spec/StringEqual", "move it into condition", "operator"},
    {SPEC("{'policy':['p']," SUB ",'action':['*']}"), "misplaced-field", "/spec/action",
     "into an item of spec.statement", "a Policy's field"},
    {HEAD("Role", "r") "'spec':{'policy':['p']," SUB "},'condition':{'StringEqual':{'jwt:a':'b'}}}",
     "misplaced-field", "/condition", "move it into spec, check how far it is indented",
     "not indented"},
    {HEAD("Role", "r") "'spec':'x'}", "wrong-type", "/spec", NULL, "text"},
};

Test(role, rule_34_names_each_mistake)
{
    EXPECT_MISTAKES(mistakes);
}
