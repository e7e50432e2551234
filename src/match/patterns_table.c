/* SPDX-License-Identifier: MIT */
#include "match/patterns_table.h"

#include "match/pattern.h"

/* A key's lower bits say what it is of, the upper ones are the hash. LONG stands for itself and more, WHOLE for a pattern without
 * a star, whose head goes to the end; there is no tail of length 0. */
enum { FRONT, ROOT, BACK };
enum { HEAD, TAIL };
enum { LENGTH_BITS = 5, LONG = 30, WHOLE = 31, LOW_BITS = LENGTH_BITS + 3, MAX_BITS = 32 - LOW_BITS };

static inline uint64_t load8(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint64_t load4(const char *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint64_t load3(const char *at, size_t len) /* 1 to 3 */
{
    return (uint64_t)(unsigned char)at[0] << 16 | (uint64_t)(unsigned char)at[len / 2] << 8 | (unsigned char)at[len - 1];
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * 0x9e3779b97f4a7c15 ^ (b ^ b >> 29) * 0xbf58476d1ce4e5b9;
    return (x ^ x >> 32) * 0x94d049bb133111eb;
}

/* The upper bits are the good ones. These texts are short: mostly two loads, which may overlap. */
static inline uint64_t hash(span s, uint64_t seed)
{
    seed += s.len;
    for (; s.len > 16; s = span_from(s, 8))
        seed = mix(load8(s.at), seed);
    if (s.len >= 8)
        return mix(load8(s.at), seed ^ load8(s.at + s.len - 8));
    if (s.len >= 4)
        return mix(load4(s.at) << 32 | load4(s.at + s.len - 4), seed);
    return mix(s.len == 0 ? 0 : load3(s.at, s.len), seed);
}

static inline uint32_t key(unsigned place, unsigned end, unsigned length, span text, uint64_t seed)
{
    uint32_t upper = (uint32_t)(hash(text, seed) >> 32) >> LOW_BITS << LOW_BITS;
    return upper | place << (LENGTH_BITS + 1) | end << LENGTH_BITS | length;
}

/* Of the root, whose rest is the whole text, seed is 0 and start is 0; of a front, its hash and where it ends. */
static inline uint32_t head_key(span text, size_t start, uint64_t seed, unsigned length)
{
    size_t len = length == WHOLE ? text.len - start : length;
    return key(start == 0 ? ROOT : FRONT, HEAD, length, (span){text.at + start, len}, seed);
}

static inline uint32_t tail_key(span text, size_t start, uint64_t seed, unsigned length)
{
    return key(start == 0 ? ROOT : FRONT, TAIL, length, (span){text.at + text.len - length, length}, seed);
}

static inline uint64_t front_seed(span text, size_t end)
{
    return hash((span){text.at, end}, 0);
}

static inline uint32_t back_key(span text, size_t colon)
{
    return key(BACK, TAIL, 0, span_from(text, colon), 0);
}

/* Of the lengths of heads that begin, or tails that end, in that byte. */
static inline uint32_t *note(const table *t, uint64_t seed, unsigned end, char byte)
{
    uint64_t of = seed ^ ((uint64_t)(unsigned char)byte << 1 | end) * 0x9e3779b97f4a7c15;
    return &t->notes[of >> (63 - t->bits)];
}

static inline uint32_t *bucket(const table *t, uint32_t of)
{
    return &t->buckets[of >> (32 - t->bits)];
}

static inline char first_byte(span text, size_t start)
{
    return start < text.len ? text.at[start] : '\0';
}

static inline char last_byte(span text)
{
    return text.len > 0 ? text.at[text.len - 1] : '\0';
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

/* ---- filing ---- */

unsigned table_bits(size_t count)
{
    unsigned bits = 2;
    while (bits < MAX_BITS && (size_t)1 << bits < count)
        bits++;
    return bits < MAX_BITS ? bits + 1 : bits;
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

/* head bytes stand between start and the first star, or the end; tail bytes behind the last star. */
static void file_at(table *t, uint32_t index, size_t start, uint64_t seed, size_t head, size_t tail)
{
    span pattern = t->list[index].text;
    if (head > 0 || tail == 0) {
        unsigned length = start + head == pattern.len ? WHOLE : clamp(head);
        *note(t, seed, HEAD, first_byte(pattern, start)) |= (uint32_t)1 << length;
        file(t, index, head_key(pattern, start, seed, length));
    } else {
        *note(t, seed, TAIL, last_byte(pattern)) |= (uint32_t)1 << clamp(tail);
        file(t, index, tail_key(pattern, start, seed, clamp(tail)));
    }
}

static size_t tail_length(span pattern)
{
    size_t len = 0;
    while (pattern.at[pattern.len - 1 - len] != '*')
        len++;
    return len;
}

/* Index of the last colon; first is one's, or text.len. */
static inline size_t last_colon(span text, size_t first)
{
    size_t next = first;
    while (next < text.len) {
        first = next;
        next += 1 + span_index(span_from(text, next + 1), ':');
    }
    return first;
}

void table_add(table *t, uint32_t index)
{
    span pattern = t->list[index].text;
    size_t star = span_index(pattern, '*'), colon = span_index(pattern, ':');
    size_t tail = star == pattern.len ? 0 : tail_length(pattern), last = last_colon(pattern, colon);
    if (colon < star) {
        file_at(t, index, colon + 1, front_seed(pattern, colon + 1), star - colon - 1, tail);
    } else if (last < pattern.len && last >= pattern.len - tail) {
        t->backs = true;
        file(t, index, back_key(pattern, last));
    } else if (star > 0 || tail > 0) {
        t->roots = true;
        file_at(t, index, 0, 0, star, tail);
    } else {
        chain(t, &t->loose, index, bytes_of(pattern));
    }
}

/* ---- asking ---- */

/* Equal texts match, whatever is in them: that is quicker to see, and so it is with most that are asked. */
static inline bool matches(span pattern, span text)
{
    return span_equal(pattern, text) || pattern_match(pattern, text);
}

static inline bool ask(const table *t, span text, uint32_t under)
{
    for (uint32_t i = *bucket(t, under); i != 0; i = t->list[i - 1].next)
        if (t->list[i - 1].key == under && matches(t->list[i - 1].text, text))
            return true;
    return false;
}

/* Those that len bytes have. WHOLE is not among them: notes may be shared, and no tail may be longer than its text. */
static inline uint32_t up_to(size_t len)
{
    return ((uint32_t)2 << clamp(len)) - 1;
}

static inline unsigned lowest(uint32_t bits) /* of which one is set */
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctz(bits);
#else
    unsigned i = 0;
    while ((bits >> i & 1) == 0)
        i++;
    return i;
#endif
}

/* "*" is the first byte of a head of length 0. */
static bool ask_at(const table *t, span text, size_t start, uint64_t seed)
{
    uint32_t heads = *note(t, seed, HEAD, first_byte(text, start)) | *note(t, seed, HEAD, '*');
    uint32_t tails = *note(t, seed, TAIL, last_byte(text)), possible = up_to(text.len - start);
    for (heads &= possible | (uint32_t)1 << WHOLE; heads != 0; heads &= heads - 1)
        if (ask(t, text, head_key(text, start, seed, lowest(heads))))
            return true;
    for (tails &= possible; tails != 0; tails &= tails - 1)
        if (ask(t, text, tail_key(text, start, seed, lowest(tails))))
            return true;
    return false;
}

static bool ask_loose(const table *t, span text)
{
    uint32_t missing = ~bytes_of(text);
    for (uint32_t i = t->loose; i != 0; i = t->list[i - 1].next)
        if ((t->list[i - 1].key & missing) == 0 && pattern_match(t->list[i - 1].text, text))
            return true;
    return false;
}

bool table_match(const table *t, span text)
{
    if (text.at == NULL) /* from here on there are places in it */
        text = SPAN("");
    size_t colon = span_index(text, ':');
    if (colon < text.len && ask_at(t, text, colon + 1, front_seed(text, colon + 1)))
        return true;
    if (colon < text.len && t->backs && ask(t, text, back_key(text, last_colon(text, colon))))
        return true;
    if (t->roots && ask_at(t, text, 0, 0))
        return true;
    return t->loose != 0 && ask_loose(t, text);
}
