/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_CRYPTO_CHECKS_H
#define FNT_KEYS_CRYPTO_CHECKS_H

#include "keys/crypto/crypto.h"

/* Rule 13 as far as a key's numbers show it, before a crypto library sees them: lengths, RSA's
 * limits, a secret's, incomplete halves, points of small order. Drops leading zero bytes of RSA's
 * numbers. FNT_OK or FNT_FAULT_KEY with *reason. */
fnt_status key_check(key_kind kind, crypto_numbers *numbers, const char **reason);

/* Of the curve, modulus or secret. */
size_t key_bits(key_kind kind, const crypto_numbers *numbers);

/* Of a big-endian number without leading zero bytes. */
size_t number_bits(span number);

/* The ends of the sentences for what only the library finds. */
extern const char key_off_curve[], key_off_edwards_curve[], key_out_of_range[],
    key_halves_mismatch[];

#endif
