/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Levels: what stands outside holds inside too. What says whose tokens count, and for which
 * function, stands at one level: a second one further in would take the place of a check, and is
 * an error. Lists of revocations add up. */

enum { ENTRIES = 1000 };

void *guard_create_main(ngx_conf_t *cf)
{
    guard_main *all = ngx_pcalloc(cf->pool, sizeof *all);
    if (all == NULL ||
        ngx_array_init(&all->sources, cf->pool, 1, sizeof(guard_source *)) != NGX_OK ||
        ngx_array_init(&all->functions, cf->pool, 4, sizeof(guard_function *)) != NGX_OK ||
        ngx_array_init(&all->locations, cf->pool, 8, sizeof(guard_place)) != NGX_OK)
        return NULL;
    return all;
}

void *guard_create_location(ngx_conf_t *cf)
{
    guard_location *at = ngx_pcalloc(cf->pool, sizeof *at);
    if (at == NULL)
        return NULL;
    at->file = cf->conf_file->file.name;
    at->line = cf->conf_file->line;
    at->mode = NGX_CONF_UNSET_UINT;
    at->preflight = at->in_event_loop = NGX_CONF_UNSET;
    at->satisfy_any = NGX_CONF_UNSET_UINT;
    at->entries = NGX_CONF_UNSET;
    return at;
}

/* A text that may stand at one level. */
static ngx_int_t inherit(ngx_conf_t *cf, const guard_location *at, const char *directive,
                         const ngx_str_t *outer, ngx_str_t *inner)
{
    if (inner->data != NULL && outer->data != NULL)
        return guard_say(cf, NGX_LOG_EMERG, at,
                         "\"%s\" is \"%V\" further out, and \"%V\" in here would take its place; "
                         "it has to stand at one level",
                         directive, outer, inner);
    if (inner->data == NULL)
        *inner = *outer;
    return NGX_OK;
}

static ngx_int_t inherit_revoked(ngx_conf_t *cf, const ngx_array_t *outer, guard_location *at)
{
    if (outer == NULL)
        return NGX_OK;
    ngx_array_t *both = ngx_array_create(cf->pool, outer->nelts + 1, sizeof(ngx_str_t));
    void *to = both != NULL ? ngx_array_push_n(both, outer->nelts) : NULL;
    if (to == NULL)
        return NGX_ERROR;
    ngx_memcpy(to, outer->elts, outer->nelts * sizeof(ngx_str_t));
    if (at->revoked != NULL) {
        to = ngx_array_push_n(both, at->revoked->nelts);
        if (to == NULL)
            return NGX_ERROR;
        ngx_memcpy(to, at->revoked->elts, at->revoked->nelts * sizeof(ngx_str_t));
    }
    at->revoked = both;
    return NGX_OK;
}

static ngx_int_t inherit_function(ngx_conf_t *cf, guard_function *outer, guard_location *at)
{
    if (at->function != NULL && outer != NULL)
        return guard_say(cf, NGX_LOG_EMERG, at,
                         "\"fntoken_function\" stands further out too, and the one in here would "
                         "take its place; it has to stand at one level");
    if (at->function == NULL)
        at->function = outer;
    return NGX_OK;
}

/* ---- what a guarded location needs ----------------------------------------- */

static const char *lacks(const guard_location *at)
{
    if (at->function == NULL)
        return "\"fntoken_function\" is missing, which says which function it is";
    if (at->key_file.data == NULL && at->key_request.data == NULL)
        return "\"fntoken_key_file\" or \"fntoken_key_request\" is missing, which says where keys "
               "come from";
    if (at->key_file.data != NULL && at->key_request.data != NULL)
        return "\"fntoken_key_file\" and \"fntoken_key_request\" stand side by side; keys come "
               "from one of them";
    if (at->key_file.data != NULL && at->issuer.len == 0)
        return "\"fntoken_issuer\" is missing: a file of keys does not say whose they are";
    return NULL;
}

static const char *contradicts(const guard_location *at)
{
    ngx_uint_t answers = at->handler == guard_answer;
    if (at->handler != NULL && at->handler != at->core->handler)
        return "\"fntoken_answer\" or \"fntoken_status\" stands beside something else that answers";
    if (at->mode == GUARD_OFF && !answers)
        return NULL;
    if (at->core->satisfy == NGX_HTTP_SATISFY_ANY && !at->satisfy_any)
        return "\"satisfy any\" lets in whom another check lets in, without a token; where that is "
               "meant say \"fntoken_satisfy any\" beside it";
    if (answers && (at->mode != GUARD_ON || at->preflight || at->satisfy_any))
        return "\"fntoken_answer\" says yes for a token alone: it needs \"fntoken on\", without "
               "\"fntoken_preflight\" and without \"fntoken_satisfy any\"";
    return NULL;
}

/* Of all but an "if", which is a part of its location. */
static void warn_of_report(ngx_conf_t *cf, const guard_location *at)
{
    guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    if (at->mode != GUARD_REPORT || at->core->noname)
        return;
    all->reporting++;
    (void)guard_say(cf, NGX_LOG_WARN, at,
                    "\"fntoken report\" lets everybody in, and only logs whom \"fntoken on\" would "
                    "refuse");
}

/* A server, and an "if" in it, may leave the function to locations, and that of key requests has
 * none: they are closed then, but for those. */
static ngx_uint_t may_lack(const guard_location *at)
{
    const ngx_str_t *name = &at->core->name, *keys = &at->key_request;
    return name->len == 0 ||
           (name->len == keys->len && ngx_memcmp(name->data, keys->data, name->len) == 0);
}

static ngx_int_t check(ngx_conf_t *cf, guard_location *at)
{
    const char *wrong = contradicts(at);
    if (wrong != NULL)
        return guard_say(cf, NGX_LOG_EMERG, at, "%s", wrong);
    if (at->mode == GUARD_OFF)
        return NGX_OK;
    wrong = lacks(at);
    if (wrong != NULL)
        return may_lack(at) ? NGX_OK : guard_say(cf, NGX_LOG_EMERG, at, "%s", wrong);
    warn_of_report(cf, at);
    at->source = guard_source_of(cf, at);
    return at->source != NULL ? NGX_OK : NGX_ERROR;
}

static ngx_int_t remember_place(ngx_conf_t *cf, const guard_location *at)
{
    guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    guard_place *place = ngx_array_push(&all->locations);
    if (place == NULL)
        return NGX_ERROR;
    place->at = at;
    place->server = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    return NGX_OK;
}

char *guard_merge_location(ngx_conf_t *cf, void *outer, void *inner)
{
    guard_location *from = outer, *at = inner;
    at->core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    at->outer = from;
    ngx_conf_merge_uint_value(at->mode, from->mode, GUARD_OFF);
    ngx_conf_merge_value(at->preflight, from->preflight, 0);
    ngx_conf_merge_value(at->in_event_loop, from->in_event_loop, 0);
    ngx_conf_merge_uint_value(at->satisfy_any, from->satisfy_any, 0);
    ngx_conf_merge_value(at->entries, from->entries, ENTRIES);
    if (at->key_request.data == NULL) {
        at->every = from->every;
        at->max_age = from->max_age;
    }
    if (inherit(cf, at, "fntoken_issuer", &from->issuer, &at->issuer) != NGX_OK ||
        inherit(cf, at, "fntoken_key_file", &from->key_file, &at->key_file) != NGX_OK ||
        inherit(cf, at, "fntoken_key_request", &from->key_request, &at->key_request) != NGX_OK ||
        inherit_revoked(cf, from->revoked, at) != NGX_OK ||
        inherit_function(cf, from->function, at) != NGX_OK || check(cf, at) != NGX_OK ||
        remember_place(cf, at) != NGX_OK)
        return NGX_CONF_ERROR;
    return NGX_CONF_OK;
}
