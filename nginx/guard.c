/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* The decision about a request: out of the cache in the event loop, else by a thread of nginx's
 * pool, or here where that is asked for. The configuration is const. */

static const guard_location *conf_of(ngx_http_request_t *r)
{
    return ngx_http_get_module_loc_conf(r, ngx_http_fntoken_module);
}

/* ---- the decision ------------------------------------------------------------------ */

static const char *reason(const guard_ctx *ctx)
{
    return ctx->words != NULL ? ctx->words : guard_sentence(ctx->report, ctx->status);
}

/* For the log: what a variable took from a caller is shown where it could be a function's name. */
static ngx_str_t shown(const ngx_str_t *resource)
{
    ngx_uint_t is_name = resource->len <= FNT_RESOURCE_MAX;
    for (size_t i = 0; is_name && i < resource->len; i++)
        is_name = resource->data[i] > ' ' && resource->data[i] <= '~' && resource->data[i] != '"';
    return is_name ? *resource : (ngx_str_t)ngx_string("(no name)");
}

static void log_refusal(const guard_ctx *ctx, ngx_uint_t reported)
{
    ngx_uint_t level = reported ? NGX_LOG_WARN : NGX_LOG_INFO;
    ngx_str_t resource = shown(&ctx->resource);
    ngx_log_error(level, ctx->request->connection->log, 0, "fntoken: \"%V\" %s: %s: %s", &resource,
                  reported ? "would be refused" : "is refused", fnt_status_name(ctx->status),
                  reason(ctx));
}

static void decide(guard_ctx *ctx, fnt_status status)
{
    ngx_uint_t reported = ctx->conf->mode == GUARD_REPORT;
    ctx->status = status;
    ctx->decided = 1;
    guard_count_decision(status, reported);
    if (status != FNT_OK)
        log_refusal(ctx, reported);
}

/* ---- one request --------------------------------------------------------------------- */

static fnt_status ask_cache(guard_ctx *ctx)
{
    const char *header;
    size_t len;
    guard_header_of(ctx, &header, &len);
    fnt_status status =
        fnt_authorize_cached(ctx->verifier, header, len, (const char *)ctx->resource.data,
                             ctx->resource.len, ctx->now, &ctx->token);
    guard_count_cache(status != FNT_FAULT_NOT_CACHED);
    return status;
}

static void go_on(guard_ctx *ctx);

/* A verification has ended: that is the answer, unless its key may be on its way. */
static void settle(guard_ctx *ctx)
{
    const guard_source *source = ctx->conf->source;
    if (ctx->status == FNT_REFUSED_KEY_UNKNOWN && !ctx->waited && guard_keys_unknown(source) &&
        guard_may_wait())
        guard_wait(ctx, &source->state->waiting, go_on);
    else
        decide(ctx, ctx->status);
}

/* Decided outside of the phases: the request goes on there. */
static void resume(guard_ctx *ctx)
{
    ngx_http_request_t *r = ctx->request;
    ngx_connection_t *c = r->connection;
    if (!ctx->decided)
        return;
    ngx_http_set_log_request(c->log, r);
    r->write_event_handler(r);
    ngx_http_run_posted_requests(c);
}

static void on_verified(guard_ctx *ctx)
{
    settle(ctx);
    resume(ctx);
}

/* Decides, or begins to. */
static void judge(guard_ctx *ctx)
{
    const guard_source *source = ctx->conf->source;
    ctx->now = ngx_time();
    ctx->verifier = source->state->verifier;
    fnt_status status = ctx->verifier == NULL ? FNT_FAULT_NOT_READY : ask_cache(ctx);
    if (status != FNT_FAULT_NOT_CACHED) {
        decide(ctx, status);
    } else if (ctx->conf->in_event_loop) {
        guard_verify(ctx);
        settle(ctx);
    } else if (guard_line_join(ctx, on_verified) != NGX_OK) {
        decide(ctx, FNT_FAULT_MEMORY);
    }
}

/* It has waited for keys. */
static void go_on(guard_ctx *ctx)
{
    if (ctx->late)
        decide(ctx, ctx->status);
    else
        judge(ctx);
    resume(ctx);
}

static void begin(guard_ctx *ctx)
{
    if (ctx->conf->source == NULL) { /* a server without a function or keys of its own */
        decide(ctx, FNT_FAULT_NOT_READY);
        return;
    }
    fnt_status status =
        guard_function_of(ctx->request, ctx->conf->function, &ctx->resource, &ctx->words);
    if (status == FNT_OK)
        judge(ctx);
    else
        decide(ctx, status);
}

/* ---- phases ---------------------------------------------------------------------------- */

/* A CORS preflight, which browsers send without a token, and which reaches no function's work. */
static ngx_uint_t is_named(const ngx_table_elt_t *header, ngx_str_t name)
{
    return header->key.len == name.len && header->value.len != 0 &&
           ngx_strncasecmp(header->key.data, name.data, name.len) == 0;
}

static ngx_uint_t is_preflight(const ngx_http_request_t *r)
{
    static const ngx_str_t from = ngx_string("Origin"),
                           of = ngx_string("Access-Control-Request-Method");
    ngx_uint_t origin = 0, method = 0, another = 0;
    if (r->method != NGX_HTTP_OPTIONS || r->headers_in.content_length_n > 0 ||
        r->headers_in.chunked)
        return 0;
    for (const ngx_list_part_t *part = &r->headers_in.headers.part; part != NULL;
         part = part->next) {
        const ngx_table_elt_t *header = part->elts;
        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            origin += is_named(&header[i], from);
            method += is_named(&header[i], of);
            another += guard_names_method(&header[i].key);
        }
    }
    return origin == 1 && method == 1 && another == 0;
}

/* A key request in its location, which needs no token. Redirects may lead it to another. */
static ngx_uint_t is_key_request(const ngx_http_request_t *r, const guard_location *conf)
{
    const guard_source *source = guard_fetch_source(r->connection);
    return source != NULL && guard_takes_keys(conf->core, source);
}

static ngx_int_t access_of(ngx_http_request_t *r, const guard_location *conf)
{
    if (conf->mode == GUARD_OFF || is_key_request(r, conf))
        return NGX_DECLINED;
    if (conf->preflight && is_preflight(r))
        return conf->mode == GUARD_REPORT ? NGX_DECLINED : NGX_OK;
    guard_ctx *ctx = ngx_http_get_module_ctx(r, ngx_http_fntoken_module);
    if (ctx == NULL || ctx->conf != conf) {
        ctx = guard_ctx_new(r, conf);
        if (ctx == NULL)
            return conf->mode == GUARD_REPORT ? NGX_DECLINED
                                              : guard_refuse(r, FNT_FAULT_MEMORY, NULL);
        begin(ctx);
    }
    if (!ctx->decided)
        return NGX_AGAIN;
    if (conf->mode == GUARD_REPORT)
        return NGX_DECLINED;
    if (ctx->status == FNT_OK)
        return NGX_OK;
    return guard_refuse(r, ctx->status, ctx->words);
}

ngx_int_t guard_on_access(ngx_http_request_t *r)
{
    const guard_location *conf = conf_of(r);
    return conf->core->satisfy == NGX_HTTP_SATISFY_ALL ? access_of(r, conf) : NGX_DECLINED;
}

ngx_int_t guard_on_last_access(ngx_http_request_t *r)
{
    const guard_location *conf = conf_of(r);
    return conf->core->satisfy == NGX_HTTP_SATISFY_ANY ? access_of(r, conf) : NGX_DECLINED;
}

/* Whether a subrequest goes to the function that its main request was let in for. */
static ngx_uint_t is_covered(ngx_http_request_t *r, const guard_location *conf)
{
    const guard_ctx *ctx = ngx_http_get_module_ctx(r->main, ngx_http_fntoken_module);
    const char *words;
    ngx_str_t resource = ngx_null_string;
    if (conf->source == NULL || ctx == NULL || !ctx->decided || ctx->status != FNT_OK ||
        ctx->conf->source != conf->source ||
        guard_function_of(r, conf->function, &resource, &words) != FNT_OK)
        return 0;
    return resource.len == ctx->resource.len &&
           ngx_memcmp(resource.data, ctx->resource.data, resource.len) == 0;
}

/* An error_page or X-Accel-Redirect would have a function called by nobody, and its answer taken
 * for keys. */
static ngx_int_t look_at_key_request(ngx_http_request_t *r)
{
    const guard_source *source = guard_fetch_source(r->connection);
    if (source == NULL || guard_takes_keys(conf_of(r)->core, source))
        return NGX_DECLINED;
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "fntoken: a redirect led a key request out of %V, where it is not answered",
                  &source->key_request);
    return guard_refuse(r, FNT_DENIED_PERMISSION, NULL);
}

/* The access phase is left out in subrequests; this one is not. */
ngx_int_t guard_on_preaccess(ngx_http_request_t *r)
{
    if (r == r->main)
        return r->internal ? look_at_key_request(r) : NGX_DECLINED;
    const guard_location *conf = conf_of(r);
    if (conf->mode == GUARD_OFF || is_key_request(r, conf) || is_covered(r, conf))
        return NGX_DECLINED;
    ngx_str_t uri; /* decoded: it may hold line breaks */
    (void)guard_escape(r->pool, (const char *)r->uri.data, r->uri.len, &uri);
    guard_count_decision(FNT_DENIED_PERMISSION, conf->mode == GUARD_REPORT);
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "fntoken: a subrequest to \"%V\" %s: its request was not let in for the function "
                  "of that location",
                  &uri, conf->mode == GUARD_REPORT ? "would be refused" : "is refused");
    return conf->mode == GUARD_REPORT ? NGX_DECLINED : NGX_HTTP_FORBIDDEN;
}

/* A key request is nginx's own, and goes to its location alone. */
ngx_int_t guard_on_post_read(ngx_http_request_t *r)
{
    const guard_source *source = guard_fetch_source(r->connection);
    if (source == NULL)
        return NGX_DECLINED;
    const ngx_str_t *at = &source->key_request;
    if (r->uri.len < at->len || ngx_memcmp(r->uri.data, at->data, at->len) != 0)
        return NGX_HTTP_BAD_REQUEST;
    r->internal = 1;
    return NGX_DECLINED;
}
