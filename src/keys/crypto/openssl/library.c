/* SPDX-License-Identifier: MIT */
/* The library's name, its error queue, random bytes and the hash. */
#include "keys/crypto/openssl/common.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#define HAVE " ES256 ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 HS256 HS384 HS512 EdDSA"

/* The whole version where the library is the one that this was built with; else what constants can
 * say. */
const char *crypto_name(void)
{
    static const char *const lines[] = {"openssl-3.0" HAVE, "openssl-3.1" HAVE, "openssl-3.2" HAVE,
                                        "openssl-3.3" HAVE, "openssl-3.4" HAVE, "openssl-3.5" HAVE,
                                        "openssl-3.6" HAVE, "openssl-3.7" HAVE, "openssl-3.8" HAVE,
                                        "openssl-3.9" HAVE};
    unsigned int minor = OPENSSL_version_minor();
    if (OpenSSL_version_num() == OPENSSL_VERSION_NUMBER)
        return "openssl-" OPENSSL_VERSION_STR HAVE;
    return OPENSSL_version_major() == 3 && minor < sizeof lines / sizeof *lines ? lines[minor]
                                                                                : "openssl" HAVE;
}

int32_t crypto_algorithms(void)
{
    return ALGORITHMS_ASYMMETRIC | ALGORITHMS_HMAC;
}

/* ---- errors -------------------------------------------------------------- */

errors errors_begin(void)
{
    errors before = {ERR_peek_error() == 0};
    ERR_set_mark();
    return before;
}

static fnt_status status_of(unsigned long code, fnt_status otherwise)
{
    if (code != 0 && ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
        return FNT_FAULT_MEMORY;
    return ERR_GET_LIB(code) == ERR_LIB_RAND ? FNT_FAULT_RANDOM : otherwise;
}

/* The cause may be below what followed from it in the queue. Looking there takes errors off, so the
 * program's must not be among them. */
fnt_status errors_end(errors before, fnt_status status)
{
    if (status == FNT_OK || !before.alone) {
        status = status == FNT_OK ? FNT_OK : status_of(ERR_peek_last_error(), status);
        ERR_pop_to_mark();
        return status;
    }
    if (status == FNT_FAULT_CRYPTO && ERR_peek_error() == 0)
        status = FNT_FAULT_MEMORY; /* only allocations fail without an error */
    for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error())
        status = status_of(code, status);
    ERR_clear_error(); /* frees the texts of those that were taken off */
    return status;
}

/* ---- random bytes and hashes --------------------------------------------- */

fnt_status crypto_random(void *out, size_t len)
{
    errors before = errors_begin();
    return errors_end(before, RAND_bytes_ex(NULL, out, len, 0) == 1 ? FNT_OK : FNT_FAULT_RANDOM);
}

fnt_status crypto_sha256(span bytes, unsigned char out[CRYPTO_SHA256])
{
    errors before = errors_begin();
    bool good = EVP_Q_digest(NULL, "SHA256", NULL, bytes.at, bytes.len, out, NULL) == 1;
    return errors_end(before, good ? FNT_OK : FNT_FAULT_CRYPTO);
}
