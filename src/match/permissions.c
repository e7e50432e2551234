/* SPDX-License-Identifier: MIT */
#include "match/permissions.h"

#include "base/memory.h"

fnt_status permissions_compile(spans permissions, spans audience, fnt_patterns **out)
{
    fnt_patterns *compiled = memory_alloc(sizeof *compiled);
    if (compiled == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = patterns_compile(permissions.at, permissions.count, &compiled->permissions);
    if (status == FNT_OK)
        status = patterns_compile(audience.at, audience.count, &compiled->audience);
    if (status == FNT_OK)
        *out = compiled;
    else
        permissions_free(compiled);
    return status;
}

void permissions_free(fnt_patterns *compiled)
{
    if (compiled == NULL)
        return;
    patterns_free(compiled->permissions);
    patterns_free(compiled->audience);
    memory_free(compiled);
}
