/* SPDX-License-Identifier: MIT */
#include "iam/explain/explain.h"

#include "iam/objects/suggest.h"
#include "token/hint.h"

enum { TOLD_VALUES = 8, TOLD_BYTES = 200 };

/* ---- what may be told ---------------------------------------------------- */

static bool may_tell(const clause *t, const subject_context *who)
{
    static const char *const open[] = {"iss", "sub", "aud", "azp", "typ", "kid",
                                       "jti", "exp", "nbf", "iat", NULL};
    return who->report_values || words_contain(t->claim, open);
}

/* Cut where a character ends. */
static void put_short(buf *out, span text)
{
    size_t len = text.len <= TOLD_BYTES ? text.len : TOLD_BYTES;
    while (len < text.len && len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80)
        len--;
    buf_add(out, (span){text.at, len});
    if (len < text.len)
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

/* ---- one test ------------------------------------------------------------ */

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

static void put_slash_advice(buf *out, const clause *t, json_value claim, char *scratch)
{
    span text = json_unescape(claim, scratch);
    for (size_t i = 0; claim.kind == JSON_STRING && i < t->values.count; i++)
        if (differs_by_slash(t->values.at[i], text)) {
            buf_add(out, SPAN(" (they differ by the slash at the end)"));
            return;
        }
}

static void put_failed(buf *out, const clause *t, const evaluation *a, json_value claim)
{
    buf_add(out, SPAN(" wants "));
    put_expected(out, t);
    if (!may_tell(t, a->who)) {
        buf_add(out, SPAN(", is something else"));
        return;
    }
    buf_add(out, SPAN(", is "));
    put_actual(out, claim, a->scratch);
    put_slash_advice(out, t, claim, a->scratch);
}

static void put_words(buf *out, const clause *t, clause_outcome how, const evaluation *a)
{
    json_value claim = clause_claim(t, a->who);
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
        put_failed(out, t, a, claim);
        return;
    }
    buf_add(out, SPAN(" wants "));
    put_expected(out, t);
    buf_add(out, SPAN("; there is no such claim"));
}

static void report_clause(fnt_report *report, const clause *t, clause_outcome how,
                          const evaluation *a, const rule_path *about)
{
    static const char *const outcomes[] = {
        [CLAUSE_HOLDS] = "matched",
        [CLAUSE_FAILED] = "failed",
        [CLAUSE_MISSING] = "missing",
        [CLAUSE_WRONG_TYPE] = "wrong-type",
    };
    buf expected = BUF_EMPTY, actual = BUF_EMPTY, names = BUF_EMPTY, words = BUF_EMPTY;
    json_value claim = clause_claim(t, a->who);
    put_expected(&expected, t);
    if (claim.kind != JSON_ABSENT && may_tell(t, a->who))
        put_actual(&actual, claim, a->scratch);
    explain_about(&names, about);
    put_words(&words, t, how, a);
    explain_entry(report, "condition", outcomes[how], about);
    report_field(report, FNT_FIELD_CLAIM, t->claim);
    report_field(report, FNT_FIELD_OPERATOR, t->op.at != NULL ? t->op : SPAN("principal"));
    report_field(report, FNT_FIELD_EXPECTED, buf_span(&expected));
    if (claim.kind != JSON_ABSENT && may_tell(t, a->who))
        report_field(report, FNT_FIELD_ACTUAL, buf_span(&actual));
    report_sentence(report, "%: %", SPANS(buf_span(&names), buf_span(&words)));
    buf_free(&expected);
    buf_free(&actual);
    buf_free(&names);
    buf_free(&words);
}

/* ---- conditions, roles --------------------------------------------------- */

void explain_entry(fnt_report *report, const char *kind, const char *outcome,
                   const rule_path *about)
{
    report_entry(report, kind, outcome);
    if (about->role != NULL)
        report_field(report, FNT_FIELD_ROLE, about->role->name);
    if (about->policy != NULL)
        report_field(report, FNT_FIELD_POLICY, about->policy->qualified_name);
    if (about->statement != NULL)
        report_field(report, FNT_FIELD_SID, about->statement->sid);
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

size_t explain_condition_failures(const condition *c, const evaluation *a)
{
    size_t failed_clauses = 0;
    for (size_t i = 0; i < c->count; i++)
        failed_clauses += clause_eval(&c->clauses[i], a->who, a->scratch) == CLAUSE_HOLDS ? 0 : 1;
    return failed_clauses;
}

size_t explain_role_failures(const role *r, const evaluation *a)
{
    return (condition_any(&r->principal, a->who, a->scratch) ? 0 : 1) +
           explain_condition_failures(&r->condition, a);
}

void explain_condition(fnt_report *report, const condition *c, const evaluation *a,
                       const rule_path *about)
{
    for (size_t i = 0; report_wanted(report) && i < c->count; i++) {
        clause_outcome how = clause_eval(&c->clauses[i], a->who, a->scratch);
        if (how != CLAUSE_HOLDS)
            report_clause(report, &c->clauses[i], how, a, about);
    }
}

void explain_role(fnt_report *report, const role *r, const evaluation *a)
{
    rule_path about = {r, NULL, NULL};
    if (!condition_any(&r->principal, a->who, a->scratch))
        explain_condition(report, &r->principal, a, &about);
    explain_condition(report, &r->condition, a, &about);
}

void explain_words(buf *out, const condition *c, const evaluation *a)
{
    for (size_t i = 0; i < c->count; i++) {
        clause_outcome how = clause_eval(&c->clauses[i], a->who, a->scratch);
        if (how == CLAUSE_HOLDS)
            continue;
        if (out->len > 0)
            buf_add(out, SPAN("; "));
        put_words(out, &c->clauses[i], how, a);
    }
}

void explain_role_words(buf *out, const role *r, const evaluation *a)
{
    if (!condition_any(&r->principal, a->who, a->scratch))
        explain_words(out, &r->principal, a);
    explain_words(out, &r->condition, a);
}
