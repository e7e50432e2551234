/* SPDX-License-Identifier: MIT */
#include "keys/pem/der.h"

#include <assert.h>

static unsigned byte_at(span s, size_t index)
{
    return (unsigned char)s.at[index];
}

/* Length of the content and where it begins; false if it is damaged or ends behind s. */
static bool read_length(span s, size_t *start, size_t *len)
{
    unsigned first = s.len < 2 ? 0x80 : byte_at(s, 1);
    size_t more = first < 0x80 ? 0 : first - 0x80;
    *start = 2 + more;
    *len = first;
    if ((first >= 0x80 && more != 1 && more != 2) || s.len < *start)
        return false;
    if (more == 1)
        *len = byte_at(s, 2);
    if (more == 2)
        *len = byte_at(s, 2) << 8 | byte_at(s, 3);
    bool shortest = more == 0 || *len >= (more == 1 ? 0x80u : 0x100u);
    return shortest && *len <= s.len - *start;
}

bool der_next(span *rest, unsigned tag, span *content)
{
    size_t start = 0, len = 0;
    if (rest->len == 0 || byte_at(*rest, 0) != tag || !read_length(*rest, &start, &len))
        return false;
    assert(start + len <= rest->len);
    *content = (span){rest->at + start, len};
    *rest = span_from(*rest, start + len);
    return true;
}

bool der_skip(span *rest, unsigned tag)
{
    span content;
    return der_next(rest, tag, &content);
}

bool der_integer(span *rest, span *number)
{
    span after = *rest, content;
    if (!der_next(&after, DER_INTEGER, &content) || content.len == 0 || byte_at(content, 0) >= 0x80)
        return false;
    bool has_sign_byte = content.len > 1 && byte_at(content, 0) == 0;
    if (has_sign_byte && byte_at(content, 1) < 0x80)
        return false;
    *number = has_sign_byte ? span_from(content, 1) : content;
    *rest = after;
    return true;
}

bool der_bit_string(span *rest, span *bytes)
{
    span after = *rest, content;
    if (!der_next(&after, DER_BITS, &content) || content.len == 0 ||
        byte_at(content, 0) != 0) /* the number of unused bits */
        return false;
    *bytes = span_from(content, 1);
    *rest = after;
    return true;
}
