/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_SENTENCE_H
#define FNT_BASE_SENTENCE_H

#include "base/buf.h"

/* What a sentence shows of a value, and of words, in bytes: before they are escaped, and without
 * the "..." that stands for the rest. */
enum { SENTENCE_VALUE = 256, SENTENCE_WORDS = 4096 };

/* Appends a sentence whose placeholders take the spans in turn, escaped (escape_print): % a value,
 * which may be anybody's and as long as they like; $ a path, which loading keeps short, or words
 * that were made of values that are cut already. Where there are no more spans, both are what they
 * are. */
void sentence_fill(buf *text, const char *sentence, spans args);

#endif
