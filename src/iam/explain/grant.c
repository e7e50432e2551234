/* SPDX-License-Identifier: MIT */
#include "iam/explain/grant.h"

#include <assert.h>

#include "base/memory.h"
#include "iam/explain/explain.h"
#include "iam/rules/rules.h"
#include "token/token.h"

typedef struct {
    const fnt_iam *iam;
    subject_context *who;
    grant *out;
    size_t permissions_max; /* that out->permissions has memory for */
    fnt_report *report;
} search;

/* ---- collecting, each once ----------------------------------------------- */

static bool add_once(span *list, size_t *count, span text)
{
    for (size_t i = 0; i < *count; i++)
        if (span_equal(list[i], text))
            return false;
    list[(*count)++] = text;
    return true;
}

static void add_permission(search *s, const rule_path *about, span pattern)
{
    assert(s->out->permission_count <= s->permissions_max);
    if (s->out->permission_count == s->permissions_max ||
        !add_once(s->out->permissions, &s->out->permission_count, pattern) ||
        !explain_entry(s->report, FNT_REPORT_DECISION, "grant", NULL, about))
        return;
    buf names = BUF_EMPTY;
    explain_about(&names, about);
    report_field(s->report, FNT_FIELD_PATTERN, pattern);
    report_sentence(s->report, "$: grants %", SPANS(buf_span(&names), pattern));
    buf_free(&names);
}

/* ---- statements ---------------------------------------------------------- */

static void report_statement(search *s, const rule_path *about, const char *outcome,
                             const char *words)
{
    buf names = BUF_EMPTY;
    if (!explain_entry(s->report, FNT_REPORT_DECISION, "statement", outcome, about))
        return;
    explain_about(&names, about);
    report_sentence(s->report, "$ $", SPANS(buf_span(&names), span_of(words)));
    buf_free(&names);
}

static void eval_statement(search *s, const rule_path *about)
{
    const statement *st = about->statement;
    if (!st->invoke) {
        report_statement(s, about, "skipped", EXPLAIN_NO_INVOKE);
        return;
    }
    if (!condition_all(&st->condition, s->who)) {
        report_statement(s, about, "failed", "has a condition that does not hold");
        explain_condition(s->report, FNT_REPORT_DECISION, &st->condition, s->who, about);
        return;
    }
    report_statement(s, about, "matched", "matches");
    for (size_t i = 0; i < st->resources.count; i++)
        add_permission(s, about, st->resources.at[i]);
}

/* A policy that an earlier role brought has said all that it can say. */
static void eval_policy(search *s, const role *by, const policy *p)
{
    if (!add_once(s->out->policies, &s->out->policy_count, p->qualified_name))
        return;
    for (size_t i = 0; i < p->statement_count; i++) {
        rule_path about = {by, p, &p->statements[i]};
        eval_statement(s, &about);
    }
}

static void report_missing_policy(search *s, const role *by, span name)
{
    rule_path about = {by, NULL, NULL};
    buf sentence = BUF_EMPTY;
    if (!explain_entry(s->report, FNT_REPORT_DECISION, "note", NULL, &about))
        return;
    explain_missing_policy(&sentence, by, name);
    report_field(s->report, FNT_FIELD_POLICY, name);
    report_sentence(s->report, "$", SPANS(buf_span(&sentence)));
    buf_free(&sentence);
}

/* ---- roles --------------------------------------------------------------- */

static void grant_role(search *s, const role *r)
{
    rule_path about = {r, NULL, NULL};
    s->out->roles++;
    if (explain_entry(s->report, FNT_REPORT_DECISION, "role", "matched", &about))
        report_sentence(s->report, "role % matches", SPANS(r->name));
    for (size_t i = 0; i < r->policies.count; i++) {
        if (r->found[i] != NULL)
            eval_policy(s, r, r->found[i]);
        else
            report_missing_policy(s, r, r->policies.at[i]);
    }
}

static void eval_roles(search *s)
{
    for (size_t i = 0; i < s->iam->role_count; i++)
        if (role_matches(&s->iam->roles[i], s->who))
            grant_role(s, &s->iam->roles[i]);
}

/* ---- an API token (rule 35) ---------------------------------------------- */

static void eval_named_policies(search *s)
{
    json_value item, list = json_member(s->who->claims, SPAN("policy"));
    if (!json_is_string_array(list)) { /* then it is not the list that we wrote (rule 5) */
        report_entry(s->report, "note", NULL);
        report_sentence(
            s->report, "the API token's claim policy is not an array of strings: it grants nothing",
            NO_SPANS);
        return;
    }
    for (json_iterator walk = json_items(list); json_next_item(&walk, &item);) {
        const policy *p = rules_policy_qualified(s->iam, item);
        if (p != NULL)
            eval_policy(s, NULL, p);
        else
            report_missing_policy(s, NULL, json_unescape(item, s->who->scratch));
    }
}

/* ---- the roles that do not match ----------------------------------------- */

static void report_failed_role(search *s, int32_t level, const role *r)
{
    rule_path about = {r, NULL, NULL};
    if (explain_entry(s->report, level, "role", "failed", &about))
        report_sentence(s->report, "role % does not match", SPANS(r->name));
    explain_role(s->report, level, r, s->who);
}

/* Those nearest to a match first. failures: of each role. */
static void report_by_nearness(search *s, const size_t *failures, size_t most)
{
    for (size_t wanted = 1; wanted <= most; wanted++)
        for (size_t i = 0; i < s->iam->role_count; i++)
            if (failures[i] == wanted)
                report_failed_role(s, FNT_REPORT_FULL, &s->iam->roles[i]);
}

static void report_failed_roles(search *s)
{
    size_t most = 0, *failures = memory_alloc_array(s->iam->role_count, sizeof *failures);
    for (size_t i = 0; failures != NULL && i < s->iam->role_count; i++) {
        failures[i] = explain_role_failures(&s->iam->roles[i], s->who);
        most = failures[i] > most ? failures[i] : most;
    }
    if (failures != NULL) /* else the report is shorter, and that is all */
        report_by_nearness(s, failures, most);
    memory_free(failures);
}

static void report_others(search *s)
{
    if (report_wants(s->report, FNT_REPORT_FULL))
        report_failed_roles(s);
    else if (s->out->roles == 0 && s->iam->role_count > 0)
        report_failed_role(s, FNT_REPORT_DECISION, explain_nearest_role(s->iam, s->who));
}

/* ---- the whole ----------------------------------------------------------- */

/* One permission too many for any token is enough to know. */
static bool reserve(search *s)
{
    size_t most = TOKEN_PATTERNS + 1, all = s->iam->resource_count;
    s->permissions_max = all < most ? all : most;
    s->out->permissions = memory_alloc_array(s->permissions_max, sizeof *s->out->permissions);
    s->out->policies = memory_alloc_array(s->iam->policy_count, sizeof *s->out->policies);
    return s->out->permissions != NULL && s->out->policies != NULL;
}

fnt_status grant_find(const fnt_iam *iam, subject_context *who, grant *out, fnt_report *report)
{
    search s = {.iam = iam, .who = who, .out = out, .report = report};
    *out = (grant){NULL, 0, NULL, 0, 0};
    if (!reserve(&s)) {
        grant_clear(out);
        return FNT_FAULT_MEMORY;
    }
    if (who->api_token)
        eval_named_policies(&s);
    else
        eval_roles(&s);
    if (!who->api_token && report_wants(report, FNT_REPORT_DECISION))
        report_others(&s);
    return FNT_OK;
}

void grant_clear(grant *g)
{
    memory_free(g->permissions);
    memory_free(g->policies);
    *g = (grant){NULL, 0, NULL, 0, 0};
}
