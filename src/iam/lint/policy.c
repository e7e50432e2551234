/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

#include "base/memory.h"
#include "iam/lint/covers.h"
#include "iam/objects/suggest.h"
#include "match/pattern.h"
#include "match/resource.h"

/* One policy being checked. */
typedef struct {
    lint_run *lint;
    lint_subject of;
    const resource *next; /* of all resources in the policy's order, the one that comes next */
} policy_check;

static lint_location at_resource(const statement *st, size_t index)
{
    return lint_at_item(st->pointer, "/resource", index);
}

/* ---- one resource -------------------------------------------------------- */

/* "*", "**", "*:*": whatever the function is. */
static bool is_everything(span pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (pattern.at[i] != '*' && pattern.at[i] != ':')
            return false;
    return pattern_match(pattern, SPAN("a:a"));
}

static void check_resource(policy_check *k, const statement *st, size_t index)
{
    span pattern = st->resources.at[index];
    lint_location where = at_resource(st, index);
    bool no_namespace = span_index(pattern, ':') == pattern.len;
    if (is_everything(pattern))
        lint_report(k->lint, "star-granted", &k->of, where,
                    "statement % allows every function in every namespace: %",
                    SPANS(st->sid, pattern));
    else if (!resource_is_possible(pattern))
        lint_report(k->lint, "impossible-resource", &k->of, where,
                    "no function can be called %: NAMESPACE:NAME has one colon, and 1 to 63 "
                    "lower-case letters, digits and inner hyphens on each side",
                    SPANS(pattern));
    else if (no_namespace && span_index(pattern, '*') == pattern.len)
        lint_report(k->lint, "resource-without-namespace", &k->of, where,
                    "% has no namespace and matches nothing: write it as in openfaas-fn:%",
                    SPANS(pattern, pattern));
    else if (no_namespace)
        lint_report(k->lint, "resource-without-namespace", &k->of, where,
                    "% has no colon, so its star crosses from one namespace into others: write "
                    "NAMESPACE:NAME",
                    SPANS(pattern));
}

static void check_cover(policy_check *k, const resource *r)
{
    if (r->cover != NULL)
        lint_report(k->lint, "covered-pattern", &k->of, at_resource(r->from, r->index),
                    "% is covered by % in statement %: one of them is enough",
                    SPANS(resource_text(r), resource_text(r->cover), r->cover->from->sid));
}

/* ---- one statement ------------------------------------------------------- */

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
        if (says_invoke(st->actions.at[i]) || words_contain(st->actions.at[i], old) ||
            suggest_word(st->actions.at[i], wanted).at != NULL)
            return true;
    return false;
}

static void check_actions(policy_check *k, const statement *st)
{
    for (size_t i = 0; i < st->actions.count; i++)
        if (span_equal(st->actions.at[i], SPAN("*")))
            lint_report(k->lint, "star-granted", &k->of, lint_at_item(st->pointer, "/action", i),
                        "statement % allows every action, also those of later versions: name the "
                        "ones that are meant",
                        SPANS(st->sid));
    if (!st->invoke && looks_like_invoke(st))
        lint_report(k->lint, "looks-like-invoke", &k->of, lint_at_member(st->pointer, "/action"),
                    "statement % does not allow calling: if it should, add Function:Invoke",
                    SPANS(st->sid));
}

static void check_sid(policy_check *k, const statement *st)
{
    lint_report(k->lint, "duplicate-sid", &k->of, lint_at_member(st->pointer, "/sid"),
                "sid % stands twice: explanations cannot tell the statements apart, rename one",
                SPANS(st->sid));
}

/* Which sids an earlier statement has; NULL: no memory. */
static bool *find_repeated_sids(const policy *p)
{
    bool *repeated = memory_alloc_array(p->statement_count, sizeof *repeated);
    name_entry *sids = memory_alloc_array(p->statement_count, sizeof *sids);
    for (size_t i = 0; repeated != NULL && sids != NULL && i < p->statement_count; i++)
        sids[i] = (name_entry){p->statements[i].sid, SPAN_NONE, i};
    if (repeated != NULL && sids != NULL) {
        names_sort(sids, p->statement_count);
        for (size_t i = 0; i < p->statement_count; i++)
            repeated[sids[i].index] = names_repeat(sids, i);
    } else {
        memory_free(repeated);
        repeated = NULL;
    }
    memory_free(sids);
    return repeated;
}

static void check_statement(policy_check *k, const statement *st)
{
    check_actions(k, st);
    for (size_t i = 0; st->invoke && i < st->resources.count; i++) {
        check_resource(k, st, i);
        check_cover(k, k->next++);
    }
    who_check who = {.lint = k->lint, .of = k->of, .provider = k->lint->provider, .open = NO_INDEX};
    lint_condition(&who, &st->condition);
}

/* ---- the policy ---------------------------------------------------------- */

static void check_policy(policy_check *k, const policy *p, const bool *repeated, bool all_compared)
{
    if (!k->lint->used[p - k->lint->iam->policies])
        lint_report(k->lint, "unused-policy", &k->of, lint_at(p->pointer),
                    "no Role of namespace % names it", SPANS(p->namespace));
    if (!all_compared)
        lint_report(k->lint, "covered-pattern", &k->of, lint_at(p->pointer),
                    "has so many patterns with a star at both ends that not each was compared with "
                    "each: split it, or name what is meant",
                    NO_SPANS);
    for (size_t i = 0; i < p->statement_count; i++) {
        if (repeated[i])
            check_sid(k, &p->statements[i]);
        check_statement(k, &p->statements[i]);
    }
}

fnt_status lint_policy(lint_run *l, const policy *p)
{
    policy_check k = {l, {OBJECT_POLICY, p->qualified_name}, NULL};
    bool all_compared = true, *repeated = find_repeated_sids(p);
    resource *all = repeated == NULL ? NULL : covers_find(p, &all_compared);
    k.next = all;
    if (all != NULL)
        check_policy(&k, p, repeated, all_compared);
    memory_free(all);
    memory_free(repeated);
    return all == NULL ? FNT_FAULT_MEMORY : FNT_OK;
}
