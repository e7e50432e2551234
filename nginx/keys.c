/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* A source's keys: out of a file, or from the gateway; fnt_refresh says when. */

fnt_status guard_verifier_new(const guard_source *source, const fnt_keyset *keys)
{
    guard_state *state = source->state;
    fnt_status status = fnt_verifier_new((const char *)source->issuer.data, source->issuer.len,
                                         NULL, 0, keys, &state->verifier);
    if (status == FNT_OK)
        status = fnt_verifier_set(state->verifier, FNT_OPT_CACHE_ENTRIES, source->entries);
    if (status == FNT_OK)
        return status;
    fnt_verifier_free(state->verifier);
    state->verifier = NULL;
    return status;
}

/* Keys that were skipped, private halves that were dropped (rules 14 and 15): after what the whole
 * was. */
static void tell_entries(const ngx_str_t *from, const fnt_report *why, ngx_log_t *log)
{
    const char *said;
    for (size_t i = 1; (said = fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL)) != NULL; i++) {
        const char *kind = fnt_report_text(why, i, FNT_FIELD_KIND, NULL);
        ngx_uint_t level = ngx_strcmp(kind, "warning") == 0 ? NGX_LOG_WARN : NGX_LOG_NOTICE;
        ngx_log_error(level, log, 0, "fntoken: %V: %s", from, said);
    }
}

static fnt_status use_keys(const guard_source *source, const ngx_str_t *text, fnt_report *why)
{
    fnt_keyset *keys = NULL;
    fnt_status status = fnt_keyset_parse((const char *)text->data, text->len, 0, &keys, why);
    if (status == FNT_OK)
        status = fnt_verifier_set_keyset(source->state->verifier, keys);
    fnt_keyset_free(keys);
    return status;
}

/* ---- out of a file ----------------------------------------------------------- */

static ngx_int_t use_text(const guard_source *source, const ngx_str_t *text, ngx_log_t *log)
{
    fnt_report *why = NULL;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = use_keys(source, text, why);
    if (status == FNT_OK)
        tell_entries(&source->key_file, why, log);
    else
        ngx_log_error(NGX_LOG_ERR, log, 0, "fntoken: %V: %s", &source->key_file,
                      guard_sentence(why, status));
    fnt_report_free(why);
    return status == FNT_OK ? NGX_OK : NGX_ERROR;
}

static ngx_int_t load(const guard_source *source, ngx_log_t *log)
{
    ngx_str_t text;
    if (guard_file_read(&source->state->key_file, log, &text) != NGX_OK)
        return NGX_ERROR;
    ngx_int_t used = use_text(source, &text, log);
    ngx_free(text.data);
    if (used == NGX_OK)
        source->state->has_keys = 1;
    return used;
}

ngx_int_t guard_keys_load(const guard_source *source, ngx_log_t *log)
{
    guard_file_begin(&source->state->key_file);
    return load(source, log);
}

static void look_at_file(const guard_source *source, ngx_log_t *log)
{
    guard_file *file = &source->state->key_file;
    if (!guard_file_changed(file))
        return;
    guard_file_taken(file);
    if (load(source, log) == NGX_OK) {
        guard_note_keys(source, ngx_time());
        return;
    }
    guard_count_reload_failure(source);
    ngx_log_error(NGX_LOG_ERR, log, 0, "fntoken: the keys that were in %V before stay in use",
                  &file->path);
}

/* ---- from the gateway -------------------------------------------------------- */

static fnt_status refresh(const guard_source *source, int32_t event)
{
    return fnt_refresh(source->state->refresh, event, source->every, source->max_age, ngx_time());
}

/* Each takes up to three connections of the worker: of many servers a part are asked at a time, as
 * callers would have none left. */
enum { PART = 16, LEAST = 4 };

static ngx_uint_t fetching;

static ngx_uint_t may_fetch(void)
{
    return fetching < ngx_max(ngx_cycle->connection_n / PART, LEAST);
}

static void take(const guard_source *source, time_t since)
{
    source->state->has_keys = 1;
    source->state->keys_since = since;
    guard_note_keys(source, since);
}

static void end(const guard_source *source, const char *why)
{
    guard_state *state = source->state;
    if (why == NULL) {
        ngx_uint_t level = state->failing || !state->has_keys ? NGX_LOG_NOTICE : NGX_LOG_INFO;
        ngx_log_error(level, ngx_cycle->log, 0, "fntoken: keys were fetched through %V",
                      &source->key_request);
        take(source, ngx_time());
    } else {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "fntoken: keys could not be fetched through %V: %s; %s", &source->key_request,
                      why,
                      state->has_keys ? "those that there are stay in use"
                                      : "there are none, and requests are answered with 503");
        guard_count_reload_failure(source);
    }
    state->failing = why != NULL;
    fetching--;
    (void)refresh(source, why == NULL ? FNT_REFRESH_DONE : FNT_REFRESH_FAILED);
    guard_wake(&state->waiting);
}

static void on_keys(const guard_source *source, const ngx_str_t *body, const char *why)
{
    fnt_report *report = NULL;
    if (why == NULL) {
        fnt_status status = fnt_report_new(&report);
        if (status == FNT_OK)
            status = use_keys(source, body, report);
        if (status != FNT_OK)
            why = guard_sentence(report, status);
        else
            guard_keep_keys(source, body);
        if (status == FNT_OK && !source->state->has_keys) /* and not each period */
            tell_entries(&source->key_request, report, ngx_cycle->log);
    }
    end(source, why);
    fnt_report_free(report);
}

/* The path and query of a URL that fnt_discovery found good. */
static ngx_str_t path_of(char *uri, size_t len)
{
    char *host = strstr(uri, "://") + 3, *end = host + strcspn(host, "/?");
    if (*end != '/')
        return (ngx_str_t)ngx_string("/");
    return (ngx_str_t){len - (size_t)(end - uri), (u_char *)end};
}

static ngx_uint_t is_issuer(const guard_state *state, const char *found, size_t len)
{
    return state->issuer.len == len && ngx_memcmp(state->issuer.data, found, len) == 0;
}

/* The issuer of the first document is the issuer from then on (rule 39). */
static fnt_status fix_issuer(const guard_source *source, const char *found, size_t len)
{
    guard_state *state = source->state;
    if (state->verifier != NULL && !(state->adopted && !is_issuer(state, found, len)))
        return FNT_OK;
    if (state->verifier != NULL)
        state->retired = state->verifier; /* at most once: what is adopted comes first */
    state->verifier = NULL;
    state->adopted = state->has_keys = 0;
    ngx_free(state->issuer.data);
    state->issuer = (ngx_str_t)ngx_null_string;
    guard_source known = *source;
    known.issuer = (ngx_str_t){len, (u_char *)(uintptr_t)found};
    fnt_status status = guard_verifier_new(&known, NULL);
    if (status == FNT_OK)
        status = guard_revoked_use(source);
    u_char *kept = status == FNT_OK ? ngx_alloc(len + 1, ngx_cycle->log) : NULL;
    if (kept != NULL) {
        ngx_memcpy(kept, found, len);
        state->issuer = (ngx_str_t){len, kept};
        return FNT_OK;
    }
    fnt_verifier_free(state->verifier); /* one that knows no revocations lets nobody in */
    state->verifier = NULL;
    return status != FNT_OK ? status : FNT_FAULT_MEMORY;
}

static void on_document(const guard_source *source, const ngx_str_t *body, const char *why)
{
    char *uri = NULL, *found = NULL;
    size_t uri_len = 0, found_len = 0;
    fnt_report *report = NULL;
    const ngx_str_t none = ngx_null_string;
    const ngx_str_t *issuer = source->issuer.len != 0  ? &source->issuer
                              : source->state->adopted ? &none
                                                       : &source->state->issuer;
    if (why == NULL) {
        fnt_status status = fnt_report_new(&report);
        if (status == FNT_OK)
            status = fnt_discovery((const char *)body->data, body->len, NULL, 0,
                                   issuer->len != 0 ? (const char *)issuer->data : NULL,
                                   issuer->len, 0, &uri, &uri_len, &found, &found_len, report);
        if (status == FNT_OK)
            status = fix_issuer(source, found, found_len);
        if (status != FNT_OK)
            why = guard_sentence(report, status);
    }
    ngx_str_t path = why == NULL ? path_of(uri, uri_len) : (ngx_str_t)ngx_null_string;
    if (why == NULL && guard_fetch_start(source, &path, on_keys) != NGX_OK)
        why = "no connection is free for it";
    if (why != NULL)
        end(source, why);
    fnt_free(uri);
    fnt_free(found);
    fnt_report_free(report);
}

static void fetch(const guard_source *source)
{
    ngx_str_t path = ngx_string("/.well-known/openid-configuration");
    fetching++;
    if (guard_fetch_start(source, &path, on_document) != NGX_OK)
        end(source, "no connection is free for it");
}

static void drop(const guard_source *source, ngx_log_t *log)
{
    if (!source->state->has_keys ||
        fnt_verifier_set_keyset(source->state->verifier, NULL) != FNT_OK)
        return;
    source->state->has_keys = 0;
    guard_note_keys(source, 0);
    ngx_log_error(NGX_LOG_ERR, log, 0,
                  "fntoken: keys could not be fetched through %V for too long, and count no more; "
                  "requests are answered with 503",
                  &source->key_request);
}

void guard_keys_adopt(const guard_source *source, ngx_log_t *log)
{
    guard_state *state = source->state;
    ngx_str_t issuer, jwks;
    time_t since;
    fnt_keyset *keys = NULL;
    if (source->key_request.len == 0 || guard_kept_keys(source, &issuer, &jwks, &since) != NGX_OK)
        return;
    fnt_status status = FNT_FAULT_NOT_READY;
    if (ngx_time() - since <= source->max_age)
        status = fnt_keyset_parse((const char *)jwks.data, jwks.len, 0, &keys, NULL);
    if (status == FNT_OK)
        status = fix_issuer(source, (const char *)issuer.data, issuer.len);
    if (status == FNT_OK)
        status = fnt_verifier_set_keyset(state->verifier, keys);
    if (status == FNT_OK) {
        state->adopted = source->issuer.len == 0;
        take(source, since);
        ngx_log_error(NGX_LOG_INFO, log, 0, "fntoken: keys of another worker are used for %V",
                      &source->key_request);
    }
    fnt_keyset_free(keys);
    ngx_free(issuer.data);
}

/* ---- what is due ------------------------------------------------------------- */

enum { A_SECOND = 1000, SOON = 250 }; /* ms */

ngx_msec_t guard_keys_tick(const guard_source *source, ngx_log_t *log)
{
    ngx_uint_t may = may_fetch();
    fnt_status status = FNT_OK;
    if (source->key_file.len != 0) {
        look_at_file(source, log);
        return A_SECOND;
    }
    if (!ngx_exiting && may) { /* one that ends has to do with what there is */
        status = refresh(source, FNT_REFRESH_TICK);
        if (status == FNT_OK)
            fetch(source);
    }
    if (status == FNT_FAULT_NOT_READY || ngx_time() - source->state->keys_since > source->max_age)
        drop(source, log);
    return may ? A_SECOND : SOON;
}

ngx_uint_t guard_keys_unknown(const guard_source *source)
{
    if (source->key_request.len == 0 || ngx_exiting)
        return 0;
    if (source->state->fetch == NULL && may_fetch() &&
        refresh(source, FNT_REFRESH_UNKNOWN) == FNT_OK)
        fetch(source);
    return source->state->fetch != NULL;
}
