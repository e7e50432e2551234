/* SPDX-License-Identifier: MIT */
/* Rules 24, 46 and 56, for the thread sanitizer: threads authorise and verify while one replaces
 * the revocations and the keys. A call that began after a list came into force and ended before the
 * next one did must answer by that list, out of the cache or not. */
#include <fntoken/fntoken.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOW = 1715848921, TOKENS = 4, READERS = 3, SWAPS = 60, BETWEEN = 60, VERIFIERS = 2 };

#define ISSUER FNT_STR("https://gateway.example.com")
#define HEADER(i) headers[i], lengths[i]

/* Which tokens each list names, a bit each; they are of subjects 0 to 3, by one key. */
static const struct {
    const char *text; /* NULL: no list at all */
    unsigned revoked;
} lists[] = {
    {NULL, 0},
    {"{\"fed_iss\":\"https://idp\",\"sub\":\"0\"}\n{\"fed_iss\":\"https://idp\",\"sub\":\"2\"}", 5},
    {"{\"fed_iss\":\"https://idp\",\"sub\":\"1\",\"until\":1715848921}", 2},
    {"{\"kid\":\"KID\"}", 15},
    {"{\"fed_iss\":\"https://idp\",\"sub\":\"3\",\"until\":1715848920}", 0}, /* over */
    {"", 0},
};
enum { LISTS = sizeof lists / sizeof *lists };

static char *headers[TOKENS];
static size_t lengths[TOKENS];
static fnt_keyset *keysets[2]; /* equal in all that matters to the tokens, and not the same */
static fnt_revoked *revoked[LISTS];
static fnt_verifier *verifiers[VERIFIERS]; /* with a cache, without one */
static atomic_bool over;
static atomic_long wrong, right, refused;
/* of each verifier, how often a list was replaced, and twice over: odd while that is under way */
static _Atomic unsigned epoch[VERIFIERS];

static void must(fnt_status status)
{
    if (status != FNT_OK) {
        fprintf(stderr, "setting up: %s\n", fnt_status_name(status));
        exit(2);
    }
}

static void mint(const fnt_key *key, int i)
{
    char subject[32], *token = NULL;
    size_t len = 0;
    fnt_claims *claims = NULL;
    must(fnt_claims_new(&claims));
    must(fnt_claims_add(claims, FNT_CLAIM_ISSUER, ISSUER));
    snprintf(subject, sizeof subject, "fed:%d", i);
    must(fnt_claims_add(claims, FNT_CLAIM_SUBJECT, FNT_STR(subject)));
    must(fnt_claims_add(claims, FNT_CLAIM_FED_ISSUER, FNT_STR("https://idp")));
    must(fnt_claims_add(claims, FNT_CLAIM_PERMISSION, FNT_STR("dev:*")));
    must(fnt_mint(key, claims, NOW, 3600, &token, &len, NULL));
    headers[i] = malloc(len + 8);
    lengths[i] = (size_t)snprintf(headers[i], len + 8, "Bearer %s", token);
    fnt_free(token);
    fnt_claims_free(claims);
}

static void make_lists(const fnt_key *key)
{
    char by_key[128];
    snprintf(by_key, sizeof by_key, "{\"kid\":\"%s\"}", fnt_key_id(key, NULL));
    for (int i = 1; i < LISTS; i++) {
        const char *text = lists[i].revoked == 15 ? by_key : lists[i].text;
        must(fnt_revoked_parse(FNT_STR(text), &revoked[i], NULL));
    }
}

static void make_keysets(const fnt_key *key)
{
    fnt_key *other = NULL;
    char *jwk[2], text[2048];
    size_t len[2];
    must(fnt_key_generate(FNT_ES256, &other));
    must(fnt_key_export(key, FNT_PUBLIC_JWK, &jwk[0], &len[0]));
    must(fnt_key_export(other, FNT_PUBLIC_JWK, &jwk[1], &len[1]));
    int used = snprintf(text, sizeof text, "{\"keys\":[%s,%s]}", jwk[0], jwk[1]);
    must(fnt_keyset_parse(jwk[0], len[0], 0, &keysets[0], NULL));
    must(fnt_keyset_parse(text, (size_t)used, 0, &keysets[1], NULL));
    fnt_free(jwk[0]);
    fnt_free(jwk[1]);
    fnt_key_free(other);
}

static void make(void)
{
    fnt_key *key = NULL;
    must(fnt_key_generate(FNT_ES256, &key));
    for (int i = 0; i < TOKENS; i++)
        mint(key, i);
    make_lists(key);
    make_keysets(key);
    for (int v = 0; v < VERIFIERS; v++)
        must(fnt_verifier_new(ISSUER, NULL, 0, keysets[0], &verifiers[v]));
    must(fnt_verifier_set(verifiers[0], FNT_OPT_CACHE_ENTRIES, 2 * TOKENS));
    fnt_key_free(key);
}

static fnt_status ask(int v, int i, int way)
{
    fnt_token *token = NULL;
    fnt_status status;
    if (way == 0)
        status = fnt_authorize(verifiers[v], HEADER(i), FNT_STR("dev:env"), NOW, NULL, NULL);
    else if (way == 1)
        status = fnt_authorize(verifiers[v], HEADER(i), FNT_STR("dev:env"), NOW, &token, NULL);
    else
        status = fnt_verify(verifiers[v], headers[i] + 7, lengths[i] - 7, NOW, &token, NULL);
    if ((status == FNT_OK && way != 0) != (token != NULL))
        status = -1;
    fnt_token_free(token);
    return status;
}

static void count(bool good, fnt_status status)
{
    atomic_fetch_add(good ? &right : &wrong, 1);
    if (status == FNT_REFUSED_REVOKED)
        atomic_fetch_add(&refused, 1);
}

static bool answers_by(int list, int i, fnt_status status)
{
    return status == ((lists[list].revoked >> i & 1) != 0 ? FNT_REFUSED_REVOKED : FNT_OK);
}

static void check(int v, int i, int way)
{
    unsigned before = atomic_load(&epoch[v]);
    fnt_status status = ask(v, i, way);
    unsigned after = atomic_load(&epoch[v]);
    bool good = before == after && before % 2 == 0
                    ? answers_by((int)(before / 2 % LISTS), i, status)
                    : status == FNT_OK || status == FNT_REFUSED_REVOKED;
    count(good, status);
}

static void *reader(void *argument)
{
    int seed = *(int *)argument;
    for (int n = seed; !atomic_load(&over); n++)
        check(n % 16 == 0, n % TOKENS, n / TOKENS % 3); /* the one with a cache is far faster */
    return NULL;
}

static void swap(int v, int list)
{
    atomic_fetch_add(&epoch[v], 1);
    must(fnt_verifier_set_revoked(verifiers[v], revoked[list]));
    atomic_fetch_add(&epoch[v], 1);
    for (int i = 0; i < TOKENS; i++) { /* in force when the call has returned */
        fnt_status status = ask(v, i, i % 3);
        count(answers_by(list, i, status), status);
    }
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
    for (int n = 1; n <= SWAPS; n++) {
        for (long until = atomic_load(&right) + BETWEEN;
             atomic_load(&right) < until && atomic_load(&wrong) == 0;)
            sched_yield();
        for (int v = 0; v < VERIFIERS; v++)
            swap(v, n % LISTS);
        if (n % 4 == 0)
            must(fnt_verifier_set_keyset(verifiers[0], keysets[n / 4 % 2]));
    }
    atomic_store(&over, true);
    for (int t = 0; t < READERS; t++)
        pthread_join(threads[t], NULL);
    long hits = (long)fnt_verifier_get(verifiers[0], FNT_STAT_CACHE_HITS);
    printf("%ld right, %ld wrong, %ld refused, %ld hits\n", atomic_load(&right),
           atomic_load(&wrong), atomic_load(&refused), hits);
    for (int v = 0; v < VERIFIERS; v++)
        fnt_verifier_free(verifiers[v]);
    for (int i = 0; i < LISTS; i++)
        fnt_revoked_free(revoked[i]);
    fnt_keyset_free(keysets[0]);
    fnt_keyset_free(keysets[1]);
    for (int i = 0; i < TOKENS; i++)
        free(headers[i]);
    bool good = atomic_load(&wrong) == 0 && atomic_load(&refused) > 0 && hits > 0;
    printf("%d passed, %d failed\n", good, !good);
    return !good;
}
