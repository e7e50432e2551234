/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "iam/objects/suggest.h"
#include "match/pattern.h"

/* A resource of a statement that allows calls, beside all others of its policy. */
typedef struct resource {
    const statement *from;
    size_t index;
    const struct resource *cover; /* the first that covers it, or NULL */
} resource;

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

static bool is_possible(span pattern)
{
    assert(pattern.len > 0);
    size_t colons = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.at[i];
        colons += c == ':' ? 1 : 0;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '*' || c == ':'))
            return false;
    }
    return colons <= 1 && pattern.at[0] != ':' && pattern.at[pattern.len - 1] != ':';
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
    else if (!is_possible(pattern))
        lint_report(k->lint, "impossible-resource", &k->of, where,
                    "no function can be called %: NAMESPACE:NAME is lower-case letters, digits, - "
                    "and one colon",
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

/* ---- one resource beside others ------------------------------------------ */

static span text_of(const resource *r)
{
    return r->from->resources.at[r->index];
}

static int compare(span a, span b)
{
    size_t shorter = a.len < b.len ? a.len : b.len; /* none is empty */
    int order = memcmp(a.at, b.at, shorter);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_text(const void *a, const void *b)
{
    return compare(text_of(*(resource *const *)a), text_of(*(resource *const *)b));
}

/* Binary search: the first in the order of the texts that is not before text. */
static size_t lower_bound(resource *const *sorted, size_t count, span text)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (compare(text_of(sorted[middle]), text) < 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* A statement with a condition covers nothing of other statements, as it may not hold. Of two that
 * cover each other, which are the same then, the later is reported. */
static bool is_covered_by(const resource *narrow, const resource *wide)
{
    return narrow != wide && (wide->from == narrow->from || wide->from->condition.count == 0) &&
           pattern_covers(text_of(wide), text_of(narrow)) &&
           (wide < narrow || !pattern_covers(text_of(narrow), text_of(wide)));
}

/* Finds what covers each. A pattern covers only what begins with its own text before the star, so
 * it is compared with a run of the sorted ones and not with all: a policy may list thousands. One
 * that is covered itself covers nothing that its cover does not. */
static void find_covers(resource *all, resource *const *sorted, size_t count)
{
    for (const resource *wide = all; wide < all + count; wide++) {
        span text = text_of(wide), head = {text.at, span_index(text, '*')};
        if (wide->cover != NULL)
            continue;
        for (size_t i = lower_bound(sorted, count, head);
             i < count && span_starts(text_of(sorted[i]), head); i++)
            if (sorted[i]->cover == NULL && is_covered_by(sorted[i], wide))
                sorted[i]->cover = wide;
    }
}

static size_t count_resources(const policy *p)
{
    size_t count = 0;
    for (size_t s = 0; s < p->statement_count; s++)
        count += p->statements[s].invoke ? p->statements[s].resources.count : 0;
    return count;
}

static void list_resources(const policy *p, resource *all, resource **sorted)
{
    for (size_t s = 0, n = 0; s < p->statement_count; s++)
        for (size_t i = 0; p->statements[s].invoke && i < p->statements[s].resources.count;
             i++, n++) {
            all[n] = (resource){&p->statements[s], i, NULL};
            sorted[n] = &all[n];
        }
}

/* All of a policy's resources that allow calls, in their order; false: no memory. */
static bool compare_resources(const policy *p, resource **out)
{
    size_t count = count_resources(p);
    resource *all = memory_alloc_array(count, sizeof *all),
             **sorted = memory_alloc_array(count, sizeof *sorted);
    bool done = all != NULL && sorted != NULL;
    if (done) {
        list_resources(p, all, sorted);
        qsort(sorted, count, sizeof *sorted, by_text);
        find_covers(all, sorted, count);
    }
    memory_free(sorted);
    *out = all;
    return done;
}

static void check_cover(policy_check *k, const resource *r)
{
    if (r->cover != NULL)
        lint_report(k->lint, "covered-pattern", &k->of, at_resource(r->from, r->index),
                    "% is covered by % in statement %: one of them is enough",
                    SPANS(text_of(r), text_of(r->cover), r->cover->from->sid));
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

static void check_sid(policy_check *k, const policy *p, const statement *st)
{
    for (const statement *other = p->statements; other < st; other++)
        if (span_equal(other->sid, st->sid)) {
            lint_report(
                k->lint, "duplicate-sid", &k->of, lint_at_member(st->pointer, "/sid"),
                "sid % stands twice: explanations cannot tell the statements apart, rename one",
                SPANS(st->sid));
            return;
        }
}

static void check_statement(policy_check *k, const policy *p, const statement *st)
{
    check_sid(k, p, st);
    check_actions(k, st);
    for (size_t i = 0; st->invoke && i < st->resources.count; i++) {
        check_resource(k, st, i);
        check_cover(k, k->next++);
    }
    lint_condition(k->lint, &k->of, &st->condition);
}

/* ---- the policy ---------------------------------------------------------- */

static bool is_used(const fnt_iam *iam, const policy *p)
{
    for (size_t r = 0; r < iam->role_count; r++)
        for (size_t n = 0; n < iam->roles[r].policies.count; n++)
            if (iam->roles[r].found[n] == p)
                return true;
    return false;
}

fnt_status lint_policy(lint_run *l, const policy *p)
{
    policy_check k = {l, {OBJECT_POLICY, p->qualified_name}, NULL};
    resource *all = NULL;
    fnt_status status = compare_resources(p, &all) ? FNT_OK : FNT_FAULT_MEMORY;
    if (!is_used(l->iam, p))
        lint_report(l, "unused-policy", &k.of, lint_at(p->pointer),
                    "no Role of namespace % names it", SPANS(p->namespace));
    k.next = all;
    for (size_t i = 0; status == FNT_OK && i < p->statement_count; i++)
        check_statement(&k, p, &p->statements[i]);
    memory_free(all);
    return status;
}
