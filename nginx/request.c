/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* What is kept of a request, from its first look to its end. */

static void free_ctx(void *data)
{
    guard_ctx *ctx = data;
    guard_stop_waiting(ctx);
    guard_line_leave(ctx);
    fnt_token_free(ctx->token);
    fnt_report_free(ctx->report);
}

guard_ctx *guard_ctx_new(ngx_http_request_t *r, const guard_location *conf)
{
    guard_ctx *ctx = ngx_pcalloc(r->pool, sizeof *ctx);
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(r->pool, 0);
    if (ctx == NULL || cleanup == NULL)
        return NULL;
    cleanup->handler = free_ctx;
    cleanup->data = ctx;
    ctx->conf = conf;
    ctx->request = r;
    ngx_http_set_ctx(r, ctx, ngx_http_fntoken_module);
    return ctx;
}

/* nginx forgets a request's ctx at a redirect. */
guard_ctx *guard_last_decision(ngx_http_request_t *r)
{
    for (const ngx_pool_cleanup_t *one = r->pool->cleanup; one != NULL; one = one->next) {
        guard_ctx *ctx = one->handler == free_ctx ? one->data : NULL;
        if (ctx != NULL && ctx->decided)
            return ctx;
    }
    return NULL;
}

ngx_uint_t guard_is_permitted(ngx_http_request_t *r)
{
    const guard_location *conf = ngx_http_get_module_loc_conf(r, ngx_http_fntoken_module);
    const guard_ctx *ctx = ngx_http_get_module_ctx(r, ngx_http_fntoken_module);
    return conf->mode == GUARD_ON && ctx != NULL && ctx->conf == conf && ctx->decided &&
           ctx->status == FNT_OK;
}
