/* SPDX-License-Identifier: MIT */
/* How a set of patterns finds the few that could match a text. Only patterns.c includes this.
 *
 * Each pattern is in the index under one key, made of text that whatever it matches must hold at a
 * known position. Its prefix is what stands before its first star, its suffix what follows its
 * last:
 *
 *     kind       pattern                      key                                 examples
 *     literal    no star                      all of it                           dev:env, env
 *     namespace  ":" in the prefix            text to the first ":"; and, if      dev:*, dev:*a*
 *                                             there is some, the rest of the      dev:fn-*, dev:a*b
 *                                             prefix, else the suffix             dev:*-x
 *     name       else ":" in the suffix       text from the last ":" on           *:env, a*:env
 *     affix      else a prefix or suffix      the prefix, else the suffix         env*, a*b*:c*d
 *     unindexed  all others                   none; the bytes that it needs       *, *a*:b*
 *
 * A text has one literal key, one namespace (to its first ":"), one name (from its last), and
 * prefixes and suffixes of many lengths. Length bitmaps say which lengths are in use: one word of
 * bits for the prefixes that follow one namespace (or none) and begin with one byte, one for the
 * suffixes that end with one byte. So the text is hashed in two parts, and once more for each
 * length in use, and only patterns with an equal key are tried. Of a prefix or suffix of more than
 * 30 bytes, 30 count.
 *
 * The index only selects candidates: each hit is matched again, so collisions of bitmaps and keys
 * cost time only. Chosen collisions are bounded too: a key encodes kind and length, so a pattern is
 * tried at most once, and a chain is walked at most once for each length that the text has. That
 * keeps the bound of patterns.h whatever the patterns are, hence no secret seed. */
#ifndef FNT_MATCH_PATTERNS_INDEX_H
#define FNT_MATCH_PATTERNS_INDEX_H

#include <stdint.h>

#include "base/span.h"

typedef struct {
    const char *at;
    uint32_t len;
    uint32_t prefix, suffix; /* their lengths, as pattern.h has them */
    uint32_t key;            /* of an unindexed one: the bytes it needs */
    uint32_t next;           /* in its chain: 1 + index, 0 at the end */
} index_entry;

typedef struct {
    index_entry *list;
    uint32_t *length_bitmaps; /* 2^bits */
    uint32_t *buckets;        /* 2^bits chains, found by the key's upper bits */
    unsigned bits;
    bool has_names, has_affixes; /* whether there are patterns of these kinds */
    uint32_t unindexed;          /* chain */
} patterns_index;

/* bits for a set of count patterns: two to four buckets a pattern. */
unsigned index_bits(size_t count);

/* A pattern by itself: its text, and where its stars are. text is to be shorter than 4 GiB. */
index_entry index_entry_of(span text);

/* Adds list[index]. The other members of an index start as zero. */
void index_add(patterns_index *t, uint32_t index);

bool index_match(const patterns_index *t, span text);
/* The same, in so many steps: one for a pattern that is tried, and one for each byte of the text
 * that has to be searched for what stands between two stars. False with *steps 0: more are
 * needed. */
bool index_match_within(const patterns_index *t, span text, size_t *steps);
bool index_match_few_within(const index_entry *list, size_t count, span text, size_t *steps);
/* The same from the list alone, without an index: quicker where there are few. */
bool index_match_few(const index_entry *list, size_t count, span text);

#endif
