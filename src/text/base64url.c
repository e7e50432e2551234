/* SPDX-License-Identifier: MIT */
#include "text/base64url.h"

/* One table for each position in a group of four: the six bits where they belong in a word whose
 * lowest byte is the first, and a mark. Characters outside the alphabet have no mark. A group is
 * valid when all four marks are there, so the loop need not branch. */
#define ALPHABET(V)                                                                                \
    ['A'] = V(0), ['B'] = V(1), ['C'] = V(2), ['D'] = V(3), ['E'] = V(4), ['F'] = V(5),            \
    ['G'] = V(6), ['H'] = V(7), ['I'] = V(8), ['J'] = V(9), ['K'] = V(10), ['L'] = V(11),          \
    ['M'] = V(12), ['N'] = V(13), ['O'] = V(14), ['P'] = V(15), ['Q'] = V(16), ['R'] = V(17),      \
    ['S'] = V(18), ['T'] = V(19), ['U'] = V(20), ['V'] = V(21), ['W'] = V(22), ['X'] = V(23),      \
    ['Y'] = V(24), ['Z'] = V(25), ['a'] = V(26), ['b'] = V(27), ['c'] = V(28), ['d'] = V(29),      \
    ['e'] = V(30), ['f'] = V(31), ['g'] = V(32), ['h'] = V(33), ['i'] = V(34), ['j'] = V(35),      \
    ['k'] = V(36), ['l'] = V(37), ['m'] = V(38), ['n'] = V(39), ['o'] = V(40), ['p'] = V(41),      \
    ['q'] = V(42), ['r'] = V(43), ['s'] = V(44), ['t'] = V(45), ['u'] = V(46), ['v'] = V(47),      \
    ['w'] = V(48), ['x'] = V(49), ['y'] = V(50), ['z'] = V(51), ['0'] = V(52), ['1'] = V(53),      \
    ['2'] = V(54), ['3'] = V(55), ['4'] = V(56), ['5'] = V(57), ['6'] = V(58), ['7'] = V(59),      \
    ['8'] = V(60), ['9'] = V(61), ['-'] = V(62), ['_'] = V(63)

#define FIRST(v) (UINT32_C(1) << 24 | (v) << 2)
/* clang-format off */
#define SECOND(v) (UINT32_C(1) << 25 | (v) >> 4 | ((v) & 15) << 12)
#define THIRD(v)  (UINT32_C(1) << 26 | ((v) & 60) << 6 | ((v) & 3) << 22)
/* clang-format on */
#define FOURTH(v) (UINT32_C(1) << 27 | (v) << 16)

static const uint32_t first[256] = {ALPHABET(FIRST)};
static const uint32_t second[256] = {ALPHABET(SECOND)};
static const uint32_t third[256] = {ALPHABET(THIRD)};
static const uint32_t fourth[256] = {ALPHABET(FOURTH)};

static uint32_t group(const unsigned char *in)
{
    return first[in[0]] | second[in[1]] | third[in[2]] | fourth[in[3]];
}

static void put(unsigned char *out, uint32_t bits)
{
    out[0] = (unsigned char)bits;
    out[1] = (unsigned char)(bits >> 8);
    out[2] = (unsigned char)(bits >> 16);
}

/* Compilers make one store of it. */
static void put_with_mark(unsigned char *out, uint32_t bits)
{
    put(out, bits);
    out[3] = (unsigned char)(bits >> 24);
}

/* The marks of all groups but the last are written too, and overwritten by the next group. */
static bool decode_groups(const unsigned char *in, size_t groups, unsigned char *out)
{
    uint32_t marks = UINT32_C(0xf) << 24;
    for (; groups > 1; groups--, in += 4, out += 3) {
        uint32_t bits = group(in);
        marks &= bits;
        put_with_mark(out, bits);
    }
    if (groups == 1) {
        marks &= group(in);
        put(out, group(in));
    }
    return marks >> 24 == 0xf;
}

/* The two or three characters after the last group; their unused bits must be zero. */
static bool decode_rest(const unsigned char *in, size_t len, unsigned char *out)
{
    if (len == 0)
        return true;
    if (len == 1)
        return false;
    uint32_t bits = first[in[0]] | second[in[1]] | (len == 3 ? third[in[2]] : 0);
    uint32_t marks = len == 3 ? 7 : 3, unused = len == 3 ? 0xff0000 : 0xff00;
    out[0] = (unsigned char)bits;
    if (len == 3)
        out[1] = (unsigned char)(bits >> 8);
    return bits >> 24 == marks && (bits & unused) == 0;
}

bool base64url_decode(span text, unsigned char *out)
{
    const unsigned char *in = (const unsigned char *)text.at;
    size_t groups = text.len / 4;
    if (text.len == 0)
        return true;
    return decode_groups(in, groups, out) &&
           decode_rest(in + 4 * groups, text.len % 4, out + 3 * groups);
}

/* Four characters, in the alphabet that there is a decoder for. */
static bool decode_four(span four, unsigned char *out, bool *standard, bool *url)
{
    char copy[4];
    for (size_t i = 0; i < four.len; i++) {
        char c = four.at[i];
        *standard = *standard || c == '+' || c == '/';
        *url = *url || c == '-' || c == '_';
        copy[i] = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    return base64url_decode((span){copy, four.len}, out);
}

bool base64_decode_any(span text, unsigned char *out, size_t *len, int32_t *unusual)
{
    bool good = true, standard = false, url = false;
    size_t chars = text.len;
    while (chars > 0 && text.len - chars < 2 && text.at[chars - 1] == '=')
        chars--;
    for (size_t at = 0; at < chars && good; at += 4) {
        span four = {text.at + at, chars - at < 4 ? chars - at : 4};
        good = decode_four(four, out + at / 4 * 3, &standard, &url);
    }
    *len = base64url_decoded(chars);
    *unusual = (standard ? BASE64_STANDARD : 0) | (chars < text.len ? BASE64_PADDED : 0);
    return good && !(standard && url) && (chars == text.len || text.len % 4 == 0);
}

void base64url_encode(buf *out, span bytes)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *in = (const unsigned char *)bytes.at;
    size_t rest = bytes.len % 3;
    char *to = bytes.len > SIZE_MAX / 4
                   ? NULL
                   : buf_extend(out, bytes.len / 3 * 4 + (rest == 0 ? 0 : rest + 1));
    if (to == NULL) {
        out->failed = true;
        return;
    }
    for (size_t left = bytes.len / 3; left > 0; left--, in += 3) {
        uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        *to++ = alphabet[bits >> 18];
        *to++ = alphabet[bits >> 12 & 63];
        *to++ = alphabet[bits >> 6 & 63];
        *to++ = alphabet[bits & 63];
    }
    if (rest == 0)
        return;
    uint32_t bits = (uint32_t)in[0] << 16 | (rest == 2 ? (uint32_t)in[1] << 8 : 0);
    *to++ = alphabet[bits >> 18];
    *to++ = alphabet[bits >> 12 & 63];
    if (rest == 2)
        *to++ = alphabet[bits >> 6 & 63];
}
