/* SPDX-License-Identifier: MIT */
/* How a set of patterns finds the few that are worth asking. Only patterns.c includes this.
 *
 * Each pattern is filed under one key, made of text that whatever it matches must hold at a known place:
 *
 *     place    patterns                            key                                                   example
 *     front    with ":" before the first star      text to the first ":", and the text from there to     dev:env, dev:*, dev:fn-*
 *                                                  the first star; or, if that is empty, the tail        dev:*-x (tail "-x")
 *     back     else, with ":" behind the last      text from the last ":" on                             *:env, a*:env, *b:env
 *     root     else, that begin or end in text     text to the first star; or, if empty, the tail        env, a*b*:c*d, *x
 *     loose    all others                          none: the set of bytes that it needs                  *, *a*:b*
 *
 * A text that is asked about has one front (to its first ":"), one back (from its last), and as many heads and tails as there are
 * lengths of them among the patterns, which are noted once for the root and once for each front. So it is hashed a few times, once for
 * each length in use, and only patterns with an equal key are asked.
 *
 * The table only chooses whom to ask. Each yes is pattern_match's yes, and nothing but time hangs on the hash: fronts may share a
 * note, keys may be equal by accident or on purpose. Purpose gains little: a key says which place, end and length it is of, so a
 * pattern is asked at most once, and a chain is walked at most once for each length that the text has. That keeps the bound of
 * patterns.h whatever the patterns are, so the hash needs no secret. */
#ifndef FNT_MATCH_PATTERNS_TABLE_H
#define FNT_MATCH_PATTERNS_TABLE_H

#include <stdint.h>

#include "base/span.h"

typedef struct {
    span text;
    uint32_t key;  /* of a loose one: the bytes it needs */
    uint32_t next; /* in its chain: 1 + index, 0 at the end */
} filed;

/* A bit a length in use. Bit 30 is "30 or longer", of which 30 bytes count; bit 31 of heads is "up to the end": a pattern without a
 * star. There is no tail of length 0. */
typedef struct {
    uint32_t heads, tails;
} lengths;

typedef struct {
    filed *list;
    lengths *fronts;   /* 2^bits, found by the front's hash */
    uint32_t *buckets; /* 2^bits chains, found by the key's upper bits */
    unsigned bits;
    bool backs; /* there is one filed in back */
    lengths root;
    uint32_t loose; /* chain */
} table;

/* bits for a set of count patterns: of either array at least two elements a pattern, and fewer than four, if there is a pattern. */
unsigned table_bits(size_t count);

/* Files list[index], whose text is set. All else of a table begins as zero. */
void table_add(table *t, uint32_t index);

bool table_match(const table *t, span text);

#endif
