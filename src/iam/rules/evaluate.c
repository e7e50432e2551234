/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "iam/rules/condition.h"
#include "iam/rules/names.h"
#include "match/pattern.h"

/* Conditions evaluated: the second half of condition.h. */

static bool is_among(texts sorted, span text)
{
    size_t low = 0, high = sorted.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = names_compare(sorted.at[middle], text);
        if (order == 0)
            return true;
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

static bool equals_any(const clause *c, span text)
{
    if (c->sorted.count > 0)
        return is_among(c->sorted, text);
    for (size_t i = 0; i < c->values.count; i++)
        if (span_equal(c->values.at[i], text))
            return true;
    return false;
}

static bool fits(const clause *c, size_t i, span text)
{
    return c->how == COMPARE_FOLD ? span_equal_fold(c->values.at[i], text)
                                  : pattern_match(c->values.at[i], text);
}

bool clause_matches(const clause *c, span text)
{
    if (c->how == COMPARE_EQUAL)
        return equals_any(c, text);
    for (size_t i = 0; i < c->values.count; i++)
        if (fits(c, i, text))
            return true;
    return false;
}

/* Steps that one value takes. A text that has not a pattern's beginning is told at once; folded
 * values and the rest of a pattern may need each byte. */
static size_t price_of(const clause *c, size_t i, span text)
{
    span value = c->values.at[i];
    if (c->how == COMPARE_FOLD)
        return value.len == text.len ? 1 + text.len / 4 : 1;
    span prefix = {value.at, pattern_prefix(value)};
    if (!span_starts(text, prefix))
        return 1;
    size_t suffix = pattern_suffix(value), rest = text.len - prefix.len;
    return prefix.len == value.len                ? 1 + prefix.len / 4
           : prefix.len + suffix + 1 == value.len ? 1 + (prefix.len + suffix) / 4
                                                  : 1 + rest;
}

static bool text_fits(const clause *c, span text, subject_context *who)
{
    if (!subject_step(who, 1 + text.len / 16))
        return false;
    if (c->how == COMPARE_EQUAL)
        return subject_step(who, c->sorted.count > 0 ? 16 : 0) && equals_any(c, text);
    for (size_t i = 0; i < c->values.count; i++)
        if (!subject_step(who, price_of(c, i, text)) || fits(c, i, text))
            return !who->exhausted;
    return false;
}

static bool is_boolean(json_kind kind)
{
    return kind == JSON_TRUE || kind == JSON_FALSE;
}

/* "true" and "false" are a boolean's text for StringEqual alone: a pattern would take either. */
static bool takes_booleans(const clause *c)
{
    return c->how == COMPARE_EQUAL && c->op.at != NULL;
}

static bool value_fits(const clause *c, const json_value *value, subject_context *who)
{
    if (value->kind == JSON_STRING)
        return text_fits(c, value->escaped ? json_unescape(*value, who->scratch) : value->raw, who);
    return is_boolean(value->kind) && takes_booleans(c) && text_fits(c, value->raw, who);
}

static bool any_word_fits(const clause *c, span text, subject_context *who)
{
    if (!subject_step(who, text.len / 2))
        return false;
    while (text.len > 0 && !who->exhausted) {
        span word = {text.at, span_index(text, ' ')};
        if (word.len > 0 && text_fits(c, word, who))
            return true;
        text = span_from(text, word.len + 1);
    }
    return false;
}

/* Many items, few values: of nearly all the hash says that they are not there. */
static bool any_value_found(const clause *c, const json_index *items, subject_context *who)
{
    if (!subject_step(who, 1 + c->values.count / 3))
        return false;
    for (size_t i = 0; i < c->values.count; i++)
        if (json_index_may_have(items, &c->hashes[i], 1) && subject_step(who, 4) &&
            json_index_find(items, c->values.at[i]).kind != JSON_ABSENT)
            return true;
    return false;
}

static bool any_of_array_fits(const clause *c, json_value array, subject_context *who)
{
    enum { SHORT = 128 }; /* bytes; of so many it is sooner walked */
    json_value item;
    const json_index *items = NULL;
    if (array.raw.len > SHORT && c->hashes != NULL && c->values.count <= array.raw.len / 4)
        items = subject_index(who, array);
    if (items != NULL)
        return any_value_found(c, items, who);
    if (!subject_step(who, array.raw.len / 2))
        return false;
    for (json_iterator walk = json_items(array); json_next_item(&walk, &item);)
        if (value_fits(c, &item, who))
            return true;
    return false;
}

/* Text is a list of one, but for a claim whose words are the list. */
static bool any_item_fits(const clause *c, const json_value *claim, subject_context *who)
{
    if (claim->kind == JSON_ARRAY)
        return any_of_array_fits(c, *claim, who);
    if (claim->kind != JSON_STRING)
        return false;
    return claim_is_words(c->claim) ? any_word_fits(c, json_unescape(*claim, who->scratch), who)
                                    : value_fits(c, claim, who);
}

static bool holds(const clause *c, subject_context *who)
{
    const json_value *claim = subject_claim(who, c->claim, c->slot);
    return c->any_value ? any_item_fits(c, claim, who) : value_fits(c, claim, who);
}

static bool is_of_type(const clause *c, json_kind kind)
{
    return kind == JSON_STRING ||
           (c->any_value ? kind == JSON_ARRAY : is_boolean(kind) && takes_booleans(c));
}

clause_outcome clause_eval(const clause *c, subject_context *who)
{
    assert(c->values.count > 0);
    json_value claim = clause_claim(c, who);
    if (claim.kind == JSON_ABSENT)
        return CLAUSE_MISSING;
    if (!is_of_type(c, claim.kind))
        return CLAUSE_WRONG_TYPE;
    return holds(c, who) ? CLAUSE_HOLDS : CLAUSE_FAILED;
}

bool condition_all(const condition *c, subject_context *who)
{
    for (size_t i = 0; i < c->count; i++)
        if (!holds(&c->clauses[i], who))
            return false;
    return true;
}

bool condition_any(const condition *c, subject_context *who)
{
    for (size_t i = 0; i < c->count; i++)
        if (holds(&c->clauses[i], who))
            return true;
    return c->count == 0;
}
