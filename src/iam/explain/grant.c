/* SPDX-License-Identifier: MIT */
#include "iam/explain/grant.h"

#include "base/memory.h"
#include "iam/explain/explain.h"
#include "iam/rules/rules_set.h"
#include "token/token.h"

typedef struct {
    const fnt_iam *iam;
    asker ask;
    size_t *misses; /* of each role */
    grant *out;
    fnt_report *report;
} search;

/* ---- collecting, each once --------------------------------------------------------------------------------------- */

static bool add_once(span *list, size_t *count, span text)
{
    for (size_t i = 0; i < *count; i++)
        if (span_equal(list[i], text))
            return false;
    list[(*count)++] = text;
    return true;
}

static void add_permission(search *s, const whereabouts *about, span pattern)
{
    if (s->out->permission_count > TOKEN_PATTERNS) /* one too many for any token: that is all who asks has to know */
        return;
    if (!add_once(s->out->permissions, &s->out->permission_count, pattern) || !report_wanted(s->report))
        return;
    buf names = BUF_EMPTY;
    explain_about(&names, about);
    explain_entry(s->report, "grant", NULL, about);
    report_field(s->report, FNT_FIELD_PATTERN, pattern);
    report_say(s->report, "%: grants %", SPANS(buf_span(&names), pattern));
    buf_free(&names);
}

/* ---- statements -------------------------------------------------------------------------------------------------- */

static void tell_statement(search *s, const whereabouts *about, const char *outcome, const char *words)
{
    if (!report_wanted(s->report))
        return;
    buf names = BUF_EMPTY;
    explain_about(&names, about);
    explain_entry(s->report, "statement", outcome, about);
    report_say(s->report, "% %", SPANS(buf_span(&names), span_of(words)));
    buf_free(&names);
}

static void ask_statement(search *s, const whereabouts *about)
{
    const statement *st = about->statement;
    if (!st->invoke) {
        tell_statement(s, about, "skipped", "allows no Function:Invoke");
        return;
    }
    if (!condition_all(&st->condition, s->ask.who, s->ask.room)) {
        tell_statement(s, about, "failed", "has a condition that does not hold");
        explain_condition(s->report, &st->condition, &s->ask, about);
        return;
    }
    tell_statement(s, about, "matched", "matches");
    for (size_t i = 0; i < st->resources.count; i++)
        add_permission(s, about, st->resources.at[i]);
}

/* A policy that an earlier role brought has said all that it can say. */
static void ask_policy(search *s, const role *by, const policy *p)
{
    if (!add_once(s->out->policies, &s->out->policy_count, p->title))
        return;
    for (size_t i = 0; i < p->statement_count; i++) {
        whereabouts about = {by, p, &p->statements[i]};
        ask_statement(s, &about);
    }
}

/* ---- roles ------------------------------------------------------------------------------------------------------- */

static void tell_missing_policy(search *s, const role *by, span name)
{
    whereabouts about = {by, NULL, NULL};
    explain_entry(s->report, "note", NULL, &about);
    report_field(s->report, FNT_FIELD_POLICY, name);
    if (by != NULL)
        report_say(s->report, "role %: policy % is not there, it grants nothing", SPANS(by->name, name));
    else
        report_say(s->report, "policy %, which the token names, is not there (any more), it grants nothing", SPANS(name));
}

static void take_role(search *s, const role *r)
{
    whereabouts about = {r, NULL, NULL};
    s->out->roles++;
    explain_entry(s->report, "role", "matched", &about);
    report_say(s->report, "role % matches", SPANS(r->name));
    for (size_t i = 0; i < r->policies.count; i++) {
        if (r->found[i] != NULL)
            ask_policy(s, r, r->found[i]);
        else
            tell_missing_policy(s, r, r->policies.at[i]);
    }
}

static void tell_failed_role(search *s, const role *r)
{
    whereabouts about = {r, NULL, NULL};
    explain_entry(s->report, "role", "failed", &about);
    report_say(s->report, "role % does not match", SPANS(r->name));
    explain_role(s->report, r, &s->ask);
}

/* Those nearest to a match first. */
static void tell_failed_roles(search *s)
{
    size_t most = 0;
    for (size_t i = 0; i < s->iam->role_count; i++)
        most = s->misses[i] > most ? s->misses[i] : most;
    for (size_t misses = 1; report_wanted(s->report) && misses <= most; misses++)
        for (size_t i = 0; i < s->iam->role_count; i++)
            if (s->misses[i] == misses)
                tell_failed_role(s, &s->iam->roles[i]);
}

static void ask_roles(search *s)
{
    for (size_t i = 0; i < s->iam->role_count; i++) {
        const role *r = &s->iam->roles[i];
        bool matches = role_matches(r, s->ask.who, s->ask.room);
        s->misses[i] = matches ? 0 : explain_role_misses(r, &s->ask);
        if (matches)
            take_role(s, r);
    }
    tell_failed_roles(s);
}

/* ---- an API token (rule 35) -------------------------------------------------------------------------------------- */

static const policy *policy_titled(const fnt_iam *iam, json_value title)
{
    for (size_t i = 0; i < iam->policy_count; i++)
        if (json_reads(title, iam->policies[i].title))
            return &iam->policies[i];
    return NULL;
}

/* A list that holds anything but names is not the list that we wrote (rule 5). */
static bool is_list_of_names(json_value list)
{
    json_value item;
    if (list.kind != JSON_ARRAY)
        return false;
    for (json_walk walk = json_items(list); json_next_item(&walk, &item);)
        if (item.kind != JSON_STRING)
            return false;
    return true;
}

static void ask_named_policies(search *s)
{
    json_value item, list = json_member(s->ask.who->claims, SPAN("policy"));
    if (!is_list_of_names(list)) {
        report_entry(s->report, "note", NULL);
        report_say(s->report, "the API token's claim policy is no list of names: it grants nothing", NO_SPANS);
        return;
    }
    for (json_walk walk = json_items(list); json_next_item(&walk, &item);) {
        const policy *p = policy_titled(s->iam, item);
        if (p != NULL)
            ask_policy(s, NULL, p);
        else
            tell_missing_policy(s, NULL, json_text(item, s->ask.room));
    }
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static size_t count_resources(const fnt_iam *iam)
{
    size_t count = 0;
    for (size_t i = 0; i < iam->policy_count; i++)
        for (size_t n = 0; n < iam->policies[i].statement_count; n++)
            count += iam->policies[i].statements[n].resources.count;
    return count;
}

static bool make_room(search *s)
{
    s->ask.room = memory_new(s->ask.who->claims.raw.len + 1);
    s->misses = memory_array(s->iam->role_count, sizeof *s->misses);
    s->out->permissions = memory_array(count_resources(s->iam), sizeof *s->out->permissions);
    s->out->policies = memory_array(s->iam->policy_count, sizeof *s->out->policies);
    return s->ask.room != NULL && s->misses != NULL && s->out->permissions != NULL && s->out->policies != NULL;
}

fnt_status grant_find(const fnt_iam *iam, const subject_claims *who, grant *out, fnt_report *report)
{
    search s = {.iam = iam, .ask = {who, NULL}, .out = out, .report = report};
    *out = (grant){NULL, 0, NULL, 0, 0};
    bool room = make_room(&s);
    if (room && who->api_token)
        ask_named_policies(&s);
    else if (room)
        ask_roles(&s);
    memory_free(s.ask.room);
    memory_free(s.misses);
    if (room)
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
