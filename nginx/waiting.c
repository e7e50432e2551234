/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Requests that wait for a source's keys: until they were asked for, and no longer than callers
 * have patience. */

enum { PATIENCE = 2000 /* ms */, PART = 8 };

static ngx_uint_t waiting_now;

ngx_uint_t guard_may_wait(void)
{
    return waiting_now < ngx_max(ngx_cycle->connection_n / PART, 1);
}

static void on_patience(ngx_event_t *event)
{
    guard_ctx *ctx = event->data;
    guard_stop_waiting(ctx);
    ctx->late = 1;
    ctx->then(ctx);
}

void guard_wait(guard_ctx *ctx, ngx_queue_t *waiting, void (*then)(guard_ctx *ctx))
{
    ctx->then = then;
    ctx->waiting = 1;
    waiting_now++;
    ngx_queue_insert_tail(waiting, &ctx->queue);
    ctx->patience.data = ctx;
    ctx->patience.handler = on_patience;
    ctx->patience.log = ctx->request->connection->log;
    ngx_add_timer(&ctx->patience, PATIENCE);
}

void guard_stop_waiting(guard_ctx *ctx)
{
    if (!ctx->waiting)
        return;
    ctx->waiting = 0;
    waiting_now--;
    ctx->waited = 1;
    ngx_queue_remove(&ctx->queue);
    if (ctx->patience.timer_set)
        ngx_del_timer(&ctx->patience);
}

void guard_wake(ngx_queue_t *waiting)
{
    ngx_queue_t woken;
    ngx_queue_init(&woken);
    if (!ngx_queue_empty(waiting)) {
        ngx_queue_add(&woken, waiting);
        ngx_queue_init(waiting);
    }
    while (!ngx_queue_empty(&woken)) {
        guard_ctx *ctx = ngx_queue_data(ngx_queue_head(&woken), guard_ctx, queue);
        guard_stop_waiting(ctx);
        ctx->then(ctx);
    }
}
