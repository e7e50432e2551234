/* SPDX-License-Identifier: MIT */
/* Rules 24 and 46, for the thread sanitizer, which cannot live with the test framework: threads
 * authorise, take tokens out and ask about other resources while one swaps the keys, and the cache
 * is far too small, so that entries are put in, evicted and freed all the time. */
#include <fntoken/fntoken.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOW = 1715848921, TOKENS = 12, READERS = 3, ENTRIES = 6, SWAPS = 40, BETWEEN = 100 };

#define ISSUER FNT_STR("https://gateway.example.com")

static char *headers[2][TOKENS]; /* by each of two keys */
static size_t lengths[2][TOKENS];
static fnt_keyset *first, *both; /* one key; both */
static fnt_verifier *guard;
static atomic_bool over;
static atomic_long wrong, right;

static void must(fnt_status status)
{
    if (status != FNT_OK) {
        fprintf(stderr, "setting up: %s\n", fnt_status_name(status));
        exit(2);
    }
}

static void mint(const fnt_key *key, int which, int i)
{
    char subject[32], *token = NULL;
    size_t len = 0;
    fnt_claims *claims = NULL;
    must(fnt_claims_new(&claims));
    must(fnt_claims_add(claims, FNT_CLAIM_ISSUER, ISSUER));
    snprintf(subject, sizeof subject, "fed:%d-%d", which, i);
    must(fnt_claims_add(claims, FNT_CLAIM_SUBJECT, FNT_STR(subject)));
    must(fnt_claims_add(claims, FNT_CLAIM_PERMISSION, FNT_STR("dev:*")));
    must(fnt_mint(key, claims, NOW, 3600, &token, &len, NULL));
    headers[which][i] = malloc(len + 8);
    lengths[which][i] = (size_t)snprintf(headers[which][i], len + 8, "Bearer %s", token);
    fnt_free(token);
    fnt_claims_free(claims);
}

static void make(void)
{
    fnt_key *keys[2];
    char *jwk[2], *text = NULL;
    size_t len[2];
    for (int k = 0; k < 2; k++) {
        must(fnt_key_generate(FNT_ES256, &keys[k]));
        must(fnt_key_export(keys[k], FNT_PUBLIC_JWK, &jwk[k], &len[k]));
        for (int i = 0; i < TOKENS; i++)
            mint(keys[k], k, i);
    }
    size_t scratch = len[0] + len[1] + 16;
    text = malloc(scratch);
    int used = snprintf(text, scratch, "{\"keys\":[%s,%s]}", jwk[0], jwk[1]);
    must(fnt_keyset_parse(jwk[0], len[0], 0, &first, NULL));
    must(fnt_keyset_parse(text, (size_t)used, 0, &both, NULL));
    free(text);
    for (int k = 0; k < 2; k++) {
        fnt_free(jwk[k]);
        fnt_key_free(keys[k]);
    }
    must(fnt_verifier_new(ISSUER, NULL, 0, both, &guard));
    must(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, ENTRIES));
}

/* Out of the cache alone; in full; in full with a report. */
static fnt_status ask(int how, int which, int i, const char *resource, fnt_token **token,
                      fnt_report *report)
{
    return how == 0 ? fnt_authorize_cached(guard, headers[which][i], lengths[which][i],
                                           FNT_STR(resource), NOW, token)
                    : fnt_authorize(guard, headers[which][i], lengths[which][i], FNT_STR(resource),
                                    NOW, token, how == 1 ? NULL : report);
}

/* Tokens by the first key are always good; those by the other one are good or of an unknown key,
 * whichever keyset is in force just then; and the cache may know them or not. */
static void check(int how, int which, int i, const char *resource, bool permitted,
                  fnt_report *report)
{
    fnt_token *token = NULL;
    fnt_status status = ask(how, which, i, resource, i % 3 == 0 ? &token : NULL, report);
    bool as_expected = status == (permitted ? FNT_OK : FNT_DENIED_PERMISSION) ||
                       (which == 1 && status == FNT_REFUSED_KEY_UNKNOWN) ||
                       (how == 0 && status == FNT_FAULT_NOT_CACHED);
    if (status == FNT_OK && i % 3 == 0 && fnt_token_text(token, FNT_CLAIM_SUBJECT, 0, NULL) == NULL)
        as_expected = false;
    fnt_token_free(token);
    atomic_fetch_add(as_expected ? &right : &wrong, 1);
}

static void *reader(void *argument)
{
    int seed = *(int *)argument;
    fnt_report *report = NULL;
    must(fnt_report_new(&report));
    for (int n = 0; !atomic_load(&over); n++) {
        int i = (n * 7 + seed) % TOKENS;
        for (int how = 0; how < 4; how++) { /* 3: with a report out of the cache, most often */
            check(how, n % 2, i, "dev:env", true, report);
            check(how, n % 2, i, "prod:env", false, report);
        }
    }
    fnt_report_free(report);
    return NULL;
}

int main(void)
{
    pthread_t threads[READERS];
    int seeds[READERS];
    make();
    for (int t = 0; t < READERS; t++) {
        seeds[t] = t;
        if (pthread_create(&threads[t], NULL, reader, &seeds[t]) != 0)
            return 2;
    }
    for (int n = 0; n < SWAPS; n++) {
        for (long until = atomic_load(&right) + BETWEEN;
             atomic_load(&right) < until && atomic_load(&wrong) == 0;)
            sched_yield();
        must(fnt_verifier_set_keyset(guard, n % 2 == 0 ? first : both));
        /* When the call has returned, no token of the dropped key may pass. */
        for (int i = 0; n % 2 == 0 && i < TOKENS; i++)
            if (ask(0, 1, i, "dev:env", NULL, NULL) != FNT_FAULT_NOT_CACHED ||
                ask(1, 1, i, "dev:env", NULL, NULL) != FNT_REFUSED_KEY_UNKNOWN)
                atomic_fetch_add(&wrong, 1);
    }
    atomic_store(&over, true);
    for (int t = 0; t < READERS; t++)
        pthread_join(threads[t], NULL);
    long hits = (long)fnt_verifier_get(guard, FNT_STAT_CACHE_HITS);
    printf("%ld right, %ld wrong, %ld hits, %ld evictions\n", atomic_load(&right),
           atomic_load(&wrong), hits, (long)fnt_verifier_get(guard, FNT_STAT_CACHE_EVICTIONS));
    fnt_verifier_free(guard);
    fnt_keyset_free(first);
    fnt_keyset_free(both);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < TOKENS; i++)
            free(headers[k][i]);
    bool good = atomic_load(&wrong) == 0 && hits > 0;
    printf("%d passed, %d failed\n", good, !good);
    return !good;
}
