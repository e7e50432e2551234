/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* nginx's own way of saying a place knows that of a directive alone, and all blocks are read by
 * now. */
ngx_int_t guard_say(ngx_conf_t *cf, ngx_uint_t level, const guard_location *at, const char *form,
                    ...)
{
    u_char text[NGX_MAX_CONF_ERRSTR];
    ngx_str_t said = {0, text};
    va_list more;
    va_start(more, form);
    said.len = (size_t)(ngx_vslprintf(text, text + sizeof text, form, more) - text);
    va_end(more);
    const ngx_str_t *name = &at->core->name; /* a server has none */
    ngx_log_error(level, cf->log, 0, "%s%V%s: %V in %V:%ui",
                  name->len != 0 ? "location \"" : "server", name, name->len != 0 ? "\"" : "",
                  &said, &at->file, at->line);
    return NGX_ERROR;
}
