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

/* ---- fntoken_key_file, fntoken_revoked ------------------------------------- */

static char *set_path(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    char *failed = ngx_conf_set_str_slot(cf, command, conf);
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
    if (at->revoked == NULL)
        at->revoked = ngx_array_create(cf->pool, 1, sizeof(ngx_str_t));
    ngx_str_t *path = at->revoked != NULL ? ngx_array_push(at->revoked) : NULL;
    if (path == NULL)
        return NGX_CONF_ERROR;
    *path = words[1];
    return ngx_conf_full_name(cf->cycle, path, 1) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}

/* ---- fntoken_key_request ---------------------------------------------------- */

static const char *set_seconds(ngx_str_t text, time_t least, time_t most, time_t *out)
{
    *out = ngx_parse_time(&text, 1);
    return *out == (time_t)NGX_ERROR || *out < least || *out > most ? "has a time that is none, or "
                                                                      "out of range"
                                                                    : NULL;
}

static char *set_key_request(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    guard_location *at = conf;
    const ngx_str_t *words = cf->args->elts;
    const char *wrong = NULL;
    (void)command;
    if (at->key_request.data != NULL)
        return "is duplicate";
    at->key_request = words[1];
    if (words[1].len < 2 || words[1].data[0] != '/' || words[1].data[words[1].len - 1] != '/')
        return "names no location; /NAME/ is expected, with a slash at both ends";
    for (ngx_uint_t i = 2; i < cf->args->nelts && wrong == NULL; i++) {
        ngx_str_t every = named(&words[i], "period="), max_age = named(&words[i], "max_age=");
        if (every.data != NULL)
            wrong = set_seconds(every, 1, 86400, &at->every);
        else if (max_age.data != NULL)
            wrong = set_seconds(max_age, 1, 31536000, &at->max_age);
        else
            wrong = "takes period=TIME and max_age=TIME, and nothing else";
    }
    return wrong != NULL ? (char *)(uintptr_t)wrong : NGX_CONF_OK;
}

/* ---- fntoken_function ------------------------------------------------------- */

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

static char *set_function(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    guard_location *at = conf;
    const ngx_str_t *words = cf->args->elts;
    guard_main *all = ngx_http_conf_get_module_main_conf(cf, ngx_http_fntoken_module);
    ngx_str_t header = named(&words[1], "header="), ns = ngx_null_string;
    const char *wrong = NULL;
    (void)command;
    if (at->function != NULL)
        return "is duplicate";
    guard_function *function = ngx_pcalloc(cf->pool, sizeof *function);
    guard_function **kept = ngx_array_push(&all->functions);
    if (function == NULL || kept == NULL)
        return NGX_CONF_ERROR;
    *kept = at->function = function;
    if (cf->args->nelts == 3 && (ns = named(&words[2], "namespace=")).data == NULL)
        return "takes namespace=NAME, and nothing else";
    if (header.data != NULL)
        function->from = FUNCTION_HEADER;
    else if (words[1].len == 4 && ngx_strncmp(words[1].data, "path", 4) == 0)
        function->from = FUNCTION_PATH;
    else
        wrong = compile_value(cf, words[1], function);
    if (function->from == FUNCTION_VALUE && ns.data != NULL)
        return "takes namespace=NAME beside \"path\" and \"header=\" alone";
    function->header = header;
    function->default_namespace = ns;
    return wrong != NULL ? (char *)(uintptr_t)wrong : NGX_CONF_OK;
}

/* ---- handlers --------------------------------------------------------------- */

static char *set_handler(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    guard_location *at = conf;
    ngx_http_core_loc_conf_t *core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    if (core->handler != NULL)
        return "stands beside something else that answers";
    at->answers = command->offset == OF(answers);
    core->handler = at->answers ? guard_answer : guard_status;
    return NGX_CONF_OK;
}

static ngx_conf_num_bounds_t entries_bounds = {ngx_conf_check_num_bounds, 0, 1048576};

ngx_command_t guard_commands[] = {
    {ngx_string("fntoken"), SETTING | NGX_CONF_TAKE1, set_mode, NGX_HTTP_LOC_CONF_OFFSET, OF(mode),
     modes},
    {ngx_string("fntoken_issuer"), SETTING | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
     NGX_HTTP_LOC_CONF_OFFSET, OF(issuer), NULL},
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
    {ngx_string("fntoken_answer"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_handler,
     NGX_HTTP_LOC_CONF_OFFSET, OF(answers), NULL},
    {ngx_string("fntoken_status"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_handler,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    ngx_null_command,
};
