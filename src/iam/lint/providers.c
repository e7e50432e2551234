/* SPDX-License-Identifier: MIT */
#include "iam/lint/providers.h"

#include "iam/lint/shape.h"
#include "match/pattern.h"

/* ---- issuers ------------------------------------------------------------- */

#define OF_APPLE "Apple writes https://appleid.apple.com"
#define OF_AUTH0 "Auth0 writes https://TENANT.auth0.com/, with the slash and nothing behind it"
#define OF_PIPELINES "Azure Pipelines writes https://vstoken.dev.azure.com/ORGANIZATION-ID"
#define OF_BITBUCKET                                                                               \
    "Bitbucket writes https://api.bitbucket.org/2.0/workspaces/WORKSPACE/pipelines-config/"        \
    "identity/oidc"
#define OF_BUILDKITE "Buildkite writes https://agent.buildkite.com"
#define OF_CIRCLECI "CircleCI writes https://oidc.circleci.com/org/ORGANIZATION-ID"
#define OF_CLUSTER                                                                                 \
    "Kubernetes writes https://kubernetes.default.svc.cluster.local or the like, without a slash"
#define OF_COGNITO "Cognito writes https://cognito-idp.REGION.amazonaws.com/USER-POOL-ID"
#define OF_ENTRA                                                                                   \
    "Entra writes https://login.microsoftonline.com/TENANT-ID/v2.0 (version 2) or "                \
    "https://sts.windows.net/TENANT-ID/ (version 1), with the tenant's id: never common, "         \
    "organizations, consumers or a domain"
#define OF_B2C "Azure AD B2C writes https://TENANT.b2clogin.com/TENANT-ID/v2.0/, with the slash"
#define OF_CIAM "Entra External ID writes https://TENANT-ID.ciamlogin.com/TENANT-ID/v2.0"
#define OF_FLY "Fly.io writes https://oidc.fly.io/ORGANIZATION"
#define OF_GITHUB                                                                                  \
    "GitHub Actions writes https://token.actions.githubusercontent.com, without a slash"
#define OF_GITLAB "GitLab writes https://gitlab.com, without a slash"
#define OF_GOOGLE "Google writes https://accounts.google.com, without a slash"
#define OF_FIREBASE "Firebase writes https://securetoken.google.com/PROJECT"
#define OF_GKE                                                                                     \
    "GKE writes "                                                                                  \
    "https://container.googleapis.com/v1/projects/PROJECT/locations/LOCATION/clusters/CLUSTER"
#define OF_EKS "EKS writes https://oidc.eks.REGION.amazonaws.com/id/ID"
#define OF_AKS "AKS writes https://REGION.oic.prod-aks.azure.com/TENANT-ID/ID/, with the slash"
#define OF_OKTA                                                                                    \
    "Okta writes https://ORGANIZATION.okta.com or https://ORGANIZATION.okta.com/oauth2/SERVER, "   \
    "without a slash at the end"
#define OF_SLACK "Slack writes https://slack.com"
#define OF_TERRAFORM "Terraform Cloud writes https://app.terraform.io, without a slash"
#define OF_VERCEL "Vercel writes https://oidc.vercel.com or https://oidc.vercel.com/TEAM"

/* By host, a pattern; the first that fits counts, and the rows of one host stand together. path: a
 * form of shape_is_path, NULL where no token has an iss of that host. */
static const struct {
    const char *host, *path;
    provider provider;
    const char *why;
} hosts[] = {
    {"appleid.apple.com", "", PROVIDER_APPLE, OF_APPLE},
    {"*.auth0.com", "/", PROVIDER_AUTH0, OF_AUTH0},
    {"vstoken.dev.azure.com", "/#", PROVIDER_AZURE_PIPELINES, OF_PIPELINES},
    {"dev.azure.com", NULL, PROVIDER_AZURE_PIPELINES, OF_PIPELINES},
    {"api.bitbucket.org", "/2.0/workspaces/%/pipelines-config/identity/oidc", PROVIDER_BITBUCKET,
     OF_BITBUCKET},
    {"bitbucket.org", NULL, PROVIDER_BITBUCKET, OF_BITBUCKET},
    {"agent.buildkite.com", "", PROVIDER_BUILDKITE, OF_BUILDKITE},
    {"api.buildkite.com", NULL, PROVIDER_BUILDKITE, OF_BUILDKITE},
    {"buildkite.com", NULL, PROVIDER_BUILDKITE, OF_BUILDKITE},
    {"oidc.circleci.com", "/org/#", PROVIDER_CIRCLECI, OF_CIRCLECI},
    {"app.circleci.com", NULL, PROVIDER_CIRCLECI, OF_CIRCLECI},
    {"circleci.com", NULL, PROVIDER_CIRCLECI, OF_CIRCLECI},
    {"cognito-idp.*.amazonaws.com", "/%", PROVIDER_COGNITO, OF_COGNITO},
    {"*.amazoncognito.com", NULL, PROVIDER_COGNITO, OF_COGNITO},
    {"login.microsoftonline.com", "/#/v2.0", PROVIDER_ENTRA, OF_ENTRA},
    {"login.microsoftonline.us", "/#/v2.0", PROVIDER_ENTRA, OF_ENTRA},
    {"login.partner.microsoftonline.cn", "/#/v2.0", PROVIDER_ENTRA, OF_ENTRA},
    {"sts.windows.net", "/#/", PROVIDER_ENTRA, OF_ENTRA},
    {"sts.chinacloudapi.cn", "/#/", PROVIDER_ENTRA, OF_ENTRA},
    {"login.windows.net", NULL, PROVIDER_ENTRA, OF_ENTRA},
    {"login.microsoft.com", NULL, PROVIDER_ENTRA, OF_ENTRA},
    {"graph.microsoft.com", NULL, PROVIDER_ENTRA, OF_ENTRA},
    {"*.b2clogin.com", "/#/v2.0/", PROVIDER_ENTRA, OF_B2C},
    {"*.b2clogin.com", "/tfp/#/%/v2.0/", PROVIDER_ENTRA, OF_B2C},
    {"*.ciamlogin.com", "/#/v2.0", PROVIDER_ENTRA, OF_CIAM},
    {"oidc.fly.io", "/%", PROVIDER_FLY, OF_FLY},
    {"token.actions.githubusercontent.com", "", PROVIDER_GITHUB, OF_GITHUB},
    {"token.actions.githubusercontent.com", "/%", PROVIDER_GITHUB, OF_GITHUB},
    {"actions.githubusercontent.com", NULL, PROVIDER_GITHUB, OF_GITHUB},
    {"vstoken.actions.githubusercontent.com", NULL, PROVIDER_GITHUB, OF_GITHUB},
    {"github.com", "/login/oauth", PROVIDER_OTHER, OF_GITHUB},
    {"api.github.com", NULL, PROVIDER_GITHUB, OF_GITHUB},
    {"gitlab.com", "", PROVIDER_GITLAB, OF_GITLAB},
    {"accounts.google.com", "", PROVIDER_GOOGLE, OF_GOOGLE},
    {"www.googleapis.com", NULL, PROVIDER_GOOGLE, OF_GOOGLE},
    {"oauth2.googleapis.com", NULL, PROVIDER_GOOGLE, OF_GOOGLE},
    {"www.google.com", NULL, PROVIDER_GOOGLE, OF_GOOGLE},
    {"google.com", NULL, PROVIDER_GOOGLE, OF_GOOGLE},
    {"securetoken.google.com", "/%", PROVIDER_OTHER, OF_FIREBASE},
    {"container.googleapis.com", "/v1/projects/%/locations/%/clusters/%", PROVIDER_KUBERNETES,
     OF_GKE},
    {"kubernetes.default", "", PROVIDER_KUBERNETES, OF_CLUSTER},
    {"kubernetes.default.svc*", "", PROVIDER_KUBERNETES, OF_CLUSTER},
    {"oidc.eks.*.amazonaws.com", "/id/%", PROVIDER_KUBERNETES, OF_EKS},
    {"*.oic.prod-aks.azure.com", "/#/#/", PROVIDER_KUBERNETES, OF_AKS},
    {"*-admin.okta.com", NULL, PROVIDER_OKTA, OF_OKTA},
    {"*.okta.com", "", PROVIDER_OKTA, OF_OKTA},
    {"*.okta.com", "/oauth2/%", PROVIDER_OKTA, OF_OKTA},
    {"*.oktapreview.com", "", PROVIDER_OKTA, OF_OKTA},
    {"*.oktapreview.com", "/oauth2/%", PROVIDER_OKTA, OF_OKTA},
    {"*.okta-emea.com", "", PROVIDER_OKTA, OF_OKTA},
    {"*.okta-emea.com", "/oauth2/%", PROVIDER_OKTA, OF_OKTA},
    {"slack.com", "", PROVIDER_SLACK, OF_SLACK},
    {"app.terraform.io", "", PROVIDER_TERRAFORM, OF_TERRAFORM},
    {"oidc.vercel.com", "", PROVIDER_VERCEL, OF_VERCEL},
    {"oidc.vercel.com", "/%", PROVIDER_VERCEL, OF_VERCEL},
};
enum { HOSTS = sizeof hosts / sizeof *hosts, HOST_BYTES = 253 };

/* The host in small letters, without port; its length, or 0. rest: what stands behind it. */
static size_t read_host(span iss, char *host, span *rest)
{
    size_t scheme = span_index(iss, ':') + 3, len = 0;
    span from = span_from(iss, scheme);
    while (len < from.len && len < HOST_BYTES && from.at[len] != '/' && from.at[len] != ':') {
        host[len] = ascii_lower(from.at[len]);
        len++;
    }
    *rest = (span){from.at + len, from.len - len};
    return len;
}

static bool is_url(span iss)
{
    return (iss.len > 8 && span_equal_fold((span){iss.at, 8}, SPAN("https://"))) ||
           (iss.len > 7 && span_equal_fold((span){iss.at, 7}, SPAN("http://")));
}

provider provider_of(span iss, span *why)
{
    char host[HOST_BYTES];
    span path;
    *why = SPAN_NONE;
    span name = {host, is_url(iss) ? read_host(iss, host, &path) : 0};
    bool exact = span_starts(iss, SPAN("https://")) && iss.len >= 8 + name.len &&
                 span_equal((span){iss.at + 8, name.len}, name);
    size_t i = 0;
    while (i < HOSTS && !pattern_match(span_of(hosts[i].host), name))
        i++;
    if (name.len == 0 || i == HOSTS)
        return PROVIDER_OTHER;
    for (size_t n = i; exact && n < HOSTS && hosts[n].host == hosts[i].host; n++)
        if (hosts[n].path != NULL && shape_is_path(hosts[n].path, path))
            return hosts[n].provider;
    *why = span_of(hosts[i].why);
    return hosts[i].provider;
}

span provider_mistaken_issuer(span iss)
{
    static const struct {
        const char *pattern, *what;
    } mistakes[] = {
        {"http*://*@*", "holds a user name, which no issuer does"},
        {"http*://http*://*", "holds a scheme twice"},
        {"*/.well-known*", "is the URL of a discovery document: the iss is what stands before "
                           "/.well-known"},
        {"*/openid-configuration", "is the URL of a discovery document: the iss is its member "
                                   "issuer"},
        {"*/realms/*/protocol/*", "is one of a realm's endpoints: the iss is what stands before "
                                  "/protocol"},
        {"*/jwks", "is where keys are"},
        {"*/jwks.json", "is where keys are"},
        {"*/certs", "is where keys are"},
        {"*/discovery/*keys", "is where keys are"},
        {"*/v1/keys", "is where keys are"},
        {"*/oauth*/token", "is where tokens are asked for"},
        {"*/connect/token", "is where tokens are asked for"},
        {"*/v1/token", "is where tokens are asked for"},
        {"*/oauth*/authorize", "is where people log in"},
        {"*/v1/authorize", "is where people log in"},
        {"*/connect/authorize", "is where people log in"},
        {"*/userinfo", "is where claims are asked for"},
        {"*/realms/*/account", "is a realm's page for people: the iss ends with the realm's name"},
        {"*/realms/*/", "has a slash behind the realm, which Keycloak does not write"},
        {"*/realms", "names no realm"},
        {"*/realms/", "names no realm"},
        {"*/admin/*/console*", "is the console's page: the iss ends in /realms/ and the realm's "
                               "name"},
        {"http*://*//*", "has two slashes where there is one"},
    };
    char host[HOST_BYTES];
    span rest;
    size_t len = is_url(iss) ? read_host(iss, host, &rest) : 0;
    if (len > 0 && memcmp(host, rest.at - len, len) != 0)
        return SPAN("has capitals in the host's name, which is written small");
    for (size_t i = 0; is_url(iss) && i < sizeof mistakes / sizeof *mistakes; i++)
        if (pattern_match(span_of(mistakes[i].pattern), iss))
            return span_of(mistakes[i].what);
    return SPAN_NONE;
}

/* ---- audiences ----------------------------------------------------------- */

span provider_of_audience(span audience)
{
    static const struct {
        const char *audience, *whose;
    } rows[] = {
        {"00000003-0000-0000-c000-000000000000", "Microsoft Graph's"},
        {"00000002-0000-0000-c000-000000000000", "Azure AD Graph's"},
        {"https://graph.microsoft.com*", "Microsoft Graph's"},
        {"https://graph.windows.net*", "Azure AD Graph's"},
        {"https://management.azure.com*", "Azure Resource Manager's"},
        {"https://management.core.windows.net*", "Azure Resource Manager's"},
        {"797f4846-ba00-4fd7-ba43-dac1f8f63013", "Azure Resource Manager's"},
        {"https://vault.azure.net*", "Azure Key Vault's"},
        {"https://storage.azure.com*", "Azure Storage's"},
        {"https://database.windows.net*", "Azure SQL's"},
        {"api://AzureADTokenExchange*", "Entra's, for workload identities"},
        {"*sts.amazonaws.com*", "AWS's security token service's"},
        {"sts.*.amazonaws.com", "AWS's security token service's"},
        {"aws.workload.identity", "AWS's, as Terraform Cloud names it"},
        {"gcp.workload.identity", "Google Cloud's, as Terraform Cloud names it"},
        {"azure.workload.identity", "Azure's, as Terraform Cloud names it"},
        {"vault.workload.identity", "Vault's, as Terraform Cloud names it"},
        {"*//iam.googleapis.com/*", "Google Cloud's, for workload identities"},
        {"https://*.googleapis.com*", "a Google API's"},
        {"sts.googleapis.com", "a Google API's"},
        {"32555940559.apps.googleusercontent.com", "gcloud's, which all who log in with it get"},
        {"https://accounts.google.com*", "Google's own"},
        {"https://github.com*", "GitHub's default, which every workflow of that owner gets"},
        {"https://api.github.com*", "GitHub's API's"},
        {"https://gitlab.com*", "GitLab's own"},
        {"https://buildkite.com*",
         "Buildkite's default, which every job of that organization gets"},
        {"https://vercel.com/*", "Vercel's default, which every deployment of that team gets"},
        {"https://*.auth0.com/userinfo", "Auth0's own, which every access token of a login has"},
        {"https://*.auth0.com/api/v2/", "Auth0's Management API's"},
        {"sigstore", "Sigstore's"},
        {"pypi", "PyPI's"},
        {"testpypi", "TestPyPI's"},
        {"npm:registry.npmjs.org", "npm's"},
        {"crates.io", "crates.io's"},
        {"rubygems.org", "RubyGems'"},
        {"account-console", "Keycloak's account page's"},
        {"admin-cli", "Keycloak's command line's"},
        {"security-admin-console", "Keycloak's admin console's"},
        {"realm-management", "Keycloak's, for those who administer a realm"},
        {"broker", "Keycloak's, for other providers' tokens"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (pattern_match(span_of(rows[i].audience), audience))
            return span_of(rows[i].whose);
    return SPAN_NONE;
}
