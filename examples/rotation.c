/* SPDX-License-Identifier: MIT */
/* How a gateway changes its signing key without losing a request: publish the new key, wait until
 * every verifier has it, sign with it, wait until the last token of the old key has expired, take
 * the old key back.
 *
 *     cc -std=c11 -o rotation rotation.c $(pkg-config --cflags --libs fntoken)
 *     ./rotation
 *
 * As the time is an argument of each call, two hours pass here in a moment: every minute a token is
 * made, and the newest and the oldest that is still valid are shown to a function, whose verifier
 * fetches the published keys every ten minutes. Then the new key leaks, and is revoked. Exit
 * status: 0 if all were let in before, and nothing after. */
#include <fntoken/fntoken.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define ISSUER FNT_STR("https://gateway.example.com")

/* in minutes, but for the last, in seconds */
enum { MINUTE = 60, REFRESH = 10, LIFETIME = 30, END = 120, START = 1715848921 };
enum {
    PUBLISH_NEW = 25,
    SIGN_WITH_NEW = PUBLISH_NEW + REFRESH,
    RETIRE_OLD = SIGN_WITH_NEW + LIFETIME + 1
};

struct world {
    fnt_key *old_key, *new_key;
    char *published; /* what /.well-known/jwks would answer */
    size_t published_len;
    fnt_verifier *verifier; /* of a function, somewhere else */
    char *tokens[LIFETIME]; /* of the last half hour */
    size_t token_lens[LIFETIME];
    int shown, refused;
};

static void must(fnt_status status)
{
    if (status == FNT_OK)
        return;
    (void)fprintf(stderr, "rotation: %s\n", fnt_status_sentence(status));
    exit(2);
}

/* The public halves of one key or two as a JWKS. Private halves don't get here: a keyset holds
 * none. */
static void publish(struct world *w, const fnt_key *first, const fnt_key *second)
{
    char text[8192], *pem = NULL;
    size_t len = 0, pem_len = 0;
    const fnt_key *keys[] = {first, second};
    for (size_t i = 0; i < 2 && keys[i] != NULL; i++) {
        must(fnt_key_export(keys[i], FNT_PUBLIC_PEM, &pem, &pem_len));
        if (pem_len <= sizeof text - len) { /* it is 178 bytes */
            memcpy(text + len, pem, pem_len);
            len += pem_len;
        }
        fnt_free(pem);
    }
    fnt_keyset *set = NULL;
    must(fnt_keyset_parse(text, len, 0, &set, NULL));
    fnt_free(w->published);
    must(fnt_keyset_jwks(set, &w->published, &w->published_len));
    fnt_keyset_free(set);
}

/* What a verifier does on its own clock. */
static void fetch(struct world *w)
{
    fnt_keyset *keys = NULL;
    must(fnt_keyset_parse(w->published, w->published_len, 0, &keys, NULL));
    must(fnt_verifier_set_keyset(w->verifier, keys));
    fnt_keyset_free(keys);
}

/* What a function does that can't wait for the next fetch: whatever a key signed is refused from
 * the next request on, also where the old JWKS is still in use. */
static void revoke(struct world *w, const fnt_key *key)
{
    char entry[128];
    fnt_revoked *list = NULL;
    int len = snprintf(entry, sizeof entry, "{\"kid\":\"%s\"}", fnt_key_id(key, NULL));
    must(fnt_revoked_parse(entry, (size_t)len, &list, NULL));
    must(fnt_verifier_set_revoked(w->verifier, list));
    fnt_revoked_free(list);
}

static void make_token(struct world *w, const fnt_key *key, int minute)
{
    fnt_claims *claims = NULL;
    int slot = minute % LIFETIME;
    must(fnt_claims_new(&claims));
    must(fnt_claims_add(claims, FNT_CLAIM_ISSUER, ISSUER));
    must(fnt_claims_add(claims, FNT_CLAIM_SUBJECT, FNT_STR("fed:ada")));
    must(fnt_claims_add(claims, FNT_CLAIM_PERMISSION, FNT_STR("openfaas-fn:env")));
    fnt_free(w->tokens[slot]);
    must(fnt_mint(key, claims, START + minute * MINUTE, LIFETIME * MINUTE, &w->tokens[slot],
                  &w->token_lens[slot], NULL));
    fnt_claims_free(claims);
}

static void show(struct world *w, int slot, int minute)
{
    fnt_token *token = NULL;
    int64_t now = START + minute * MINUTE;
    fnt_status status =
        fnt_verify(w->verifier, w->tokens[slot], w->token_lens[slot], now, &token, NULL);
    if (status == FNT_OK)
        status = fnt_token_authorize(token, FNT_STR("openfaas-fn:env"), now, NULL);
    if (status != FNT_OK)
        (void)printf("minute %3d  refused: %s\n", minute, fnt_status_sentence(status));
    w->shown++;
    w->refused += status != FNT_OK;
    fnt_token_free(token);
}

static void step(struct world *w, int minute)
{
    const char *event = NULL;
    if (minute == 0) {
        publish(w, w->old_key, NULL);
        event = "old key published and signing";
    } else if (minute == PUBLISH_NEW) {
        must(fnt_key_generate(FNT_ES256, &w->new_key));
        publish(w, w->old_key, w->new_key);
        event = "new key published, old key signing: verifiers have ten minutes to see it";
    } else if (minute == SIGN_WITH_NEW) {
        event = "new key signing, old key still published: its last token lives half an hour";
    } else if (minute == RETIRE_OLD) {
        publish(w, w->new_key, NULL);
        event = "old key taken back";
    }
    const fnt_key *signer = minute < SIGN_WITH_NEW ? w->old_key : w->new_key;
    if (event != NULL)
        (void)printf("minute %3d  %s (signs: %s)\n", minute, event, fnt_key_id(signer, NULL));
    if (minute % REFRESH == 0)
        fetch(w);
    make_token(w, signer, minute);
    show(w, minute % LIFETIME, minute);
    if (minute >= LIFETIME)
        show(w, (minute + 1) % LIFETIME, minute);
}

/* The key that signs now leaks: the newest token was let in a moment ago. */
static bool refuses_leaked_key(struct world *w)
{
    int minute = END - 1, before = w->refused;
    (void)printf("minute %3d  new key leaked, and revoked\n", minute);
    revoke(w, w->new_key);
    show(w, minute % LIFETIME, minute);
    return w->refused == before + 1;
}

int main(void)
{
    struct world w = {0};
    must(fnt_key_generate(FNT_ES256, &w.old_key));
    must(fnt_verifier_new(ISSUER, NULL, 0, NULL, &w.verifier));
    for (int minute = 0; minute < END; minute++)
        step(&w, minute);
    (void)printf("%d requests, %d refused\n", w.shown, w.refused);
    bool good = w.refused == 0 && refuses_leaked_key(&w);
    for (int slot = 0; slot < LIFETIME; slot++)
        fnt_free(w.tokens[slot]);
    fnt_free(w.published);
    fnt_verifier_free(w.verifier);
    fnt_key_free(w.old_key);
    fnt_key_free(w.new_key);
    return good ? 0 : 1;
}
