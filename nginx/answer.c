/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* What callers get to see: as a watchdog answers, so that faas-cli and go-sdk understand it. */

static ngx_uint_t http_of(fnt_status status)
{
    int32_t http = fnt_status_http(status);
    if (status == FNT_DENIED_PATH)
        return NGX_HTTP_BAD_REQUEST;
    return http >= 400 && http < 500 ? (ngx_uint_t)http : NGX_HTTP_SERVICE_UNAVAILABLE;
}

ngx_int_t guard_add_header(ngx_http_request_t *r, const char *name, ngx_str_t value)
{
    ngx_table_elt_t *header = ngx_list_push(&r->headers_out.headers);
    if (header == NULL)
        return NGX_ERROR;
    *header = (ngx_table_elt_t){.hash = 1, .value = value};
    header->key = (ngx_str_t){ngx_strlen(name), (u_char *)(uintptr_t)name};
    return NGX_OK;
}

static ngx_str_t text(const char *s)
{
    return (ngx_str_t){ngx_strlen(s), (u_char *)(uintptr_t)s};
}

static ngx_int_t add_decision_headers(ngx_http_request_t *r)
{
    if (guard_add_header(r, "Cache-Control", text("no-store")) != NGX_OK)
        return NGX_ERROR;
    return guard_add_header(r, "Vary", text("Authorization"));
}

static ngx_int_t add_headers(ngx_http_request_t *r, fnt_status status)
{
    const char *challenge = fnt_status_challenge(status);
    if (add_decision_headers(r) != NGX_OK ||
        guard_add_header(r, "X-OpenFaaS-Internal", text("faas-middleware")) != NGX_OK ||
        guard_add_header(r, "X-Content-Type-Options", text("nosniff")) != NGX_OK)
        return NGX_ERROR;
    if (challenge != NULL && guard_add_header(r, "WWW-Authenticate", text(challenge)) != NGX_OK)
        return NGX_ERROR;
    if (http_of(status) == NGX_HTTP_SERVICE_UNAVAILABLE)
        return guard_add_header(r, "Retry-After", text("1"));
    return NGX_OK;
}

static ngx_int_t send_text(ngx_http_request_t *r, ngx_uint_t http, const char *sentence)
{
    ngx_str_t type = ngx_string("text/plain; charset=utf-8");
    ngx_http_complex_value_t body = {.value = ngx_null_string};
    if (sentence == NULL)
        return ngx_http_send_response(r, http, &type, &body);
    body.value.data = ngx_pnalloc(r->pool, ngx_strlen(sentence) + 2);
    if (body.value.data == NULL)
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    body.value.len = (size_t)(ngx_sprintf(body.value.data, "%s\n", sentence) - body.value.data);
    return ngx_http_send_response(r, http, &type, &body);
}

ngx_int_t guard_refuse(ngx_http_request_t *r, fnt_status status, const char *words)
{
    ngx_uint_t http = http_of(status);
    if (status == FNT_OK || add_headers(r, status) != NGX_OK)
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (words == NULL)
        words =
            http == NGX_HTTP_FORBIDDEN ? "insufficient permissions" : fnt_status_sentence(status);
    r->err_status = 0; /* of an error_page that led here */
    ngx_http_finalize_request(r, send_text(r, http, words));
    return NGX_DONE;
}

/* ---- fntoken_answer ------------------------------------------------------------------ */

static ngx_int_t add_caller(ngx_http_request_t *r)
{
    static const struct {
        const char *header;
        ngx_str_t variable;
    } rows[] = {
        {"X-Fntoken-Subject", ngx_string("fntoken_subject")},
        {"X-Fntoken-Issuer", ngx_string("fntoken_issuer")},
        {"X-Fntoken-Id", ngx_string("fntoken_id")},
        {"X-Fntoken-Resource", ngx_string("fntoken_resource")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ngx_str_t name = rows[i].variable;
        ngx_http_variable_value_t *value =
            ngx_http_get_variable(r, &name, ngx_hash_key(name.data, name.len));
        if (value == NULL)
            return NGX_ERROR;
        if (value->not_found || value->len == 0)
            continue;
        if (guard_add_header(r, rows[i].header, (ngx_str_t){value->len, value->data}) != NGX_OK)
            return NGX_ERROR;
    }
    return NGX_OK;
}

ngx_int_t guard_answer(ngx_http_request_t *r)
{
    if (!guard_is_permitted(r))
        return NGX_HTTP_FORBIDDEN;
    if (ngx_http_discard_request_body(r) != NGX_OK || add_decision_headers(r) != NGX_OK ||
        add_caller(r) != NGX_OK)
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    r->disable_not_modified = 1;            /* "If-Match" and its like ask the function, not us */
    return send_text(r, NGX_HTTP_OK, NULL); /* what proxies leave unread would end the connection */
}
