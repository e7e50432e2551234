/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"
#include "iam/lint/shape.h"

/* GitHub Actions' workflows of pull requests run before anybody has reviewed them. sub names the
 * repository and what started the workflow:
 *     repo:OWNER/NAME:ref:refs/heads/main
 *     repo:OWNER/NAME:environment:prod
 *     repo:OWNER/NAME:pull_request
 * (of newer repositories repo:OWNER@ID/NAME@ID:...). Neither a repository nor a branch has a colon
 * in its name. ref is refs/pull/NUMBER/merge then. */

#define ISSUER SPAN("https://token.actions.githubusercontent.com")

static const char *const event_claims[] = {"ref", "event_name", "environment", "ref_protected",
                                           NULL};

/* ---- what a role asks ---------------------------------------------------- */

static bool is_sub(const clause *c)
{
    return lint_is_claim(c, SPAN("sub"));
}

static bool is_ref(const clause *c)
{
    return lint_is_claim(c, SPAN("ref"));
}

static bool meets_pull_request(const clause *c, span value)
{
    bool is_pattern = c->how == COMPARE_LIKE;
    return is_sub(c) ? shape_meets("repo:%:pull_request", value, is_pattern) ||
                           shape_meets("repo:%:ref:refs/pull/%", value, is_pattern)
           : is_ref(c) ? shape_meets("refs/pull/%", value, is_pattern)
                       : false;
}

static bool is_reviewed(const clause *c)
{
    for (size_t v = 0; v < c->values.count; v++)
        if (meets_pull_request(c, c->values.at[v]))
            return false;
    return words_contain(c->claim, event_claims) && !lint_has_star(c);
}

static bool asks_for_event(const condition *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_reviewed(&c->clauses[i]))
            return true;
    return false;
}

static bool is_of_github(const condition *of)
{
    for (size_t i = 0; i < of->count; i++) {
        const clause *c = &of->clauses[i];
        if (lint_is_claim(c, SPAN("iss")) && clause_matches(c, ISSUER))
            return true;
        for (size_t v = 0; is_sub(c) && v < c->values.count; v++)
            if (span_starts(c->values.at[v], SPAN("repo:")))
                return true;
    }
    return false;
}

static bool asks_for(const role *r, span claim)
{
    for (size_t i = 0; i < r->principal.count + r->condition.count; i++)
        if (lint_is_claim(i < r->principal.count ? &r->principal.clauses[i]
                                                 : &r->condition.clauses[i - r->principal.count],
                          claim))
            return true;
    return false;
}

/* ---- findings ------------------------------------------------------------ */

bool lint_pull_request_value(who_check *k, const clause *c, size_t value)
{
    if (!k->any_event || !meets_pull_request(c, c->values.at[value]) ||
        (is_ref(c) && asks_for(k->role, SPAN("sub"))))
        return false;
    lint_report(k->lint, "github-pull-request", &k->of, lint_at_value(c, value),
                "% matches workflows of pull requests, which run before anybody has reviewed "
                "them: name a branch (repo:OWNER/NAME:ref:refs/heads/main) or an environment",
                SPANS(c->values.at[value]));
    return true;
}

void lint_find_event(who_check *k)
{
    const role *r = k->role;
    k->any_event = (is_of_github(&r->condition) || is_of_github(&r->principal)) &&
                   !asks_for_event(&r->condition);
}

/* Without sub, other claims must name the event. */
void lint_github(who_check *k)
{
    if (k->any_event && k->open == NO_INDEX && !asks_for(k->role, SPAN("sub")) &&
        !asks_for(k->role, SPAN("ref")))
        lint_report(k->lint, "github-pull-request", &k->of, lint_at(k->role->pointer),
                    "does not say which branch or event: workflows of pull requests match too, add "
                    "jwt:ref or jwt:event_name",
                    NO_SPANS);
}
