/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys/pem/asn1_key.h"
#include "support/key_help.h"
#include "support/key_texts.h"
#include "text/document.h"

#define MESSAGE SPAN("signed text")

/* ---- hashes and random bytes --------------------------------------------- */

Test(crypto, sha256)
{
    unsigned char hash[CRYPTO_SHA256];
    span expected = unhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cr_expect_eq(crypto_sha256(SPAN("abc"), hash), FNT_OK);
    cr_expect_arr_eq(hash, expected.at, sizeof hash);
    free_span(expected);
}

Test(crypto, random_bytes_fill_all_and_differ)
{
    static unsigned char a[5000], b[5000];
    size_t zeros = 0;
    cr_expect_eq(crypto_random(a, sizeof a), FNT_OK);
    cr_expect_eq(crypto_random(b, sizeof b), FNT_OK);
    cr_expect_neq(memcmp(a, b, 32), 0);
    for (size_t i = 0; i < sizeof a; i++)
        zeros += a[i] == 0 ? 1 : 0;
    cr_expect_lt(zeros, 60, "about 20 of 5000 are zero by chance");
    cr_expect_eq(crypto_random(a, 0), FNT_OK);
}

Test(crypto, name_and_algorithms)
{
    span name = span_of(crypto_name());
    cr_expect(span_starts(name, SPAN("mbedtls-")) || span_starts(name, SPAN("openssl-")), "%s",
              name.at);
    for (size_t i = 0; i < ALL_ALGORITHMS; i++)
        cr_expect_neq(crypto_algorithms() & all_algorithms[i], 0);
    cr_expect_eq(crypto_algorithms() & ~(ALGORITHMS_ASYMMETRIC | ALGORITHMS_HMAC), 0);
    for (int32_t bit = 1; bit <= FNT_EDDSA; bit *= 2) {
        buf word = BUF_EMPTY;
        buf_byte(&word, ' ');
        algorithm_names(bit, &word);
        cr_expect_eq(strstr(name.at, buf_span(&word).at) != NULL, (crypto_algorithms() & bit) != 0,
                     "%s:%s", name.at, word.at);
        buf_free(&word);
    }
}

/* ---- signing and verifying ----------------------------------------------- */

static crypto_key *generate(int32_t bit)
{
    crypto_key *key = NULL;
    cr_assert_eq(crypto_generate(algorithm_of(bit), &key), FNT_OK);
    return key;
}

static crypto_key *public_of(const crypto_key *key)
{
    crypto_key *half = NULL;
    cr_assert_eq(crypto_public_half(key, &half), FNT_OK);
    return half;
}

static void flip_bits(const crypto_key *key, const algorithm *alg, unsigned char *signature,
                      size_t len)
{
    for (size_t i = 0; i < len; i += len / 8 + 1) {
        signature[i] ^= 0x10;
        cr_expect_eq(crypto_verify(key, alg, MESSAGE, (span){(char *)signature, len}),
                     FNT_REFUSED_SIGNATURE, "%s, byte %zu", alg->name, i);
        signature[i] ^= 0x10;
    }
}

Test(crypto, rule_45_what_is_signed_verifies_and_nothing_else_does)
{
    for (size_t i = 0; i < ALL_ALGORITHMS; i++) {
        const algorithm *alg = algorithm_of(all_algorithms[i]);
        crypto_key *key = generate(alg->bit), *half = public_of(key), *other = generate(alg->bit);
        unsigned char signature[CRYPTO_SIGNATURE_MAX + 1] = {0};
        size_t len = 0;
        cr_expect_eq(crypto_sign(key, alg, MESSAGE, signature, &len), FNT_OK, "%s", alg->name);
        cr_expect_eq(len, alg->signature == 0 ? 256 : alg->signature, "%s", alg->name);
        span made = {(char *)signature, len};
        cr_expect_eq(crypto_verify(key, alg, MESSAGE, made), FNT_OK, "%s", alg->name);
        cr_expect_eq(crypto_verify(half, alg, MESSAGE, made), FNT_OK, "%s", alg->name);
        cr_expect_eq(crypto_verify(half, alg, SPAN("signed texT"), made), FNT_REFUSED_SIGNATURE,
                     "%s", alg->name);
        cr_expect_eq(crypto_verify(other, alg, MESSAGE, made), FNT_REFUSED_SIGNATURE, "%s",
                     alg->name);
        cr_expect_eq(crypto_verify(half, alg, MESSAGE, (span){(char *)signature, len - 1}),
                     FNT_REFUSED_SIGNATURE, "%s", alg->name);
        cr_expect_eq(crypto_verify(half, alg, MESSAGE, (span){(char *)signature, len + 1}),
                     FNT_REFUSED_SIGNATURE, "%s", alg->name);
        cr_expect_eq(crypto_verify(half, alg, MESSAGE, SPAN_NONE), FNT_REFUSED_SIGNATURE, "%s",
                     alg->name);
        flip_bits(half, alg, signature, len);
        cr_expect(crypto_equal(key, half) && crypto_equal(half, key), "%s", alg->name);
        cr_expect_not(crypto_equal(key, other), "%s", alg->name);
        cr_expect_eq(crypto_is_private(half), alg->kind == KEY_SECRET, "%s", alg->name);
        cr_expect_eq(crypto_kind(half), alg->kind, "%s", alg->name);
        cr_expect_eq(crypto_bits(half), crypto_bits(key), "%s", alg->name);
        crypto_free(key);
        crypto_free(half);
        crypto_free(other);
    }
}

Test(crypto, rule_7_a_key_of_another_kind_never_verifies_or_signs)
{
    crypto_key *ec = generate(FNT_ES256), *secret = generate(FNT_HS512);
    unsigned char signature[CRYPTO_SIGNATURE_MAX] = {0};
    size_t len = 7;
    for (size_t i = 0; i < ALL_ALGORITHMS; i++) {
        const algorithm *alg = algorithm_of(all_algorithms[i]);
        span any = {(char *)signature, alg->signature == 0 ? 256 : alg->signature};
        cr_expect_eq(crypto_verify(ec, alg, MESSAGE, any), FNT_REFUSED_SIGNATURE, "%s", alg->name);
        cr_expect_eq(crypto_verify(secret, alg, MESSAGE, any), FNT_REFUSED_SIGNATURE, "%s",
                     alg->name);
        if (alg->kind == KEY_P256)
            continue;
        cr_expect_eq(crypto_sign(ec, alg, MESSAGE, signature, &len), FNT_FAULT_KEY, "%s",
                     alg->name);
        cr_expect_eq(len, 0);
    }
    crypto_key *half = public_of(ec);
    cr_expect_eq(crypto_sign(half, algorithm_of(FNT_ES256), MESSAGE, signature, &len),
                 FNT_FAULT_KEY, "no private half");
    crypto_free(half);
    crypto_free(ec);
    crypto_free(secret);
}

Test(crypto, eddsa_is_not_in_this_build)
{
    if (has_eddsa())
        cr_skip_test("this build has EdDSA: test_eddsa tests it");
    crypto_key *key = NULL;
    const char *reason = NULL;
    crypto_numbers numbers = {.x = SPAN("01234567890123456789012345678901")};
    cr_expect_eq(crypto_generate(algorithm_of(FNT_EDDSA), &key), FNT_FAULT_UNSUPPORTED);
    cr_expect_null(key);
    cr_expect_eq(crypto_import(KEY_ED25519, &numbers, &key, &reason), FNT_FAULT_UNSUPPORTED);
    cr_expect_null(key);
    cr_expect_not_null(strstr(reason, "not supported"));
}

/* ---- vectors ------------------------------------------------------------- */

static crypto_key *import_hex(key_kind kind, const char *x, const char *y, const char *d)
{
    crypto_key *key = NULL;
    const char *reason = NULL;
    crypto_numbers numbers = {.x = unhex(x), .y = unhex(y), .d = unhex(d)};
    cr_assert_eq(crypto_import(kind, &numbers, &key, &reason), FNT_OK, "%s", reason);
    free_span(numbers.x);
    free_span(numbers.y);
    free_span(numbers.d);
    return key;
}

/* RFC 6979, A.2.5 to A.2.7, message "sample" with the hash of JWS. */
static const struct {
    int32_t bit;
    const char *x, *y, *d, *signature;
} deterministic[] = {
    {FNT_ES256, "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
     "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
     "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
     "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
     "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"},
    {FNT_ES384,
     "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480B"
     "C13",
     "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264"
     "720",
     "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2E"
     "DF5",
     "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FAB"
     "E46"
     "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628"
     "AC8"},
    {FNT_ES512,
     "01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB"
     "633155D38FFA16D2BD761DCAC474B9A2F"
     "5023A4",
     "00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC"
     "23F924FAAFBD4D33F81EA66956DFEAA2B"
     "FDFCF5",
     "00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16"
     "FCC1466F6D8FBEC67DB89EC0C08B0E996"
     "B83538",
     "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152"
     "B534931D7D4E8455CC91F9B15BF05EC36"
     "E377FA00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B"
     "8C37FF0777B1A20F8CCB1DCCC43997F1E"
     "E0E44DA4A67A"},
};

/* OpenSSL before 3.2 has no deterministic ECDSA; its nonces come from a generator that mixes the
 * key and the hash in. */
static bool draws_nonces(void)
{
    return span_starts(span_of(crypto_name()), SPAN("openssl-3.0")) ||
           span_starts(span_of(crypto_name()), SPAN("openssl-3.1"));
}

Test(crypto, rule_16_a_nonce_that_is_drawn_is_never_drawn_twice)
{
    if (!draws_nonces())
        cr_skip_test("this build's ECDSA is deterministic");
    for (size_t i = 0; i < sizeof deterministic / sizeof *deterministic; i++) {
        const algorithm *alg = algorithm_of(deterministic[i].bit);
        crypto_key *key =
            import_hex(alg->kind, deterministic[i].x, deterministic[i].y, deterministic[i].d);
        unsigned char one[CRYPTO_SIGNATURE_MAX], two[CRYPTO_SIGNATURE_MAX];
        size_t len = 0;
        cr_expect_eq(crypto_sign(key, alg, SPAN("sample"), one, &len), FNT_OK, "%s", alg->name);
        cr_expect_eq(crypto_sign(key, alg, SPAN("sample"), two, &len), FNT_OK, "%s", alg->name);
        cr_expect_neq(memcmp(one, two, len / 2), 0, "%s: r is the nonce's", alg->name);
        crypto_free(key);
    }
}

Test(crypto, rule_16_ecdsa_is_deterministic)
{
    if (draws_nonces())
        cr_skip_test("%s has no deterministic ECDSA", crypto_name());
    for (size_t i = 0; i < sizeof deterministic / sizeof *deterministic; i++) {
        const algorithm *alg = algorithm_of(deterministic[i].bit);
        crypto_key *key =
            import_hex(alg->kind, deterministic[i].x, deterministic[i].y, deterministic[i].d);
        span expected = unhex(deterministic[i].signature);
        unsigned char signature[CRYPTO_SIGNATURE_MAX];
        size_t len = 0;
        cr_expect_eq(crypto_sign(key, alg, SPAN("sample"), signature, &len), FNT_OK, "%s",
                     alg->name);
        cr_expect(span_equal(expected, (span){(char *)signature, len}), "%s", alg->name);
        cr_expect_eq(crypto_verify(key, alg, SPAN("sample"), expected), FNT_OK, "%s", alg->name);
        free_span(expected);
        crypto_free(key);
    }
}

/* P-256: its order n, and what may not stand in a signature. One half of each is a good one. */
#define N256 "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
#define N256_LESS_1 "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"
#define FULL "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
#define R "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
#define S "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
#define N_LESS_S "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"

static const struct {
    const char *signature;
    fnt_status status;
    const char *why;
} halves[] = {
    {R S, FNT_OK, "the good one"},
    {R N_LESS_S, FNT_OK, "its twin (rule 3): revocation never goes by token text"},
    {ZERO ZERO, FNT_REFUSED_SIGNATURE, "psychic"},
    {ZERO S, FNT_REFUSED_SIGNATURE, "r = 0"},
    {R ZERO, FNT_REFUSED_SIGNATURE, "s = 0"},
    {N256 S, FNT_REFUSED_SIGNATURE, "r = n"},
    {R N256, FNT_REFUSED_SIGNATURE, "s = n"},
    {N256 N256, FNT_REFUSED_SIGNATURE, "both n"},
    {N256_LESS_1 S, FNT_REFUSED_SIGNATURE, "r = n - 1"},
    {R N256_LESS_1, FNT_REFUSED_SIGNATURE, "s = n - 1"},
    {ONE ONE, FNT_REFUSED_SIGNATURE, "both 1"},
    {FULL FULL, FNT_REFUSED_SIGNATURE, "all ones"},
    {S R, FNT_REFUSED_SIGNATURE, "the wrong way round"},
    {R, FNT_REFUSED_SIGNATURE, "half"},
    {R S "00", FNT_REFUSED_SIGNATURE, "a byte behind"},
    {"00" R S, FNT_REFUSED_SIGNATURE, "a byte before"},
    {"00" R "00" S, FNT_REFUSED_SIGNATURE, "longer halves"},
    {"", FNT_REFUSED_SIGNATURE, "nothing"},
};

Test(crypto, rule_12_r_and_s)
{
    crypto_key *key =
                   import_hex(KEY_P256, deterministic[0].x, deterministic[0].y, deterministic[0].d),
               *half = public_of(key);
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        span signature = unhex(halves[i].signature);
        cr_expect_eq(crypto_verify(half, algorithm_of(FNT_ES256), SPAN("sample"), signature),
                     halves[i].status, "%s", halves[i].why);
        free_span(signature);
    }
    crypto_free(key);
    crypto_free(half);
}

static crypto_key *key_from_pem(const char *text)
{
    crypto_key *key = NULL;
    pem_block block;
    const char *reason = NULL;
    span rest = span_of(text);
    cr_assert(pem_next(&rest, &block, &reason), "%s", reason);
    cr_assert_eq(asn1_key_read(&block, &key, &reason), FNT_OK, "%s", reason);
    return key;
}

static fnt_status verify_hex(const crypto_key *key, int32_t bit, const char *hex)
{
    span signature = unhex(hex);
    fnt_status status = crypto_verify(key, algorithm_of(bit), MESSAGE, signature);
    free_span(signature);
    return status;
}

Test(crypto, rule_12_der_is_refused)
{
    crypto_key *key = key_from_pem(P256_SEC1);
    cr_expect_eq(verify_hex(key, FNT_ES256, EC_DER_SIGNATURE), FNT_REFUSED_SIGNATURE);
    crypto_free(key);
}

Test(crypto, rsa_signatures_of_others)
{
    crypto_key *key = key_from_pem(RSA_SPKI);
    cr_expect_eq(verify_hex(key, FNT_RS256, RSA_PKCS1_SIGNATURE), FNT_OK);
    cr_expect_eq(verify_hex(key, FNT_PS256, RSA_PSS_SIGNATURE), FNT_OK);
    cr_expect_eq(verify_hex(key, FNT_PS256, RSA_PKCS1_SIGNATURE), FNT_REFUSED_SIGNATURE,
                 "another padding");
    cr_expect_eq(verify_hex(key, FNT_RS256, RSA_PSS_SIGNATURE), FNT_REFUSED_SIGNATURE,
                 "another padding");
    cr_expect_eq(verify_hex(key, FNT_RS384, RSA_PKCS1_SIGNATURE), FNT_REFUSED_SIGNATURE,
                 "another hash");
    cr_expect_eq(verify_hex(key, FNT_PS384, RSA_PSS_SIGNATURE), FNT_REFUSED_SIGNATURE,
                 "another hash");
    crypto_free(key);
}

/* RFC 7518, 3.5: the salt is as long as the hash, and MGF1 uses the same hash. */
Test(crypto, rule_12_pss_takes_one_salt_length_and_one_mask)
{
    crypto_key *key = key_from_pem(RSA_SPKI);
    cr_expect_eq(verify_hex(key, FNT_PS256, RSA_PSS_SALT_20), FNT_REFUSED_SIGNATURE);
    cr_expect_eq(verify_hex(key, FNT_PS256, RSA_PSS_SALT_33), FNT_REFUSED_SIGNATURE);
    cr_expect_eq(verify_hex(key, FNT_PS256, RSA_PSS_SALT_MAX), FNT_REFUSED_SIGNATURE);
    cr_expect_eq(verify_hex(key, FNT_PS256, RSA_PSS_MGF_SHA1), FNT_REFUSED_SIGNATURE);
    crypto_free(key);
}

Test(crypto, rule_12_an_rsa_signature_above_the_modulus)
{
    crypto_key *key = key_from_pem(RSA_SPKI);
    unsigned char ones[257];
    memset(ones, 0xff, sizeof ones);
    for (size_t i = 0; i < ALL_ALGORITHMS; i++) {
        const algorithm *alg = algorithm_of(all_algorithms[i]);
        if (alg->kind != KEY_RSA)
            continue;
        cr_expect_eq(crypto_verify(key, alg, MESSAGE, (span){(char *)ones, 256}),
                     FNT_REFUSED_SIGNATURE, "%s", alg->name);
        cr_expect_eq(crypto_verify(key, alg, MESSAGE, (span){(char *)ones, 257}),
                     FNT_REFUSED_SIGNATURE, "%s", alg->name);
        cr_expect_eq(crypto_verify(key, alg, MESSAGE, crypto_public_numbers(key)->n),
                     FNT_REFUSED_SIGNATURE, "%s: the modulus itself", alg->name);
    }
    crypto_free(key);
}

/* ---- what a key has and has not ------------------------------------------ */

Test(crypto, what_a_secret_has_not)
{
    buf out = BUF_EMPTY;
    crypto_key *secret = generate(FNT_HS256), *ec = generate(FNT_ES256), *half = public_of(ec);
    cr_expect_eq(crypto_public_pem(secret, &out), FNT_FAULT_KEY);
    cr_expect_eq(crypto_private_pem(secret, &out), FNT_FAULT_KEY);
    cr_expect_eq(crypto_private_pem(half, &out), FNT_FAULT_KEY);
    cr_expect_eq(out.len, 0);
    cr_expect_null(crypto_public_numbers(ec)->secret.at);
    cr_expect_not(crypto_equal(secret, ec));
    crypto_free(secret);
    crypto_free(ec);
    crypto_free(half);
    crypto_free(NULL);
}

Test(crypto, keys_survive_pem)
{
    static const int32_t bits[] = {FNT_ES256, FNT_ES384, FNT_ES512, FNT_RS256, FNT_EDDSA};
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        if ((crypto_algorithms() & bits[i]) == 0)
            continue;
        crypto_key *key = generate(bits[i]);
        const char *name = algorithm_of(bits[i])->name;
        buf private_text = BUF_EMPTY, public_text = BUF_EMPTY;
        cr_expect_eq(crypto_private_pem(key, &private_text), FNT_OK, "%s", name);
        cr_expect_eq(crypto_public_pem(key, &public_text), FNT_OK, "%s", name);
        crypto_key *again = key_from_pem(private_text.at);
        crypto_key *half = key_from_pem(public_text.at);
        cr_expect(crypto_is_private(again) && !crypto_is_private(half), "%s", name);
        cr_expect(crypto_equal(key, again) && crypto_equal(key, half), "%s", name);
        buf_free(&private_text);
        buf_free(&public_text);
        crypto_free(key);
        crypto_free(again);
        crypto_free(half);
    }
}

/* ---- many at a time ------------------------------------------------------ */

enum { THREADS = 4, ROUNDS = 6 };

typedef struct {
    const crypto_key *key;
    const algorithm *alg;
    span signature;
    bool signs;
    int failures;
} worker;

static void *work(void *arg)
{
    worker *w = arg;
    for (int i = 0; i < ROUNDS; i++) {
        unsigned char signature[CRYPTO_SIGNATURE_MAX];
        size_t len = 0;
        w->failures += crypto_verify(w->key, w->alg, MESSAGE, w->signature) == FNT_OK ? 0 : 1;
        w->failures +=
            crypto_verify(w->key, w->alg, SPAN("other"), w->signature) == FNT_REFUSED_SIGNATURE ? 0
                                                                                                : 1;
        if (w->signs)
            w->failures += crypto_sign(w->key, w->alg, MESSAGE, signature, &len) == FNT_OK ? 0 : 1;
    }
    return NULL;
}

static void work_together(const crypto_key *key, const algorithm *alg, span signature)
{
    pthread_t threads[THREADS];
    worker workers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){key, alg, signature, crypto_is_private(key), 0};
        cr_assert_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
        cr_expect_eq(workers[i].failures, 0, "%s", alg->name);
    }
}

/* The keys are fresh: what is worked out on first use would be worked out by all of them. Meant for
 * the thread sanitizer. */
Test(crypto, rule_46_threads_share_a_key)
{
    static const int32_t bits[] = {FNT_ES256, FNT_ES384, FNT_ES512, FNT_RS256,
                                   FNT_PS256, FNT_HS256, FNT_EDDSA};
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        if ((crypto_algorithms() & bits[i]) == 0)
            continue;
        const algorithm *alg = algorithm_of(bits[i]);
        crypto_key *key = generate(bits[i]), *other = public_of(key), *half = public_of(other);
        unsigned char signature[CRYPTO_SIGNATURE_MAX];
        size_t len = 0;
        cr_assert_eq(crypto_sign(key, alg, MESSAGE, signature, &len), FNT_OK);
        work_together(half, alg, (span){(char *)signature, len});
        work_together(key, alg, (span){(char *)signature, len});
        crypto_free(key);
        crypto_free(other);
        crypto_free(half);
    }
}

Test(crypto, rule_46_a_child_signs_with_the_parents_key_and_draws_other_bytes)
{
    crypto_key *key = generate(FNT_ES256);
    const algorithm *alg = algorithm_of(FNT_ES256);
    unsigned char mine[32], its[32], signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    int ends[2], result = -1;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        bool good = crypto_random(its, sizeof its) == FNT_OK &&
                    crypto_sign(key, alg, MESSAGE, signature, &len) == FNT_OK &&
                    crypto_verify(key, alg, MESSAGE, (span){(char *)signature, len}) == FNT_OK;
        good = write(ends[1], its, sizeof its) == (ssize_t)sizeof its && good;
        crypto_free(key); /* or valgrind calls it a leak */
        _exit(good ? 0 : 1);
    }
    cr_expect_eq(crypto_random(mine, sizeof mine), FNT_OK);
    cr_expect_eq(read(ends[0], its, sizeof its), (ssize_t)sizeof its);
    cr_expect_eq(waitpid(child, &result, 0), child);
    cr_expect_eq(result, 0);
    cr_expect_neq(memcmp(mine, its, sizeof mine), 0);
    close(ends[0]);
    close(ends[1]);
    crypto_free(key);
}

/* ---- Wycheproof ---------------------------------------------------------- */

static const char *text_in(const node *n, const char *name)
{
    return node_text(node_member(n, span_of(name))).at;
}

/* cJSON keeps no numbers that we could ask; the case is named by its comment. */
static void run_case(const crypto_key *key, const algorithm *alg, const node *test, size_t *tried)
{
    span message = unhex(text_in(test, "msg")), signature = unhex(text_in(test, "sig"));
    /* "acceptable" is one case, MissingNull: a DigestInfo without the NULL that RFC 8017, 9.2 asks
     * for. Refused. */
    bool valid = strcmp(text_in(test, "result"), "valid") == 0;
    cr_expect_eq(crypto_verify(key, alg, message, signature),
                 valid ? FNT_OK : FNT_REFUSED_SIGNATURE, "%s: %s", text_in(test, "comment"),
                 text_in(test, "result"));
    free_span(message);
    free_span(signature);
    ++*tried;
}

static size_t run_corpus(const char *file, int32_t bit)
{
    size_t tried = 0;
    document *d = NULL;
    char *text = shared_file(file);
    cr_assert_eq(document_parse(span_of(text), &d, NULL), FNT_OK);
    for (const node *group = node_first(node_member(document_root(d), SPAN("testGroups")));
         group != NULL; group = node_next(group)) {
        crypto_key *key = key_from_pem(text_in(group, "publicKeyPem"));
        for (const node *test = node_first(node_member(group, SPAN("tests"))); test != NULL;
             test = node_next(test))
            run_case(key, algorithm_of(bit), test, &tried);
        crypto_free(key);
    }
    test_vectors(tried);
    document_free(d);
    memory_free(text);
    return tried;
}

Test(crypto, rule_12_wycheproof_ecdsa)
{
    cr_expect_eq(run_corpus("corpora/wycheproof-ecdsa_secp256r1_sha256_p1363_test.json", FNT_ES256),
                 262);
}

Test(crypto, rule_12_wycheproof_rsa)
{
    cr_expect_eq(run_corpus("corpora/wycheproof-rsa_signature_2048_sha256_test.json", FNT_RS256),
                 259);
}
