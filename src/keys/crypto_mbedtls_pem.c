/* SPDX-License-Identifier: MIT */
/* Numbers and PEM out of a key, and a key out of PEM. */
#include "keys/crypto_mbedtls.h"

#include <mbedtls/asn1.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>

#include "base/memory.h"

enum { PEM_ROOM = 16 * 1024 }; /* a private RSA key of 8192 bits takes 6.4 KB */

/* ---- numbers --------------------------------------------------------------------------------------------------- */

static fnt_status ec_numbers(const crypto_key *key, unsigned char *room, crypto_numbers *out)
{
    size_t len = key_coordinate(key->kind), written = 0;
    int error = mbedtls_ecp_point_write_binary(&key->group, &key->point, MBEDTLS_ECP_PF_UNCOMPRESSED, &written, room,
                                               CRYPTO_NUMBERS_ROOM);
    if (error != 0)
        return status_of(error, FNT_FAULT_CRYPTO);
    out->x = (span){(const char *)room + 1, len};
    out->y = (span){(const char *)room + 1 + len, len};
    return FNT_OK;
}

static fnt_status rsa_numbers(const crypto_key *key, unsigned char *room, crypto_numbers *out)
{
    mbedtls_mpi n, e;
    mbedtls_mpi_init(&n);
    mbedtls_mpi_init(&e);
    int error = mbedtls_rsa_export(&key->rsa, &n, NULL, NULL, NULL, &e);
    size_t n_len = mbedtls_mpi_size(&n), e_len = mbedtls_mpi_size(&e);
    if (error == 0)
        error = mbedtls_mpi_write_binary(&n, room, n_len);
    if (error == 0)
        error = mbedtls_mpi_write_binary(&e, room + n_len, e_len);
    mbedtls_mpi_free(&n);
    mbedtls_mpi_free(&e);
    out->n = (span){(const char *)room, n_len};
    out->e = (span){(const char *)room + n_len, e_len};
    return status_of(error, FNT_FAULT_CRYPTO);
}

fnt_status crypto_public_numbers(const crypto_key *key, unsigned char room[CRYPTO_NUMBERS_ROOM], crypto_numbers *out)
{
    *out = (crypto_numbers){0};
    if (key->kind == KEY_SECRET)
        return FNT_FAULT_KEY;
    return key->kind == KEY_RSA ? rsa_numbers(key, room, out) : ec_numbers(key, room, out);
}

fnt_status crypto_public_half(const crypto_key *key, crypto_key **out)
{
    unsigned char room[CRYPTO_NUMBERS_ROOM];
    crypto_numbers numbers = {.secret = crypto_secret(key)};
    const char *reason = NULL;
    *out = NULL;
    fnt_status status = key->kind == KEY_SECRET ? FNT_OK : crypto_public_numbers(key, room, &numbers);
    return status == FNT_OK ? crypto_import(key->kind, &numbers, out, &reason) : status;
}

/* ---- PEM out --------------------------------------------------------------------------------------------------- */

static int fill_ec(mbedtls_ecp_keypair *pair, const crypto_key *key)
{
    int error = mbedtls_ecp_group_load(&pair->MBEDTLS_PRIVATE(grp), curve_of(key->kind));
    if (error == 0)
        error = mbedtls_ecp_copy(&pair->MBEDTLS_PRIVATE(Q), &key->point);
    if (error == 0)
        error = mbedtls_mpi_copy(&pair->MBEDTLS_PRIVATE(d), &key->number);
    return error;
}

static int fill_pk(mbedtls_pk_context *pk, const crypto_key *key)
{
    int error = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(key->kind == KEY_RSA ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY));
    if (error != 0)
        return error;
    return key->kind == KEY_RSA ? mbedtls_rsa_copy(mbedtls_pk_rsa(*pk), &key->rsa) : fill_ec(mbedtls_pk_ec(*pk), key);
}

static fnt_status pk_status(int error, fnt_status otherwise)
{
    return error == MBEDTLS_ERR_PK_ALLOC_FAILED || error == MBEDTLS_ERR_PEM_ALLOC_FAILED ? FNT_FAULT_MEMORY
                                                                                         : status_of(error, otherwise);
}

static fnt_status write_pem(const crypto_key *key, bool private_half, buf *out)
{
    mbedtls_pk_context pk;
    unsigned char *room = memory_new(PEM_ROOM);
    if (room == NULL)
        return FNT_FAULT_MEMORY;
    mbedtls_pk_init(&pk);
    int error = fill_pk(&pk, key);
    if (error == 0)
        error = private_half ? mbedtls_pk_write_key_pem(&pk, room, PEM_ROOM) : mbedtls_pk_write_pubkey_pem(&pk, room, PEM_ROOM);
    if (error == 0)
        buf_add(out, span_of((const char *)room));
    mbedtls_pk_free(&pk);
    memory_free(room);
    return pk_status(error, FNT_FAULT_CRYPTO);
}

fnt_status crypto_private_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET || !key->is_private ? FNT_FAULT_KEY : write_pem(key, true, out);
}

fnt_status crypto_public_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET ? FNT_FAULT_KEY : write_pem(key, false, out);
}

/* ---- PEM in ---------------------------------------------------------------------------------------------------- */

typedef enum { PART_PUBLIC, PART_PRIVATE, PART_CERTIFICATE, PART_OTHER } part;

static part part_of(span label)
{
    static const struct {
        const char *label;
        part part;
    } known[] = {
        {"PUBLIC KEY", PART_PUBLIC},       {"RSA PUBLIC KEY", PART_PUBLIC},   {"PRIVATE KEY", PART_PRIVATE},
        {"EC PRIVATE KEY", PART_PRIVATE},  {"RSA PRIVATE KEY", PART_PRIVATE}, {"CERTIFICATE", PART_CERTIFICATE},
        {"X509 CERTIFICATE", PART_CERTIFICATE},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_equal(label, span_of(known[i].label)))
            return known[i].part;
    return PART_OTHER;
}

static span der_of(mbedtls_pem_context *pem)
{
#if CLASSIC_2
    return (span){(const char *)pem->buf, pem->buflen};
#else
    size_t len = 0;
    const unsigned char *at = mbedtls_pem_get_buffer(pem, &len);
    return (span){(const char *)at, len};
#endif
}

static span line_of(buf *room, span begin, span label)
{
    buf_add(room, begin);
    buf_add(room, label);
    buf_add(room, SPAN("-----"));
    return buf_span(room);
}

static fnt_status decode(span label, span block, mbedtls_pem_context *pem)
{
    size_t used = 0;
    buf first = BUF_EMPTY, last = BUF_EMPTY;
    char *text = memory_text(block); /* the reader wants a NUL */
    span begin = line_of(&first, SPAN("-----BEGIN "), label), end = line_of(&last, SPAN("-----END "), label);
    fnt_status status = FNT_FAULT_MEMORY;
    if (text != NULL && begin.at != NULL && end.at != NULL)
        status = pk_status(mbedtls_pem_read_buffer(pem, begin.at, end.at, (const unsigned char *)text, NULL, 0, &used), FNT_FAULT_KEY);
    memory_free(text);
    buf_free(&first);
    buf_free(&last);
    return status;
}

/* Whether the bytes of an object identifier stand anywhere in DER. */
static bool holds(span der, span identifier)
{
    for (size_t i = 0; i < der.len; i++)
        if (span_starts(span_from(der, i), identifier))
            return true;
    return false;
}

/* Whether DER is one SEQUENCE and nothing behind it. */
static bool is_sequence(span der)
{
    unsigned char *at = (unsigned char *)der.at;
    const unsigned char *end = at + der.len;
    size_t len = 0;
    return mbedtls_asn1_get_tag(&at, end, &len, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) == 0 && at + len == end;
}

static int skip(unsigned char **at, const unsigned char *end, int tag)
{
    size_t len = 0;
    int error = mbedtls_asn1_get_tag(at, end, &len, tag);
    if (error == 0)
        *at += len;
    return error;
}

/* Up to the key in a certificate (RFC 5280, 4.1):
 *     Certificate    = SEQUENCE { TBSCertificate, algorithm, signature }
 *     TBSCertificate = SEQUENCE { [0] version OPTIONAL, serial INTEGER, signature SEQUENCE, issuer SEQUENCE, validity SEQUENCE,
 *                                 subject SEQUENCE, subjectPublicKeyInfo SEQUENCE, ... }
 * The library's certificate reader would also want to know the algorithm that the certificate was signed with, which says nothing
 * about its key, and lives in a library of its own. */
static int parse_certificate(span der, mbedtls_pk_context *pk)
{
    enum { SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE, VERSION = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED };
    static const int before[] = {MBEDTLS_ASN1_INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE};
    unsigned char *at = (unsigned char *)der.at;
    const unsigned char *end = at + der.len;
    size_t len = 0;
    int error = mbedtls_asn1_get_tag(&at, end, &len, SEQUENCE);
    if (error == 0)
        error = mbedtls_asn1_get_tag(&at, end, &len, SEQUENCE);
    end = error == 0 ? at + len : at;
    if (error == 0 && at < end && *at == VERSION)
        error = skip(&at, end, VERSION);
    for (size_t i = 0; error == 0 && i < sizeof before / sizeof *before; i++)
        error = skip(&at, end, before[i]);
    return error == 0 ? mbedtls_pk_parse_subpubkey(&at, end, pk) : error;
}

static fnt_status parse_private(span der, mbedtls_pk_context *pk)
{
    const unsigned char *at = (const unsigned char *)der.at;
#if CLASSIC_2
    return pk_status(mbedtls_pk_parse_key(pk, at, der.len, NULL, 0), FNT_FAULT_KEY);
#else
    generator *blind = NULL;
    fnt_status status = generator_start(&blind);
    if (status == FNT_OK)
        status = pk_status(mbedtls_pk_parse_key(pk, at, der.len, NULL, 0, mbedtls_hmac_drbg_random, &blind->drbg), FNT_FAULT_KEY);
    generator_stop(blind);
    return status;
#endif
}

static fnt_status parse(span der, part what, mbedtls_pk_context *pk)
{
    if (!is_sequence(der))
        return FNT_FAULT_KEY;
    if (what == PART_PRIVATE)
        return parse_private(der, pk);
    return pk_status(what == PART_CERTIFICATE ? parse_certificate(der, pk)
                                              : mbedtls_pk_parse_public_key(pk, (const unsigned char *)der.at, der.len),
                     FNT_FAULT_KEY);
}

static fnt_status take_rsa(const mbedtls_rsa_context *rsa, crypto_key **out)
{
    *out = key_blank(KEY_RSA);
    return *out == NULL ? FNT_FAULT_MEMORY : pk_status(mbedtls_rsa_copy(&(*out)->rsa, rsa), FNT_FAULT_CRYPTO);
}

static fnt_status take_ec(const mbedtls_ecp_keypair *pair, crypto_key **out, const char **reason)
{
    key_kind kind = KEY_P256;
    if (!curve_kind(pair->MBEDTLS_PRIVATE(grp).id, &kind)) {
        *reason = "its curve is none of P-256, P-384 and P-521";
        return FNT_FAULT_KEY;
    }
    *out = key_blank(kind);
    if (*out == NULL)
        return FNT_FAULT_MEMORY;
    int error = mbedtls_ecp_copy(&(*out)->point, &pair->MBEDTLS_PRIVATE(Q));
    if (error == 0)
        error = mbedtls_mpi_copy(&(*out)->number, &pair->MBEDTLS_PRIVATE(d));
    return pk_status(error, FNT_FAULT_CRYPTO);
}

/* The numbers go through the same checks as a JWK's. */
static fnt_status take(const mbedtls_pk_context *pk, part what, crypto_key **out, const char **reason)
{
    fnt_status status = mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA ? take_rsa(mbedtls_pk_rsa(*pk), out)
                                                                  : take_ec(mbedtls_pk_ec(*pk), out, reason);
    if (status == FNT_OK) {
        (*out)->is_private = what == PART_PRIVATE;
        status = key_prepare(*out, reason);
    }
    if (status != FNT_OK) {
        crypto_free(*out);
        *out = NULL;
    }
    return status;
}

/* 1.3.101.112 and .113; asked only of what could not be parsed, as an Ed25519 authority may sign a certificate of another kind. */
static bool holds_edwards(span der)
{
    return holds(der, SPAN("\x06\x03\x2b\x65\x70")) || holds(der, SPAN("\x06\x03\x2b\x65\x71"));
}

/* 1.2.840.10045.1.1, prime-field: stands in a curve that is spelled out instead of named, which RFC 5480, 2.1.1 forbids: such a curve
 * may have a weakness of its author's choice. Found by chance in one key of 2^60. */
static bool spells_curve(span der)
{
    return holds(der, SPAN("\x06\x07\x2a\x86\x48\xce\x3d\x01\x01"));
}

static fnt_status import_der(span der, part what, crypto_key **out, const char **reason)
{
    mbedtls_pk_context pk;
    if (spells_curve(der)) {
        *reason = "its curve is spelled out; it must be given by name (openssl ec -param_enc named_curve)";
        return FNT_FAULT_KEY;
    }
    mbedtls_pk_init(&pk);
    fnt_status status = parse(der, what, &pk);
    if (status == FNT_OK) {
        status = take(&pk, what, out, reason);
    } else if (status == FNT_FAULT_KEY && holds_edwards(der)) {
        *reason = "Ed25519 and Ed448 are not supported by this build";
        status = FNT_FAULT_UNSUPPORTED;
    }
    mbedtls_pk_free(&pk);
    return status;
}

fnt_status crypto_import_pem(span label, span block, crypto_key **out, const char **reason)
{
    mbedtls_pem_context pem;
    part what = part_of(label);
    *out = NULL;
    *reason = "this kind of PEM block holds no key that can be used";
    if (what == PART_OTHER)
        return FNT_FAULT_KEY;

    *reason = "its content is damaged, or a kind of key that is not supported";
    mbedtls_pem_init(&pem);
    fnt_status status = decode(label, block, &pem);
    if (status == FNT_OK)
        status = import_der(der_of(&pem), what, out, reason);
    mbedtls_pem_free(&pem);
    return status;
}
