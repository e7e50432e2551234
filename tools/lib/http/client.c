/* SPDX-License-Identifier: MIT */
#include "lib/http/client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/http/curl.h"
#include "lib/http/easy.h"

enum { REDIRECTS = 3 };

typedef struct fetch {
    struct fetch *next; /* among those that wait for the thread, or run in it */
    http_client *client;
    CURL *easy;
    char *url;
    text body;
    bool too_long;
    int redirects;
    char error[CURL_ERROR_SIZE];
    void (*done)(void *context, const http_fetched *fetched);
    void *context;
} fetch;

struct http_client {
    CURLM *multi;
    pthread_t thread;
    pthread_mutex_t lock; /* of waiting and ending */
    fetch *waiting;
    fetch *running; /* the thread's own */
    bool ending;
    char *ca_file, *agent;
    size_t max_bytes;
    unsigned seconds;
};

/* ---- one fetch ----------------------------------------------------------- */

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    fetch *f = context;
    size_t len = size * count;
    f->too_long = len > f->client->max_bytes - f->body.len;
    if (f->too_long)
        return 0; /* ends it */
    text_add(&f->body, bytes, len);
    return len;
}

static bool set_up(fetch *f)
{
    CURL *e = f->easy;
    const http_client *c = f->client;
    const http_client_options options = {c->ca_file, c->agent, c->max_bytes, c->seconds};
    return easy_set_up(e, f->url, &options, f->error) &&
           curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEDATA, f) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PRIVATE, f) == CURLE_OK;
}

static void free_fetch(fetch *f)
{
    curl_easy_cleanup(f->easy);
    text_free(&f->body);
    free(f->url);
    free(f);
}

static void unlink_fetch(fetch **list, const fetch *f)
{
    while (*list != f)
        list = &(*list)->next;
    *list = f->next;
}

/* scheme, host and port, with the port that the scheme means */
static bool same_origin(const char *one, const char *other)
{
    static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
    CURLU *a = curl_url(), *b = curl_url();
    bool same = a != NULL && b != NULL && curl_url_set(a, CURLUPART_URL, one, 0) == CURLUE_OK &&
                curl_url_set(b, CURLUPART_URL, other, 0) == CURLUE_OK;
    for (size_t i = 0; same && i < sizeof parts / sizeof *parts; i++) {
        char *p = NULL, *q = NULL;
        same = curl_url_get(a, parts[i], &p, CURLU_DEFAULT_PORT) == CURLUE_OK &&
               curl_url_get(b, parts[i], &q, CURLU_DEFAULT_PORT) == CURLUE_OK && strcmp(p, q) == 0;
        curl_free(p);
        curl_free(q);
    }
    curl_url_cleanup(a);
    curl_url_cleanup(b);
    return same;
}

/* Whether the fetch goes on at another URL of the same origin. */
static bool follow(fetch *f)
{
    char *to = NULL;
    if (f->redirects == REDIRECTS ||
        curl_easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &to) != CURLE_OK || to == NULL ||
        !same_origin(f->url, to))
        return false;
    free(f->url);
    f->url = new_copy(to, strlen(to));
    f->redirects++;
    text_free(&f->body);
    return curl_easy_setopt(f->easy, CURLOPT_URL, f->url) == CURLE_OK &&
           curl_multi_add_handle(f->client->multi, f->easy) == CURLM_OK;
}

static void tell(fetch *f, CURLcode code)
{
    char why[CURL_ERROR_SIZE + 64];
    long status = 0;
    char *to = NULL;
    (void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &to);
    http_fetched fetched = {f->url, f->body.at != NULL ? f->body.at : "", f->body.len,
                            code == CURLE_OK ? (int)status : 0, why};
    if (f->too_long)
        (void)snprintf(why, sizeof why, "the answer is longer than %zu bytes",
                       f->client->max_bytes);
    else if (code != CURLE_OK)
        (void)snprintf(why, sizeof why, "%s",
                       f->error[0] != '\0' ? f->error : curl_easy_strerror(code));
    else if (to != NULL)
        (void)snprintf(
            why, sizeof why,
            "the answer is a redirect (%ld) that leaves scheme, host or port, or one too many",
            status);
    else if (status != 200)
        (void)snprintf(why, sizeof why, "the answer's status is %ld, not 200", status);
    else
        fetched.why = NULL;
    f->done(f->context, &fetched);
}

/* ---- the thread ---------------------------------------------------------- */

static void end(fetch *f, CURLcode code)
{
    (void)curl_multi_remove_handle(f->client->multi, f->easy);
    if (code == CURLE_OK && follow(f))
        return;
    unlink_fetch(&f->client->running, f);
    tell(f, code);
    free_fetch(f);
}

static void end_what_is_done(http_client *c)
{
    CURLMsg *message = NULL;
    int left = 0;
    while ((message = curl_multi_info_read(c->multi, &left)) != NULL) {
        fetch *f = NULL;
        CURLcode code = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&f) == CURLE_OK)
            end(f, code);
    }
}

/* False: the client ends. */
static bool begin_what_waits(http_client *c)
{
    (void)pthread_mutex_lock(&c->lock);
    fetch *waiting = c->waiting;
    bool ending = c->ending;
    if (!ending)
        c->waiting = NULL;
    (void)pthread_mutex_unlock(&c->lock);
    while (!ending && waiting != NULL) {
        fetch *f = waiting;
        waiting = f->next;
        f->next = c->running;
        c->running = f;
        if (curl_multi_add_handle(c->multi, f->easy) != CURLM_OK)
            end(f, CURLE_OUT_OF_MEMORY);
    }
    return !ending;
}

static void *run(void *context)
{
    http_client *c = context;
    int running = 0;
    while (begin_what_waits(c)) {
        (void)curl_multi_perform(c->multi, &running);
        end_what_is_done(c);
        (void)curl_multi_poll(c->multi, NULL, 0, 1000, NULL);
    }
    return NULL;
}

/* ---- the client ---------------------------------------------------------- */

bool http_fetch(http_client *client, const char *url,
                void (*done)(void *context, const http_fetched *fetched), void *context)
{
    fetch *f = new_array(1, sizeof *f);
    f->client = client;
    f->easy = curl_easy_init();
    f->url = new_copy(url, strlen(url));
    f->done = done;
    f->context = context;
    if (f->easy == NULL || !set_up(f)) {
        free_fetch(f);
        return false;
    }
    (void)pthread_mutex_lock(&client->lock);
    f->next = client->waiting;
    client->waiting = f;
    (void)pthread_mutex_unlock(&client->lock);
    (void)curl_multi_wakeup(client->multi);
    return true;
}

http_client *http_client_new(const http_client_options *options)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    http_client *c = new_array(1, sizeof *c);
    c->multi = curl_multi_init();
    c->ca_file =
        options->ca_file != NULL ? new_copy(options->ca_file, strlen(options->ca_file)) : NULL;
    c->agent = new_copy(options->agent, strlen(options->agent));
    c->max_bytes = options->max_bytes;
    c->seconds = options->seconds;
    (void)pthread_mutex_init(&c->lock, NULL);
    if (c->multi != NULL && pthread_create(&c->thread, NULL, run, c) == 0)
        return c;
    (void)curl_multi_cleanup(c->multi);
    free(c->ca_file);
    free(c->agent);
    free(c);
    return NULL;
}

/* What still runs has failed. */
static void free_all(http_client *c, fetch *list)
{
    while (list != NULL) {
        fetch *next = list->next;
        (void)curl_multi_remove_handle(c->multi, list->easy);
        tell(list, CURLE_ABORTED_BY_CALLBACK);
        free_fetch(list);
        list = next;
    }
}

void http_client_free(http_client *client)
{
    if (client == NULL)
        return;
    (void)pthread_mutex_lock(&client->lock);
    client->ending = true;
    (void)pthread_mutex_unlock(&client->lock);
    (void)curl_multi_wakeup(client->multi);
    (void)pthread_join(client->thread, NULL);
    free_all(client, client->running);
    free_all(client, client->waiting);
    (void)curl_multi_cleanup(client->multi);
    (void)pthread_mutex_destroy(&client->lock);
    free(client->ca_file);
    free(client->agent);
    free(client);
}
