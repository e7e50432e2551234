/* SPDX-License-Identifier: MIT */
/* Keys as PEM: PKCS#8 and SPKI. */
#include "keys/crypto/openssl/common.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>

#include "base/memory.h"

/* The DER around an EC key's numbers (RFC 5958, 2; RFC 5915, 3), the same bytes for every key of a
 * curve. OpenSSL's own writer leaves the private number in memory that it frees. */
typedef struct {
    span before_number, before_point;
} frame;

#define EC_KEY "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
#define P256 "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define P384 "\x06\x05\x2b\x81\x04\x00\x22"
#define P521 "\x06\x05\x2b\x81\x04\x00\x23"

static frame frame_of(key_kind kind)
{
    if (kind == KEY_P256)
        return (frame){SPAN("\x30\x81\x87\x02\x01\x00\x30\x13" EC_KEY P256
                            "\x04\x6d\x30\x6b\x02\x01\x01\x04\x20"),
                       SPAN("\xa1\x44\x03\x42\x00\x04")};
    if (kind == KEY_P384)
        return (frame){SPAN("\x30\x81\xb6\x02\x01\x00\x30\x10" EC_KEY P384
                            "\x04\x81\x9e\x30\x81\x9b\x02\x01\x01\x04\x30"),
                       SPAN("\xa1\x64\x03\x62\x00\x04")};
    return (frame){SPAN("\x30\x81\xee\x02\x01\x00\x30\x10" EC_KEY P521
                        "\x04\x81\xd6\x30\x81\xd3\x02\x01\x01\x04\x42"),
                   SPAN("\xa1\x81\x89\x03\x81\x86\x00\x04")};
}

enum { DER_MAX = 256 }; /* P-521 takes 241 */

static unsigned char *put(unsigned char *next, span bytes)
{
    memcpy(next, bytes.at, bytes.len);
    return next + bytes.len;
}

/* False: a fault. */
static bool write_ec(const crypto_key *key, unsigned char der[DER_MAX], size_t *len)
{
    const frame f = frame_of(key->kind);
    size_t half = key_coordinate(key->kind);
    unsigned char *number = put(der, f.before_number), *next = put(number + half, f.before_point);
    next = put(put(next, key->numbers.x), key->numbers.y);
    *len = (size_t)(next - der);
    assert(*len <= DER_MAX);
    BIGNUM *d = BN_secure_new();
    bool good = d != NULL &&
                EVP_PKEY_get_bn_param(key->native->pair, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
                BN_bn2binpad(d, number, (int)half) == (int)half;
    BN_clear_free(d);
    return good;
}

static bool ec_private_pem(const crypto_key *key, BIO *bio)
{
    unsigned char der[DER_MAX];
    size_t len = 0;
    bool good =
        write_ec(key, der, &len) && PEM_write_bio(bio, "PRIVATE KEY", "", der, (long)len) > 0;
    memory_cleanse(der, sizeof der);
    return good;
}

static bool private_pem(const crypto_key *key, BIO *bio)
{
    return key_is_ec(key->kind) ? ec_private_pem(key, bio)
                                : PEM_write_bio_PKCS8PrivateKey(bio, key->native->pair, NULL, NULL,
                                                                0, NULL, NULL) == 1;
}

static bool public_pem(const crypto_key *key, BIO *bio)
{
    return PEM_write_bio_PUBKEY(bio, key->native->pair) == 1;
}

static fnt_status write_pem(const crypto_key *key, bool (*write)(const crypto_key *, BIO *),
                            buf *out)
{
    char *at = NULL;
    errors before = errors_begin();
    BIO *bio = BIO_new(BIO_s_secmem()); /* wiped */
    long len = bio != NULL && write(key, bio) ? BIO_get_mem_data(bio, &at) : 0;
    if (len > 0)
        buf_add(out, (span){at, (size_t)len});
    BIO_free(bio);
    return errors_end(before, len > 0 ? FNT_OK : FNT_FAULT_CRYPTO);
}

fnt_status backend_private_pem(const crypto_key *key, buf *out)
{
    return write_pem(key, private_pem, out);
}

fnt_status backend_public_pem(const crypto_key *key, buf *out)
{
    return write_pem(key, public_pem, out);
}
