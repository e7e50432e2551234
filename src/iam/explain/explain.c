/* SPDX-License-Identifier: MIT */
#include "iam/explain/explain.h"

#include "iam/explain/clause_words.h"

/* "role r: jwt:client_id wants openfaas, is portal" */
static void put_sentence(buf *out, const clause *t, clause_outcome how, subject_context *who,
                         const rule_path *about)
{
    explain_about(out, about);
    buf_add(out, SPAN(": "));
    clause_put_words(out, t, how, who);
}

static void report_clause(fnt_report *report, int32_t level, const clause *t, clause_outcome how,
                          subject_context *who, const rule_path *about)
{
    static const char *const outcomes[] = {
        [CLAUSE_HOLDS] = "matched",
        [CLAUSE_FAILED] = "failed",
        [CLAUSE_MISSING] = "missing",
        [CLAUSE_WRONG_TYPE] = "wrong-type",
    };
    buf expected = BUF_EMPTY, actual = BUF_EMPTY, sentence = BUF_EMPTY;
    if (!explain_entry(report, level, "condition", outcomes[how], about))
        return;
    json_value claim = clause_claim(t, who);
    bool told = claim.kind != JSON_ABSENT && clause_may_tell(t, who);
    clause_put_expected(&expected, t);
    if (told)
        clause_put_actual(&actual, claim, who->scratch);
    put_sentence(&sentence, t, how, who, about);
    report_field(report, FNT_FIELD_CLAIM, t->claim);
    report_field(report, FNT_FIELD_OPERATOR, t->op.at != NULL ? t->op : SPAN("principal"));
    report_field(report, FNT_FIELD_EXPECTED, buf_span(&expected));
    report_field(report, FNT_FIELD_ACTUAL, told ? buf_span(&actual) : SPAN_NONE);
    report_sentence(report, "$", SPANS(buf_span(&sentence)));
    buf_free(&expected);
    buf_free(&actual);
    buf_free(&sentence);
}

/* ---- conditions, roles --------------------------------------------------- */

bool explain_entry(fnt_report *report, int32_t level, const char *kind, const char *outcome,
                   const rule_path *about)
{
    if (!report_entry_at(report, level, kind, outcome))
        return false;
    if (about->role != NULL)
        report_field(report, FNT_FIELD_ROLE, about->role->name);
    if (about->policy != NULL)
        report_field(report, FNT_FIELD_POLICY, about->policy->qualified_name);
    if (about->statement != NULL)
        report_field(report, FNT_FIELD_SID, about->statement->sid);
    return true;
}

void explain_about(buf *out, const rule_path *about)
{
    if (about->role != NULL) {
        buf_add(out, SPAN("role "));
        buf_add(out, about->role->name);
    }
    if (about->policy != NULL) {
        buf_add(out, about->role != NULL ? SPAN(", policy ") : SPAN("policy "));
        buf_add(out, about->policy->qualified_name);
    }
    if (about->statement != NULL) {
        buf_add(out, SPAN(", statement "));
        buf_add(out, about->statement->sid);
    }
}

void explain_missing_policy(buf *out, const role *by, span name)
{
    rule_path about = {by, NULL, NULL};
    explain_about(out, &about);
    buf_add(out, by != NULL ? SPAN(": policy ") : SPAN("policy "));
    buf_add(out, name);
    buf_add(out, by != NULL
                     ? SPAN(" is not there, it grants nothing")
                     : SPAN(", which the token names, is not there (any more), it grants nothing"));
}

void explain_no_policy(buf *out, const role *by)
{
    rule_path about = {by, NULL, NULL};
    explain_about(out, &about);
    buf_add(out, SPAN(" names no policy, it grants nothing"));
}

/* One clause more in the way is farther than any number of claims that are missing. */
enum { IN_THE_WAY = 1000, MISSING = 1 };

static size_t clause_distance(const clause *c, subject_context *who)
{
    switch (clause_eval(c, who)) {
    case CLAUSE_HOLDS:
        return 0;
    case CLAUSE_MISSING:
        return IN_THE_WAY + MISSING;
    default:
        return IN_THE_WAY;
    }
}

size_t explain_condition_distance(const condition *c, subject_context *who)
{
    size_t distance = 0;
    for (size_t i = 0; i < c->count; i++)
        distance += clause_distance(&c->clauses[i], who);
    return distance;
}

/* That of the nearest clause. */
static size_t principal_distance(const condition *c, subject_context *who)
{
    size_t nearest = c->count > 0 ? SIZE_MAX : 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t distance = clause_distance(&c->clauses[i], who);
        nearest = distance < nearest ? distance : nearest;
    }
    return nearest;
}

size_t explain_role_distance(const role *r, subject_context *who)
{
    return principal_distance(&r->principal, who) + explain_condition_distance(&r->condition, who);
}

void explain_condition(fnt_report *report, int32_t level, const condition *c, subject_context *who,
                       const rule_path *about)
{
    for (size_t i = 0; report_wants(report, level) && i < c->count; i++) {
        clause_outcome how = clause_eval(&c->clauses[i], who);
        if (how != CLAUSE_HOLDS)
            report_clause(report, level, &c->clauses[i], how, who, about);
    }
}

void explain_role(fnt_report *report, int32_t level, const role *r, subject_context *who)
{
    rule_path about = {r, NULL, NULL};
    if (!condition_any(&r->principal, who))
        explain_condition(report, level, &r->principal, who, &about);
    explain_condition(report, level, &r->condition, who, &about);
}

void explain_words(buf *out, const condition *c, subject_context *who)
{
    for (size_t i = 0; i < c->count; i++) {
        clause_outcome how = clause_eval(&c->clauses[i], who);
        if (how == CLAUSE_HOLDS)
            continue;
        if (out->len > 0)
            buf_add(out, SPAN("; "));
        clause_put_words(out, &c->clauses[i], how, who);
    }
}

void explain_role_words(buf *out, const role *r, subject_context *who)
{
    if (!condition_any(&r->principal, who))
        explain_words(out, &r->principal, who);
    explain_words(out, &r->condition, who);
}
