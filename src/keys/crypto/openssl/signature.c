/* SPDX-License-Identifier: MIT */
/* Signatures. */
#include "keys/crypto/openssl/common.h"

#include <openssl/bn.h>
#include <openssl/ec.h>

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

/* A negative result is no fault yet: some wrong signatures lead to the point at infinity, which
 * OpenSSL calls an error. errors_end finds the real faults. */
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
    const EVP_MD_CTX *prepared = key->native->verifying[context_index(alg)];
    if (!key_is_ec(key->kind))
        return verify_with(prepared, bytes, at, signature.len);
    int len = to_der(at, signature.len / 2, der);
    assert(len <= DER_MAX);
    return len > 0 ? verify_with(prepared, bytes, der, (size_t)len) : FNT_FAULT_CRYPTO;
}

fnt_status backend_hmac(const crypto_key *key, const algorithm *alg, span bytes, unsigned char *out)
{
    size_t len = 0;
    errors before = errors_begin();
    EVP_MAC_CTX *own = EVP_MAC_CTX_dup(key->native->mac[alg->hash]);
    bool good = own != NULL &&
                EVP_MAC_update(own, (const unsigned char *)bytes.at, bytes.len) == 1 &&
                EVP_MAC_final(own, out, &len, alg->signature) == 1 && len == alg->signature;
    EVP_MAC_CTX_free(own);
    return errors_end(before, good ? FNT_OK : FNT_FAULT_CRYPTO);
}

fnt_status backend_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                          span signature)
{
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

fnt_status backend_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                        unsigned char *signature, size_t len)
{
    const EVP_MD_CTX *prepared = key->native->signing[context_index(alg)];
    size_t written = CRYPTO_SIGNATURE_MAX;
    errors before = errors_begin();
    bool good = key_is_ec(key->kind)
                    ? sign_ec(prepared, signed_bytes, signature, len / 2)
                    : sign_with(prepared, signed_bytes, signature, &written) && written == len;
    return errors_end(before, good ? FNT_OK : FNT_FAULT_CRYPTO);
}
