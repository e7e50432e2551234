/* SPDX-License-Identifier: MIT */
/* fnt_iam_simulate: no where an exchange says no for what the claims show (rule 55). That the two
 * agree is tried with each row of the tables of exchanges, in support/exchange_help.c. */
#include "support/iam_help.h"

#include "iam/exchange/dry_run.h"

#define IDP "https://idp.example.com"
#define WHO "'iss':'" IDP "','sub':'alice'"
#define AUD "'aud':'openfaas'"

/* clang-format off */
static const char rules[] =
    "[" ISSUER("idp", IDP) "," ISSUER("other", "https://other.example.com") ","
    HEAD("JwtIssuer", "system") "'spec':{'iss':'https://gw','aud':['https://gw']}},"
    HEAD("JwtIssuer", "opt-in") "'spec':{'iss':'https://kc','aud':['openfaas']}},"
    POLICY("p", STATEMENT("1", "['dev:*']")) ","
    ROLE("r", "p", "'principal':{'jwt:sub':['alice']}") "]";
/* clang-format on */

typedef struct {
    const char *claims, *resource;
    fnt_status status;
    const char *sentence, *why;
} row;

static const row rows[] = {
    {"{" WHO "," AUD "}", "dev:env", FNT_WOULD_ALLOW,
     "role r, policy p, statement 1: dev:* allows dev:env", "as it should be"},
    {"{" WHO "," AUD ",'exp':17,'nbf':99999999}", "dev:env", FNT_WOULD_ALLOW, "allows dev:env",
     "times are not looked at"},
    {"{" WHO "}", "dev:env", FNT_WOULD_ALLOW,
     "dev:* allows dev:env (the claims have no aud; issuer idp accepts [\"openfaas\"])",
     "nor is an aud that is not there"},
    {"{" WHO "}", NULL, FNT_WOULD_ALLOW, "1 permission: dev:* (the claims have no aud",
     "for all, too"},
    {"{'sub':'alice'," AUD "}", "dev:env", FNT_WOULD_DENY, "The claim iss is missing.", "no iss"},
    {"{'iss':7,'sub':'alice'," AUD "}", "dev:env", FNT_WOULD_DENY,
     "The claim iss is a number; it must be a string.", "iss is no text"},
    {"{'iss':'','sub':'alice'," AUD "}", "dev:env", FNT_WOULD_DENY, "no JwtIssuer has it",
     "an empty one is not our own"},
    {"{'iss':'https://stranger.example','sub':'alice'," AUD "}", "dev:env", FNT_WOULD_DENY,
     "The subject token's issuer is \"https://stranger.example\"; no JwtIssuer has it as its iss.",
     "a stranger"},
    {"{'iss':'" IDP "/','sub':'alice'," AUD "}", "dev:env", FNT_WOULD_DENY,
     "they differ only by the slash at the end, and must be equal to the byte", "a slash"},
    {"{'iss':'http://IDP.example.com:80','sub':'alice'," AUD "}", NULL, FNT_WOULD_DENY,
     "the JwtIssuer idp has \"https://idp.example.com\": they differ only by the scheme at the "
     "beginning, the case of letters, the port",
     "all that is overlooked"},
    {"{'iss':'" IDP "'," AUD "}", NULL, FNT_WOULD_DENY, "The claim sub is missing or empty", "sub"},
    {"{'iss':'" IDP "','sub':''," AUD "}", NULL, FNT_WOULD_DENY, "sub is missing or empty",
     "an empty one"},
    {"{'iss':'" IDP "','sub':'fed:alice'," AUD "}", NULL, FNT_WOULD_DENY,
     "sub begins with fed:", "the gateway's"},
    {"{" WHO ",'aud':'portal'}", "dev:env", FNT_WOULD_DENY,
     "aud is [\"portal\"]; issuer idp accepts [\"openfaas\"]", "another aud"},
    {"{" WHO ",'aud':['OpenFaaS']}", "dev:env", FNT_WOULD_DENY,
     "they differ only by the case of letters", "nearly"},
    {"{" WHO ",'aud':[]}", "dev:env", FNT_WOULD_DENY, "aud is []", "none is not missing"},
    {"{" WHO ",'aud':null}", "dev:env", FNT_WOULD_DENY, "The claim aud is null", "nor is this"},
    {"{" WHO ",'aud':'account','azp':'openfaas','client_id':'openfaas','typ':'Bearer'}", NULL,
     FNT_WOULD_DENY, "annotate the JwtIssuer", "azp is no aud"},
    {"{" WHO "," AUD ",'typ':'Refresh'}", NULL, FNT_WOULD_DENY, "is a refresh token", "a purpose"},
    {"{" WHO "," AUD ",'events':{}}", NULL, FNT_WOULD_DENY, "is a logout or security event token",
     "another"},
    {"{" WHO ",'typ':'ID','azp':'x','aud':['openfaas','x']}", NULL, FNT_WOULD_DENY,
     "issued to another client (azp)", "an ID token of another"},
    {"{" WHO "," AUD ",'cnf':{}}", NULL, FNT_WOULD_DENY, "bound to a key", "rule 31"},
    {"{" WHO "," AUD ",'act':{'sub':'x'}}", NULL, FNT_WOULD_DENY, "has the claim act", "rule 51"},
    {"{" WHO "," AUD ",'may_act':{}}", NULL, FNT_WOULD_DENY, "has the claim may_act", "rule 51"},
    {"{" WHO "," AUD ",'authorization_details':[]}", NULL, FNT_WOULD_DENY, "RFC 9396", "rule 51"},
    {"{" WHO "," AUD ",'status':{'status_list':{}}}", NULL, FNT_WOULD_DENY, "status_list",
     "rule 51"},
    {"{" WHO "," AUD ",'status':'active'}", NULL, FNT_WOULD_ALLOW, "1 permission", "a plain claim"},
    {"{" WHO "," AUD ",'exp':'soon'}", NULL, FNT_WOULD_DENY, "The claim exp is a string",
     "a type is no time"},
    {"{" WHO "," AUD ",'jti':7}", NULL, FNT_WOULD_DENY, "The claim jti is a number", "so it is"},
    {"{" WHO "," AUD ",'kubernetes.io/serviceaccount/service-account.name':'x'}", NULL,
     FNT_WOULD_DENY, "which never expires", "a legacy token"},
    {"{'iss':'https://gw','sub':'alice','aud':'https://gw'}", NULL, FNT_WOULD_DENY,
     "is the gateway's own (JwtIssuer system)", "the gateway's"},
    {"{'iss':'" IDP "','sub':'bob'," AUD "}", "dev:env", FNT_WOULD_DENY,
     "no role matches: closest is r: jwt:sub wants alice, is bob", "no role"},
    {"{'iss':'" IDP "','sub':'alice '," AUD "}", "dev:env", FNT_WOULD_DENY,
     "jwt:sub wants alice, is \"alice \" (they differ only by white space", "a blank is seen"},
    {"{" WHO "," AUD "}", "env", FNT_WOULD_DENY, "env", "a namespace forgotten"},
    {"{" WHO "," AUD "}", "", FNT_WOULD_DENY, "", "empty is not absent"},
    {"{" WHO "," AUD "}", "dev:*", FNT_WOULD_DENY, "", "a pattern is no resource"},
    {"[]", "dev:env", FNT_FAULT_ARGUMENT, "The claims are no JSON object that is accepted: at byte",
     "no object"},
    {"{'sub':'a','sub':'b'}", "dev:env", FNT_FAULT_ARGUMENT, "at byte", "rule 4: twice"},
};

static void ask(const fnt_iam *iam, const row *r, fnt_report *report)
{
    char *claims = with_quotes(r->claims);
    span resource = span_of(r->resource);
    report_start(report);
    fnt_status status = report_finish(report, dry_run(iam, span_of(claims), resource, report));
    const char *said = field(report, 0, FNT_FIELD_SENTENCE);
    cr_expect_eq(status, r->status, "%s: %s", r->why, said);
    cr_expect_not_null(strstr(said, r->sentence), "%s: \"%s\"", r->why, said);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), status_name(r->status), "%s", r->why);
    cr_expect_eq(dry_run(iam, span_of(claims), resource, NULL), r->status,
                 "%s: the same without a report", r->why);
    free(claims);
}

Test(dry_run, rule_55_no_where_an_exchange_says_no)
{
    loaded l = load(rules);
    cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 1, FNT_FIELD_SENTENCE));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ask(l.iam, &rows[i], l.report);
    unload(&l);
}

Test(dry_run, rule_55_says_what_it_did_not_look_at)
{
    loaded l = load(rules);
    ask(l.iam, &rows[0], l.report);
    cr_expect_eq(count_told(l.report, NULL, NULL, "signature and times were not looked at"), 1);
    unload(&l);
}

/* What no token holds an exchange refuses as well. */
Test(dry_run, rule_55_more_permissions_than_a_token_holds)
{
    enum { PATTERNS = 300, BYTES = 60 };
    char *text = calloc(1, PATTERNS * (BYTES + 8) + 1024), *to = text;
    to += sprintf(
        to,
        "[" ISSUER("idp", IDP) "," ROLE("r", "p", "'principal':{'jwt:sub':['alice']}") "," HEAD(
            "Policy",
            "p") "'spec':{'statement':[{'sid':'1','action':['Function:Invoke'],'effect':'Allow',"
                 "'resource':['dev:x'");
    for (int i = 0; i < PATTERNS; i++)
        to += sprintf(to, ",'dev:%0*d'", BYTES - 4, i);
    strcpy(to, "]}]}}]");
    loaded l = load(text);
    static const row much = {"{" WHO "," AUD "}", "dev:x", FNT_WOULD_DENY,
                             "do not fit a token that verifiers accept", "too much"};
    cr_assert_eq(l.status, FNT_OK, "%s", field(l.report, 1, FNT_FIELD_SENTENCE));
    ask(l.iam, &much, l.report);
    unload(&l);
    free(text);
}
