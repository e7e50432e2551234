/* SPDX-License-Identifier: MIT */
#include "token/revoked.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/refcount.h"
#include "base/report.h"

/* Each entry stands in records once, one by subject a second time without its issuer, for tokens
 * that do not say which provider their user is of. Sorted by kind, value, issuer and before. Within
 * a group, records that differ in before alone, until never grows from one to the next: of two that
 * name a token the later one names it too, and the index gives the earlier one the longer until of
 * both. So the first record that is not before iat decides for all behind it. */
struct fnt_revoked {
    refcount refs;
    revocation *records;
    size_t count, capacity;
    char *texts, *next, *end;    /* what the records point to; where the next text goes */
    struct fnt_revoked *chained; /* nobody's any more: see revoked_chain */
};

fnt_status revoked_new(size_t entries, size_t bytes, fnt_revoked **out)
{
    fnt_revoked *list = memory_alloc(sizeof *list);
    if (list == NULL)
        return FNT_FAULT_MEMORY;
    refcount_init(&list->refs);
    list->capacity = 2 * entries; /* far below SIZE_MAX: entries <= REVOKED_ENTRIES */
    list->records = memory_alloc_array(list->capacity, sizeof *list->records);
    list->texts = list->next = memory_alloc(bytes);
    if (list->records == NULL || list->texts == NULL) {
        revoked_unref(list);
        return FNT_FAULT_MEMORY;
    }
    list->end = list->texts + bytes;
    *out = list;
    return FNT_OK;
}

const fnt_revoked *revoked_ref(const fnt_revoked *list)
{
    if (list != NULL)
        refcount_acquire(&((fnt_revoked *)list)->refs);
    return list;
}

bool revoked_release(const fnt_revoked *list)
{
    return list != NULL && refcount_release(&((fnt_revoked *)list)->refs);
}

fnt_revoked *revoked_chain(const fnt_revoked *list, fnt_revoked *next)
{
    fnt_revoked *first = (fnt_revoked *)list;
    first->chained = next;
    return first;
}

void revoked_free_chain(fnt_revoked *first)
{
    for (fnt_revoked *next; first != NULL; first = next) {
        next = first->chained;
        memory_free(first->records);
        memory_free(first->texts);
        memory_free(first);
    }
}

void revoked_unref(const fnt_revoked *list)
{
    if (revoked_release(list))
        revoked_free_chain((fnt_revoked *)list);
}

/* ---- adding -------------------------------------------------------------- */

static span copy(fnt_revoked *list, span text)
{
    if (text.at == NULL)
        return SPAN_NONE;
    assert(text.len <= (size_t)(list->end - list->next));
    span copied = {list->next, text.len};
    if (text.len > 0)
        memcpy(list->next, text.at, text.len);
    list->next += text.len;
    return copied;
}

static revocation *append(fnt_revoked *list, const revocation *entry)
{
    assert(list->count < list->capacity);
    revocation *r = &list->records[list->count++];
    *r = *entry;
    return r;
}

void revoked_add(fnt_revoked *list, const revocation *entry)
{
    revocation *r = append(list, entry);
    r->value = copy(list, entry->value);
    r->issuer = copy(list, entry->issuer);
    r->why = copy(list, entry->why);
    if (r->kind == REVOKED_BY_SUBJECT)
        append(list, r)->issuer = SPAN_NONE;
}

/* ---- order --------------------------------------------------------------- */

/* Any order does, so the cheapest: by length first. An absent text comes before all others. */
static int compare_texts(span a, span b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len == 0 ? 0 : memcmp(a.at, b.at, a.len);
}

static int compare_groups(const revocation *a, const revocation *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = compare_texts(a->value, b->value);
    return order != 0 ? order : compare_texts(a->issuer, b->issuer);
}

static int compare(const void *left, const void *right)
{
    const revocation *a = left, *b = right;
    int order = compare_groups(a, b);
    if (order != 0 || a->before == b->before)
        return order;
    return a->before < b->before ? -1 : 1;
}

void revoked_index(fnt_revoked *list)
{
    if (list->count == 0)
        return;
    qsort(list->records, list->count, sizeof *list->records, compare);
    for (size_t i = list->count - 1; i-- > 0;) {
        revocation *r = &list->records[i], *later = r + 1;
        int64_t before = r->before;
        if (compare_groups(r, later) == 0 && later->until > r->until) {
            *r = *later;
            r->before = before;
        }
    }
}

/* ---- finding ------------------------------------------------------------- */

/* The first record that is not less than key; NULL where that is of another group. */
static const revocation *find(const fnt_revoked *list, const revocation *key)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&list->records[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && compare_groups(&list->records[low], key) == 0 ? &list->records[low]
                                                                              : NULL;
}

const revocation *revocation_longer(const revocation *a, const revocation *b)
{
    return b == NULL || (a != NULL && a->until >= b->until) ? a : b;
}

/* An entry without an issuer is for the tokens of all. */
static const revocation *find_id(const fnt_revoked *list, revoked_kind kind, span value,
                                 span issuer)
{
    revocation key = {.kind = kind, .value = value, .before = INT64_MAX};
    if (value.len == 0)
        return NULL;
    const revocation *any = find(list, &key);
    key.issuer = issuer;
    return issuer.len == 0 ? any : revocation_longer(any, find(list, &key));
}

static const revocation *find_subject(const fnt_revoked *list, const revoked_query *query)
{
    revocation key = {.kind = REVOKED_BY_SUBJECT,
                      .value = query->subject,
                      .issuer = query->provider,
                      .before = query->issued};
    return find(list, &key);
}

const revocation *revoked_find(const fnt_revoked *list, const revoked_query *query)
{
    if (list == NULL || list->count == 0)
        return NULL;
    const revocation *found = find_id(list, REVOKED_BY_JTI, query->id, query->issuer);
    found = revocation_longer(found, find_id(list, REVOKED_BY_KID, query->key_id, query->issuer));
    if (!span_equal(query->kid, query->key_id))
        found = revocation_longer(found, find_id(list, REVOKED_BY_KID, query->kid, query->issuer));
    return revocation_longer(found, find_subject(list, query));
}

revoked_query revoked_query_of(const claims *c, span kid, span key_id, bool own)
{
    bool federated = own && span_starts(c->subject, SPAN("fed:"));
    return (revoked_query){
        .id = c->id,
        .issuer = c->issuer,
        .kid = kid,
        .key_id = key_id,
        .provider = own ? c->fed_issuer : c->issuer,
        .subject = federated ? span_from(c->subject, 4) : c->subject,
        /* rounded up, so that 100.5 is not at or before 100 */
        .issued = c->has_issued ? c->issued : -1,
    };
}

/* ---- telling ------------------------------------------------------------- */

fnt_status revocation_refuse(const revocation *r, fnt_report *report)
{
    static const char *const names[] = {[REVOKED_BY_JTI] = "its jti",
                                        [REVOKED_BY_KID] = "its key",
                                        [REVOKED_BY_SUBJECT] = "its subject"};
    char line[INTEGER_SIZE], until[INTEGER_SIZE];
    report_refuse(report, FNT_REFUSED_REVOKED,
                  r->until == REVOKED_FOR_EVER
                      ? "The token was revoked by %, for ever (line % of the revocations)."
                      : "The token was revoked by %, until % (line % of the revocations).",
                  r->until == REVOKED_FOR_EVER
                      ? SPANS(span_of(names[r->kind]), integer_print(r->line, line))
                      : SPANS(span_of(names[r->kind]), integer_print(r->until, until),
                              integer_print(r->line, line)));
    if (r->why.len > 0)
        report_append_sentence(report, "Why: %", SPANS(r->why));
    return FNT_REFUSED_REVOKED;
}
