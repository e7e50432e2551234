/* SPDX-License-Identifier: MIT */
#include "keys/pem/asn1_key.h"

#include "keys/pem/der.h"

/* What was read, before it becomes a key. */
typedef struct {
    key_kind kind;
    crypto_numbers numbers;
} parts;

static const char content_damaged[] = "its content is damaged";

static fnt_status damaged(const char **reason)
{
    return refuse_key(reason, content_damaged);
}

/* ---- which kind ---------------------------------------------------------- */

/* Object identifiers, as DER writes them. */
#define OBJECT_RSA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01") /* 1.2.840.113549.1.1.1 */
#define OBJECT_PSS SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a") /* 1.2.840.113549.1.1.10 */
#define OBJECT_EC SPAN("\x2a\x86\x48\xce\x3d\x02\x01")          /* 1.2.840.10045.2.1 */
#define OBJECT_ED25519 SPAN("\x2b\x65\x70")                     /* 1.3.101.112 */
#define OBJECT_ED448 SPAN("\x2b\x65\x71")                       /* 1.3.101.113 */
#define OBJECT_P256 SPAN("\x2a\x86\x48\xce\x3d\x03\x01\x07")    /* 1.2.840.10045.3.1.7 */
#define OBJECT_P384 SPAN("\x2b\x81\x04\x00\x22")                /* 1.3.132.0.34 */
#define OBJECT_K256 SPAN("\x2b\x81\x04\x00\x0a")                /* 1.3.132.0.10 */
#define OBJECT_P521 SPAN("\x2b\x81\x04\x00\x23")                /* 1.3.132.0.35 */

static fnt_status read_curve(span parameters, key_kind *kind, const char **reason)
{
    span name, after = parameters;
    if (der_skip(&after, DER_SEQUENCE))
        return refuse_key(reason, "its curve is spelled out; it must be given by name (openssl ec "
                                  "-param_enc named_curve)");
    if (!der_next(&parameters, DER_OBJECT, &name) || parameters.len > 0)
        return damaged(reason);
    *kind = span_equal(name, OBJECT_P384)   ? KEY_P384
            : span_equal(name, OBJECT_P521) ? KEY_P521
                                            : KEY_P256;
    if (span_equal(name, OBJECT_K256)) {
        *reason = key_no_secp256k1;
        return FNT_FAULT_UNSUPPORTED;
    }
    if (*kind == KEY_P256 && !span_equal(name, OBJECT_P256))
        return refuse_key(reason, "its curve is none of P-256, P-384 and P-521");
    return FNT_OK;
}

static fnt_status read_other(span object, const char **reason)
{
    if (span_equal(object, OBJECT_PSS))
        return refuse_key(reason, "it is an RSA key for PSS alone; give it as an ordinary RSA key");
    if (!span_equal(object, OBJECT_ED448))
        return refuse_key(reason, "it is neither an RSA nor an EC key");
    *reason = key_no_ed448;
    return FNT_FAULT_UNSUPPORTED;
}

/* AlgorithmIdentifier = SEQUENCE { OBJECT IDENTIFIER, parameters }; RSA has NULL there, EC its
 * curve, Ed25519 nothing. */
static fnt_status read_kind(span *rest, key_kind *kind, const char **reason)
{
    span inside, object;
    if (!der_next(rest, DER_SEQUENCE, &inside) || !der_next(&inside, DER_OBJECT, &object))
        return damaged(reason);
    if (span_equal(object, OBJECT_EC))
        return read_curve(inside, kind, reason);
    *kind = span_equal(object, OBJECT_ED25519) ? KEY_ED25519 : KEY_RSA;
    if (*kind == KEY_RSA && !span_equal(object, OBJECT_RSA))
        return read_other(object, reason);
    if (*kind == KEY_RSA)
        der_skip(&inside, DER_NULL); /* some leave it out */
    return inside.len == 0 ? FNT_OK : damaged(reason);
}

/* ---- public keys --------------------------------------------------------- */

/* SEC 1, 2.3.3: 4, x, y. Of Ed25519 its own form (RFC 8410, 4), which crypto_import looks at. */
static fnt_status read_point(span point, parts *out, const char **reason)
{
    size_t len = key_coordinate(out->kind);
    if (out->kind == KEY_ED25519) {
        out->numbers.x = point;
        return FNT_OK;
    }
    if (point.len == 1 + len && (point.at[0] == 2 || point.at[0] == 3))
        return refuse_key(
            reason, "its point is compressed; it must not be (openssl ec -conv_form uncompressed)");
    if (point.len != 1 + 2 * len || point.at[0] != 4)
        return damaged(reason);
    out->numbers.x = (span){point.at + 1, len};
    out->numbers.y = (span){point.at + 1 + len, len};
    return FNT_OK;
}

/* RSAPublicKey = SEQUENCE { n, e } */
static fnt_status read_rsa_public(span der, parts *out, const char **reason)
{
    span inside;
    out->kind = KEY_RSA;
    if (!der_next(&der, DER_SEQUENCE, &inside) || der.len > 0 ||
        !der_integer(&inside, &out->numbers.n) || !der_integer(&inside, &out->numbers.e) ||
        inside.len > 0)
        return damaged(reason);
    return FNT_OK;
}

/* SubjectPublicKeyInfo = SEQUENCE { AlgorithmIdentifier, BIT STRING } */
static fnt_status read_public(span der, parts *out, const char **reason)
{
    span inside, key;
    if (!der_next(&der, DER_SEQUENCE, &inside) || der.len > 0)
        return damaged(reason);
    fnt_status status = read_kind(&inside, &out->kind, reason);
    if (status != FNT_OK)
        return status;
    if (!der_bit_string(&inside, &key) || inside.len > 0)
        return damaged(reason);
    return out->kind == KEY_RSA ? read_rsa_public(key, out, reason) : read_point(key, out, reason);
}

/* Certificate    = SEQUENCE { TBSCertificate, algorithm SEQUENCE, signature BIT STRING }
 * TBSCertificate = SEQUENCE { [0] version OPTIONAL, serial INTEGER, algorithm SEQUENCE, issuer
 * SEQUENCE, validity SEQUENCE,
 *                             subject SEQUENCE, SubjectPublicKeyInfo, ... } */
static fnt_status read_certificate(span der, parts *out, const char **reason)
{
    span outside, inside;
    if (!der_next(&der, DER_SEQUENCE, &outside) || der.len > 0 ||
        !der_next(&outside, DER_SEQUENCE, &inside) || !der_skip(&outside, DER_SEQUENCE) ||
        !der_skip(&outside, DER_BITS) || outside.len > 0)
        return damaged(reason);
    der_skip(&inside, DER_CONTEXT);
    if (!der_skip(&inside, DER_INTEGER))
        return damaged(reason);
    for (int i = 0; i < 4; i++) /* algorithm to subject */
        if (!der_skip(&inside, DER_SEQUENCE))
            return damaged(reason);
    span start = inside;
    if (!der_skip(&inside, DER_SEQUENCE))
        return damaged(reason);
    return read_public((span){start.at, start.len - inside.len}, out, reason);
}

/* ---- private keys -------------------------------------------------------- */

/* RSAPrivateKey = SEQUENCE { version 0, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p }; the last
 * three are worked out again. */
static fnt_status read_rsa_private(span der, parts *out, const char **reason)
{
    span inside, number,
                     *const wanted[] = {&out->numbers.n, &out->numbers.e, &out->numbers.d,
                                        &out->numbers.p, &out->numbers.q};
    out->kind = KEY_RSA;
    if (!der_next(&der, DER_SEQUENCE, &inside) || der.len > 0 || !der_integer(&inside, &number))
        return damaged(reason);
    if (!span_equal(number, SPAN("\0")))
        return refuse_key(reason, "it is an RSA key of more than two primes");
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!der_integer(&inside, wanted[i]))
            return damaged(reason);
    for (int i = 0; i < 3; i++)
        if (!der_integer(&inside, &number))
            return damaged(reason);
    return inside.len == 0 ? FNT_OK : damaged(reason);
}

/* The curve of an ECPrivateKey, where it has one; of_info: what the PrivateKeyInfo around it said,
 * or NULL. Both must agree. */
static fnt_status read_own_curve(span *rest, const key_kind *of_info, key_kind *kind,
                                 const char **reason)
{
    span parameters;
    if (!der_next(rest, DER_CONTEXT, &parameters)) {
        *kind = of_info == NULL ? KEY_P256 : *of_info;
        return of_info == NULL ? refuse_key(reason, "it does not name its curve") : FNT_OK;
    }
    fnt_status status = read_curve(parameters, kind, reason);
    return status == FNT_OK && of_info != NULL && *of_info != *kind ? damaged(reason) : status;
}

/* ECPrivateKey = SEQUENCE { version 1, OCTET STRING, [0] curve OPTIONAL, [1] BIT STRING OPTIONAL }
 */
static fnt_status read_ec_private(span der, const key_kind *of_info, parts *out,
                                  const char **reason)
{
    span inside, version, tagged, point;
    if (!der_next(&der, DER_SEQUENCE, &inside) || der.len > 0 || !der_integer(&inside, &version) ||
        !span_equal(version, SPAN("\1")) || !der_next(&inside, DER_OCTETS, &out->numbers.d))
        return damaged(reason);
    fnt_status status = read_own_curve(&inside, of_info, &out->kind, reason);
    if (status != FNT_OK || inside.len == 0)
        return status;
    if (!der_next(&inside, DER_CONTEXT + 1, &tagged) || inside.len > 0 ||
        !der_bit_string(&tagged, &point) || tagged.len > 0)
        return damaged(reason);
    return read_point(point, out, reason);
}

/* CurvePrivateKey = OCTET STRING (RFC 8410, 7) */
static fnt_status read_edwards_private(span der, parts *out, const char **reason)
{
    out->kind = KEY_ED25519;
    return der_next(&der, DER_OCTETS, &out->numbers.d) && der.len == 0 ? FNT_OK : damaged(reason);
}

/* PrivateKeyInfo = SEQUENCE { version 0 or 1, AlgorithmIdentifier, OCTET STRING, [0] attributes
 * OPTIONAL, [1] public key OPTIONAL }; what is in the last is worked out again. */
static fnt_status read_private(span der, parts *out, const char **reason)
{
    span inside, version, key;
    key_kind kind = KEY_RSA;
    if (!der_next(&der, DER_SEQUENCE, &inside) || der.len > 0 || !der_integer(&inside, &version) ||
        version.len != 1 || version.at[0] > 1)
        return damaged(reason);
    fnt_status status = read_kind(&inside, &kind, reason);
    if (status != FNT_OK)
        return status;
    if (!der_next(&inside, DER_OCTETS, &key))
        return damaged(reason);
    der_skip(&inside, DER_CONTEXT);
    der_skip(&inside, 0x81); /* [1], primitive */
    if (inside.len > 0)
        return damaged(reason);
    if (kind == KEY_RSA)
        return read_rsa_private(key, out, reason);
    return kind == KEY_ED25519 ? read_edwards_private(key, out, reason)
                               : read_ec_private(key, &kind, out, reason);
}

static fnt_status read_sec1(span der, parts *out, const char **reason)
{
    return read_ec_private(der, NULL, out, reason);
}

/* ---- the block ----------------------------------------------------------- */

typedef fnt_status reader(span der, parts *out, const char **reason);

#define MISNAMED(LABEL) "its content belongs between BEGIN " LABEL " and END " LABEL " lines"

static const struct {
    const char *label;
    reader *read;
    const char *misnamed; /* of a block of another label, with such a content */
} known[] = {
    {"PUBLIC KEY", read_public, MISNAMED("PUBLIC KEY")},
    {"RSA PUBLIC KEY", read_rsa_public, MISNAMED("RSA PUBLIC KEY")},
    {"CERTIFICATE", read_certificate, MISNAMED("CERTIFICATE")},
    {"PRIVATE KEY", read_private, MISNAMED("PRIVATE KEY")},
    {"EC PRIVATE KEY", read_sec1, MISNAMED("EC PRIVATE KEY")},
    {"RSA PRIVATE KEY", read_rsa_private, MISNAMED("RSA PRIVATE KEY")},
    {"X509 CERTIFICATE", read_certificate, NULL},
};
enum { KNOWN = sizeof known / sizeof *known };

static reader *reader_of(span label)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (span_equal(label, span_of(known[i].label)))
            return known[i].read;
    return NULL;
}

/* A reader refused a block's content: whether another would not. */
static fnt_status refuse_content(span der, const char **reason)
{
    const char *unused = NULL;
    for (size_t i = 0; i < KNOWN && *reason == content_damaged; i++) {
        parts found = {.kind = KEY_P256};
        if (known[i].read(der, &found, &unused) == FNT_OK)
            *reason = known[i].misnamed;
    }
    return FNT_FAULT_KEY;
}

/* signing false: drops the private half, unless the public one has to be worked out from it. */
static fnt_status import(const pem_block *block, bool signing, parts *found, crypto_key **out,
                         const char **reason)
{
    buf der = BUF_EMPTY;
    reader *read = reader_of(block->label);
    *out = NULL;
    *reason = "there is no memory for it";
    if (block->encrypted)
        return refuse_key(reason, "it is encrypted");
    if (span_equal(block->label, SPAN("OPENSSH PRIVATE KEY")))
        return refuse_key(reason,
                          "it is in OpenSSH's own form: ssh-keygen -p -m PKCS8 -f FILE rewrites "
                          "it, if it is ECDSA or RSA");
    if (read == NULL)
        return refuse_key(reason, "this kind of PEM block holds no key that can be used");
    fnt_status status = pem_decode(block->body, &der);
    if (status == FNT_FAULT_KEY)
        status = damaged(reason);
    if (status == FNT_OK && (status = read(buf_span(&der), found, reason)) == FNT_FAULT_KEY)
        status = refuse_content(buf_span(&der), reason);
    crypto_numbers numbers = found->numbers;
    if (!signing && (numbers.n.at != NULL || numbers.x.at != NULL))
        numbers.d = numbers.p = numbers.q = SPAN_NONE;
    if (status == FNT_OK)
        status = crypto_import(found->kind, &numbers, out, reason);
    buf_free(&der);
    return status;
}

fnt_status asn1_key_read(const pem_block *block, crypto_key **out, const char **reason)
{
    parts found = {.kind = KEY_P256};
    return import(block, true, &found, out, reason);
}

fnt_status asn1_key_read_public(const pem_block *block, crypto_key **out, bool *was_private,
                                const char **reason)
{
    parts found = {.kind = KEY_P256};
    crypto_key *key = NULL;
    fnt_status status = import(block, false, &found, out, reason);
    *was_private = found.numbers.d.at != NULL;
    if (status != FNT_OK || !crypto_is_private(*out))
        return status;
    key = *out; /* it came without its public half, which was worked out */
    status = crypto_public_half(key, out);
    crypto_free(key);
    return status;
}
