/* SPDX-License-Identifier: MIT */
#ifndef FNT_TESTS_BUF_HELP_H
#define FNT_TESTS_BUF_HELP_H

#include "support/test.h"

#include "base/buf.h"

/* Whether that is what was written; empties the buffer. */
static inline bool wrote(buf *b, const char *text)
{
    bool equal = span_equal(buf_span(b), span_of(text));
    if (!equal)
        cr_log_error("%.*s instead of %s", (int)b->len, b->at == NULL ? "" : b->at, text);
    buf_free(b);
    return equal;
}

#endif
