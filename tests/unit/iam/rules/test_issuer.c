/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

#include "base/duration_parse.h"

#define SPEC(spec) HEAD("JwtIssuer", "a") "'spec':" spec "}"
#define IAM_ANNOTATED(annotations)                                                                 \
    "{'apiVersion':'iam.openfaas.com/"                                                             \
    "v1','kind':'JwtIssuer','metadata':{'name':'a','annotations':" annotations "},"                \
    "'spec':{'iss':'https://a','aud':['x']}}"
#define EXPIRY(value) SPEC("{'iss':'https://a','aud':['x'],'tokenExpiry':" value "}")

Test(issuer, rule_34_holds_what_was_written)
{
    loaded l = load(SPEC("{'iss':'https://keycloak.example.com/realms/openfaas/"
                         "','issInternal':'http://keycloak.svc:8080/x',"
                         "'aud':['openfaas','second'],'tokenExpiry':'1h'}"));
    cr_assert_eq(l.status, FNT_OK);
    const issuer *i = rules_issuer_at(l.iam, 0);
    cr_assert_not_null(i);
    cr_expect(span_equal(i->name, SPAN("a")));
    cr_expect(span_equal(i->iss, SPAN("https://keycloak.example.com/realms/openfaas/")),
              "byte for byte, the slash too");
    cr_expect(span_equal(i->internal, SPAN("http://keycloak.svc:8080/x")));
    cr_expect_eq(i->expiry, 3600);
    cr_expect_eq(i->audience_count, 2);
    cr_expect(issuer_accepts(i, SPAN("openfaas")) && issuer_accepts(i, SPAN("second")));
    cr_expect_not(issuer_accepts(i, SPAN("openfaa")) || issuer_accepts(i, SPAN("OPENFAAS")) ||
                  issuer_accepts(i, SPAN("")));
    cr_expect_not(i->authorized_party);
    cr_expect_null(rules_issuer_at(l.iam, 1));
    unload(&l);
}

Test(issuer, rule_37_tokenexpiry_is_12_hours_when_absent)
{
    loaded l = load(ISSUER("a", "https://a"));
    cr_assert_eq(l.status, FNT_OK);
    cr_expect_eq(rules_issuer_at(l.iam, 0)->expiry, 43200);
    cr_expect_null(rules_issuer_at(l.iam, 0)->internal.at);
    unload(&l);
}

Test(issuer, rule_37_reads_go_durations)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: none */
        const char *why;
    } rows[] = {
        {"12h", 43200, "hours"},
        {"30m", 1800, "minutes, not milliseconds"},
        {"90s", 90, "seconds"},
        {"1500ms", 1, "rounded down"},
        {"2000000us", 2, "microseconds"},
        {"2000000\xc2\xb5s", 2, "with the micro sign"},
        {"2000000\xce\xbcs", 2, "with the Greek letter"},
        {"3000000000ns", 3, "nanoseconds"},
        {"1h30m", 5400, "a sum"},
        {"1.5h", 5400, "a fraction"},
        {"0.333333333333333333h", 1199, "a long fraction is cut, not rounded up"},
        {"1m1m", 120, "Go takes a unit twice"},
        {"0s", 0, "no length"},
        {"99999999999999999999h", 1000000000, "no overflow: it stays at the end"},
        {"999999999h999999999h", 1000000000, "nor of the sum"},
        {"", -1, "empty"},
        {"1", -1, "no unit"},
        {"0", -1, "Go takes this one, the CRD doesn't"},
        {"h", -1, "no number"},
        {"-1h", -1, "negative"},
        {"+1h", -1, "a sign"},
        {"1.h", -1, "no digit behind the point"},
        {".5h", -1, "no digit before it"},
        {"1,5h", -1, "a comma"},
        {"1d", -1, "Go knows no days"},
        {"1 h", -1, "a space"},
        {"1H", -1, "case"},
        {"1hx", -1, "something behind it"},
        {"1h30", -1, "a second number without a unit"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = -1;
        bool read = duration_parse(span_of(rows[i].text), &seconds);
        cr_expect_eq(read, rows[i].seconds >= 0, "%s: %s", rows[i].text, rows[i].why);
        cr_expect_eq(seconds, rows[i].seconds, "%s: %s (got %lld)", rows[i].text, rows[i].why,
                     (long long)seconds);
    }
}

Test(issuer, rule_37_tokenexpiry_is_between_a_second_and_a_year)
{
    static const struct {
        const char *json;
        fnt_status status;
    } rows[] = {
        {EXPIRY("'999ms'"), FNT_FAULT_IAM},
        {EXPIRY("'1s'"), FNT_OK},
        {EXPIRY("'8760h'"), FNT_OK},
        {EXPIRY("'8760h1s'"), FNT_FAULT_IAM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        loaded l = load(rows[i].json);
        cr_expect_eq(l.status, rows[i].status, "%s", rows[i].json);
        unload(&l);
    }
}

Test(issuer, rule_29_the_opt_in_is_an_annotation)
{
    loaded yes = load(IAM_ANNOTATED("{'fntoken/authorized-party':'true','other/key':7}"));
    loaded no = load(IAM_ANNOTATED("{'fntoken/authorized-party':'false'}"));
    cr_assert_eq(yes.status, FNT_OK);
    cr_assert_eq(no.status, FNT_OK);
    cr_expect(rules_issuer_at(yes.iam, 0)->authorized_party);
    cr_expect_not(rules_issuer_at(no.iam, 0)->authorized_party);
    unload(&yes);
    unload(&no);
}

static const mistake mistakes[] = {
    {SPEC("{'aud':['x']}"), "missing-field", "/spec", "JwtIssuer a: spec has no iss",
     "iss is required"},
    {SPEC("{'iss':'https://a'}"), "missing-field", "/spec", "has no aud", "aud is required"},
    {SPEC("{'iss':'https://a','aud':[]}"), "empty", "/spec/aud", "spec.aud is empty",
     "nobody would be accepted"},
    {SPEC("{'iss':'https://a','aud':'x'}"), "wrong-type", "/spec/aud", "write [\"x\"]",
     "the CRD says list"},
    {SPEC("{'iss':'https://a','aud':['x',5]}"), "wrong-type", "/spec/aud/1",
     "spec.aud[1] is a number; a string is expected", "a number"},
    {SPEC("{'iss':'https://a','aud':['']}"), "empty", "/spec/aud/0", "is empty",
     "an empty audience"},
    {SPEC("{'iss':'','aud':['x']}"), "issuer-url", "/spec/iss", "https://HOST/PATH is expected",
     "empty"},
    {SPEC("{'iss':7,'aud':['x']}"), "wrong-type", "/spec/iss", "is a number", "a number"},
    {SPEC("{'iss':'keycloak.example.com','aud':['x']}"), "issuer-url", "/spec/iss",
     "is \"keycloak.example.com\"", "no scheme"},
    {SPEC("{'iss':'https://','aud':['x']}"), "issuer-url", "/spec/iss", NULL, "no host"},
    {SPEC("{'iss':'https:///x','aud':['x']}"), "issuer-url", "/spec/iss", NULL, "no host either"},
    {SPEC("{'iss':'ftp://a','aud':['x']}"), "issuer-url", "/spec/iss", NULL, "another scheme"},
    {SPEC("{'iss':'https://a?x','aud':['x']}"), "issuer-url", "/spec/iss", NULL, "a query"},
    {SPEC("{'iss':'https://a#x','aud':['x']}"), "issuer-url", "/spec/iss", NULL, "a fragment"},
    {SPEC("{'iss':'https://a ','aud':['x']}"), "issuer-url", "/spec/iss", NULL,
     "a space at the end"},
    {SPEC("{'iss':'https://a\\n','aud':['x']}"), "issuer-url", "/spec/iss", "https://a\\n",
     "a line break, told escaped"},
    {SPEC("{'iss':'https://a','aud':['x'],'issInternal':'a:8080'}"), "issuer-url",
     "/spec/issInternal", NULL, "issInternal alike"},
    {SPEC("{'iss':'https://a','aud':['x'],'tokenexpiry':'1h'}"), "unknown-field",
     "/spec/tokenexpiry", "did you mean tokenExpiry?", "case"},
    {SPEC("{'iss':'https://a','aud':['x'],'audience':'x'}"), "unknown-field", "/spec/audience",
     "did you mean aud?", "another word"},
    {SPEC("{'iss':'https://a','aud':['x'],'jwksUri':'x'}"), "unknown-field", "/spec/jwksUri",
     "known are iss, issInternal, aud, tokenExpiry", "nothing like it"},
    {EXPIRY("'1d'"), "token-expiry", "/spec/tokenExpiry", "is \"1d\"", "Go knows no days"},
    {EXPIRY("3600"), "token-expiry", "/spec/tokenExpiry", "with its unit is expected", "a number"},
    {EXPIRY("'0s'"), "token-expiry", "/spec/tokenExpiry", "between 1s and 8760h", "no lifetime"},
    {EXPIRY("true"), "wrong-type", "/spec/tokenExpiry", "is a boolean; a string is expected",
     "a boolean"},
    {HEAD("JwtIssuer", "a") "'tokenExpiry':'1h','spec':{'iss':'https://a','aud':['x']}}",
     "misplaced-field", "/tokenExpiry",
     "JwtIssuer a: tokenExpiry does not belong here: move it into spec",
     "as one public page shows it"},
    {IAM_ANNOTATED("{'fntoken/authorized-party':true}"), "wrong-type",
     "/metadata/annotations/fntoken~1authorized-party", "quote it", "Kubernetes takes text alone"},
    {IAM_ANNOTATED("{'fntoken/authorized-party':'yes'}"), "authorized-party",
     "/metadata/annotations/fntoken~1authorized-party", "\"true\" or \"false\" is expected",
     "neither"},
    {IAM_ANNOTATED("{'fntoken/authorised-party':'true'}"), "unknown-field",
     "/metadata/annotations/fntoken~1authorised-party", "did you mean fntoken/authorized-party?",
     "another spelling would be off without a word"},
    {HEAD("JwtIssuer", "a") "'spec':[]}", "wrong-type", "/spec",
     "is an array; an object is expected", "spec of another kind"},
    {"{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer'," META("a") "}", "missing-field", "",
     "has no spec", "no spec"},
};

Test(issuer, rule_34_names_each_mistake)
{
    EXPECT_MISTAKES(mistakes);
}
