/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Forward-auth: another proxy asks about a request, which one header names (rule 41). Whatever
 * another server may read as that header is refused beside it. */

static const char *const targets[] = {"X-Original-URI", "X-Original-URL", "X-Rewrite-URL",
                                      "X-Forwarded-Uri", "X-Forwarded-Prefix"};
static const char *const methods[] = {"X-HTTP-Method", "X-HTTP-Method-Override",
                                      "X-Method-Override"};

/* Without a difference between cases, hyphens and underscores. */
static ngx_uint_t alike(const ngx_str_t *a, const u_char *b, size_t len)
{
    if (a->len != len)
        return 0;
    for (size_t i = 0; i < len; i++) {
        u_char x = a->data[i] == '_' ? '-' : ngx_tolower(a->data[i]);
        u_char y = b[i] == '_' ? '-' : ngx_tolower(b[i]);
        if (x != y)
            return 0;
    }
    return 1;
}

static ngx_uint_t is_among(const ngx_str_t *key, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (alike(key, (const u_char *)names[i], ngx_strlen(names[i])))
            return 1;
    return 0;
}

ngx_uint_t guard_names_method(const ngx_str_t *key)
{
    return is_among(key, methods, sizeof methods / sizeof *methods);
}

static ngx_uint_t is_alias(const ngx_str_t *key)
{
    return is_among(key, targets, sizeof targets / sizeof *targets) || guard_names_method(key);
}

/* What to set, in the words of the proxy that most have. */
static const char *missing(const ngx_http_request_t *r, const ngx_str_t *name)
{
    static const char *const words = "The header %V, which names the request, is missing: have the "
                                     "proxy set it, as \"proxy_set_header %V $request_uri;\" does "
                                     "in nginx, or have the guard read the one that it sets, with "
                                     "--header.";
    size_t size = ngx_strlen(words) + 2 * name->len + 1;
    u_char *text = ngx_pnalloc(r->pool, size);
    if (text == NULL)
        return "The header that names the request is missing.";
    *ngx_snprintf(text, size - 1, words, name, name) = '\0';
    return (const char *)text;
}

fnt_status guard_forwarded(const ngx_http_request_t *r, const ngx_str_t *name, ngx_str_t *target,
                           const char **words)
{
    ngx_uint_t count = 0, others = 0;
    for (const ngx_list_part_t *part = &r->headers_in.headers.part; part != NULL;
         part = part->next) {
        const ngx_table_elt_t *header = part->elts;
        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            const ngx_str_t *key = &header[i].key;
            if (key->len == name->len && ngx_strncasecmp(key->data, name->data, key->len) == 0) {
                *target = header[i].value;
                count++;
            } else if (alike(key, name->data, name->len) || is_alias(key)) {
                others++;
            }
        }
    }
    if (count == 1 && others == 0)
        return FNT_OK;
    *words = count == 0 ? missing(r, name)
                        : "The request is named twice, by two headers or by two spellings of one: "
                          "have the proxy set one, and remove what clients send under such names.";
    return FNT_DENIED_PATH;
}
