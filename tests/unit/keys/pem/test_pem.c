/* SPDX-License-Identifier: MIT */
#include "keys/pem/asn1_key.h"
#include "keys/pem/der.h"
#include "keys/thumbprint.h"
#include "support/key_help.h"
#include "support/key_texts.h"

#define NO_END "a BEGIN line without its END line"
#define OTHER_END "an END line that names something else than its BEGIN line"
#define NO_LABEL "a BEGIN line without a label in capitals"

static const struct {
    const char *text;
    const char *labels; /* of the blocks, each followed by "|" or, if encrypted, "!" */
    const char *fault;
    const char *why;
} rows[] = {
    {"", "", NULL, "nothing"},
    {"hello\n", "", NULL, "no PEM"},
    {"-----BEGIN A KEY-----\nAA==\n-----END A KEY-----\n", "A KEY|", NULL, "one block"},
    {"-----BEGIN A KEY-----\r\nAA==\r\n-----END A KEY-----\r\n", "A KEY|", NULL,
     "line ends of Windows"},
    {"-----BEGIN A KEY-----\nAA==\n-----END A KEY-----", "A KEY|", NULL,
     "no line end after the last"},
    {"-----BEGIN A-----\n-----END A-----\n-----BEGIN B9-----\n-----END B9-----\n", "A|B9|", NULL,
     "several"},
    {"Certificate:\n  Data\n-----BEGIN A-----\n-----END A-----\nbye\n-----BEGIN B-----\n-----END "
     "B-----\nx",
     "A|B|", NULL, "text around, as of openssl -text"},
    {"\xef\xbb\xbf-----BEGIN A-----\n-----END A-----\n", "A|", NULL,
     "a byte order mark is text before"},
    {"---------BEGIN A-----\n-----END A-----\n", "A|", NULL, "more dashes than needed"},
    {"-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n-----BEGIN "
     "A-----\n-----END A-----\n",
     "A|", NULL, "curve parameters are passed over"},
    {"-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n", "", NULL,
     "and alone they are nothing"},
    {"-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----\n",
     "ENCRYPTED PRIVATE KEY!", NULL, "PKCS#8"},
    {"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAA\n-----END EC "
     "PRIVATE KEY-----\n",
     "EC PRIVATE KEY!", NULL, "RFC 1421"},
    {"-----BEGIN A-----\nAA==\n", "", NO_END, "cut off"},
    {"-----BEGIN A-----\n-----END A----", "", OTHER_END, "cut off in the last line"},
    {"-----BEGIN A-----\n-----END ", "", OTHER_END, "cut off after END"},
    {"-----BEGIN A-----\n-----END B-----\n", "", OTHER_END, "another END"},
    {"-----BEGIN A-----\n-----END AB-----\n", "", OTHER_END, "a longer END"},
    {"-----BEGIN A-----\n-----BEGIN B-----\n-----END B-----\n", "", NO_END, "one inside another"},
    {"-----BEGIN A-----\n-----END A-----\n-----BEGIN B-----\n", "A|", NO_END,
     "the second is cut off"},
    {"-----BEGIN -----\n-----END -----\n", "", NO_LABEL, "no label"},
    {"-----BEGIN a key-----\n-----END a key-----\n", "", NO_LABEL, "small letters"},
    {"-----BEGIN A KEY\n-----END A KEY-----\n", "", NO_LABEL, "no dashes behind the label"},
    {"-----BEGIN ", "", NO_LABEL, "the text ends there"},
    {"-----BEGIN A", "", NO_LABEL, "the text ends in the label"},
    {"-----BEGI\n-----BEGINA-----\n", "", NULL, "nearly"},
};

Test(pem, finds_the_blocks)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        span text = span_of(rows[i].text);
        pem_block block;
        const char *fault = "left over";
        buf labels = BUF_EMPTY;
        while (pem_next(&text, &block, &fault)) {
            cr_expect(span_starts(block.block, SPAN("-----BEGIN ")), "%s", rows[i].why);
            cr_expect_eq(memcmp(block.block.at + block.block.len - 5, "-----", 5), 0, "%s",
                         rows[i].why);
            buf_add(&labels, block.label);
            buf_byte(&labels, block.encrypted ? '!' : '|');
        }
        cr_expect_null(block.label.at, "%s", rows[i].why);
        cr_expect(span_equal(span_of(fault), span_of(rows[i].fault)), "%s: %s", rows[i].why, fault);
        cr_expect(span_equal(buf_span(&labels), span_of(rows[i].labels)) ||
                      (labels.len == 0 && rows[i].labels[0] == '\0'),
                  "%s", rows[i].why);
        buf_free(&labels);
    }
}

Test(pem, is_told_from_other_text)
{
    cr_expect(pem_has_block(SPAN("x\n-----BEGIN A-----")));
    cr_expect_not(pem_has_block(SPAN("-----BEGIN")));
    cr_expect_not(pem_has_block(SPAN("{\"kty\":\"EC\"}")));
    cr_expect_not(pem_has_block(SPAN_NONE));
}

/* ---- keys out of blocks -------------------------------------------------- */

#define DAMAGED "its content is damaged"
#define NO_KEY "this kind of PEM block holds no key that can be used"
#define OPENSSH                                                                                    \
    "it is in OpenSSH's own form: ssh-keygen -p -m PKCS8 -f FILE rewrites it, if it is ECDSA or "  \
    "RSA"
#define CURVE "its curve is none of P-256, P-384 and P-521"
#define SPELLED                                                                                    \
    "its curve is spelled out; it must be given by name (openssl ec -param_enc named_curve)"
#define EDWARDS "Ed25519 is not supported by this build (%)"
#define KOBLITZ "secp256k1 (ES256K) is not supported by this build (%)"
#define BELONGS(LABEL) "its content belongs between BEGIN " LABEL " and END " LABEL " lines"
#define CERTIFICATE(BODY) "-----BEGIN CERTIFICATE-----\n" BODY "\n-----END CERTIFICATE-----\n"
#define P256_SPKI_BASE64                                                                           \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE03rNBqTPVGNont45jBblwbCJmMhz"                             \
    "DUOjhO6hJUqegJfSKRaKV7Qa8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYIw=="
#define P256_SEC1_BASE64                                                                           \
    "MHcCAQEEIMFQNQCvQkF3Vqzjq9prpE838RnhUclMOe5Rv6cdmuOioAoGCCqGSM49"                             \
    "AwEHoUQDQgAE03rNBqTPVGNont45jBblwbCJmMhzDUOjhO6hJUqegJfSKRaKV7Qa"                             \
    "8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYIw=="
#define ED_KID "CdT-HxbKCVPuObrI_wyhVdFwguuvPhaa8wAMa-mTagY"
#define P256_KID "-AJO3yBifL0QjVje52GawBWBZzDvOilirl0Pu18NgIs"
#define RSA_KID "twX10pAzt47zTo5vPfyMbHnLgHUYxdtxzNlck9XS0H4"

static const struct {
    const char *what, *text;
    fnt_status status;
    /* the thumbprint, which openssl and a script worked out, or the reason; ED_KID, else EDWARDS */
    const char *expected;
    bool is_private;
} forms[] = {
    {"SEC1", P256_SEC1, FNT_OK, P256_KID, true},
    {"SEC1 behind its curve parameters", P256_SEC1_PARAMS, FNT_OK, P256_KID, true},
    {"SEC1 without its public half", P256_SEC1_NO_PUBLIC, FNT_OK, P256_KID, true},
    {"PKCS#8", P256_PKCS8, FNT_OK, P256_KID, true},
    {"SPKI", P256_SPKI, FNT_OK, P256_KID, false},
    {"a certificate", P256_CERT, FNT_OK, P256_KID, false},
    {"a certificate of version 1", P256_CERT_V1, FNT_OK, P256_KID, false},
    {"a certificate of an Ed25519 authority", P256_CERT_BY_ED, FNT_OK, P256_KID, false},
    {"P-384", P384_PKCS8, FNT_OK, "9dG6jYOK4jJKb2s2SEDEjB24FpMzYoAE20HPBHZQdHE", true},
    {"P-521", P521_PKCS8, FNT_OK, "IPX8ntki9O8Pt0viz0wCRNIBuBwHlS7y9FqTX_cZuug", true},
    {"PKCS#1", RSA_PKCS1, FNT_OK, RSA_KID, true},
    {"PKCS#8, RSA", RSA_PKCS8, FNT_OK, RSA_KID, true},
    {"SPKI, RSA", RSA_SPKI, FNT_OK, RSA_KID, false},
    {"PKCS#1, public", RSA_PUBLIC_PKCS1, FNT_OK, RSA_KID, false},
    {"a certificate, RSA", RSA_CERT, FNT_OK, RSA_KID, false},
    {"a certificate request", P256_CSR, FNT_FAULT_KEY, NO_KEY, false},
    {"OpenSSH's own", SSH, FNT_FAULT_KEY, OPENSSH, false},
    {"encrypted PKCS#8", P256_ENCRYPTED, FNT_FAULT_KEY, "it is encrypted", false},
    {"encrypted SEC1", P256_LEGACY_ENCRYPTED, FNT_FAULT_KEY, "it is encrypted", false},
    {"SEC1, curve spelled out", P256_SEC1_EXPLICIT, FNT_FAULT_KEY, SPELLED, false},
    {"PKCS#8, curve spelled out", P256_PKCS8_EXPLICIT, FNT_FAULT_KEY, SPELLED, false},
    {"SPKI, compressed", P256_SPKI_COMPRESSED, FNT_FAULT_KEY,
     "its point is compressed; it must not be (openssl ec -conv_form uncompressed)", false},
    {"SPKI, curve spelled out", P256_SPKI_EXPLICIT, FNT_FAULT_KEY, SPELLED, false},
    {"secp256k1", K256_PKCS8, FNT_FAULT_UNSUPPORTED, KOBLITZ, false},
    {"secp256k1, public", K256_SPKI, FNT_FAULT_UNSUPPORTED, KOBLITZ, false},
    {"RSA of 1024 bits", RSA1024_SPKI, FNT_FAULT_KEY, "its RSA modulus has fewer than 2048 bits",
     false},
    {"Ed25519", ED_PKCS8, FNT_OK, ED_KID, true},
    {"Ed25519, public", ED_SPKI, FNT_OK, ED_KID, false},
    {"Ed25519, certificate", ED_CERT, FNT_OK, ED_KID, false},
    {"Ed448, public", ED448_SPKI, FNT_FAULT_UNSUPPORTED, "Ed448 is not supported by this build (%)",
     false},
    {"an empty block", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", FNT_FAULT_KEY,
     DAMAGED, false},
    {"no base64", "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n", FNT_FAULT_KEY,
     DAMAGED, false},
    {"an empty sequence", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
     FNT_FAULT_KEY, DAMAGED, false},
    {"an empty sequence, certificate",
     "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", FNT_FAULT_KEY, DAMAGED,
     false},
    {"no sequence, certificate", "-----BEGIN CERTIFICATE-----\nAgEB\n-----END CERTIFICATE-----\n",
     FNT_FAULT_KEY, DAMAGED, false},
    {"a certificate without its fields",
     "-----BEGIN CERTIFICATE-----\nMAIwAA==\n-----END CERTIFICATE-----\n", FNT_FAULT_KEY, DAMAGED,
     false},
    {"a key under another label", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
     FNT_FAULT_KEY, DAMAGED, false},
    {"a public key as a certificate", CERTIFICATE(P256_SPKI_BASE64), FNT_FAULT_KEY,
     BELONGS("PUBLIC KEY"), false},
    {"SPKI as PKCS#1",
     "-----BEGIN RSA PUBLIC KEY-----\n" P256_SPKI_BASE64 "\n-----END RSA PUBLIC KEY-----\n",
     FNT_FAULT_KEY, BELONGS("PUBLIC KEY"), false},
    {"SEC1 as PKCS#8",
     "-----BEGIN PRIVATE KEY-----\n" P256_SEC1_BASE64 "\n-----END PRIVATE KEY-----\n",
     FNT_FAULT_KEY, BELONGS("EC PRIVATE KEY"), false},
    {"no padding", "-----BEGIN PUBLIC KEY-----\nMAA\n-----END PUBLIC KEY-----\n", FNT_FAULT_KEY,
     DAMAGED, false},
    {"too much padding", "-----BEGIN PUBLIC KEY-----\nM===\n-----END PUBLIC KEY-----\n",
     FNT_FAULT_KEY, DAMAGED, false},
    {"padding inside", "-----BEGIN PUBLIC KEY-----\nMA==MAA=\n-----END PUBLIC KEY-----\n",
     FNT_FAULT_KEY, DAMAGED, false},
    {"base64url", "-----BEGIN PUBLIC KEY-----\nMA_-\n-----END PUBLIC KEY-----\n", FNT_FAULT_KEY,
     DAMAGED, false},
    {"bits that count for nothing", "-----BEGIN PUBLIC KEY-----\nMAB=\n-----END PUBLIC KEY-----\n",
     FNT_FAULT_KEY, DAMAGED, false},
};

static fnt_status import(const char *text, crypto_key **key, const char **reason)
{
    span rest = span_of(text);
    pem_block block;
    const char *fault = NULL;
    cr_assert(pem_next(&rest, &block, &fault), "%s", fault);
    return asn1_key_read(&block, key, reason);
}

static fnt_status expected_of(size_t i)
{
    return strcmp(forms[i].expected, ED_KID) == 0 && !has_eddsa() ? FNT_FAULT_UNSUPPORTED
                                                                  : forms[i].status;
}

Test(pem, rule_15_forms_of_keys)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        crypto_key *key = NULL;
        const char *reason = NULL;
        char kid[THUMBPRINT_SIZE + 1] = {0};
        cr_expect_eq(import(forms[i].text, &key, &reason), expected_of(i), "%s", forms[i].what);
        cr_expect_eq(key != NULL, expected_of(i) == FNT_OK, "%s", forms[i].what);
        if (key == NULL) {
            cr_expect_str_eq(reason, forms[i].status == FNT_OK ? EDWARDS : forms[i].expected, "%s",
                             forms[i].what);
            continue;
        }
        cr_expect_eq(jwk_thumbprint(key, kid), FNT_OK);
        cr_expect_str_eq(kid, forms[i].expected, "%s", forms[i].what);
        cr_expect_eq(crypto_is_private(key), forms[i].is_private, "%s", forms[i].what);
        crypto_free(key);
    }
}

Test(pem, rule_14_the_public_half_alone)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        crypto_key *key = NULL;
        pem_block block;
        const char *reason = NULL;
        char kid[THUMBPRINT_SIZE + 1] = {0};
        bool was_private = !forms[i].is_private;
        span rest = span_of(forms[i].text);
        cr_assert(pem_next(&rest, &block, &reason));
        cr_expect_eq(asn1_key_read_public(&block, &key, &was_private, &reason), expected_of(i),
                     "%s", forms[i].what);
        cr_expect_eq(key != NULL, expected_of(i) == FNT_OK, "%s", forms[i].what);
        if (key == NULL)
            continue;
        cr_expect_eq(jwk_thumbprint(key, kid), FNT_OK);
        cr_expect_str_eq(kid, forms[i].expected, "%s", forms[i].what);
        cr_expect_not(crypto_is_private(key), "%s", forms[i].what);
        cr_expect_eq(was_private, forms[i].is_private, "%s", forms[i].what);
        crypto_free(key);
    }
}

static span body_of(const char *pem, unsigned char *dst)
{
    span text = span_of(pem);
    size_t start = span_index(text, '\n') + 1, len = 0;
    buf url = BUF_EMPTY;
    for (size_t i = start; text.at[i] != '-'; i++)
        if (text.at[i] != '\n' && text.at[i] != '=')
            buf_byte(&url, text.at[i] == '+' ? '-' : text.at[i] == '/' ? '_' : text.at[i]);
    len = base64url_decoded(url.len);
    cr_assert(base64url_decode(buf_span(&url), dst));
    buf_free(&url);
    return (span){(char *)dst, len};
}

static void armour(span label, span der, buf *out)
{
    buf_add(out, SPAN("-----BEGIN "));
    buf_add(out, label);
    buf_add(out, SPAN("-----\n"));
    size_t start = out->len;
    base64url_encode(out, der);
    for (size_t i = start; i < out->len; i++)
        out->at[i] = out->at[i] == '-' ? '+' : out->at[i] == '_' ? '/' : out->at[i];
    while ((out->len - start) % 4 != 0)
        buf_byte(out, '=');
    buf_add(out, SPAN("\n-----END "));
    buf_add(out, label);
    buf_add(out, SPAN("-----\n"));
}

static fnt_status import_der(span label, span der)
{
    crypto_key *key = NULL;
    const char *reason = NULL;
    buf text = BUF_EMPTY;
    armour(label, der, &text);
    fnt_status status = import(text.at, &key, &reason);
    crypto_free(key);
    buf_free(&text);
    return status;
}

Test(pem, every_cut_and_anything_behind_is_refused)
{
    static const struct {
        const char *label, *text;
    } whole[] = {{"EC PRIVATE KEY", P256_SEC1},  {"PRIVATE KEY", P256_PKCS8},
                 {"PUBLIC KEY", P256_SPKI},      {"CERTIFICATE", P256_CERT},
                 {"RSA PRIVATE KEY", RSA_PKCS1}, {"RSA PUBLIC KEY", RSA_PUBLIC_PKCS1}};
    unsigned char dst[2048];
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        span label = span_of(whole[i].label), der = body_of(whole[i].text, dst);
        cr_expect_eq(import_der(label, der), FNT_OK, "%s", whole[i].label);
        for (size_t len = 1; len < der.len; len++)
            cr_expect_eq(import_der(label, (span){der.at, len}), FNT_FAULT_KEY, "%s cut to %zu",
                         whole[i].label, len);
        dst[der.len] = 0;
        cr_expect_eq(import_der(label, (span){der.at, der.len + 1}), FNT_FAULT_KEY,
                     "%s with a byte behind", whole[i].label);
    }
}

Test(pem, rule_13_halves_that_do_not_belong_together)
{
    unsigned char dst[2048];
    span der = body_of(P256_SEC1, dst);
    dst[der.len - 1] ^= 1; /* of the public half: no longer on the curve */
    cr_expect_eq(import_der(SPAN("EC PRIVATE KEY"), der), FNT_FAULT_KEY);
    dst[der.len - 1] ^= 1;
    dst[20] ^= 1; /* of the private half */
    cr_expect_eq(import_der(SPAN("EC PRIVATE KEY"), der), FNT_FAULT_KEY);
}

/* ---- DER ----------------------------------------------------------------- */

/* The private number of P256_SEC1 and its point. */
#define D "c1503500af42417756ace3abda6ba44f37f119e151c94c39ee51bfa71d9ae3a2"
#define Q                                                                                          \
    "04d37acd06a4cf5463689ede398c16e5c1b08998c8730d43a384eea1254a9e8097"                           \
    "d229168a57b41af2a3ee393f28f2d664719c8f9760ce422b543ade7ec8cb5823"
#define SMALL "its RSA modulus has fewer than 2048 bits"

/* By a script, so that all lengths agree: what is told is wrong, and nothing else. */
static const struct {
    const char *label, *hex;
    const char *reason; /* NULL: a key */
    const char *why;
} shapes[] = {
    {"EC PRIVATE KEY", "30310201010420" D "a00a06082a8648ce3d030107", NULL,
     "SEC1 without its point"},
    {"EC PRIVATE KEY", "30770201010420" D "a00a06082a8648ce3d030107a144034200" Q, NULL,
     "SEC1 with it"},
    {"EC PRIVATE KEY", "306b0201010420" D "a144034200" Q, "it does not name its curve",
     "a point and no curve"},
    {"EC PRIVATE KEY", "30250201010420" D, "it does not name its curve", "neither"},
    {"EC PRIVATE KEY", "30310201000420" D "a00a06082a8648ce3d030107", DAMAGED, "version 0"},
    {"EC PRIVATE KEY", "30310201020420" D "a00a06082a8648ce3d030107", DAMAGED, "version 2"},
    {"EC PRIVATE KEY", "30330201010420" D "a00c06082a8648ce3d0301070500", DAMAGED,
     "something behind the curve"},
    {"EC PRIVATE KEY", "30290201010420" D "a0020500", DAMAGED, "NULL for a curve"},
    {"EC PRIVATE KEY", "302e0201010420" D "a00706052b81040009", CURVE, "secp160k1"},
    {"EC PRIVATE KEY", "30290201010420" D "a0023000", SPELLED, "a curve that is spelled out"},
    {"EC PRIVATE KEY", "30320201010421" D "00a00a06082a8648ce3d030107",
     "its private number has not the length that its curve asks for", "a byte too many"},
    {"EC PRIVATE KEY",
     "3030020101041f503500af42417756ace3abda6ba44f37f119e151c94c39ee51bfa71d9ae3a2a00a06082a8648ce3"
     "d030107",
     "its private number has not the length that its curve asks for", "a byte too few"},
    {"EC PRIVATE KEY", "30110201010400a00a06082a8648ce3d030107",
     "its private number has not the length that its curve asks for", "none"},
    {"EC PRIVATE KEY", "30790201010420" D "a00a06082a8648ce3d030107a146034200" Q "0500", DAMAGED,
     "something behind the point"},
    {"EC PRIVATE KEY", "30760201010420" D "a00a06082a8648ce3d030107a1430441" Q, DAMAGED,
     "a point in an OCTET STRING"},
    {"EC PRIVATE KEY", "30770201010420" D "a00a06082a8648ce3d030107a244034200" Q, DAMAGED, "[2]"},
    {"EC PRIVATE KEY", "30790201010420" D "a00a06082a8648ce3d030107a144034200" Q "0500", DAMAGED,
     "something behind all"},
    {"EC PRIVATE KEY", "30310201010420" D "a00a06082a8648ce3d0301070500", DAMAGED,
     "something behind the key"},
    {"PRIVATE KEY", "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420" D,
     NULL, "PKCS#8, its curve outside alone"},
    {"PRIVATE KEY",
     "304d020100301306072a8648ce3d020106082a8648ce3d030107043330310201010420" D
     "a00a06082a8648ce3d030107",
     NULL, "PKCS#8, its curve twice"},
    {"PRIVATE KEY",
     "304a020100301006072a8648ce3d020106052b81040022043330310201010420" D
     "a00a06082a8648ce3d030107",
     DAMAGED, "two curves"},
    {"PRIVATE KEY",
     "3043020100300906072a8648ce3d0201043330310201010420" D "a00a06082a8648ce3d030107", DAMAGED,
     "no curve outside"},
    {"PRIVATE KEY",
     "3043020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420" D "a000", NULL,
     "with attributes"},
    {"PRIVATE KEY",
     "308185020101301306072a8648ce3d020106082a8648ce3d030107042730250201010420" D "814200" Q, NULL,
     "version 1, with its public half"},
    {"PRIVATE KEY", "3041020102301306072a8648ce3d020106082a8648ce3d030107042730250201010420" D,
     DAMAGED, "version 2"},
    {"PRIVATE KEY",
     "3043020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420" D "a200", DAMAGED,
     "[2]"},
    {"PRIVATE KEY", "3042020100301306072a8648ce3d020106082a8648ce3d03010703280030250201010420" D,
     DAMAGED, "a key in a BIT STRING"},
    {"PRIVATE KEY",
     "3043020100301306072a8648ce3d020106082a8648ce3d030107042930250201010420" D "0500", DAMAGED,
     "something behind its inside"},
    {"PRIVATE KEY",
     "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420" D "0500", DAMAGED,
     "something behind all"},
    {"PRIVATE KEY", "302e0201003000042730250201010420" D, DAMAGED, "no kind"},
    {"PRIVATE KEY", "303302010030050603551d03042730250201010420" D,
     "it is neither an RSA nor an EC key", "another kind"},
    {"PRIVATE KEY",
     "302f020100300b06092a864886f70d01010a041d301b0201010201010201010201010201010201010201010201010"
     "20101",
     "it is an RSA key for PSS alone; give it as an ordinary RSA key", "PSS"},
    {"PRIVATE KEY",
     "3039020100301506092a864886f70d01010106082a8648ce3d030107041d301b02010002010102010102010102010"
     "1020101020101020101020101",
     DAMAGED, "RSA with a curve"},
    {"PRIVATE KEY",
     "3031020100300d06092a864886f70d0101010500041d301b020100020101020101020101020101020101020101020"
     "101020101",
     SMALL, "RSA"},
    {"PRIVATE KEY",
     "302f020100300b06092a864886f70d010101041d301b0201000201010201010201010201010201010201010201010"
     "20101",
     SMALL, "RSA without its NULL"},
    {"RSA PRIVATE KEY", "301b020100020101020101020101020101020101020101020101020101", SMALL,
     "all numbers"},
    {"RSA PRIVATE KEY", "301b020101020101020101020101020101020101020101020101020101",
     "it is an RSA key of more than two primes", "version 1"},
    {"RSA PRIVATE KEY", "3018020100020101020101020101020101020101020101020101", DAMAGED,
     "a number too few"},
    {"RSA PRIVATE KEY", "300f020100020101020101020101020101", DAMAGED, "no q"},
    {"RSA PRIVATE KEY", "301e020100020101020101020101020101020101020101020101020101020101", DAMAGED,
     "a number too many"},
    {"RSA PRIVATE KEY", "301b020100020101020101020180020101020101020101020101020101", DAMAGED,
     "a negative number"},
    {"RSA PRIVATE KEY", "3000", DAMAGED, "no number"},
    {"RSA PUBLIC KEY", "3006020101020101", SMALL, "two numbers"},
    {"RSA PUBLIC KEY", "3009020101020101020101", DAMAGED, "three numbers"},
    {"RSA PUBLIC KEY", "3003020101", DAMAGED, "one number"},
    {"RSA PUBLIC KEY", "3000", DAMAGED, "none"},
    {"RSA PUBLIC KEY", "30060201010201010500", DAMAGED, "something behind"},
    {"PUBLIC KEY", "3059301306072a8648ce3d020106082a8648ce3d030107034200" Q, NULL, "SPKI"},
    {"PUBLIC KEY", "3059301306072a8648ce3d020106082a8648ce3d030107034201" Q, DAMAGED,
     "a bit that does not count"},
    {"PUBLIC KEY", "305b301306072a8648ce3d020106082a8648ce3d030107034200" Q "0500", DAMAGED,
     "something behind"},
    {"PUBLIC KEY", "3059301306072a8648ce3d020106082a8648ce3d030107034200" Q "0500", DAMAGED,
     "something behind all"},
    {"PUBLIC KEY", "305a301306072a8648ce3d020106082a8648ce3d030107034300" Q "00", DAMAGED,
     "a point too long"},
    {"PUBLIC KEY",
     "3059301306072a8648ce3d020106082a8648ce3d03010703420006d37acd06a4cf5463689ede398c16e5c1b08998c"
     "8730d43a384eea1254a9e8097d2291"
     "68a57b41af2a3ee393f28f2d664719c8f9760ce422b543ade7ec8cb5823",
     DAMAGED, "a hybrid point"},
    {"PUBLIC KEY", "3019301306072a8648ce3d020106082a8648ce3d03010703020000", DAMAGED,
     "infinity, as SEC 1 writes it"},
    {"PUBLIC KEY", "3018301306072a8648ce3d020106082a8648ce3d030107030100", DAMAGED, "no point"},
    {"PUBLIC KEY", "3058301206072a8648ce3d020106072a8648ce3d0301034200" Q, CURVE,
     "an unknown curve"},
    {"PUBLIC KEY", "304f300906072a8648ce3d0201034200" Q, DAMAGED, "no curve"},
    {"PUBLIC KEY", "3053300d06092a864886f70d0101010500034200" Q, DAMAGED, "a point for an RSA key"},
    {"PUBLIC KEY", "3044034200" Q, DAMAGED, "no kind"},
    {"PUBLIC KEY", "3000", DAMAGED, "nothing inside"},
    {"CERTIFICATE",
     "306d306602010130003000300030003059301306072a8648ce3d020106082a8648ce3d030107034200" Q
     "3000030100",
     NULL, "bare of all else"},
    {"CERTIFICATE",
     "3074306da00302010202010130003000300030003059301306072a8648ce3d020106082a8648ce3d03010703420"
     "0" Q "a3003000030100",
     NULL, "with a version and extensions"},
    {"CERTIFICATE",
     "306b30640201013000300030003059301306072a8648ce3d020106082a8648ce3d030107034200" Q
     "3000030100",
     DAMAGED, "a field too few"},
    {"CERTIFICATE", "3012300b02010130003000300030003000030100", DAMAGED, "no key"},
    {"CERTIFICATE",
     "306a306330003000300030003059301306072a8648ce3d020106082a8648ce3d030107034200" Q "3000030100",
     DAMAGED, "no serial number"},
    {"CERTIFICATE",
     "306a306602010130003000300030003059301306072a8648ce3d020106082a8648ce3d030107034200" Q "3000",
     DAMAGED, "no signature"},
    {"CERTIFICATE",
     "3068306602010130003000300030003059301306072a8648ce3d020106082a8648ce3d030107034200" Q,
     DAMAGED, "nothing but its inside"},
    {"CERTIFICATE",
     "306f306602010130003000300030003059301306072a8648ce3d020106082a8648ce3d030107034200" Q
     "30000301000500",
     DAMAGED, "something behind"},
    {"CERTIFICATE", "3000", DAMAGED, "nothing inside"},
};

Test(pem, rule_15_shapes_of_der)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        crypto_key *key = NULL;
        const char *reason = NULL;
        span der = unhex(shapes[i].hex);
        buf text = BUF_EMPTY;
        armour(span_of(shapes[i].label), der, &text);
        fnt_status status = import(text.at, &key, &reason);
        cr_expect_eq(status, shapes[i].reason == NULL ? FNT_OK : FNT_FAULT_KEY, "%s, %s: %s",
                     shapes[i].label, shapes[i].why, reason);
        if (shapes[i].reason != NULL)
            cr_expect_str_eq(reason, shapes[i].reason, "%s, %s", shapes[i].label, shapes[i].why);
        crypto_free(key);
        buf_free(&text);
        free_span(der);
    }
}

static const struct {
    const char *hex;
    size_t taken; /* 0: none */
    const char *why;
} elements[] = {
    {"0400", 2, "empty"},
    {"0402aabb04", 4, "something behind"},
    {"0402aa", 0, "too short"},
    {"04", 0, "no length"},
    {"", 0, "nothing"},
    {"0500", 0, "another tag"},
    {"0480", 0, "indefinite"},
    {"048102aabb", 0, "two bytes of length where one does"},
    {"04820002aabb", 0, "three bytes of length where one does"},
    {"0483000002aabb", 0, "four"},
    {"04ff", 0, "reserved"},
    {"0481", 0, "cut in the length"},
    {"048201", 0, "cut in the length"},
};

Test(der, takes_an_element_or_leaves_it)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        span text = unhex(elements[i].hex), rest = text, content = SPAN_NONE;
        cr_expect_eq(der_next(&rest, DER_OCTETS, &content), elements[i].taken > 0, "%s: %s",
                     elements[i].hex, elements[i].why);
        cr_expect_eq(text.len - rest.len, elements[i].taken, "%s: %s", elements[i].hex,
                     elements[i].why);
        free_span(text);
    }
}

static void expect_length(const char *head, size_t len, bool good)
{
    char dst[70000] = {0};
    span start = unhex(head), content;
    memcpy(dst, start.at, start.len);
    span text = {dst, start.len + len}, cut = {dst, start.len + len - 1};
    cr_expect_eq(der_next(&text, DER_OCTETS, &content), good, "%s", head);
    cr_expect(!good || (content.len == len && text.len == 0), "%s", head);
    cr_expect_not(der_next(&cut, DER_OCTETS, &content), "%s, cut", head);
    free_span(start);
}

Test(der, lengths)
{
    expect_length("047f", 127, true);
    expect_length("048180", 128, true);
    expect_length("04817f", 127, false);
    expect_length("0481ff", 255, true);
    expect_length("04820100", 256, true);
    expect_length("048200ff", 255, false);
    expect_length("0482ffff", 65535, true);
    expect_length("0483010000", 65536, false);
}

Test(der, numbers)
{
    static const struct {
        const char *hex, *number;
    } numbers[] = {{"020100", "00"},   {"02017f", "7f"},   {"02020080", "80"},
                   {"0202007f", NULL}, {"020180", NULL},   {"0200", NULL},
                   {"0400", NULL},     {"02020000", NULL}, {"02", NULL}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        span text = unhex(numbers[i].hex), rest = text, number = SPAN_NONE,
             want = unhex(numbers[i].number);
        cr_expect_eq(der_integer(&rest, &number), numbers[i].number != NULL, "%s", numbers[i].hex);
        cr_expect(span_equal(number, want), "%s", numbers[i].hex);
        cr_expect_eq(rest.len, numbers[i].number != NULL ? 0 : text.len, "%s", numbers[i].hex);
        free_span(text);
        free_span(want);
    }
}
