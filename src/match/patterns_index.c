/* SPDX-License-Identifier: MIT */
#include "match/patterns_index.h"

#include "base/word.h"
#include "match/pattern.h"

/* A key's lower bits say what it is of, the upper ones are the hash. Where there is no head or
 * tail, its length says what else. */
enum { FRONT, ROOT };
enum { HEAD, TAIL };
enum { LENGTH_BITS = 5, LONG = 30, LOW_BITS = LENGTH_BITS + 2, MAX_BITS = 32 - LOW_BITS };
#define KIND(place, end, length)                                                                   \
    ((uint32_t)(place) << (LENGTH_BITS + 1) | (uint32_t)(end) << LENGTH_BITS | (uint32_t)(length))
#define FRONT_ALONE KIND(FRONT, HEAD, 0)
#define WHOLE KIND(FRONT, TAIL, 0)
#define BACK KIND(ROOT, TAIL, 0)

/* ---- hashing: the upper bits are the good ones --------------------------- */

static const uint64_t first_odd = UINT64_C(0x9e3779b97f4a7c15),
                      second_odd = UINT64_C(0xbf58476d1ce4e5b9);

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * first_odd ^ (b ^ b >> 29) * second_odd;
    return (x ^ x >> 32) * first_odd;
}

/* These texts are short: mostly two loads, which may overlap. */
static inline uint64_t hash(const char *at, size_t len)
{
    uint64_t more = len;
    if (len == 0)
        return 0;
    if (len < 4)
        return mix((uint64_t)(unsigned char)at[0] << 16 |
                       (uint64_t)(unsigned char)at[len / 2] << 8 | (unsigned char)at[len - 1],
                   len);
    if (len < 8)
        return mix(word_load_half(at) << 32 | word_load_half(at + len - 4), len);
    for (; len > 16; at += 8, len -= 8)
        more = mix(word_load(at), more);
    return mix(word_load(at), word_load(at + len - 8) + more);
}

static inline uint64_t join(uint64_t a, uint64_t b)
{
    return (a + (b << 23 | b >> 41)) * second_odd;
}

static inline uint32_t key(uint64_t hashed, uint32_t kind)
{
    return (uint32_t)(hashed >> 32) >> LOW_BITS << LOW_BITS | kind;
}

/* Of length bytes at start or, a tail, at the end of text, which are there; front is the hash of
 * what precedes start, 0 at the root. */
static inline uint32_t affix_key(span text, size_t start, uint64_t prefix, unsigned end,
                                 unsigned length)
{
    const char *at = end == HEAD ? text.at + start : text.at + text.len - length;
    return key(join(prefix, hash(at, length)), KIND(start == 0 ? ROOT : FRONT, end, length));
}

/* Of the lengths of heads that begin, or tails that end, in that byte. */
static inline uint32_t *length_bitmap(const patterns_index *t, uint64_t prefix, unsigned end,
                                      char byte)
{
    return &t->length_bitmaps[(prefix ^ ((uint64_t)(unsigned char)byte << 1 | end) * first_odd) >>
                              (64 - t->bits)];
}

static inline uint32_t *bucket(const patterns_index *t, uint32_t under)
{
    return &t->buckets[under >> (32 - t->bits)];
}

/* By the lower five bits: letters and hyphen apart, digits fall together with some. */
static uint32_t bytes_of(span s)
{
    uint32_t bytes = 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] != '*')
            bytes |= (uint32_t)1 << (s.at[i] & 31);
    return bytes;
}

/* Where a text is cut: its front ends behind the first colon, its rest begins with it. Without one
 * there is no front. */
typedef struct {
    size_t prefix;
    uint64_t of_front, of_rest; /* hashes */
} cut;

static inline cut cut_text(span text)
{
    size_t colon = word_index(text, 0, ':');
    if (colon == text.len)
        return (cut){0, 0, hash(text.at, text.len)};
    return (cut){colon + 1, hash(text.at, colon + 1), hash(text.at + colon, text.len - colon)};
}

/* Of the text from its last colon on; front is its first one's. */
static inline uint32_t name_suffix_key(span text, const cut *c)
{
    size_t last = c->prefix - 1, next = word_index(text, c->prefix, ':');
    if (next == text.len)
        return key(c->of_rest, BACK);
    for (; next < text.len; next = word_index(text, next + 1, ':'))
        last = next;
    return key(hash(text.at + last, text.len - last), BACK);
}

/* ---- filing -------------------------------------------------------------- */

unsigned index_bits(size_t count)
{
    unsigned bits = 2;
    while (bits < MAX_BITS && (size_t)1 << bits < count)
        bits++;
    return bits < MAX_BITS ? bits + 1 : bits;
}

index_entry index_entry_of(span text)
{
    return (index_entry){
        text.at, (uint32_t)text.len, (uint32_t)pattern_head(text), (uint32_t)pattern_tail(text), 0,
        0};
}

static void chain(patterns_index *t, uint32_t *first, uint32_t index, uint32_t under)
{
    t->list[index].key = under;
    t->list[index].next = *first;
    *first = index + 1;
}

static void index_under(patterns_index *t, uint32_t index, uint32_t under)
{
    chain(t, bucket(t, under), index, under);
}

static inline unsigned clamp(size_t len)
{
    return len < LONG ? (unsigned)len : LONG;
}

/* Behind start, the end of the front, by its head or else its tail, of which there is one. */
static void index_under_affix(patterns_index *t, uint32_t index, size_t start, uint64_t prefix)
{
    const index_entry *f = &t->list[index];
    span pattern = {f->at, f->len};
    unsigned end = f->head > start ? HEAD : TAIL,
             length = clamp(end == HEAD ? f->head - start : f->tail);
    *length_bitmap(t, prefix, end, end == HEAD ? f->at[start] : f->at[f->len - 1]) |= (uint32_t)1
                                                                                      << length;
    index_under(t, index, affix_key(pattern, start, prefix, end, length));
}

void index_add(patterns_index *t, uint32_t index)
{
    const index_entry *f = &t->list[index];
    span pattern = {f->at, f->len};
    cut c = cut_text(pattern);
    if (f->head == f->len) {
        index_under(t, index, key(join(c.of_front, c.of_rest), WHOLE));
    } else if (c.prefix > 0 && c.prefix <= f->head) {
        if (f->head > c.prefix || f->tail > 0)
            index_under_affix(t, index, c.prefix, c.of_front);
        else
            index_under(t, index, key(c.of_front, FRONT_ALONE));
    } else if (word_index(pattern, f->len - f->tail, ':') < f->len) {
        t->has_name_suffixes = true;
        index_under(t, index, name_suffix_key(pattern, &c));
    } else if (f->head > 0 || f->tail > 0) {
        t->has_affixes = true;
        index_under_affix(t, index, 0, 0);
    } else {
        chain(t, &t->unindexed, index, bytes_of(pattern));
    }
}

/* ---- asking -------------------------------------------------------------- */

static inline bool matches(const index_entry *f, span text)
{
    if (f->head == f->len)
        return text.len == f->len && word_equal(text.at, f->at, f->len);
    size_t ends = (size_t)f->head + f->tail;
    if (text.len < ends || !word_equal(text.at, f->at, f->head) ||
        !word_equal(text.at + text.len - f->tail, f->at + f->len - f->tail, f->tail))
        return false;
    return ends + 1 == f->len || pattern_between((span){f->at + f->head, f->len - ends},
                                                 (span){text.at + f->head, text.len - ends});
}

static inline bool match_chain(const patterns_index *t, span text, uint32_t under)
{
    for (uint32_t i = *bucket(t, under); i != 0; i = t->list[i - 1].next)
        if (t->list[i - 1].key == under && matches(&t->list[i - 1], text))
            return true;
    return false;
}

static inline bool match_lengths(const patterns_index *t, span text, size_t start, uint64_t prefix,
                                 unsigned end, uint32_t lengths)
{
    for (; lengths != 0; lengths &= lengths - 1)
        if (match_chain(t, text, affix_key(text, start, prefix, end, word_lowest(lengths))))
            return true;
    return false;
}

/* By heads and tails of what stands behind start. */
static inline bool match_affixes(const patterns_index *t, span text, size_t start, uint64_t prefix)
{
    if (start == text.len)
        return false;
    /* notes may be shared: none may be longer than its text */
    uint32_t possible = ((uint32_t)2 << clamp(text.len - start)) - 1;
    return match_lengths(t, text, start, prefix, HEAD,
                         *length_bitmap(t, prefix, HEAD, text.at[start]) & possible) ||
           match_lengths(t, text, start, prefix, TAIL,
                         *length_bitmap(t, prefix, TAIL, text.at[text.len - 1]) & possible);
}

static bool match_unindexed(const patterns_index *t, span text)
{
    uint32_t missing = ~bytes_of(text);
    for (uint32_t i = t->unindexed; i != 0; i = t->list[i - 1].next)
        if ((t->list[i - 1].key & missing) == 0 && matches(&t->list[i - 1], text))
            return true;
    return false;
}

static inline bool match_all(const patterns_index *t, span text, const cut *c)
{
    if (match_chain(t, text, key(join(c->of_front, c->of_rest), WHOLE)))
        return true;
    if (c->prefix > 0 && (match_chain(t, text, key(c->of_front, FRONT_ALONE)) ||
                          match_affixes(t, text, c->prefix, c->of_front)))
        return true;
    if (c->prefix > 0 && t->has_name_suffixes && match_chain(t, text, name_suffix_key(text, c)))
        return true;
    return (t->has_affixes && match_affixes(t, text, 0, 0)) ||
           (t->unindexed != 0 && match_unindexed(t, text));
}

/* From here on there are places in it. */
static inline span present(span text)
{
    return text.at == NULL ? SPAN("") : text;
}

bool index_match(const patterns_index *t, span text)
{
    text = present(text);
    cut c = cut_text(text);
    return match_all(t, text, &c);
}

bool index_match_few(const index_entry *list, size_t count, span text)
{
    text = present(text);
    for (const index_entry *end = list + count; list < end; list++)
        if (matches(list, text))
            return true;
    return false;
}
