/* SPDX-License-Identifier: MIT */
/* The C library's fnmatch, one pattern after the other. */
#include <fnmatch.h>
#include <stdlib.h>

#include "matcher.h"
#include "measure.h"

static void *compile(lines patterns)
{
    lines *own = malloc(sizeof *own);
    if (own == NULL)
        bench_fail("malloc");
    *own = patterns;
    return own;
}

static int match(void *compiled, const char *text, size_t len)
{
    const lines *patterns = compiled;
    (void)len;
    for (size_t i = 0; i < patterns->count; i++)
        if (fnmatch(patterns->at[i], text, 0) == 0)
            return 1;
    return 0;
}

int main(int argc, char **argv)
{
    static const matcher m = {compile, match, free, "of the C library"};
    return matcher_main(&m, argc, argv);
}
