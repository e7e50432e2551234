/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_PEM_DER_H
#define FNT_KEYS_PEM_DER_H

#include "base/span.h"

/* Reading DER (X.690, 10) as keys and certificates use it: tags of one byte, definite lengths of up
 * to 64 KiB, no length written longer than needed. */
enum {
    DER_INTEGER = 0x02,
    DER_BITS = 0x03,
    DER_OCTETS = 0x04,
    DER_NULL = 0x05,
    DER_OBJECT = 0x06, /* identifier */
    DER_SEQUENCE = 0x30,
    DER_CONTEXT = 0xa0 /* [0], constructed; + 1 for [1] */
};

/* Reads the element that *rest begins with, if it has that tag, and moves *rest behind it. False:
 * another tag, nothing left, or damaged; *rest is as it was. */
bool der_next(span *rest, unsigned tag, span *content);

/* The same without its content. */
bool der_skip(span *rest, unsigned tag);

/* An INTEGER of 0 or more, without the zero byte that shows its sign. Also false for a negative one
 * and one with needless bytes. */
bool der_integer(span *rest, span *number);

/* A BIT STRING of whole bytes. */
bool der_bit_string(span *rest, span *bytes);

#endif
