/* SPDX-License-Identifier: MIT */
#include "iam/explain/explain.h"
#include "iam/explain/grant.h"
#include "iam/rules/rules.h"

/* What is in the way of a grant, in words, joined by "; ". Nothing was granted, so whatever a
 * policy's statement lacks is in the way. */

static void next_obstacle(buf *out)
{
    if (out->len > 0)
        buf_add(out, SPAN("; "));
}

static void put_failures(buf *out, const rule_path *about, const condition *c, subject_context *who)
{
    buf words = BUF_EMPTY;
    explain_words(&words, c, who);
    if (words.len > 0) {
        next_obstacle(out);
        explain_about(out, about);
        buf_add(out, SPAN(": "));
        buf_add(out, buf_span(&words));
    }
    buf_free(&words);
}

static void put_policy(buf *out, const role *by, const policy *p, subject_context *who)
{
    for (size_t i = 0; i < p->statement_count; i++) {
        rule_path about = {by, p, &p->statements[i]};
        if (about.statement->invoke) {
            put_failures(out, &about, &about.statement->condition, who);
            continue;
        }
        next_obstacle(out);
        explain_about(out, &about);
        buf_add(out, SPAN(" " EXPLAIN_NO_INVOKE));
    }
}

static void put_missing(buf *out, const role *by, span name)
{
    next_obstacle(out);
    explain_missing_policy(out, by, name);
}

static void put_matched_role(buf *out, const role *r, subject_context *who)
{
    if (r->policies.count == 0) {
        next_obstacle(out);
        explain_no_policy(out, r);
    }
    for (size_t i = 0; i < r->policies.count; i++) {
        if (r->found[i] != NULL)
            put_policy(out, r, r->found[i], who);
        else
            put_missing(out, r, r->policies.at[i]);
    }
}

static void put_failed_role(buf *out, const role *r, subject_context *who)
{
    rule_path about = {r, NULL, NULL};
    buf words = BUF_EMPTY;
    explain_role_words(&words, r, who);
    explain_about(out, &about);
    buf_add(out, SPAN(": "));
    buf_add(out, buf_span(&words));
    buf_free(&words);
}

static void put_named_policies(buf *out, const fnt_iam *iam, subject_context *who)
{
    json_value item, list = json_member(who->claims, SPAN("policy"));
    for (json_iterator walk = json_items(list); json_next_item(&walk, &item);) {
        span name = json_unescape(item, who->scratch);
        const policy *p = rules_policy_qualified(iam, name);
        if (p != NULL)
            put_policy(out, NULL, p, who);
        else
            put_missing(out, NULL, name);
    }
}

/* Among those that can be looked at in the steps that an exchange has. */
const role *explain_nearest_role(const fnt_iam *iam, subject_context *who)
{
    const role *nearest = NULL;
    size_t least = 0;
    who->steps = EXCHANGE_STEPS;
    for (size_t i = 0; i < iam->role_count; i++) {
        size_t distance = explain_role_distance(&iam->roles[i], who);
        if (who->exhausted && nearest != NULL)
            break;
        if (nearest == NULL || distance < least) {
            nearest = &iam->roles[i];
            least = distance;
        }
    }
    who->steps = SIZE_MAX;
    who->exhausted = false;
    return nearest;
}

static void put_roles(buf *out, const fnt_iam *iam, subject_context *who)
{
    bool matched = false;
    for (size_t i = 0; i < iam->role_count && out->len == 0; i++)
        if (role_matches(&iam->roles[i], who)) {
            matched = true;
            put_matched_role(out, &iam->roles[i], who);
        }
    if (!matched)
        put_failed_role(out, explain_nearest_role(iam, who), who);
}

void grant_closest(const fnt_iam *iam, subject_context *who, buf *out)
{
    buf obstacles = BUF_EMPTY;
    if (who->api_token)
        put_named_policies(&obstacles, iam, who);
    else if (iam->role_count > 0)
        put_roles(&obstacles, iam, who);
    else
        buf_add(out, SPAN("There is no Role at all"));
    if (obstacles.len > 0) {
        buf_add(out, SPAN("Closest: "));
        buf_add(out, buf_span(&obstacles));
    }
    buf_free(&obstacles);
}
