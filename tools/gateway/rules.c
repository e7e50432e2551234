/* SPDX-License-Identifier: MIT */
/* The rules, the revocations, and the keys of issuers that come from files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/base/revoked_file.h"
#include "lib/iam_files/iam_files.h"
#include "lib/keys/key_file.h"
#include "source.h"

/* Most often a slash more or less. */
static void tell_idle_trust(const config *c, const fnt_iam *iam)
{
    for (size_t i = 0; i < c->trusts; i++) {
        const char *name = NULL;
        for (size_t k = 0; (name = fnt_iam_issuer(iam, k, FNT_ISSUER_URL, NULL)) != NULL; k++)
            if (strcmp(name, c->trust[i].issuer) == 0)
                break;
        if (name == NULL)
            tell("--trust %s=%s: no JwtIssuer has this iss, so that its keys verify nothing",
                 c->trust[i].issuer, c->trust[i].file);
    }
}

/* Whose keys are fetched is what trusted_follow has it: neither those of a file nor our own. */
static bool is_fetched(const config *c, const char *name)
{
    bool fetched = strcmp(name, c->issuer) != 0;
    for (size_t i = 0; i < c->trusts; i++)
        fetched = fetched && strcmp(name, c->trust[i].issuer) != 0;
    return fetched;
}

static void tell_plain(const config *c, const fnt_iam *iam)
{
    const char *name = NULL;
    for (size_t i = 0; (name = fnt_iam_issuer(iam, i, FNT_ISSUER_URL, NULL)) != NULL; i++)
        if (is_fetched(c, name) && fnt_iam_issuer(iam, i, FNT_ISSUER_INTERNAL, NULL) == NULL &&
            http_url_look(name) == HTTP_URL_PLAIN)
            tell("JwtIssuer %s is plain http: whoever is on the way can put their own keys into "
                 "its document; use https, or issInternal",
                 name);
}

/* In one step with their digest. *iam is ours then, and the old ones are left in its place: long
 * ones take a while to free, and exchanges would wait for the lock. */
static int use(gateway *g, fnt_iam **iam)
{
    const char *digest = fnt_iam_digest(*iam, NULL);
    (void)pthread_mutex_lock(&g->published.lock);
    fnt_status status = fnt_sts_set_iam(g->sts, *iam);
    if (status == FNT_OK) {
        fnt_iam *old = g->rules;
        (void)snprintf(g->published.digest, DIGEST_SIZE, "%s", digest);
        g->published.number++;
        g->rules = *iam;
        *iam = old;
    }
    (void)pthread_mutex_unlock(&g->published.lock);
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}

unsigned long published_rules(gateway *g, char digest[DIGEST_SIZE])
{
    (void)pthread_mutex_lock(&g->published.lock);
    memcpy(digest, g->published.digest, DIGEST_SIZE);
    unsigned long number = g->published.number;
    (void)pthread_mutex_unlock(&g->published.lock);
    return number;
}

int load_rules(source *s, app *run, int64_t now)
{
    gateway *g = s->gateway;
    fnt_iam *iam = NULL;
    int code = iam_open(run, g->config->iam, &iam);
    if (code == EXIT_YES)
        code = use(g, &iam);
    if (code == EXIT_YES) {
        tell("rules %s are in force", fnt_iam_digest(g->rules, NULL));
        tell_idle_trust(g->config, g->rules);
        tell_plain(g->config, g->rules);
        trusted_follow(g->trusted, g->rules, now);
    }
    fnt_iam_free(iam);
    return code == EXIT_YES ? EXIT_YES : EXIT_FAULT;
}

/* A list that is not there yet, or empty, is told at the start; one that had entries is missed
 * later, and what was revoked stays revoked. */
static int read_list(source *s, app *run, text *list)
{
    struct stat about;
    if (stat(s->about, &about) == 0 || errno != ENOENT)
        return read_file(run, s->about, NULL, list);
    if (s->entries > 0)
        return fail_file(s->about, "is gone");
    return EXIT_YES;
}

int load_revocations(source *s, app *run, int64_t now)
{
    text list = TEXT_EMPTY;
    fnt_revoked *revoked = NULL;
    (void)now;
    int code = read_list(s, run, &list);
    if (code == EXIT_YES && list.len > 0)
        code = revoked_read(run, s->about, &list, &revoked);
    size_t entries = code == EXIT_YES ? revoked_entries(&list) : 0;
    if (code == EXIT_YES && entries == 0 && s->entries > 0)
        code = fail_file(s->about, "holds no revocation any more");
    if (code == EXIT_YES && entries == 0)
        tell("%s: holds no revocation", s->about);
    if (code == EXIT_YES && entries > 0) {
        fnt_status status = fnt_sts_set_revoked(s->gateway->sts, revoked);
        code = status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
    }
    if (code == EXIT_YES)
        atomic_store(&s->entries, entries);
    fnt_revoked_free(revoked);
    text_free(&list);
    return code == EXIT_YES ? EXIT_YES : EXIT_FAULT;
}

int load_trust(source *s, app *run, int64_t now)
{
    text file = TEXT_EMPTY;
    fnt_keyset *keys = NULL;
    (void)now;
    int code = read_file(run, s->about, "keys of an issuer", &file);
    if (code == EXIT_YES)
        code = key_file_parse_set(run, s->about, &file, 0, &keys);
    if (code == EXIT_YES) {
        key_file_tell_entries(run, s->about);
        fnt_status status = fnt_sts_set_keyset(s->gateway->sts, FNT_STR(s->issuer), keys);
        code = status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
    }
    fnt_keyset_free(keys);
    text_free(&file);
    return code == EXIT_YES ? EXIT_YES : EXIT_FAULT;
}
