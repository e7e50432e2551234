/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Which function a request means. */

static fnt_status keep(ngx_http_request_t *r, const char *text, size_t len, ngx_str_t *resource)
{
    resource->data = ngx_pnalloc(r->pool, len);
    if (resource->data == NULL)
        return FNT_FAULT_MEMORY;
    ngx_memcpy(resource->data, text, len);
    resource->len = len;
    return FNT_OK;
}

static fnt_status parse(const guard_function *function, const ngx_str_t *path, char *buf,
                        size_t *len)
{
    const ngx_str_t *ns = &function->default_namespace;
    return fnt_resource_from_path((const char *)path->data, path->len,
                                  ns->len != 0 ? (const char *)ns->data : NULL, ns->len, buf,
                                  FNT_RESOURCE_MAX, len, NULL);
}

/* The normalised URI as a proxy_pass would write it. */
static fnt_status parse_uri(ngx_http_request_t *r, const guard_function *function, char *buf,
                            size_t *len)
{
    size_t more = 2 * ngx_escape_uri(NULL, r->uri.data, r->uri.len, NGX_ESCAPE_URI);
    ngx_str_t path = r->uri;
    if (more != 0) {
        path.data = ngx_pnalloc(r->pool, r->uri.len + more);
        path.len = r->uri.len + more;
        if (path.data == NULL)
            return FNT_FAULT_MEMORY;
        (void)ngx_escape_uri(path.data, r->uri.data, r->uri.len, NGX_ESCAPE_URI);
    }
    return parse(function, &path, buf, len);
}

/* nginx made nothing else of the request line: one look is enough. What holds a % was decoded, or
 * is a rewrite's and goes on encoded once more. */
static ngx_uint_t is_as_sent(const ngx_http_request_t *r)
{
    const ngx_str_t *sent = &r->unparsed_uri, *uri = &r->uri;
    return sent->len >= uri->len && ngx_memcmp(sent->data, uri->data, uri->len) == 0 &&
           (sent->len == uri->len || sent->data[uri->len] == '?') &&
           memchr(uri->data, '%', uri->len) == NULL;
}

/* What a request line says and what nginx made of it must name the same function, as one of them
 * goes on to it. A subrequest has no request line. */
static fnt_status from_path(ngx_http_request_t *r, const guard_function *function,
                            ngx_str_t *resource)
{
    char buf[FNT_RESOURCE_MAX], raw[FNT_RESOURCE_MAX];
    size_t len = 0, raw_len = 0;
    ngx_uint_t once = is_as_sent(r);
    fnt_status status =
        once ? parse(function, &r->uri, buf, &len) : parse_uri(r, function, buf, &len);
    if (status == FNT_OK && !once && r == r->main) {
        status = parse(function, &r->unparsed_uri, raw, &raw_len);
        if (status == FNT_OK && (raw_len != len || ngx_memcmp(raw, buf, len) != 0))
            status = FNT_DENIED_PATH;
    }
    return status == FNT_OK ? keep(r, buf, len, resource) : status;
}

static fnt_status from_header(ngx_http_request_t *r, const guard_function *function,
                              ngx_str_t *resource, const char **words)
{
    char buf[FNT_RESOURCE_MAX];
    size_t len = 0;
    ngx_str_t target;
    fnt_status status = guard_forwarded(r, &function->header, &target, words);
    if (status == FNT_OK)
        status = parse(function, &target, buf, &len);
    return status == FNT_OK ? keep(r, buf, len, resource) : status;
}

/* What other parsers take for a parameter, a slash, or one more encoding. */
static ngx_uint_t is_ambiguous(const ngx_str_t *uri)
{
    for (size_t i = 0; i < uri->len; i++)
        if (uri->data[i] == ';' || uri->data[i] == '\\' || uri->data[i] == '%')
            return 1;
    return 0;
}

/* A segment ".", ".." or, between others, none. */
static ngx_uint_t has_odd_segment(const ngx_str_t *uri)
{
    const u_char *from = uri->data, *end = uri->data + uri->len;
    for (;;) {
        const u_char *slash = memchr(from, '/', (size_t)(end - from));
        size_t len = (size_t)((slash != NULL ? slash : end) - from);
        if ((len == 0 && from != uri->data && slash != NULL) || (len == 1 && from[0] == '.') ||
            (len == 2 && from[0] == '.' && from[1] == '.'))
            return 1;
        if (slash == NULL)
            return 0;
        from = slash + 1;
    }
}

static ngx_int_t decode(ngx_pool_t *pool, ngx_str_t *text)
{
    u_char *from = text->data, *decoded = ngx_pnalloc(pool, text->len + 1), *end = decoded;
    if (decoded == NULL)
        return NGX_ERROR;
    ngx_unescape_uri(&end, &from, text->len, 0);
    *text = (ngx_str_t){(size_t)(end - decoded), decoded};
    return NGX_OK;
}

/* A rewrite or another module may have made the URI of a caller's text, and nginx leaves in it what
 * it takes out of a request line. It goes on as it is, or encoded. */
static fnt_status look_at_uri(ngx_http_request_t *r)
{
    ngx_str_t uri = r->uri;
    if (memchr(uri.data, '%', uri.len) != NULL && decode(r->pool, &uri) != NGX_OK)
        return FNT_FAULT_MEMORY;
    return is_ambiguous(&uri) || has_odd_segment(&uri) ? FNT_DENIED_PATH : FNT_OK;
}

/* A request line goes on as it came, and a variable holds what nginx made of it. So it must say
 * the same: its decoding and no more, without dots, two slashes or a fragment. */
static fnt_status look_at_target(ngx_http_request_t *r)
{
    if (r != r->main || !r->valid_unparsed_uri)
        return look_at_uri(r);
    if (is_ambiguous(&r->uri))
        return FNT_DENIED_PATH;
    if (!r->complex_uri && !r->quoted_uri)
        return FNT_OK;
    ngx_str_t path = r->unparsed_uri;
    u_char *query = ngx_strlchr(path.data, path.data + path.len, '?');
    path.len = query != NULL ? (size_t)(query - path.data) : path.len;
    if (decode(r->pool, &path) != NGX_OK)
        return FNT_FAULT_MEMORY;
    return path.len == r->uri.len && ngx_memcmp(path.data, r->uri.data, path.len) == 0 &&
                   !has_odd_segment(&path)
               ? FNT_OK
               : FNT_DENIED_PATH;
}

static fnt_status from_value(ngx_http_request_t *r, const guard_function *function,
                             ngx_str_t *resource)
{
    fnt_status status = function->value.lengths != NULL ? look_at_target(r) : FNT_OK;
    if (status != FNT_OK)
        return status;
    if (ngx_http_complex_value(r, (ngx_http_complex_value_t *)(uintptr_t)&function->value,
                               resource) != NGX_OK)
        return FNT_FAULT_MEMORY;
    return resource->len != 0 ? FNT_OK : FNT_DENIED_RESOURCE;
}

/* Behind a host's name: a last dot, and a port. */
static ngx_uint_t is_port(const u_char *from, const u_char *end)
{
    if (from < end && *from == '.')
        from++;
    if (from < end && *from++ != ':')
        return 0;
    while (from < end && *from >= '0' && *from <= '9')
        from++;
    return from == end;
}

/* nginx goes by the host of an absolute request line, and by what stands before the colon of a
 * header, and "proxy_set_header Host $http_host" sends all of the header: the two must be one, or
 * what stands behind takes another function for the one that is meant (RFC 9112, 3.2.2).
 * headers_in.server has neither case, port nor last dot. */
static ngx_uint_t has_two_hosts(const ngx_http_request_t *r)
{
    const ngx_table_elt_t *header = r->headers_in.host;
    const ngx_str_t *line = &r->headers_in.server;
    if (header == NULL)
        return 0;
    const u_char *begin = header->value.data, *end = begin + header->value.len;
    return header->value.len < line->len || !is_port(begin + line->len, end) ||
           (r->host_start != NULL && ngx_strncasecmp(header->value.data, line->data, line->len));
}

fnt_status guard_function_of(ngx_http_request_t *r, const guard_function *function,
                             ngx_str_t *resource, const char **words)
{
    *words = NULL;
    if (has_two_hosts(r)) {
        *words = "The request line and the header Host name two hosts, or Host has no number as "
                 "its port: "
                 "send one.";
        return FNT_DENIED_PATH;
    }
    if (function->from == FUNCTION_PATH)
        return from_path(r, function, resource);
    if (function->from == FUNCTION_HEADER)
        return from_header(r, function, resource, words);
    return from_value(r, function, resource);
}

/* ---- variables in values ------------------------------------------------------- */

/* Whether a value of fntoken_function has a variable that the configuration defines. */
static ngx_uint_t is_any_defined(const guard_main *all, const ngx_hash_key_t *key,
                                 const ngx_http_variable_t *indexed)
{
    guard_function *const *functions = all->functions.elts;
    for (ngx_uint_t i = 0; i < all->functions.nelts; i++) {
        const ngx_uint_t *at = functions[i]->value.flushes;
        for (; at != NULL && *at != (ngx_uint_t)-1; at++)
            if (indexed[*at].name.len == key->key.len &&
                ngx_strncmp(indexed[*at].name.data, key->key.data, key->key.len) == 0)
                return 1;
    }
    return 0;
}

/* nginx keeps the value of a map for the whole request: one that was looked at before a redirect,
 * or by a main request, would name the function that was meant then. So what the configuration
 * defines (map, geo, split_clients, js_set) is volatile where such a variable is in a value, as one
 * may ask another; what "set" sets is not touched by that. The indexed variables take their flags
 * from the keys after this. */
void guard_functions_anew(ngx_conf_t *cf)
{
    const guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    const ngx_hash_key_t *keys = core->variables_keys->keys.elts;
    ngx_uint_t defined = 0;
    for (int pass = 0; pass < 2; pass++)
        for (ngx_uint_t i = 0; i < core->variables_keys->keys.nelts; i++) {
            ngx_http_variable_t *variable = keys[i].value;
            if (variable->get_handler == NULL || !(variable->flags & NGX_HTTP_VAR_CHANGEABLE))
                continue;
            if (pass == 0)
                defined |= is_any_defined(all, &keys[i], core->variables.elts);
            else if (defined)
                variable->flags |= NGX_HTTP_VAR_NOCACHEABLE;
        }
}
