/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* fntoken_status: the numbers that all workers share, in Prometheus' text format 0.0.4. */

enum { HEADS = 2048, OF_A_STATUS = 128, OF_A_SOURCE = 512 }; /* bytes at most */

static u_char *put_statuses(u_char *to, const char *name, const char *help,
                            const ngx_atomic_t *counts)
{
    to = ngx_sprintf(to, "# HELP %s %s\n# TYPE %s counter\n", name, help, name);
    for (fnt_status i = 0; i < GUARD_STATUSES; i++)
        if (counts[i] != 0)
            to = ngx_sprintf(to, "%s{status=\"%s\"} %uA\n", name, fnt_status_name(i), counts[i]);
    return to;
}

/* The oldest of all workers' keys; a worker without keys has none. */
static void look(const guard_source_numbers *at, ngx_uint_t workers, ngx_uint_t *lacking,
                 time_t *since)
{
    *lacking = 0;
    *since = ngx_time();
    for (ngx_uint_t i = 0; i < workers && i < GUARD_WORKERS; i++) {
        time_t mine = (time_t)at->keys_since[i];
        *lacking += mine == 0;
        if (mine != 0 && mine < *since)
            *since = mine;
    }
}

static u_char *put_sources(u_char *to, const guard_main *all, ngx_uint_t workers)
{
    static const char *const heads[] = {
        "# HELP fntoken_keys_age_seconds Age of the oldest keys that a worker uses.\n"
        "# TYPE fntoken_keys_age_seconds gauge\n",
        "# HELP fntoken_workers_without_keys Workers that answer 503.\n"
        "# TYPE fntoken_workers_without_keys gauge\n",
        "# HELP fntoken_reload_failures_total Keys or revocations that could not be taken.\n"
        "# TYPE fntoken_reload_failures_total counter\n"};
    for (ngx_uint_t what = 0; what < 3; what++) {
        to = ngx_sprintf(to, "%s", heads[what]);
        for (ngx_uint_t i = 0; i < all->sources.nelts; i++) {
            const guard_source_numbers *at = &guard_all_numbers->sources[i];
            ngx_uint_t lacking;
            time_t since;
            look(at, workers, &lacking, &since);
            if (what == 0 && lacking < workers)
                to = ngx_sprintf(to, "fntoken_keys_age_seconds{source=\"%ui\"} %T\n", i,
                                 ngx_time() - since);
            else if (what == 1)
                to = ngx_sprintf(to, "fntoken_workers_without_keys{source=\"%ui\"} %ui\n", i,
                                 lacking);
            else if (what == 2)
                to = ngx_sprintf(to, "fntoken_reload_failures_total{source=\"%ui\"} %uA\n", i,
                                 at->failures);
        }
    }
    return to;
}

ngx_int_t guard_status(ngx_http_request_t *r)
{
    const guard_main *all = ngx_http_get_module_main_conf(r, ngx_http_fntoken_module);
    const ngx_core_conf_t *core =
        (ngx_core_conf_t *)ngx_get_conf(ngx_cycle->conf_ctx, ngx_core_module);
    ngx_uint_t workers = core->master ? (ngx_uint_t)core->worker_processes : 1;
    ngx_str_t type = ngx_string("text/plain; version=0.0.4; charset=utf-8");
    ngx_http_complex_value_t body = {.value = ngx_null_string};
    if (ngx_http_discard_request_body(r) != NGX_OK)
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    u_char *to = body.value.data = ngx_pnalloc(r->pool, HEADS + 2 * GUARD_STATUSES * OF_A_STATUS +
                                                            all->sources.nelts * OF_A_SOURCE);
    if (to == NULL)
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    to = put_statuses(to, "fntoken_decisions_total", "Requests, by what was decided.",
                      guard_all_numbers->decisions);
    to = put_statuses(to, "fntoken_reported_total",
                      "Requests that were let in by fntoken report, by what would be decided.",
                      guard_all_numbers->reported);
    to = ngx_sprintf(to,
                     "# HELP fntoken_reporting_locations Locations with fntoken report, which let "
                     "everybody in.\n# TYPE fntoken_reporting_locations gauge\n"
                     "fntoken_reporting_locations %ui\n"
                     "# HELP fntoken_cache_hits_total Answers out of the cache.\n"
                     "# TYPE fntoken_cache_hits_total counter\nfntoken_cache_hits_total %uA\n"
                     "# HELP fntoken_cache_misses_total Tokens that had to be verified.\n"
                     "# TYPE fntoken_cache_misses_total counter\nfntoken_cache_misses_total %uA\n",
                     all->reporting, guard_all_numbers->hits, guard_all_numbers->misses);
    to = put_sources(to, all, workers);
    body.value.len = (size_t)(to - body.value.data);
    return ngx_http_send_response(r, NGX_HTTP_OK, &type, &body);
}
