/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Whose the keys are that workers leave to those after them. A reload may have put servers in
 * another order, or led a key request to another gateway, and what a source's number meant is
 * another's now. At one address nginx has one server of a name. The gateway is what the location of
 * key requests says of it: host, port and path, also by "set" and "rewrite", and its Host. */

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

ngx_int_t guard_name_owner(ngx_conf_t *cf, guard_source *source, const guard_location *at)
{
    const ngx_http_core_main_conf_t *all =
        ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    const ngx_str_t address = address_of(all, source->server);
    size_t size = source->key_request.len + source->issuer.len + address.len +
                  source->server->server_name.len + at->way.len + 5;
    source->owner.data = ngx_pnalloc(cf->pool, size);
    if (source->owner.data == NULL)
        return NGX_ERROR;
    source->owner.len =
        (size_t)(ngx_snprintf(source->owner.data, size, "%V %V %V %V %V\n", &source->key_request,
                              &source->issuer, &address, &source->server->server_name, &at->way) -
                 source->owner.data);
    return NGX_OK;
}
