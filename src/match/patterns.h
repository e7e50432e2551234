/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_PATTERNS_H
#define FNT_MATCH_PATTERNS_H

#include "base/span.h"
#include "base/status.h"

/* A list of patterns compiled for asking "which of you matches?": immutable, any thread. It copies
 * their text, in one block of at most 100 bytes a pattern besides. Compiling takes time linear in
 * the list and its text. */
typedef struct patterns patterns;

/* list may be NULL if count is 0. FNT_OK or FNT_FAULT_MEMORY. */
fnt_status patterns_compile(const span *list, size_t count, patterns **out);
void patterns_free(patterns *set);

/* A set that is NULL has no pattern and matches nothing. */
size_t patterns_count(const patterns *set);
/* as it was given, a NUL behind it; absent behind the last */
span patterns_text(const patterns *set, size_t index);

/* Whether one matches. Any text may be asked about. In at most (text of the set) times resource.len
 * steps; without memory. */
bool patterns_match(const patterns *set, span resource);
/* The first in the order of the list that matches; count if none. For explanations: slower, within
 * the same bound. */
size_t patterns_first(const patterns *set, span resource);

#endif
