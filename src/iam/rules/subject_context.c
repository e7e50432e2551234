/* SPDX-License-Identifier: MIT */
#include "iam/rules/subject_context.h"

#include <assert.h>

#include "base/memory.h"
#include "text/json_scan.h"

static const json_value absent = {JSON_ABSENT, {NULL, 0}, false};

_Static_assert(CLAIM_SLOTS < 64, "looked_up has a bit for each");

struct indexed {
    struct indexed *next;
    const char *at;
    json_index *index;
};

bool subject_context_init(subject_context *who, json_value claims, bool api_token)
{
    who->steps = SIZE_MAX;
    who->exhausted = false;
    who->indexed = NULL;
    who->root = NULL;
    who->claims = claims;
    who->api_token = api_token;
    who->report_values = false;
    who->looked_up = 0;
    memset(who->filter, 0xff, sizeof who->filter);
    memset(who->items, 0, sizeof who->items);
    who->scratch = memory_alloc(claims.raw.len + 1);
    return who->scratch != NULL;
}

void subject_context_clear(subject_context *who)
{
    memory_free(who->scratch);
    who->scratch = NULL;
    for (struct indexed *i = who->indexed, *next; i != NULL; i = next) {
        next = i->next;
        json_index_free(i->index);
        memory_free(i);
    }
    who->indexed = NULL;
}

/* An item's way into an index. */
enum { ITEM_STEPS = 7 };

/* ---- walking once -------------------------------------------------------- */

static const json_index *keep_index(subject_context *who, json_value container)
{
    struct indexed *fresh = memory_alloc(sizeof *fresh);
    json_index *index = fresh == NULL ? NULL : json_index_new(container);
    if (index == NULL) {
        memory_free(fresh);
        return NULL;
    }
    *fresh = (struct indexed){who->indexed, container.raw.at, index};
    who->indexed = fresh;
    return index;
}

/* No container has more items than there are values in all of the claims. */
static bool can_pay_index(subject_context *who, json_value container)
{
    size_t most = who->root == NULL ? SIZE_MAX : json_index_values(who->root),
           items = container.raw.len / 2 < most ? container.raw.len / 2 : most;
    who->exhausted |= items * ITEM_STEPS + container.raw.len / 8 > who->steps;
    return !who->exhausted;
}

const json_index *subject_index(subject_context *who, json_value container)
{
    for (const struct indexed *i = who->indexed; i != NULL; i = i->next)
        if (!subject_step(who, 1) || i->at == container.raw.at)
            return who->exhausted ? NULL : i->index;
    const json_index *fresh = can_pay_index(who, container) ? keep_index(who, container) : NULL;
    if (fresh != NULL)
        (void)subject_step(who, json_index_count(fresh) * ITEM_STEPS + container.raw.len / 8);
    return who->exhausted ? NULL : fresh;
}

/* Where there is no memory the text is walked as often as it is asked: slower, the same answer. */
static json_value member(subject_context *who, json_value object, span name)
{
    enum { SHORT = 1024 }; /* so much is walked twice sooner than indexed */
    bool root = who->root != NULL && object.raw.at == who->claims.raw.at;
    const json_index *index = root                      ? who->root
                              : object.raw.len <= SHORT ? NULL
                                                        : subject_index(who, object);
    if (index != NULL)
        return subject_step(who, 9 + name.len / 16) ? json_index_find(index, name) : absent;
    return subject_step(who, object.raw.len / 2) ? json_member(object, name) : absent;
}

json_value subject_member(subject_context *who, span name)
{
    return member(who, who->claims, name);
}

/* RFC 6901, one step after another; only the last ~ in a name costs a copy. */
static json_value follow(subject_context *who, span pointer)
{
    json_value value = who->claims;
    while (pointer.len > 0 && value.kind != JSON_ABSENT) {
        span rest = span_from(pointer, 1), step = {rest.at, span_index(rest, '/')};
        bool plain = value.kind == JSON_OBJECT && span_index(step, '~') == step.len;
        value = plain ? member(who, value, step)
                : subject_step(who, value.raw.len / 2)
                    ? json_resolve_pointer(value, (span){pointer.at, step.len + 1})
                    : absent;
        pointer = span_from(rest, step.len);
    }
    return value;
}

/* ---- looking a claim up -------------------------------------------------- */

/* Rule 35: an API token's own iss is the gateway's and its sub carries "fed:"; the conditions mean
 * the person at the identity provider. */
static json_value federated(subject_context *who, span name)
{
    if (span_equal(name, SPAN("iss")))
        return member(who, who->claims, SPAN("fed:iss"));
    json_value sub = member(who, who->claims, SPAN("sub"));
    if (sub.kind != JSON_STRING || !span_starts(sub.raw, SPAN("fed:")))
        return absent;
    sub.raw = span_from(sub.raw, SPAN("fed:").len);
    return sub;
}

static bool is_reserved_pointer(span name)
{
    return span_equal(name, SPAN("/iss")) || span_equal(name, SPAN("/sub")) ||
           span_starts(name, SPAN("/fed:"));
}

static json_value look_up(subject_context *who, span claim)
{
    json_value flat = is_reserved_pointer(claim) ? absent : member(who, who->claims, claim);
    bool pointer = flat.kind == JSON_ABSENT && claim.len > 0 && claim.at[0] == '/';
    span name = pointer ? span_from(claim, 1) : claim;
    if (who->api_token && (span_equal(name, SPAN("iss")) || span_equal(name, SPAN("sub"))))
        return federated(who, name);
    if (!who->api_token && span_starts(name, SPAN("fed:")))
        return absent;
    return pointer ? follow(who, claim) : flat;
}

uint64_t text_bit(json_value string)
{
    uint64_t key = json_key(string, string.raw.at + string.raw.len);
    return UINT64_C(1) << (key * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/* What StringEqual compares: strings, and booleans by their names. */
static uint64_t value_bit(json_value value)
{
    if (value.kind == JSON_TRUE || value.kind == JSON_FALSE)
        return text_bit((json_value){JSON_STRING, value.raw, false});
    return value.kind == JSON_STRING ? text_bit(value) : 0;
}

static uint64_t filter_of(span name, json_value claim)
{
    enum { TELLING = 64 }; /* of more items nearly all bits are set */
    json_value item;
    uint64_t bits = value_bit(claim);
    size_t count = 0;
    if (claim.kind == JSON_STRING && claim_is_words(name))
        return UINT64_MAX;
    for (json_iterator walk = json_items(claim); count < TELLING && json_next_item(&walk, &item);
         count++)
        bits |= value_bit(item);
    return count < TELLING ? bits : UINT64_MAX;
}

const json_value *subject_claim_look_up(subject_context *who, span name, size_t slot)
{
    assert(slot <= CLAIM_SLOTS);
    who->found[slot] = subject_step(who, 9 + name.len / 16) ? look_up(who, name) : absent;
    if (slot > 0) {
        who->looked_up |= UINT64_C(1) << slot;
        who->filter[slot] = filter_of(name, who->found[slot]);
        if (who->found[slot].kind == JSON_ARRAY && who->filter[slot] == UINT64_MAX)
            who->items[slot] = subject_index(who, who->found[slot]);
    }
    return &who->found[slot];
}
