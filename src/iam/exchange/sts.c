/* SPDX-License-Identifier: MIT */
#include "iam/exchange/sts.h"

#include <pthread.h>

#include "base/memory.h"
#include "base/report.h"
#include "iam/exchange/exchange.h"
#include "token/options.h"
#include "token/revoked_slot.h"

/* seconds that a subject token's nbf and iat may lie ahead (rule 18) */
enum { SUBJECT_EARLY = 60 };

static const int32_t supported[] = {
    FNT_OPT_LEEWAY,
    FNT_OPT_MAX_BYTES,
    FNT_OPT_MAX_AGE,
    FNT_OPT_MAX_LIFETIME,
    FNT_OPT_ALGORITHMS,
    FNT_OPT_MAX_TTL,
    FNT_OPT_CAP_AT_SUBJECT,
    FNT_OPT_NARROWING,
    FNT_OPT_MAX_HEADER_BYTES,
    FNT_OPT_MAX_HEADER_NAMES,
    0,
};

struct fnt_sts {
    char *issuer;
    size_t issuer_len;
    options options;
    issuer_keys *issuer_keys;
    /* guards the two pointers below, for as long as it takes to count a reference */
    pthread_mutex_t lock;
    const fnt_key *key;
    const fnt_iam *iam;
    revoked_slot revoked;
};

static bool make_locks(fnt_sts *s)
{
    if (pthread_mutex_init(&s->lock, NULL) != 0)
        return false;
    if (revoked_slot_init(&s->revoked))
        return true;
    pthread_mutex_destroy(&s->lock);
    return false;
}

fnt_status sts_new(span iss, const fnt_key *key, fnt_sts **out)
{
    fnt_sts *s = memory_alloc(sizeof *s);
    if (s == NULL || !make_locks(s)) {
        memory_free(s);
        return FNT_FAULT_MEMORY;
    }
    options_init(&s->options, supported);
    (void)options_set(&s->options, FNT_OPT_ALGORITHMS, ALGORITHMS_ASYMMETRIC & crypto_algorithms());
    s->key = key_ref(key);
    s->issuer = memory_strndup(iss);
    s->issuer_len = iss.len;
    if (s->issuer == NULL || issuer_keys_new(&s->issuer_keys) != FNT_OK) {
        sts_free(s);
        return FNT_FAULT_MEMORY;
    }
    *out = s;
    return FNT_OK;
}

void sts_free(fnt_sts *s)
{
    if (s == NULL)
        return;
    key_unref(s->key);
    rules_unref(s->iam);
    issuer_keys_free(s->issuer_keys);
    revoked_slot_clear(&s->revoked);
    pthread_mutex_destroy(&s->lock);
    memory_free(s->issuer);
    memory_free(s);
}

fnt_status sts_set(fnt_sts *s, int32_t option, int64_t value)
{
    return options_set(&s->options, option, value);
}

int64_t sts_get(const fnt_sts *s, int32_t option)
{
    return options_get(&s->options, option);
}

void sts_set_key(fnt_sts *s, const fnt_key *key)
{
    const fnt_key *fresh = key_ref(key);
    pthread_mutex_lock(&s->lock);
    const fnt_key *old = s->key;
    s->key = fresh;
    pthread_mutex_unlock(&s->lock);
    key_unref(old);
}

void sts_set_iam(fnt_sts *s, const fnt_iam *iam)
{
    const fnt_iam *fresh = rules_ref(iam);
    pthread_mutex_lock(&s->lock);
    const fnt_iam *old = s->iam;
    s->iam = fresh;
    pthread_mutex_unlock(&s->lock);
    rules_unref(old);
}

fnt_status sts_set_keyset(fnt_sts *s, span iss, const fnt_keyset *keyset)
{
    return issuer_keys_set(s->issuer_keys, iss, keyset);
}

void sts_set_revoked(fnt_sts *s, const fnt_revoked *list)
{
    (void)revoked_slot_set(&s->revoked, list);
}

static exchange_config config_of(const fnt_sts *s)
{
    int64_t leeway = options_get(&s->options, FNT_OPT_LEEWAY),
            bytes = options_get(&s->options, FNT_OPT_MAX_BYTES);
    return (exchange_config){
        .subject = {.own_issuer = {s->issuer, s->issuer_len},
                    .issuer_keys = s->issuer_keys,
                    .algorithms = (int32_t)options_get(&s->options, FNT_OPT_ALGORITHMS),
                    .limits = {(size_t)bytes,
                               (size_t)options_get(&s->options, FNT_OPT_MAX_HEADER_BYTES),
                               (size_t)options_get(&s->options, FNT_OPT_MAX_HEADER_NAMES)},
                    .times = {leeway, leeway > SUBJECT_EARLY ? leeway : SUBJECT_EARLY,
                              options_get(&s->options, FNT_OPT_MAX_AGE),
                              options_get(&s->options, FNT_OPT_MAX_LIFETIME)},
                    .narrowing = options_get(&s->options, FNT_OPT_NARROWING) != 0},
        .max_ttl = options_get(&s->options, FNT_OPT_MAX_TTL),
        .cap_at_subject = options_get(&s->options, FNT_OPT_CAP_AT_SUBJECT) != 0,
        /* every byte percent-encoded, and the other parameters */
        .max_form = (size_t)(3 * bytes + 16384),
    };
}

static fnt_status exchange_by(fnt_sts *s, const fnt_key *key, const fnt_iam *iam, span form_text,
                              int64_t now, char **body, size_t *body_len, fnt_report *report)
{
    if (iam == NULL)
        return report_refuse(report, FNT_FAULT_NOT_READY, "There are no IAM rules yet.", NO_SPANS);
    options_freeze(&s->options);
    exchange_config config = config_of(s);
    config.key = key;
    config.subject.iam = iam;
    config.subject.revoked = revoked_slot_take(&s->revoked);
    fnt_status status = exchange(&config, form_text, now, body, body_len, report);
    revoked_slot_give_back(&s->revoked, config.subject.revoked);
    return status;
}

fnt_status sts_exchange(fnt_sts *s, span form_text, int64_t now, char **body, size_t *body_len,
                        fnt_report *report)
{
    pthread_mutex_lock(&s->lock);
    const fnt_key *key = key_ref(s->key);
    const fnt_iam *iam = rules_ref(s->iam);
    pthread_mutex_unlock(&s->lock);
    fnt_status status = exchange_by(s, key, iam, form_text, now, body, body_len, report);
    key_unref(key);
    rules_unref(iam);
    return status;
}
