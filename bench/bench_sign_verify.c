/* SPDX-License-Identifier: MIT */
/* The cryptography of an exchange alone: a subject token's signature is verified, a Function Token
 * is signed. bench_sign_verify ALG COUNT prints the CPU time of one such pair. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keys/crypto/crypto.h"
#include "measure.h"

enum { BYTES = 547 }; /* what is signed of the usual token */

#define MUST(call)                                                                                 \
    do {                                                                                           \
        if ((call) != FNT_OK)                                                                      \
            bench_fail(#call);                                                                     \
    } while (0)

static double cpu_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    static char bytes[BYTES];
    static unsigned char theirs[CRYPTO_SIGNATURE_MAX], ours[CRYPTO_SIGNATURE_MAX];
    crypto_key *private_key = NULL, *public_key = NULL, *own = NULL;
    const algorithm *own_alg = algorithm_of(FNT_ES256);
    int count = argc == 3 ? atoi(argv[2]) : 0;
    if (count <= 0)
        bench_fail("usage: bench_sign_verify ES256|RS256 COUNT");
    const algorithm *alg = algorithm_of(strcmp(argv[1], "RS256") == 0 ? FNT_RS256 : FNT_ES256);
    size_t their_len = 0, our_len = 0;
    MUST(crypto_generate(alg, &private_key));
    MUST(crypto_generate(own_alg, &own));
    MUST(crypto_public_half(private_key, &public_key));
    MUST(crypto_sign(private_key, alg, (span){bytes, BYTES}, theirs, &their_len));
    double since = 0;
    for (int i = -count / 10; i < count; i++) {
        if (i == 0)
            since = cpu_us();
        MUST(crypto_verify(public_key, alg, (span){bytes, BYTES},
                           (span){(const char *)theirs, their_len}));
        MUST(crypto_sign(own, own_alg, (span){bytes, BYTES}, ours, &our_len));
    }
    tell("sign_verify_us", (cpu_us() - since) / count);
    crypto_free(private_key);
    crypto_free(public_key);
    crypto_free(own);
    return 0;
}
