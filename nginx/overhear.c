/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* What a location says of where its requests go, written down while nginx reads it: the modules
 * that a directive belongs to keep what they made of it to themselves. nginx asks one module after
 * the other for a directive's name, and this one stands before them: it notes the words and hands
 * them on. */

static char *overhear(ngx_conf_t *cf, ngx_command_t *command, void *conf);

static ngx_command_t commands[] = {
    {ngx_string("proxy_pass"), 0, overhear, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("proxy_set_header"), 0, overhear, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("rewrite"), 0, overhear, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("set"), 0, overhear, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    ngx_null_command};

static ngx_http_module_t context;

ngx_module_t ngx_http_fntoken_overhear_module = {
    NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE,       NULL, NULL, NULL, NULL,
    NULL,          NULL,     NULL,     NGX_MODULE_V1_PADDING,
};

static ngx_uint_t is_named(const ngx_command_t *command, const ngx_str_t *name)
{
    return command->name.len == name->len &&
           ngx_memcmp(command->name.data, name->data, name->len) == 0;
}

/* The directive of this name that another module has; NULL: none has. */
static ngx_command_t *theirs(const ngx_conf_t *cf, const ngx_str_t *name,
                             const ngx_module_t **module)
{
    for (ngx_uint_t i = 0; cf->cycle->modules[i] != NULL; i++) {
        *module = cf->cycle->modules[i];
        ngx_command_t *command = (*module)->commands;
        if ((*module)->type != NGX_HTTP_MODULE || command == NULL || command == commands)
            continue;
        for (; command->name.len != 0; command++)
            if (is_named(command, name))
                return command;
    }
    return NULL;
}

/* Where it may stand, and how many words it has, is theirs to say. */
void guard_overhear(ngx_conf_t *cf)
{
    const ngx_module_t *module;
    for (ngx_command_t *ours = commands; ours->name.len != 0; ours++) {
        const ngx_command_t *command = theirs(cf, &ours->name, &module);
        ours->type = command != NULL ? command->type : 0;
    }
}

static ngx_int_t write_down(ngx_conf_t *cf, guard_location *at)
{
    const ngx_str_t *words = cf->args->elts;
    size_t size = at->way.len + 1;
    for (ngx_uint_t i = 0; i < cf->args->nelts; i++)
        size += words[i].len + 1;
    u_char *all = ngx_pnalloc(cf->pool, size), *end = all;
    if (all == NULL)
        return NGX_ERROR;
    if (at->way.len != 0)
        end = ngx_cpymem(end, at->way.data, at->way.len);
    for (ngx_uint_t i = 0; i < cf->args->nelts; i++)
        end = ngx_sprintf(end, "%V ", &words[i]);
    *end++ = ';';
    at->way = (ngx_str_t){(size_t)(end - all), all};
    return NGX_OK;
}

static char *overhear(ngx_conf_t *cf, ngx_command_t *command, void *conf)
{
    const ngx_module_t *module;
    ngx_command_t *on = theirs(cf, &command->name, &module);
    guard_location *at = ngx_http_conf_get_module_loc_conf(cf, ngx_http_fntoken_module);
    (void)conf;
    if (on == NULL || ((cf->cmd_type & NGX_HTTP_LOC_CONF) != 0 && write_down(cf, at) != NGX_OK))
        return NGX_CONF_ERROR;
    void **all = *(void ***)(void *)((char *)cf->ctx + on->conf);
    return on->set(cf, on, all[module->ctx_index]);
}
