/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

/* GitHub Actions: one issuer for all of GitHub. sub names the repository and what started the
 * workflow:
 *     repo:OWNER/NAME:ref:refs/heads/main
 *     repo:OWNER/NAME:environment:prod
 *     repo:OWNER/NAME:pull_request
 * (of newer repositories repo:OWNER@ID/NAME@ID:...). */

#define ISSUER SPAN("https://token.actions.githubusercontent.com")

static const char *const repository_claims[] = {
    "repository",       "repository_id", "repository_owner", "repository_owner_id",
    "job_workflow_ref", "workflow_ref",  "enterprise",       NULL,
};
static const char *const event_claims[] = {"ref", "event_name", "environment", "ref_protected",
                                           NULL};

/* ---- whether a pattern and "repo:*:pull_request" have a text in common ---
 *
 * The pattern is read from its end. Bit j of a state says whether what was read of it and
 * pull_request from j on have a text in common. The star of pull_request takes no colon: neither a
 * repository nor a branch has one in its name. */

static const char pull_request[] = "repo:*:pull_request";
enum { STATES = sizeof pull_request }; /* one before each character, one at the end */
_Static_assert(STATES <= 32, "a bit for each");

/* The state with c in front of what was read. */
static uint32_t step_back(char c, uint32_t after)
{
    uint32_t now = 0;
    for (size_t j = STATES; j-- > 0;) {
        char other = pull_request[j]; /* NUL at the end */
        uint32_t bit = UINT32_C(1) << j, next = bit << 1;
        bool common = other == c && (after & next) != 0;
        if (c == '*')
            common = (after & bit) != 0 || (other != '\0' && (now & next) != 0);
        else if (other == '*')
            common = (now & next) != 0 || (c != ':' && (after & bit) != 0);
        now |= common ? bit : 0;
    }
    return now;
}

static bool meets_pull_request(span pattern)
{
    uint32_t state = UINT32_C(1) << (STATES - 1);
    for (size_t i = pattern.len; i-- > 0;)
        state = step_back(pattern.at[i], state);
    return (state & 1) != 0;
}

/* ---- what a role asks ---------------------------------------------------- */

static bool is_sub(const clause *c)
{
    return span_equal(c->claim, SPAN("sub"));
}

static bool asks_for(const condition *c, const char *const *claims)
{
    for (size_t i = 0; i < c->count; i++)
        if (words_contain(c->clauses[i].claim, claims) && !lint_has_star(&c->clauses[i]))
            return true;
    return false;
}

static bool is_of_github(const condition *of)
{
    for (size_t i = 0; i < of->count; i++) {
        const clause *c = &of->clauses[i];
        if (span_equal(c->claim, SPAN("iss")) && clause_matches(c, ISSUER))
            return true;
        for (size_t v = 0; is_sub(c) && v < c->values.count; v++)
            if (span_starts(c->values.at[v], SPAN("repo:")))
                return true;
    }
    return false;
}

/* Whether the repository's owner is left open. */
static bool is_any_repository(const clause *c, span value)
{
    return c->how == COMPARE_LIKE &&
           (span_starts(value, SPAN("*")) || span_starts(value, SPAN("repo:*")));
}

/* ---- findings ------------------------------------------------------------ */

static void check_sub(lint_run *l, const lint_subject *of, const role *r, const clause *c)
{
    for (size_t v = 0; v < c->values.count; v++) {
        span value = c->values.at[v];
        if (is_any_repository(c, value) && !asks_for(&r->condition, repository_claims))
            lint_report(l, "github-every-repository", of, lint_at_value(c, v),
                        "% matches workflows of every repository on GitHub, strangers' too: name "
                        "the owner and the repository",
                        SPANS(value));
        if (meets_pull_request(value) && !asks_for(&r->condition, event_claims))
            lint_report(l, "github-pull-request", of, lint_at_value(c, v),
                        "% matches workflows of pull requests, which run before anybody has "
                        "reviewed them: name a branch "
                        "(repo:OWNER/NAME:ref:refs/heads/main) or an environment",
                        SPANS(value));
    }
}

static bool check_subs(lint_run *l, const lint_subject *of, const role *r, const condition *c)
{
    bool found = false;
    for (size_t i = 0; i < c->count; i++) {
        if (is_sub(&c->clauses[i]))
            check_sub(l, of, r, &c->clauses[i]);
        found |= is_sub(&c->clauses[i]);
    }
    return found;
}

/* Without sub, other claims must name the repository and the event. */
static void check_without_sub(lint_run *l, const lint_subject *of, const role *r)
{
    lint_location where = lint_at(r->pointer);
    if (!asks_for(&r->condition, repository_claims))
        lint_report(l, "github-every-repository", of, where,
                    "asks for GitHub's issuer but for no repository: workflows of everybody on "
                    "GitHub match, name jwt:sub or "
                    "jwt:repository",
                    NO_SPANS);
    else if (!asks_for(&r->condition, event_claims))
        lint_report(l, "github-pull-request", of, where,
                    "does not say which branch or event: workflows of pull requests match too, add "
                    "jwt:ref or jwt:event_name",
                    NO_SPANS);
}

void lint_github(lint_run *l, const role *r)
{
    lint_subject of = {OBJECT_ROLE, r->name};
    if (!is_of_github(&r->condition) && !is_of_github(&r->principal))
        return;
    bool in_principal = check_subs(l, &of, r, &r->principal),
         in_condition = check_subs(l, &of, r, &r->condition);
    if (!in_principal && !in_condition)
        check_without_sub(l, &of, r);
}
