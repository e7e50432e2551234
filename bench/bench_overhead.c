/* SPDX-License-Identifier: MIT */
/* All that fnt_authorize does to a new token besides signature and hash, in turn with what cJSON
 * takes for the same header and payload. Linked with no_crypto.c. */
#include <time.h>

#include "measure.h"
#include "paths.h"

enum { CALLS = 2000 };

int main(void)
{
    static paths p;
    paths_make(&p, (int64_t)time(NULL), 1);
    timing_pair t = measure_pair(path_uncached, &p, CALLS, path_cjson, &p, CALLS);
    tell_timing("overhead_ns", t.first);
    tell_timing("cjson_ns", t.second);
    tell("overhead_to_cjson_ratio", t.ratio);
    paths_free(&p);
    return 0;
}
