/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "base/memory.h"

enum { FIRST_SIZE = 128 };

/* Always leaves space for a NUL. The old block may hold a key: it is wiped by memory_free, which
 * realloc would not do. */
static bool grow(buf *b, size_t more)
{
    if (b->failed || more > PTRDIFF_MAX - b->len - 1) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + more + 1;
    if (need <= b->size)
        return true;
    size_t size = b->size == 0 ? FIRST_SIZE : b->size;
    while (size < need)
        size = size > SIZE_MAX / 2 ? need : size * 2;
    char *bigger = memory_alloc(size);
    if (bigger == NULL) {
        b->failed = true;
        return false;
    }
    if (b->len > 0)
        memcpy(bigger, b->at, b->len);
    memory_free(b->at);
    b->at = bigger;
    b->size = size;
    return true;
}

char *buf_extend(buf *b, size_t len)
{
    if (!grow(b, len))
        return NULL;
    char *end = b->at + b->len;
    b->len += len;
    b->at[b->len] = '\0';
    return end;
}

void buf_add(buf *b, span text)
{
    char *end = buf_extend(b, text.len);
    if (end != NULL && text.len > 0)
        memcpy(end, text.at, text.len);
}

void buf_byte(buf *b, char c)
{
    buf_add(b, (span){&c, 1});
}

span integer_print(int64_t number, char digits[INTEGER_SIZE])
{
    size_t at = INTEGER_SIZE;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--at] = '-';
    return (span){digits + at, INTEGER_SIZE - at};
}

void buf_integer(buf *b, int64_t number)
{
    char digits[INTEGER_SIZE];
    buf_add(b, integer_print(number, digits));
}

void buf_item(buf *b, size_t start, span item)
{
    if (b->len > start)
        buf_add(b, SPAN(", "));
    buf_add(b, item);
}

void buf_and_more(buf *b, size_t count)
{
    if (count == 0)
        return;
    buf_add(b, SPAN(" and "));
    buf_integer(b, (int64_t)count);
    buf_add(b, SPAN(" more"));
}

void buf_count(buf *b, size_t count, const char *one, const char *many)
{
    buf_integer(b, (int64_t)count);
    buf_byte(b, ' ');
    buf_add(b, span_of(count == 1 ? one : many));
}

void buf_cut(buf *b, size_t len)
{
    if (len >= b->len)
        return;
    b->len = len;
    b->at[len] = '\0';
}

span buf_span(const buf *b)
{
    return b->failed ? SPAN_NONE : (span){b->at == NULL ? "" : b->at, b->len};
}

/* A report keeps a thousand short texts. */
static void fit(buf *b)
{
    if (b->size / 2 <= b->len + 1)
        return;
    char *copy = memory_strndup(buf_span(b));
    if (copy == NULL)
        return;
    memory_free(b->at);
    b->at = copy;
    b->size = b->len + 1;
}

fnt_status buf_take(buf *b, char **out, size_t *out_len)
{
    *out = NULL;
    *out_len = 0;
    if (!grow(b, 0)) { /* an empty text is still a text */
        buf_free(b);
        return FNT_FAULT_MEMORY;
    }
    fit(b);
    *out = b->at;
    *out_len = b->len;
    *b = BUF_EMPTY;
    return FNT_OK;
}

void buf_free(buf *b)
{
    memory_free(b->at);
    *b = BUF_EMPTY;
}
