/* SPDX-License-Identifier: MIT */
#include "token/verifier/verifier.h"

#include <pthread.h>

#include "base/memory.h"
#include "base/report.h"
#include "text/bearer.h"
#include "token/cache/cache.h"
#include "token/options.h"

static const int32_t options[] = {FNT_OPT_LEEWAY,   FNT_OPT_MAX_AGE,       FNT_OPT_MAX_LIFETIME, FNT_OPT_MAX_BYTES, FNT_OPT_ALGORITHMS,
                                  FNT_OPT_ANY_KIND, FNT_OPT_CACHE_ENTRIES, FNT_OPT_CACHE_BYTES,  0};

struct fnt_verifier {
    char *issuer, *audience;
    size_t issuer_len, audience_len;
    settings settings;
    cache *cache;         /* NULL: none was asked for */
    pthread_mutex_t lock; /* guards the pointer below, never held while a token is verified */
    const fnt_keyset *keyset;
};

fnt_status verifier_new(span issuer, span audience, const fnt_keyset *keyset, fnt_verifier **out)
{
    fnt_verifier *v = memory_new(sizeof *v);
    if (v == NULL)
        return FNT_FAULT_MEMORY;
    if (pthread_mutex_init(&v->lock, NULL) != 0) {
        memory_free(v);
        return FNT_FAULT_MEMORY;
    }
    settings_start(&v->settings, options);
    v->issuer = memory_text(issuer);
    v->issuer_len = issuer.len;
    v->audience = memory_text(audience);
    v->audience_len = audience.len;
    v->keyset = keyset_share(keyset);
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
    int64_t entries = settings_get(&v->settings, FNT_OPT_CACHE_ENTRIES), bytes = settings_get(&v->settings, FNT_OPT_CACHE_BYTES);
    cache_free(v->cache);
    v->cache = NULL;
    return entries == 0 ? FNT_OK : cache_new((size_t)entries, (uint64_t)bytes > SIZE_MAX ? SIZE_MAX : (size_t)bytes, &v->cache);
}

fnt_status verifier_set(fnt_verifier *v, int32_t option, int64_t value)
{
    fnt_status status = settings_set(&v->settings, option, value);
    if (status == FNT_OK && (option == FNT_OPT_CACHE_ENTRIES || option == FNT_OPT_CACHE_BYTES))
        status = make_cache(v);
    return status;
}

int64_t verifier_get(const fnt_verifier *v, int32_t option)
{
    if (option >= FNT_STAT_CACHE_HITS && option <= FNT_STAT_CACHE_EVICTIONS)
        return v->cache == NULL ? -1 : cache_stat(v->cache, option);
    return settings_get(&v->settings, option);
}

/* A keyset that vouches for the same tokens takes nothing away, and is not even kept: a refresh every few minutes must not cost a burst of
 * verifications, nor let each entry of the cache hold the set of its own hour. */
fnt_status verifier_set_keyset(fnt_verifier *v, const fnt_keyset *keyset)
{
    const fnt_keyset *spare = keyset_share(keyset); /* the one of the two that is not in force at the end */
    pthread_mutex_lock(&v->lock);
    if (v->keyset == NULL || spare == NULL || !keyset_same(v->keyset, spare)) {
        const fnt_keyset *old = v->keyset;
        v->keyset = spare;
        spare = old;
        if (v->cache != NULL)
            cache_rekey(v->cache, v->keyset);
    }
    pthread_mutex_unlock(&v->lock);
    keyset_drop(spare);
    return FNT_OK;
}

void verifier_free(fnt_verifier *v)
{
    if (v == NULL)
        return;
    cache_free(v->cache);
    keyset_drop(v->keyset);
    pthread_mutex_destroy(&v->lock);
    memory_free(v->issuer);
    memory_free(v->audience);
    memory_free(v);
}

/* The keys of the hour, and their number in the cache. */
typedef struct {
    const fnt_keyset *keyset;
    uint64_t epoch;
} hour;

/* Asked before anything else, the header too: without keys nobody can be told apart, and a 401 would not be tried again (rule 25). */
static fnt_status take_hour(fnt_verifier *v, hour *out, fnt_report *report)
{
    settings_freeze(&v->settings);
    pthread_mutex_lock(&v->lock);
    out->keyset = keyset_share(v->keyset);
    out->epoch = v->cache == NULL ? 0 : cache_epoch(v->cache);
    pthread_mutex_unlock(&v->lock);
    if (out->keyset != NULL)
        return FNT_OK;
    return report_refuse(report, FNT_FAULT_NOT_READY, "There are no keys yet to check a token with: fetch the issuer's JWKS.", NO_SPANS);
}

static demands demanded(const fnt_verifier *v)
{
    int64_t leeway = settings_get(&v->settings, FNT_OPT_LEEWAY);
    return (demands){
        .issuer = {v->issuer, v->issuer_len},
        .audience = {v->audience, v->audience_len},
        .algorithms = (int32_t)settings_get(&v->settings, FNT_OPT_ALGORITHMS),
        .max_bytes = (size_t)settings_get(&v->settings, FNT_OPT_MAX_BYTES),
        .times = {leeway, leeway, settings_get(&v->settings, FNT_OPT_MAX_AGE), settings_get(&v->settings, FNT_OPT_MAX_LIFETIME)},
        .any_kind = settings_get(&v->settings, FNT_OPT_ANY_KIND) != 0,
    };
}

static void remember(fnt_verifier *v, const hour *keys, span token, fnt_token *made, span resource, fnt_status decision)
{
    if (v->cache != NULL && made != NULL)
        cache_put(v->cache, token, made, keys->keyset, keys->epoch, resource, decision);
}

fnt_status verifier_verify(fnt_verifier *v, span token, int64_t now, fnt_token **out, fnt_report *report)
{
    hour keys;
    *out = v->cache == NULL || report_wanted(report) ? NULL : cache_find(v->cache, token, now);
    if (*out != NULL)
        return FNT_OK;
    fnt_status status = take_hour(v, &keys, report);
    if (status != FNT_OK)
        return status;
    demands want = demanded(v);
    status = verify(&want, keys.keyset, token, now, out, report);
    remember(v, &keys, token, *out, SPAN_NONE, status);
    keyset_drop(keys.keyset);
    return status;
}

/* Everything, from the header on. */
static fnt_status decide(fnt_verifier *v, const hour *keys, span header, span resource, int64_t now, fnt_token **made, fnt_report *report)
{
    span token = SPAN_NONE;
    demands want = demanded(v);
    fnt_status status = bearer_token(header, want.max_bytes, &token);
    if (status == FNT_OK)
        status = verify(&want, keys->keyset, token, now, made, report);
    if (status != FNT_OK)
        return status;
    status = token_authorize(*made, resource, now, report);
    remember(v, keys, token, *made, resource, status);
    return status;
}

static fnt_status decide_afresh(fnt_verifier *v, span header, span resource, int64_t now, fnt_token **token, fnt_report *report)
{
    hour keys;
    fnt_token *made = NULL;
    fnt_status status = take_hour(v, &keys, report);
    if (status != FNT_OK)
        return status;
    status = decide(v, &keys, header, resource, now, &made, report);
    keyset_drop(keys.keyset);
    if (status == FNT_OK && token != NULL)
        *token = made;
    else
        token_free(made);
    return status;
}

/* What is in the cache was a well-formed token when it was verified, so here it is only compared. Who asks for reasons gets them from the
 * whole way, not from what was remembered. */
fnt_status verifier_authorize(fnt_verifier *v, span header, span resource, int64_t now, fnt_token **token, fnt_report *report)
{
    fnt_status status;
    if (v->cache != NULL && !report_wanted(report) && cache_decide(v->cache, bearer_rest(header), resource, now, token, &status))
        return status;
    return decide_afresh(v, header, resource, now, token, report);
}
