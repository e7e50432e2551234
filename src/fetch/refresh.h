/* SPDX-License-Identifier: MIT */
#ifndef FNT_FETCH_REFRESH_H
#define FNT_FETCH_REFRESH_H

#include <stdint.h>

#include "base/status.h"

/* The work of fnt_refresh, for arguments in their ranges; see there. */
fnt_status refresh_step(int64_t state[8], int32_t event, int64_t every, int64_t max_age,
                        int64_t now);

#endif
