/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* The directives, each written into the level where it stands. */

#define SETTING NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF
#define OF(field) offsetof(guard_location, field)

static ngx_conf_enum_t modes[] = {{ngx_string("off"), GUARD_OFF},
                                  {ngx_string("on"), GUARD_ON},
                                  {ngx_string("report"), GUARD_REPORT},
                                  {ngx_null_string, 0}};
static ngx_conf_enum_t ways[] = {
    {ngx_string("all"), 0}, {ngx_string("any"), 1}, {ngx_null_string, 0}};

static char *set_mode(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    const guard_location *at = conf;
    char *failed = ngx_conf_set_enum_slot(cf, command, conf);
    if (failed == NGX_CONF_OK && at->mode == GUARD_REPORT && (cf->cmd_type & NGX_HTTP_MAIN_CONF))
        return "lets everybody in, and can't do so for all servers at once: say \"report\" in each "
               "server or location that it is meant for";
    return failed;
}

/* The value of NAME=VALUE, or an empty text. */
static ngx_str_t named(const ngx_str_t *word, const char *name)
{
    size_t len = ngx_strlen(name);
    if (word->len <= len || ngx_strncmp(word->data, name, len) != 0)
        return (ngx_str_t)ngx_null_string;
    return (ngx_str_t){word->len - len, word->data + len};
}

/* ---- texts and files ------------------------------------------------------- */

static char *set_text(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    const ngx_str_t *words = cf->args->elts;
    if (words[1].len == 0)
        return "is empty";
    return ngx_conf_set_str_slot(cf, command, conf);
}

static char *set_path(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    char *failed = set_text(cf, command, conf);
    if (failed != NGX_CONF_OK)
        return failed;
    ngx_str_t *path = (ngx_str_t *)(void *)((char *)conf + command->offset);
    return ngx_conf_full_name(cf->cycle, path, 1) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}

static char *add_revoked(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    guard_location *at = conf;
    const ngx_str_t *words = cf->args->elts;
    (void)command;
    if (words[1].len == 0)
        return "is empty";
    if (at->revoked == NULL)
        at->revoked = ngx_array_create(cf->pool, 1, sizeof(ngx_str_t));
    ngx_str_t *path = at->revoked != NULL ? ngx_array_push(at->revoked) : NULL;
    if (path == NULL)
        return NGX_CONF_ERROR;
    *path = words[1];
    return ngx_conf_full_name(cf->cycle, path, 1) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}

/* ---- fntoken_key_request ---------------------------------------------------- */

enum { PERIOD = 300, MAX_AGE = 86400, MOST_PERIOD = 86400, MOST_MAX_AGE = 31536000 };

static const char *set_seconds(ngx_str_t text, time_t most, time_t *out)
{
    if (*out != 0)
        return "has a time twice";
    *out = ngx_parse_time(&text, 1);
    return *out == (time_t)NGX_ERROR || *out < 1 || *out > most
               ? "has a time that is none, or out of range: a period is 1s to 1d, and max_age 1s "
                 "to 365d"
               : NULL;
}

static const char *set_times(guard_location *at, const ngx_str_t *words, ngx_uint_t count)
{
    const char *wrong = NULL;
    for (ngx_uint_t i = 0; i < count && wrong == NULL; i++) {
        ngx_str_t every = named(&words[i], "period="), max_age = named(&words[i], "max_age=");
        if (every.data != NULL)
            wrong = set_seconds(every, MOST_PERIOD, &at->every);
        else if (max_age.data != NULL)
            wrong = set_seconds(max_age, MOST_MAX_AGE, &at->max_age);
        else
            wrong = "takes period=TIME and max_age=TIME, and nothing else";
    }
    at->every = at->every != 0 ? at->every : PERIOD;
    at->max_age = at->max_age != 0 ? at->max_age : MAX_AGE;
    if (wrong == NULL && at->max_age < at->every)
        wrong = "has a max_age shorter than its period, which is 300s where it is not said: keys "
                "would be too old before they are asked for again";
    return wrong;
}

static char *set_key_request(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    guard_location *at = conf;
    const ngx_str_t *words = cf->args->elts;
    (void)command;
    if (at->key_request.data != NULL)
        return "is duplicate";
    at->key_request = words[1];
    if (words[1].len < 2 || words[1].data[0] != '/' || words[1].data[words[1].len - 1] != '/')
        return "names no location; /NAME/ is expected, with a slash at both ends";
    return (char *)(uintptr_t)set_times(at, words + 2, cf->args->nelts - 2);
}

/* ---- fntoken_function ------------------------------------------------------- */

static ngx_uint_t is_namespace(const ngx_str_t *ns)
{
    char buf[FNT_RESOURCE_MAX];
    size_t len = 0;
    return fnt_resource_from_path(FNT_STR("/function/x"), (const char *)ns->data, ns->len, buf,
                                  sizeof buf, &len, NULL) == FNT_OK;
}

/* One that nginx does not drop. */
static ngx_uint_t is_header(const ngx_str_t *name)
{
    for (size_t i = 0; i < name->len; i++) {
        u_char c = ngx_tolower(name->data[i]);
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-')
            return 0;
    }
    return 1;
}

static const char *compile_value(ngx_conf_t *cf, ngx_str_t text, guard_function *function)
{
    ngx_http_compile_complex_value_t compile = {
        .cf = cf, .value = &text, .complex_value = &function->value};
    if (ngx_http_compile_complex_value(&compile) != NGX_OK)
        return NGX_CONF_ERROR;
    if (function->value.lengths == NULL &&
        fnt_pattern_match(FNT_STR("*"), (const char *)text.data, text.len) != FNT_OK)
        return "names no function; NAMESPACE:NAME is expected, both of lower-case letters, digits "
               "and hyphens, or \"path\", or \"header=NAME\"";
    return NULL;
}

static const char *set_namespace(guard_function *function, const ngx_str_t *word)
{
    function->default_namespace = named(word, "namespace=");
    if (function->from == FUNCTION_VALUE)
        return "takes namespace=NAME beside \"path\" and \"header=\" alone";
    if (function->default_namespace.data == NULL)
        return "takes namespace=NAME, and nothing else";
    if (!is_namespace(&function->default_namespace))
        return "has a namespace that is none: up to 63 lower-case letters, digits and inner "
               "hyphens are expected";
    return NULL;
}

static const char *read_function(ngx_conf_t *cf, guard_function *function)
{
    const ngx_str_t *words = cf->args->elts;
    const char *wrong = NULL;
    function->header = named(&words[1], "header=");
    if (function->header.data != NULL)
        function->from = FUNCTION_HEADER;
    else if (words[1].len == 4 && ngx_strncmp(words[1].data, "path", 4) == 0)
        function->from = FUNCTION_PATH;
    else
        wrong = compile_value(cf, words[1], function);
    if (!is_header(&function->header))
        wrong = "names no header: letters, digits and hyphens are expected";
    return wrong == NULL && cf->args->nelts == 3 ? set_namespace(function, &words[2]) : wrong;
}

static char *set_function(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    guard_location *at = conf;
    guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    (void)command;
    if (at->function != NULL)
        return "is duplicate";
    guard_function *function = ngx_pcalloc(cf->pool, sizeof *function);
    guard_function **kept = ngx_array_push(&all->functions);
    if (function == NULL || kept == NULL)
        return NGX_CONF_ERROR;
    *kept = at->function = function;
    return (char *)(uintptr_t)read_function(cf, function);
}

/* ---- handlers --------------------------------------------------------------- */

/* What answers a location may also be said after this; guard_merge_location finds that. */
static char *set_handler(ngx_conf_t *cf, guard_location *at, ngx_http_handler_pt handler)
{
    ngx_http_core_loc_conf_t *core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    if (at->handler == handler)
        return "is duplicate";
    if (core->handler != NULL)
        return "stands beside something else that answers";
    core->handler = at->handler = handler;
    return NGX_CONF_OK;
}

static char *set_answer(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    (void)command;
    return set_handler(cf, conf, guard_answer);
}

static char *set_status(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    (void)command;
    return set_handler(cf, conf, guard_status);
}

static ngx_conf_num_bounds_t entries_bounds = {ngx_conf_check_num_bounds, 0, 1048576};

ngx_command_t guard_commands[] = {
    {ngx_string("fntoken"), SETTING | NGX_CONF_TAKE1, set_mode, NGX_HTTP_LOC_CONF_OFFSET, OF(mode),
     modes},
    {ngx_string("fntoken_issuer"), SETTING | NGX_CONF_TAKE1, set_text, NGX_HTTP_LOC_CONF_OFFSET,
     OF(issuer), NULL},
    {ngx_string("fntoken_key_file"), SETTING | NGX_CONF_TAKE1, set_path, NGX_HTTP_LOC_CONF_OFFSET,
     OF(key_file), NULL},
    {ngx_string("fntoken_key_request"), SETTING | NGX_CONF_TAKE123, set_key_request,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("fntoken_revoked"), SETTING | NGX_CONF_TAKE1, add_revoked, NGX_HTTP_LOC_CONF_OFFSET,
     0, NULL},
    {ngx_string("fntoken_function"), SETTING | NGX_CONF_TAKE12, set_function,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("fntoken_cache"), SETTING | NGX_CONF_TAKE1, ngx_conf_set_num_slot,
     NGX_HTTP_LOC_CONF_OFFSET, OF(entries), &entries_bounds},
    {ngx_string("fntoken_preflight"), SETTING | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, OF(preflight), NULL},
    {ngx_string("fntoken_inline"), SETTING | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, OF(in_event_loop), NULL},
    {ngx_string("fntoken_satisfy"), SETTING | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, OF(satisfy_any), ways},
    {ngx_string("fntoken_answer"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_answer,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("fntoken_status"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_status,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    ngx_null_command,
};
