/* SPDX-License-Identifier: MIT */
/* Rule 46 for keys, for the thread sanitizer.
 * Exit status 0: all went well. To see into mbedTLS it has to be built with the sanitizer too,
 * without MBEDTLS_SELF_TEST (whose counters race, harmlessly). */
#include <pthread.h>
#include <stdio.h>

#include "base/memory.h"
#include "keys/keyset.h"
#include "keys/signing_key.h"

enum { THREADS = 4, ROUNDS = 5 };

#define MESSAGE SPAN("signed text")

typedef struct {
    const fnt_keyset *set;
    const fnt_key *key;
    span signature;
    int failures;
} worker;

/* Each has its own share of what it uses, as a request has while another thread replaces it. */
static void *work(void *arg)
{
    worker *w = arg;
    const fnt_keyset *set = w->set;
    const fnt_key *key = w->key;
    const algorithm *alg = key_algorithm(key);
    for (int i = 0; i < ROUNDS; i++) {
        candidates found;
        unsigned char signature[CRYPTO_SIGNATURE_MAX];
        size_t len = 0;
        w->failures += keyset_find(set, key_id(key), alg, &found, NULL) == FNT_OK ? 0 : 1;
        w->failures +=
            crypto_verify(found.at[0]->key, alg, MESSAGE, w->signature) == FNT_OK ? 0 : 1;
        w->failures += crypto_verify(found.at[0]->key, alg, SPAN("other"), w->signature) ==
                               FNT_REFUSED_SIGNATURE
                           ? 0
                           : 1;
        w->failures += key_sign(key, MESSAGE, signature, &len) == FNT_OK ? 0 : 1;
        w->failures +=
            crypto_verify(found.at[0]->key, alg, MESSAGE, (span){(char *)signature, len}) == FNT_OK
                ? 0
                : 1;
    }
    keyset_unref(set);
    key_unref(key);
    return NULL;
}

static int together(const fnt_keyset *set, const fnt_key *key, span signature)
{
    pthread_t threads[THREADS];
    worker workers[THREADS];
    int failures = 0;
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){keyset_ref(set), key_ref(key), signature, 0};
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0)
            return 1;
    }
    keyset_unref(set); /* while they run */
    key_unref(key);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failures += workers[i].failures;
    }
    return failures;
}

/* A fresh key each time: what is worked out on first use would be worked out by all of them. The
 * signature to verify is made by a copy of the key, so that the key itself has not been used when
 * the threads start. */
static int race(int32_t bit)
{
    fnt_key *key = NULL, *copy = NULL;
    fnt_keyset *set = NULL;
    char *pem = NULL, *public_half = NULL;
    size_t pem_len = 0, public_len = 0, len = 0;
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    int failures = 1;
    if (key_generate(bit, &key) == FNT_OK &&
        key_export(key, FNT_PRIVATE_PEM, &pem, &pem_len) == FNT_OK &&
        key_export(key, FNT_PUBLIC_JWK, &public_half, &public_len) == FNT_OK &&
        key_parse((span){pem, pem_len}, bit, &copy, NULL) == FNT_OK &&
        keyset_parse((span){public_half, public_len}, 0, &set, NULL) == FNT_OK &&
        key_sign(copy, MESSAGE, signature, &len) == FNT_OK)
        failures = together(set, key, (span){(char *)signature, len});
    key_unref(copy);
    memory_free(pem);
    memory_free(public_half);
    return failures;
}

int main(void)
{
    static const int32_t bits[] = {FNT_ES256, FNT_ES384, FNT_ES512,
                                   FNT_RS256, FNT_PS256, FNT_EDDSA};
    int failures = 0;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        if ((crypto_algorithms() & bits[i]) == 0) /* EdDSA, with mbedTLS */
            continue;
        int here = race(bits[i]);
        printf("%s: %d failures\n", algorithm_of(bits[i])->name, here);
        failures += here;
    }
    return failures == 0 ? 0 : 1;
}
