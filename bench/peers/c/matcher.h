/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_MATCHER_H
#define FNT_BENCH_MATCHER_H

#include "lines.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a peer that matches brings. compile makes something of patterns, or answers NULL if they are
 * too many for it; match answers 1 or 0. */
typedef struct {
    void *(*compile)(lines patterns);
    int (*match)(void *compiled, const char *text, size_t len);
    void (*drop)(void *compiled);
    const char *version;
} matcher;

/* The main of such a peer: PEER FOLDER COUNT... */
int matcher_main(const matcher *m, int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
