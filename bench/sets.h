/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_SETS_H
#define FNT_BENCH_SETS_H

#include "base/span.h"

/* Sets of patterns, and resources to ask about; the same on every run. */
enum { SET_TEXT = 48, SET_MOST = 10000, SET_RESOURCES = 1000 };

typedef struct {
    char text[SET_MOST][SET_TEXT];
    span list[SET_MOST];
    size_t count;
} set;

typedef void set_maker(set *to, size_t count, unsigned spaces);

/* spaces: how many namespaces it is about.
 *
 *     mix       what policies hold: 60% ns:fn, 20% ns:*, 10% ns:fn-*, 5% *:fn, 5% ns:*-x
 *     general   a*b*:c*d
 *     loose     *ab*:*cd*      */
void set_mix(set *to, size_t count, unsigned spaces);
void set_general(set *to, size_t count, unsigned spaces);
void set_loose(set *to, size_t count, unsigned spaces);

/* SET_RESOURCES of them, half from the patterns, with stars filled in, half of the same kind,
 * matched or not. */
void set_resources(set *to, const set *from, unsigned spaces);

/* One that nothing in the set matches, in the first pattern's namespace. */
void set_miss(const set *from, char to[SET_TEXT]);

#endif
