/* SPDX-License-Identifier: MIT */
#include "iam/explain/grant.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "iam/explain/explain.h"
#include "iam/rules/prepare.h"
#include "token/token.h"

typedef struct {
    const fnt_iam *iam;
    subject_context *who;
    grant *out;
    size_t permissions_max;      /* that out->permissions has memory for */
    size_t room;                 /* bytes that are left for permissions */
    uint64_t *granted, *visited; /* a bit for each resource's number, and for each policy */
    fnt_report *report;
} search;

/* ---- collecting, each once ----------------------------------------------- */

/* Sets a bit. False: it was set. */
static bool mark(uint64_t *bits, size_t number)
{
    uint64_t bit = UINT64_C(1) << number % 64;
    bool fresh = (bits[number / 64] & bit) == 0;
    bits[number / 64] |= bit;
    return fresh;
}

/* In a token it stands between quotes and behind a comma. */
static bool has_room(search *s, span pattern)
{
    size_t bytes = pattern.len + sizeof "\"\"," - 1;
    if (bytes > s->room || s->out->permission_count == s->permissions_max) {
        s->out->too_many = true;
        return false;
    }
    s->room -= bytes;
    return true;
}

static void add_permission(search *s, const rule_path *about, size_t index)
{
    span pattern = about->statement->resources.at[index];
    /* with what it takes to write it into a token */
    if (!subject_step(s->who, 2) || !mark(s->granted, about->statement->numbers[index]) ||
        !has_room(s, pattern) || !subject_step(s->who, 6 + pattern.len / 3))
        return;
    s->out->permissions[s->out->permission_count++] = pattern;
    if (!explain_entry(s->report, FNT_REPORT_DECISION, "grant", NULL, about))
        return;
    buf names = BUF_EMPTY;
    explain_about(&names, about);
    report_field(s->report, FNT_FIELD_PATTERN, pattern);
    report_sentence(s->report, "$: grants %", SPANS(buf_span(&names), pattern));
    buf_free(&names);
}

/* Whether there is anything left to look for: nothing that no token holds, nor beyond the price. */
static bool goes_on(const search *s)
{
    return !s->out->too_many && !s->who->exhausted;
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
    if (!subject_step(s->who, 1))
        return;
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
    for (size_t i = 0; i < st->resources.count && goes_on(s); i++)
        add_permission(s, about, i);
}

/* A policy that an earlier role brought has said all that it can say. Of permissions that no token
 * can hold no more are looked for. */
static void eval_policy(search *s, const role *by, const policy *p)
{
    if (!subject_step(s->who, 1) || !mark(s->visited, (size_t)(p - s->iam->policies)))
        return;
    s->out->policies[s->out->policy_count++] = p->qualified_name;
    for (size_t i = 0; i < p->statement_count && goes_on(s); i++) {
        rule_path about = {by, p, &p->statements[i]};
        eval_statement(s, &about);
    }
}

/* name absent: the role names none. */
static void report_missing_policy(search *s, const role *by, span name)
{
    rule_path about = {by, NULL, NULL};
    buf sentence = BUF_EMPTY;
    if (!explain_entry(s->report, FNT_REPORT_DECISION, "note", NULL, &about))
        return;
    if (name.at != NULL)
        explain_missing_policy(&sentence, by, name);
    else
        explain_no_policy(&sentence, by);
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
    if (r->policies.count == 0)
        report_missing_policy(s, r, SPAN_NONE);
    for (size_t i = 0; i < r->policies.count && !s->who->exhausted; i++) {
        if (r->found[i] != NULL)
            eval_policy(s, r, r->found[i]);
        else
            report_missing_policy(s, r, r->policies.at[i]);
    }
}

static size_t next_open_gate(const role_gate *gates, size_t i, size_t count, subject_context *who)
{
    for (const uint64_t *filter = who->filter; i < count; i++)
        if ((gates[i].filter & filter[gates[i].slot]) != 0 && role_gate_is_open(&gates[i], who))
            break;
    return i;
}

static void eval_roles(search *s)
{
    const fnt_iam *iam = s->iam;
    subject_context *who = s->who;
    prepare_subject(iam, who);
    size_t count = subject_step(who, iam->role_count / 4) ? iam->role_count : 0;
    for (size_t i = 0; (i = next_open_gate(iam->gates, i, count, who)) < count && !who->exhausted;
         i++)
        if (role_matches(&iam->roles[i], who))
            grant_role(s, &iam->roles[i]);
}

/* ---- an API token (rule 35) ---------------------------------------------- */

static void eval_named_policies(search *s)
{
    json_value item, list = subject_member(s->who, SPAN("policy"));
    if (!json_is_string_array(list)) { /* then it is not the list that we wrote (rule 5) */
        report_entry(s->report, "note", NULL);
        report_sentence(
            s->report, "the API token's claim policy is not an array of strings: it grants nothing",
            NO_SPANS);
        return;
    }
    for (json_iterator walk = json_items(list);
         !s->who->exhausted && json_next_item(&walk, &item);) {
        span name = json_unescape(item, s->who->scratch);
        const policy *p =
            subject_step(s->who, 1 + name.len / 4) ? rules_policy_qualified(s->iam, name) : NULL;
        if (p != NULL)
            eval_policy(s, NULL, p);
        else
            report_missing_policy(s, NULL, name);
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

typedef struct {
    size_t distance, index;
} far_role;

static int by_distance(const void *a, const void *b)
{
    const far_role *x = a, *y = b;
    int order = (x->distance > y->distance) - (x->distance < y->distance);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* Those nearest to a match first. */
static void report_failed_roles(search *s)
{
    size_t count = 0;
    far_role *far = memory_alloc_array(s->iam->role_count, sizeof *far);
    for (size_t i = 0; far != NULL && i < s->iam->role_count; i++) {
        far[count] = (far_role){explain_role_distance(&s->iam->roles[i], s->who), i};
        count += far[count].distance > 0 ? 1 : 0;
    }
    if (far != NULL) /* else the report is shorter, and that is all */
        qsort(far, count, sizeof *far, by_distance);
    for (size_t i = 0; i < count; i++)
        report_failed_role(s, FNT_REPORT_FULL, &s->iam->roles[far[i].index]);
    memory_free(far);
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
    const fnt_iam *iam = s->iam;
    size_t most = TOKEN_PATTERNS + 1, all = iam->distinct_resources;
    s->permissions_max = all < most ? all : most;
    s->out->permissions = memory_alloc_array(s->permissions_max, sizeof *s->out->permissions);
    s->out->policies = memory_alloc_array(iam->policy_count, sizeof *s->out->policies);
    s->granted = memory_alloc_array(all / 64 + 1, sizeof *s->granted);
    s->visited = memory_alloc_array(iam->policy_count / 64 + 1, sizeof *s->visited);
    return s->out->permissions != NULL && s->out->policies != NULL && s->granted != NULL &&
           s->visited != NULL;
}

static void evaluate(search *s)
{
    subject_context *who = s->who;
    if (who->api_token)
        eval_named_policies(s);
    else
        eval_roles(s);
    s->out->steps = who->steps;
    if (who->exhausted)
        return;
    who->steps = SIZE_MAX; /* what is left to do is the report's */
    if (!who->api_token && report_wants(s->report, FNT_REPORT_DECISION))
        report_others(s);
}

fnt_status grant_too_dear(fnt_report *report)
{
    return report_refuse(report, FNT_OAUTH_REQUEST,
                         "The subject token's claims take more comparisons with the Roles and "
                         "Policies than an exchange makes: send a token with fewer groups, or "
                         "write fewer Roles and patterns for one claim.",
                         NO_SPANS);
}

fnt_status grant_find(const fnt_iam *iam, subject_context *who, size_t room, grant *out,
                      fnt_report *report)
{
    search s = {.iam = iam, .who = who, .out = out, .room = room, .report = report};
    *out = (grant){.permissions = NULL};
    bool reserved = reserve(&s);
    if (reserved)
        evaluate(&s);
    memory_free(s.granted);
    memory_free(s.visited);
    if (reserved && !who->exhausted)
        return FNT_OK;
    grant_clear(out);
    return reserved ? grant_too_dear(report) : FNT_FAULT_MEMORY;
}

void grant_clear(grant *g)
{
    memory_free(g->permissions);
    memory_free(g->policies);
    *g = (grant){.permissions = NULL};
}
