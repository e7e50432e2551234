/* SPDX-License-Identifier: MIT */
#include "iam/lint/covers.h"

#include <stdlib.h>

#include "base/memory.h"
#include "iam/rules/names.h"
#include "match/pattern.h"

/* A pattern covers only what begins with its text before the first star, and ends with that behind
 * the last one. So it is compared with the shorter one of two runs: of the resources in the order
 * of their texts, and in that of their texts from behind. Only a pattern with a star at both ends
 * is compared with all, and that has a limit. */

enum { COMPARISONS = 100000, COMPARISONS_EACH = 64 };

typedef struct {
    resource *all;
    resource **forward, **backward; /* in the two orders */
    size_t count, left;             /* left: comparisons */
} cover_search;

/* ---- the orders ---------------------------------------------------------- */

static int compare_backward(span a, span b)
{
    while (a.len > 0 && b.len > 0) {
        unsigned char x = (unsigned char)a.at[--a.len], y = (unsigned char)b.at[--b.len];
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

static int by_text(const void *a, const void *b)
{
    return names_compare(resource_text(*(resource *const *)a),
                         resource_text(*(resource *const *)b));
}

static int by_end(const void *a, const void *b)
{
    return compare_backward(resource_text(*(resource *const *)a),
                            resource_text(*(resource *const *)b));
}

static bool has_end(span text, span end)
{
    return text.len >= end.len && span_equal(span_from(text, text.len - end.len), end);
}

/* ---- runs ---------------------------------------------------------------- */

typedef struct {
    resource *const *at;
    size_t count;
} run;

/* The first that is not before affix, or, with after, the first that is behind all that have it. */
static size_t bound(resource *const *sorted, size_t count, span affix, bool backward, bool after)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        span text = resource_text(sorted[middle]);
        bool has = backward ? has_end(text, affix) : span_starts(text, affix);
        int order = backward ? compare_backward(text, affix) : names_compare(text, affix);
        if (has ? after : order < 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

static run find_run(const cover_search *s, span affix, bool backward)
{
    resource *const *sorted = backward ? s->backward : s->forward;
    size_t first = bound(sorted, s->count, affix, backward, false);
    return (run){sorted + first, bound(sorted, s->count, affix, backward, true) - first};
}

static run shortest_run(const cover_search *s, span pattern)
{
    span head = {pattern.at, pattern_prefix(pattern)},
         tail = {pattern.at + pattern.len - pattern_suffix(pattern), pattern_suffix(pattern)};
    run by_head = find_run(s, head, false), by_tail = find_run(s, tail, true);
    return by_head.count <= by_tail.count ? by_head : by_tail;
}

/* ---- comparing ----------------------------------------------------------- */

/* A statement with a condition covers nothing of other statements, as it may not hold. Of two that
 * cover each other, which are the same then, the later is reported. */
static bool is_covered_by(const resource *narrow, const resource *wide)
{
    return narrow != wide && (wide->from == narrow->from || wide->from->condition.count == 0) &&
           pattern_covers(resource_text(wide), resource_text(narrow)) &&
           (wide < narrow || !pattern_covers(resource_text(narrow), resource_text(wide)));
}

/* One that is covered itself covers nothing that its cover does not. False: the limit. */
static bool find_covered(cover_search *s, const resource *wide)
{
    if (wide->cover != NULL)
        return true;
    run r = shortest_run(s, resource_text(wide));
    for (size_t i = 0; i < r.count; i++) {
        if (s->left == 0)
            return false;
        s->left--;
        if (r.at[i]->cover == NULL && is_covered_by(r.at[i], wide))
            r.at[i]->cover = wide;
    }
    return true;
}

static size_t count_resources(const policy *p)
{
    size_t count = 0;
    for (size_t s = 0; s < p->statement_count; s++)
        count += p->statements[s].invoke ? p->statements[s].resources.count : 0;
    return count;
}

static void list_resources(const policy *p, cover_search *s)
{
    for (size_t st = 0, n = 0; st < p->statement_count; st++)
        for (size_t i = 0; p->statements[st].invoke && i < p->statements[st].resources.count;
             i++, n++) {
            s->all[n] = (resource){&p->statements[st], i, NULL};
            s->forward[n] = s->backward[n] = &s->all[n];
        }
    qsort(s->forward, s->count, sizeof *s->forward, by_text);
    qsort(s->backward, s->count, sizeof *s->backward, by_end);
}

resource *covers_find(const policy *p, bool *all_compared)
{
    size_t count = count_resources(p);
    cover_search s = {memory_alloc_array(count, sizeof *s.all),
                      memory_alloc_array(count, sizeof *s.forward),
                      memory_alloc_array(count, sizeof *s.backward), count,
                      COMPARISONS + COMPARISONS_EACH * count};
    bool done = s.all != NULL && s.forward != NULL && s.backward != NULL;
    *all_compared = true;
    if (done)
        list_resources(p, &s);
    for (size_t i = 0; done && *all_compared && i < count; i++)
        *all_compared = find_covered(&s, &s.all[i]);
    memory_free(s.forward);
    memory_free(s.backward);
    if (done)
        return s.all;
    memory_free(s.all);
    return NULL;
}
