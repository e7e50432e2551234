/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* What nginx knows of the module: where its handlers stand, and what a worker starts with. */

static ngx_int_t before_configuration(ngx_conf_t *cf)
{
    return guard_add_variables(cf);
}

static ngx_int_t add_handler(ngx_conf_t *cf, ngx_uint_t phase, ngx_http_handler_pt handler)
{
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_http_handler_pt *at = ngx_array_push(&core->phases[phase].handlers);
    if (at == NULL)
        return NGX_ERROR;
    *at = handler;
    return NGX_OK;
}

/* The handlers of a phase are called from the last one to the first. */
static ngx_int_t add_last_handler(ngx_conf_t *cf, ngx_uint_t phase, ngx_http_handler_pt handler)
{
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_array_t *all = &core->phases[phase].handlers;
    if (add_handler(cf, phase, handler) != NGX_OK)
        return NGX_ERROR;
    ngx_http_handler_pt *first = all->elts;
    ngx_memmove(first + 1, first, (all->nelts - 1) * sizeof *first);
    *first = handler;
    return NGX_OK;
}

static ngx_int_t after_configuration(ngx_conf_t *cf)
{
    guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    if (guard_sources_check(cf) != NGX_OK || guard_add_zone(cf) != NGX_OK)
        return NGX_ERROR;
    all->pool = ngx_thread_pool_add(cf, NULL);
    if (all->pool == NULL || add_handler(cf, NGX_HTTP_POST_READ_PHASE, guard_on_post_read) ||
        add_handler(cf, NGX_HTTP_PREACCESS_PHASE, guard_on_preaccess) ||
        add_handler(cf, NGX_HTTP_ACCESS_PHASE, guard_on_access) ||
        add_last_handler(cf, NGX_HTTP_ACCESS_PHASE, guard_on_last_access))
        return NGX_ERROR;
    guard_functions_anew(cf);
    return NGX_OK;
}

/* ---- in a worker ----------------------------------------------------------- */

static void on_tick(ngx_event_t *tick)
{
    const guard_source *source = tick->data;
    if (ngx_terminate)
        return;
    ngx_msec_t next = guard_keys_tick(source, tick->log);
    guard_revoked_tick(source, tick->log);
    ngx_add_timer(tick, next);
}

static ngx_int_t start_worker(ngx_cycle_t *cycle)
{
    const guard_main *all = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_fntoken_module);
    if (all == NULL || (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE))
        return NGX_OK;
    guard_enter_zone(all);
    const guard_source *const *sources = all->sources.elts;
    for (ngx_uint_t i = 0; i < all->sources.nelts; i++) {
        ngx_event_t *tick = &sources[i]->state->tick;
        *tick = (ngx_event_t){.handler = on_tick, .log = cycle->log, .cancelable = 1};
        tick->data = (void *)(uintptr_t)sources[i];
        ngx_queue_init(&sources[i]->state->waiting);
        guard_note_keys(sources[i], sources[i]->state->has_keys ? ngx_time() : 0);
        guard_keys_adopt(sources[i], cycle->log);
        guard_revoked_begin(sources[i], cycle->log);
        if (sources[i]->key_file.len != 0)
            guard_file_try(&sources[i]->state->key_file, cycle->log);
        ngx_add_timer(tick, 1);
    }
    return NGX_OK;
}

static ngx_http_module_t context = {
    .preconfiguration = before_configuration,
    .postconfiguration = after_configuration,
    .create_main_conf = guard_create_main,
    .create_loc_conf = guard_create_location,
    .merge_loc_conf = guard_merge_location,
};

ngx_module_t ngx_http_fntoken_module = {
    NGX_MODULE_V1, &context, guard_commands, NGX_HTTP_MODULE,       NULL, NULL, start_worker, NULL,
    NULL,          NULL,     NULL,           NGX_MODULE_V1_PADDING,
};

/* What nginx looks for in a module that it loads. */
#define EXPORTED __attribute__((visibility("default"))) extern
EXPORTED ngx_module_t *ngx_modules[];
EXPORTED char *ngx_module_names[];
EXPORTED char *ngx_module_order[];

ngx_module_t *ngx_modules[] = {&ngx_http_fntoken_module, NULL};
char *ngx_module_names[] = {"ngx_http_fntoken_module", NULL};
char *ngx_module_order[] = {NULL};
