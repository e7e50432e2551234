/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_SERVER_H
#define FNTOKEN_LIB_HTTP_SERVER_H

#include "lib/base/text.h"
#include "lib/http/ip.h"

/* A listener and its requests. Only server.c knows libmicrohttpd. */

typedef struct http_server http_server;
typedef struct http_request http_request;

typedef struct {
    const char *listen; /* as listen_on takes it */
    unsigned threads, connections;
    unsigned seconds; /* from the connection, or the answer before, to the end of a request */
    size_t max_body;  /* bytes */
    /* Called in any of the threads once a request is there whole, or is longer than that: answers
     * it, or suspends it. */
    void (*handle)(void *service, http_request *request);
    void *service;
    /* Whether an address may have a quarter of the connections at most; NULL: none. */
    bool (*is_counted)(void *service, const ip_address *peer);
    /* Told of each request that never comes to handle, with a word for its reason: http_refusal's;
     * "length", of a body without end; "connections", of one address; "late", also of a connection
     * on which none came; "unfinished", of one that ended after its first line: its client went, or
     * libmicrohttpd refused it. */
    void (*refused)(void *service, const char *reason);
} http_server_options;

/* NULL with a sentence in why. */
http_server *http_server_new(const http_server_options *options, char *why, size_t size);

/* Of libmicrohttpd. */
const char *http_server_version(void);

/* Takes no more connections. */
void http_server_quiesce(http_server *server);
/* Requests that are being read or answered; suspended ones too. */
size_t http_server_in_flight(const http_server *server);
/* Closes what is still open: nothing may be suspended any more. */
void http_server_free(http_server *server);

/* ---- a request; all of it lives until its answer ------------------------- */

const char *http_method(const http_request *request);
const char *http_target(const http_request *request); /* as it was sent */
const char *http_body(const http_request *request, size_t *len);
/* The body is longer than max_body, and not all there; the answer ends the connection. */
bool http_is_long(const http_request *request);
const ip_address *http_peer(const http_request *request);
/* The values of all fields of that name, with ", " between them (RFC 9110, 5.3); NULL: none. */
const char *http_header(http_request *request, const char *name);

typedef struct {
    const char *name, *value;
} http_header_line;

typedef struct {
    int status;
    const char *type; /* Content-Type; NULL without a body */
    const char *body;
    size_t len;
    const http_header_line *headers; /* ends with a name of NULL; may be NULL */
    bool closes;                     /* the connection, after it */
} http_answer;

/* Copies all that it is given. The request is the server's again. */
void http_answer_with(http_request *request, const http_answer *answer);

/* Of one that waits and is answered without it: its memory is others'. */
void http_drop_body(http_request *request);

/* The request waits without a thread; handle is called with it again after http_resume, which any
 * thread may call, once. */
void http_suspend(http_request *request);
void http_resume(http_request *request);
/* What handle wants to find again, NULL at first; free releases it with the request. */
void **http_slot(http_request *request);

#endif
