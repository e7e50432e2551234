/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Whose the keys are that workers leave to those after them. A reload may have put servers in
 * another order, or led a key request to another gateway, and what a source's number meant is
 * another's now. At one address nginx has one server of a name. Of the gateway host and port count,
 * where they are in the configuration and no variable's. */

static ngx_uint_t serves(const ngx_http_conf_addr_t *address,
                         const ngx_http_core_srv_conf_t *server)
{
    ngx_http_core_srv_conf_t *const *servers = address->servers.elts;
    for (ngx_uint_t i = 0; i < address->servers.nelts; i++)
        if (servers[i] == server)
            return 1;
    return 0;
}

/* The first address that it listens at. */
static ngx_str_t address_of(const ngx_http_core_main_conf_t *core,
                            const ngx_http_core_srv_conf_t *server)
{
    const ngx_http_conf_port_t *port = core->ports->elts;
    for (ngx_uint_t i = 0; i < core->ports->nelts; i++) {
        const ngx_http_conf_addr_t *address = port[i].addrs.elts;
        for (ngx_uint_t k = 0; k < port[i].addrs.nelts; k++)
            if (serves(&address[k], server))
                return address[k].opt.addr_text;
    }
    return (ngx_str_t)ngx_null_string;
}

const ngx_http_upstream_conf_t *guard_upstream_of(ngx_conf_t *cf,
                                                  const ngx_http_core_loc_conf_t *core,
                                                  const char *name)
{
    for (ngx_uint_t i = 0; cf->cycle->modules[i] != NULL; i++) {
        const ngx_module_t *module = cf->cycle->modules[i];
        if (ngx_strcmp(module->name, name) == 0)
            return core->loc_conf[module->ctx_index];
    }
    return NULL;
}

ngx_int_t guard_name_owner(ngx_conf_t *cf, guard_source *source,
                           const ngx_http_core_loc_conf_t *core)
{
    const ngx_http_core_main_conf_t *all =
        ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    const ngx_http_upstream_conf_t *proxy = guard_upstream_of(cf, core, "ngx_http_proxy_module");
    const ngx_http_upstream_srv_conf_t *upstream = /* NULL where a variable names it */
        proxy != NULL ? proxy->upstream : NULL;
    const ngx_str_t address = address_of(all, source->server), none = ngx_null_string;
    const ngx_str_t *gateway = upstream != NULL ? &upstream->host : &none;
    ngx_uint_t port = upstream != NULL ? upstream->port : 0;
    size_t size = source->key_request.len + source->issuer.len + address.len +
                  source->server->server_name.len + gateway->len + NGX_INT_T_LEN + 6;
    source->owner.data = ngx_pnalloc(cf->pool, size);
    if (source->owner.data == NULL)
        return NGX_ERROR;
    source->owner.len = (size_t)(ngx_snprintf(source->owner.data, size, "%V %V %V %V %V %ui\n",
                                              &source->key_request, &source->issuer, &address,
                                              &source->server->server_name, gateway, port) -
                                 source->owner.data);
    return NGX_OK;
}
