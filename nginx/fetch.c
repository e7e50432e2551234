/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* A key request: HTTP/1.0 into one end of a socket pair, whose other end nginx serves as a
 * connection of that server. So the location, its proxy_pass, TLS and deadlines are nginx's own,
 * and nothing here imitates a request. */

enum { MOST = 1 << 20, FIRST = 16384, DEADLINE = 10000, HEAD_MOST = 2304 };

struct guard_fetch {
    const guard_source *source;
    guard_fetched told;
    ngx_pool_t *pool;
    ngx_connection_t *client;
    ngx_buf_t request;
    u_char *answer; /* from malloc */
    size_t len, size;
};

const guard_source *guard_fetch_source(const ngx_connection_t *c)
{
    static const ngx_str_t name = ngx_string("fntoken_key_request");
    const ngx_listening_t *at = c->listening;
    if (at == NULL || at->fd != (ngx_socket_t)-1 || at->addr_text.data == NULL ||
        at->addr_text.len != name.len || ngx_memcmp(at->addr_text.data, name.data, name.len) != 0)
        return NULL;
    return (const guard_source *)((uintptr_t)at - offsetof(guard_source, listening));
}

/* ---- the end -------------------------------------------------------------------- */

static void finish(guard_fetch *f, const ngx_str_t *body, const char *why)
{
    const guard_source *source = f->source;
    guard_fetched told = f->told;
    u_char *answer = f->answer;
    source->state->fetch = NULL;
    ngx_close_connection(f->client);
    ngx_destroy_pool(f->pool);
    told(source, body, why);
    ngx_free(answer);
}

/* The body of an answer that is all there. */
static void read_answer(guard_fetch *f)
{
    static const char line[] = "HTTP/1.1 200 ", type[] = "HTTP/1.x NNN ";
    u_char *end = f->len > 0 ? memmem(f->answer, f->len, "\r\n\r\n", 4) : NULL;
    static char other[sizeof "the answer is HTTP 000; 200 is expected"];
    if (end == NULL || f->len < sizeof type) {
        finish(f, NULL, "there was no answer");
    } else if (ngx_memcmp(f->answer, line, sizeof line - 1) != 0) {
        (void)ngx_snprintf((u_char *)other, sizeof other,
                           "the answer is HTTP %*s; 200 is expected%Z", (size_t)3, f->answer + 9);
        finish(f, NULL, other);
    } else {
        ngx_str_t body = {f->len - (size_t)(end + 4 - f->answer), end + 4};
        finish(f, &body, NULL);
    }
}

/* ---- the client's end ------------------------------------------------------------ */

static ngx_int_t grow(guard_fetch *f)
{
    size_t size = f->size == 0 ? FIRST : 2 * f->size;
    u_char *more = ngx_alloc(size, ngx_cycle->log);
    if (more == NULL)
        return NGX_ERROR;
    if (f->len != 0)
        ngx_memcpy(more, f->answer, f->len);
    ngx_free(f->answer);
    f->answer = more;
    f->size = size;
    return NGX_OK;
}

static void on_answer(ngx_event_t *event)
{
    ngx_connection_t *c = event->data;
    guard_fetch *f = c->data;
    if (event->timedout) {
        finish(f, NULL, "there was no answer within 10 s");
        return;
    }
    for (;;) {
        if (f->len > MOST + FIRST || (f->len == f->size && grow(f) != NGX_OK)) {
            finish(f, NULL, "the answer has more than 1 MiB, or there is no memory for it");
            return;
        }
        ssize_t got = c->recv(c, f->answer + f->len, f->size - f->len);
        if (got == NGX_AGAIN)
            break;
        if (got <= 0) {
            read_answer(f);
            return;
        }
        f->len += (size_t)got;
    }
    if (ngx_handle_read_event(event, 0) != NGX_OK)
        finish(f, NULL, "its connection failed");
}

static void on_writable(ngx_event_t *event)
{
    ngx_connection_t *c = event->data;
    guard_fetch *f = c->data;
    while (f->request.pos < f->request.last) {
        ssize_t sent = c->send(c, f->request.pos, (size_t)(f->request.last - f->request.pos));
        if (sent == NGX_AGAIN)
            break;
        if (sent < 0) {
            finish(f, NULL, "its connection failed");
            return;
        }
        f->request.pos += sent;
    }
    if (ngx_handle_write_event(event, 0) != NGX_OK)
        finish(f, NULL, "its connection failed");
}

/* ---- the beginning ----------------------------------------------------------------- */

/* nginx's end, as if it had been accepted. */
static ngx_int_t serve(const guard_source *source, int fd)
{
    guard_source *at = (guard_source *)(uintptr_t)source; /* nginx's type is not const */
    ngx_connection_t *c = ngx_get_connection(fd, ngx_cycle->log);
    if (c == NULL) {
        (void)close(fd);
        return NGX_ERROR;
    }
    c->type = SOCK_STREAM;
    c->pool = ngx_create_pool(source->listening.pool_size, ngx_cycle->log);
    ngx_log_t *log = c->pool != NULL ? ngx_palloc(c->pool, sizeof *log) : NULL;
    if (log == NULL) {
        if (c->pool != NULL)
            ngx_destroy_pool(c->pool);
        ngx_close_connection(c);
        return NGX_ERROR;
    }
#if (NGX_STAT_STUB)
    (void)ngx_atomic_fetch_add(ngx_stat_active, 1);
#endif
    *log = *ngx_cycle->log;
    c->sockaddr = c->local_sockaddr = at->listening.sockaddr;
    c->socklen = c->local_socklen = at->listening.socklen;
    c->addr_text = (ngx_str_t)ngx_string("unix:");
    c->listening = &at->listening;
    c->recv = ngx_recv;
    c->send = ngx_send;
    c->recv_chain = ngx_recv_chain;
    c->send_chain = ngx_send_chain;
    c->log = c->pool->log = c->read->log = c->write->log = log;
    c->tcp_nodelay =
        NGX_TCP_NODELAY_DISABLED; /* no TCP: with "proxy_buffering off" that is asked */
    c->tcp_nopush = NGX_TCP_NOPUSH_DISABLED;
    c->write->ready = 1;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->start_time = ngx_current_msec;
    source->listening.handler(c);
    return NGX_OK;
}

static ngx_int_t write_request(guard_fetch *f, const ngx_str_t *path)
{
    const ngx_str_t *at = &f->source->key_request;
    f->request.pos = ngx_palloc(f->pool, HEAD_MOST + at->len + path->len);
    if (f->request.pos == NULL)
        return NGX_ERROR;
    f->request.last = ngx_sprintf(f->request.pos,
                                  "GET %*s%V HTTP/1.0\r\nHost: fntoken\r\nAccept: "
                                  "application/json\r\nUser-Agent: fntoken-nginx\r\n\r\n",
                                  at->len - 1, at->data, path);
    return NGX_OK;
}

static ngx_int_t connect_client(guard_fetch *f, int fd)
{
    ngx_connection_t *c = f->client = ngx_get_connection(fd, ngx_cycle->log);
    if (c == NULL) {
        (void)close(fd);
        return NGX_ERROR;
    }
    c->type = SOCK_STREAM;
    c->data = f;
    c->log = c->read->log = c->write->log = ngx_cycle->log;
    c->recv = ngx_recv;
    c->send = ngx_send;
    c->read->handler = on_answer;
    c->write->handler = on_writable;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    ngx_add_timer(c->read, DEADLINE);
    c->write->ready = 1;
    if (ngx_handle_read_event(c->read, 0) == NGX_OK &&
        ngx_handle_write_event(c->write, 0) == NGX_OK)
        return NGX_OK;
    ngx_close_connection(c);
    return NGX_ERROR;
}

ngx_int_t guard_fetch_start(const guard_source *source, const ngx_str_t *path, guard_fetched told)
{
    int ends[2];
    ngx_pool_t *pool = ngx_create_pool(4096, ngx_cycle->log);
    guard_fetch *f = pool != NULL ? ngx_pcalloc(pool, sizeof *f) : NULL;
    if (f != NULL)
        *f = (guard_fetch){.source = source, .told = told, .pool = pool};
    if (f == NULL || write_request(f, path) != NGX_OK ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
        if (pool != NULL)
            ngx_destroy_pool(pool);
        return NGX_ERROR;
    }
    if (connect_client(f, ends[0]) != NGX_OK) {
        (void)close(ends[1]);
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }
    source->state->fetch = f;
    if (serve(source, ends[1]) == NGX_OK) {
        ngx_post_event(f->client->write, &ngx_posted_events);
        return NGX_OK;
    }
    source->state->fetch = NULL;
    ngx_close_connection(f->client);
    ngx_destroy_pool(pool);
    return NGX_ERROR;
}
