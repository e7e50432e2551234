/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_NGINX_GUARD_H
#define FNTOKEN_NGINX_GUARD_H

/* ngx_http_fntoken_module: the watchdog's check inside nginx. Configuration (guard_location,
 * guard_source, guard_function) is written while it is read and const ever after. A request writes
 * to its own guard_ctx and to numbers that no decision reads; what a worker knows of keys is
 * written by its timer and its key requests. */

#include <ngx_config.h>

#include <ngx_core.h>
#include <ngx_http.h>

#include <fntoken/fntoken.h>

typedef enum { GUARD_OFF, GUARD_ON, GUARD_REPORT } guard_mode;

/* ---- files that are looked at once a second ------------------------------ */

typedef struct {
    ino_t inode;
    off_t size; /* -1: it is not there */
    struct timespec modified, changed;
} guard_look;

typedef struct {
    ngx_str_t path;          /* with a NUL behind it */
    guard_look loaded, seen; /* of what is in force; the last one */
    ngx_uint_t moves;        /* looks in a row that found it being written */
    ngx_str_t text;          /* in force, from malloc; of lists of revocations alone */
} guard_file;

/* ---- where tokens come from ---------------------------------------------- */

typedef struct guard_fetch guard_fetch;

/* What one worker knows of a source: made before fork, then each worker's own. */
typedef struct {
    fnt_verifier *verifier; /* NULL until the issuer is known */
    fnt_verifier
        *retired;     /* of an issuer that a worker before this one knew; threads may hold it */
    ngx_str_t issuer; /* that of the first discovery document, from malloc */
    time_t keys_since;
    int64_t refresh[8]; /* fnt_refresh's */
    guard_file key_file;
    ngx_array_t revoked; /* guard_file */
    ngx_event_t tick;
    guard_fetch *fetch;    /* under way, or NULL */
    ngx_queue_t waiting;   /* guard_ctx: requests that wait for its end */
    unsigned failing : 1;  /* the last fetch failed, and that was told */
    unsigned has_keys : 1; /* some were set, and are not too old */
    unsigned adopted : 1;  /* the issuer is one that another worker found */
} guard_state;

/* One issuer, the place of its keys, and what is revoked: shared by all locations that name the
 * same. */
typedef struct {
    ngx_str_t issuer;      /* empty: the discovery document's counts */
    ngx_str_t key_file;    /* or */
    ngx_str_t key_request; /* "/_keys/": the location that leads to the gateway */
    time_t every, max_age;
    ngx_array_t *revoked; /* ngx_str_t; NULL: none */
    ngx_int_t entries;    /* of the cache */
    ngx_uint_t index;     /* among the sources */
    ngx_str_t owner;      /* of keys in the zone */
    ngx_http_core_srv_conf_t *server;
    ngx_listening_t listening; /* as if key requests had come in there */
    ngx_http_port_t port;
    ngx_http_in_addr_t address;
    const struct guard_location *at; /* the first that named it */
    guard_state *state;
} guard_source;

/* ---- configuration -------------------------------------------------------- */

/* Which function a location is. */
typedef struct {
    enum { FUNCTION_VALUE, FUNCTION_PATH, FUNCTION_HEADER } from;
    ngx_http_complex_value_t value; /* of FUNCTION_VALUE */
    ngx_str_t header;               /* of FUNCTION_HEADER: the one that names the request */
    ngx_str_t default_namespace;
} guard_function;

typedef struct guard_location {
    const ngx_http_core_loc_conf_t *core;
    const struct guard_location *outer; /* around it */
    ngx_str_t file;                     /* where it begins */
    ngx_uint_t line;
    ngx_uint_t mode; /* guard_mode */
    ngx_flag_t preflight, in_event_loop;
    ngx_uint_t satisfy_any;
    ngx_http_handler_pt handler; /* of fntoken_answer or fntoken_status; NULL: neither */
    ngx_str_t issuer, key_file, key_request;
    time_t every, max_age;
    ngx_int_t entries;
    ngx_array_t *revoked; /* ngx_str_t, of this level and those around it */
    guard_function *function;
    guard_source *source;
} guard_location;

typedef struct {
    ngx_array_t sources;   /* guard_source * */
    ngx_array_t locations; /* guard_place: all there are */
    ngx_array_t functions; /* guard_function * */
    ngx_uint_t reporting;  /* how many locations */
    ngx_thread_pool_t *pool;
    ngx_shm_zone_t *zone;
} guard_main;

typedef struct {
    ngx_http_core_srv_conf_t *server;
    const guard_location *at;
} guard_place;

extern ngx_module_t ngx_http_fntoken_module;
extern ngx_command_t guard_commands[];

void *guard_create_main(ngx_conf_t *cf);
void *guard_create_location(ngx_conf_t *cf);
char *guard_merge_location(ngx_conf_t *cf, void *outer, void *inner);

/* say.c: something about a location, with its place; NGX_ERROR. */
ngx_int_t guard_say(ngx_conf_t *cf, ngx_uint_t level, const guard_location *at, const char *form,
                    ...);

/* ---- owner.c -------------------------------------------------------------- */

/* What a module that asks another server has of nginx's upstream, with which its settings begin;
 * NULL: it is not there. */
const ngx_http_upstream_conf_t *guard_upstream_of(ngx_conf_t *cf,
                                                  const ngx_http_core_loc_conf_t *core,
                                                  const char *name);

/* Whose the keys are, after all has been read; core: the location of its key requests. */
ngx_int_t guard_name_owner(ngx_conf_t *cf, guard_source *source,
                           const ngx_http_core_loc_conf_t *core);

/* ---- sources.c ------------------------------------------------------------ */

/* The source that a location's settings name; NULL after a message. */
guard_source *guard_source_of(ngx_conf_t *cf, const guard_location *at);

/* After all has been read: whether the locations of key requests are what they must be. */
ngx_int_t guard_sources_check(ngx_conf_t *cf);

/* Whether a location is that of a source's key requests, or of some of them. */
ngx_uint_t guard_takes_keys(const ngx_http_core_loc_conf_t *core, const guard_source *source);

/* ---- files.c -------------------------------------------------------------- */

/* The bytes of a file, from malloc, at most 16 MiB; NGX_ERROR after a message. */
ngx_int_t guard_file_read(const guard_file *file, ngx_log_t *log, ngx_str_t *text);

/* What is there now is where changes begin. */
void guard_file_begin(guard_file *file);

/* At a worker's start: tells of one that it can't read again. */
void guard_file_try(const guard_file *file, ngx_log_t *log);

/* Whether it is another one than that in force, and as the last look saw it or older than a second:
 * a file that is being written is left alone, for five looks at most, as some are always. */
ngx_uint_t guard_file_changed(guard_file *file);

/* What was seen last is in force now, or was found useless: not to be read again. */
void guard_file_taken(guard_file *file);

/* ---- verify.c ------------------------------------------------------------- */

/* What is known of a request; its own. */
typedef struct guard_ctx {
    const guard_location *conf;
    ngx_http_request_t *request;
    fnt_verifier *verifier;
    fnt_status status;
    ngx_str_t resource;
    int64_t now;
    fnt_token *token;    /* who called, where that is known */
    fnt_report *report;  /* of a verification */
    const char *words;   /* why a request names no function, where that is more than status says */
    int64_t nanoseconds; /* that a verification took */
    ngx_queue_t queue;   /* of those in line, or of those that wait for keys */
    ngx_event_t patience;
    void (*then)(struct guard_ctx *ctx); /* once it was verified, or has waited */
    unsigned decided : 1;                /* status is the answer */
    unsigned in_line : 1;                /* for a thread */
    unsigned waiting : 1;                /* for keys */
    unsigned waited : 1;
    unsigned late : 1;         /* longer than callers have patience */
    unsigned asked_caller : 1; /* whose token it is, where that was denied */
} guard_ctx;

/* For the reason of a decision; NULL without memory. */
fnt_report *guard_report_new(void);

/* What a report says first, else what its status does. */
const char *guard_sentence(const fnt_report *report, fnt_status status);

/* The header Authorization; NULL: there is none. */
void guard_header_of(const guard_ctx *ctx, const char **text, size_t *len);

/* Verifies the token, in a thread or in the event loop. */
void guard_verify(guard_ctx *ctx);

/* Who called: a token that held, also where it does not cover the function; NULL: nobody known. */
const fnt_token *guard_caller(guard_ctx *ctx);

/* ---- line.c --------------------------------------------------------------- */

/* Has a token verified by a thread; then is called in the event loop. */
ngx_int_t guard_line_join(guard_ctx *ctx, void (*then)(guard_ctx *ctx));

/* The request ends. */
void guard_line_leave(guard_ctx *ctx);

/* ---- waiting.c ------------------------------------------------------------ */

/* Whether one more may wait: of a worker's connections a part, while a gateway is silent. */
ngx_uint_t guard_may_wait(void);

/* Has a request wait for keys; then is called once they were asked for, or it is late. */
void guard_wait(guard_ctx *ctx, ngx_queue_t *waiting, void (*then)(guard_ctx *ctx));
void guard_stop_waiting(guard_ctx *ctx);

/* Those that wait go on. */
void guard_wake(ngx_queue_t *waiting);

/* ---- request.c ------------------------------------------------------------ */

/* What will be known of a request, which frees it; NULL without memory. */
guard_ctx *guard_ctx_new(ngx_http_request_t *r, const guard_location *conf);

/* What was decided last about a request, in this location or before a redirect; NULL: nothing. */
guard_ctx *guard_last_decision(ngx_http_request_t *r);

/* Whether a request was let in because its token may. */
ngx_uint_t guard_is_permitted(ngx_http_request_t *r);

/* ---- keys.c, revoked.c ---------------------------------------------------- */

/* At a start: a file that can't be used stops it. */
ngx_int_t guard_keys_load(const guard_source *source, ngx_log_t *log);
ngx_int_t guard_revoked_load(const guard_source *source, ngx_log_t *log);

/* At a worker's start: what the lists hold is known to all from now on. */
void guard_revoked_begin(const guard_source *source, ngx_log_t *log);

/* All lists that were read, into force; only looked at where there is no verifier yet. */
fnt_status guard_revoked_use(const guard_source *source);

/* In a worker: what is due; when to look again, in ms. */
ngx_msec_t guard_keys_tick(const guard_source *source, ngx_log_t *log);
void guard_revoked_tick(const guard_source *source, ngx_log_t *log);

/* At a worker's start: the keys that another one fetched. */
void guard_keys_adopt(const guard_source *source, ngx_log_t *log);

/* A token's key is not known: true where keys are being fetched now, which is worth waiting for. */
ngx_uint_t guard_keys_unknown(const guard_source *source);

/* The verifier of a source whose issuer is known. */
fnt_status guard_verifier_new(const guard_source *source, const fnt_keyset *keys);

/* ---- fetch.c -------------------------------------------------------------- */

/* Told once: a body, or why there is none. */
typedef void (*guard_fetched)(const guard_source *source, const ngx_str_t *body, const char *why);

/* Asks the source's location for path, a path at the gateway with its query, as a request of
 * nobody's: over a socket pair, one end of which nginx serves like any connection. */
ngx_int_t guard_fetch_start(const guard_source *source, const ngx_str_t *path, guard_fetched told);

/* The source whose request a connection has; NULL: a caller's. */
const guard_source *guard_fetch_source(const ngx_connection_t *c);

/* ---- guard.c -------------------------------------------------------------- */

ngx_int_t guard_on_post_read(ngx_http_request_t *r);
ngx_int_t guard_on_preaccess(ngx_http_request_t *r);

/* Before the other checks, where all have to let in; after them, where any may: whom another one
 * lets in is not asked for a token then, and what is refused here is the answer. */
ngx_int_t guard_on_access(ngx_http_request_t *r);
ngx_int_t guard_on_last_access(ngx_http_request_t *r);

/* ---- function.c ----------------------------------------------------------- */

/* The function that a request means, into *resource: FNT_OK, FNT_DENIED_..., and in *words perhaps
 * why, or FNT_FAULT_... */
fnt_status guard_function_of(ngx_http_request_t *r, const guard_function *function,
                             ngx_str_t *resource, const char **words);

/* Values of fntoken_function are asked anew after each redirect and in each subrequest. */
void guard_functions_anew(ngx_conf_t *cf);

/* forward.c: whether a header makes another method of a request's, for some servers. */
ngx_uint_t guard_names_method(const ngx_str_t *key);

/* forward.c: the text of the one header that names the request (rule 41). */
fnt_status guard_forwarded(const ngx_http_request_t *r, const ngx_str_t *name, ngx_str_t *target,
                           const char **words);

/* ---- answer.c ------------------------------------------------------------- */

/* Answers a refusal as a watchdog does, and ends the request: NGX_DONE. words: NULL for those of
 * the status. */
ngx_int_t guard_refuse(ngx_http_request_t *r, fnt_status status, const char *words);

/* The content handler of fntoken_answer. */
ngx_int_t guard_answer(ngx_http_request_t *r);

/* A header of the answer; NGX_ERROR without memory. Both live as long as the request. */
ngx_int_t guard_add_header(ngx_http_request_t *r, const char *name, ngx_str_t value);

/* ---- variables.c ---------------------------------------------------------- */

ngx_int_t guard_add_variables(ngx_conf_t *cf);

/* Text of somebody else's, percent-encoded but for visible ASCII: itself where nothing changes.
 * NGX_ERROR without memory. */
ngx_int_t guard_escape(ngx_pool_t *pool, const char *text, size_t len, ngx_str_t *out);

/* ---- zone.c: what all workers share, over a reload too ----------------------- */

enum { GUARD_STATUSES = 320, GUARD_WORKERS = 64, GUARD_LISTS = 256 };

typedef struct {
    ngx_atomic_t failures;
    ngx_atomic_t
        keys_since[GUARD_WORKERS]; /* 0: no keys; of more workers the last ones share one */
    u_char *kept;                  /* keys, under the pool's lock: whose they are, and the JWKS */
    size_t kept_len;
    time_t kept_since;
} guard_source_numbers;

typedef struct {
    uint64_t lists[GUARD_LISTS]; /* of revocations that had entries: hashes of their paths */
    ngx_uint_t count;            /* of sources */
    ngx_atomic_t decisions[GUARD_STATUSES], reported[GUARD_STATUSES], hits, misses;
    guard_source_numbers sources[];
} guard_numbers;

extern guard_numbers *guard_all_numbers; /* in the zone */

ngx_int_t guard_add_zone(ngx_conf_t *cf);
void guard_enter_zone(const guard_main *all);

/* Keys for workers to come. */
void guard_keep_keys(const guard_source *source, const ngx_str_t *jwks);

/* The same, from malloc: whose they are, and since when they count; NGX_DECLINED where there are
 * none. */
ngx_int_t guard_kept_keys(const guard_source *source, ngx_str_t *issuer, ngx_str_t *jwks,
                          time_t *since);

/* A list of revocations has entries; whether one had some since nginx was started. */
void guard_note_list(const ngx_str_t *path);
ngx_uint_t guard_had_list(const ngx_str_t *path);

void guard_count_decision(fnt_status status, ngx_uint_t reported);
void guard_count_cache(ngx_uint_t hit);
void guard_count_reload_failure(const guard_source *source);
void guard_note_keys(const guard_source *source, time_t since); /* 0: there are none */
ngx_int_t guard_status(ngx_http_request_t *r);

#endif
