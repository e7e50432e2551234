/* SPDX-License-Identifier: MIT */
/* What lint knows of identity providers: whom a Role lets in there, and what no token of theirs
 * holds. */
#include "support/iam_help.h"

#include "iam/lint/lint.h"

#define IDP "https://idp.example.com"
#define GITHUB "https://token.actions.githubusercontent.com"
#define GITLAB "https://gitlab.com"
#define GOOGLE "https://accounts.google.com"
#define TERRAFORM "https://app.terraform.io"
#define BUILDKITE "https://agent.buildkite.com"
#define AUTH0 "https://acme.eu.auth0.com/"
#define UUID "0f8fad5b-d9cb-469f-a165-70867728950e"
#define ENTRA "https://login.microsoftonline.com/" UUID "/v2.0"
#define EKS "https://oidc.eks.eu-west-1.amazonaws.com/id/D48675832CA65BD10A532F597OIDCID"
#define COGNITO "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"
#define CIRCLECI "https://oidc.circleci.com/org/" UUID
#define OKTA "https://acme.okta.com/oauth2/default"
#define NEUTRAL "'StringEqual':{'jwt:oid':['x']}"

/* The rules that lint names of a set with that issuer, audience and condition. */
static const char *found_in(const char *json)
{
    static char text[1024];
    loaded l = load(json);
    text[0] = '\0';
    cr_assert_eq(l.status, FNT_OK, "%s: %s", json, field(l.report, 1, FNT_FIELD_SENTENCE));
    report_start(l.report);
    cr_expect_eq(lint(l.iam, l.report), FNT_OK);
    for (size_t i = 1; report_text(l.report, i, FNT_FIELD_SENTENCE).at != NULL; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 1 ? " " : "",
                 field(l.report, i, FNT_FIELD_RULE));
    unload(&l);
    return text;
}

static const char *found_with(const char *iss, const char *aud, const char *clauses)
{
    char json[4096];
    int len = snprintf(
        json, sizeof json,
        "[" HEAD("JwtIssuer", "i") "'spec':{'iss':'%s','aud':['%s']}}," POLICY(
            "p",
            STATEMENT("1", "['dev:env']")) "," HEAD("Role",
                                                    "r") "'spec':{'policy':['p'],'principal':{'jwt:"
                                                         "iss':['%s']},'condition':{%s}}}]",
        iss, aud, iss, clauses);
    cr_assert(len > 0 && (size_t)len < sizeof json);
    return found_in(json);
}

/* Of one value of jwt:sub. */
static const char *found_of(const char *iss, const char *op, const char *claim, const char *value)
{
    char clauses[2048];
    snprintf(clauses, sizeof clauses, "'%s':{'jwt:%s':['%s']}", op, claim, value);
    return found_with(iss, "openfaas", clauses);
}

/* ---- issuers ------------------------------------------------------------- */

Test(strangers, an_issuer_that_no_token_has)
{
    static const char *const wrong[] = {
        "https://login.microsoftonline.com/common/v2.0",
        "https://login.microsoftonline.com/0F8FAD5B-D9CB-469F-A165-70867728950E/v2.0",
        "https://login.microsoftonline.com/organizations/v2.0",
        "https://login.microsoftonline.com/consumers/v2.0",
        "https://login.microsoftonline.com/acme.onmicrosoft.com/v2.0",
        "https://login.microsoftonline.com/" UUID,
        "https://login.microsoftonline.com/" UUID "/",
        "https://login.microsoftonline.com/" UUID "/v1.0",
        "https://login.microsoftonline.com/" UUID "/v2.0/",
        "https://login.microsoftonline.com",
        "http://login.microsoftonline.com/" UUID "/v2.0",
        "https://LOGIN.microsoftonline.com/" UUID "/v2.0",
        "https://login.microsoftonline.com:443/" UUID "/v2.0",
        "https://login.windows.net/" UUID "/",
        "https://sts.windows.net/" UUID,
        "https://sts.windows.net/common/",
        "https://sts.windows.net/acme.com/",
        "https://graph.microsoft.com",
        "https://acme.b2clogin.com/" UUID "/v2.0",
        "https://acme.b2clogin.com/acme.onmicrosoft.com/v2.0/",
        "https://acme.ciamlogin.com/",
        "https://acme.eu.auth0.com",
        "https://acme.auth0.com/oauth/token",
        "https://acme.auth0.com/api/v2/",
        "http://acme.auth0.com/",
        GOOGLE "/",
        GOOGLE "/o/oauth2/auth",
        "https://www.googleapis.com/oauth2/v3/certs",
        "https://oauth2.googleapis.com/token",
        "https://google.com",
        "http://accounts.google.com",
        "https://securetoken.google.com/acme/",
        "https://securetoken.google.com",
        "https://container.googleapis.com/v1/projects/p/zones/z/clusters",
        GITHUB "/",
        GITHUB "//",
        GITHUB "/acme/shop",
        "http://token.actions.githubusercontent.com",
        "https://github.com",
        "https://github.com/acme",
        "https://api.github.com",
        GITLAB "/",
        GITLAB "/acme",
        "http://gitlab.com",
        GITLAB "/oauth/token",
        TERRAFORM "/",
        TERRAFORM "/app/acme",
        BUILDKITE "/",
        BUILDKITE "/acme",
        "https://buildkite.com/acme",
        "https://oidc.circleci.com",
        CIRCLECI "/",
        "https://oidc.circleci.com/org/acme",
        "https://app.circleci.com",
        "https://api.bitbucket.org/2.0/workspaces/acme",
        "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc/",
        "https://bitbucket.org/acme",
        COGNITO "/",
        "https://cognito-idp.eu-west-1.amazonaws.com",
        "https://acme.auth.eu-west-1.amazoncognito.com",
        "https://oidc.eks.eu-west-1.amazonaws.com",
        EKS "/",
        "https://eastus.oic.prod-aks.azure.com/" UUID "/" UUID,
        "https://acme.okta.com/",
        "https://acme.okta.com/oauth2/default/",
        "https://acme.okta.com/oauth2",
        "https://acme.okta.com/oauth2/default/v1/keys",
        "https://acme-admin.okta.com",
        "https://appleid.apple.com/",
        "https://slack.com/",
        "https://oidc.fly.io",
        "https://oidc.vercel.com/acme/",
        "https://dev.azure.com/acme",
        "https://vstoken.dev.azure.com/acme",
        IDP "/.well-known/openid-configuration",
        IDP "/.well-known/oauth-authorization-server",
        IDP "/.well-known/jwks.json",
        IDP "/.well-known",
        IDP "/realms/acme/.well-known/openid-configuration",
        IDP "/realms/acme/protocol/openid-connect/certs",
        IDP "/realms/acme/protocol/openid-connect/token",
        IDP "/realms/acme/protocol/openid-connect",
        IDP "/realms/acme/account",
        IDP "/realms/acme/",
        IDP "/auth/realms/acme/",
        IDP "/realms",
        IDP "/realms/",
        IDP "/admin/acme/console",
        IDP "/oauth2/v1/token",
        IDP "/oauth2/authorize",
        IDP "/connect/token",
        IDP "/userinfo",
        IDP "/jwks",
        IDP "/discovery/v2.0/keys",
        IDP "//",
        IDP "//realms/acme",
        "https://IDP.example.com/realms/acme",
        "https://kubernetes.default.svc.cluster.local/",
        "http://kubernetes.default.svc",
        "https://kubernetes.default.svc/openid/v1/jwks",
        "https://https://idp.example.com",
        "http://https://idp.example.com",
        "https://user:pw@idp.example.com",
        "https://user@idp.example.com/realms/x",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_str_eq(found_with(wrong[i], "openfaas",
                                    "'StringEqual':{'jwt:sub':['alice'],'jwt:repository_owner_id':["
                                    "'7'],'jwt:ref':['refs/heads/main']}"),
                         "impossible-issuer", "%s", wrong[i]);
}

Test(strangers, an_issuer_as_providers_write_it)
{
    static const char *const right[] = {
        ENTRA,
        "https://sts.windows.net/" UUID "/",
        "https://login.microsoftonline.us/" UUID "/v2.0",
        "https://login.partner.microsoftonline.cn/" UUID "/v2.0",
        "https://sts.chinacloudapi.cn/" UUID "/",
        "https://acme.b2clogin.com/" UUID "/v2.0/",
        "https://acme.b2clogin.com/tfp/" UUID "/b2c_1_signin/v2.0/",
        "https://" UUID ".ciamlogin.com/" UUID "/v2.0",
        AUTH0,
        "https://acme.auth0.com/",
        "https://login.acme.example/",
        GOOGLE,
        "https://securetoken.google.com/acme-123",
        "https://container.googleapis.com/v1/projects/p/locations/europe-west1/clusters/c",
        GITHUB,
        GITHUB "/acme",
        "https://github.acme.example/_services/token",
        GITLAB,
        "https://gitlab.acme.example",
        TERRAFORM,
        BUILDKITE,
        CIRCLECI,
        "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        COGNITO,
        EKS,
        "https://eastus.oic.prod-aks.azure.com/" UUID "/" UUID "/",
        OKTA,
        "https://acme.okta.com",
        "https://acme.okta.com/oauth2/aus1a2b3c4",
        "https://acme.oktapreview.com",
        "https://appleid.apple.com",
        "https://oidc.fly.io/acme",
        "https://oidc.vercel.com/acme",
        "https://oidc.vercel.com",
        "https://vstoken.dev.azure.com/" UUID,
        "https://slack.com",
        "https://kubernetes.default.svc.cluster.local",
        "https://kubernetes.default.svc",
        IDP,
        IDP "/",
        IDP "/realms/acme",
        IDP "/auth/realms/acme",
        IDP "/dex",
        IDP "/token",
        IDP ":8443/realms/acme",
        IDP "/application/o/openfaas/",
        "https://authgithub.com",
        "https://mygitlab.com",
        "https://auth.pingone.eu/" UUID "/as",
        "https://acme.onelogin.com/oidc/2",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        cr_expect_str_eq(found_with(right[i], "openfaas",
                                    "'StringEqual':{'jwt:sub':['alice'],'jwt:repository_owner_id':["
                                    "'7'],'jwt:ref':['refs/heads/main']}"),
                         "", "%s", right[i]);
}

/* ---- audiences ----------------------------------------------------------- */

Test(strangers, an_audience_of_somebody_else)
{
    static const char *const theirs[] = {
        "32555940559.apps.googleusercontent.com",
        "sts.googleapis.com",
        "00000003-0000-0000-c000-000000000000",
        "00000002-0000-0000-c000-000000000000",
        "https://graph.microsoft.com",
        "https://graph.microsoft.com/",
        "https://graph.windows.net",
        "https://management.azure.com/",
        "https://management.core.windows.net/",
        "https://vault.azure.net",
        "https://storage.azure.com/",
        "api://AzureADTokenExchange",
        "sts.amazonaws.com",
        "https://sts.amazonaws.com",
        "sts.eu-west-1.amazonaws.com",
        "aws.workload.identity",
        "gcp.workload.identity",
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        "https://iam.googleapis.com/projects/1",
        "https://storage.googleapis.com",
        GOOGLE,
        "https://github.com/acme",
        "https://github.com",
        "https://api.github.com",
        GITLAB,
        "https://buildkite.com/acme",
        "https://vercel.com/acme",
        "https://acme.eu.auth0.com/userinfo",
        "https://acme.auth0.com/api/v2/",
        "sigstore",
        "pypi",
        "npm:registry.npmjs.org",
        "crates.io",
        "account-console",
        "admin-cli",
        "realm-management",
        "broker",
        "security-admin-console",
    };
    static const char *const ours[] = {
        "openfaas",
        "https://gateway.acme.example",
        "api://openfaas",
        "api://" UUID,
        UUID,
        "66666666-7777-8888-9999-000000000000",
        "ari:cloud:bitbucket::workspace/" UUID,
        "1234-abc.apps.googleusercontent.com",
        "https://functions.acme.example",
        "accounts",
        "https://github.acme.example/acme",
        "urn:acme:functions",
        "0oa1b2c3d4",
    };
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
        cr_expect_str_eq(found_with(IDP, theirs[i], NEUTRAL), "foreign-audience", "%s", theirs[i]);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        cr_expect_str_eq(found_with(IDP, ours[i], NEUTRAL), "", "%s", ours[i]);
    cr_expect_str_eq(found_with(IDP, "open*", NEUTRAL), "literal-star");
    cr_expect_str_eq(found_with("https://*.acme.example", "openfaas", NEUTRAL), "literal-star");
}

Test(strangers, an_issuer_that_is_no_url_has_one_finding)
{
    static const char *const issuers[] = {"<ISSUER>", "${ISSUER}", "YOUR_ISSUER", IDP "\\u200b",
                                          "idp.acme.example"};
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++)
        cr_expect_str_eq(found_with(issuers[i], "openfaas", NEUTRAL), "", "%s", issuers[i]);
}

/* ---- text ---------------------------------------------------------------- */

typedef struct {
    const char *value, *rule;
} text_row;

static const text_row in_any_operator[] = {
    {"<CLIENT_ID>", "placeholder"},
    {"&lt;client&gt;", "placeholder"},
    {"@@client@@", "placeholder"},
    {"null", "placeholder"},
    {"undefined", "placeholder"},
    {"xxx", "placeholder"},
    {"<your client>", "placeholder"},
    {"${CI_PROJECT}", "placeholder"},
    {"$(PROJECT)", "placeholder"},
    {"$CI_PROJECT_PATH", "placeholder"},
    {"{{ .Values.project }}", "placeholder"},
    {"%{project}", "placeholder"},
    {"[[project]]", "placeholder"},
    {"{REPOSITORY_UUID}:x", "placeholder"},
    {"YOUR_CLIENT_ID", "placeholder"},
    {"your-client", "placeholder"},
    {"yourTenant", "placeholder"},
    {"repo:your-org/your-repo:ref:refs/heads/main", "placeholder"},
    {"repo:OWNER/REPO:ref:refs/heads/main", "placeholder"},
    {"project_path:GROUP/PROJECT:ref_type:branch:ref:main", "placeholder"},
    {"organization:ORG:project:x:workspace:x:run_phase:apply", "placeholder"},
    {"CLIENT_ID", "placeholder"},
    {"TENANT-ID", "placeholder"},
    {"REPLACE_ME", "placeholder"},
    {"changeme", "placeholder"},
    {"TODO", "placeholder"},
    {"%TENANT%", "placeholder"},
    {"@CLIENT@", "placeholder"},
    {"__CLIENT__", "placeholder"},
    {"#{Client}", "placeholder"},
    {"INSERT_CLIENT", "placeholder"},
    {"repo:octo-org/octo-repo:environment:prod", "placeholder"},
    {"project_path:mygroup/myproject:ref_type:branch:ref:main", "placeholder"},
    {"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "placeholder"},
    {"00000000-0000-0000-0000-000000000000", "placeholder"},
    {"repo:acme/...", "placeholder"},
    {"alice ", "white-space"},
    {" alice", "white-space"},
    {"alice\\n", "odd-character"},
    {"\\talice", "odd-character"},
    {"alice\\r\\n", "odd-character"},
    {"ali\\u007fce", "odd-character"},
    {"\\u201calice\\u201d", "odd-character"},
    {"\\u2018alice\\u2019", "odd-character"},
    {"\\u00abalice\\u00bb", "odd-character"},
    {"alice\\u00a0", "odd-character"},
    {"alice\\u200b", "odd-character"},
    {"alice\\u200d", "odd-character"},
    {"\\ufeffalice", "odd-character"},
    {"ali\\u00adce", "odd-character"},
    {"ali\\u2060ce", "odd-character"},
    {"\\u202ealice", "odd-character"},
    {"\\u2066alice", "odd-character"},
    {"team\\u2013a", "odd-character"},
    {"team\\u2014a", "odd-character"},
    {"team\\u2011a", "odd-character"},
    {"team\\u2212a", "odd-character"},
    {"repo:acme/\\u2026", "odd-character"},
    {"alice\\u3000b", "odd-character"},
    {"alice\\u2003b", "odd-character"},
    {"\\uff21lice", "odd-character"},
    {"\\u0430lice", "odd-character"},
    {"alic\\u0435", "odd-character"},
    {"\\u03bfwner", "odd-character"},
    {"e\\u0301quipe", "odd-character"},
    {"a\\ufffdb", "odd-character"},
    {"a\\ufe0f", "odd-character"},
    {"\\\"alice\\\"", "odd-character"},
    {"`alice`", "odd-character"},
    {"^alice$", "regular-expression"},
    {"^alice", "regular-expression"},
    {".*", "regular-expression"},
    {"team-.*", "regular-expression"},
    {"repo:acme/.*", "regular-expression"},
    {"alice.*", "regular-expression"},
    {"team.+", "regular-expression"},
    {"(alice|bob)", "regular-expression"},
    {"(?i)alice", "regular-expression"},
    {"team-[0-9]*", "regular-expression"},
    {"[^/]x", "regular-expression"},
    {"acme\\\\.com", "regular-expression"},
    {"/^alice$/", "regular-expression"},
    {"team-\\\\d+", "regular-expression"},
};

/* A bar, a question mark or a dollar is as good as any character where no pattern stands. */
static const text_row in_patterns[] = {
    {"alice|bob", "regular-expression"},
    {"alice?", "regular-expression"},
    {"alice$", "regular-expression"},
    {"team-{a,b}", "regular-expression"},
};

static const char *const good_values[] = {
    "alice",
    "alice@acme.com",
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "samlp|acme|alice",
    "google-oauth2|1234567890",
    "{3f1c9a77-02be-4c11-9d0e-6b1f0a2c4d5e}:main",
    "{3F1C9A77-02BE-4C11-9D0E-6B1F0A2C4D5E}:{x}",
    "{tenant}",
    "\\u00e9quipe-d\\u00e9v",
    "\\u043a\\u043e\\u043c\\u0430\\u043d\\u0434\\u0430-dev",
    "\\u958b\\u767a",
    "Jane Doe",
    "CN=Alice,OU=Dev,DC=acme,DC=com",
    "ACME\\\\dave",
    "O\\u0027Brien",
    "ADMIN",
    "OWNER",
    "ROLE_ADMIN",
    "system:serviceaccount:dev:caller",
    "spiffe://acme.example/ns/dev/sa/caller",
    "https://acme.example/alice?x=1",
    "a+b@acme.com",
    "C:x",
    "f:0b:alice",
    "com.acme.alice",
    "1234567",
    "acme/todo",
    "repo:acme/xxx",
    "yours",
    "a%20b",
};

Test(strangers, values_that_are_not_filled_in_or_copied_from_elsewhere)
{
    for (size_t i = 0; i < sizeof in_any_operator / sizeof *in_any_operator; i++) {
        const text_row *r = &in_any_operator[i];
        cr_expect_str_eq(found_of(IDP, "StringLike", "sub", r->value), r->rule, "%s", r->value);
        cr_expect_str_eq(found_of(IDP, "StringEqual", "sub", r->value), r->rule, "%s", r->value);
        cr_expect_str_eq(found_of(IDP, "StringEqual", r->value, "x"), r->rule, "claim %s",
                         r->value);
    }
    for (size_t i = 0; i < sizeof in_patterns / sizeof *in_patterns; i++) {
        const text_row *r = &in_patterns[i];
        cr_expect_str_eq(found_of(IDP, "StringLike", "sub", r->value), r->rule, "%s", r->value);
        cr_expect_str_eq(found_of(IDP, "StringEqual", "sub", r->value), "", "%s", r->value);
    }
    for (size_t i = 0; i < sizeof good_values / sizeof *good_values; i++)
        cr_expect_str_eq(found_of(IDP, "StringEqual", "sub", good_values[i]), "", "%s",
                         good_values[i]);
    cr_expect_str_eq(found_of(IDP, "StringLike", "sub", "samlp|acme|*"), "");
    cr_expect_str_eq(found_of(AUTH0, "StringLike", "sub", "custom|acme|*"), "");
    cr_expect_str_eq(found_of(IDP, "StringLike", "sub", "com.acme.*"), "");
}

Test(strangers, such_text_in_issuers_and_audiences)
{
    static const text_row issuers[] = {
        {"https://login.microsoftonline.com/{tenantid}/v2.0", "placeholder"},
        {"https://login.microsoftonline.com/<tenant>/v2.0", "placeholder"},
        {"https://login.microsoftonline.com/TENANT_ID/v2.0", "placeholder"},
        {"https://sts.windows.net/{tenant}/", "placeholder"},
        {"https://YOUR_DOMAIN.auth0.com/", "placeholder"},
        {"https://${KEYCLOAK}/realms/acme", "placeholder"},
        {"https://yourdomain.example/realms/acme", "placeholder"},
        {"^https://idp.example.com$", "regular-expression"},
    };
    for (size_t i = 0; i + 1 < sizeof issuers / sizeof *issuers; i++)
        cr_expect_str_eq(found_with(issuers[i].value, "openfaas", NEUTRAL), issuers[i].rule, "%s",
                         issuers[i].value);
    cr_expect_str_eq(found_with(IDP, "openfaas\\u200b", NEUTRAL), "odd-character");
    cr_expect_str_eq(found_with(IDP, "openfaas ", NEUTRAL), "white-space");
    cr_expect_str_eq(found_with(IDP, "<client-id>", NEUTRAL), "placeholder");
    cr_expect_str_eq(found_with(IDP, "api://YOUR-API", NEUTRAL), "placeholder");
}

/* ---- rule 57 ------------------------------------------------------------- */

typedef struct {
    const char *iss, *who; /* of a Role */
    const char *rules;
} tenant_row;

#define ASKS(iss) "'jwt:iss':['" iss "']"
#define ONLY(iss, clauses) iss, "'condition':{'StringEquals':{" ASKS(iss) "}," clauses "}"
#define MAIN ",'jwt:ref':['refs/heads/main']"

static const tenant_row tenant_rows[] = {
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['repo:acme*:ref:refs/heads/main']}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['repo:acme*']" MAIN "}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['acme*']" MAIN "}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['*/shop']" MAIN "}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['*shop']" MAIN "}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['/*']" MAIN "}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository_owner':['acme*']" MAIN "}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository_owner_id':['12*']" MAIN "}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['*:environment:prod']}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['rep*']}"), "shared-issuer"},
    {ONLY(GITHUB,
          "'StringLike':{'jwt:sub':['repo:acme/*:environment:prod','repo:a*:environment:prod']}"),
     "shared-issuer"},
    {ONLY(GITHUB, "'StringEqual':{'jwt:ref':['refs/heads/main']}"), "shared-issuer"},
    {ONLY(GITHUB,
          "'StringEqual':{'jwt:job_workflow_ref':['acme/ci/.github/workflows/x.yml@main']" MAIN
          "}"),
     "shared-issuer"},
    {ONLY(GITHUB,
          "'StringEqual':{'jwt:sub':['job_workflow_ref:acme/ci/.github/workflows/x.yml@main']}"),
     "shared-issuer"},
    {ONLY(GITHUB, "'StringEqual':{'jwt:environment':['prod']}"), "shared-issuer"},
    {ONLY(GITHUB, "'StringEqual':{'jwt:actor':['alice'],'jwt:event_name':['push']}"),
     "shared-issuer"},
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['repo:acme/*:environment:prod']}"), ""},
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['repo:acme@1/*:environment:prod']}"), ""},
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['repository_owner:acme:*']}"), ""},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['acme/*']" MAIN "}"), ""},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['acme/shop']" MAIN "}"), ""},
    {ONLY(GITHUB, "'StringEqualIgnoreCase':{'jwt:repository':['acme/shop']" MAIN "}"), ""},
    {ONLY(GITHUB,
          "'StringLike':{'jwt:repository':['acme/shop'],'jwt:ref':['refs/heads/release-*']}"),
     ""},
    {ONLY(GITHUB, "'StringEqual':{'jwt:repository_owner_id':['77']" MAIN "}"), ""},
    {ONLY(GITHUB, "'StringEqual':{'jwt:repository_id':['77']" MAIN
                  "},'StringLike':{'jwt:sub':['repo:acme*']}"),
     ""},
    {ONLY(GITHUB, "'StringEqual':{'jwt:sub':['repo:acme/shop:ref:refs/heads/main']}"), ""},
    {ONLY(GITHUB,
          "'StringEqual':{'jwt:repository':['acme/shop'],'jwt:job_workflow_ref':['a/b@c']" MAIN
          "}"),
     ""},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['acme/shop'],'jwt:ref':['refs/*']}"),
     "github-pull-request"},
    {ONLY(GITHUB, "'StringLike':{'jwt:repository':['acme/shop'],'jwt:ref':['*']}"),
     "github-pull-request"},
    {ONLY(GITHUB, "'StringEqual':{'jwt:repository':['acme/shop'],'jwt:ref':['refs/pull/7/merge']}"),
     "github-pull-request"},
    {ONLY(GITHUB, "'StringLike':{'jwt:sub':['repo:acme/shop:ref:refs/*']}"), "github-pull-request"},
    {ONLY(GITHUB, "'StringEqual':{'jwt:repository':['acme/shop'],'jwt:base_ref':['main']}"),
     "github-pull-request"},
    {GITHUB,
     "'principal':{'jwt:repository':['acme/"
     "shop'],'jwt:actor':['alice']},'condition':{'StringEqual':{" ASKS(GITHUB) MAIN "}}",
     "shared-issuer"},
    {GITHUB,
     "'principal':{'jwt:repository':['acme/"
     "shop'],'jwt:repository_id':['7']},'condition':{'StringEqual':{" ASKS(GITHUB) MAIN "}}",
     ""},
    {GITHUB,
     "'principal':{'jwt:repository':['acme/shop'],'jwt:iss':['https://"
     "b']},'condition':{'StringEqual':{'jwt:event_name':['push']}}",
     "unknown-issuer"},
    {GITHUB,
     "'principal':{" ASKS(
         GITHUB) "},'condition':{'StringEqual':{'jwt:repository':['acme/shop']" MAIN "}}",
     ""},
    {GITHUB, "'principal':{" ASKS(GITHUB) "}", "shared-issuer"},
    {GITHUB, "'condition':{'StringEqual':{'jwt:department':['dev']}}", "shared-issuer"},
    {GITHUB, "'condition':{'StringLike':{'jwt:iss':['https://token*'],'jwt:actor':['x']}}",
     "shared-issuer"},
    {GITHUB, "'condition':{'StringEqual':{'jwt:/iss':['" GITHUB "'],'jwt:actor':['x']}}",
     "not-portable shared-issuer"},
    {IDP, "'condition':{'StringEqual':{'jwt:department':['dev']}}", ""},
    {IDP, "'condition':{'StringEqual':{" ASKS(GITHUB) ",'jwt:actor':['x']}}",
     "unknown-issuer shared-issuer"},

    {ONLY(GITLAB, "'StringLike':{'jwt:sub':['project_path:acme*']}"), "shared-issuer"},
    {ONLY(GITLAB, "'StringLike':{'jwt:project_path':['acme*']}"), "shared-issuer"},
    {ONLY(GITLAB, "'StringLike':{'jwt:namespace_path':['acme*']}"), "shared-issuer"},
    {ONLY(GITLAB, "'StringLike':{'jwt:project_path':['*/shop']}"), "shared-issuer"},
    {ONLY(GITLAB, "'StringEqual':{'jwt:ref_protected':['true']}"), "shared-issuer"},
    {ONLY(GITLAB, "'StringEqual':{'jwt:user_login':['alice']}"), "shared-issuer"},
    {ONLY(GITLAB, "'StringLike':{'jwt:sub':['project_path:acme/*']}"), ""},
    {ONLY(GITLAB, "'StringLike':{'jwt:project_path':['acme/*']}"), ""},
    {ONLY(GITLAB, "'StringEqual':{'jwt:namespace_id':['7']}"), ""},
    {ONLY(GITLAB, "'StringEqual':{'jwt:namespace_path':['acme']}"), ""},
    {ONLY(GITLAB, "'StringEqual':{'jwt:project_id':['22']}"), ""},

    {ONLY(GOOGLE, "'StringLike':{'jwt:email':['*acme.com']}"), "shared-issuer"},
    {ONLY(GOOGLE, "'StringLike':{'jwt:email':['*@acme.com*']}"), "shared-issuer"},
    {ONLY(GOOGLE, "'StringLike':{'jwt:email':['*@acme.com']},'StringEqual':{'jwt:email_verified':["
                  "'true']}"),
     "shared-issuer"},
    {ONLY(GOOGLE, "'StringEqual':{'jwt:email':['a@acme.com']}"), "shared-issuer"},
    {ONLY(GOOGLE, "'StringEqual':{'jwt:email':['a@acme.com'],'jwt:email_verified':['false']}"),
     "shared-issuer"},
    {ONLY(GOOGLE, "'StringEqual':{'jwt:azp':['client']}"), "shared-issuer"},
    {ONLY(GOOGLE, "'StringLike':{'jwt:hd':['acme*']}"), "shared-issuer"},
    {ONLY(GOOGLE, "'StringLike':{'jwt:sub':['1*']}"), "shared-issuer"},
    {ONLY(GOOGLE, "'StringEqual':{'jwt:email':['a@acme.com'],'jwt:email_verified':['true']}"), ""},
    {ONLY(GOOGLE, "'StringEqual':{'jwt:hd':['acme.com']}"), ""},
    {ONLY(GOOGLE, "'StringEqual':{'jwt:sub':['112233445566778899001']}"), ""},
    {GOOGLE,
     "'principal':{'jwt:email':['a@acme.com','b@acme.com']},'condition':{'StringEqual':{" ASKS(
         GOOGLE) ",'jwt:email_verified':['true']}}",
     ""},
    {GOOGLE,
     "'principal':{'jwt:email':['a@acme.com']},'condition':{'StringEqual':{" ASKS(GOOGLE) "}}",
     "shared-issuer"},

    {ONLY(TERRAFORM, "'StringLike':{'jwt:sub':['organization:acme*']}"), "shared-issuer"},
    {ONLY(TERRAFORM, "'StringEqual':{'jwt:terraform_workspace_name':['prod']}"), "shared-issuer"},
    {ONLY(TERRAFORM, "'StringLike':{'jwt:terraform_organization_name':['acme*']}"),
     "shared-issuer"},
    {ONLY(TERRAFORM, "'StringEqual':{'jwt:terraform_run_phase':['apply']}"), "shared-issuer"},
    {ONLY(
         TERRAFORM,
         "'StringLike':{'jwt:sub':['organization:acme:project:*:workspace:prod:run_phase:apply']}"),
     ""},
    {ONLY(TERRAFORM, "'StringEqual':{'jwt:terraform_workspace_id':['ws-1']}"), ""},
    {ONLY(BUILDKITE, "'StringLike':{'jwt:sub':['organization:acme*']}"), "shared-issuer"},
    {ONLY(BUILDKITE, "'StringEqual':{'jwt:pipeline_slug':['deploy']}"), "shared-issuer"},
    {ONLY(BUILDKITE, "'StringLike':{'jwt:organization_slug':['acme-*']}"), "shared-issuer"},
    {ONLY(BUILDKITE,
          "'StringEqual':{'jwt:organization_slug':['acme'],'jwt:pipeline_slug':['deploy']}"),
     ""},
    {ONLY(BUILDKITE, "'StringLike':{'jwt:sub':['organization:acme:pipeline:deploy:*']}"), ""},
    {ONLY("https://appleid.apple.com", "'StringEqual':{'jwt:aud':['x']}"), "shared-issuer"},
    {ONLY("https://slack.com", "'StringEqual':{'jwt:https://slack.com/team_id':['T1']}"), ""},
};

static const char *found_by(const tenant_row *r, const char *annotation)
{
    char json[4096];
    int len = snprintf(
        json, sizeof json,
        "[%s%s'}}," POLICY("p",
                           STATEMENT("1", "['dev:env']")) ",{'apiVersion':'iam.openfaas.com/"
                                                          "v1','kind':'Role','metadata':{'name':'r'"
                                                          "%s},'spec':{'policy':['p'],%s}}]",
        HEAD("JwtIssuer", "i") "'spec':{'aud':['openfaas'],'iss':'", r->iss, annotation, r->who);
    cr_assert(len > 0 && (size_t)len < sizeof json);
    return found_in(json);
}

Test(strangers, rule_57_every_way_through_a_role_names_the_tenant)
{
    for (size_t i = 0; i < sizeof tenant_rows / sizeof *tenant_rows; i++)
        cr_expect_str_eq(found_by(&tenant_rows[i], ""), tenant_rows[i].rules, "%zu: %s %s", i,
                         tenant_rows[i].iss, tenant_rows[i].who);
}

Test(strangers, rule_57_unless_the_role_says_so)
{
    static const tenant_row any = {ONLY(GOOGLE, "'StringEqual':{'jwt:department':['x']}"), ""},
                            all = {GOOGLE, "'principal':{" ASKS(GOOGLE) "}", ""};
    static const char yes[] = ",'annotations':{'fntoken/any-tenant':'true'}",
                      no[] = ",'annotations':{'fntoken/any-tenant':'false'}";
    cr_expect_str_eq(found_by(&any, yes), "");
    cr_expect_str_eq(found_by(&all, yes), "");
    cr_expect_str_eq(found_by(&any, no), "shared-issuer");
    cr_expect_str_eq(found_by(&any, ""), "shared-issuer");
}

/* Two issuers at once: each is asked of a Role that names none, and in the order of their kinds. */
Test(strangers, rule_57_a_role_that_names_no_issuer)
{
#define TWO(role)                                                                                  \
    "[" ISSUER("a", GITHUB) "," ISSUER("b", IDP) "," POLICY(                                       \
        "p", STATEMENT("1", "['dev:env']")) "," role "]"
    cr_expect_str_eq(
        found_in(TWO(ROLE("r", "p", "'condition':{'StringEqual':{'jwt:department':['x']}}"))),
        "shared-issuer");
    cr_expect_str_eq(
        found_in(TWO(ROLE(
            "r", "p",
            "'condition':{'StringEqual':{'jwt:sub':['repo:acme/shop:ref:refs/heads/main']}}"))),
        "any-issuer");
    cr_expect_str_eq(found_in(TWO(ROLE("r", "p",
                                       "'condition':{'StringEqual':{'jwt:iss':['" IDP
                                       "'],'jwt:department':['x']}}"))),
                     "");
    cr_expect_str_eq(
        found_in(TWO(ROLE("r", "p",
                          "'principal':{'jwt:iss':['" IDP
                          "']},'condition':{'StringEqual':{'jwt:department':['x']}}"))),
        "");
}

/* ---- names --------------------------------------------------------------- */

Test(strangers, a_star_that_touches_a_name)
{
    static const struct {
        const char *iss, *claim, *value;
        bool is_open;
    } rows[] = {
        {IDP, "email", "*acme.com", true},
        {IDP, "email", "*@acme.com*", true},
        {IDP, "email", "*@acme*", true},
        {IDP, "email", "alice@*", true},
        {IDP, "email", "*.com", true},
        {IDP, "email", "*@*acme.com", true},
        {IDP, "upn", "*acme.onmicrosoft.com", true},
        {IDP, "preferred_username", "*@acme*", true},
        {IDP, "email", "*@acme.com", false},
        {IDP, "email", "*@*.acme.com", false},
        {IDP, "email", "team-*@acme.com", false},
        {IDP, "preferred_username", "svc-*", false},
        {AUTH0, "sub", "github|*", true},
        {AUTH0, "sub", "google-oauth2|*", true},
        {AUTH0, "sub", "auth0|*", true},
        {AUTH0, "sub", "samlp|*", true},
        {AUTH0, "sub", "samlp|acme|*", false},
        {AUTH0, "sub", "waad|acme|*", false},
        {AUTH0, "sub", "*@clients", false},
        {EKS, "sub", "system:serviceaccount:dev*", true},
        {EKS, "sub", "system:serviceaccount:dev*:caller", true},
        {EKS, "sub", "system:serviceaccount:*:caller", true},
        {EKS, "sub", "system:serviceaccount:*", true},
        {EKS, "sub", "system:serviceaccount:dev:*", false},
        {EKS, "sub", "system:serviceaccount:dev:call*", false},
        {"https://github.acme.example/_services/token", "sub", "repo:acme*:environment:x", true},
        {"https://github.acme.example/_services/token", "repository_owner", "acme*", true},
        {"https://gitlab.acme.example", "sub", "project_path:acme*", true},
        {"https://gitlab.acme.example", "project_path", "acme*", true},
        {"https://gitlab.acme.example", "project_path", "acme/*", false},
        {"https://gitlab.acme.example", "project_path", "acme-*", false},
        {IDP, "sub", "acme*", true},
        {IDP, "sub", "*alice", true},
        {IDP, "sub", "spiffe://acme*", true},
        {IDP, "sub", "spiffe://acme.example/ns/*", false},
        {IDP, "sub", "service-account-*", false},
        {IDP, "sub", "repo:acme/shop:ref:refs/heads/*", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(found_of(rows[i].iss, "StringLike", rows[i].claim, rows[i].value),
                         rows[i].is_open ? "star-in-name" : "", "%s %s", rows[i].claim,
                         rows[i].value);
}

Test(strangers, a_sub_that_the_provider_never_sends)
{
    static const struct {
        const char *iss, *sub;
        bool is_sent;
    } rows[] = {
        {GITHUB, "acme/shop", false},
        {GITHUB, "repo:acme:ref:refs/heads/main", false},
        {GITHUB, "repo:acme/shop:ref:main", false},
        {GITHUB, "repo:acme/shop:refs/heads/main", false},
        {GITHUB, "repo:acme/shop:branch:main", false},
        {GITHUB, "repo:acme/shop:main", false},
        {GITHUB, "repo:https://github.com/acme/shop:environment:x", false},
        {GITHUB, "alice@acme.com", false},
        {GITHUB, "project_path:acme/shop:ref_type:branch:ref:main", false},
        {GITHUB, "repo:acme/shop", true},
        {GITHUB, "repo:acme@1/shop@2:environment:prod", true},
        {GITHUB, "repo:acme/shop:ref:refs/tags/v1", true},
        {GITHUB, "repo:acme/shop:environment:prod:job_workflow_ref:a/b/.github/workflows/c.yml@d",
         true},
        {GITHUB, "repository_owner_id:7:repository_visibility:private", true},
        {GITLAB, "acme/shop", false},
        {GITLAB, "repo:acme/shop:ref:refs/heads/main", false},
        {GITLAB, "project_path:acme/shop:ref:main", false},
        {GITLAB, "project_path:shop:ref_type:branch:ref:main", false},
        {GITLAB, "project_path:acme/shop:ref_type:branch:ref:refs/heads/main", false},
        {GITLAB, "project_path:acme/shop:ref_type:branch:ref:main", true},
        {GITLAB, "project_path:acme/team/shop:ref_type:tag:ref:v1", true},
        {GITLAB, "1234567", true},
        {GOOGLE, "alice@acme.com", false},
        {GOOGLE, "accounts.google.com:1234", false},
        {GOOGLE, "1234567890", true},
        {ENTRA, "alice@acme.com", false},
        {ENTRA, "acme/alice", false},
        {ENTRA, UUID, true},
        {ENTRA, "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", true},
        {AUTH0, "alice@acme.com", false},
        {AUTH0, "auth0:5f7c", false},
        {AUTH0, "auth0|5f7c", true},
        {AUTH0, "k3JqA9z@clients", true},
        {COGNITO, "alice@acme.com", false},
        {COGNITO, UUID, true},
        {OKTA, "alice@acme.com", true},
        {TERRAFORM, "organization:acme:workspace:prod", false},
        {TERRAFORM, "organization:acme:workspace:prod:run_phase:apply", false},
        {TERRAFORM, "acme/prod", false},
        {TERRAFORM, "organization:acme:project:p:workspace:w:run_phase:plan", true},
        {BUILDKITE, "acme/deploy", false},
        {BUILDKITE, "organization:acme:pipeline:deploy", false},
        {BUILDKITE, "organization:acme:pipeline:d:ref:refs/heads/main:commit:9f:step:s", true},
        {CIRCLECI, "org:acme", false},
        {CIRCLECI, "acme/shop", false},
        {CIRCLECI, "org/" UUID "/project/" UUID "/user/" UUID, true},
        {EKS, "system:serviceaccounts:dev", false},
        {EKS, "dev:caller", false},
        {EKS, "dev/caller", false},
        {EKS, "system:serviceaccount:dev/caller", false},
        {EKS, "system:serviceaccount:dev:caller", true},
        {"https://kubernetes.default.svc", "serviceaccount:dev:caller", false},
        {"https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
         "acme/shop", false},
        {"https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
         "{" UUID "}:{" UUID "}", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(found_of(rows[i].iss, "StringEqual", "sub", rows[i].sub),
                         rows[i].is_sent ? "" : "sub-shape", "%s %s", rows[i].iss, rows[i].sub);
    cr_expect_str_eq(found_of(TERRAFORM, "StringLike", "sub", "organization:acme:workspace:*"),
                     "sub-shape");
    cr_expect_str_eq(found_of(TERRAFORM, "StringLike", "sub", "organization:acme:project:*"), "");
}

/* ---- claims -------------------------------------------------------------- */

Test(strangers, a_claim_that_never_fits_its_operator_there)
{
    static const struct {
        const char *iss, *op, *claim, *value, *rules;
    } rows[] = {
        {ENTRA, "StringEqual", "roles", "x", "claim-type"},
        {ENTRA, "StringEqual", "groups", "x", "claim-type"},
        {ENTRA, "StringLike", "wids", "x", "claim-type"},
        {ENTRA, "ForAnyValue:StringEqual", "roles", "x", ""},
        {ENTRA, "StringEqual", "scp", "x", ""},
        {ENTRA, "ForAnyValue:StringEqual", "scp", "x", "not-portable"},
        {ENTRA, "StringEqual", "acct", "0", "claim-type"},
        {OKTA, "StringEqual", "scp", "x", "claim-type"},
        {OKTA, "ForAnyValue:StringEqual", "scp", "x", ""},
        {OKTA, "StringEqual", "ver", "1", "claim-type"},
        {IDP, "StringEqual", "groups", "x", "claim-type"},
        {IDP, "StringEqual", "/realm_access/roles", "x", "claim-type"},
        {IDP, "StringEqual", "/resource_access/openfaas/roles", "x", "claim-type"},
        {AUTH0, "StringEqual", "permissions", "x", "claim-type"},
        {COGNITO, "StringEqual", "cognito:groups", "x", "claim-type"},
        {COGNITO, "StringLike", "email_verified", "true", "claim-type"},
        {COGNITO, "StringEqual", "email_verified", "yes", "claim-type"},
        {COGNITO, "StringEqual", "email_verified", "true", ""},
        {COGNITO, "ForAnyValue:StringEqual", "email_verified", "true", "claim-type"},
        {EKS, "StringEqual", "aud", "x", "claim-type shared-client-id"},
        {EKS, "StringEqual", "kubernetes.io", "x", "claim-type"},
        {IDP, "StringEqual", "realm_access", "x", "claim-type"},
        {IDP, "StringEqual", "auth_time", "1", "claim-type"},
        {IDP, "StringEqual", "department", "x", ""},
        {IDP, "ForAnyValue:StringEqual", "scope", "x", "not-portable"},
        {IDP, "StringLike", "scope", "*functions*", "scope-substring"},
        {IDP, "StringLike", "scope", "functions*", "scope-substring"},
        {IDP, "StringLike", "scp", "*functions*", "scope-substring"},
        {IDP, "StringLike", "scp", "functions", "claim-type"},
        {IDP, "StringLike", "scope", "* functions", "scope-substring"},
        {IDP, "StringEqual", "scope", "functions", ""},
        {IDP, "ForAnyValue:StringLike", "scp", "*functions*", "scope-substring"},
        {IDP, "ForAnyValue:StringLike", "scp", "functions:*", ""},
        {IDP, "ForAnyValue:StringEqual", "realm_access.roles", "x", "claim-path"},
        {IDP, "ForAnyValue:StringEqual", "realm_access/roles", "x", "claim-path"},
        {IDP, "ForAnyValue:StringEqual", "$.realm_access.roles", "x", "claim-path"},
        {IDP, "ForAnyValue:StringEqual", "realm_access[roles]", "x", "claim-path"},
        {IDP, "ForAnyValue:StringEqual", "resource_access.openfaas.roles", "x", "claim-path"},
        {IDP, "ForAnyValue:StringEqual", "user.groups", "x", "claim-path"},
        {IDP, "ForAnyValue:StringEqual", ".groups", "x", "claim-path"},
        {IDP, "StringEqual", "kubernetes.io.namespace", "x", "claim-path"},
        {IDP, "StringEqual", "kubernetes.io/namespace", "x", "claim-path"},
        {IDP, "StringEqual", "groups[0]", "x", "claim-path"},
        {IDP, "ForAnyValue:StringEqual", "groups[*]", "x", "claim-path"},
        {IDP, "StringEqual", "address.country", "x", "claim-path"},
        {IDP, "StringEqual", "app_metadata.role", "x", "claim-path"},
        {IDP, "StringEqual", "https://acme.example/email", "x", ""},
        {IDP, "StringEqual", "acme.example/roles", "x", ""},
        {IDP, "StringEqual", "oidc.circleci.com/project-id", "x", ""},
        {IDP, "StringEqual", "custom:email", "x", ""},
        {IDP, "StringEqual", "urn:zitadel:iam:org:id", "x", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(found_of(rows[i].iss, rows[i].op, rows[i].claim, rows[i].value),
                         rows[i].rules, "%s %s %s", rows[i].iss, rows[i].op, rows[i].claim);
}

/* ---- objects as OpenFaaS writes them ------------------------------------- */

Test(strangers, no_alarm_for_the_charts_own_objects)
{
    cr_expect_str_eq(
        found_in("[" HEAD(
            "JwtIssuer",
            "system") "'spec':{'iss':'https://"
                      "gw.acme.example','aud':['https://"
                      "gw.acme.example'],'tokenExpiry':'30m'}}"
                      "," HEAD(
                          "JwtIssuer",
                          "kubernetes") "'spec"
                                        "':{'"
                                        "iss':"
                                        "'http"
                                        "s://"
                                        "kuber"
                                        "netes"
                                        ".defa"
                                        "ult."
                                        "svc."
                                        "clust"
                                        "er."
                                        "local"
                                        "','"
                                        "aud':"
                                        "['"
                                        "https"
                                        "://"
                                        "gw."
                                        "acme."
                                        "examp"
                                        "le'],"
                                        "'toke"
                                        "nExpi"
                                        "ry':'"
                                        "2h'}}"
                                        "," POLICY(
                                            "p",
                                            STATEMENT(
                                                "1-fn",
                                                "['openfaas-fn:*','dev:env']")) "," ROLE("r", "p",
                                                                                         "'"
                                                                                         "c"
                                                                                         "o"
                                                                                         "n"
                                                                                         "d"
                                                                                         "i"
                                                                                         "t"
                                                                                         "i"
                                                                                         "o"
                                                                                         "n"
                                                                                         "'"
                                                                                         ":"
                                                                                         "{"
                                                                                         "'"
                                                                                         "S"
                                                                                         "t"
                                                                                         "r"
                                                                                         "i"
                                                                                         "n"
                                                                                         "g"
                                                                                         "E"
                                                                                         "q"
                                                                                         "u"
                                                                                         "a"
                                                                                         "l"
                                                                                         "'"
                                                                                         ":"
                                                                                         "{"
                                                                                         "'"
                                                                                         "j"
                                                                                         "w"
                                                                                         "t"
                                                                                         ":"
                                                                                         "i"
                                                                                         "s"
                                                                                         "s"
                                                                                         "'"
                                                                                         ":"
                                                                                         "["
                                                                                         "'"
                                                                                         "h"
                                                                                         "t"
                                                                                         "t"
                                                                                         "p"
                                                                                         "s"
                                                                                         ":"
                                                                                         "/"
                                                                                         "/"
                                                                                         "k"
                                                                                         "u"
                                                                                         "b"
                                                                                         "e"
                                                                                         "r"
                                                                                         "n"
                                                                                         "e"
                                                                                         "t"
                                                                                         "e"
                                                                                         "s"
                                                                                         "."
                                                                                         "d"
                                                                                         "e"
                                                                                         "f"
                                                                                         "a"
                                                                                         "u"
                                                                                         "l"
                                                                                         "t"
                                                                                         "."
                                                                                         "s"
                                                                                         "v"
                                                                                         "c"
                                                                                         "."
                                                                                         "c"
                                                                                         "l"
                                                                                         "u"
                                                                                         "s"
                                                                                         "t"
                                                                                         "e"
                                                                                         "r"
                                                                                         "."
                                                                                         "l"
                                                                                         "o"
                                                                                         "c"
                                                                                         "a"
                                                                                         "l"
                                                                                         "'"
                                                                                         "]"
                                                                                         "}"
                                                                                         "}"
                                                                                         ","
                                                                                         "'"
                                                                                         "p"
                                                                                         "r"
                                                                                         "i"
                                                                                         "n"
                                                                                         "c"
                                                                                         "i"
                                                                                         "p"
                                                                                         "a"
                                                                                         "l"
                                                                                         "'"
                                                                                         ":"
                                                                                         "{"
                                                                                         "'"
                                                                                         "j"
                                                                                         "w"
                                                                                         "t"
                                                                                         ":"
                                                                                         "s"
                                                                                         "u"
                                                                                         "b"
                                                                                         "'"
                                                                                         ":"
                                                                                         "["
                                                                                         "'"
                                                                                         "s"
                                                                                         "y"
                                                                                         "s"
                                                                                         "t"
                                                                                         "e"
                                                                                         "m"
                                                                                         ":"
                                                                                         "s"
                                                                                         "e"
                                                                                         "r"
                                                                                         "v"
                                                                                         "i"
                                                                                         "c"
                                                                                         "e"
                                                                                         "a"
                                                                                         "c"
                                                                                         "c"
                                                                                         "o"
                                                                                         "u"
                                                                                         "n"
                                                                                         "t"
                                                                                         ":"
                                                                                         "o"
                                                                                         "p"
                                                                                         "e"
                                                                                         "n"
                                                                                         "f"
                                                                                         "a"
                                                                                         "a"
                                                                                         "s"
                                                                                         "-"
                                                                                         "f"
                                                                                         "n"
                                                                                         ":"
                                                                                         "c"
                                                                                         "a"
                                                                                         "l"
                                                                                         "l"
                                                                                         "e"
                                                                                         "r"
                                                                                         "'"
                                                                                         "]"
                                                                                         "}") "]"),
        "");
}
