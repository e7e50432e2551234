/* SPDX-License-Identifier: MIT */
#include "token/verifier/verifier.h"

#include <pthread.h>
#include <sched.h>

#include "base/memory.h"
#include "base/report.h"
#include "text/bearer.h"
#include "token/cache/cache.h"
#include "token/options.h"
#include "token/revoked_slot.h"

static const int32_t supported[] = {
    FNT_OPT_LEEWAY,
    FNT_OPT_MAX_AGE,
    FNT_OPT_MAX_LIFETIME,
    FNT_OPT_MAX_BYTES,
    FNT_OPT_ALGORITHMS,
    FNT_OPT_ANY_KIND,
    FNT_OPT_CACHE_ENTRIES,
    FNT_OPT_CACHE_BYTES,
    FNT_OPT_MAX_HEADER_BYTES,
    FNT_OPT_MAX_HEADER_NAMES,
    0,
};

struct fnt_verifier {
    char *issuer, *audience;
    size_t issuer_len, audience_len;
    options options;
    cache *cache; /* NULL: none is switched on */
    /* keyset and the cache's generation change together; never held while a token is verified */
    pthread_mutex_t lock;
    /* atomic, so that whether there is one can be seen without the lock */
    const fnt_keyset *_Atomic keyset;
    /* one new keyset or list of revocations at a time; no request takes it */
    pthread_mutex_t swapping;
    revoked_slot revoked;
};

static bool make_locks(fnt_verifier *v)
{
    if (pthread_mutex_init(&v->lock, NULL) != 0)
        return false;
    if (pthread_mutex_init(&v->swapping, NULL) == 0) {
        if (revoked_slot_init(&v->revoked))
            return true;
        pthread_mutex_destroy(&v->swapping);
    }
    pthread_mutex_destroy(&v->lock);
    return false;
}

fnt_status verifier_new(span issuer, span audience, const fnt_keyset *keyset, fnt_verifier **out)
{
    fnt_verifier *v = memory_alloc(sizeof *v);
    if (v == NULL)
        return FNT_FAULT_MEMORY;
    if (!make_locks(v)) {
        memory_free(v);
        return FNT_FAULT_MEMORY;
    }
    options_init(&v->options, supported);
    v->issuer = memory_strndup(issuer);
    v->issuer_len = issuer.len;
    v->audience = memory_strndup(audience);
    v->audience_len = audience.len;
    atomic_init(&v->keyset, keyset_ref(keyset));
    if (v->issuer == NULL || v->audience == NULL) {
        verifier_free(v);
        return FNT_FAULT_MEMORY;
    }
    *out = v;
    return FNT_OK;
}

/* Made at once, so that a lack of memory or of random bytes is an error now, and not of a request.
 */
static fnt_status make_cache(fnt_verifier *v)
{
    int64_t entries = options_get(&v->options, FNT_OPT_CACHE_ENTRIES),
            bytes = options_get(&v->options, FNT_OPT_CACHE_BYTES);
    cache_free(v->cache);
    v->cache = NULL;
    if (entries == 0)
        return FNT_OK;
    fnt_status status = cache_new((size_t)entries,
                                  (uint64_t)bytes > SIZE_MAX ? SIZE_MAX : (size_t)bytes, &v->cache);
    if (status != FNT_OK)
        return status;
    cache_set_keyset(v->cache, atomic_load_explicit(&v->keyset, memory_order_relaxed));
    (void)cache_free_replaced(v->cache); /* nothing was there */
    cache_set_revoked(v->cache, v->revoked.list);
    return FNT_OK;
}

fnt_status verifier_set(fnt_verifier *v, int32_t option, int64_t value)
{
    fnt_status status = options_set(&v->options, option, value);
    if (status == FNT_OK && (option == FNT_OPT_CACHE_ENTRIES || option == FNT_OPT_CACHE_BYTES))
        status = make_cache(v);
    return status;
}

int64_t verifier_get(const fnt_verifier *v, int32_t option)
{
    if (option >= FNT_STAT_CACHE_HITS && option <= FNT_STAT_CACHE_EVICTIONS)
        return v->cache == NULL ? -1 : cache_stat(v->cache, option);
    return options_get(&v->options, option);
}

/* What a swap before this one replaced is freed first, which may wait for the requests that were
 * being answered then. */
static void await_readers(const fnt_verifier *v)
{
    while (v->cache != NULL && !cache_free_replaced(v->cache))
        (void)sched_yield();
}

/* Nothing under the lock grows with the keys or the entries of the cache. */
static void replace_keyset(fnt_verifier *v, const fnt_keyset *fresh)
{
    await_readers(v);
    pthread_mutex_lock(&v->lock);
    const fnt_keyset *old =
        atomic_exchange_explicit(&v->keyset, keyset_ref(fresh), memory_order_acq_rel);
    if (v->cache != NULL)
        cache_set_keyset(v->cache, fresh);
    pthread_mutex_unlock(&v->lock);
    if (v->cache != NULL)
        (void)cache_free_replaced(v->cache); /* else the next swap will */
    keyset_unref(old);
}

/* A keyset that verifies the same tokens takes nothing away, and is not even kept: a refresh every
 * few minutes must not cost each entry of the cache a second look. */
fnt_status verifier_set_keyset(fnt_verifier *v, const fnt_keyset *keyset)
{
    pthread_mutex_lock(&v->swapping);
    if (!keyset_equal(atomic_load_explicit(&v->keyset, memory_order_relaxed), keyset))
        replace_keyset(v, keyset);
    pthread_mutex_unlock(&v->swapping);
    return FNT_OK;
}

/* The slot first: a request that reads the cache's generation before it takes the list then never
 * has a list that is older than the generation. */
void verifier_set_revoked(fnt_verifier *v, const fnt_revoked *list)
{
    pthread_mutex_lock(&v->swapping);
    if (revoked_slot_set(&v->revoked, list) && v->cache != NULL) {
        await_readers(v);
        cache_set_revoked(v->cache, list);
        (void)cache_free_replaced(v->cache);
    }
    pthread_mutex_unlock(&v->swapping);
}

void verifier_free(fnt_verifier *v)
{
    if (v == NULL)
        return;
    cache_free(v->cache);
    keyset_unref(atomic_load_explicit(&v->keyset, memory_order_relaxed));
    revoked_slot_clear(&v->revoked);
    pthread_mutex_destroy(&v->swapping);
    pthread_mutex_destroy(&v->lock);
    memory_free(v->issuer);
    memory_free(v->audience);
    memory_free(v);
}

/* ---- what is in force ---------------------------------------------------- */

/* The current keyset and the cache generation that belongs to it, read under the lock; then the
 * list of revocations, which is of that generation or a later one. */
typedef struct {
    const fnt_keyset *keyset;
    uint64_t generation;
    const fnt_revoked *revoked;
} snapshot;

static fnt_status refuse_without_keys(fnt_report *report)
{
    return report_refuse(report, FNT_FAULT_NOT_READY,
                         "There are no keys yet to check a token with: fetch the issuer's JWKS.",
                         NO_SPANS);
}

/* Taken before anything else is looked at, the header too: without keys nobody can be told apart,
 * and a 401 would not be tried again (rule 25). Options are fixed by the first call that judges. */
static fnt_status take_snapshot(fnt_verifier *v, snapshot *out, fnt_report *report)
{
    out->revoked = NULL;
    pthread_mutex_lock(&v->lock);
    out->keyset = keyset_ref(atomic_load_explicit(&v->keyset, memory_order_relaxed));
    out->generation = v->cache == NULL ? 0 : cache_generation(v->cache);
    pthread_mutex_unlock(&v->lock);
    if (out->keyset == NULL)
        return refuse_without_keys(report);
    out->revoked = revoked_slot_take(&v->revoked);
    options_freeze(&v->options);
    return FNT_OK;
}

static void release_snapshot(fnt_verifier *v, const snapshot *in_force)
{
    keyset_unref(in_force->keyset);
    revoked_slot_give_back(&v->revoked, in_force->revoked);
}

/* ---- verifying ----------------------------------------------------------- */

static size_t max_bytes(const fnt_verifier *v)
{
    return (size_t)options_get(&v->options, FNT_OPT_MAX_BYTES);
}

static validation_params params_of(const fnt_verifier *v)
{
    int64_t leeway = options_get(&v->options, FNT_OPT_LEEWAY);
    return (validation_params){
        .issuer = {v->issuer, v->issuer_len},
        .audience = {v->audience, v->audience_len},
        .algorithms = (int32_t)options_get(&v->options, FNT_OPT_ALGORITHMS),
        .limits = {max_bytes(v), (size_t)options_get(&v->options, FNT_OPT_MAX_HEADER_BYTES),
                   (size_t)options_get(&v->options, FNT_OPT_MAX_HEADER_NAMES)},
        .times = {leeway, leeway, options_get(&v->options, FNT_OPT_MAX_AGE),
                  options_get(&v->options, FNT_OPT_MAX_LIFETIME)},
        .any_kind = options_get(&v->options, FNT_OPT_ANY_KIND) != 0,
    };
}

/* A genuine token whose time has come and not gone, against the list of revocations. What an entry
 * names although it has lapsed is stored as not confirmed: the call's now is not the next one's. */
static fnt_status check_revoked(snapshot *in_force, int64_t now, fnt_token **token,
                                fnt_report *report)
{
    const revocation *r = token_revocation(*token, in_force->revoked);
    if (r != NULL)
        in_force->generation = cache_unconfirmed(in_force->generation);
    if (!revocation_counts(r, now))
        return FNT_OK;
    token_free(*token);
    *token = NULL;
    return revocation_refuse(r, report);
}

static fnt_status verify_in_full(fnt_verifier *v, snapshot *in_force, span token, int64_t now,
                                 fnt_token **out, fnt_report *report)
{
    validation_params params = params_of(v);
    if (v->cache != NULL)
        cache_count_miss(v->cache);
    fnt_status status = verify(&params, in_force->keyset, token, now, out, report);
    return status == FNT_OK ? check_revoked(in_force, now, out, report) : status;
}

static void store(fnt_verifier *v, const snapshot *in_force, span text, fnt_token *token,
                  span resource, fnt_status decision)
{
    if (v->cache != NULL)
        cache_insert(v->cache, text, token, in_force->keyset, in_force->generation, resource,
                     decision);
}

fnt_status verifier_verify(fnt_verifier *v, span token, int64_t now, fnt_token **out,
                           fnt_report *report)
{
    snapshot in_force;
    fnt_status status = FNT_OK;
    *out = v->cache == NULL ? NULL : cache_find(v->cache, token, now, &status, report);
    if (*out != NULL)
        token_report(*out, report);
    if (*out != NULL || status != FNT_OK)
        return status;
    status = take_snapshot(v, &in_force, report);
    if (status == FNT_OK)
        status = verify_in_full(v, &in_force, token, now, out, report);
    if (status == FNT_OK)
        store(v, &in_force, token, *out, SPAN_NONE, status);
    release_snapshot(v, &in_force);
    return status;
}

/* ---- deciding ------------------------------------------------------------ */

/* The caller's share of a token that was judged: theirs if they are let in and want it. */
static fnt_status hand_over(fnt_status status, fnt_token *judged, fnt_token **token)
{
    if (status == FNT_OK && token != NULL)
        *token = judged;
    else
        token_free(judged);
    return status;
}

static fnt_status decide_in_full(fnt_verifier *v, span header, span resource, int64_t now,
                                 fnt_token **token, fnt_report *report)
{
    snapshot in_force;
    span text = SPAN_NONE;
    fnt_token *verified = NULL;
    fnt_status status = take_snapshot(v, &in_force, report);
    if (status == FNT_OK)
        status = bearer_token(header, max_bytes(v), &text);
    if (status == FNT_OK)
        status = verify_in_full(v, &in_force, text, now, &verified, report);
    if (status == FNT_OK) {
        status = token_decide(verified, resource, report);
        store(v, &in_force, text, verified, resource, status);
    }
    release_snapshot(v, &in_force);
    return hand_over(status, verified, token);
}

/* False: the cache does not know the token. What stands behind the scheme is not looked at as a
 * header's value: if it is in the cache, it was a well-formed token when it was verified. Reasons
 * come from the token itself, and so are those of a full verification. */
static bool decide_from_cache(fnt_verifier *v, span header, span resource, int64_t now,
                              fnt_token **token, fnt_status *status, fnt_report *report)
{
    if (v->cache == NULL)
        return false;
    span text = bearer_rest(header);
    if (!report_wanted(report))
        return cache_authorize(v->cache, text, resource, now, token, status);
    fnt_token *found = cache_find(v->cache, text, now, status, report);
    if (found != NULL)
        *status = hand_over(token_decide(found, resource, report), found, token);
    return found != NULL || *status == FNT_REFUSED_REVOKED;
}

fnt_status verifier_authorize(fnt_verifier *v, span header, span resource, int64_t now,
                              fnt_token **token, fnt_report *report)
{
    fnt_status status;
    return decide_from_cache(v, header, resource, now, token, &status, report)
               ? status
               : decide_in_full(v, header, resource, now, token, report);
}

/* Takes no lock, not even the one that guards the keys: only whether there are any matters. */
fnt_status verifier_authorize_cached(fnt_verifier *v, span header, span resource, int64_t now,
                                     fnt_token **token)
{
    span text = SPAN_NONE;
    fnt_status status;
    if (decide_from_cache(v, header, resource, now, token, &status, NULL))
        return status;
    if (atomic_load_explicit(&v->keyset, memory_order_relaxed) == NULL)
        return FNT_FAULT_NOT_READY;
    options_freeze(&v->options);
    status = bearer_token(header, max_bytes(v), &text);
    return status == FNT_OK ? FNT_FAULT_NOT_CACHED : status;
}
