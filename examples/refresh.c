/* SPDX-License-Identifier: MIT */
/* How a watchdog that was given a gateway's address alone keeps its keys fresh: where they are
 * (fnt_discovery) and when to fetch them (fnt_refresh).
 *
 *     cc -std=c11 -o refresh refresh.c $(pkg-config --cflags --libs fntoken)
 *     ./refresh
 *
 * Neither function does any I/O, so the gateway is a struct here and three hours pass in a moment:
 * it signs with a new key, withdraws the old one, and is down for a while. Exit status: 0 if the
 * watchdog noticed each in time. */
#include <fntoken/fntoken.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define ISSUER "https://gateway.example.com"
#define GATEWAY "http://gateway.openfaas:8080"
#define DOCUMENT GATEWAY "/.well-known/openid-configuration"

/* Seconds. Of these, 300 and 86400 are a good start in a real program. */
enum { EVERY = 300, MAX_AGE = 1800, TICK = 5 };
/* When things happen. */
enum { START = 1715848921, ROTATE = 1000, WITHDRAW = 3000, DOWN = 5000, UP = 9000, END = 10000 };

struct gateway {
    fnt_key *old_key, *new_key;
    bool has_new, has_old, is_up;
};

struct watchdog {
    fnt_verifier *verifier;
    char *issuer; /* as the first document had it; NULL before */
    size_t issuer_len;
    int64_t refresh[8]; /* of this issuer; all 0 at first */
};

static void must(fnt_status status)
{
    if (status == FNT_OK)
        return;
    (void)fprintf(stderr, "refresh: %s\n", fnt_status_sentence(status));
    exit(2);
}

/* ---- the gateway, and the way to it -------------------------------------- */

static void put_key(char *body, size_t size, const fnt_key *key)
{
    char *jwk = NULL;
    size_t len = strlen(body), jwk_len = 0;
    must(fnt_key_export(key, FNT_PUBLIC_JWK, &jwk, &jwk_len));
    (void)snprintf(body + len, size - len, "%s%s", body[len - 1] == '[' ? "" : ",", jwk);
    fnt_free(jwk);
}

/* In place of an HTTP client. A real one verifies TLS, follows no redirect to another host or
 * scheme, and takes at most 1 MiB and 10 seconds. */
static bool http_get(const struct gateway *g, const char *url, char *body, size_t size)
{
    if (strcmp(url, DOCUMENT) == 0) {
        (void)snprintf(body, size, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/.well-known/jwks\"}",
                       ISSUER, GATEWAY);
        return g->is_up;
    }
    (void)snprintf(body, size, "{\"keys\":[");
    if (g->has_old)
        put_key(body, size, g->old_key);
    if (g->has_new)
        put_key(body, size, g->new_key);
    (void)snprintf(body + strlen(body), size - strlen(body), "]}");
    return g->is_up;
}

/* ---- the watchdog -------------------------------------------------------- */

/* The issuer's name is fixed by the first document; another name later is a failed fetch. */
static fnt_status read_document(struct watchdog *w, const char *document, char **jwks_uri)
{
    char *found = NULL;
    size_t uri_len = 0, found_len = 0;
    fnt_status status =
        fnt_discovery(FNT_STR(document), FNT_STR(DOCUMENT), w->issuer, w->issuer_len,
                      FNT_DISCOVERY_HTTP, jwks_uri, &uri_len, &found, &found_len, NULL);
    if (status == FNT_OK && w->issuer == NULL) {
        w->issuer = found;
        w->issuer_len = found_len;
        return fnt_verifier_new(w->issuer, w->issuer_len, NULL, 0, NULL, &w->verifier);
    }
    fnt_free(found);
    return status;
}

static bool fetch_keys(struct watchdog *w, const struct gateway *g)
{
    char body[8192], *jwks_uri = NULL;
    fnt_keyset *keys = NULL;
    bool done = http_get(g, DOCUMENT, body, sizeof body) &&
                read_document(w, body, &jwks_uri) == FNT_OK &&
                http_get(g, jwks_uri, body, sizeof body) &&
                fnt_keyset_parse(FNT_STR(body), 0, &keys, NULL) == FNT_OK &&
                fnt_verifier_set_keyset(w->verifier, keys) == FNT_OK;
    fnt_keyset_free(keys);
    fnt_free(jwks_uri);
    return done;
}

/* What a real program does in a thread of its own, so that no request waits for it. */
static void happened(struct watchdog *w, const struct gateway *g, int32_t event, int now)
{
    fnt_status status = fnt_refresh(w->refresh, event, EVERY, MAX_AGE, START + now);
    if (status == FNT_OK) {
        event = fetch_keys(w, g) ? FNT_REFRESH_DONE : FNT_REFRESH_FAILED;
        status = fnt_refresh(w->refresh, event, EVERY, MAX_AGE, START + now);
    }
    if (status == FNT_FAULT_NOT_READY && w->verifier != NULL)
        must(fnt_verifier_set_keyset(w->verifier, NULL));
}

static fnt_status check(struct watchdog *w, const struct gateway *g, const char *token, size_t len,
                        int now)
{
    fnt_token *caller = NULL;
    fnt_status status = fnt_verify(w->verifier, token, len, START + now, &caller, NULL);
    if (status == FNT_REFUSED_KEY_UNKNOWN) { /* the issuer may have a new key: ask once more */
        happened(w, g, FNT_REFRESH_UNKNOWN, now);
        status = fnt_verify(w->verifier, token, len, START + now, &caller, NULL);
    }
    fnt_token_free(caller);
    return status;
}

/* ---- three hours --------------------------------------------------------- */

static fnt_status call_with(struct watchdog *w, const struct gateway *g, const fnt_key *key,
                            int now)
{
    fnt_claims *claims = NULL;
    char *token = NULL;
    size_t len = 0;
    must(fnt_claims_new(&claims));
    must(fnt_claims_add(claims, FNT_CLAIM_ISSUER, FNT_STR(ISSUER)));
    must(fnt_claims_add(claims, FNT_CLAIM_SUBJECT, FNT_STR("fed:ada")));
    must(fnt_claims_add(claims, FNT_CLAIM_PERMISSION, FNT_STR("openfaas-fn:env")));
    must(fnt_mint(key, claims, START + now, 60, &token, &len, NULL));
    fnt_status status = check(w, g, token, len, now);
    fnt_claims_free(claims);
    fnt_free(token);
    return status;
}

/* Prints an answer that is another than the one before. True if it is one that may be. */
static bool show(const char *key, fnt_status is, fnt_status *was, bool may_pass, bool must_pass,
                 int now)
{
    if (is != *was)
        (void)printf("second %5d  %s key: %s\n", now, key, fnt_status_sentence(is));
    *was = is;
    return (is != FNT_OK || may_pass) && (is == FNT_OK || !must_pass);
}

static void change(struct gateway *g, int now)
{
    g->has_new = now >= ROTATE;
    g->has_old = now < WITHDRAW;
    g->is_up = now < DOWN || now >= UP;
}

int main(void)
{
    struct gateway g = {NULL, NULL, false, true, true};
    struct watchdog w = {NULL, NULL, 0, {0}};
    fnt_status old_was = FNT_WOULD_DENY, new_was = FNT_WOULD_DENY;
    bool right = true;
    must(fnt_key_generate(FNT_ES256, &g.old_key));
    must(fnt_key_generate(FNT_ES256, &g.new_key));
    for (int now = 0; now < END; now += TICK) {
        change(&g, now);
        happened(&w, &g, FNT_REFRESH_TICK, now);
        if (now % 50 != 0)
            continue;
        bool stale = now > DOWN + MAX_AGE && now < UP; /* too old to be used */
        right &= show("old", call_with(&w, &g, g.old_key, now), &old_was, now < WITHDRAW + EVERY,
                      now < WITHDRAW, now);
        if (g.has_new)
            right &= show("new", call_with(&w, &g, g.new_key, now), &new_was, !stale,
                          now < DOWN + MAX_AGE - EVERY || now >= UP + 60 + TICK, now);
    }
    (void)printf("%s\n", right ? "each was noticed in time" : "something was noticed too late");
    fnt_verifier_free(w.verifier);
    fnt_free(w.issuer);
    fnt_key_free(g.old_key);
    fnt_key_free(g.new_key);
    return right ? 0 : 1;
}
