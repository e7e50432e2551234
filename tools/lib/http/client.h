/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_CLIENT_H
#define FNTOKEN_LIB_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

/* Fetching, any number of URLs at a time, in one thread of its own. Only client.c, call.c, easy.c
 * and late.c know libcurl, by curl.h. TLS is verified; a redirect is followed where scheme, host
 * and port stay the same (rule 39); proxies are libcurl's own variables (https_proxy, no_proxy),
 * and none for this machine. */

typedef struct http_client http_client;

typedef struct {
    const char *ca_file; /* NULL: the system's */
    const char *agent;   /* User-Agent */
    size_t max_bytes;    /* of an answer's body */
    unsigned seconds;    /* for all of it */
} http_client_options;

typedef struct {
    const char *url; /* the one that answered */
    const char *body;
    size_t len;
    int status;      /* 0 where there was no answer */
    const char *why; /* a sentence where no answer of 200 came, else NULL */
} http_fetched;

/* NULL without memory, or where libcurl has no TLS. */
http_client *http_client_new(const http_client_options *options);

/* Fetches a URL; done is called once, in the client's thread, and must not wait. What it is given
 * lasts until it returns. False, and done is not called: no memory. */
bool http_fetch(http_client *client, const char *url,
                void (*done)(void *context, const http_fetched *fetched), void *context);

/* Ends the thread, and what it fetches: done is told that it was aborted. */
void http_client_free(http_client *client);

/* What may become of a secret that is sent there. */
typedef enum {
    HTTP_URL_SAFE,  /* https, or http to this machine */
    HTTP_URL_PLAIN, /* http to another machine */
    HTTP_URL_USER,  /* has a user or a password in it */
    HTTP_URL_PARTS, /* has a query or a fragment */
    HTTP_URL_BAD,   /* neither */
} http_url_kind;

http_url_kind http_url_look(const char *url);

#endif
