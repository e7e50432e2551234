/* SPDX-License-Identifier: MIT */
#include "keys/keyset.h"

#include "base/memory.h"
#include "base/refcount.h"
#include "base/report.h"
#include "keys/jwk_write.h"

struct fnt_keyset {
    refcount refcount;
    named_key *keys;
    size_t count;
};

enum { KIDS_LISTED = 5 };

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
    *merged = true;
    note_duplicate(k, path, report);
    return FNT_OK;
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
    if (status == FNT_OK && !merged)
        status = append(keyset, k);
    if (status != FNT_OK || merged)
        named_key_clear(k);
    return status;
}

/* ---- finding ------------------------------------------------------------- */

/* "A, B, C and 4 more" */
static void list_kids(const fnt_keyset *set, buf *out)
{
    size_t listed = set->count < KIDS_LISTED ? set->count : KIDS_LISTED;
    for (size_t i = 0; i < listed; i++)
        buf_item(out, 0, named_key_id(&set->keys[i]));
    buf_and_more(out, set->count - listed);
}

static fnt_status refuse_kid(const fnt_keyset *set, span kid, fnt_report *report)
{
    buf kids = BUF_EMPTY;
    if (!report_wanted(report))
        return FNT_REFUSED_KEY_UNKNOWN;
    list_kids(set, &kids);
    report_summary_field(report, FNT_FIELD_KEY_ID, kid);
    report_refuse(report, FNT_REFUSED_KEY_UNKNOWN,
                  "The token's kid is %; known are $. If the issuer rotated its keys, fetch its "
                  "JWKS again. A key from a PEM file "
                  "has its RFC 7638 thumbprint as its kid.",
                  SPANS(kid, buf_span(&kids)));
    buf_free(&kids);
    return FNT_REFUSED_KEY_UNKNOWN;
}

static fnt_status refuse_algorithm(span kid, int32_t allowed, const algorithm *alg,
                                   fnt_report *report)
{
    buf scratch = BUF_EMPTY;
    if (!report_wanted(report))
        return FNT_REFUSED_ALGORITHM;
    report_summary_field(report, FNT_FIELD_KEY_ID, kid);
    report_refuse(report, FNT_REFUSED_ALGORITHM, "The key % is for %; the token says %.",
                  SPANS(kid, names_of(allowed, &scratch), span_of(alg->name)));
    buf_free(&scratch);
    return FNT_REFUSED_ALGORITHM;
}

static fnt_status find_only(const fnt_keyset *set, const algorithm *alg, const named_key **out,
                            fnt_report *report)
{
    char scratch[INTEGER_SIZE];
    size_t fitting = 0;
    for (size_t i = 0; i < set->count; i++) {
        if ((set->keys[i].algorithms & alg->bit) == 0)
            continue;
        fitting++;
        *out = &set->keys[i];
    }
    if (fitting == 1)
        return FNT_OK;
    *out = NULL;
    return report_refuse(report, FNT_REFUSED_KEY_UNKNOWN,
                         "The token names no key (kid), and % of the known ones may do %; without "
                         "a kid exactly one must.",
                         SPANS(integer_print((int64_t)fitting, scratch), span_of(alg->name)));
}

fnt_status keyset_find(const fnt_keyset *keyset, span kid, const algorithm *alg,
                       const named_key **out, fnt_report *report)
{
    int32_t allowed = 0;
    bool known = false;
    *out = NULL;
    if (kid.at == NULL)
        return find_only(keyset, alg, out, report);
    for (size_t i = 0; i < keyset->count; i++) {
        const named_key *k = &keyset->keys[i];
        if (!span_equal(named_key_id(k), kid))
            continue;
        if ((k->algorithms & alg->bit) != 0) { /* the only one: keyset_add refuses another */
            *out = k;
            return FNT_OK;
        }
        allowed |= k->algorithms;
        known = true;
    }
    return known ? refuse_algorithm(kid, allowed, alg, report) : refuse_kid(keyset, kid, report);
}

/* ---- comparing and writing ----------------------------------------------- */

static bool same_key(const named_key *a, const named_key *b)
{
    return a->algorithms == b->algorithms && span_equal(named_key_id(a), named_key_id(b)) &&
           crypto_equal(a->key, b->key);
}

static bool has_same(const fnt_keyset *set, const named_key *k)
{
    for (size_t i = 0; i < set->count; i++)
        if (same_key(&set->keys[i], k))
            return true;
    return false;
}

/* No set holds a key twice, so one direction is enough. */
bool keyset_equal(const fnt_keyset *a, const fnt_keyset *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!has_same(b, &a->keys[i]))
            return false;
    return true;
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
