/* SPDX-License-Identifier: MIT */
#include "keys/crypto/checks.h"

#include <assert.h>

enum { RSA_BYTES_MAX = RSA_BITS_MAX / 8 };

_Static_assert((int)RSA_BYTES_MAX <= (int)CRYPTO_SIGNATURE_MAX,
               "an RSA signature is as long as its modulus");

const char key_off_curve[] = "its point is not on the curve";
const char key_off_edwards_curve[] = "its point is not on the curve, or of small order";
const char key_no_ed25519[] = "Ed25519 is not supported by this build (%)";
const char key_no_ed448[] = "Ed448 is not supported by this build (%)";
const char key_no_secp256k1[] = "secp256k1 (ES256K) is not supported by this build (%)";
const char key_out_of_range[] = "its private number is out of range";
const char key_halves_mismatch[] = "its private and public halves do not belong together";

static unsigned char byte_at(span number, size_t index)
{
    return (unsigned char)number.at[index];
}

/* ---- EC and Ed25519 ------------------------------------------------------ */

#define EIGHT(byte) byte byte byte byte byte byte byte byte
#define THIRTY(byte) EIGHT(byte) EIGHT(byte) EIGHT(byte) byte byte byte byte byte byte

/* The points of order 1, 2, 4 and 8 without the sign of x, the last two as only a forger writes
 * them: under such a key there are signatures that fit any text. */
static bool is_small_order(span point)
{
    static const char *const points[] = {
        "\x01" THIRTY("\x00") "\x00",
        "\xec" THIRTY("\xff") "\x7f",
        "\x00" THIRTY("\x00") "\x00",
        "\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f"
        "\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
        "\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0"
        "\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
        "\xed" THIRTY("\xff") "\x7f",
        "\xee" THIRTY("\xff") "\x7f",
    };
    size_t last = point.len - 1;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        if (memcmp(point.at, points[i], last) == 0 &&
            (byte_at(point, last) & 0x7f) == (unsigned char)points[i][last])
            return true;
    return false;
}

static fnt_status check_curve_numbers(key_kind kind, const crypto_numbers *n, const char **reason)
{
    size_t len = key_coordinate(kind), y_len = kind == KEY_ED25519 ? 0 : len;
    bool is_private = n->d.at != NULL, without_point = n->x.at == NULL && n->y.at == NULL;
    assert(len > 0 && len <= CRYPTO_COORDINATE_MAX);
    if (!(is_private && without_point) && (n->x.len != len || n->y.len != y_len))
        return refuse_key(reason, "its coordinates have not the length that its curve asks for");
    if (is_private && n->d.len != len)
        return refuse_key(reason, "its private number has not the length that its curve asks for");
    if (kind == KEY_ED25519 && !without_point && is_small_order(n->x))
        return refuse_key(reason, key_off_edwards_curve);
    return FNT_OK;
}

/* ---- RSA ----------------------------------------------------------------- */

/* False: still longer than any number of an RSA key that is taken. */
static bool trim(span *number)
{
    while (number->len > 0 && number->at[0] == '\0')
        *number = span_from(*number, 1);
    return number->len <= RSA_BYTES_MAX;
}

size_t number_bits(span number)
{
    size_t bits = number.len * 8;
    for (unsigned int first = number.len == 0 ? 0x80 : byte_at(number, 0); first < 0x80; first *= 2)
        bits--;
    return bits;
}

static bool is_odd(span number)
{
    return number.len > 0 && byte_at(number, number.len - 1) % 2 == 1;
}

static bool is_below(span number, span limit) /* trimmed */
{
    return number.len != limit.len ? number.len < limit.len
                                   : memcmp(number.at, limit.at, limit.len) < 0;
}

static fnt_status check_rsa_public(span n, span e, const char **reason)
{
    if (number_bits(n) < RSA_BITS_MIN)
        return refuse_key(reason, "its RSA modulus has fewer than 2048 bits");
    if (number_bits(n) > RSA_BITS_MAX)
        return refuse_key(reason, "its RSA modulus has more than 8192 bits");
    if (!is_odd(n))
        return refuse_key(reason, "its RSA modulus is even");
    if (!is_odd(e) || number_bits(e) < 2)
        return refuse_key(reason, "its RSA exponent is even or below 3");
    if (number_bits(e) > RSA_EXPONENT_BITS_MAX)
        return refuse_key(reason, "its RSA exponent has more than 64 bits");
    return FNT_OK;
}

/* Without its primes a key would sign at a quarter of the speed; nobody writes such keys. */
static fnt_status check_rsa_complete(const crypto_numbers *numbers, const char **reason)
{
    static const char *const sentences[] = {
        NULL,
        "its private half is incomplete: it lacks d",
        "its private half is incomplete: it lacks p",
        "its private half is incomplete: it lacks d and p",
        "its private half is incomplete: it lacks q",
        "its private half is incomplete: it lacks d and q",
        "its private half is incomplete: it lacks p and q",
        "its private half is incomplete: it lacks d, p and q",
    };
    unsigned int missing = (numbers->d.len == 0 ? 1 : 0) | (numbers->p.len == 0 ? 2 : 0) |
                           (numbers->q.len == 0 ? 4 : 0);
    return missing == 0 ? FNT_OK : refuse_key(reason, sentences[missing]);
}

static fnt_status check_rsa_numbers(crypto_numbers *numbers, const char **reason)
{
    bool is_private = numbers->d.at != NULL;
    if (!trim(&numbers->n))
        return refuse_key(reason, "its RSA modulus has more than 8192 bits");
    if (!trim(&numbers->e) || !trim(&numbers->d) || !trim(&numbers->p) || !trim(&numbers->q))
        return refuse_key(reason, "one of its RSA numbers is longer than its modulus may be");
    fnt_status status = is_private ? check_rsa_complete(numbers, reason) : FNT_OK;
    if (status == FNT_OK)
        status = check_rsa_public(numbers->n, numbers->e, reason);
    if (status == FNT_OK && is_private && !is_below(numbers->d, numbers->n))
        return refuse_key(reason, key_halves_mismatch);
    return status;
}

/* ---- all kinds ----------------------------------------------------------- */

static fnt_status check_secret(span secret, const char **reason)
{
    if (secret.len == 0)
        return refuse_key(reason, "its secret is empty");
    if (secret.len > CRYPTO_SECRET_MAX)
        return refuse_key(reason, "its secret is longer than 1024 bytes");
    return FNT_OK;
}

fnt_status key_check(key_kind kind, crypto_numbers *numbers, const char **reason)
{
    switch (kind) {
    case KEY_SECRET:
        return check_secret(numbers->secret, reason);
    case KEY_RSA:
        return check_rsa_numbers(numbers, reason);
    default:
        return check_curve_numbers(kind, numbers, reason);
    }
}

size_t key_bits(key_kind kind, const crypto_numbers *numbers)
{
    switch (kind) {
    case KEY_SECRET:
        return numbers->secret.len * 8;
    case KEY_RSA:
        return number_bits(numbers->n);
    default:
        return key_curve_bits(kind);
    }
}
