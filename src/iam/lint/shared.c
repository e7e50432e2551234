/* SPDX-License-Identifier: MIT */
#include "iam/lint/providers.h"

#include "iam/objects/vocabulary.h"

/* ---- issuers that tenants share ------------------------------------------ */

enum {
    GITHUB,
    GITLAB,
    GOOGLE,
    GOOGLE_OLD,
    TERRAFORM,
    BUILDKITE,
    VERCEL,
    SLACK,
    APPLE,
    PERSONAL,
    SHARED,
    ANY
};
_Static_assert(SHARED <= 32, "a bit for each");

static const struct {
    const char *iss, *claims;
} shared[SHARED] = {
    [GITHUB] = {"https://token.actions.githubusercontent.com",
                "jwt:repository_owner_id, jwt:repository_id, jwt:repository or jwt:sub"},
    [GITLAB] = {"https://gitlab.com",
                "jwt:namespace_id, jwt:project_id, jwt:project_path or jwt:sub"},
    [GOOGLE] = {"https://accounts.google.com",
                "jwt:hd, jwt:sub, or jwt:email beside jwt:email_verified: [\"true\"]"},
    [GOOGLE_OLD] = {"accounts.google.com",
                    "jwt:hd, jwt:sub, or jwt:email beside jwt:email_verified: [\"true\"]"},
    [TERRAFORM] = {"https://app.terraform.io",
                   "jwt:terraform_organization_id, jwt:terraform_workspace_id or jwt:sub"},
    [BUILDKITE] = {"https://agent.buildkite.com", "jwt:organization_id or jwt:sub"},
    [VERCEL] = {"https://oidc.vercel.com", "jwt:owner_id, jwt:project_id or jwt:sub"},
    [SLACK] = {"https://slack.com", "jwt:https://slack.com/team_id or jwt:sub"},
    [APPLE] = {"https://appleid.apple.com", "jwt:sub"},
    /* the tenant of Microsoft's personal accounts */
    [PERSONAL] = {"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
                  "jwt:sub"},
};

/* Where the tenant stands in a claim: behind prefix, up to end; NUL: it is all of it. The rows of
 * ANY are names at issuers that one tenant has, or a few. */
static const struct {
    unsigned char of;
    char end;
    const char *claim, *prefix;
} tenants[] = {
    {GITHUB, '/', "sub", "repo:"},
    {GITHUB, '/', "sub", "repository:"},
    {GITHUB, ':', "sub", "repository_owner:"},
    {GITHUB, ':', "sub", "repository_owner_id:"},
    {GITHUB, ':', "sub", "repository_id:"},
    {GITHUB, '/', "repository", ""},
    {GITHUB, '\0', "repository_id", ""},
    {GITHUB, '\0', "repository_owner", ""},
    {GITHUB, '\0', "repository_owner_id", ""},
    {GITLAB, '/', "sub", "project_path:"},
    {GITLAB, '/', "project_path", ""},
    {GITLAB, '/', "namespace_path", ""},
    {GITLAB, '\0', "project_id", ""},
    {GITLAB, '\0', "namespace_id", ""},
    {GOOGLE, '\0', "hd", ""},
    {GOOGLE_OLD, '\0', "hd", ""},
    {TERRAFORM, ':', "sub", "organization:"},
    {TERRAFORM, '\0', "terraform_organization_id", ""},
    {TERRAFORM, '\0', "terraform_organization_name", ""},
    {TERRAFORM, '\0', "terraform_workspace_id", ""},
    {BUILDKITE, ':', "sub", "organization:"},
    {BUILDKITE, '\0', "organization_slug", ""},
    {BUILDKITE, '\0', "organization_id", ""},
    {VERCEL, ':', "sub", "owner:"},
    {VERCEL, '\0', "owner", ""},
    {VERCEL, '\0', "owner_id", ""},
    {VERCEL, '\0', "project_id", ""},
    {SLACK, '\0', "https://slack.com/team_id", ""},
    {ANY, ':', "sub", "system:serviceaccount:"},
    {ANY, '/', "sub", "spiffe://"},
    {ANY, '/', "sub", "sc://"},
    {ANY, '\0', "/kubernetes.io/namespace", ""},
};
enum { TENANTS = sizeof tenants / sizeof *tenants };

span shared_issuer(size_t index)
{
    return index < SHARED ? span_of(shared[index].iss) : SPAN_NONE;
}

span shared_claims(size_t issuer)
{
    return span_of(shared[issuer].claims);
}

bool shared_is_claim(size_t issuer, span claim)
{
    for (size_t i = 0; i < TENANTS; i++)
        if (tenants[i].of == issuer && span_equal(claim, span_of(tenants[i].claim)))
            return true;
    return false;
}

/* Whether the tenant stands whole before the first star. */
static bool is_named(size_t row, span pattern)
{
    size_t prefix = strlen(tenants[row].prefix), star = span_index(pattern, '*');
    span name = {pattern.at + prefix, star > prefix ? star - prefix : 0};
    size_t end = tenants[row].end == '\0' ? name.len : span_index(name, tenants[row].end);
    return end > 0 && (star == pattern.len || end < name.len);
}

static bool is_row(size_t row, span claim, span pattern)
{
    return span_equal(claim, span_of(tenants[row].claim)) &&
           span_starts(pattern, span_of(tenants[row].prefix));
}

/* That another issuer's subs begin so, and none of this one's. */
static bool is_of_another(size_t issuer, span claim, span pattern)
{
    bool another = false;
    for (size_t i = 0; i < TENANTS; i++) {
        if (tenants[i].prefix[0] == '\0' || !is_row(i, claim, pattern))
            continue;
        if (tenants[i].of == issuer)
            return false;
        another = true;
    }
    return another;
}

bool shared_is_tenant(size_t issuer, span claim, span pattern)
{
    for (size_t i = 0; i < TENANTS; i++)
        if (tenants[i].of == issuer && is_row(i, claim, pattern) && is_named(i, pattern))
            return true;
    return is_of_another(issuer, claim, pattern);
}

/* ---- names elsewhere ----------------------------------------------------- */

static bool is_word(char c)
{
    c = ascii_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Whether a star of the span has a letter or digit beside it. */
static bool star_touches(span of)
{
    for (size_t i = 0; i < of.len; i++)
        if (of.at[i] == '*' &&
            ((i > 0 && is_word(of.at[i - 1])) || (i + 1 < of.len && is_word(of.at[i + 1]))))
            return true;
    return false;
}

static size_t last_index(span text, char c)
{
    size_t i = text.len;
    while (i > 0 && text.at[i - 1] != c)
        i--;
    return i == 0 ? text.len : i - 1;
}

/* The domain is whole if no star stands in it but before an @ or a dot, with two dots of a domain
 * left behind it. */
static bool is_open_domain(span pattern)
{
    size_t star = last_index(pattern, '*');
    span tail = span_from(pattern, star + 1);
    if (star == pattern.len || span_index(tail, '@') < tail.len)
        return false;
    return tail.len == 0 || tail.at[0] != '.' ||
           span_index(span_from(tail, 1), '.') == tail.len - 1;
}

/* Auth0 and its like: CONNECTION|USER, and of some CONNECTION|TENANT|USER. A connection alone is
 * everybody who has an account there. */
static bool is_open_connection(span pattern)
{
    size_t star = span_index(pattern, '*'), bar = span_index(pattern, '|');
    return bar < star && star < pattern.len &&
           span_index((span){pattern.at + bar + 1, star - bar - 1}, '|') == star - bar - 1;
}

/* A star anywhere in a name behind a prefix; else one beside a letter or digit: dev-* is meant. */
static bool is_open_name(size_t row, span pattern)
{
    span name = span_from(pattern, strlen(tenants[row].prefix));
    if (tenants[row].end != '\0')
        name.len = span_index(name, tenants[row].end);
    return tenants[row].prefix[0] != '\0' ? span_index(name, '*') < name.len : star_touches(name);
}

bool provider_star_in_name(span claim, span pattern)
{
    static const char *const addresses[] = {"email", "upn", NULL};
    static const char *const names[] = {"sub", "preferred_username", "unique_name", NULL};
    bool is_sub = span_equal(claim, SPAN("sub"));
    if (words_contain(claim, addresses) ||
        (words_contain(claim, names) && span_index(pattern, '@') < pattern.len))
        return is_open_domain(pattern);
    if (is_sub && is_open_connection(pattern))
        return true;
    for (size_t i = 0; i < TENANTS; i++)
        if (is_row(i, claim, pattern))
            return is_open_name(i, pattern);
    return is_sub && span_index(pattern, ':') == pattern.len &&
           span_index(pattern, '/') == pattern.len && star_touches(pattern);
}
