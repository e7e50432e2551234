/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_PATTERNS_H
#define FNT_MATCH_PATTERNS_H

#include "base/span.h"
#include "base/status.h"

/* A list of patterns, compiled for matching against all of them at once: immutable, any thread.
 * Holds a copy of their text and at most 100 bytes a pattern besides, in one block. Compiling takes
 * time linear in the list and its text. */
typedef struct patterns patterns;

/* list may be NULL if count is 0. FNT_OK or FNT_FAULT_MEMORY. */
fnt_status patterns_compile(const span *list, size_t count, patterns **out);
void patterns_free(patterns *set);

/* A set that is NULL has no pattern and matches nothing. */
size_t patterns_count(const patterns *set);
/* as it was given, NUL-terminated; absent after the last */
span patterns_text(const patterns *set, size_t index);

/* Whether one matches; resource may be any text. In at most (text of the set) times resource.len
 * steps; without memory. */
bool patterns_match(const patterns *set, span resource);
/* Whether one covers all of narrow, itself a pattern (pattern_covers), in so many steps, see
 * patterns_index.h; of several calls together. False with *steps 0: more are needed. */
bool patterns_cover(const patterns *set, span narrow, size_t *steps);
/* The same of patterns that are looked at once or twice, for which a set is too dear. */
bool patterns_any_covers(spans list, span narrow, size_t *steps);
/* Index of the first that matches, in the order of the list; count if none. For explanations:
 * slower, within the same bound. */
size_t patterns_first(const patterns *set, span resource);

#endif
