/* SPDX-License-Identifier: MIT */
#include "paths.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "text/base64url.h"

/* ---- making -------------------------------------------------------------- */

static span token_of(const work *w, size_t i)
{
    return span_from((span){w->header[i], w->header_len[i]}, sizeof "Bearer");
}

static char *decode(span part)
{
    char *text = calloc(1, base64url_decoded(part.len) + 1);
    if (text == NULL || !base64url_decode(part, (unsigned char *)text))
        bench_fail("base64url_decode");
    return text;
}

static void split(paths *p)
{
    jws parts;
    span out;
    MUST(jws_split(token_of(&p->work, 0), &parts, NULL));
    MUST(jws_decode(parts.signature, "signature", p->signature, &out, NULL));
    p->signed_part = parts.signed_part;
    p->header_json = decode(parts.header);
    p->claims_json = decode(parts.payload);
}

void paths_make(paths *p, int64_t now, size_t tokens)
{
    memset(p, 0, sizeof *p);
    work_make(&p->work, now, tokens);
    p->plain = work_verifier(&p->work, 0);
    p->cached = work_verifier(&p->work, WORK_TOKENS);
    p->alg = algorithm_of(FNT_ES256);
    candidates found;
    MUST(keyset_find(p->work.keyset, SPAN_NONE, p->alg, &found, NULL));
    p->key = found.at[0]->key;
    split(p);
}

static fnt_revoked *list_of(size_t entries, const char *prefix)
{
    fnt_revoked *list = NULL;
    char *text = malloc(entries * 64 + 1);
    size_t len = 0;
    if (text == NULL)
        bench_fail("malloc");
    for (size_t i = 0; i < entries; i++)
        len += (size_t)sprintf(text + len, "{\"jti\":\"%s%zu\"}\n", prefix, i * 7919);
    MUST(fnt_revoked_parse(len > 0 ? text : NULL, len, &list, NULL));
    free(text);
    return list;
}

void paths_revoke(paths *p, size_t entries)
{
    p->revoked[0] = list_of(entries, "a");
    p->revoked[1] = list_of(entries, "b");
    MUST(fnt_verifier_set_revoked(p->cached, p->revoked[0]));
}

void paths_free(paths *p)
{
    fnt_revoked_free(p->revoked[0]);
    fnt_revoked_free(p->revoked[1]);
    free(p->header_json);
    free(p->claims_json);
    fnt_verifier_free(p->plain);
    fnt_verifier_free(p->cached);
    work_free(&p->work);
}

/* ---- the paths ----------------------------------------------------------- */

static void ask(const paths *p, fnt_verifier *v, size_t i, const char *resource)
{
    if (fnt_authorize(v, p->work.header[i], p->work.header_len[i], FNT_STR(resource), p->work.now,
                      NULL, NULL) != FNT_OK)
        bench_fail("fnt_authorize");
}

void path_uncached(void *p, size_t i)
{
    (void)i;
    ask(p, ((paths *)p)->plain, 0, WORK_RESOURCE);
}

void path_bare(void *context, size_t i)
{
    const paths *p = context;
    (void)i;
    if (crypto_verify(p->key, p->alg, p->signed_part, (span){p->signature, sizeof p->signature}) !=
        FNT_OK)
        bench_fail("crypto_verify");
}

void path_cjson(void *context, size_t i)
{
    const paths *p = context;
    (void)i;
    cJSON *header = cJSON_Parse(p->header_json), *claims = cJSON_Parse(p->claims_json);
    if (header == NULL || claims == NULL)
        bench_fail("cJSON_Parse");
    cJSON_Delete(header);
    cJSON_Delete(claims);
}

void path_hot(void *p, size_t i)
{
    (void)i;
    ask(p, ((paths *)p)->cached, 0, WORK_RESOURCE);
}

void path_swap(void *p, size_t i)
{
    MUST(fnt_verifier_set_revoked(((paths *)p)->cached, ((paths *)p)->revoked[i % 2]));
    path_hot(p, i);
}

void path_thousand(void *p, size_t i)
{
    ask(p, ((paths *)p)->cached, i * 7919 % ((paths *)p)->work.count, WORK_RESOURCE);
}

void path_changing(void *p, size_t i)
{
    ask(p, ((paths *)p)->cached, 0, work_resources[i % WORK_RESOURCES]);
}
