/* SPDX-License-Identifier: MIT */
/* What the module and the library in it ask memory of, for --wrap: each may fail. nginx's pools
 * hardly ever ask the heap, so that its failing alone would show little. */
#include <ngx_config.h>

#include <ngx_core.h>
#include <ngx_http.h>

#include "failing_heap.h"

#define WRAP(type, failed, name, parameters, arguments)                                            \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return heap_is_failing(1) ? (failed) : __real_##name arguments;                            \
    }

WRAP(void *, NULL, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, NULL, ngx_alloc, (size_t size, ngx_log_t *log), (size, log))
WRAP(void *, NULL, ngx_palloc, (ngx_pool_t * pool, size_t size), (pool, size))
WRAP(void *, NULL, ngx_pnalloc, (ngx_pool_t * pool, size_t size), (pool, size))
WRAP(void *, NULL, ngx_pcalloc, (ngx_pool_t * pool, size_t size), (pool, size))
WRAP(ngx_pool_t *, NULL, ngx_create_pool, (size_t size, ngx_log_t *log), (size, log))
WRAP(ngx_pool_cleanup_t *, NULL, ngx_pool_cleanup_add, (ngx_pool_t * pool, size_t size),
     (pool, size))
WRAP(ngx_array_t *, NULL, ngx_array_create, (ngx_pool_t * pool, ngx_uint_t count, size_t size),
     (pool, count, size))
WRAP(void *, NULL, ngx_array_push, (ngx_array_t * array), (array))
WRAP(void *, NULL, ngx_array_push_n, (ngx_array_t * array, ngx_uint_t count), (array, count))
WRAP(void *, NULL, ngx_list_push, (ngx_list_t * list), (list))
WRAP(void *, NULL, ngx_slab_calloc, (ngx_slab_pool_t * pool, size_t size), (pool, size))
WRAP(void *, NULL, ngx_slab_alloc_locked, (ngx_slab_pool_t * pool, size_t size), (pool, size))
WRAP(ngx_connection_t *, NULL, ngx_get_connection, (ngx_socket_t s, ngx_log_t *log), (s, log))
WRAP(ngx_int_t, NGX_ERROR, ngx_conf_full_name,
     (ngx_cycle_t * cycle, ngx_str_t *name, ngx_uint_t by), (cycle, name, by))
WRAP(ngx_shm_zone_t *, NULL, ngx_shared_memory_add,
     (ngx_conf_t * cf, ngx_str_t *name, size_t size, void *tag), (cf, name, size, tag))
WRAP(ngx_thread_pool_t *, NULL, ngx_thread_pool_add, (ngx_conf_t * cf, ngx_str_t *name), (cf, name))
WRAP(ngx_thread_task_t *, NULL, ngx_thread_task_alloc, (ngx_pool_t * pool, size_t size),
     (pool, size))
WRAP(ngx_int_t, NGX_ERROR, ngx_thread_task_post,
     (ngx_thread_pool_t * pool, ngx_thread_task_t *task), (pool, task))
WRAP(ngx_http_variable_t *, NULL, ngx_http_add_variable,
     (ngx_conf_t * cf, ngx_str_t *name, ngx_uint_t flags), (cf, name, flags))
WRAP(ngx_http_variable_value_t *, NULL, ngx_http_get_variable,
     (ngx_http_request_t * r, ngx_str_t *name, ngx_uint_t key), (r, name, key))
WRAP(ngx_int_t, NGX_ERROR, ngx_http_compile_complex_value,
     (ngx_http_compile_complex_value_t * compile), (compile))
WRAP(ngx_int_t, NGX_ERROR, ngx_http_complex_value,
     (ngx_http_request_t * r, ngx_http_complex_value_t *value, ngx_str_t *text), (r, value, text))
WRAP(ngx_int_t, NGX_ERROR, ngx_http_discard_request_body, (ngx_http_request_t * r), (r))
WRAP(ngx_int_t, NGX_ERROR, ngx_handle_read_event, (ngx_event_t * event, ngx_uint_t flags),
     (event, flags))
WRAP(ngx_int_t, NGX_ERROR, ngx_handle_write_event, (ngx_event_t * event, size_t low), (event, low))
