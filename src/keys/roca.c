/* SPDX-License-Identifier: MIT */
#include "keys/roca.h"

#include <stdint.h>

/* Of the primes below 168; modulo the others 65537 generates every number, which tells nothing. */
static const uint32_t primes[] = {11, 13, 17,  19,  37,  53,  61,  71, 73,
                                  79, 97, 103, 107, 109, 127, 151, 157};

static uint32_t remainder_of(span number, uint32_t divisor)
{
    uint32_t rest = 0;
    for (size_t i = 0; i < number.len; i++)
        rest = (rest * 256 + (unsigned char)number.at[i]) % divisor;
    return rest;
}

static bool is_power(uint32_t number, uint32_t prime)
{
    uint32_t power = 1;
    do {
        if (power == number)
            return true;
        power = power * (65537 % prime) % prime;
    } while (power != 1);
    return false;
}

bool roca_is(span modulus)
{
    for (size_t i = 0; i < sizeof primes / sizeof *primes; i++)
        if (!is_power(remainder_of(modulus, primes[i]), primes[i]))
            return false;
    return true;
}
