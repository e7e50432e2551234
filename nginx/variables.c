/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Variables for logs and headers. Text out of a token or a report is an attacker's (rule 26): in
 * all of them what is not visible ASCII is percent-encoded. */

enum { OF_STATUS, OF_REASON, OF_RESOURCE, OF_PATTERN, OF_SECONDS };

/* ---- values --------------------------------------------------------------------------- */

ngx_int_t guard_escape(ngx_pool_t *pool, const char *text, size_t len, ngx_str_t *out)
{
    size_t need = 0;
    (void)(fnt_escape(text, len, FNT_ESCAPE_HEADER, NULL, 0, &need) == FNT_OK);
    *out = (ngx_str_t){len, (u_char *)(uintptr_t)text};
    if (need == len + 1) /* nothing to encode, and nothing that could fail */
        return NGX_OK;
    char *buf = ngx_pnalloc(pool, need);
    *out = (ngx_str_t)ngx_null_string;
    if (buf == NULL || fnt_escape(text, len, FNT_ESCAPE_HEADER, buf, need, &len) != FNT_OK)
        return NGX_ERROR;
    *out = (ngx_str_t){len, (u_char *)buf};
    return NGX_OK;
}

static ngx_int_t put(ngx_http_request_t *r, ngx_http_variable_value_t *value, const char *text,
                     size_t len)
{
    ngx_str_t escaped;
    value->valid = 1;
    value->no_cacheable = 1;
    value->not_found = text == NULL;
    if (text == NULL)
        return NGX_OK;
    if (guard_escape(r->pool, text, len, &escaped) != NGX_OK)
        return NGX_ERROR;
    value->data = escaped.data;
    value->len = (unsigned)(escaped.len & 0xfffffff);
    return NGX_OK;
}

/* What the report of a decision says; out of the cache there was none, and it is made now. */
static fnt_report *explained(guard_ctx *ctx)
{
    if (ctx->report != NULL || guard_caller(ctx) == NULL)
        return ctx->report;
    ctx->report = guard_report_new();
    fnt_status status = fnt_token_authorize(ctx->token, (const char *)ctx->resource.data,
                                            ctx->resource.len, ctx->now, ctx->report);
    (void)status; /* the decision was made before */
    return ctx->report;
}

/* The first entry that has the field. */
static const char *field(const fnt_report *report, int32_t name, size_t *len)
{
    const char *text = NULL;
    for (size_t i = 0; text == NULL && fnt_report_text(report, i, FNT_FIELD_SENTENCE, NULL); i++)
        text = fnt_report_text(report, i, name, len);
    return text;
}

static const char *reason(guard_ctx *ctx, size_t *len)
{
    const char *text = ctx->words;
    if (text == NULL)
        text = field(explained(ctx), FNT_FIELD_SENTENCE, len);
    if (text == NULL)
        text = fnt_status_sentence(ctx->status);
    *len = ngx_strlen(text);
    return text;
}

static ngx_int_t put_seconds(ngx_http_request_t *r, ngx_http_variable_value_t *value,
                             const guard_ctx *ctx)
{
    enum { SIZE = 32 };
    char *text = ngx_pnalloc(r->pool, SIZE);
    if (text == NULL)
        return NGX_ERROR;
    int len = snprintf(text, SIZE, "%lld.%06lld", (long long)(ctx->nanoseconds / 1000000000),
                       (long long)(ctx->nanoseconds % 1000000000 / 1000));
    return put(r, value, text, (size_t)len);
}

static ngx_int_t get(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t what)
{
    guard_ctx *ctx = guard_last_decision(r);
    size_t len = 0;
    const char *text = NULL;
    if (ctx == NULL)
        return put(r, value, NULL, 0);
    switch (what) {
    case OF_STATUS:
        text = fnt_status_name(ctx->status);
        len = ngx_strlen(text);
        break;
    case OF_REASON:
        text = reason(ctx, &len);
        break;
    case OF_RESOURCE:
        text = (const char *)ctx->resource.data;
        len = ctx->resource.len;
        break;
    case OF_PATTERN:
        text = ctx->status == FNT_OK ? field(explained(ctx), FNT_FIELD_PATTERN, &len) : NULL;
        break;
    default:
        return put_seconds(r, value, ctx);
    }
    return put(r, value, text, len);
}

/* A claim of a token that was verified. */
static ngx_int_t get_claim(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t claim)
{
    guard_ctx *ctx = guard_last_decision(r);
    size_t len = 0;
    const char *text =
        ctx != NULL ? fnt_token_text(guard_caller(ctx), (int32_t)claim, 0, &len) : NULL;
    return put(r, value, text, len);
}

static const struct {
    ngx_str_t name;
    ngx_http_get_variable_pt get;
    uintptr_t what;
} rows[] = {
    {ngx_string("fntoken_status"), get, OF_STATUS},
    {ngx_string("fntoken_reason"), get, OF_REASON},
    {ngx_string("fntoken_resource"), get, OF_RESOURCE},
    {ngx_string("fntoken_pattern"), get, OF_PATTERN},
    {ngx_string("fntoken_seconds"), get, OF_SECONDS},
    {ngx_string("fntoken_subject"), get_claim, FNT_CLAIM_SUBJECT},
    {ngx_string("fntoken_issuer"), get_claim, FNT_CLAIM_FED_ISSUER},
    {ngx_string("fntoken_id"), get_claim, FNT_CLAIM_ID},
    {ngx_string("fntoken_key_id"), get_claim, FNT_CLAIM_KEY_ID},
};

ngx_int_t guard_add_variables(ngx_conf_t *cf)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ngx_str_t name = rows[i].name;
        ngx_http_variable_t *variable = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
        if (variable == NULL)
            return NGX_ERROR;
        variable->get_handler = rows[i].get;
        variable->data = rows[i].what;
    }
    return NGX_OK;
}
