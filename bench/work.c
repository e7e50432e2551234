/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

const char *const work_resources[WORK_RESOURCES] = {"openfaas-fn:env", "openfaas-fn:figlet",
                                                    "staging:nodeinfo", "openfaas-fn:nodeinfo",
                                                    "openfaas-fn:cows"};

static const char key_text[] =
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-"
    "0iY7X1fCE9-E9LI\"}";

static void make_keys(work *w)
{
    char *jwk = NULL;
    size_t len = 0;
    MUST(fnt_key_parse(FNT_STR(key_text), FNT_ES256, &w->key, NULL));
    MUST(fnt_key_export(w->key, FNT_PUBLIC_JWK, &jwk, &len));
    MUST(fnt_keyset_parse(jwk, len, 0, &w->keyset, NULL));
    fnt_free(jwk);
}

const char *work_claims(const work *w, size_t number, const char *permissions)
{
    static char text[65536];
    long long from = (long long)w->now;
    int len =
        snprintf(text, sizeof text,
                 "{\"aud\":\"" WORK_ISSUER
                 "\",\"exp\":%lld,\"fed:iss\":\"https://keycloak.example.com/realms/openfaas\","
                 "\"function\":{\"permissions\":%s},\"iat\":%lld,\"iss\":\"" WORK_ISSUER "\","
                 "\"jti\":\"Zm9vYmFyYmF6cXV4eHl6enkx\",\"nbf\":%lld,\"sub\":\"fed:a9e0e67a-5758-"
                 "4373-a4ba-%012zu\"}",
                 from + WORK_LIFETIME,
                 permissions == NULL ? "[\"openfaas-fn:*\",\"staging:nodeinfo\"]" : permissions,
                 from, from, number);
    if (len < 0 || (size_t)len >= sizeof text)
        bench_fail("work_claims");
    return text;
}

char *work_sign(const work *w, const char *header_json, const char *claims_json)
{
    char *token = NULL;
    size_t len = 0;
    MUST(fnt_sign(w->key, header_json, header_json == NULL ? 0 : strlen(header_json),
                  FNT_STR(claims_json), &token, &len, NULL));
    char *header = malloc(len + sizeof "Bearer ");
    if (header == NULL)
        bench_fail("malloc");
    memcpy(header, "Bearer ", 7);
    memcpy(header + 7, token, len + 1);
    fnt_free(token);
    return header;
}

void work_make(work *w, int64_t now, size_t count)
{
    memset(w, 0, sizeof *w);
    w->now = now;
    make_keys(w);
    for (w->count = 0; w->count < count; w->count++) {
        w->header[w->count] = work_sign(w, NULL, work_claims(w, w->count, NULL));
        w->header_len[w->count] = strlen(w->header[w->count]);
    }
}

void work_free(work *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->header[i]);
    fnt_keyset_free(w->keyset);
    fnt_key_free(w->key);
}

fnt_verifier *work_verifier(const work *w, int64_t cache)
{
    fnt_verifier *v = NULL;
    MUST(fnt_verifier_new(FNT_STR(WORK_ISSUER), NULL, 0, w->keyset, &v));
    MUST(fnt_verifier_set(v, FNT_OPT_CACHE_ENTRIES, cache));
    return v;
}
