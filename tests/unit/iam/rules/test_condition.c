/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

#include "iam/objects/suggest.h"

#define WITH(who) ROLE("r", "p", who)
#define WHEN(condition) WITH("'condition':" condition)

static json_value claims_of(char *text)
{
    json_value claims;
    cr_assert_eq(json_validate(span_of(text), &claims, NULL), FNT_OK, "%s", text);
    return claims;
}

/* Asked twice: the second time the claims' filters are there. */
static bool matches(const role *r, char *claims)
{
    subject_context who;
    cr_assert(subject_context_init(&who, claims_of(claims), false));
    bool first = role_matches(r, &who), second = role_matches(r, &who);
    cr_expect_eq(first, second, "%s", claims);
    subject_context_clear(&who);
    return first;
}

typedef struct {
    const char *condition, *claims;
    clause_outcome want;
    const char *why;
} row;

/* More than is walked where it can be indexed. */
#define TEN "'group-000001','group-000002','group-000003','group-000004','group-000005'"
#define TWENTY TEN "," TEN "," TEN "," TEN

static const row rows[] = {
    {"{'StringEqual':{'jwt:sub':['a','b']}}", "{'sub':'b'}", CLAUSE_HOLDS, "any one value"},
    {"{'StringEqual':{'jwt:sub':'b'}}", "{'sub':'b'}", CLAUSE_HOLDS, "one value without an array"},
    {"{'StringEquals':{'jwt:sub':['b']}}", "{'sub':'b'}", CLAUSE_HOLDS,
     "documents also write StringEquals"},
    {"{'StringEqual':{'jwt:sub':['b']}}", "{'sub':'B'}", CLAUSE_FAILED, "case matters"},
    {"{'StringEqual':{'jwt:sub':['b']}}", "{'sub':'b '}", CLAUSE_FAILED, "byte for byte"},
    {"{'StringEqual':{'jwt:sub':['b*']}}", "{'sub':'bc'}", CLAUSE_FAILED, "a star is a star"},
    {"{'StringEqual':{'jwt:sub':['b']}}", "{}", CLAUSE_MISSING, "no such claim"},
    {"{'StringEqual':{'jwt:sub':['b']}}", "{'Sub':'b'}", CLAUSE_MISSING, "names have case"},
    {"{'StringEqual':{'jwt:sub':['b']}}", "{'sub':['b']}", CLAUSE_WRONG_TYPE,
     "an array needs ForAnyValue"},
    {"{'StringEqual':{'jwt:sub':['b']}}", "{'sub':null}", CLAUSE_WRONG_TYPE,
     "null is not absent, and no text"},
    {"{'StringEqual':{'jwt:sub':['b']}}", "{'sub':{'b':'b'}}", CLAUSE_WRONG_TYPE, "an object"},
    {"{'StringEqual':{'jwt:n':[1234567]}}", "{'n':'1234567'}", CLAUSE_HOLDS,
     "an unquoted integer is text as written"},
    {"{'StringEqual':{'jwt:n':'1234567'}}", "{'n':1234567}", CLAUSE_WRONG_TYPE,
     "a value never matches a number of the same look"},
    {"{'StringEqual':{'jwt:n':1234567}}", "{'n':1234567}", CLAUSE_WRONG_TYPE,
     "nor does an unquoted one"},
    {"{'StringEqual':{'jwt:b':'true'}}", "{'b':true}", CLAUSE_HOLDS, "a boolean is its name"},
    {"{'StringEquals':{'jwt:b':['x','false']}}", "{'b':false}", CLAUSE_HOLDS, "so is the other"},
    {"{'StringEqual':{'jwt:b':'true'}}", "{'b':false}", CLAUSE_FAILED, "but not the other's"},
    {"{'StringEqual':{'jwt:b':'True'}}", "{'b':true}", CLAUSE_FAILED, "byte for byte"},
    {"{'StringEqual':{'jwt:b':'true'}}", "{'b':'true'}", CLAUSE_HOLDS, "text is text"},
    {"{'StringEqual':{'jwt:b':['1','null']}}", "{'b':null}", CLAUSE_WRONG_TYPE, "null is none"},
    {"{'StringLike':{'jwt:b':'*'}}", "{'b':true}", CLAUSE_WRONG_TYPE, "no pattern takes one"},
    {"{'StringLike':{'jwt:b':'true'}}", "{'b':true}", CLAUSE_WRONG_TYPE, "one without a star too"},
    {"{'StringEqualIgnoreCase':{'jwt:b':'true'}}", "{'b':true}", CLAUSE_WRONG_TYPE,
     "StringEqual alone does"},
    {"{'ForAnyValue:StringEqual':{'jwt:b':'true'}}", "{'b':true}", CLAUSE_WRONG_TYPE,
     "in an array alone"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':'true'}}", "{'g':['a',true]}", CLAUSE_HOLDS,
     "as an item"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['false','x']}}", "{'g':[" TWENTY "," TWENTY ",false]}",
     CLAUSE_HOLDS, "as one of many"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['true']}}", "{'g':[" TWENTY "," TWENTY ",1]}",
     CLAUSE_FAILED, "but not as none of them"},
    {"{'ForAnyValue:StringLike':{'jwt:g':'t*'}}", "{'g':[true]}", CLAUSE_FAILED,
     "but for a pattern"},
    {"{'ForAnyValue:StringEqualIgnoreCase':{'jwt:g':'true'}}", "{'g':[true]}", CLAUSE_FAILED,
     "nor one without case"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':'1'}}", "{'g':[1]}", CLAUSE_FAILED,
     "a number is none there either"},
    {"{'StringEqual':{'jwt:sub':['\xc3\xa4']}}", "{'sub':'\\u00e4'}", CLAUSE_HOLDS,
     "as the claim reads, not as it is written"},
    {"{'StringEqualIgnoreCase':{'jwt:e':'Alice@Example.COM'}}", "{'e':'alice@example.com'}",
     CLAUSE_HOLDS, "A to Z are folded"},
    {"{'StringEqualIgnoreCase':{'jwt:e':'\xc3\x84'}}", "{'e':'\xc3\xa4'}", CLAUSE_FAILED,
     "letters beyond ASCII are not"},
    {"{'StringEqualIgnoreCase':{'jwt:e':'k'}}", "{'e':'\xe2\x84\xaa'}", CLAUSE_FAILED,
     "the Kelvin sign is no k"},
    {"{'StringEqualIgnoreCase':{'jwt:e':'A'}}", "{'e':'\\u0061'}", CLAUSE_HOLDS,
     "folded after unescaping"},
    {"{'StringLike':{'jwt:e':'*@example.com'}}", "{'e':'a@example.com'}", CLAUSE_HOLDS,
     "a wildcard"},
    {"{'StringLike':{'jwt:e':'*@example.com'}}", "{'e':'a@example.com.evil'}", CLAUSE_FAILED,
     "anchored at the end"},
    {"{'StringLike':{'jwt:e':'a.c'}}", "{'e':'abc'}", CLAUSE_FAILED, "no regular expression"},
    {"{'StringLike':{'jwt:e':'A*'}}", "{'e':'ab'}", CLAUSE_FAILED, "StringLike has case"},
    {"{'StringLike':{'jwt:e':'*b'}}", "{'e':'a\\u0062'}", CLAUSE_HOLDS, "after unescaping"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['x','b']}}", "{'g':['a','b']}", CLAUSE_HOLDS,
     "one item fits"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['x']}}", "{'g':['a','b']}", CLAUSE_FAILED, "none fits"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['x']}}", "{'g':[]}", CLAUSE_FAILED, "an empty array"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['b']}}", "{'g':'b'}", CLAUSE_HOLDS,
     "text is an array of one"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['b']}}", "{'g':'a b'}", CLAUSE_FAILED, "not of words"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['b']}}", "{'g':'a,b'}", CLAUSE_FAILED, "of no others"},
    {"{'ForAnyValue:StringLike':{'jwt:g':['dev-*']}}", "{'g':'dev-a'}", CLAUSE_HOLDS,
     "under each operator"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['b']}}", "{'g':{'b':'b'}}", CLAUSE_WRONG_TYPE,
     "an object is none"},
    {"{'ForAnyValue:StringEqual':{'jwt:scope':['b']}}", "{'scope':'a b c'}", CLAUSE_HOLDS,
     "scope is a list of words"},
    {"{'ForAnyValue:StringEqual':{'jwt:scp':['b']}}", "{'scp':' a  b'}", CLAUSE_HOLDS,
     "so is scp, whatever the blanks"},
    {"{'ForAnyValue:StringEqual':{'jwt:scp':['b']}}", "{'scp':['a','b']}", CLAUSE_HOLDS,
     "where it is no array"},
    {"{'ForAnyValue:StringEqual':{'jwt:scp':['b']}}", "{'scp':['a b']}", CLAUSE_FAILED,
     "whose items are not split"},
    {"{'ForAnyValue:StringLike':{'jwt:scope':['b.*']}}", "{'scope':'a.b b.c'}", CLAUSE_HOLDS,
     "a pattern matches a word"},
    {"{'ForAnyValue:StringLike':{'jwt:scope':['a*c']}}", "{'scope':'a c'}", CLAUSE_FAILED,
     "never two"},
    {"{'ForAnyValue:StringEqual':{'jwt:scope':['a b']}}", "{'scope':'a b'}", CLAUSE_FAILED,
     "nor the whole"},
    {"{'ForAnyValue:StringEqual':{'jwt:scope':['b']}}", "{'scope':'a\\u0020b'}", CLAUSE_HOLDS,
     "as it reads"},
    {"{'ForAnyValue:StringEqual':{'jwt:scope':['b']}}", "{'scope':'a\\tb'}", CLAUSE_FAILED,
     "at blanks alone"},
    {"{'ForAnyValue:StringLike':{'jwt:scope':['*']}}", "{'scope':'  '}", CLAUSE_FAILED,
     "nothing between them is no word"},
    {"{'ForAnyValue:StringLike':{'jwt:scope':['*']}}", "{'scope':''}", CLAUSE_FAILED, "nor there"},
    {"{'StringEqual':{'jwt:scope':['b']}}", "{'scope':'a b'}", CLAUSE_FAILED,
     "under ForAnyValue alone"},
    {"{'ForAnyValue:StringEqual':{'jwt:/x/scope':['b']}}", "{'x':{'scope':'a b'}}", CLAUSE_FAILED,
     "and at the top alone"},
    {"{'ForAnyValue:StringEqual':{'jwt:g':['1']}}", "{'g':[1,null,['1'],{'a':'1'}]}", CLAUSE_FAILED,
     "items that are no text"},
    {"{'ForAnyValue:StringLike':{'jwt:g':['dev-*']}}", "{'g':[1,'dev-a']}", CLAUSE_HOLDS,
     "a wildcard in an array"},
    {"{'ForAnyValue:StringEqualIgnoreCase':{'jwt:g':['DEV']}}", "{'g':['dev']}", CLAUSE_HOLDS,
     "and case in one"},
    {"{'ForAnyValue:StringEqual':{'jwt:/realm_access/roles':['b']}}",
     "{'realm_access':{'roles':['a','b']}}", CLAUSE_HOLDS, "a pointer"},
    {"{'StringEqual':{'jwt:/a/0':['b']}}", "{'a':['b']}", CLAUSE_HOLDS, "into an array"},
    {"{'StringEqual':{'jwt:/a~1b/c~0d':['x']}}", "{'a/b':{'c~d':'x'}}", CLAUSE_HOLDS,
     "RFC 6901's escapes"},
    {"{'StringEqual':{'jwt:/a/b':['x']}}", "{'a':{}}", CLAUSE_MISSING, "it leads nowhere"},
    {"{'StringEqual':{'jwt:/a/b':['flat']}}", "{'/a/b':'flat','a':{'b':'deep'}}", CLAUSE_HOLDS,
     "a flat claim of that spelling wins"},
    {"{'StringEqual':{'jwt:/a/b':['deep']}}", "{'/a/b':'flat','a':{'b':'deep'}}", CLAUSE_FAILED,
     "even if it does not match"},
    {"{'StringEqual':{'jwt:/a/b':['deep']}}", "{'/a/b':null,'a':{'b':'deep'}}", CLAUSE_WRONG_TYPE,
     "or is null"},
    {"{'StringEqual':{'jwt:a:b':['x']}}", "{'a:b':'x'}", CLAUSE_HOLDS, "only jwt: is cut off"},
    {"{'StringEqual':{'jwt:jwt:x':['x']}}", "{'jwt:x':'x'}", CLAUSE_HOLDS, "once"},
    {"{'StringEqual':{'jwt:https://x.com/c#d':['x']}}", "{'https://x.com/c#d':'x'}", CLAUSE_HOLDS,
     "a URL as a name"},
    {"{'StringEqual':{'jwt:kubernetes.io':['x']}}", "{'kubernetes.io':'x'}", CLAUSE_HOLDS,
     "a dot in a name is no path"},
};

Test(condition, rule_34_asks_the_claims)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512], *claims = with_quotes(rows[i].claims);
        snprintf(text, sizeof text, WHEN("%s"), rows[i].condition);
        loaded l = load(text);
        cr_assert_eq(l.status, FNT_OK, "%s: %s", rows[i].why,
                     field(l.report, 1, FNT_FIELD_SENTENCE));
        subject_context who;
        cr_assert(subject_context_init(&who, claims_of(claims), false));
        clause_outcome got = clause_eval(&l.iam->roles[0].condition.clauses[0], &who);
        cr_expect_eq(got, rows[i].want, "%s: %s against %s (got %d)", rows[i].why,
                     rows[i].condition, rows[i].claims, (int)got);
        cr_expect_eq(matches(&l.iam->roles[0], claims), rows[i].want == CLAUSE_HOLDS, "%s",
                     rows[i].why);
        subject_context_clear(&who);
        free(claims);
        unload(&l);
    }
}

Test(condition, rule_35_an_api_token_speaks_for_the_person_at_the_idp)
{
    static const struct {
        const char *claim, *claims;
        clause_outcome want;
        const char *why;
    } api[] = {
        {"jwt:iss", "{'iss':'x','fed:iss':'idp'}", CLAUSE_FAILED, "not the gateway's iss"},
        {"jwt:iss", "{'iss':'idp','fed:iss':'x'}", CLAUSE_HOLDS, "fed:iss"},
        {"jwt:/iss", "{'iss':'idp','fed:iss':'x'}", CLAUSE_HOLDS, "through a pointer too"},
        {"jwt:iss", "{'iss':'x'}", CLAUSE_MISSING, "no fed:iss"},
        {"jwt:sub", "{'sub':'fed:x'}", CLAUSE_HOLDS, "sub without fed:"},
        {"jwt:/sub", "{'sub':'fed:x'}", CLAUSE_HOLDS, "through a pointer too"},
        {"jwt:sub", "{'sub':'x'}", CLAUSE_MISSING, "a sub without fed: is nobody's at an IdP"},
        {"jwt:sub", "{'sub':7}", CLAUSE_MISSING, "nor is a number"},
        {"jwt:email", "{'email':'x'}", CLAUSE_HOLDS, "what was copied"},
    };
    for (size_t i = 0; i < sizeof api / sizeof *api; i++) {
        char text[512], *claims = with_quotes(api[i].claims);
        snprintf(text, sizeof text, WHEN("{'StringEqual':{'%s':'x'}}"), api[i].claim);
        loaded l = load(text);
        subject_context who;
        cr_assert(subject_context_init(&who, claims_of(claims), true));
        clause_outcome got = clause_eval(&l.iam->roles[0].condition.clauses[0], &who);
        cr_expect_eq(got, api[i].want, "%s: %s (got %d)", api[i].why, api[i].claims, (int)got);
        subject_context_clear(&who);
        free(claims);
        unload(&l);
    }
}

static const struct {
    const char *who, *claims;
    bool want;
    const char *why;
} combinations[] = {
    {"'condition':{'StringEqual':{'jwt:a':'1','jwt:b':'2'}}", "{'a':'1','b':'2'}", true,
     "keys AND"},
    {"'condition':{'StringEqual':{'jwt:a':'1','jwt:b':'2'}}", "{'a':'1','b':'3'}", false,
     "keys AND"},
    {"'condition':{'StringEqual':{'jwt:a':'1'},'StringLike':{'jwt:b':'2*'}}", "{'a':'1','b':'22'}",
     true, "operators AND"},
    {"'condition':{'StringEqual':{'jwt:a':'1'},'StringLike':{'jwt:b':'2*'}}", "{'a':'0','b':'22'}",
     false, "operators AND"},
    {"'condition':{'StringEqual':{'jwt:a':'1'},'StringEquals':{'jwt:b':'2'}}", "{'a':'1','b':'3'}",
     false, "both spellings at once"},
    {"'principal':{'jwt:sub':['x','y']}", "{'sub':'y'}", true, "any one value"},
    {"'principal':{'jwt:sub':['x','y']}", "{'sub':'Y'}", false, "exact"},
    {"'principal':{'jwt:sub':['x'],'jwt:email':['e']}", "{'email':'e'}", true, "any one key"},
    {"'principal':{'jwt:sub':['x'],'jwt:email':['e']}", "{'sub':'z','email':'f'}", false, "none"},
    {"'principal':{'jwt:sub':['x']}", "{'sub':['x']}", false, "an array"},
    {"'principal':{'jwt:a':['true']}", "{'a':true}", false, "no boolean in a principal"},
    {"'principal':{'jwt:scope':['b']}", "{'scope':'a b'}", false, "nor words"},
    {"'principal':{'jwt:sub':['x']},'condition':{'StringEqual':{'jwt:a':'1'}}",
     "{'sub':'x','a':'1'}", true, "both must match"},
    {"'principal':{'jwt:sub':['x']},'condition':{'StringEqual':{'jwt:a':'1'}}",
     "{'sub':'x','a':'2'}", false, "both must match"},
    {"'principal':{'jwt:sub':['x']},'condition':{'StringEqual':{'jwt:a':'1'}}",
     "{'sub':'y','a':'1'}", false, "both must match"},
};

Test(condition, rule_34_operators_and_keys_and_values_or)
{
    for (size_t i = 0; i < sizeof combinations / sizeof *combinations; i++) {
        char text[512], *claims = with_quotes(combinations[i].claims);
        snprintf(text, sizeof text, WITH("%s"), combinations[i].who);
        loaded l = load(text);
        cr_assert_eq(l.status, FNT_OK, "%s: %s", combinations[i].who,
                     field(l.report, 1, FNT_FIELD_SENTENCE));
        bool got = matches(&l.iam->roles[0], claims);
        cr_expect_eq(got, combinations[i].want, "%s: %s against %s", combinations[i].why,
                     combinations[i].who, combinations[i].claims);
        free(claims);
        unload(&l);
    }
}

/* More claims than have a number. */
Test(condition, rule_34_any_number_of_claims)
{
    enum { NAMES = CLAIM_SLOTS + 8 };
    static char text[NAMES * 256], claims[NAMES * 16];
    size_t at = 0, said = 0;
    for (int i = 0; i < NAMES; i++) {
        at += (size_t)sprintf(text + at,
                              "%s" ROLE("r%d", "p", "'condition':{'StringEqual':{'jwt:c%d':'%d'}}"),
                              i > 0 ? "," : "[", i, i, i);
        said += (size_t)sprintf(claims + said, "%s\"c%d\":\"%d\"", i > 0 ? "," : "{", i,
                                i % 2 == 0 ? i : -i);
    }
    strcat(text, "]");
    strcat(claims, "}");
    loaded l = load(text);
    cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 1, FNT_FIELD_SENTENCE));
    for (int i = 0; i < NAMES; i++)
        cr_expect_eq(matches(&l.iam->roles[i], claims), i % 2 == 0, "%d", i);
    unload(&l);
}

Test(condition, rule_34_a_role_without_tests_matches_nobody)
{
    char text[] = "{}";
    role empty = {.name = SPAN("r")};
    cr_expect_not(matches(&empty, text), "even if one came past the loader");
}

static const mistake mistakes[] = {
    {WHEN("{}"), "empty", "/spec/condition", "spec.condition is empty",
     "an empty condition would hold for everybody"},
    {WHEN("null"), "empty", "/spec/condition", "is empty", "so would this"},
    {WHEN("['StringEqual']"), "wrong-type", "/spec/condition", "is an array; an object is expected",
     "an array"},
    {WHEN("{'StringEqual':{}}"), "empty", "/spec/condition/StringEqual", "is empty", "no claim"},
    {WHEN("{'StringEqual':'jwt:sub'}"), "wrong-type", "/spec/condition/StringEqual",
     "is a string; an object is expected", "text"},
    {WHEN("{'StringEqual':{'jwt:sub':[]}}"), "empty", "/spec/condition/StringEqual/jwt:sub",
     "is empty", "no value"},
    {WHEN("{'StringEqual':{'jwt:sub':['']}}"), "empty", "/spec/condition/StringEqual/jwt:sub/0",
     "is empty", "an empty value"},
    {WHEN("{'StringEqul':{'jwt:sub':'x'}}"), "unknown-operator", "/spec/condition/StringEqul",
     "did you mean StringEqual?", "typing error"},
    {WHEN("{'stringequal':{'jwt:sub':'x'}}"), "unknown-operator", "/spec/condition/stringequal",
     "did you mean StringEqual?", "case"},
    {WHEN("{'ForAnyValue:StringLik':{'jwt:g':'x'}}"), "unknown-operator",
     "/spec/condition/ForAnyValue:StringLik", "did you mean ForAnyValue:StringLike?",
     "behind the prefix"},
    {WHEN("{'StringNotEqual':{'jwt:sub':'x'}}"), "unknown-operator",
     "/spec/condition/StringNotEqual", "no negation", "there is none"},
    {WHEN("{'ForAllValues:StringEqual':{'jwt:g':'x'}}"), "unknown-operator",
     "/spec/condition/ForAllValues:StringEqual",
     "there are StringEqual, StringEquals, StringEqualIgnoreCase and StringLike",
     "AWS has it, we don't"},
    {WHEN("{'principal':{'jwt:sub':'x'}}"), "misplaced-field", "/spec/condition/principal",
     "stands under condition: move it beside condition", "as OpenFaaS's own page shows it"},
    {WHEN("{'jwt:sub':['x']}"), "unknown-operator", "/spec/condition/jwt:sub",
     "put an operator above it", "operator forgotten"},
    {WHEN("{'StringEqual':{'sub':'x'}}"), "condition-key", "/spec/condition/StringEqual/sub",
     "as in jwt:sub", "jwt: forgotten"},
    {WHEN("{'StringEqual':{'JWT:sub':'x'}}"), "condition-key",
     "/spec/condition/StringEqual/JWT:sub", "does not begin with jwt:, as in jwt:sub", "case"},
    {WHEN("{'StringEqual':{'jwt.sub':'x'}}"), "condition-key", NULL, "as in jwt:sub", "a dot"},
    {WHEN("{'StringEqual':{'jwt':{'sub':['x']}}}"), "condition-key", NULL, "as in jwt:sub",
     "as an object"},
    {WHEN("{'StringEqual':{'token.actions.githubusercontent.com:sub':'x'}}"), "condition-key", NULL,
     "as in jwt:sub", "AWS's keys"},
    {WHEN("{'StringEqual':{'claims:sub':'x'}}"), "condition-key", NULL, "as in jwt:sub",
     "another prefix"},
    {WHEN("{'StringEqual':{'https://acme.example/groups':'x'}}"), "condition-key", NULL,
     "as in jwt:https://acme.example/groups", "a URL is a name"},
    {WHEN("{'StringEqual':{'cognito:groups':'x'}}"), "condition-key", NULL,
     "as in jwt:cognito:groups", "so is this"},
    {WHEN("{'StringEqual':{'jwt.':'x'}}"), "condition-key", NULL, "as in jwt:sub", "none"},
    {WHEN("{'StringEqual':{'':'x'}}"), "condition-key", NULL, "as in jwt:sub", "nothing"},
    {WHEN("{'StringEqual':{'jwtid':'x'}}"), "condition-key", NULL, "as in jwt:jwtid", "a word"},
    {WHEN("{'StringEqual':{'jwt:':'x'}}"), "condition-key",
     "/spec/condition/StringEqual/jwt:", "names no claim", "no name"},
    {WHEN("{'StringEqual':{'jwt:/a~b':'x'}}"), "condition-key",
     "/spec/condition/StringEqual/jwt:~1a~0b", "~ is written ~0", "no pointer"},
    {WHEN("{'StringEqual':{'jwt:/a~':'x'}}"), "condition-key", NULL, "~ is written ~0",
     "no pointer either"},
    {WITH("'principal':{}"), "empty", "/spec/principal", "is empty",
     "an empty principal would be everybody"},
    {WITH("'principal':'jwt:sub'"), "wrong-type", "/spec/principal",
     "is a string; an object is expected", "text"},
    {WITH("'principal':{'StringEqual':['x']}"), "condition-key", "/spec/principal/StringEqual",
     "is an operator; a claim is expected", "a principal has none"},
    {WITH("'principal':{'sub':['x']}"), "condition-key", "/spec/principal/sub", "as in jwt:sub",
     "jwt: forgotten"},
};

Test(condition, rule_34_names_each_mistake)
{
    EXPECT_MISTAKES(mistakes);
}

Test(condition, rule_34_takes_unquoted_values_only_as_plain_integers)
{
    static const struct {
        const char *value;
        bool taken;
        const char *why;
    } values[] = {
        {"0", true, "zero"},
        {"9007199254740991", true, "2^53 - 1"},
        {"9007199254740992", false, "2^53: the next one reads the same in a double"},
        {"12345678901234567890", false, "beyond"},
        {"-1", false, "a sign"},
        {"1.0", false, "a fraction; in YAML 1.10 would have become 1.1"},
        {"1e3", false, "an exponent"},
        {"true", false, "in YAML, yes is true"},
        {"false", false, "no"},
        {"null", false, "nothing"},
        {"{'a':'b'}", false, "an object"},
        {"[['a']]", false, "an array in an array"},
        {"[1.5]", false, "in an array alike"},
        {"['x',true]", false, "one of several"},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char text[256];
        snprintf(text, sizeof text, WHEN("{'StringEqual':{'jwt:n':%s}}"), values[i].value);
        loaded l = load(text);
        cr_expect_eq(l.status, values[i].taken ? FNT_OK : FNT_FAULT_IAM, "%s: %s", values[i].value,
                     values[i].why);
        cr_expect_eq(count_told(l.report, "unquoted-value", NULL, "quote it"),
                     values[i].taken ? 0 : 1, "%s", values[i].value);
        if (values[i].taken)
            cr_expect(span_equal(l.iam->roles[0].condition.clauses[0].values.at[0],
                                 span_of(values[i].value)),
                      "as written");
        unload(&l);
    }
}

static void load_unquoted(size_t count)
{
    char *text = malloc(200 + count * 8);
    size_t len = (size_t)sprintf(text, WHEN("{'StringEqual':{'jwt:n':[0"));
    len -= strlen("}}"); /* of WHEN */
    cr_assert_eq(text[len - 1], '0');
    for (size_t i = 1; i < count; i++)
        len += (size_t)sprintf(text + len, ",%zu", i);
    strcpy(text + len, "]}}}}");
    loaded l = load(text);
    cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 0, FNT_FIELD_SENTENCE));
    texts values = l.iam->roles[0].condition.clauses[0].values;
    cr_assert_eq(values.count, count);
    cr_expect(span_equal(values.at[1777], SPAN("1777")));
    unload(&l);
    free(text);
}

/* Each looked for from the document's beginning is quadratic. */
Test(condition, rule_34_many_unquoted_values_load_in_linear_time)
{
    cr_expect_lt(test_growth(load_unquoted, 2000, 10), 4);
}

Test(condition, knows_the_word_that_was_meant)
{
    static const char *const words[] = {"iss", "aud", "tokenExpiry", "statement", NULL};
    static const struct {
        const char *word, *near, *why;
    } near[] = {
        {"tokenexpiry", "tokenExpiry", "case"},
        {"tokenExpiri", "tokenExpiry", "another letter"},
        {"tokenExpir", "tokenExpiry", "a letter less"},
        {"statements", "statement", "a letter more"},
        {"tokneExpiry", "tokenExpiry", "two swapped"},
        {"tokneExpiri", "tokenExpiry", "two changes in a long word"},
        {"tokneExxpiri", NULL, "three are another word"},
        {"iis", "iss", "one change in a short word"},
        {"isu", "iss", "at its end"},
        {"isua", NULL, "two changes are half of it"},
        {"iss", NULL, "it is one"},
        {"", NULL, "nothing is near nothing"},
        {"statementstatementstatementstatementstatementstatement", NULL, "too long to compare"},
    };
    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        span got = suggest_word(span_of(near[i].word), words);
        cr_expect_eq(got.at == NULL, near[i].near == NULL, "%s: %s", near[i].word, near[i].why);
        cr_expect(span_equal(got, span_of(near[i].near)), "%s: %s", near[i].word, near[i].why);
    }
}
