/* SPDX-License-Identifier: MIT */
#include "token/verifier/verifier.h"

#include <pthread.h>

#include "base/memory.h"
#include "base/report.h"
#include "text/bearer.h"
#include "token/cache/cache.h"
#include "token/options.h"

static const int32_t supported[] = {
    FNT_OPT_LEEWAY,        FNT_OPT_MAX_AGE,     FNT_OPT_MAX_LIFETIME,
    FNT_OPT_MAX_BYTES,     FNT_OPT_ALGORITHMS,  FNT_OPT_ANY_KIND,
    FNT_OPT_CACHE_ENTRIES, FNT_OPT_CACHE_BYTES, 0};

struct fnt_verifier {
    char *issuer, *audience;
    size_t issuer_len, audience_len;
    options options;
    cache *cache;         /* NULL: none was asked for */
    pthread_mutex_t lock; /* guards the pointer below, never held while a token is verified */
    const fnt_keyset *keyset;
};

fnt_status verifier_new(span issuer, span audience, const fnt_keyset *keyset, fnt_verifier **out)
{
    fnt_verifier *v = memory_alloc(sizeof *v);
    if (v == NULL)
        return FNT_FAULT_MEMORY;
    if (pthread_mutex_init(&v->lock, NULL) != 0) {
        memory_free(v);
        return FNT_FAULT_MEMORY;
    }
    options_init(&v->options, supported);
    v->issuer = memory_strndup(issuer);
    v->issuer_len = issuer.len;
    v->audience = memory_strndup(audience);
    v->audience_len = audience.len;
    v->keyset = keyset_ref(keyset);
    if (v->issuer == NULL || v->audience == NULL) {
        verifier_free(v);
        return FNT_FAULT_MEMORY;
    }
    *out = v;
    return FNT_OK;
}

/* Made at once, so that a lack of memory or of random bytes is heard now and not by a request. */
static fnt_status make_cache(fnt_verifier *v)
{
    int64_t entries = options_get(&v->options, FNT_OPT_CACHE_ENTRIES),
            bytes = options_get(&v->options, FNT_OPT_CACHE_BYTES);
    cache_free(v->cache);
    v->cache = NULL;
    return entries == 0
               ? FNT_OK
               : cache_new((size_t)entries, (uint64_t)bytes > SIZE_MAX ? SIZE_MAX : (size_t)bytes,
                           &v->cache);
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

/* A keyset that vouches for the same tokens takes nothing away, and is not even kept: a refresh
 * every few minutes must not cost a burst of verifications, nor let each entry of the cache hold
 * the set of its own hour. */
fnt_status verifier_set_keyset(fnt_verifier *v, const fnt_keyset *keyset)
{
    /* the one of the two that is not in force at the end */
    const fnt_keyset *spare = keyset_ref(keyset);
    pthread_mutex_lock(&v->lock);
    if (v->keyset == NULL || spare == NULL || !keyset_same(v->keyset, spare)) {
        const fnt_keyset *old = v->keyset;
        v->keyset = spare;
        spare = old;
        if (v->cache != NULL)
            cache_revalidate(v->cache, v->keyset);
    }
    pthread_mutex_unlock(&v->lock);
    keyset_unref(spare);
    return FNT_OK;
}

void verifier_free(fnt_verifier *v)
{
    if (v == NULL)
        return;
    cache_free(v->cache);
    keyset_unref(v->keyset);
    pthread_mutex_destroy(&v->lock);
    memory_free(v->issuer);
    memory_free(v->audience);
    memory_free(v);
}

/* The keys of the hour, and their number in the cache. */
typedef struct {
    const fnt_keyset *keyset;
    uint64_t generation;
} keyset_snapshot;

/* Asked before anything else, the header too: without keys nobody can be told apart, and a 401
 * would not be tried again (rule 25). */
static fnt_status take_snapshot(fnt_verifier *v, keyset_snapshot *out, fnt_report *report)
{
    options_freeze(&v->options);
    pthread_mutex_lock(&v->lock);
    out->keyset = keyset_ref(v->keyset);
    out->generation = v->cache == NULL ? 0 : cache_generation(v->cache);
    pthread_mutex_unlock(&v->lock);
    if (out->keyset != NULL)
        return FNT_OK;
    return report_refuse(report, FNT_FAULT_NOT_READY,
                         "There are no keys yet to check a token with: fetch the issuer's JWKS.",
                         NO_SPANS);
}

static validation_params params_of(const fnt_verifier *v)
{
    int64_t leeway = options_get(&v->options, FNT_OPT_LEEWAY);
    return (validation_params){
        .issuer = {v->issuer, v->issuer_len},
        .audience = {v->audience, v->audience_len},
        .algorithms = (int32_t)options_get(&v->options, FNT_OPT_ALGORITHMS),
        .max_bytes = (size_t)options_get(&v->options, FNT_OPT_MAX_BYTES),
        .times = {leeway, leeway, options_get(&v->options, FNT_OPT_MAX_AGE),
                  options_get(&v->options, FNT_OPT_MAX_LIFETIME)},
        .any_kind = options_get(&v->options, FNT_OPT_ANY_KIND) != 0,
    };
}

static void remember(fnt_verifier *v, const keyset_snapshot *keys, span token, fnt_token *made,
                     span resource, fnt_status decision)
{
    if (v->cache != NULL && made != NULL)
        cache_insert(v->cache, token, made, keys->keyset, keys->generation, resource, decision);
}

fnt_status verifier_verify(fnt_verifier *v, span token, int64_t now, fnt_token **out,
                           fnt_report *report)
{
    keyset_snapshot keys;
    *out = v->cache == NULL || report_wanted(report) ? NULL : cache_find(v->cache, token, now);
    if (*out != NULL)
        return FNT_OK;
    fnt_status status = take_snapshot(v, &keys, report);
    if (status != FNT_OK)
        return status;
    validation_params params = params_of(v);
    status = verify(&params, keys.keyset, token, now, out, report);
    remember(v, &keys, token, *out, SPAN_NONE, status);
    keyset_unref(keys.keyset);
    return status;
}

/* Everything, from the header on. */
static fnt_status decide(fnt_verifier *v, const keyset_snapshot *keys, span header, span resource,
                         int64_t now, fnt_token **made, fnt_report *report)
{
    span token = SPAN_NONE;
    validation_params params = params_of(v);
    fnt_status status = bearer_token(header, params.max_bytes, &token);
    if (status == FNT_OK)
        status = verify(&params, keys->keyset, token, now, made, report);
    if (status != FNT_OK)
        return status;
    status = token_authorize(*made, resource, now, report);
    remember(v, keys, token, *made, resource, status);
    return status;
}

static fnt_status decide_afresh(fnt_verifier *v, span header, span resource, int64_t now,
                                fnt_token **token, fnt_report *report)
{
    keyset_snapshot keys;
    fnt_token *made = NULL;
    fnt_status status = take_snapshot(v, &keys, report);
    if (status != FNT_OK)
        return status;
    status = decide(v, &keys, header, resource, now, &made, report);
    keyset_unref(keys.keyset);
    if (status == FNT_OK && token != NULL)
        *token = made;
    else
        token_free(made);
    return status;
}

/* What is in the cache was a well-formed token when it was verified, so here it is only compared.
 * Who asks for reasons gets them from the whole way, not from what was remembered. */
fnt_status verifier_authorize(fnt_verifier *v, span header, span resource, int64_t now,
                              fnt_token **token, fnt_report *report)
{
    fnt_status status;
    if (v->cache != NULL && !report_wanted(report) &&
        cache_authorize(v->cache, bearer_rest(header), resource, now, token, &status))
        return status;
    return decide_afresh(v, header, resource, now, token, report);
}
