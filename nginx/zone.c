/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* What all workers share: numbers, which no decision reads; the last keys that one of them fetched,
 * so that those of a reload have keys from their first request on; and which lists of revocations
 * had entries, so that a reload does without none of them. */

enum { FOR_KEYS = 512 * 1024 }; /* of a source; what does not fit each worker fetches for itself */

guard_numbers *guard_all_numbers; /* a worker's, as pool is */
static ngx_slab_pool_t *pool;

/* That of the configuration that is in force, also while another one is read; NULL before there is
 * one. */
static const ngx_shm_zone_t *in_force(void)
{
    const volatile ngx_list_part_t *part = &ngx_cycle->shared_memory.part;
    for (; part != NULL; part = part->next) {
        const ngx_shm_zone_t *zone = part->elts;
        for (ngx_uint_t i = 0; i < part->nelts; i++)
            if (zone[i].tag == &ngx_http_fntoken_module)
                return zone[i].data != NULL ? &zone[i] : NULL;
    }
    return NULL;
}

/* Where an owner's keys are, whatever number its source had; NULL: nowhere. */
static guard_source_numbers *slot_of(guard_numbers *numbers, const ngx_str_t *owner)
{
    for (ngx_uint_t i = 0; owner->len != 0 && i < numbers->count; i++) {
        guard_source_numbers *at = &numbers->sources[i];
        if (at->kept != NULL && at->kept_len >= owner->len &&
            ngx_memcmp(at->kept, owner->data, owner->len) == 0)
            return at;
    }
    return NULL;
}

/* A worker that is killed may hold it, and its master unlocks it then, who is who waits here. */
static ngx_uint_t lock_soon(ngx_shmtx_t *mutex)
{
    for (ngx_uint_t tries = 0; tries < 100; tries++) {
        if (ngx_shmtx_trylock(mutex))
            return 1;
        ngx_msleep(1);
    }
    return 0;
}

/* Keys, out of the zone of before. */
static void take_over(const guard_main *all, ngx_slab_pool_t *slab, guard_numbers *numbers,
                      const ngx_shm_zone_t *last)
{
    ngx_slab_pool_t *from = (ngx_slab_pool_t *)(void *)last->shm.addr;
    guard_source *const *sources = all->sources.elts;
    if (!lock_soon(&from->mutex))
        return;
    for (ngx_uint_t i = 0; i < numbers->count; i++) {
        const guard_source_numbers *slot = slot_of(last->data, &sources[i]->owner);
        guard_source_numbers *to = &numbers->sources[i];
        to->kept = slot != NULL ? ngx_slab_alloc_locked(slab, slot->kept_len) : NULL;
        if (to->kept == NULL)
            continue;
        ngx_memcpy(to->kept, slot->kept, slot->kept_len);
        to->kept_len = slot->kept_len;
        to->kept_since = slot->kept_since;
    }
    ngx_shmtx_unlock(&from->mutex);
}

static ngx_int_t init_zone(ngx_shm_zone_t *zone, void *before)
{
    ngx_slab_pool_t *slab = (ngx_slab_pool_t *)(void *)zone->shm.addr;
    const guard_main *all = zone->data;
    const ngx_shm_zone_t *last = in_force();
    zone->data = before;
    if (before != NULL)
        return NGX_OK;
    guard_numbers *numbers =
        ngx_slab_calloc(slab, sizeof *numbers + all->sources.nelts * sizeof(guard_source_numbers));
    if (numbers == NULL)
        return NGX_ERROR;
    slab->log_nomem = 0;
    numbers->count = all->sources.nelts;
    if (last != NULL) {
        ngx_memcpy(numbers->lists, ((guard_numbers *)last->data)->lists, sizeof numbers->lists);
        take_over(all, slab, numbers, last);
    }
    zone->data = numbers;
    return NGX_OK;
}

/* In a worker, as a configuration that nginx gave up again had a zone too. */
void guard_enter_zone(const guard_main *all)
{
    pool = (ngx_slab_pool_t *)(void *)all->zone->shm.addr;
    guard_all_numbers = all->zone->data;
}

/* Another number of sources makes it another size, and what is counted begins anew then. */
ngx_int_t guard_add_zone(ngx_conf_t *cf)
{
    guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    ngx_str_t name = ngx_string("fntoken");
    size_t bytes = sizeof(guard_numbers) +
                   all->sources.nelts * (sizeof(guard_source_numbers) + (size_t)FOR_KEYS);
    size_t size = (8 + 2 * (bytes / ngx_pagesize + 1)) * ngx_pagesize;
    all->zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_fntoken_module);
    if (all->zone == NULL)
        return NGX_ERROR;
    all->zone->init = init_zone;
    all->zone->data = all;
    return NGX_OK;
}

/* ---- counting ------------------------------------------------------------------- */

void guard_count_decision(fnt_status as, ngx_uint_t reported)
{
    if (as >= 0 && as < GUARD_STATUSES)
        (void)ngx_atomic_fetch_add(
            reported ? &guard_all_numbers->reported[as] : &guard_all_numbers->decisions[as], 1);
}

void guard_count_cache(ngx_uint_t hit)
{
    (void)ngx_atomic_fetch_add(hit ? &guard_all_numbers->hits : &guard_all_numbers->misses, 1);
}

void guard_count_reload_failure(const guard_source *source)
{
    (void)ngx_atomic_fetch_add(&guard_all_numbers->sources[source->index].failures, 1);
}

void guard_note_keys(const guard_source *source, time_t since)
{
    ngx_uint_t worker = ngx_min(ngx_worker, GUARD_WORKERS - 1);
    if (ngx_exiting) /* the place is that of another by now */
        return;
    guard_all_numbers->sources[source->index].keys_since[worker] = (ngx_atomic_uint_t)since;
}

/* ---- lists of revocations --------------------------------------------------------- */

static uint64_t hash_of(const ngx_str_t *path)
{
    return (uint64_t)ngx_crc32_long(path->data, path->len) << 32 |
           ngx_murmur_hash2(path->data, path->len);
}

ngx_uint_t guard_had_list(const ngx_str_t *path)
{
    uint64_t hash = hash_of(path);
    const ngx_shm_zone_t *zone = in_force();
    const guard_numbers *numbers = zone != NULL ? zone->data : NULL;
    for (ngx_uint_t i = 0; numbers != NULL && i < GUARD_LISTS; i++)
        if (numbers->lists[i] == hash)
            return 1;
    return 0;
}

void guard_note_list(const ngx_str_t *path)
{
    uint64_t hash = hash_of(path);
    ngx_uint_t i = 0;
    if (guard_all_numbers == NULL) /* no worker's */
        return;
    ngx_shmtx_lock(&pool->mutex);
    uint64_t *lists = guard_all_numbers->lists;
    while (i < GUARD_LISTS && lists[i] != hash && lists[i] != 0)
        i++;
    if (i < GUARD_LISTS)
        lists[i] = hash;
    ngx_shmtx_unlock(&pool->mutex);
    if (i == GUARD_LISTS)
        ngx_log_error(
            NGX_LOG_WARN, ngx_cycle->log, 0,
            "fntoken: %V is not among the %d lists of revocations that a reload would miss", path,
            (int)GUARD_LISTS);
}

/* ---- keys ------------------------------------------------------------------------- */

/* A place for an owner's: where they are, or a free one; else what is there has no source any more,
 * or will be kept again. */
static guard_source_numbers *place_for(const guard_source *source)
{
    guard_source_numbers *at = slot_of(guard_all_numbers, &source->owner);
    for (ngx_uint_t i = 0; at == NULL && i < guard_all_numbers->count; i++)
        if (guard_all_numbers->sources[i].kept == NULL)
            at = &guard_all_numbers->sources[i];
    return at != NULL ? at : &guard_all_numbers->sources[source->index];
}

static void replace(guard_source_numbers *at, const ngx_str_t *owner, const ngx_str_t *issuer,
                    const ngx_str_t *jwks)
{
    size_t len = owner->len + issuer->len + 1 + jwks->len;
    if (at->kept != NULL)
        ngx_slab_free_locked(pool, at->kept);
    at->kept = ngx_slab_alloc_locked(pool, len);
    if (at->kept == NULL)
        return;
    u_char *to = ngx_cpymem(at->kept, owner->data, owner->len);
    to = ngx_cpymem(to, issuer->data, issuer->len);
    *to++ = '\n';
    ngx_memcpy(to, jwks->data, jwks->len);
    at->kept_len = len;
    at->kept_since = ngx_time();
}

void guard_keep_keys(const guard_source *source, const ngx_str_t *jwks)
{
    const ngx_str_t *issuer = source->issuer.len != 0 ? &source->issuer : &source->state->issuer;
    ngx_shmtx_lock(&pool->mutex);
    replace(place_for(source), &source->owner, issuer, jwks);
    ngx_shmtx_unlock(&pool->mutex);
}

static ngx_int_t copy(const guard_source_numbers *at, ngx_str_t *all, time_t *since)
{
    if (at == NULL)
        return NGX_DECLINED;
    *since = at->kept_since;
    all->len = at->kept_len;
    all->data = ngx_alloc(at->kept_len, ngx_cycle->log);
    if (all->data == NULL)
        return NGX_DECLINED;
    ngx_memcpy(all->data, at->kept, at->kept_len);
    return NGX_OK;
}

ngx_int_t guard_kept_keys(const guard_source *source, ngx_str_t *issuer, ngx_str_t *jwks,
                          time_t *since)
{
    const size_t head = source->owner.len;
    ngx_str_t all;
    ngx_shmtx_lock(&pool->mutex);
    ngx_int_t copied = copy(slot_of(guard_all_numbers, &source->owner), &all, since);
    ngx_shmtx_unlock(&pool->mutex);
    if (copied != NGX_OK)
        return copied;
    ngx_memmove(all.data, all.data + head, all.len - head);
    u_char *end = memchr(all.data, '\n', all.len - head);
    *issuer = (ngx_str_t){(size_t)(end - all.data), all.data};
    *jwks = (ngx_str_t){all.len - head - issuer->len - 1, end + 1};
    return NGX_OK;
}
