/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

#define SPEC(spec) HEAD("Policy", "p") "'spec':" spec "}"
#define ONE(statement) SPEC("{'statement':[" statement "]}")
#define ACTION(actions)                                                                            \
    ONE("{'sid':'1','action':" actions ",'effect':'Allow','resource':['dev:env']}")
#define EFFECT(effect)                                                                             \
    ONE("{'sid':'1','action':['Function:Invoke'],'effect':" effect ",'resource':['dev:env']}")
#define RESOURCE(resources) ONE(STATEMENT("1", resources))

Test(policy, rule_34_holds_what_was_written)
{
    loaded l = load(SPEC("{'statement':[" STATEMENT(
        "1-invoke", "['openfaas-fn:*','dev:env']") ",{'sid':'','action':['Function:List'],"
                                                   "'effect':'Allow','resource':['*'],'condition':{"
                                                   "'StringEqual':{'jwt:a':'b'}}}]}"));
    cr_assert_eq(l.status, FNT_OK);
    cr_assert_eq(l.iam->policy_count, 1);
    const policy *p = &l.iam->policies[0];
    cr_expect(span_equal(p->name, SPAN("p")) && span_equal(p->namespace, SPAN("openfaas")) &&
              span_equal(p->qualified_name, SPAN("p")));
    cr_assert_eq(p->statement_count, 2);
    cr_expect(span_equal(p->statements[0].sid, SPAN("1-invoke")) && p->statements[0].invoke);
    cr_assert_eq(p->statements[0].resources.count, 2);
    cr_expect(span_equal(p->statements[0].resources.at[1], SPAN("dev:env")));
    cr_expect_eq(p->statements[0].condition.count, 0);
    cr_expect(!p->statements[1].invoke && p->statements[1].condition.count == 1);
    cr_expect(span_equal(p->statements[1].pointer, SPAN("/spec/statement/1")));
    unload(&l);
}

Test(policy, rule_34_knows_which_actions_call)
{
    static const struct {
        const char *actions;
        bool invoke;
        const char *warned; /* by which rule */
        const char *part;
    } rows[] = {
        {"['Function:Invoke']", true, NULL, NULL},
        {"['Function:List','Function:Invoke']", true, NULL, NULL},
        {"['Function:*']", true, NULL, NULL},
        {"['*']", true, NULL, NULL},
        {"['Function:Get','Function:Create','Function:Update','Function:Delete','Function:List']",
         false, NULL, NULL},
        {"['Function:Logs','Function:Scale']", false, NULL, NULL},
        {"['Secret:List','Secret:Create','Secret:Update','Secret:Delete','System:Info']", false,
         NULL, NULL},
        {"['Namespace:List','Namespace:Get','Namespace:Create','Namespace:Update','Namespace:"
         "Delete']",
         false, NULL, NULL},
        {"['Function:Read']", false, "old-action", "Function:Read, a name of old files"},
        {"['Function:Admin']", false, "old-action", "allows nothing"},
        {"['Secret:Read']", false, "old-action", NULL},
        {"['Function:Invok']", false, "unknown-action", "did you mean Function:Invoke?"},
        {"['function:invoke']", false, "unknown-action", "did you mean Function:Invoke?"},
        {"['Function:I*']", false, "unknown-action", "did you mean Function:*?"},
        {"['Secret:*','Namespace:*','System:*']", false, NULL, NULL},
        {"['Logs:*']", false, "unknown-action", NULL},
        {"['Whatever']", false, "unknown-action", "it allows nothing; calling is Function:Invoke"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        snprintf(text, sizeof text, ACTION("%s"), rows[i].actions);
        loaded l = load(text);
        cr_assert_eq(l.status, FNT_OK, "%s: %s", rows[i].actions,
                     field(l.report, 1, FNT_FIELD_SENTENCE));
        cr_expect_eq(l.iam->policies[0].statements[0].invoke, rows[i].invoke, "%s",
                     rows[i].actions);
        cr_expect_eq(count_entries(l.report), rows[i].warned == NULL ? 0 : 1, "%s",
                     rows[i].actions);
        if (rows[i].warned != NULL)
            cr_expect_eq(
                count_told(l.report, rows[i].warned, "/spec/statement/0/action/0", rows[i].part), 1,
                "%s", rows[i].actions);
        unload(&l);
    }
}

static const mistake mistakes[] = {
    {ONE("{'action':['*'],'effect':'Allow','resource':['a:b']}"), "missing-field",
     "/spec/statement/0", "spec.statement[0] has no sid", "sid"},
    {ONE("{'sid':'1','effect':'Allow','resource':['a:b']}"), "missing-field", "/spec/statement/0",
     "has no action", "action"},
    {ONE("{'sid':'1','action':['*'],'resource':['a:b']}"), "missing-field", "/spec/statement/0",
     "has no effect", "effect"},
    {ONE("{'sid':'1','action':['*'],'effect':'Allow'}"), "missing-field", "/spec/statement/0",
     "has no resource", "resource"},
    {ONE("{'sid':1,'action':['*'],'effect':'Allow','resource':['a:b']}"), "wrong-type",
     "/spec/statement/0/sid", "quote it", "a number"},
    {EFFECT("'Deny'"), "deny", "/spec/statement/0/effect", "is Deny, which is not supported",
     "Deny would be read as allowed by nobody"},
    {EFFECT("'deny'"), "deny", "/spec/statement/0/effect", NULL, "in any case"},
    {EFFECT("'allow'"), "unknown-effect", "/spec/statement/0/effect",
     "is \"allow\"; Allow is expected", "case"},
    {EFFECT("'Audit'"), "unknown-effect", "/spec/statement/0/effect", NULL, "unknown"},
    {EFFECT("true"), "wrong-type", "/spec/statement/0/effect", NULL, "a boolean"},
    {ACTION("[]"), "empty", "/spec/statement/0/action", NULL, "no action"},
    {ACTION("'Function:Invoke'"), "wrong-type", "/spec/statement/0/action",
     "write [\"Function:Invoke\"]", "a scalar"},
    {ACTION("['']"), "empty", "/spec/statement/0/action/0", NULL, "an empty action"},
    {ACTION("[null]"), "wrong-type", "/spec/statement/0/action/0", "is null", "null"},
    {RESOURCE("[]"), "empty", "/spec/statement/0/resource", NULL, "no resource"},
    {RESOURCE("'dev:env'"), "wrong-type", "/spec/statement/0/resource",
     "an array is expected: write [", "a scalar"},
    {RESOURCE("['dev:env','']"), "empty", "/spec/statement/0/resource/1", NULL,
     "an empty resource"},
    {RESOURCE("['dev: env']"), "resource", "/spec/statement/0/resource/0", "is \"dev: env\"",
     "a space"},
    {RESOURCE("['dev:env\\n*']"), "resource", "/spec/statement/0/resource/0", "dev:env\\n*",
     "a line break"},
    {RESOURCE("['dev:\\u007f']"), "resource", "/spec/statement/0/resource/0", NULL,
     "a control character"},
    {RESOURCE("['dev:\xc3\xa4']"), "resource", "/spec/statement/0/resource/0", NULL,
     "no function has such a name"},
    {RESOURCE("[12]"), "wrong-type", "/spec/statement/0/resource/0", NULL, "a number"},
    {SPEC("{'statement':[]}"), "empty", "/spec/statement", NULL, "no statement"},
    {SPEC("{'statement':{'sid':'1'}}"), "wrong-type", "/spec/statement",
     "is an object; an array is expected", "a dash forgotten"},
    {SPEC("{'statement':['x']}"), "wrong-type", "/spec/statement/0",
     "is a string; an object is expected", "text"},
    {SPEC("{}"), "empty", "/spec", NULL, "nothing"},
    {HEAD("Policy", "p") "'spec':null}", "empty", "/spec", "must stand below it, indented",
     "spec not indented"},
    {ONE("{'sid':'1','action':['*'],'effect':'Allow','resource':['a:b'],'resources':['c:d']}"),
     "unknown-field", "/spec/statement/0/resources", "did you mean resource?", "typing error"},
    {ONE("{'sid':'1','action':['*'],'effect':'Allow','resource':['a:b'],'Condition':{'StringEqual':"
         "{'jwt:a':'b'}}}"),
     "unknown-field", "/spec/statement/0/Condition", "did you mean condition?",
     "a condition that nobody reads would allow more"},
    {ONE("{'sid':'1','action':['*'],'effect':'Allow','resource':['a:b'],'condition':{}}"), "empty",
     "/spec/statement/0/condition", NULL, "an empty condition"},
    {ONE("{'sid':'1','action':['*'],'effect':'Allow','resource':['a:b'],'StringEqual':{'jwt:a':'b'}"
         "}"),
     "misplaced-field", "/spec/statement/0/StringEqual", "move it into condition",
     "condition: forgotten"},
};

Test(policy, rule_34_names_each_mistake)
{
    EXPECT_MISTAKES(mistakes);
}

Test(policy, rule_34_a_typing_error_is_told_beside_what_is_missing)
{
    loaded l = load(SPEC("{'statements':[]}"));
    cr_expect_eq(count_entries(l.report), 2);
    cr_expect_eq(
        count_told(l.report, "unknown-field", "/spec/statements", "did you mean statement?"), 1);
    cr_expect_eq(count_told(l.report, "missing-field", "/spec", "has no statement"), 1);
    unload(&l);
}
