/* SPDX-License-Identifier: MIT */
#include "base/sentence.h"

#include "base/escape.h"
#include "base/utf8.h"

static void put_cut(buf *text, span value, size_t max)
{
    span shown = utf8_head(value, max);
    escape_print(text, shown);
    if (shown.len < value.len)
        buf_add(text, SPAN("..."));
}

void sentence_fill(buf *text, const char *sentence, spans args)
{
    size_t next = 0;
    for (const char *c = sentence; *c != '\0';) {
        if ((*c == '%' || *c == '$') && next < args.count) {
            put_cut(text, args.at[next++], *c == '%' ? SENTENCE_VALUE : SENTENCE_WORDS);
            c++;
            continue;
        }
        size_t run = 1 + strcspn(c + 1, "%$"); /* c itself is none, or stays as it is */
        buf_add(text, (span){c, run});
        c += run;
    }
}
