/* SPDX-License-Identifier: MIT */
#include "lib/keys/trusted.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char well_known[] = "/.well-known/openid-configuration";

typedef struct issuer {
    struct issuer *next;
    char *name;
    char *base; /* where discovery begins: issInternal, or the name */
    bool is_internal, is_fetching, has_keys, is_named;
    unsigned long number; /* an issuer that went and came back is another one */
    int64_t refresh[8];   /* fnt_refresh's */
    int64_t fetched;
} issuer;

struct trusted {
    trusted_options options;
    pthread_mutex_t lock;
    issuer *first;
    unsigned long numbers;
};

/* A fetch on its way; it outlives its issuer. */
typedef struct {
    trusted *of;
    char *name, *address;
    unsigned long number;
    bool is_internal;
} job;

static int64_t clock_now(void)
{
    return (int64_t)time(NULL);
}

static void free_job(job *j)
{
    free(j->name);
    free(j->address);
    free(j);
}

static issuer *find(const trusted *t, const char *name)
{
    issuer *i = t->first;
    while (i != NULL && strcmp(i->name, name) != 0)
        i = i->next;
    return i;
}

static fnt_status refresh(const trusted *t, issuer *i, int32_t event, int64_t now)
{
    return fnt_refresh(i->refresh, event, t->options.every, t->options.max_age, now);
}

static void drop_keys(const trusted *t, issuer *i)
{
    if (i->has_keys)
        t->options.use(t->options.to, i->name, NULL);
    i->has_keys = false;
}

/* ---- how a fetch ends; the lock is held ---------------------------------- */

static void failed(trusted *t, issuer *i, const char *url, const char *sentence, int64_t now)
{
    t->options.tell(t->options.to, &(trusted_news){i->name, TRUSTED_FAILED, url, sentence});
    (void)refresh(t, i, FNT_REFRESH_FAILED, now);
    i->is_fetching = false;
}

static void fetched(trusted *t, issuer *i, const char *url, const fnt_keyset *keys, int64_t now)
{
    t->options.use(t->options.to, i->name, keys);
    t->options.tell(t->options.to, &(trusted_news){i->name, TRUSTED_FETCHED, url, NULL});
    (void)refresh(t, i, FNT_REFRESH_DONE, now);
    i->is_fetching = false;
    i->has_keys = true;
    i->fetched = now;
}

/* keys: NULL, and a sentence says why. */
static void end(job *j, const char *url, const fnt_keyset *keys, const char *sentence)
{
    trusted *t = j->of;
    (void)pthread_mutex_lock(&t->lock);
    issuer *i = find(t, j->name);
    bool same = i != NULL && i->number == j->number;
    if (same && keys != NULL)
        fetched(t, i, url, keys, clock_now());
    else if (same)
        failed(t, i, url, sentence, clock_now());
    (void)pthread_mutex_unlock(&t->lock);
    if (same)
        t->options.settled(t->options.to, j->name);
    free_job(j);
}

/* ---- the document, then the keys; in the client's thread ----------------- */

static const char *said(const fnt_report *why, fnt_status status)
{
    const char *sentence = fnt_report_text(why, 0, FNT_FIELD_SENTENCE, NULL);
    return sentence != NULL ? sentence : fnt_status_sentence(status);
}

static void on_keys(void *context, const http_fetched *got)
{
    job *j = context;
    fnt_keyset *keys = NULL;
    fnt_report *why = NULL;
    const char *sentence = got->why;
    if (sentence == NULL) {
        fnt_status status = fnt_report_new(&why);
        if (status == FNT_OK)
            status = fnt_keyset_parse(got->body, got->len, 0, &keys, why);
        sentence = said(why, status);
    }
    end(j, got->url, keys, sentence);
    fnt_keyset_free(keys);
    fnt_report_free(why);
}

static void on_document(void *context, const http_fetched *got)
{
    job *j = context;
    char *uri = NULL, *found = NULL;
    size_t uri_len = 0, found_len = 0;
    fnt_report *why = NULL;
    if (got->why != NULL) {
        end(j, got->url, NULL, got->why);
        return;
    }
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_discovery(got->body, got->len, FNT_STR(j->address), FNT_STR(j->name),
                               j->is_internal ? FNT_DISCOVERY_HTTP : 0, &uri, &uri_len, &found,
                               &found_len, why);
    if (status != FNT_OK)
        end(j, got->url, NULL, said(why, status));
    else if (!http_fetch(j->of->options.client, uri, on_keys, j))
        end(j, uri, NULL, "no memory to fetch it");
    fnt_free(uri);
    fnt_free(found);
    fnt_report_free(why);
}

/* Before anything is asked: what libcurl may read in another way than fnt_discovery leads to
 * another host, or sends a password there. NULL where it can be read in one way alone. */
static const char *address_fault(const job *j, fnt_report *why)
{
    char *uri = NULL, *found = NULL;
    size_t uri_len = 0, found_len = 0;
    fnt_status status = fnt_discovery(FNT_STR("{}"), FNT_STR(j->address), FNT_STR(j->name), 0, &uri,
                                      &uri_len, &found, &found_len, why);
    fnt_free(uri);
    fnt_free(found);
    return status == FNT_FAULT_ARGUMENT ? said(why, status) : NULL;
}

/* The lock is held. */
static void ask(trusted *t, issuer *i, job *j, int64_t now)
{
    fnt_report *why = NULL;
    const char *fault = NULL;
    if (fnt_report_new(&why) == FNT_OK)
        fault = address_fault(j, why);
    if (fault == NULL && !http_fetch(t->options.client, j->address, on_document, j))
        fault = "no memory to fetch it";
    if (fault != NULL) {
        failed(t, i, j->address, fault, now);
        free_job(j);
    }
    fnt_report_free(why);
}

/* The lock is held. */
static void start(trusted *t, issuer *i, int64_t now)
{
    job *j = new_array(1, sizeof *j);
    text address = TEXT_EMPTY;
    size_t len = strlen(i->base);
    while (len > 0 && i->base[len - 1] == '/')
        len--;
    text_add(&address, i->base, len);
    text_put(&address, well_known);
    j->of = t;
    j->name = new_copy(i->name, strlen(i->name));
    j->address = new_copy(address.at, address.len);
    j->number = i->number;
    j->is_internal = i->is_internal;
    text_free(&address);
    i->is_fetching = true;
    ask(t, i, j, now);
}

static void tick(trusted *t, issuer *i, int32_t event, int64_t now)
{
    fnt_status status = refresh(t, i, event, now);
    if (status == FNT_OK)
        start(t, i, now);
    if (status != FNT_FAULT_NOT_READY || !i->has_keys)
        return;
    drop_keys(t, i);
    t->options.tell(
        t->options.to,
        &(trusted_news){i->name, TRUSTED_TOO_OLD, NULL,
                        "its keys could not be fetched for too long, and count no more"});
}

/* ---- the issuers --------------------------------------------------------- */

static bool is_never(const trusted *t, const char *name)
{
    const char *const *n = t->options.never;
    while (n != NULL && *n != NULL && strcmp(*n, name) != 0)
        n++;
    return n != NULL && *n != NULL;
}

/* Another place to begin makes another issuer of it. */
static void follow(trusted *t, const char *name, const char *internal)
{
    const char *base = internal != NULL ? internal : name;
    issuer *i = find(t, name);
    if (i == NULL) {
        i = new_array(1, sizeof *i);
        i->name = new_copy(name, strlen(name));
        i->next = t->first;
        t->first = i;
    }
    if (i->base == NULL || strcmp(i->base, base) != 0) {
        free(i->base);
        i->base = new_copy(base, strlen(base));
        i->number = ++t->numbers;
        i->is_fetching = false;
        memset(i->refresh, 0, sizeof i->refresh);
    }
    i->is_internal = internal != NULL;
    i->is_named = true;
}

static void drop_others(trusted *t)
{
    for (issuer **at = &t->first; *at != NULL;) {
        issuer *i = *at;
        if (i->is_named) {
            i->is_named = false;
            at = &i->next;
            continue;
        }
        *at = i->next;
        drop_keys(t, i);
        free(i->name);
        free(i->base);
        free(i);
    }
}

void trusted_follow(trusted *t, const fnt_iam *iam, int64_t now)
{
    const char *name = NULL;
    (void)pthread_mutex_lock(&t->lock);
    for (size_t i = 0; (name = fnt_iam_issuer(iam, i, FNT_ISSUER_URL, NULL)) != NULL; i++)
        if (!is_never(t, name))
            follow(t, name, fnt_iam_issuer(iam, i, FNT_ISSUER_INTERNAL, NULL));
    drop_others(t);
    (void)pthread_mutex_unlock(&t->lock);
    trusted_tick(t, now);
}

void trusted_tick(trusted *t, int64_t now)
{
    (void)pthread_mutex_lock(&t->lock);
    for (issuer *i = t->first; i != NULL; i = i->next)
        tick(t, i, FNT_REFRESH_TICK, now);
    (void)pthread_mutex_unlock(&t->lock);
}

bool trusted_unknown(trusted *t, const char *name, int64_t now, bool *begun)
{
    (void)pthread_mutex_lock(&t->lock);
    issuer *i = find(t, name);
    bool idle = i != NULL && !i->is_fetching;
    if (idle)
        tick(t, i, FNT_REFRESH_UNKNOWN, now);
    bool waits = i != NULL && i->is_fetching;
    *begun = idle && waits;
    (void)pthread_mutex_unlock(&t->lock);
    return waits;
}

bool trusted_is_fetching(trusted *t, const char *name)
{
    (void)pthread_mutex_lock(&t->lock);
    const issuer *i = find(t, name);
    bool fetching = i != NULL && i->is_fetching;
    (void)pthread_mutex_unlock(&t->lock);
    return fetching;
}

bool trusted_lacks_keys(trusted *t, const char *name)
{
    (void)pthread_mutex_lock(&t->lock);
    const issuer *i = find(t, name);
    bool lacks = i != NULL && !i->has_keys;
    (void)pthread_mutex_unlock(&t->lock);
    return lacks;
}

bool trusted_at(trusted *t, size_t index, int64_t now, text *name, int64_t *age)
{
    (void)pthread_mutex_lock(&t->lock);
    const issuer *i = t->first;
    while (i != NULL && index-- > 0)
        i = i->next;
    text_free(name);
    if (i != NULL) {
        text_put(name, i->name);
        *age = !i->has_keys ? -1 : now > i->fetched ? now - i->fetched : 0; /* clocks go back */
    }
    (void)pthread_mutex_unlock(&t->lock);
    return i != NULL;
}

trusted *trusted_new(const trusted_options *options)
{
    trusted *t = new_array(1, sizeof *t);
    t->options = *options;
    (void)pthread_mutex_init(&t->lock, NULL);
    return t;
}

void trusted_free(trusted *t)
{
    if (t == NULL)
        return;
    for (issuer *i = t->first, *next; i != NULL; i = next) {
        next = i->next;
        free(i->name);
        free(i->base);
        free(i);
    }
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}
