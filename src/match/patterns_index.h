/* SPDX-License-Identifier: MIT */
/* How a set of patterns finds the few that are worth asking. Only patterns.c includes this.
 *
 * Each pattern is filed under one key, made of text that whatever it matches must hold at a known
 * place:
 *
 *     kind       pattern                      its key                              examples
 *     literal    no star                      all of it                            dev:env, env
 *     namespace  ":" before the first star    text to the first ":"; and, if       dev:*, dev:*a*
 *                                             there is some, the head from there   dev:fn-*, dev:a*b
 *                                             to the first star, else the tail     dev:*-x
 *     name       else ":" behind the last     text from the last ":" on            *:env, a*:env
 *     affix      else begins or ends in text  the head, else the tail              env*, a*b*:c*d
 *     unindexed  all others                   none: the bytes that it needs        *, *a*:b*
 *
 * A text that is asked about is whole, has one front (to its first ":"), one back (from its last),
 * and heads and tails of many lengths. Notes say which lengths are in use: one word of bits for the
 * heads behind one front (or at the root) that begin in one byte, one for the tails that end in one
 * byte. So the text is hashed in two parts, and once more for each length in use, and only patterns
 * with an equal key are asked. Lengths go up to 30: of a longer head or tail, 30 bytes count.
 *
 * The table only chooses whom to ask. Each yes is a pattern's own yes, and nothing but time hangs
 * on the hash: notes may be shared, keys may be equal, by accident or on purpose. Purpose gains
 * little: a key says of what kind and length it is, so a pattern is asked at most once, and a chain
 * is walked at most once for each length that the text has. That keeps the bound of patterns.h
 * whatever the patterns are, so the hash needs no secret. */
#ifndef FNT_MATCH_PATTERNS_INDEX_H
#define FNT_MATCH_PATTERNS_INDEX_H

#include <stdint.h>

#include "base/span.h"

typedef struct {
    const char *at;
    uint32_t len;
    uint32_t head, tail; /* as pattern.h has them */
    uint32_t key;        /* of a loose one: the bytes it needs */
    uint32_t next;       /* in its chain: 1 + index, 0 at the end */
} index_entry;

typedef struct {
    index_entry *list;
    uint32_t *length_bitmaps; /* 2^bits */
    uint32_t *buckets;        /* 2^bits chains, found by the key's upper bits */
    unsigned bits;
    bool has_name_suffixes, has_affixes; /* whether there are such */
    uint32_t unindexed;                  /* chain */
} patterns_index;

/* bits for a set of count patterns: two to four chains a pattern. */
unsigned index_bits(size_t count);

/* A pattern by itself: its text, and where its stars are. text is to be shorter than 4 GiB. */
index_entry index_entry_of(span text);

/* Files list[index]. All else of a table begins as zero. */
void index_add(patterns_index *t, uint32_t index);

bool index_match(const patterns_index *t, span text);
/* The same without asking the table, which need not have been filled: quicker where there are few.
 */
bool index_match_few(const index_entry *list, size_t count, span text);

#endif
