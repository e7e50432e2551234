/* SPDX-License-Identifier: MIT */
#include "support/iam_help.h"

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

Test(issuer, rule_34_an_issuer_that_is_no_url_loads_with_a_warning)
{
    static const char *const no_urls[] = {"accounts.google.com",
                                          "urn:example:idp",
                                          "kubernetes/serviceaccount",
                                          "https://",
                                          "https:///x",
                                          "ftp://a",
                                          "https://a?x",
                                          "https://a#x",
                                          "\xc3\xbc"};
    for (size_t i = 0; i < sizeof no_urls / sizeof *no_urls; i++) {
        char text[256];
        snprintf(text, sizeof text, ISSUER("a", "%s"), no_urls[i]);
        loaded l = load(text);
        cr_assert_eq(l.status, FNT_OK, "%s: %s", no_urls[i],
                     field(l.report, 1, FNT_FIELD_SENTENCE));
        cr_expect(span_equal(rules_issuer_at(l.iam, 0)->iss, span_of(no_urls[i])), "as written");
        cr_expect_eq(count_told(l.report, "issuer-url", "/spec/iss", "is no URL"), 1, "%s",
                     no_urls[i]);
        cr_expect_str_eq(field(l.report, 1, FNT_FIELD_KIND), "warning");
        unload(&l);
    }
    loaded l = load(ISSUER("a", "https://idp.example.com:8443/realms/a"));
    cr_expect_eq(count_entries(l.report), 0, "a URL needs none");
    unload(&l);
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
    {SPEC("{'iss':'','aud':['x']}"), "empty", "/spec/iss", "is empty", "empty"},
    {SPEC("{'iss':7,'aud':['x']}"), "wrong-type", "/spec/iss", "is a number", "a number"},
    {SPEC("{'iss':'https://a ','aud':['x']}"), "issuer-text", "/spec/iss",
     "without white space and control characters", "a space at the end"},
    {SPEC("{'iss':'a b','aud':['x']}"), "issuer-text", "/spec/iss", NULL, "one inside"},
    {SPEC("{'iss':'https://a\\n','aud':['x']}"), "issuer-text", "/spec/iss", "https://a\\n",
     "a line break, told escaped"},
    {SPEC("{'iss':'a\\u0085','aud':['x']}"), "issuer-text", "/spec/iss", NULL, "a control of C1"},
    {SPEC("{'iss':'a\\u007f','aud':['x']}"), "issuer-text", "/spec/iss", NULL, "DEL"},
    {SPEC("{'iss':'a\\u00a0b','aud':['x']}"), "issuer-text", "/spec/iss", NULL, "NO-BREAK SPACE"},
    {SPEC("{'iss':'a\\u3000','aud':['x']}"), "issuer-text", "/spec/iss", NULL, "a wide one"},
    {SPEC("{'iss':'https://a','aud':['x'],'issInternal':'a:8080'}"), "internal-url",
     "/spec/issInternal", "https://HOST/PATH is expected", "issInternal is fetched"},
    {SPEC("{'iss':'https://a','aud':['x'],'issInternal':'https://a?x'}"), "internal-url",
     "/spec/issInternal", NULL, "without a query"},
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
