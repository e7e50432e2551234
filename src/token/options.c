/* SPDX-License-Identifier: MIT */
#include "token/options.h"

#include "keys/crypto/crypto.h"
#include "token/jwt.h"

enum { YEAR = 31536000 };

_Static_assert(1000 < JSON_NAMES, "FNT_OPT_MAX_HEADER_NAMES is met before the reader's own limit");
_Static_assert((ALGORITHMS_ASYMMETRIC | ALGORITHMS_HMAC) == 8191, "the header's FNT_ES256 ...");

static const struct {
    int64_t start, least, most;
} ranges[OPTIONS_COUNT] = {
    [FNT_OPT_LEEWAY - OPTIONS_FIRST] = {1, 0, 300},
    [FNT_OPT_MAX_AGE - OPTIONS_FIRST] = {0, 0, YEAR},
    [FNT_OPT_MAX_LIFETIME - OPTIONS_FIRST] = {0, 0, YEAR},
    [FNT_OPT_MAX_BYTES - OPTIONS_FIRST] = {16384, 1, 1 << 20},
    [FNT_OPT_ALGORITHMS - OPTIONS_FIRST] = {FNT_ES256, 1, ALGORITHMS_ASYMMETRIC | ALGORITHMS_HMAC},
    [FNT_OPT_ANY_KIND - OPTIONS_FIRST] = {0, 0, 1},
    [FNT_OPT_CACHE_ENTRIES - OPTIONS_FIRST] = {0, 0, 1 << 20},
    [FNT_OPT_CACHE_BYTES - OPTIONS_FIRST] = {0, 0, INT64_C(1) << 40},
    [FNT_OPT_MAX_TTL - OPTIONS_FIRST] = {43200, 1, YEAR},
    [FNT_OPT_CAP_AT_SUBJECT - OPTIONS_FIRST] = {0, 0, 1},
    [FNT_OPT_NARROWING - OPTIONS_FIRST] = {0, 0, 1},
    [FNT_OPT_MAX_HEADER_BYTES - OPTIONS_FIRST] = {JWT_HEADER_BYTES, 64, 1 << 20},
    [FNT_OPT_MAX_HEADER_NAMES - OPTIONS_FIRST] = {JWT_HEADER_NAMES, 1, 1000},
};

static bool has(const options *s, int32_t option)
{
    for (const int32_t *o = s->allowed; *o != 0; o++)
        if (*o == option)
            return true;
    return false;
}

void options_init(options *s, const int32_t *allowed)
{
    for (size_t i = 0; i < OPTIONS_COUNT; i++)
        s->value[i] = ranges[i].start;
    s->allowed = allowed;
    atomic_init(&s->frozen, false);
}

fnt_status options_set(options *s, int32_t option, int64_t value)
{
    if (!has(s, option))
        return FNT_FAULT_UNSUPPORTED;
    if (atomic_load_explicit(&s->frozen, memory_order_relaxed))
        return FNT_FAULT_STATE;
    int32_t i = option - OPTIONS_FIRST;
    if (value < ranges[i].least || value > ranges[i].most)
        return FNT_FAULT_ARGUMENT;
    if (option == FNT_OPT_ALGORITHMS && ((int32_t)value & ~crypto_algorithms()) != 0)
        return FNT_FAULT_UNSUPPORTED;
    s->value[i] = value;
    return FNT_OK;
}

int64_t options_get(const options *s, int32_t option)
{
    return has(s, option) ? s->value[option - OPTIONS_FIRST] : -1;
}
