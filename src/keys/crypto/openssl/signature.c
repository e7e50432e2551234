/* SPDX-License-Identifier: MIT */
/* Random bytes, hashes and signatures. */
#include "keys/crypto/openssl/backend.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "base/memory.h"
#include "keys/pem/der.h"

#define HAVE " ES256 ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 HS256 HS384 HS512 EdDSA"

/* In full where the library is the one that this was built with; else as much as needs no room to
 * write into. */
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

/* The cause may stand below what followed from it. Looking there takes errors off the queue, so the
 * program's must not be on it. */
fnt_status errors_end(errors before, fnt_status status)
{
    if (status == FNT_OK || !before.alone) {
        status = status == FNT_OK ? FNT_OK : status_of(ERR_peek_last_error(), status);
        ERR_pop_to_mark();
        return status;
    }
    if (status == FNT_FAULT_CRYPTO && ERR_peek_error() == 0)
        status = FNT_FAULT_MEMORY; /* what fails without a word is an allocation */
    for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error())
        status = status_of(code, status);
    ERR_clear_error(); /* the texts of those that were taken off */
    return status;
}

/* ---- what the other files share ------------------------------------------ */

const char halves_mismatch[] = "its private and public halves do not belong together";

fnt_status bad(const char **reason, const char *sentence)
{
    *reason = sentence;
    return FNT_FAULT_KEY;
}

fnt_status pair_make(const char *type, bool is_private, OSSL_PARAM_BLD *build, EVP_PKEY **out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
    bool good = ctx != NULL && parameters != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
                EVP_PKEY_fromdata(ctx, out, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                                  parameters) == 1;
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(ctx);
    return good ? FNT_OK : FNT_FAULT_CRYPTO;
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

/* ---- r and s ------------------------------------------------------------- */

/* JWS puts the two numbers next to each other, each as long as the order (RFC 7518, 3.4); OpenSSL
 * wants an ECDSA-Sig-Value. */
enum { DER_MAX = 2 * (CRYPTO_COORDINATE_MAX + 4) + 4 };

static int to_der(const unsigned char *signature, size_t half, unsigned char *der)
{
    int len = -1;
    BIGNUM *r = BN_bin2bn(signature, (int)half, NULL),
           *s = BN_bin2bn(signature + half, (int)half, NULL);
    ECDSA_SIG *both = ECDSA_SIG_new();
    if (r != NULL && s != NULL && both != NULL && ECDSA_SIG_set0(both, r, s) == 1) {
        r = s = NULL;
        len = i2d_ECDSA_SIG(both, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(both);
    return len;
}

static bool from_der(const unsigned char *der, size_t len, unsigned char *signature, size_t half)
{
    ECDSA_SIG *both = d2i_ECDSA_SIG(NULL, &der, (long)len);
    bool good = both != NULL &&
                BN_bn2binpad(ECDSA_SIG_get0_r(both), signature, (int)half) == (int)half &&
                BN_bn2binpad(ECDSA_SIG_get0_s(both), signature + half, (int)half) == (int)half;
    ECDSA_SIG_free(both);
    return good;
}

/* ---- verifying ----------------------------------------------------------- */

/* Below 0 is no fault yet: there are signatures that lead to the point at infinity, which OpenSSL
 * calls an error. What is one, errors_end finds. */
static fnt_status verify_with(const EVP_MD_CTX *prepared, span bytes,
                              const unsigned char *signature, size_t len)
{
    fnt_status status = FNT_FAULT_CRYPTO;
    EVP_MD_CTX *own = EVP_MD_CTX_new();
    if (own != NULL && EVP_MD_CTX_copy_ex(own, prepared) == 1) {
        int result =
            EVP_DigestVerify(own, signature, len, (const unsigned char *)bytes.at, bytes.len);
        status = result == 1 ? FNT_OK : FNT_REFUSED_SIGNATURE;
    }
    EVP_MD_CTX_free(own);
    return status;
}

static fnt_status verify_pair(const crypto_key *key, const algorithm *alg, span bytes,
                              span signature)
{
    unsigned char der[DER_MAX];
    const unsigned char *at = (const unsigned char *)signature.at;
    const EVP_MD_CTX *prepared = key->verifying[context_index(alg)];
    if (key_coordinate(key->kind) == 0)
        return verify_with(prepared, bytes, at, signature.len);
    int len = to_der(at, signature.len / 2, der);
    return len > 0 ? verify_with(prepared, bytes, der, (size_t)len) : FNT_FAULT_CRYPTO;
}

static fnt_status hmac(const crypto_key *key, const algorithm *alg, span bytes, unsigned char *out)
{
    size_t len = 0;
    errors before = errors_begin();
    EVP_MAC_CTX *own = EVP_MAC_CTX_dup(key->mac[alg->hash]);
    bool good = own != NULL &&
                EVP_MAC_update(own, (const unsigned char *)bytes.at, bytes.len) == 1 &&
                EVP_MAC_final(own, out, &len, alg->signature) == 1 && len == alg->signature;
    EVP_MAC_CTX_free(own);
    return errors_end(before, good ? FNT_OK : FNT_FAULT_CRYPTO);
}

static fnt_status verify_hmac(const crypto_key *key, const algorithm *alg, span bytes,
                              span signature)
{
    unsigned char expected[EVP_MAX_MD_SIZE] = {0};
    if (key->bits == 0)
        return FNT_REFUSED_SIGNATURE;
    fnt_status status = hmac(key, alg, bytes, expected);
    if (status == FNT_OK && !memory_equal(expected, signature.at, signature.len))
        status = FNT_REFUSED_SIGNATURE;
    memory_cleanse(expected, sizeof expected);
    return status;
}

fnt_status crypto_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                         span signature)
{
    if (key->kind != alg->kind || signature.len != algorithm_signature(alg, key->bits))
        return FNT_REFUSED_SIGNATURE;
    if (key->kind == KEY_SECRET)
        return verify_hmac(key, alg, signed_bytes, signature);
    errors before = errors_begin();
    return errors_end(before, verify_pair(key, alg, signed_bytes, signature));
}

/* ---- signing ------------------------------------------------------------- */

static bool sign_with(const EVP_MD_CTX *prepared, span bytes, unsigned char *out, size_t *len)
{
    EVP_MD_CTX *own = EVP_MD_CTX_new();
    bool good = own != NULL && EVP_MD_CTX_copy_ex(own, prepared) == 1 &&
                EVP_DigestSign(own, out, len, (const unsigned char *)bytes.at, bytes.len) == 1;
    EVP_MD_CTX_free(own);
    return good;
}

static bool sign_ec(const EVP_MD_CTX *prepared, span bytes, unsigned char *out, size_t half)
{
    unsigned char der[DER_MAX];
    size_t len = sizeof der;
    return sign_with(prepared, bytes, der, &len) && from_der(der, len, out, half);
}

static fnt_status sign_pair(const crypto_key *key, const algorithm *alg, span bytes,
                            unsigned char *out, size_t length)
{
    const EVP_MD_CTX *prepared = key->signing[context_index(alg)];
    size_t len = CRYPTO_SIGNATURE_MAX;
    errors before = errors_begin();
    bool good = key_coordinate(key->kind) > 0
                    ? sign_ec(prepared, bytes, out, length / 2)
                    : sign_with(prepared, bytes, out, &len) && len == length;
    return errors_end(before, good ? FNT_OK : FNT_FAULT_CRYPTO);
}

fnt_status crypto_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                       unsigned char *signature, size_t *len)
{
    *len = 0;
    if (key->kind != alg->kind || !key->is_private || key->bits == 0)
        return FNT_FAULT_KEY;
    size_t length = algorithm_signature(alg, key->bits);
    fnt_status status = key->kind == KEY_SECRET
                            ? hmac(key, alg, signed_bytes, signature)
                            : sign_pair(key, alg, signed_bytes, signature, length);
    if (status == FNT_OK)
        *len = length;
    return status;
}

/* ---- PKCS#8 of an EC key ------------------------------------------------- */

/* DER is written from its end to its start, as lengths stand before what they count. */
typedef struct {
    unsigned char scratch[320]; /* P-521 takes 241 */
    size_t at;
} writer;

static void put(writer *w, span bytes)
{
    w->at -= bytes.len;
    memcpy(w->scratch + w->at, bytes.at, bytes.len);
}

static void put_byte(writer *w, size_t byte)
{
    w->scratch[--w->at] = (unsigned char)byte;
}

/* Makes one element of what stands between here and end. */
static void wrap(writer *w, size_t end, size_t tag)
{
    size_t len = end - w->at;
    put_byte(w, len & 0xff);
    if (len > 0xff)
        put_byte(w, len >> 8);
    if (len >= 0x80)
        put_byte(w, len > 0xff ? 0x82 : 0x81);
    put_byte(w, tag);
}

/* PKCS#8 (RFC 5958, 2) with an ECPrivateKey (RFC 5915, 3) inside; d is as long as a coordinate. */
static void write_ec(writer *w, const crypto_key *key, span d)
{
    enum { END = sizeof w->scratch };
    static const span curves[] = {{"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10},
                                  {"\x06\x05\x2b\x81\x04\x00\x22", 7},
                                  {"\x06\x05\x2b\x81\x04\x00\x23", 7}};
    w->at = END;
    put(w, key->numbers.y);
    put(w, key->numbers.x);
    put(w, SPAN("\x00\x04")); /* no unused bits; not compressed */
    wrap(w, END, DER_BITS);
    wrap(w, END, DER_CONTEXT + 1);
    size_t end = w->at;
    put(w, d);
    wrap(w, end, DER_OCTETS);
    put(w, SPAN("\x02\x01\x01"));
    wrap(w, END, DER_SEQUENCE);
    wrap(w, END, DER_OCTETS);
    end = w->at;
    put(w, curves[key->kind]);
    put(w, SPAN("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01")); /* id-ecPublicKey */
    wrap(w, end, DER_SEQUENCE);
    put(w, SPAN("\x02\x01\x00"));
    wrap(w, END, DER_SEQUENCE);
}

static bool ec_private_pem(const crypto_key *key, BIO *bio)
{
    unsigned char d[CRYPTO_COORDINATE_MAX];
    int len = (int)key_coordinate(key->kind);
    writer w;
    BIGNUM *number = BN_secure_new();
    bool good = number != NULL &&
                EVP_PKEY_get_bn_param(key->pair, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
                BN_bn2binpad(number, d, len) == len;
    if (good) {
        write_ec(&w, key, (span){(const char *)d, (size_t)len});
        good = PEM_write_bio(bio, "PRIVATE KEY", "", w.scratch + w.at,
                             (long)(sizeof w.scratch - w.at)) > 0;
    }
    BN_clear_free(number);
    memory_cleanse(d, sizeof d);
    memory_cleanse(&w, sizeof w);
    return good;
}

/* ---- PEM out ------------------------------------------------------------- */

static bool write_private_pem(BIO *bio, const crypto_key *key)
{
    if (key_coordinate(key->kind) > 0)
        return ec_private_pem(key, bio);
    return PEM_write_bio_PKCS8PrivateKey(bio, key->pair, NULL, NULL, 0, NULL, NULL) == 1;
}

static fnt_status write_pem(const crypto_key *key, bool private_half, buf *out)
{
    char *at = NULL;
    errors before = errors_begin();
    BIO *bio = BIO_new(BIO_s_secmem()); /* wiped */
    bool good = bio != NULL && (private_half ? write_private_pem(bio, key)
                                             : PEM_write_bio_PUBKEY(bio, key->pair) == 1);
    long len = good ? BIO_get_mem_data(bio, &at) : 0;
    if (len > 0)
        buf_add(out, (span){at, (size_t)len});
    BIO_free(bio);
    return errors_end(before, len > 0 ? FNT_OK : FNT_FAULT_CRYPTO);
}

fnt_status crypto_private_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET || !key->is_private ? FNT_FAULT_KEY : write_pem(key, true, out);
}

fnt_status crypto_public_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET ? FNT_FAULT_KEY : write_pem(key, false, out);
}
