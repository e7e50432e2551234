/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_ROCA_H
#define FNT_KEYS_ROCA_H

#include "base/span.h"

/* Whether an RSA modulus (big-endian) was made by the key generator whose keys can be factored from
 * the public half (CVE-2017-15361, ROCA): its primes are 65537^a modulo a product of small primes,
 * so the modulus is a power of 65537 modulo each of them. Another modulus looks like that once in
 * 2^27. */
bool roca_is(span modulus);

#endif
