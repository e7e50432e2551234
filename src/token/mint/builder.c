/* SPDX-License-Identifier: MIT */
#include "token/mint/builder.h"

#include "base/memory.h"
#include "base/utf8.h"

/* Valid UTF-8 without NUL, and not empty: what a strict reader of the minted token will take. */
static bool is_writable(span text)
{
    if (text.len == 0)
        return false;
    while (text.len > 0) {
        uint32_t c = 0;
        size_t len = utf8_next(text, &c);
        if (len == 0 || c == 0)
            return false;
        text = span_from(text, len);
    }
    return true;
}

static fnt_status set_once(char **at, size_t *len, span text)
{
    if (*at != NULL)
        return FNT_FAULT_ARGUMENT;
    *at = memory_strndup(text);
    *len = text.len;
    return *at == NULL ? FNT_FAULT_MEMORY : FNT_OK;
}

static fnt_status append(builder_list *list, span text)
{
    span *texts = memory_grow_array(list->at, list->count, sizeof *texts);
    if (texts == NULL)
        return FNT_FAULT_MEMORY;
    list->at = texts;
    char *copy = memory_strndup(text);
    if (copy == NULL)
        return FNT_FAULT_MEMORY;
    list->at[list->count++] = (span){copy, text.len};
    return FNT_OK;
}

fnt_status builder_new(fnt_claims **out)
{
    *out = memory_alloc(sizeof **out);
    return *out == NULL ? FNT_FAULT_MEMORY : FNT_OK;
}

fnt_status builder_add(fnt_claims *claims, int32_t claim, span text)
{
    if (!is_writable(text))
        return FNT_FAULT_PATTERN;
    switch (claim) {
    case FNT_CLAIM_ISSUER:
        return set_once(&claims->issuer, &claims->issuer_len, text);
    case FNT_CLAIM_SUBJECT:
        return set_once(&claims->subject, &claims->subject_len, text);
    case FNT_CLAIM_FED_ISSUER:
        return set_once(&claims->fed_issuer, &claims->fed_issuer_len, text);
    case FNT_CLAIM_AUDIENCE:
        return append(&claims->audiences, text);
    case FNT_CLAIM_PERMISSION:
        return append(&claims->permissions, text);
    case FNT_CLAIM_FUNCTION_AUDIENCE:
        return append(&claims->function_audiences, text);
    default: /* jti is always random, times come from now and ttl */
        return FNT_FAULT_UNSUPPORTED;
    }
}

static void clear(builder_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        memory_free((char *)(uintptr_t)list->at[i].at);
    memory_free(list->at);
}

void builder_free(fnt_claims *claims)
{
    if (claims == NULL)
        return;
    memory_free(claims->issuer);
    memory_free(claims->subject);
    memory_free(claims->fed_issuer);
    clear(&claims->audiences);
    clear(&claims->permissions);
    clear(&claims->function_audiences);
    memory_free(claims);
}
