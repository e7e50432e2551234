/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_OPTIONS_H
#define FNT_TOKEN_OPTIONS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/status.h"

/* The options of a verifier and a token service, each with its range. They are fixed by the first
 * call that judges a token: a later change would be a race, and is FNT_FAULT_STATE instead. */
enum { OPTIONS_FIRST = FNT_OPT_LEEWAY };
enum { OPTIONS_COUNT = FNT_OPT_MAX_HEADER_NAMES - OPTIONS_FIRST + 1 };

typedef struct {
    int64_t value[OPTIONS_COUNT];
    const int32_t *allowed; /* the options that this object has, ended by 0 */
    atomic_bool frozen;
} options;

/* Default values; allowed is static. */
void options_init(options *s, const int32_t *allowed);

/* FNT_OK; FNT_FAULT_UNSUPPORTED: no such option here, or an algorithm that this build lacks;
 * FNT_FAULT_ARGUMENT: out of range; FNT_FAULT_STATE: already in use. */
fnt_status options_set(options *s, int32_t option, int64_t value);

/* -1 for an option that this object does not have. */
int64_t options_get(const options *s, int32_t option);

static inline void options_freeze(options *s)
{
    /* a store on every request would be shared between threads */
    if (!atomic_load_explicit(&s->frozen, memory_order_relaxed))
        atomic_store_explicit(&s->frozen, true, memory_order_relaxed);
}

#endif
