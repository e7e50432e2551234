/* SPDX-License-Identifier: MIT */
#include "match/patterns_index.h"

#include "base/word.h"
#include "match/pattern.h"

/* A key's lower bits say what it is of, the upper ones are the hash. Where there is no head or tail, its length says what else. */
enum { FRONT, ROOT };
enum { HEAD, TAIL };
enum { LENGTH_BITS = 5, LONG = 30, LOW_BITS = LENGTH_BITS + 2, MAX_BITS = 32 - LOW_BITS };
#define KIND(place, end, length) ((uint32_t)(place) << (LENGTH_BITS + 1) | (uint32_t)(end) << LENGTH_BITS | (uint32_t)(length))
#define FRONT_ALONE              KIND(FRONT, HEAD, 0)
#define WHOLE                    KIND(FRONT, TAIL, 0)
#define BACK                     KIND(ROOT, TAIL, 0)

/* ---- hashing: the upper bits are the good ones ------------------------------------------------------------------------- */

static const uint64_t first_odd = UINT64_C(0x9e3779b97f4a7c15), second_odd = UINT64_C(0xbf58476d1ce4e5b9);

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
        return mix((uint64_t)(unsigned char)at[0] << 16 | (uint64_t)(unsigned char)at[len / 2] << 8 | (unsigned char)at[len - 1], len);
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

/* Of length bytes at start or, a tail, at the end of text, which are there; front is the hash of what precedes start, 0 at the root. */
static inline uint32_t affix_key(span text, size_t start, uint64_t front, unsigned end, unsigned length)
{
    const char *at = end == HEAD ? text.at + start : text.at + text.len - length;
    return key(join(front, hash(at, length)), KIND(start == 0 ? ROOT : FRONT, end, length));
}

/* Of the lengths of heads that begin, or tails that end, in that byte. */
static inline uint32_t *note(const table *t, uint64_t front, unsigned end, char byte)
{
    return &t->notes[(front ^ ((uint64_t)(unsigned char)byte << 1 | end) * first_odd) >> (64 - t->bits)];
}

static inline uint32_t *bucket(const table *t, uint32_t under)
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

/* Where a text is cut: its front ends behind the first colon, its rest begins with it. Without one there is no front. */
typedef struct {
    size_t front;
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
static inline uint32_t back_key(span text, const cut *c)
{
    size_t last = c->front - 1, next = word_index(text, c->front, ':');
    if (next == text.len)
        return key(c->of_rest, BACK);
    for (; next < text.len; next = word_index(text, next + 1, ':'))
        last = next;
    return key(hash(text.at + last, text.len - last), BACK);
}

/* ---- filing ------------------------------------------------------------------------------------------------------------ */

unsigned table_bits(size_t count)
{
    unsigned bits = 2;
    while (bits < MAX_BITS && (size_t)1 << bits < count)
        bits++;
    return bits < MAX_BITS ? bits + 1 : bits;
}

filed table_pattern(span text)
{
    return (filed){text.at, (uint32_t)text.len, (uint32_t)pattern_head(text), (uint32_t)pattern_tail(text), 0, 0};
}

static void chain(table *t, uint32_t *first, uint32_t index, uint32_t under)
{
    t->list[index].key = under;
    t->list[index].next = *first;
    *first = index + 1;
}

static void file(table *t, uint32_t index, uint32_t under)
{
    chain(t, bucket(t, under), index, under);
}

static inline unsigned clamp(size_t len)
{
    return len < LONG ? (unsigned)len : LONG;
}

/* Behind start, the end of the front, by its head or else its tail, of which there is one. */
static void file_affix(table *t, uint32_t index, size_t start, uint64_t front)
{
    const filed *f = &t->list[index];
    span pattern = {f->at, f->len};
    unsigned end = f->head > start ? HEAD : TAIL, length = clamp(end == HEAD ? f->head - start : f->tail);
    *note(t, front, end, end == HEAD ? f->at[start] : f->at[f->len - 1]) |= (uint32_t)1 << length;
    file(t, index, affix_key(pattern, start, front, end, length));
}

void table_add(table *t, uint32_t index)
{
    const filed *f = &t->list[index];
    span pattern = {f->at, f->len};
    cut c = cut_text(pattern);
    if (f->head == f->len) {
        file(t, index, key(join(c.of_front, c.of_rest), WHOLE));
    } else if (c.front > 0 && c.front <= f->head) {
        if (f->head > c.front || f->tail > 0)
            file_affix(t, index, c.front, c.of_front);
        else
            file(t, index, key(c.of_front, FRONT_ALONE));
    } else if (word_index(pattern, f->len - f->tail, ':') < f->len) {
        t->backs = true;
        file(t, index, back_key(pattern, &c));
    } else if (f->head > 0 || f->tail > 0) {
        t->roots = true;
        file_affix(t, index, 0, 0);
    } else {
        chain(t, &t->loose, index, bytes_of(pattern));
    }
}

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

static inline bool matches(const filed *f, span text)
{
    if (f->head == f->len)
        return text.len == f->len && word_equal(text.at, f->at, f->len);
    size_t ends = (size_t)f->head + f->tail;
    if (text.len < ends || !word_equal(text.at, f->at, f->head) ||
        !word_equal(text.at + text.len - f->tail, f->at + f->len - f->tail, f->tail))
        return false;
    return ends + 1 == f->len || pattern_between((span){f->at + f->head, f->len - ends}, (span){text.at + f->head, text.len - ends});
}

static inline bool ask(const table *t, span text, uint32_t under)
{
    for (uint32_t i = *bucket(t, under); i != 0; i = t->list[i - 1].next)
        if (t->list[i - 1].key == under && matches(&t->list[i - 1], text))
            return true;
    return false;
}

static inline bool ask_lengths(const table *t, span text, size_t start, uint64_t front, unsigned end, uint32_t lengths)
{
    for (; lengths != 0; lengths &= lengths - 1)
        if (ask(t, text, affix_key(text, start, front, end, word_lowest(lengths))))
            return true;
    return false;
}

/* By heads and tails of what stands behind start. */
static inline bool ask_affixes(const table *t, span text, size_t start, uint64_t front)
{
    if (start == text.len)
        return false;
    uint32_t possible = ((uint32_t)2 << clamp(text.len - start)) - 1; /* notes may be shared: none may be longer than its text */
    return ask_lengths(t, text, start, front, HEAD, *note(t, front, HEAD, text.at[start]) & possible) ||
           ask_lengths(t, text, start, front, TAIL, *note(t, front, TAIL, text.at[text.len - 1]) & possible);
}

static bool ask_loose(const table *t, span text)
{
    uint32_t missing = ~bytes_of(text);
    for (uint32_t i = t->loose; i != 0; i = t->list[i - 1].next)
        if ((t->list[i - 1].key & missing) == 0 && matches(&t->list[i - 1], text))
            return true;
    return false;
}

static inline bool ask_all(const table *t, span text, const cut *c)
{
    if (ask(t, text, key(join(c->of_front, c->of_rest), WHOLE)))
        return true;
    if (c->front > 0 && (ask(t, text, key(c->of_front, FRONT_ALONE)) || ask_affixes(t, text, c->front, c->of_front)))
        return true;
    if (c->front > 0 && t->backs && ask(t, text, back_key(text, c)))
        return true;
    return (t->roots && ask_affixes(t, text, 0, 0)) || (t->loose != 0 && ask_loose(t, text));
}

/* From here on there are places in it. */
static inline span present(span text)
{
    return text.at == NULL ? SPAN("") : text;
}

bool table_match(const table *t, span text)
{
    text = present(text);
    cut c = cut_text(text);
    return ask_all(t, text, &c);
}

bool table_match_few(const filed *list, size_t count, span text)
{
    text = present(text);
    for (const filed *end = list + count; list < end; list++)
        if (matches(list, text))
            return true;
    return false;
}
