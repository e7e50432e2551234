/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Sources: each (issuer, place of keys, lists of revocations) once, however many locations name it,
 * so that they share its keys and its cache. */

static ngx_uint_t same_text(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len && (a->len == 0 || ngx_memcmp(a->data, b->data, a->len) == 0);
}

static ngx_uint_t same_lists(const ngx_array_t *a, const ngx_array_t *b)
{
    if (a == NULL || b == NULL || a->nelts != b->nelts)
        return a == b;
    for (ngx_uint_t i = 0; i < a->nelts; i++)
        if (!same_text((ngx_str_t *)a->elts + i, (ngx_str_t *)b->elts + i))
            return 0;
    return 1;
}

static guard_source *find(const guard_main *all, const guard_location *at,
                          const ngx_http_core_srv_conf_t *server)
{
    guard_source *const *sources = all->sources.elts;
    for (ngx_uint_t i = 0; i < all->sources.nelts; i++) {
        guard_source *s = sources[i];
        if (same_text(&s->issuer, &at->issuer) && same_text(&s->key_file, &at->key_file) &&
            same_text(&s->key_request, &at->key_request) && same_lists(s->revoked, at->revoked) &&
            s->every == at->every && s->max_age == at->max_age && s->entries == at->entries &&
            (s->server == server || s->key_request.len == 0))
            return s;
    }
    return NULL;
}

/* ---- a new one --------------------------------------------------------------- */

static void free_state(void *data)
{
    guard_state *state = data;
    guard_file *lists = state->revoked.elts;
    fnt_verifier_free(state->verifier);
    fnt_verifier_free(state->retired);
    ngx_free(state->issuer.data);
    for (ngx_uint_t i = 0; i < state->revoked.nelts; i++)
        ngx_free(lists[i].text.data);
}

static ngx_int_t watch_lists(ngx_conf_t *cf, const guard_source *source)
{
    ngx_array_t *files = &source->state->revoked;
    ngx_uint_t count = source->revoked != NULL ? source->revoked->nelts : 0;
    if (ngx_array_init(files, cf->pool, count + 1, sizeof(guard_file)) != NGX_OK)
        return NGX_ERROR;
    for (ngx_uint_t i = 0; i < count; i++) {
        guard_file *file = ngx_array_push(files);
        if (file == NULL)
            return NGX_ERROR;
        *file = (guard_file){.path = ((ngx_str_t *)source->revoked->elts)[i]};
    }
    return NGX_OK;
}

static ngx_int_t prepare_state(ngx_conf_t *cf, guard_source *source)
{
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(cf->pool, 0);
    guard_state *state = ngx_pcalloc(cf->pool, sizeof *state);
    if (cleanup == NULL || state == NULL)
        return NGX_ERROR;
    cleanup->handler = free_state;
    cleanup->data = source->state = state;
    state->key_file.path = source->key_file;
    ngx_queue_init(&state->waiting);
    if (watch_lists(cf, source) != NGX_OK)
        return NGX_ERROR;
    if (source->issuer.len != 0) {
        fnt_status status = guard_verifier_new(source, NULL);
        if (status != FNT_OK)
            return guard_say(cf, NGX_LOG_EMERG, source->at, "no verifier for \"%V\": %s",
                             &source->issuer, fnt_status_sentence(status));
    }
    if (source->key_file.len != 0 && guard_keys_load(source, cf->log) != NGX_OK)
        return NGX_ERROR;
    return guard_revoked_load(source, cf->log);
}

/* Key requests are served as if they had come in at an address of the server's own. */
static void prepare_listening(guard_source *source)
{
    static struct sockaddr_un nobody = {.sun_family = AF_UNIX};
    source->address.conf.default_server = source->server;
    source->port.addrs = &source->address;
    source->port.naddrs = 1;
    source->listening = (ngx_listening_t){
        .fd = (ngx_socket_t)-1,
        .sockaddr = (struct sockaddr *)&nobody,
        .socklen = sizeof nobody.sun_family,
        .addr_text = ngx_string("fntoken_key_request"),
        .type = SOCK_STREAM,
        .servers = &source->port,
        .handler = ngx_http_init_connection,
        .pool_size = source->server->connection_pool_size,
    };
}

guard_source *guard_source_of(ngx_conf_t *cf, const guard_location *at)
{
    guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    ngx_http_core_srv_conf_t *server = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    guard_source *source = find(all, at, server);
    if (source != NULL)
        return source;
    source = ngx_pcalloc(cf->pool, sizeof *source);
    guard_source **place = ngx_array_push(&all->sources);
    if (source == NULL || place == NULL)
        return NULL;
    *place = source;
    source->at = at;
    source->issuer = at->issuer;
    source->key_file = at->key_file;
    source->key_request = at->key_request;
    source->every = at->every;
    source->max_age = at->max_age;
    source->entries = at->entries;
    source->revoked = at->revoked;
    source->index = all->sources.nelts - 1;
    source->server = server;
    prepare_listening(source);
    return prepare_state(cf, source) == NGX_OK ? source : NULL;
}

/* ---- the locations of key requests ------------------------------------------- */

static ngx_uint_t is_cached(ngx_conf_t *cf, const ngx_http_core_loc_conf_t *core)
{
    ngx_uint_t found = 0;
#if (NGX_HTTP_CACHE)
    static const char *const askers[] = {"ngx_http_proxy_module", "ngx_http_fastcgi_module",
                                         "ngx_http_uwsgi_module", "ngx_http_scgi_module"};
    for (size_t i = 0; i < sizeof askers / sizeof *askers; i++) {
        const ngx_http_upstream_conf_t *upstream = guard_upstream_of(cf, core, askers[i]);
        found |= upstream != NULL && upstream->cache != 0 && upstream->cache != NGX_CONF_UNSET;
    }
#else
    (void)cf;
    (void)core;
#endif
    return found;
}

/* Whether a location by regular expression may take what a prefix matches: one within it, or one
 * of the server where the prefix is not "^~". */
static ngx_uint_t is_overtaken(const guard_place *place)
{
#if (NGX_PCRE)
    const ngx_http_core_loc_conf_t *core = place->at->core;
    const ngx_http_core_loc_conf_t *all =
        place->server->ctx->loc_conf[ngx_http_core_module.ctx_index];
    return core->regex_locations != NULL ||
           (!core->noregex && !core->exact_match && all->regex_locations != NULL);
#else
    (void)place;
    return 0;
#endif
}

/* "/keys/" takes requests, and what is longer takes some of them. */
ngx_uint_t guard_takes_keys(const ngx_http_core_loc_conf_t *core, const guard_source *source)
{
    const ngx_str_t *at = &source->key_request;
#if (NGX_PCRE)
    if (core->regex != NULL)
        return 0;
#endif
    return !core->named && core->name.len >= at->len &&
           ngx_memcmp(core->name.data, at->data, at->len) == 0;
}

static ngx_uint_t is_within(const guard_place *place, const guard_source *source)
{
    const ngx_http_core_loc_conf_t *core = place->at->core;
    return place->server == source->server && !core->noname && guard_takes_keys(core, source);
}

static const char *wrong_with(ngx_conf_t *cf, const guard_place *place)
{
    const ngx_http_core_loc_conf_t *core = place->at->core;
    if (!core->internal)
        return "it takes key requests and lacks \"internal\", so it would answer anybody";
    if (core->handler == NULL)
        return "it takes key requests and lacks a \"proxy_pass\" that leads to the gateway";
    if (is_cached(cf, core))
        return "it takes key requests, and a cache there (\"proxy_cache\" or its like) would keep "
               "keys that were withdrawn";
    if (place->at->outer->core->name.len != 0) /* a server has none */
        return "it takes key requests, and stands inside another location, which might take them "
               "instead: move it into the server";
    if (is_overtaken(place))
        return "it takes key requests, and a location by regular expression might take them "
               "instead: say \"location ^~ NAME\", and leave those inside out";
    return NULL;
}

static ngx_int_t check_places(ngx_conf_t *cf, guard_source *source)
{
    const guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    const guard_place *place = all->locations.elts;
    const ngx_http_core_loc_conf_t *found = NULL;
    for (ngx_uint_t i = 0; i < all->locations.nelts; i++, place++) {
        if (!is_within(place, source))
            continue;
        const char *wrong = wrong_with(cf, place);
        if (wrong != NULL)
            return guard_say(cf, NGX_LOG_EMERG, place->at, "%s", wrong);
        if (!place->at->core->exact_match && place->at->core->name.len == source->key_request.len)
            found = place->at->core;
    }
    return found != NULL
               ? guard_name_owner(cf, source, found)
               : guard_say(cf, NGX_LOG_EMERG, source->at,
                           "\"fntoken_key_request\" names \"%V\", and there is no location of this "
                           "name in its server; \"location ^~ NAME { internal; proxy_pass "
                           "http://GATEWAY/; }\" is expected",
                           &source->key_request);
}

ngx_int_t guard_sources_check(ngx_conf_t *cf)
{
    const guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    guard_source *const *sources = all->sources.elts;
    for (ngx_uint_t i = 0; i < all->sources.nelts; i++)
        if (sources[i]->key_request.len != 0 && check_places(cf, sources[i]) != NGX_OK)
            return NGX_ERROR;
    return NGX_OK;
}
