/* SPDX-License-Identifier: MIT */
#include "iam/lint/shape.h"

#include <assert.h>
#include <stdint.h>

/* ---- what two have in common ---------------------------------------------
 *
 * The value is read from its end. Bit j of a state says whether what was read of it and the shape
 * from j on have a text in common; there is one before each character and one at the end. */

static bool is_run(char c)
{
    return c == '*' || c == '%';
}

/* The state with c, or a star of the value, in front of what was read. */
static uint64_t step_back(span shape, char c, bool star, uint64_t after)
{
    uint64_t now = 0;
    for (size_t j = shape.len + 1; j-- > 0;) {
        char other = j < shape.len ? shape.at[j] : '\0';
        uint64_t bit = UINT64_C(1) << j, next = bit << 1;
        bool common = !is_run(other) && other == c && (after & next) != 0;
        if (star)
            common = (after & bit) != 0 || (j < shape.len && (now & next) != 0);
        else if (is_run(other))
            common = (now & next) != 0 || ((other == '*' || c != ':') && (after & bit) != 0);
        now |= common ? bit : 0;
    }
    return now;
}

/* The state behind the value: the end of the shape, and runs before it, which may be empty. */
static uint64_t last_state(span shape)
{
    size_t j = shape.len;
    uint64_t state = UINT64_C(1) << j;
    while (j > 0 && is_run(shape.at[j - 1]))
        state |= UINT64_C(1) << --j;
    return state;
}

bool shape_meets(const char *shape, span value, bool is_pattern)
{
    span of = span_of(shape);
    assert(of.len <= SHAPE_BYTES);
    uint64_t state = last_state(of);
    for (size_t i = value.len; state != 0 && i-- > 0;)
        state = step_back(of, value.at[i], is_pattern && value.at[i] == '*', state);
    return (state & 1) != 0;
}

/* ---- paths --------------------------------------------------------------- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* 8-4-4-4-12 digits, in small letters as all providers write them */
static size_t uuid_length(span text)
{
    enum { UUID = 36 };
    for (size_t i = 0; i < UUID; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (i >= text.len || (hyphen ? text.at[i] != '-' : !is_hex(text.at[i])))
            return 0;
    }
    return UUID;
}

bool shape_is_path(const char *form, span text)
{
    for (; *form != '\0'; form++) {
        size_t len = *form == '#'   ? uuid_length(text)
                     : *form == '%' ? span_index(text, '/')
                                    : (text.len > 0 && text.at[0] == *form ? 1 : 0);
        if (len == 0)
            return false;
        text = (span){text.at + len, text.len - len};
    }
    return text.len == 0;
}
