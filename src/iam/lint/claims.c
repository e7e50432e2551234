/* SPDX-License-Identifier: MIT */
#include "iam/lint/providers.h"

#include "iam/lint/shape.h"
#include "match/pattern.h"

/* ---- subs ---------------------------------------------------------------- */

/* As in shape_meets. A provider without a row sends anything; "" is sent by nobody, so that only a
 * word without a separator passes. */
static const struct {
    provider provider;
    const char *shape;
} subs[] = {
    {PROVIDER_AUTH0, "*|*"},
    {PROVIDER_AUTH0, "*@clients"},
    {PROVIDER_BITBUCKET, "{*}:{*}*"},
    {PROVIDER_BUILDKITE, "organization:%:pipeline:%:ref:*:commit:%:step:%"},
    {PROVIDER_CIRCLECI, "org/*/project/*/user/*"},
    {PROVIDER_COGNITO, ""},
    {PROVIDER_ENTRA, "/eid*/*"}, /* of Azure Pipelines' connections */
    {PROVIDER_FLY, "%:%:%"},
    {PROVIDER_GITHUB,
     "repo:%/%"}, /* and what a repository may make of it: claims and their values */
    {PROVIDER_GITHUB, "repo:%/%:ref:refs/*"},
    {PROVIDER_GITHUB, "repo:%/%:environment:*"},
    {PROVIDER_GITHUB, "repo:%/%:pull_request*"},
    {PROVIDER_GITHUB, "repo:%/%:*job_workflow_*:*"},
    {PROVIDER_GITHUB, "repo:%/%:*workflow*:*"},
    {PROVIDER_GITHUB, "repo:%/%:repository*:*"},
    {PROVIDER_GITHUB, "repo:%/%:runner_*:*"},
    {PROVIDER_GITHUB, "repo:%/%:actor*:*"},
    {PROVIDER_GITHUB, "repo:%/%:*_ref:*"},
    {PROVIDER_GITHUB, "repo:%/%:ref_*:*"},
    {PROVIDER_GITHUB, "repo:%/%:event_name:*"},
    {PROVIDER_GITHUB, "repo:%/%:enterprise*:*"},
    {PROVIDER_GITHUB, "repository*:*"},
    {PROVIDER_GITHUB, "job_workflow_*:*"},
    {PROVIDER_GITHUB, "environment:*"},
    {PROVIDER_GITHUB, "enterprise*:*"},
    {PROVIDER_GITHUB, "workflow*:*"},
    {PROVIDER_GITHUB, "actor*:*"},
    {PROVIDER_GITLAB, "project_path:%/%"},
    {PROVIDER_GITLAB, "project_path:%/%:ref_type:%"},
    {PROVIDER_GITLAB, "project_path:%/%:ref_type:branch:ref:*"},
    {PROVIDER_GITLAB, "project_path:%/%:ref_type:tag:ref:*"},
    {PROVIDER_GOOGLE, ""},
    {PROVIDER_KUBERNETES, "system:serviceaccount:%:%"},
    {PROVIDER_TERRAFORM, "organization:%:project:%:workspace:%:run_phase:%"},
    {PROVIDER_VERCEL, "owner:%:project:%:environment:%"},
};

/* A single word is left alone: it is no attempt at a shape, and at some of these an API may have
 * given it. */
static bool is_word(span sub)
{
    for (size_t i = 0; i < sub.len; i++)
        if (strchr(":/@|{*", sub.at[i]) != NULL)
            return false;
    return true;
}

bool provider_sends_sub(provider p, span sub, bool is_pattern)
{
    bool known = false;
    /* GitLab's branches have no refs/heads/ in front, GitHub's have. */
    if (p == PROVIDER_GITLAB && pattern_match(SPAN("*:ref:refs/*"), sub))
        return false;
    for (size_t i = 0; i < sizeof subs / sizeof *subs; i++) {
        if (subs[i].provider != p)
            continue;
        known = true;
        if (shape_meets(subs[i].shape, sub, is_pattern))
            return true;
    }
    return !known || is_word(sub) || (is_pattern && sub.at[0] == '*');
}

/* ---- kinds --------------------------------------------------------------- */

/* The first row counts. PROVIDER_OTHER: whoever sends it. */
static const struct {
    const char *claim;
    provider provider;
    claim_kind kind;
} kinds[] = {
    {"scp", PROVIDER_ENTRA, CLAIM_TEXT},
    {"scp", PROVIDER_OTHER, CLAIM_ARRAY},
    {"groups", PROVIDER_OTHER, CLAIM_ARRAY},
    {"roles", PROVIDER_OTHER, CLAIM_ARRAY},
    {"amr", PROVIDER_OTHER, CLAIM_ARRAY},
    {"wids", PROVIDER_OTHER, CLAIM_ARRAY},
    {"entitlements", PROVIDER_OTHER, CLAIM_ARRAY},
    {"cognito:groups", PROVIDER_OTHER, CLAIM_ARRAY},
    {"cognito:roles", PROVIDER_OTHER, CLAIM_ARRAY},
    {"groups_direct", PROVIDER_OTHER, CLAIM_ARRAY},
    {"allowed-origins", PROVIDER_OTHER, CLAIM_ARRAY},
    {"/realm_access/roles", PROVIDER_OTHER, CLAIM_ARRAY},
    {"/resource_access/*/roles", PROVIDER_OTHER, CLAIM_ARRAY},
    {"oidc.circleci.com/context-ids", PROVIDER_OTHER, CLAIM_ARRAY},
    {"permissions", PROVIDER_AUTH0, CLAIM_ARRAY},
    {"aud", PROVIDER_KUBERNETES, CLAIM_ARRAY},
    {"aud", PROVIDER_BITBUCKET, CLAIM_ARRAY},
    {"xms_cc", PROVIDER_ENTRA, CLAIM_ARRAY},
    {"email_verified", PROVIDER_OTHER, CLAIM_BOOLEAN},
    {"phone_number_verified", PROVIDER_OTHER, CLAIM_BOOLEAN},
    {"hasgroups", PROVIDER_OTHER, CLAIM_BOOLEAN},
    {"is_private_email", PROVIDER_OTHER, CLAIM_BOOLEAN},
    {"oidc.circleci.com/ssh-rerun", PROVIDER_OTHER, CLAIM_BOOLEAN},
    {"exp", PROVIDER_OTHER, CLAIM_NUMBER},
    {"iat", PROVIDER_OTHER, CLAIM_NUMBER},
    {"nbf", PROVIDER_OTHER, CLAIM_NUMBER},
    {"auth_time", PROVIDER_OTHER, CLAIM_NUMBER},
    {"updated_at", PROVIDER_OTHER, CLAIM_NUMBER},
    {"runner_id", PROVIDER_GITLAB, CLAIM_NUMBER},
    {"build_number", PROVIDER_BUILDKITE, CLAIM_NUMBER},
    {"acct", PROVIDER_ENTRA, CLAIM_NUMBER},
    {"ver", PROVIDER_OKTA, CLAIM_NUMBER},
    {"realm_access", PROVIDER_OTHER, CLAIM_OBJECT},
    {"resource_access", PROVIDER_OTHER, CLAIM_OBJECT},
    {"kubernetes.io", PROVIDER_OTHER, CLAIM_OBJECT},
    {"/kubernetes.io/serviceaccount", PROVIDER_OTHER, CLAIM_OBJECT},
    {"address", PROVIDER_OTHER, CLAIM_OBJECT},
    {"act", PROVIDER_OTHER, CLAIM_OBJECT},
    {"cnf", PROVIDER_OTHER, CLAIM_OBJECT},
    {"app_metadata", PROVIDER_OTHER, CLAIM_OBJECT},
    {"user_metadata", PROVIDER_OTHER, CLAIM_OBJECT},
    {"firebase", PROVIDER_OTHER, CLAIM_OBJECT},
    {"ext", PROVIDER_OTHER, CLAIM_OBJECT},
    {"iss", PROVIDER_OTHER, CLAIM_TEXT},
    {"sub", PROVIDER_OTHER, CLAIM_TEXT},
    {"email", PROVIDER_OTHER, CLAIM_TEXT},
    {"azp", PROVIDER_OTHER, CLAIM_TEXT},
    {"client_id", PROVIDER_OTHER, CLAIM_TEXT},
    {"scope", PROVIDER_OTHER, CLAIM_TEXT},
    {"preferred_username", PROVIDER_OTHER, CLAIM_TEXT},
};

claim_kind provider_claim(provider p, span claim)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((kinds[i].provider == PROVIDER_OTHER || kinds[i].provider == p) &&
            pattern_match(span_of(kinds[i].claim), claim))
            return kinds[i].kind;
    return CLAIM_UNKNOWN;
}
