/* SPDX-License-Identifier: MIT */
#include "iam/rules/subject_context.h"

#include <assert.h>

#include "base/memory.h"
#include "text/json_scan.h"

static const json_value absent = {JSON_ABSENT, {NULL, 0}, false};

_Static_assert(CLAIM_SLOTS < 64, "looked_up has a bit for each");

bool subject_context_init(subject_context *who, json_value claims, bool api_token)
{
    who->claims = claims;
    who->api_token = api_token;
    who->report_values = false;
    who->looked_up = 0;
    memset(who->filter, 0xff, sizeof who->filter);
    who->scratch = memory_alloc(claims.raw.len + 1);
    return who->scratch != NULL;
}

void subject_context_clear(subject_context *who)
{
    memory_free(who->scratch);
    who->scratch = NULL;
}

/* ---- looking a claim up -------------------------------------------------- */

/* Rule 35: an API token's own iss is the gateway's and its sub carries "fed:"; the conditions mean
 * the person at the identity provider. */
static json_value federated(const subject_context *who, span name)
{
    if (span_equal(name, SPAN("iss")))
        return json_member(who->claims, SPAN("fed:iss"));
    json_value sub = json_member(who->claims, SPAN("sub"));
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

static json_value look_up(const subject_context *who, span claim)
{
    json_value flat = is_reserved_pointer(claim) ? absent : json_member(who->claims, claim);
    bool pointer = flat.kind == JSON_ABSENT && claim.len > 0 && claim.at[0] == '/';
    span name = pointer ? span_from(claim, 1) : claim;
    if (who->api_token && (span_equal(name, SPAN("iss")) || span_equal(name, SPAN("sub"))))
        return federated(who, name);
    if (!who->api_token && span_starts(name, SPAN("fed:")))
        return absent;
    return pointer ? json_resolve_pointer(who->claims, claim) : flat;
}

uint64_t text_bit(json_value string)
{
    uint64_t key = json_key(string, string.raw.at + string.raw.len);
    return UINT64_C(1) << (key * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

static uint64_t filter_of(json_value claim)
{
    json_value item;
    uint64_t bits = 0;
    if (claim.kind == JSON_STRING)
        return text_bit(claim);
    for (json_iterator walk = json_items(claim); json_next_item(&walk, &item);)
        bits |= item.kind == JSON_STRING ? text_bit(item) : 0;
    return bits;
}

const json_value *subject_claim_look_up(subject_context *who, span name, size_t slot)
{
    assert(slot <= CLAIM_SLOTS);
    who->found[slot] = look_up(who, name);
    if (slot > 0) {
        who->looked_up |= UINT64_C(1) << slot;
        who->filter[slot] = filter_of(who->found[slot]);
    }
    return &who->found[slot];
}
