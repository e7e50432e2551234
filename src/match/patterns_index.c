/* SPDX-License-Identifier: MIT */
#include "match/patterns_index.h"

#include <assert.h>

#include "match/pattern.h"

/* A key's lower bits tell its kind, the upper ones are the hash. An affix has a length of at least
 * 1, so that with length 0 there is a kind left for each of the others. */
enum { IN_NAMESPACE, ANYWHERE }; /* whether an affix follows a namespace, or belongs to any text */
enum { PREFIX, SUFFIX };
enum { LENGTH_BITS = 5, AFFIX_MAX = 30, KIND_BITS = LENGTH_BITS + 2, MAX_BITS = 32 - KIND_BITS };
#define KIND(scope, end, length)                                                                   \
    ((uint32_t)(scope) << (LENGTH_BITS + 1) | (uint32_t)(end) << LENGTH_BITS | (uint32_t)(length))
#define NAMESPACE KIND(IN_NAMESPACE, PREFIX, 0)
#define LITERAL KIND(IN_NAMESPACE, SUFFIX, 0)
#define NAME KIND(ANYWHERE, SUFFIX, 0)

_Static_assert(AFFIX_MAX < 1 << LENGTH_BITS, "a length is never cut off in a key");
_Static_assert(AFFIX_MAX < 32, "a length bitmap has a bit for each length");

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
    return (uint32_t)(hashed >> 32) >> KIND_BITS << KIND_BITS | kind;
}

/* Of a prefix of length bytes at start, or a suffix at the end of text; both lie in text. namespace
 * is the hash of what precedes start, 0 where nothing does. */
static inline uint32_t affix_key(span text, size_t start, uint64_t namespace, unsigned end,
                                 unsigned length)
{
    const char *at = end == PREFIX ? text.at + start : text.at + text.len - length;
    return key(join(namespace, hash(at, length)),
               KIND(start == 0 ? ANYWHERE : IN_NAMESPACE, end, length));
}

/* Of the prefixes that begin with that byte, or the suffixes that end with it. */
static inline uint32_t *length_bitmap(const patterns_index *t, uint64_t namespace, unsigned end,
                                      char byte)
{
    return &t->length_bitmaps[(namespace ^
                               ((uint64_t)(unsigned char)byte << 1 | end) * first_odd) >>
                              (64 - t->bits)];
}

static inline uint32_t *bucket(const patterns_index *t, uint32_t key)
{
    return &t->buckets[key >> (32 - t->bits)];
}

/* A set of bytes, by their lower five bits: letters and hyphen are told apart, digits share bits
 * with some of them. */
static uint32_t bytes_of(span s)
{
    uint32_t bytes = 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] != '*')
            bytes |= (uint32_t)1 << (s.at[i] & 31);
    return bytes;
}

/* A text is cut at its first colon, which both parts hold: a namespace ends with it, the rest
 * begins with it. Without a colon there is no namespace, and the rest is all. */
typedef struct {
    size_t namespace_len;     /* 0: none */
    uint64_t namespace, rest; /* hashes */
} cut;

static inline cut cut_text(span text)
{
    size_t colon = span_index(text, ':');
    if (colon == text.len)
        return (cut){0, 0, hash(text.at, text.len)};
    return (cut){colon + 1, hash(text.at, colon + 1), hash(text.at + colon, text.len - colon)};
}

/* Of the text from its last colon on; it has one. */
static inline uint32_t name_key(span text, const cut *c)
{
    span after = span_from(text, c->namespace_len);
    size_t colon = span_index(after, ':');
    if (colon == after.len)
        return key(c->rest, NAME);
    for (; colon < after.len; colon = span_index(after, ':'))
        after = span_from(after, colon + 1);
    return key(hash(after.at - 1, after.len + 1), NAME);
}

/* ---- adding -------------------------------------------------------------- */

unsigned index_bits(size_t count)
{
    unsigned bits = 2;
    while (bits < MAX_BITS && (size_t)1 << bits < count)
        bits++;
    return bits < MAX_BITS ? bits + 1 : bits;
}

index_entry index_entry_of(span text)
{
    return (index_entry){text.at,
                         (uint32_t)text.len,
                         (uint32_t)pattern_prefix(text),
                         (uint32_t)pattern_suffix(text),
                         0,
                         0};
}

static void chain(patterns_index *t, uint32_t *first, uint32_t index, uint32_t key)
{
    t->list[index].key = key;
    t->list[index].next = *first;
    *first = index + 1;
}

static void add_key(patterns_index *t, uint32_t index, uint32_t key)
{
    chain(t, bucket(t, key), index, key);
}

static inline unsigned clamp(size_t len)
{
    return len < AFFIX_MAX ? (unsigned)len : AFFIX_MAX;
}

/* By the prefix from start on or, where there is none, by the suffix. */
static void add_affix(patterns_index *t, uint32_t index, size_t start, uint64_t namespace)
{
    const index_entry *e = &t->list[index];
    span pattern = {e->at, e->len};
    assert(e->prefix > start || e->suffix > 0);
    unsigned end = e->prefix > start ? PREFIX : SUFFIX,
             length = clamp(end == PREFIX ? e->prefix - start : e->suffix);
    char byte = end == PREFIX ? e->at[start] : e->at[e->len - 1];
    *length_bitmap(t, namespace, end, byte) |= (uint32_t)1 << length;
    add_key(t, index, affix_key(pattern, start, namespace, end, length));
}

void index_add(patterns_index *t, uint32_t index)
{
    const index_entry *e = &t->list[index];
    span pattern = {e->at, e->len}, suffix = {e->at + e->len - e->suffix, e->suffix};
    cut c = cut_text(pattern);
    if (e->prefix == e->len) {
        add_key(t, index, key(join(c.namespace, c.rest), LITERAL));
    } else if (c.namespace_len > 0 && c.namespace_len <= e->prefix) {
        if (e->prefix > c.namespace_len || e->suffix > 0)
            add_affix(t, index, c.namespace_len, c.namespace);
        else
            add_key(t, index, key(c.namespace, NAMESPACE));
    } else if (span_index(suffix, ':') < suffix.len) {
        t->has_names = true;
        add_key(t, index, name_key(pattern, &c));
    } else if (e->prefix > 0 || e->suffix > 0) {
        t->has_affixes = true;
        add_affix(t, index, 0, 0);
    } else {
        chain(t, &t->unindexed, index, bytes_of(pattern));
    }
}

/* ---- matching ------------------------------------------------------------ */

static inline bool ends_with(span text, const char *at, size_t len)
{
    return span_equal((span){text.at + text.len - len, len}, (span){at, len});
}

/* The walk with a number of steps and the one without come out of one text, compiled twice, so that
 * a request does not pay for what an exchange counts. */
#if defined(__GNUC__)
#define TWICE inline __attribute__((always_inline))
#else
#define TWICE inline
#endif

/* steps: NULL for any number, here and in what follows. */
static TWICE bool step(size_t *steps, size_t count)
{
    if (steps == NULL)
        return true;
    bool enough = *steps > count;
    *steps = enough ? *steps - count : 0;
    return enough;
}

/* The pattern itself, whatever the index says. */
static TWICE bool matches(const index_entry *e, span text, size_t *steps)
{
    if (!step(steps, 1))
        return false;
    if (e->prefix == e->len)
        return span_equal(text, (span){e->at, e->len});
    size_t ends = (size_t)e->prefix + e->suffix;
    if (text.len < ends || !span_starts(text, (span){e->at, e->prefix}) ||
        !ends_with(text, e->at + e->len - e->suffix, e->suffix))
        return false;
    return ends + 1 == e->len ||
           (step(steps, text.len) && pattern_between((span){e->at + e->prefix, e->len - ends},
                                                     (span){text.at + e->prefix, text.len - ends}));
}

static TWICE bool match_chain(const patterns_index *t, span text, uint32_t key, size_t *steps)
{
    for (uint32_t i = *bucket(t, key); i != 0; i = t->list[i - 1].next)
        if (t->list[i - 1].key == key && matches(&t->list[i - 1], text, steps))
            return true;
    return false;
}

static TWICE bool match_lengths(const patterns_index *t, span text, size_t start,
                                uint64_t namespace, unsigned end, uint32_t lengths, size_t *steps)
{
    for (; lengths != 0; lengths &= lengths - 1)
        if (match_chain(t, text, affix_key(text, start, namespace, end, word_lowest(lengths)),
                        steps))
            return true;
    return false;
}

/* By prefixes and suffixes of what follows start. */
static TWICE bool match_affixes(const patterns_index *t, span text, size_t start,
                                uint64_t namespace, size_t *steps)
{
    if (start == text.len)
        return false;
    /* A bitmap may be another's too: no affix longer than the text is looked for. */
    uint32_t possible = ((uint32_t)2 << clamp(text.len - start)) - 1;
    return match_lengths(t, text, start, namespace, PREFIX,
                         *length_bitmap(t, namespace, PREFIX, text.at[start]) & possible, steps) ||
           match_lengths(t, text, start, namespace, SUFFIX,
                         *length_bitmap(t, namespace, SUFFIX, text.at[text.len - 1]) & possible,
                         steps);
}

static bool match_unindexed(const patterns_index *t, span text, size_t *steps)
{
    uint32_t missing = ~bytes_of(text);
    for (uint32_t i = t->unindexed; i != 0 && step(steps, 1); i = t->list[i - 1].next)
        if ((t->list[i - 1].key & missing) == 0 && matches(&t->list[i - 1], text, steps))
            return true;
    return false;
}

static TWICE bool match_all(const patterns_index *t, span text, const cut *c, size_t *steps)
{
    if (match_chain(t, text, key(join(c->namespace, c->rest), LITERAL), steps))
        return true;
    if (c->namespace_len > 0 && (match_chain(t, text, key(c->namespace, NAMESPACE), steps) ||
                                 match_affixes(t, text, c->namespace_len, c->namespace, steps)))
        return true;
    if (c->namespace_len > 0 && t->has_names && match_chain(t, text, name_key(text, c), steps))
        return true;
    return (t->has_affixes && match_affixes(t, text, 0, 0, steps)) ||
           (t->unindexed != 0 && match_unindexed(t, text, steps));
}

/* An absent text is the empty one; all above adds to its pointer. */
static inline span present(span text)
{
    return text.at == NULL ? SPAN("") : text;
}

bool index_match(const patterns_index *t, span text)
{
    text = present(text);
    cut c = cut_text(text);
    return match_all(t, text, &c, NULL);
}

bool index_match_within(const patterns_index *t, span text, size_t *steps)
{
    text = present(text);
    cut c = cut_text(text);
    return match_all(t, text, &c, steps);
}

bool index_match_few(const index_entry *list, size_t count, span text)
{
    text = present(text);
    for (const index_entry *end = list + count; list < end; list++)
        if (matches(list, text, NULL))
            return true;
    return false;
}

bool index_match_few_within(const index_entry *list, size_t count, span text, size_t *steps)
{
    text = present(text);
    for (const index_entry *end = list + count; list < end; list++)
        if (matches(list, text, steps))
            return true;
    return false;
}
