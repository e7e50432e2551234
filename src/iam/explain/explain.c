/* SPDX-License-Identifier: MIT */
#include "iam/explain/explain.h"

#include "base/near_miss.h"
#include "base/utf8.h"
#include "iam/objects/vocabulary.h"

enum { TOLD_VALUES = 8, TOLD_BYTES = 200 };

/* ---- what may be told ---------------------------------------------------- */

static bool may_tell(const clause *t, subject_context *who)
{
    static const char *const open[] = {"iss", "sub", "aud", "azp", "typ", "kid",
                                       "jti", "exp", "nbf", "iat", NULL};
    return who->report_values || words_contain(t->claim, open);
}

static void put_short(buf *out, span text)
{
    span head = utf8_head(text, TOLD_BYTES);
    buf_add(out, head);
    if (head.len < text.len)
        buf_add(out, SPAN("..."));
}

static void put_expected(buf *out, const clause *t)
{
    for (size_t i = 0; i < t->values.count && i < TOLD_VALUES; i++) {
        if (i > 0)
            buf_add(out, SPAN(" or "));
        put_short(out, t->values.at[i]);
    }
    if (t->values.count > TOLD_VALUES) {
        buf_add(out, SPAN(" or one of "));
        buf_integer(out, (int64_t)(t->values.count - TOLD_VALUES));
        buf_add(out, SPAN(" more"));
    }
}

static void put_actual(buf *out, json_value claim, char *scratch)
{
    if (claim.kind == JSON_STRING)
        put_short(out, json_unescape(claim, scratch));
    else
        put_short(out, claim.raw);
}

/* ---- one clause ---------------------------------------------------------- */

/* What to do about a claim of another type than the operator is for. */
static void put_type_advice(buf *out, const clause *t, json_kind kind)
{
    bool principal = t->op.at == NULL;
    if (kind == JSON_ARRAY) {
        buf_add(out, principal ? SPAN("; a principal compares strings, use a condition with "
                                      "ForAnyValue:StringEqual")
                               : SPAN(": use ForAnyValue:"));
        buf_add(out, t->op);
    } else if (kind == JSON_STRING) {
        buf_add(out, SPAN(", not an array: use "));
        buf_add(out, span_from(t->op, SPAN("ForAnyValue:").len));
    } else if (kind == JSON_OBJECT) {
        buf_add(out, SPAN(": point into it, as in jwt:/"));
        buf_add(out, t->claim);
        buf_add(out, SPAN("/name"));
    } else {
        buf_add(out, SPAN(": only a string can match, and a value is always one"));
    }
}

/* Appends what one of the values and that text differ by. */
static bool is_near(buf *near, const clause *t, span text)
{
    for (size_t i = 0; i < t->values.count; i++)
        if (near_miss(near, t->values.at[i], text))
            return true;
    return false;
}

static void put_near(buf *out, const clause *t, json_value claim, char *scratch)
{
    buf near = BUF_EMPTY;
    json_value item;
    bool found = claim.kind == JSON_STRING && is_near(&near, t, json_unescape(claim, scratch));
    for (json_iterator walk = json_items(claim); !found && json_next_item(&walk, &item);)
        found = item.kind == JSON_STRING && is_near(&near, t, json_unescape(item, scratch));
    if (found) {
        buf_add(out, SPAN(" (they differ only by "));
        buf_add(out, buf_span(&near));
        buf_add(out, SPAN(")"));
    }
    buf_free(&near);
}

static void put_failed(buf *out, const clause *t, subject_context *who, json_value claim)
{
    buf_add(out, SPAN(" wants "));
    put_expected(out, t);
    if (!may_tell(t, who)) {
        buf_add(out, SPAN(", is something else"));
        return;
    }
    buf_add(out, SPAN(", is "));
    put_actual(out, claim, who->scratch);
    put_near(out, t, claim, who->scratch);
}

static void put_words(buf *out, const clause *t, clause_outcome how, subject_context *who)
{
    json_value claim = clause_claim(t, who);
    if (how == CLAUSE_WRONG_TYPE) {
        buf_add(out, SPAN("claim "));
        buf_add(out, t->claim);
        buf_add(out, SPAN(" is "));
        buf_add(out, json_kind_name(claim.kind));
        put_type_advice(out, t, claim.kind);
        return;
    }
    buf_add(out, SPAN("jwt:"));
    buf_add(out, t->claim);
    if (how == CLAUSE_FAILED) {
        put_failed(out, t, who, claim);
        return;
    }
    buf_add(out, SPAN(" wants "));
    put_expected(out, t);
    buf_add(out, SPAN("; there is no such claim"));
}

/* "role r: jwt:client_id wants openfaas, is portal" */
static void put_sentence(buf *out, const clause *t, clause_outcome how, subject_context *who,
                         const rule_path *about)
{
    explain_about(out, about);
    buf_add(out, SPAN(": "));
    put_words(out, t, how, who);
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
    bool told = claim.kind != JSON_ABSENT && may_tell(t, who);
    put_expected(&expected, t);
    if (told)
        put_actual(&actual, claim, who->scratch);
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

size_t explain_condition_failures(const condition *c, subject_context *who)
{
    size_t failed_clauses = 0;
    for (size_t i = 0; i < c->count; i++)
        failed_clauses += clause_eval(&c->clauses[i], who) == CLAUSE_HOLDS ? 0 : 1;
    return failed_clauses;
}

size_t explain_role_failures(const role *r, subject_context *who)
{
    return (condition_any(&r->principal, who) ? 0 : 1) +
           explain_condition_failures(&r->condition, who);
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
        put_words(out, &c->clauses[i], how, who);
    }
}

void explain_role_words(buf *out, const role *r, subject_context *who)
{
    if (!condition_any(&r->principal, who))
        explain_words(out, &r->principal, who);
    explain_words(out, &r->condition, who);
}
