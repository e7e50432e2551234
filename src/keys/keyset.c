/* SPDX-License-Identifier: MIT */
#include "keys/keyset.h"

#include "base/memory.h"
#include "base/refcount.h"
#include "base/report.h"
#include "keys/jwk_write.h"
#include "keys/keyset_parts.h"

/* ---- the object ---------------------------------------------------------- */

fnt_status keyset_new(fnt_keyset **out)
{
    *out = memory_alloc(sizeof **out);
    if (*out == NULL)
        return FNT_FAULT_MEMORY;
    refcount_init(&(*out)->refcount);
    return FNT_OK;
}

size_t keyset_count(const fnt_keyset *keyset)
{
    return keyset->count;
}

const fnt_keyset *keyset_ref(const fnt_keyset *keyset)
{
    if (keyset != NULL)
        refcount_acquire(&((fnt_keyset *)keyset)->refcount);
    return keyset;
}

void keyset_unref(const fnt_keyset *keyset)
{
    fnt_keyset *mine = (fnt_keyset *)keyset;
    if (mine == NULL || !refcount_release(&mine->refcount))
        return;
    for (size_t i = 0; i < mine->count; i++)
        named_key_clear(&mine->keys[i]);
    memory_free(mine->keys);
    skipped_free(&mine->skipped);
    memory_free(mine);
}

/* ---- adding -------------------------------------------------------------- */

static span names_of(int32_t algorithms, buf *scratch)
{
    algorithm_names(algorithms, scratch);
    return buf_span(scratch);
}

static fnt_status refuse_twins(const named_key *k, int32_t both, fnt_report *report)
{
    buf scratch = BUF_EMPTY;
    report_summary_field(report, FNT_FIELD_KEY_ID, named_key_id(k));
    report_refuse(
        report, FNT_FAULT_KEY,
        "Two different keys have the kid % and may both be used for %. Give each a kid of its own.",
        SPANS(named_key_id(k), names_of(both, &scratch)));
    buf_free(&scratch);
    return FNT_FAULT_KEY;
}

static void note_duplicate(const named_key *k, span path, fnt_report *report)
{
    report_entry(report, "note", "skipped");
    report_field(report, FNT_FIELD_KEY_ID, named_key_id(k));
    report_field(report, FNT_FIELD_PATH, path);
    report_sentence(report, "% is the key % once more.", SPANS(path, named_key_id(k)));
}

static bool is_duplicate(const named_key *there, const named_key *k)
{
    return (there->algorithms & k->algorithms) != 0 &&
           span_equal(named_key_id(there), named_key_id(k)) && crypto_equal(there->key, k->key);
}

/* Of another key with k's kid: the algorithms that it shares with those given. */
static int32_t shared_with_another(const fnt_keyset *set, const named_key *k, int32_t algorithms)
{
    int32_t both = 0;
    for (size_t i = 0; i < set->count && both == 0; i++)
        if (span_equal(named_key_id(&set->keys[i]), named_key_id(k)) &&
            !crypto_equal(set->keys[i].key, k->key))
            both = set->keys[i].algorithms & algorithms;
    return both;
}

/* *merged: an equal key with this kid is there already; their algorithms are united. Fails if a
 * different key has this kid and one of these algorithms. */
static fnt_status merge_duplicate(fnt_keyset *set, const named_key *k, span path, bool *merged,
                                  fnt_report *report)
{
    named_key *twin = NULL;
    for (size_t i = 0; i < set->count && twin == NULL; i++)
        if (is_duplicate(&set->keys[i], k))
            twin = &set->keys[i];
    int32_t united = k->algorithms | (twin == NULL ? 0 : twin->algorithms),
            both = shared_with_another(set, k, united);
    if (both != 0)
        return refuse_twins(k, both, report);
    if (twin == NULL)
        return FNT_OK;
    twin->algorithms = united;
    twin->without_kid = twin->without_kid || k->without_kid;
    *merged = true;
    note_duplicate(k, path, report);
    return FNT_OK;
}

static void note_without_kid(const named_key *k, span path, fnt_report *report)
{
    if (!k->without_kid || !report_entry(report, "note", NULL))
        return;
    report_field(report, FNT_FIELD_KEY_ID, named_key_id(k));
    report_field(report, FNT_FIELD_PATH, path);
    report_sentence(
        report,
        "% came without a kid: its RFC 7638 thumbprint % stands in, and becomes its kid "
        "where the set is published.",
        SPANS(path.len > 0 ? path : SPAN("The JWK"), named_key_id(k)));
}

static fnt_status append(fnt_keyset *set, const named_key *k)
{
    named_key *keys = memory_grow_array(set->keys, set->count, sizeof *keys);
    if (keys == NULL)
        return FNT_FAULT_MEMORY;
    set->keys = keys;
    set->keys[set->count++] = *k;
    return FNT_OK;
}

fnt_status keyset_add(fnt_keyset *keyset, named_key *k, span path, fnt_report *report)
{
    bool merged = false;
    fnt_status status = merge_duplicate(keyset, k, path, &merged, report);
    keyset->any_without_kid = keyset->any_without_kid || k->without_kid;
    if (status == FNT_OK && !merged)
        note_without_kid(k, path, report);
    if (status == FNT_OK && !merged)
        status = append(keyset, k);
    if (status != FNT_OK || merged)
        named_key_clear(k);
    return status;
}

fnt_status keyset_skip(fnt_keyset *keyset, const skipped_key *k)
{
    return skipped_add(&keyset->skipped, k);
}

/* ---- the whole set ------------------------------------------------------- */

static const named_key *named(const fnt_keyset *set, span kid, int32_t algorithms)
{
    for (size_t i = 0; i < set->count; i++)
        if ((set->keys[i].algorithms & algorithms) != 0 &&
            span_equal(named_key_id(&set->keys[i]), kid))
            return &set->keys[i];
    return NULL;
}

/* Rule 10 again: of two keys with one kid and algorithm, one of which can't be read, nobody knows
 * which one signs. */
static fnt_status refuse_unread_twins(const fnt_keyset *set, fnt_report *report)
{
    for (size_t i = 0; i < set->skipped.count; i++) {
        const skipped_key *k = &set->skipped.at[i];
        if (!k->may_be_twin || named(set, k->kid, k->algorithms) == NULL)
            continue;
        report_summary_field(report, FNT_FIELD_KEY_ID, k->kid);
        return report_refuse(
            report, FNT_FAULT_KEY,
            "Two keys have the kid % and are for %, and one of them can't be read.",
            SPANS(k->kid, span_of(algorithm_of(k->algorithms)->name)));
    }
    return FNT_OK;
}

/* more[n]: the algorithms that more than n keys without a kid may be used for. */
static void note_untried(const fnt_keyset *set, fnt_report *report)
{
    int32_t more[KEYS_TRIED + 1] = {0};
    buf scratch = BUF_EMPTY;
    for (size_t i = 0; i < set->count; i++) {
        int32_t also = set->keys[i].without_kid ? set->keys[i].algorithms : 0;
        for (size_t n = KEYS_TRIED; n > 0; n--)
            more[n] |= more[n - 1] & also;
        more[0] |= also;
    }
    if (more[KEYS_TRIED] == 0 || !report_entry(report, "note", NULL))
        return;
    report_sentence(report,
                    "More than 4 keys without a kid may be used for %: the first 4 are tried, the "
                    "others only by their thumbprints. Give each key a kid.",
                    SPANS(names_of(more[KEYS_TRIED], &scratch)));
    buf_free(&scratch);
}

fnt_status keyset_complete(const fnt_keyset *keyset, fnt_report *report)
{
    note_untried(keyset, report);
    return refuse_unread_twins(keyset, report);
}

/* ---- comparing and writing ----------------------------------------------- */

static bool same_key(const named_key *a, const named_key *b)
{
    return a->algorithms == b->algorithms && a->without_kid == b->without_kid &&
           span_equal(named_key_id(a), named_key_id(b)) && crypto_equal(a->key, b->key);
}

static bool has_same(const fnt_keyset *set, const named_key *k)
{
    for (size_t i = 0; i < set->count; i++)
        if (same_key(&set->keys[i], k))
            return true;
    return false;
}

static const named_key *next_without_kid(const fnt_keyset *set, size_t *at)
{
    while (*at < set->count)
        if (set->keys[(*at)++].without_kid)
            return &set->keys[*at - 1];
    return NULL;
}

static bool same_order(const fnt_keyset *a, const fnt_keyset *b)
{
    size_t in_a = 0, in_b = 0;
    const named_key *x, *y;
    do {
        x = next_without_kid(a, &in_a);
        y = next_without_kid(b, &in_b);
        if ((x == NULL) != (y == NULL) || (x != NULL && !same_key(x, y)))
            return false;
    } while (x != NULL);
    return true;
}

/* No set holds a key twice, so one direction is enough. */
bool keyset_equal(const fnt_keyset *a, const fnt_keyset *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->count != b->count || !same_order(a, b))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!has_same(b, &a->keys[i]))
            return false;
    return skipped_equal(&a->skipped, &b->skipped);
}

fnt_status keyset_jwks(const fnt_keyset *keyset, char **out, size_t *out_len)
{
    buf text = BUF_EMPTY;
    bool first = true;
    fnt_status status = FNT_OK;
    buf_add(&text, SPAN("{\"keys\":["));
    for (size_t i = 0; i < keyset->count && status == FNT_OK; i++) {
        if (crypto_kind(keyset->keys[i].key) == KEY_SECRET)
            continue;
        if (!first)
            buf_byte(&text, ',');
        first = false;
        status = jwk_write(&keyset->keys[i], &text);
    }
    buf_add(&text, SPAN("]}"));
    if (status == FNT_OK)
        return buf_take(&text, out, out_len);
    buf_free(&text);
    *out = NULL;
    *out_len = 0;
    return status;
}
