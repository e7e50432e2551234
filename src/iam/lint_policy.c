/* SPDX-License-Identifier: MIT */
#include "iam/lint_find.h"
#include "iam/near.h"
#include "match/pattern.h"

typedef struct {
    linting *lint;
    const policy *policy;
    subject_of_lint of;
} looking;

static lint_place at_resource(const statement *st, size_t index)
{
    return (lint_place){st->path, SPAN("/resource"), index};
}

/* ---- one resource ------------------------------------------------------------------------------------------------ */

/* "*", "**", "*:*": whatever the function is. */
static bool is_everything(span pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (pattern.at[i] != '*' && pattern.at[i] != ':')
            return false;
    return pattern_match(pattern, SPAN("a:a"));
}

static bool is_possible(span pattern)
{
    size_t colons = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.at[i];
        colons += c == ':' ? 1 : 0;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '*' || c == ':'))
            return false;
    }
    return colons <= 1 && pattern.at[0] != ':' && pattern.at[pattern.len - 1] != ':';
}

static void check_resource(looking *k, const statement *st, size_t index)
{
    span pattern = st->resources.at[index];
    lint_place where = at_resource(st, index);
    bool no_namespace = span_index(pattern, ':') == pattern.len;
    if (is_everything(pattern))
        lint_tell(k->lint, "star-granted", &k->of, where, "statement % allows every function in every namespace: %",
                  SPANS(st->sid, pattern));
    else if (!is_possible(pattern))
        lint_tell(k->lint, "impossible-resource", &k->of, where,
                  "no function can be called %: NAMESPACE:NAME is lower-case letters, digits, - and one colon", SPANS(pattern));
    else if (no_namespace && span_index(pattern, '*') == pattern.len)
        lint_tell(k->lint, "resource-without-namespace", &k->of, where,
                  "% has no namespace and matches nothing: write it as in openfaas-fn:%",
                  SPANS(pattern, pattern));
    else if (no_namespace)
        lint_tell(k->lint, "resource-without-namespace", &k->of, where,
                  "% has no colon, so its star crosses from one namespace into others: write NAMESPACE:NAME", SPANS(pattern));
}

/* ---- one resource beside others ---------------------------------------------------------------------------------- */

/* Of two that cover each other, i.e. are the same, the later is told. */
static bool is_covered_by(const statement *st, size_t i, const statement *other, size_t n)
{
    span narrow = st->resources.at[i], wide = other->resources.at[n];
    bool later = other < st || (other == st && n < i);
    return pattern_covers(wide, narrow) && (later || !pattern_covers(narrow, wide));
}

/* A statement with a condition allows less than it seems to, so it covers nothing of others. */
static void check_cover(looking *k, const statement *st, size_t i)
{
    for (size_t s = 0; s < k->policy->statement_count; s++) {
        const statement *other = &k->policy->statements[s];
        bool counts = other->invoke && (other == st || other->condition.count == 0);
        for (size_t n = 0; counts && n < other->resources.count; n++)
            if ((other != st || n != i) && is_covered_by(st, i, other, n)) {
                lint_tell(k->lint, "covered-pattern", &k->of, at_resource(st, i),
                          "% is covered by % in statement %: one of them is enough",
                          SPANS(st->resources.at[i], other->resources.at[n], other->sid));
                return;
            }
    }
}

/* ---- one statement ----------------------------------------------------------------------------------------------- */

static bool says_invoke(span text)
{
    span word = SPAN("invoke");
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (span_equal_fold((span){text.at + i, word.len}, word))
            return true;
    return false;
}

static bool looks_like_invoke(const statement *st)
{
    static const char *const wanted[] = {"Function:Invoke", NULL};
    static const char *const old[] = {"Function:Read", "Function:Admin", NULL};
    if (says_invoke(st->sid))
        return true;
    for (size_t i = 0; i < st->actions.count; i++)
        if (says_invoke(st->actions.at[i]) || near_is_listed(st->actions.at[i], old) ||
            near_word(st->actions.at[i], wanted).at != NULL)
            return true;
    return false;
}

static void check_actions(looking *k, const statement *st)
{
    for (size_t i = 0; i < st->actions.count; i++)
        if (span_equal(st->actions.at[i], SPAN("*")))
            lint_tell(k->lint, "star-granted", &k->of, (lint_place){st->path, SPAN("/action"), i},
                      "statement % allows every action, also those of later versions: name the ones that are meant",
                      SPANS(st->sid));
    if (!st->invoke && looks_like_invoke(st))
        lint_tell(k->lint, "looks-like-invoke", &k->of, (lint_place){st->path, SPAN("/action"), NO_INDEX},
                  "statement % does not allow calling: if it should, add Function:Invoke", SPANS(st->sid));
}

static void check_sid(looking *k, const statement *st)
{
    for (const statement *other = k->policy->statements; other < st; other++)
        if (span_equal(other->sid, st->sid)) {
            lint_tell(k->lint, "duplicate-sid", &k->of, (lint_place){st->path, SPAN("/sid"), NO_INDEX},
                      "sid % stands twice: explanations cannot tell the statements apart, rename one", SPANS(st->sid));
            return;
        }
}

static void look_at(looking *k, const statement *st)
{
    check_sid(k, st);
    check_actions(k, st);
    for (size_t i = 0; st->invoke && i < st->resources.count; i++) {
        check_resource(k, st, i);
        check_cover(k, st, i);
    }
    lint_condition(k->lint, &k->of, &st->condition);
}

/* ---- the policy -------------------------------------------------------------------------------------------------- */

static bool is_used(const fnt_iam *iam, const policy *p)
{
    for (size_t r = 0; r < iam->role_count; r++)
        for (size_t n = 0; n < iam->roles[r].policies.count; n++)
            if (iam->roles[r].found[n] == p)
                return true;
    return false;
}

void lint_policy(linting *l, const policy *p)
{
    looking k = {l, p, {"Policy", p->title}};
    if (!is_used(l->iam, p))
        lint_tell(l, "unused-policy", &k.of, (lint_place){p->path, SPAN_NONE, NO_INDEX}, "no Role of namespace % names it",
                  SPANS(p->space));
    for (size_t i = 0; i < p->statement_count; i++)
        look_at(&k, &p->statements[i]);
}
