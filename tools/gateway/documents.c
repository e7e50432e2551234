/* SPDX-License-Identifier: MIT */
#include "documents.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "source.h"
#include "token.h"

static const char plain[] = "text/plain; charset=utf-8";
static const char json[] = "application/json";

/* ---- answers ------------------------------------------------------------- */

/* Who asks for what is not here may have lost count of their bytes: that connection ends. */
static void say(http_request *r, int status, const char *sentence)
{
    const http_header_line headers[] = {{"Cache-Control", "no-store"}, {NULL, NULL}};
    http_answer_with(
        r, &(http_answer){status, plain, sentence, strlen(sentence), headers, status == 404});
}

void count_refused(void *service, const char *reason)
{
    gateway *g = service;
    metrics_add(g->metrics, METRIC_REFUSED, (const char *const[]){reason}, 1);
}

static bool reads(gateway *g, http_request *r)
{
    bool is_read = strcmp(http_method(r), "GET") == 0 || strcmp(http_method(r), "HEAD") == 0;
    bool good = is_read && !http_is_long(r);
    if (!good)
        count_refused(g, is_read ? "length" : "method");
    if (is_read && !good)
        say(r, 413, "The body is too long.\n");
    if (is_read)
        return good;
    static const char sentence[] = "Only GET and HEAD are answered here.\n";
    const http_header_line headers[] = {{"Allow", "GET, HEAD"}, {NULL, NULL}};
    http_answer_with(r, &(http_answer){405, plain, sentence, sizeof sentence - 1, headers, true});
    return false;
}

/* A watchdog reads them at its start, and a minute later they may be others. */
static void serve_document(gateway *g, http_request *r, const text *document)
{
    const http_header_line headers[] = {{"Cache-Control", "max-age=60"}, {NULL, NULL}};
    if (reads(g, r))
        http_answer_with(r, &(http_answer){200, json, document->at, document->len, headers, false});
}

static void serve_jwks(gateway *g, http_request *r)
{
    text copy = TEXT_EMPTY;
    (void)pthread_mutex_lock(&g->published.lock);
    text_add(&copy, g->published.jwks.at, g->published.jwks.len);
    (void)pthread_mutex_unlock(&g->published.lock);
    serve_document(g, r, &copy);
    text_free(&copy);
}

static void say_nothing_here(gateway *g, http_request *r, const char *sentence)
{
    count_refused(g, "path");
    say(r, 404, sentence);
}

/* Targets are compared as they were sent: one that is spelt in another way is another one. What
 * stands behind a question mark is of no interest to documents. */
static bool is_at(http_request *r, const char *path)
{
    const char *target = http_target(r);
    size_t len = strlen(path);
    return strncmp(target, path, len) == 0 && (target[len] == '\0' || target[len] == '?');
}

void public_serve(void *service, http_request *r)
{
    gateway *g = service;
    if (is_at(r, "/oauth/token"))
        token_serve(g, r);
    else if (is_at(r, "/.well-known/openid-configuration"))
        serve_document(g, r, &g->discovery);
    else if (is_at(r, "/.well-known/jwks"))
        serve_jwks(g, r);
    else
        say_nothing_here(
            g, r,
            "There is POST /oauth/token, GET /.well-known/openid-configuration and GET "
            "/.well-known/jwks here.\n");
}

/* ---- for whoever runs it ------------------------------------------------- */

/* One issuer's trouble is no other's: it is shown, and the gateway stays ready (rule 40). */
static void put_issuers(gateway *g, text *answer)
{
    int64_t now = (int64_t)time(NULL), age = 0;
    text name = TEXT_EMPTY;
    for (size_t i = 0; trusted_at(g->trusted, i, now, &name, &age); i++) {
        if (age < 0)
            text_print(answer, "keys of %s: none\n", name.at);
        else
            text_print(answer, "keys of %s: fetched %lld s ago\n", name.at, (long long)age);
    }
    text_free(&name);
}

/* Keys and rules must be there, and what is on disk must be what is in force. */
static void serve_ready(gateway *g, http_request *r)
{
    text answer = TEXT_EMPTY;
    bool ready = !atomic_load(&g->is_ending);
    if (!ready)
        text_put(&answer, "ending\n");
    for (size_t i = 0; i < g->source_count; i++) {
        bool good = atomic_load(&g->sources[i].good);
        text_print(&answer, "%s: %s\n", g->sources[i].name,
                   good ? "ok" : "what is there now can't be used; see standard error");
        ready = ready && good;
    }
    put_issuers(g, &answer);
    say(r, ready ? 200 : 503, answer.at);
    text_free(&answer);
}

static void gather(gateway *g)
{
    int64_t now = (int64_t)time(NULL), age = 0;
    text name = TEXT_EMPTY;
    metrics_drop(g->metrics, METRIC_KEYS_AGE);
    for (size_t i = 0; trusted_at(g->trusted, i, now, &name, &age); i++)
        metrics_set(g->metrics, METRIC_KEYS_AGE, (const char *const[]){name.at}, (double)age);
    text_free(&name);
    size_t entries = 0;
    for (size_t i = 0; i < g->source_count; i++) {
        const source *s = &g->sources[i];
        entries += atomic_load(&s->entries);
        const char *const labels[] = {s->name, s->about};
        metrics_set(g->metrics, METRIC_SOURCE_GOOD, labels, atomic_load(&s->good) ? 1 : 0);
        age = now - atomic_load(&s->since); /* below 0 where the clock went back */
        metrics_set(g->metrics, METRIC_SOURCE_AGE, labels, age > 0 ? (double)age : 0);
    }
    metrics_set(g->metrics, METRIC_REVOCATIONS, NULL, (double)entries);
    char digest[DIGEST_SIZE];
    (void)published_rules(g, digest);
    metrics_drop(g->metrics, METRIC_INFO);
    metrics_set(g->metrics, METRIC_INFO, (const char *const[]){fnt_version(), digest}, 1);
}

static void serve_metrics(gateway *g, http_request *r)
{
    text answer = TEXT_EMPTY;
    gather(g);
    metrics_write(g->metrics, &answer);
    const http_header_line headers[] = {{"Cache-Control", "no-store"}, {NULL, NULL}};
    http_answer_with(r, &(http_answer){200, "text/plain; version=0.0.4; charset=utf-8", answer.at,
                                       answer.len, headers, false});
    text_free(&answer);
}

void admin_serve(void *service, http_request *r)
{
    gateway *g = service;
    if (!is_at(r, "/healthz") && !is_at(r, "/readyz") && !is_at(r, "/metrics"))
        say_nothing_here(g, r, "There is GET /healthz, /readyz and /metrics here.\n");
    else if (!reads(g, r))
        return;
    else if (is_at(r, "/healthz"))
        say(r, 200, "ok\n");
    else if (is_at(r, "/readyz"))
        serve_ready(g, r);
    else
        serve_metrics(g, r);
}
