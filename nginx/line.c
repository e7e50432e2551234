/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Tokens are verified by a thread of nginx's pool, one at a time for a worker; the others stand in
 * line. So a flood of forged ones takes no more than one thread's share of the machine from those
 * who are known, and who are answered out of the cache. */

enum { A_MINUTE = 60000 };

static ngx_queue_t line = {&line, &line}; /* guard_ctx */
static ngx_thread_task_t task;
static guard_ctx *verifying; /* by the thread, now */

static void in_thread(void *data, ngx_log_t *log)
{
    (void)log;
    guard_verify(data);
}

static void on_verified(ngx_event_t *event);

static ngx_int_t start(guard_ctx *ctx)
{
    const guard_main *all = ngx_http_get_module_main_conf(ctx->request, ngx_http_fntoken_module);
    ctx->now = ngx_time(); /* it may have stood in line */
    task = (ngx_thread_task_t){.ctx = ctx, .handler = in_thread};
    task.event.handler = on_verified;
    task.event.log = ngx_cycle->log;
    task.event.data = &task;
    if (ngx_thread_task_post(all->pool, &task) != NGX_OK)
        return NGX_ERROR;
    ngx_add_timer(&task.event, A_MINUTE);
    verifying = ctx;
    ctx->request->main->blocked++;
    ctx->request->aio = 1;
    return NGX_OK;
}

/* Nobody waits for the answer any more. */
static ngx_uint_t is_gone(const ngx_http_request_t *r)
{
    const ngx_connection_t *c = r->connection;
    char next;
    if (c->error || r->stream != NULL || c->fd == (ngx_socket_t)-1) /* a socket of its own? */
        return c->error;
    return recv(c->fd, &next, 1, MSG_PEEK) == 0;
}

static void drop(ngx_http_request_t *r)
{
    ngx_connection_t *c = r->connection;
    ngx_http_set_log_request(c->log, r);
    ngx_http_finalize_request(r, NGX_HTTP_CLIENT_CLOSED_REQUEST);
    ngx_http_run_posted_requests(c);
}

/* Whoever asks and leaves at once costs no verification, and keeps no connection until its turn. */
static void start_next(void)
{
    while (verifying == NULL && !ngx_queue_empty(&line)) {
        guard_ctx *ctx = ngx_queue_data(ngx_queue_head(&line), guard_ctx, queue);
        guard_line_leave(ctx);
        if (is_gone(ctx->request)) {
            drop(ctx->request);
        } else if (start(ctx) != NGX_OK) {
            ctx->status = FNT_FAULT_MEMORY;
            ctx->then(ctx);
        }
    }
}

/* In the event loop. The timer keeps a worker that is to end from ending before. */
static void on_verified(ngx_event_t *event)
{
    guard_ctx *ctx = verifying;
    if (event->timedout) {
        event->timedout = 0;
        ngx_add_timer(event, A_MINUTE);
        return;
    }
    if (event->timer_set)
        ngx_del_timer(event);
    verifying = NULL;
    start_next(); /* which may end others of its connection: it is held until then */
    ctx->request->main->blocked--;
    ctx->request->aio = 0;
    ctx->then(ctx);
}

ngx_int_t guard_line_join(guard_ctx *ctx, void (*then)(guard_ctx *ctx))
{
    ctx->then = then;
    if (verifying == NULL)
        return start(ctx);
    ngx_queue_insert_tail(&line, &ctx->queue);
    ctx->in_line = 1;
    return NGX_OK;
}

void guard_line_leave(guard_ctx *ctx)
{
    if (!ctx->in_line)
        return;
    ctx->in_line = 0;
    ngx_queue_remove(&ctx->queue);
}
