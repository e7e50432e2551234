/* SPDX-License-Identifier: MIT */
#include "lib/http/server.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/http/deadlines.h"
#include "lib/http/listening.h"
#include "lib/http/request.h"

enum {
    POOL = 8 << 10,     /* a connection's memory, which is zeroed after each request */
    FIELDS = 64,        /* of a request; 431 above */
    SMALL = 4 << 10,    /* bytes of a body that is always taken */
    BODIES = 8 << 20,   /* what all larger ones may take together; 503 above */
    DISCARDED = 1 << 20 /* bytes of a body that is too long, read before the connection closes */
};

struct http_server {
    struct MHD_Daemon *daemon;
    http_server_options options;
    deadlines *deadlines;
    atomic_bool quiet; /* each answer is its connection's last */
    atomic_size_t in_flight;
    atomic_size_t held; /* bytes of memory for bodies */
};

struct http_request {
    http_server *server;
    struct MHD_Connection *on;
    const char *method;
    char *target;
    text body, header;
    ip_address peer;
    size_t dropped;
    bool began, received, settled, crowded_out, unanswered, is_long;
    void *slot;
};

/* ---- connections and their deadlines ------------------------------------- */

/* What is asked about a connection that is there is never NULL, and counts until the next is. */
static deadline *deadline_of(struct MHD_Connection *on)
{
    return MHD_get_connection_info(on, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static ip_address peer_of(struct MHD_Connection *on)
{
    return ip_of_socket(
        MHD_get_connection_info(on, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
}

/* It is told that a connection ends before its descriptor is closed. */
static void on_connection(void *context, struct MHD_Connection *on, void **of_socket,
                          enum MHD_ConnectionNotificationCode code)
{
    const http_server *server = context;
    if (code != MHD_CONNECTION_NOTIFY_STARTED) {
        const char *why = deadlines_remove(server->deadlines, *of_socket);
        if (why != NULL)
            server->options.refused(server->options.service, why);
        return;
    }
    const http_server_options *o = &server->options;
    const int descriptor =
        MHD_get_connection_info(on, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const ip_address peer = peer_of(on);
    bool counts = o->is_counted != NULL && o->is_counted(o->service, &peer);
    *of_socket =
        deadlines_add(server->deadlines, descriptor, (int)o->seconds, counts ? &peer : NULL);
}

/* ---- answering ----------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *on, const http_answer *a, bool closes)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(a->len, (void *)(uintptr_t)a->body, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    bool good =
        a->type == NULL || MHD_add_response_header(response, "Content-Type", a->type) == MHD_YES;
    for (const http_header_line *h = a->headers; good && h != NULL && h->name != NULL; h++)
        good = MHD_add_response_header(response, h->name, h->value) == MHD_YES;
    if (closes && good)
        good = MHD_add_response_header(response, "Connection", "close") == MHD_YES;
    enum MHD_Result queued = good ? MHD_queue_response(on, (unsigned)a->status, response) : MHD_NO;
    MHD_destroy_response(response);
    return queued;
}

static void tell_refused(http_request *r, const char *reason)
{
    r->settled = true;
    r->server->options.refused(r->server->options.service, reason);
}

static enum MHD_Result refuse(http_request *r, int status)
{
    const http_header_line later[] = {{"Retry-After", "1"}, {NULL, NULL}};
    const http_refusal *why = http_refusal_of(status);
    tell_refused(r, why->reason);
    return answer(r->on,
                  &(http_answer){status, "text/plain", why->sentence, strlen(why->sentence),
                                 status == 503 ? later : NULL, true},
                  true);
}

/* Who takes the answer has as long as for the request. */
void http_answer_with(http_request *request, const http_answer *a)
{
    http_server *server = request->server;
    deadlines_set(server->deadlines, deadline_of(request->on), (int)server->options.seconds);
    bool closes = a->closes || request->is_long || atomic_load(&server->quiet);
    request->unanswered = answer(request->on, a, closes) != MHD_YES;
}

void http_drop_body(http_request *request)
{
    (void)atomic_fetch_sub(&request->server->held, request->body.size);
    text_free(&request->body);
}

void http_suspend(http_request *request)
{
    MHD_suspend_connection(request->on);
}

void http_resume(http_request *request)
{
    MHD_resume_connection(request->on);
}

/* ---- what libmicrohttpd calls -------------------------------------------- */

/* The target is decoded in place later, so it is copied here. */
static void *begin(void *context, const char *uri, struct MHD_Connection *on)
{
    http_server *server = context;
    http_request *r = new_array(1, sizeof *r);
    r->server = server;
    r->on = on;
    r->target = new_copy(uri, strlen(uri));
    r->peer = peer_of(on);
    (void)atomic_fetch_add(&server->in_flight, 1);
    return r;
}

static void complete(void *context, struct MHD_Connection *on, void **of_request,
                     enum MHD_RequestTerminationCode code)
{
    http_server *server = context;
    http_request *r = *of_request;
    if (r == NULL)
        return;
    if (!r->settled && deadlines_is_late(server->deadlines, deadline_of(on)))
        tell_refused(r, "late");
    else if (!r->settled && code != MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN)
        tell_refused(r, "unfinished"); /* its client went, or libmicrohttpd has refused it */
    deadlines_set(server->deadlines, deadline_of(on), (int)server->options.seconds);
    http_drop_body(r);
    text_free(&r->header);
    free(r->target);
    free(r->slot);
    free(r);
    *of_request = NULL;
    (void)atomic_fetch_sub(&server->in_flight, 1);
}

typedef struct {
    http_field at[FIELDS];
    size_t count; /* more than FIELDS: too many */
} fields;

static enum MHD_Result add_field(void *context, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    fields *all = context;
    (void)kind;
    if (all->count < FIELDS)
        all->at[all->count] = (http_field){name, value, name_len, value_len};
    return all->count++ < FIELDS ? MHD_YES : MHD_NO;
}

static int head_fault(http_request *r, const char *version)
{
    fields all = {.count = 0};
    (void)MHD_get_connection_values_n(r->on, MHD_HEADER_KIND, add_field, &all);
    if (all.count > FIELDS)
        return 431;
    const char *length = MHD_lookup_connection_value(r->on, MHD_HEADER_KIND, "Content-Length");
    r->is_long = length != NULL &&
                 strtoull(length, NULL, 10) > (unsigned long long)r->server->options.max_body;
    return http_head_fault(&(http_head){r->method, r->target, version, all.at, all.count});
}

/* Whoever sends long bodies over many connections, and none to its end, takes no more memory. */
static bool is_crowded(const http_request *r, size_t more)
{
    return r->body.len + more > SMALL && atomic_load(&r->server->held) + more > BODIES;
}

/* Of a body that is not taken, as it is too long and did not say so, or as there are too many, some
 * is read and dropped, so that the client may see why; then the connection closes. */
static enum MHD_Result take(http_request *r, const char *bytes, size_t *len)
{
    size_t before = r->body.size;
    r->crowded_out = r->crowded_out || is_crowded(r, *len);
    if (r->crowded_out) /* what it held is others' */
        text_free(&r->body);
    if (!r->crowded_out && r->body.len <= r->server->options.max_body)
        text_add(&r->body, bytes, *len);
    else
        r->dropped += *len;
    (void)atomic_fetch_add(&r->server->held, r->body.size - before);
    *len = 0;
    if (r->dropped > DISCARDED)
        tell_refused(r, "length");
    return r->dropped <= DISCARDED ? MHD_YES : MHD_NO;
}

static enum MHD_Result serve(http_request *r)
{
    r->settled = true;
    r->server->options.handle(r->server->options.service, r);
    return r->unanswered ? MHD_NO : MHD_YES;
}

/* The answer is queued in the last call: in the first one, 0.9.75 closes every connection. What is
 * refused closes it anyway. */
static enum MHD_Result handle(void *context, struct MHD_Connection *on, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **of_request)
{
    http_server *server = context;
    http_request *r = *of_request;
    (void)url; /* decoded: not what was sent */
    if (r == NULL)
        return MHD_NO;
    if (!r->began) {
        r->began = true;
        r->method = method;
        int fault = head_fault(r, version);
        return fault != 0 ? refuse(r, fault) : r->is_long ? serve(r) : MHD_YES;
    }
    if (*upload_len > 0)
        return take(r, upload, upload_len);
    if (!r->received)
        deadlines_set(server->deadlines, deadline_of(on), DEADLINE_NEVER);
    r->received = true;
    if (r->crowded_out)
        return refuse(r, 503);
    r->is_long = r->body.len > server->options.max_body;
    return serve(r);
}

/* ---- a request's parts --------------------------------------------------- */

const char *http_method(const http_request *request)
{
    return request->method;
}

const char *http_target(const http_request *request)
{
    return request->target;
}

const char *http_body(const http_request *request, size_t *len)
{
    *len = request->body.len;
    return request->body.at != NULL ? request->body.at : "";
}

bool http_is_long(const http_request *request)
{
    return request->is_long;
}

const ip_address *http_peer(const http_request *request)
{
    return &request->peer;
}

void **http_slot(http_request *request)
{
    return &request->slot;
}

typedef struct {
    const char *name;
    text *values;
} wanted;

static enum MHD_Result join(void *context, enum MHD_ValueKind kind, const char *name,
                            const char *value)
{
    wanted *w = context;
    (void)kind;
    if (strcasecmp(name, w->name) != 0)
        return MHD_YES;
    if (w->values->at != NULL)
        text_put(w->values, ", ");
    text_put(w->values, value != NULL ? value : "");
    return MHD_YES;
}

const char *http_header(http_request *request, const char *name)
{
    wanted w = {name, &request->header};
    text_free(&request->header);
    (void)MHD_get_connection_values(request->on, MHD_HEADER_KIND, join, &w);
    return request->header.at;
}

/* ---- the server ---------------------------------------------------------- */

/* Where it looks for Host itself, 0.9.75 sends the head of its answer twice. */
static bool is_old(void)
{
    return strncmp(MHD_get_version(), "0.", 2) == 0;
}

const char *http_server_version(void)
{
    return MHD_get_version();
}

static bool start(http_server *server, int descriptor)
{
    const http_server_options *o = &server->options;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, server,
        MHD_OPTION_LISTEN_SOCKET, descriptor, MHD_OPTION_THREAD_POOL_SIZE, o->threads,
        MHD_OPTION_CONNECTION_LIMIT, o->connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)POOL, MHD_OPTION_CONNECTION_TIMEOUT, o->seconds + 5,
        /* ours comes first */ MHD_OPTION_STRICT_FOR_CLIENT, is_old() ? 0 : 1,
        MHD_OPTION_URI_LOG_CALLBACK, begin, server, MHD_OPTION_NOTIFY_COMPLETED, complete, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
    return server->daemon != NULL;
}

http_server *http_server_new(const http_server_options *options, char *why, size_t size)
{
    bool loopback = true;
    int descriptor = listen_on(options->listen, &loopback, why, size);
    if (descriptor < 0)
        return NULL;
    if (!loopback && is_old()) {
        (void)snprintf(why, size,
                       "%s: libmicrohttpd %s lets some malformed requests through, so before 1.0 "
                       "loopback and unix: alone are served: put nginx in front",
                       options->listen, MHD_get_version());
        (void)close(descriptor);
        return NULL;
    }
    http_server *server = new_array(1, sizeof *server);
    server->options = *options;
    server->deadlines = deadlines_new(options->connections / 4);
    if (server->deadlines == NULL || !start(server, descriptor)) {
        (void)snprintf(why, size, "%s: the listener can't be started", options->listen);
        (void)close(descriptor);
        deadlines_free(server->deadlines);
        free(server);
        return NULL;
    }
    return server;
}

void http_server_quiesce(http_server *server)
{
    int descriptor = MHD_quiesce_daemon(server->daemon);
    atomic_store(&server->quiet, true);
    if (descriptor >= 0)
        (void)close(descriptor);
}

size_t http_server_in_flight(const http_server *server)
{
    return atomic_load(&server->in_flight);
}

void http_server_free(http_server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    deadlines_free(server->deadlines);
    free(server);
}
