/* SPDX-License-Identifier: MIT */
#include "iam/explain/grant.h"

#include "base/memory.h"
#include "iam/explain/explain.h"
#include "iam/rules/rules_set.h"
#include "token/token.h"

typedef struct {
    const fnt_iam *iam;
    evaluation ask;
    size_t *failed_clauses; /* of each role */
    grant *out;
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
    /* one too many for any token: that is all who asks has to know */
    if (s->out->permission_count > TOKEN_PATTERNS)
        return;
    if (!add_once(s->out->permissions, &s->out->permission_count, pattern) ||
        !report_wanted(s->report))
        return;
    buf names = BUF_EMPTY;
    explain_about(&names, about);
    explain_entry(s->report, "grant", NULL, about);
    report_field(s->report, FNT_FIELD_PATTERN, pattern);
    report_sentence(s->report, "%: grants %", SPANS(buf_span(&names), pattern));
    buf_free(&names);
}

/* ---- statements ---------------------------------------------------------- */

static void report_statement(search *s, const rule_path *about, const char *outcome,
                             const char *words)
{
    if (!report_wanted(s->report))
        return;
    buf names = BUF_EMPTY;
    explain_about(&names, about);
    explain_entry(s->report, "statement", outcome, about);
    report_sentence(s->report, "% %", SPANS(buf_span(&names), span_of(words)));
    buf_free(&names);
}

static void eval_statement(search *s, const rule_path *about)
{
    const statement *st = about->statement;
    if (!st->invoke) {
        report_statement(s, about, "skipped", "allows no Function:Invoke");
        return;
    }
    if (!condition_all(&st->condition, s->ask.who, s->ask.scratch)) {
        report_statement(s, about, "failed", "has a condition that does not hold");
        explain_condition(s->report, &st->condition, &s->ask, about);
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

/* ---- roles --------------------------------------------------------------- */

static void report_missing_policy(search *s, const role *by, span name)
{
    rule_path about = {by, NULL, NULL};
    explain_entry(s->report, "note", NULL, &about);
    report_field(s->report, FNT_FIELD_POLICY, name);
    if (by != NULL)
        report_sentence(s->report, "role %: policy % is not there, it grants nothing",
                        SPANS(by->name, name));
    else
        report_sentence(
            s->report,
            "policy %, which the token names, is not there (any more), it grants nothing",
            SPANS(name));
}

static void grant_role(search *s, const role *r)
{
    rule_path about = {r, NULL, NULL};
    s->out->roles++;
    explain_entry(s->report, "role", "matched", &about);
    report_sentence(s->report, "role % matches", SPANS(r->name));
    for (size_t i = 0; i < r->policies.count; i++) {
        if (r->found[i] != NULL)
            eval_policy(s, r, r->found[i]);
        else
            report_missing_policy(s, r, r->policies.at[i]);
    }
}

static void report_failed_role(search *s, const role *r)
{
    rule_path about = {r, NULL, NULL};
    explain_entry(s->report, "role", "failed", &about);
    report_sentence(s->report, "role % does not match", SPANS(r->name));
    explain_role(s->report, r, &s->ask);
}

/* Those nearest to a match first. */
static void report_failed_roles(search *s)
{
    size_t most = 0;
    for (size_t i = 0; i < s->iam->role_count; i++)
        most = s->failed_clauses[i] > most ? s->failed_clauses[i] : most;
    for (size_t failed_clauses = 1; report_wanted(s->report) && failed_clauses <= most;
         failed_clauses++)
        for (size_t i = 0; i < s->iam->role_count; i++)
            if (s->failed_clauses[i] == failed_clauses)
                report_failed_role(s, &s->iam->roles[i]);
}

static void eval_roles(search *s)
{
    for (size_t i = 0; i < s->iam->role_count; i++) {
        const role *r = &s->iam->roles[i];
        bool matches = role_matches(r, s->ask.who, s->ask.scratch);
        s->failed_clauses[i] = matches ? 0 : explain_role_failures(r, &s->ask);
        if (matches)
            grant_role(s, r);
    }
    report_failed_roles(s);
}

/* ---- an API token (rule 35) ---------------------------------------------- */

static const policy *policy_qualified(const fnt_iam *iam, json_value qualified_name)
{
    for (size_t i = 0; i < iam->policy_count; i++)
        if (json_string_equals(qualified_name, iam->policies[i].qualified_name))
            return &iam->policies[i];
    return NULL;
}

/* A list that holds anything but names is not the list that we wrote (rule 5). */
static bool is_list_of_names(json_value list)
{
    json_value item;
    if (list.kind != JSON_ARRAY)
        return false;
    for (json_iterator walk = json_items(list); json_next_item(&walk, &item);)
        if (item.kind != JSON_STRING)
            return false;
    return true;
}

static void eval_named_policies(search *s)
{
    json_value item, list = json_member(s->ask.who->claims, SPAN("policy"));
    if (!is_list_of_names(list)) {
        report_entry(s->report, "note", NULL);
        report_sentence(s->report,
                        "the API token's claim policy is no array of strings: it grants nothing",
                        NO_SPANS);
        return;
    }
    for (json_iterator walk = json_items(list); json_next_item(&walk, &item);) {
        const policy *p = policy_qualified(s->iam, item);
        if (p != NULL)
            eval_policy(s, NULL, p);
        else
            report_missing_policy(s, NULL, json_unescape(item, s->ask.scratch));
    }
}

/* ---- the whole ----------------------------------------------------------- */

static size_t count_resources(const fnt_iam *iam)
{
    size_t count = 0;
    for (size_t i = 0; i < iam->policy_count; i++)
        for (size_t n = 0; n < iam->policies[i].statement_count; n++)
            count += iam->policies[i].statements[n].resources.count;
    return count;
}

static bool reserve(search *s)
{
    s->ask.scratch = memory_alloc(s->ask.who->claims.raw.len + 1);
    s->failed_clauses = memory_alloc_array(s->iam->role_count, sizeof *s->failed_clauses);
    s->out->permissions = memory_alloc_array(count_resources(s->iam), sizeof *s->out->permissions);
    s->out->policies = memory_alloc_array(s->iam->policy_count, sizeof *s->out->policies);
    return s->ask.scratch != NULL && s->failed_clauses != NULL && s->out->permissions != NULL &&
           s->out->policies != NULL;
}

fnt_status grant_find(const fnt_iam *iam, const subject_context *who, grant *out,
                      fnt_report *report)
{
    search s = {.iam = iam, .ask = {who, NULL}, .out = out, .report = report};
    *out = (grant){NULL, 0, NULL, 0, 0};
    bool scratch = reserve(&s);
    if (scratch && who->api_token)
        eval_named_policies(&s);
    else if (scratch)
        eval_roles(&s);
    memory_free(s.ask.scratch);
    memory_free(s.failed_clauses);
    if (scratch)
        return FNT_OK;
    grant_clear(out);
    return FNT_FAULT_MEMORY;
}

void grant_clear(grant *g)
{
    memory_free(g->permissions);
    memory_free(g->policies);
    *g = (grant){NULL, 0, NULL, 0, 0};
}
