/* SPDX-License-Identifier: MIT */
#include "iam/explain/clause_words.h"

#include "base/near_miss.h"
#include "base/utf8.h"
#include "iam/explain/claim_path.h"

enum { TOLD_VALUES = 8, TOLD_BYTES = 200 };

/* ---- what may be told ---------------------------------------------------- */

bool clause_may_tell(const clause *c, const subject_context *who)
{
    static const char *const open[] = {"iss", "sub", "aud", "azp", "typ", "kid",
                                       "jti", "exp", "nbf", "iat", NULL};
    return who->report_values || words_contain(c->claim, open);
}

/* In quotation marks where a blank at an end, or nothing, would not be seen. */
static void put_short(buf *out, span text)
{
    span head = utf8_head(text, TOLD_BYTES);
    bool quoted = text.len == 0 || text.at[0] == ' ' || text.at[text.len - 1] == ' ';
    buf_add(out, quoted ? SPAN("\"") : SPAN_NONE);
    buf_add(out, head);
    buf_add(out, quoted ? SPAN("\"") : SPAN_NONE);
    if (head.len < text.len)
        buf_add(out, SPAN("..."));
}

void clause_put_expected(buf *out, const clause *c)
{
    for (size_t i = 0; i < c->values.count && i < TOLD_VALUES; i++) {
        if (i > 0)
            buf_add(out, SPAN(" or "));
        put_short(out, c->values.at[i]);
    }
    if (c->values.count > TOLD_VALUES) {
        buf_add(out, SPAN(" or one of "));
        buf_integer(out, (int64_t)(c->values.count - TOLD_VALUES));
        buf_add(out, SPAN(" more"));
    }
}

void clause_put_actual(buf *out, json_value claim, char *scratch)
{
    if (claim.kind == JSON_STRING)
        put_short(out, json_unescape(claim, scratch));
    else
        put_short(out, claim.raw);
}

/* ---- one clause ---------------------------------------------------------- */

/* The same clause with ForAnyValue:, or without; whether it would hold. */
static bool would_hold(const clause *c, bool any_value, subject_context *who)
{
    clause other = *c;
    other.any_value = any_value;
    return clause_eval(&other, who) == CLAUSE_HOLDS;
}

static void put_array_advice(buf *out, const clause *c, subject_context *who)
{
    bool principal = c->op.at == NULL;
    buf_add(out, principal ? SPAN("; a principal compares strings, use a condition with "
                                  "ForAnyValue:StringEqual")
                           : SPAN(": use ForAnyValue:"));
    buf_add(out, c->op);
    if (!would_hold(c, true, who))
        buf_add(out, SPAN(", though none of its items fits either"));
}

/* What to do about a claim of another type than the operator is for. */
static void put_type_advice(buf *out, const clause *c, json_value claim, subject_context *who)
{
    bool boolean = claim.kind == JSON_TRUE || claim.kind == JSON_FALSE;
    if (claim.kind == JSON_ARRAY) {
        put_array_advice(out, c, who);
    } else if (claim.kind == JSON_OBJECT) {
        buf_add(out, SPAN(": point into it, as in jwt:"));
        claim_path_inside(out, claim, c->claim, who->scratch);
    } else if (boolean && c->op.at == NULL) {
        buf_add(out, SPAN("; a principal compares strings, use a condition with StringEqual"));
    } else if (boolean) {
        buf_add(out, SPAN(": StringEqual alone takes one, by the value true or false"));
    } else {
        buf_add(out, SPAN(": only a string can match, and a value is always one"));
    }
}

/* Appends what one of the values and that text differ by. */
static bool is_near(buf *near, const clause *c, span text)
{
    for (size_t i = 0; i < c->values.count; i++)
        if (near_miss(near, c->values.at[i], text))
            return true;
    return false;
}

static void put_near(buf *out, const clause *c, json_value claim, char *scratch)
{
    buf near = BUF_EMPTY;
    json_value item;
    bool found = claim.kind == JSON_STRING && is_near(&near, c, json_unescape(claim, scratch));
    for (json_iterator walk = json_items(claim); !found && json_next_item(&walk, &item);)
        found = item.kind == JSON_STRING && is_near(&near, c, json_unescape(item, scratch));
    if (found) {
        buf_add(out, SPAN(" (they differ only by "));
        buf_add(out, buf_span(&near));
        buf_add(out, SPAN(")"));
    }
    buf_free(&near);
}

static void put_failed(buf *out, const clause *c, subject_context *who, json_value claim)
{
    buf_add(out, SPAN(" wants "));
    clause_put_expected(out, c);
    if (!clause_may_tell(c, who)) {
        buf_add(out, SPAN(", is something else"));
        return;
    }
    buf_add(out, SPAN(", is "));
    clause_put_actual(out, claim, who->scratch);
    if (!c->any_value && claim_is_words(c->claim) && would_hold(c, true, who))
        buf_add(out, SPAN(" (its words are compared by ForAnyValue:)"));
    else
        put_near(out, c, claim, who->scratch);
}

static void put_missing(buf *out, const clause *c, subject_context *who)
{
    buf meant = BUF_EMPTY;
    buf_add(out, SPAN("; there is no such claim"));
    if (claim_path_suggest(&meant, who->claims, c->claim, who->scratch)) {
        buf_add(out, SPAN(": did you mean jwt:"));
        put_short(out, buf_span(&meant));
        buf_byte(out, '?');
    }
    buf_free(&meant);
}

void clause_put_words(buf *out, const clause *c, clause_outcome how, subject_context *who)
{
    json_value claim = clause_claim(c, who);
    if (how == CLAUSE_WRONG_TYPE) {
        buf_add(out, SPAN("claim "));
        buf_add(out, c->claim);
        buf_add(out, SPAN(" is "));
        buf_add(out, json_kind_name(claim.kind));
        put_type_advice(out, c, claim, who);
        return;
    }
    buf_add(out, SPAN("jwt:"));
    buf_add(out, c->claim);
    if (how == CLAUSE_FAILED) {
        put_failed(out, c, who, claim);
        return;
    }
    buf_add(out, SPAN(" wants "));
    clause_put_expected(out, c);
    put_missing(out, c, who);
}
