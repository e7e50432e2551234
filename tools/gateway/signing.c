/* SPDX-License-Identifier: MIT */
/* The gateway's own keys: a folder with current, and maybe next and previous. All are published,
 * current signs, and previous stays until the last token that it signed has expired (rule 43). */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/keys/key_file.h"
#include "lib/keys/key_folder.h"
#include "source.h"

enum { AHEAD = 300 /* seconds that clocks may differ */ };

static int read_key(app *run, const char *path, fnt_key **out)
{
    text file = TEXT_EMPTY;
    struct stat about;
    int code = read_key_file(run, path, &file, &about);
    if (code == EXIT_YES)
        code = key_file_parse(run, path, &file, FNT_ES256, out);
    if (code == EXIT_YES) {
        key_file_tell_open(path, &about);
        key_file_tell_entries(run, path);
    }
    text_free(&file);
    return code;
}

/* In the middle of a rotation previous is current too, which is published once. */
static int add_public(const fnt_key *key, text *keys)
{
    char *jwk = NULL;
    size_t len = 0;
    fnt_status status = fnt_key_export(key, FNT_PUBLIC_JWK, &jwk, &len);
    if (status == FNT_OK && (keys->len == 0 || strstr(keys->at, jwk) == NULL)) {
        text_put(keys, keys->len > 0 ? "," : "{\"keys\":[");
        text_add(keys, jwk, len);
    }
    fnt_free(jwk);
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}

/* Its time is when it went out of use. */
static bool is_over(source *s, const char *path, int64_t now)
{
    int64_t since = 0;
    if (!key_folder_time(path, &since))
        return false;
    if (since > now + AHEAD)
        tell("%s: its time lies ahead by %lld s, for which it stays published besides: touch it",
             path, (long long)(since - now));
    int64_t end = since + s->gateway->config->longest_life;
    if (end > now)
        s->again = end + 1;
    return end <= now;
}

/* One of the other two. That there is none is no mistake. */
static int add_other(source *s, app *run, const char *name, int64_t now, text *keys)
{
    text path = TEXT_EMPTY;
    fnt_key *key = NULL;
    int code = key_folder_find(s->about, name, &path);
    bool over = path.len > 0 && strcmp(name, "previous") == 0 && is_over(s, path.at, now);
    if (code == EXIT_YES && path.len > 0 && !over) {
        code = read_key(run, path.at, &key);
        if (code == EXIT_YES)
            code = add_public(key, keys);
    }
    fnt_key_free(key);
    text_free(&path);
    return code;
}

static int read_current(source *s, app *run, fnt_key **key)
{
    text path = TEXT_EMPTY;
    key_folder_tell_open(s->about);
    int code = key_folder_find(s->about, "current", &path);
    if (code == EXIT_YES && path.len == 0)
        code =
            fail_file(s->about, "has no current.pem: fntoken keygen --out %s/current.pem makes one",
                      s->about);
    if (code == EXIT_YES)
        code = read_key(run, path.at, key);
    text_free(&path);
    return code;
}

/* What current signs must be verified by what is published. */
static int try_out(const source *s, const fnt_key *key, const fnt_keyset *keys, int64_t now)
{
    const char *issuer = s->gateway->config->issuer;
    fnt_verifier *verifier = NULL;
    fnt_claims *claims = NULL;
    fnt_token *token = NULL;
    char *minted = NULL;
    size_t len = 0;
    fnt_status status = fnt_claims_new(&claims);
    if (status == FNT_OK)
        status = fnt_claims_add(claims, FNT_CLAIM_ISSUER, FNT_STR(issuer));
    if (status == FNT_OK)
        status = fnt_claims_add(claims, FNT_CLAIM_SUBJECT, FNT_STR("self-test"));
    if (status == FNT_OK)
        status = fnt_claims_add(claims, FNT_CLAIM_PERMISSION, FNT_STR("self:test"));
    if (status == FNT_OK)
        status = fnt_mint(key, claims, now, 1, &minted, &len, NULL);
    if (status == FNT_OK)
        status = fnt_verifier_new(FNT_STR(issuer), NULL, 0, keys, &verifier);
    if (status == FNT_OK)
        status = fnt_verify(verifier, minted, len, now, &token, NULL);
    fnt_token_free(token);
    fnt_verifier_free(verifier);
    fnt_claims_free(claims);
    fnt_free(minted);
    return status == FNT_OK ? EXIT_YES
                            : fail_file(s->about, "what the current key signs is not verified: %s",
                                        fnt_status_sentence(status));
}

static fnt_status make_service(gateway *g, const fnt_key *key)
{
    const config *c = g->config;
    fnt_status status = fnt_sts_new(FNT_STR(c->issuer), key, &g->sts);
    if (status == FNT_OK)
        status = fnt_sts_set(g->sts, FNT_OPT_MAX_TTL, c->max_ttl);
    if (status == FNT_OK && c->narrowing)
        status = fnt_sts_set(g->sts, FNT_OPT_NARROWING, 1);
    return status;
}

/* Published first, then used. The first key makes the service. */
static int use(const source *s, const fnt_key *key, const fnt_keyset *keys, const text *jwks)
{
    gateway *g = s->gateway;
    fnt_status status = g->sts == NULL ? make_service(g, key) : FNT_OK;
    if (status == FNT_OK)
        status = fnt_sts_set_keyset(g->sts, FNT_STR(g->config->issuer), keys);
    if (status == FNT_OK) {
        (void)pthread_mutex_lock(&g->published.lock);
        text_free(&g->published.jwks);
        text_add(&g->published.jwks, jwks->at, jwks->len);
        (void)pthread_mutex_unlock(&g->published.lock);
        status = fnt_sts_set_key(g->sts, key);
    }
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}

int load_signing(source *s, app *run, int64_t now)
{
    fnt_key *current = NULL;
    fnt_keyset *keys = NULL;
    text jwks = TEXT_EMPTY;
    int code = read_current(s, run, &current);
    s->again = 0;
    if (code == EXIT_YES)
        code = add_public(current, &jwks);
    if (code == EXIT_YES)
        code = add_other(s, run, "next", now, &jwks);
    if (code == EXIT_YES)
        code = add_other(s, run, "previous", now, &jwks);
    text_put(&jwks, "]}");
    if (code == EXIT_YES)
        code =
            fail_report_of(run, s->about, fnt_keyset_parse(jwks.at, jwks.len, 0, &keys, run->why));
    if (code == EXIT_YES)
        code = try_out(s, current, keys, now);
    if (code == EXIT_YES)
        code = use(s, current, keys, &jwks);
    fnt_keyset_free(keys);
    fnt_key_free(current);
    text_free(&jwks);
    return code == EXIT_YES ? EXIT_YES : EXIT_FAULT;
}
