/* SPDX-License-Identifier: MIT */
/* Rule 47: comparing secrets takes time independent of their bytes. Run under valgrind
 * (--trace-children=yes), the secrets are marked undefined: every branch and every address that
 * depends on one is an error that valgrind counts. */
#include "support/support.h"

#include <stdlib.h>

#include "base/memory.h"
#include "keys/signing_key.h"

#if defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND /* without valgrind's header only the answers are tested */
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_COUNT_ERRORS 0
#define VALGRIND_MAKE_MEM_UNDEFINED(at, len) ((void)(at), (void)(len))
#define VALGRIND_MAKE_MEM_DEFINED(at, len) ((void)(at), (void)(len))
#define VALGRIND_CHECK_MEM_IS_DEFINED(at, len) ((void)(at), (void)(len), 0)
#endif

/* Not in any run under valgrind: some tests below cause the errors that they count. */
static bool is_followed(void)
{
    return RUNNING_ON_VALGRIND && getenv("FNT_FOLLOW_SECRETS") != NULL;
}

#define NEEDS_VALGRIND()                                                                           \
    do {                                                                                           \
        if (!is_followed())                                                                        \
            cr_skip_test(                                                                          \
                "this needs valgrind: FNT_FOLLOW_SECRETS=1 valgrind --trace-children=yes");        \
    } while (0)

static void hide(const void *at, size_t len)
{
    VALGRIND_MAKE_MEM_UNDEFINED(at, len);
}

static void show(const void *at, size_t len)
{
    VALGRIND_MAKE_MEM_DEFINED(at, len);
}

Test(secrets, rule_47_equal_and_not)
{
    char a[130], b[130];
    memset(a, 'x', sizeof a);
    memset(b, 'x', sizeof b);
    for (size_t len = 0; len <= sizeof a; len++) {
        cr_expect(memory_equal(a, b, len), "%zu bytes", len);
        for (size_t i = 0; i < len; i++) {
            b[i] = (char)(b[i] ^ (1 << i % 8));
            cr_expect_not(memory_equal(a, b, len), "%zu bytes that differ in number %zu", len, i);
            b[i] = 'x';
        }
    }
    b[10] = 'y';
    cr_expect(memory_equal(a, b, 10), "what is behind does not count");
}

Test(secrets, rule_47_comparing_branches_on_no_secret)
{
    NEEDS_VALGRIND();
    char a[64], b[64];
    for (size_t differ = 0; differ <= sizeof a; differ++) {
        memset(a, 'x', sizeof a);
        memset(b, 'x', sizeof b);
        if (differ < sizeof b)
            b[differ] = 'y';
        hide(a, sizeof a);
        hide(b, sizeof b);
        unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
        bool equal = memory_equal(a, b, sizeof a);
        show(&equal, sizeof equal); /* the answer is no secret */
        cr_expect_eq((unsigned)VALGRIND_COUNT_ERRORS, before, "a branch depends on a secret");
        cr_expect_eq(equal, differ == sizeof b);
    }
}

/* The net has no holes: a comparison that ends early is seen. */
Test(secrets, rule_47_an_early_exit_is_seen)
{
    NEEDS_VALGRIND();
    char a[16] = "secret", b[16] = "secret";
    volatile bool equal = true;
    hide(a, sizeof a);
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    for (size_t i = 0; i < sizeof a && equal; i++)
        equal = a[i] == b[i];
    cr_expect_neq((unsigned)VALGRIND_COUNT_ERRORS, before);
}

/* The secret is hidden before a key is made of it, as a backend may take it in there and never look
 * at it again. */
static crypto_key *hidden_key(void)
{
    static unsigned char secret[] = "0123456789abcdef0123456789abcdef";
    const crypto_numbers numbers = {.secret = {(const char *)secret, 32}};
    crypto_key *key = NULL;
    const char *reason = NULL;
    if (is_followed())
        hide(secret, 32);
    MUST(crypto_import(KEY_SECRET, &numbers, &key, &reason));
    return key;
}

static unsigned errors_of_verifying(const crypto_key *key, span text, span signature,
                                    fnt_status want)
{
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    fnt_status status = crypto_verify(key, algorithm_of(FNT_HS256), text, signature);
    unsigned errors = (unsigned)VALGRIND_COUNT_ERRORS - before;
    /* a compiler may do without the branch, and the answer depends on the secret then */
    if (is_followed() && errors == 0)
        cr_expect_neq(VALGRIND_CHECK_MEM_IS_DEFINED(&status, sizeof status), 0,
                      "the secret was not followed at all");
    show(&status, sizeof status);
    cr_expect_eq(status, want);
    return errors;
}

/* Whether it was equal may be known: one branch, however much of the signature is right. */
Test(secrets, rule_47_verifying_hs256)
{
    span text = SPAN("header.payload");
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    crypto_key *key = hidden_key();
    MUST(crypto_sign(key, algorithm_of(FNT_HS256), text, signature, &len));
    show(signature, sizeof signature);
    cr_assert_eq(len, 32);
    span given = {(const char *)signature, len};
    unsigned right = errors_of_verifying(key, text, given, FNT_OK);
    signature[0] ^= 1;
    unsigned first = errors_of_verifying(key, text, given, FNT_REFUSED_SIGNATURE);
    signature[0] ^= 1;
    signature[31] ^= 1;
    unsigned last = errors_of_verifying(key, text, given, FNT_REFUSED_SIGNATURE);
    crypto_free(key);
    cr_expect_eq(first, last, "%u branches where the first byte is wrong, %u where the last one is",
                 first, last);
    cr_expect_eq(right, last, "%u branches where all is right, %u where the last byte is wrong",
                 right, last);
    cr_expect_leq(right, 2);
}

Test(secrets, rule_47_signing_hs256_branches_on_no_secret)
{
    NEEDS_VALGRIND();
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    crypto_key *key = hidden_key();
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    MUST(crypto_sign(key, algorithm_of(FNT_HS256), SPAN("header.payload"), signature, &len));
    cr_expect_eq((unsigned)VALGRIND_COUNT_ERRORS, before, "a branch depends on the secret");
    cr_expect_neq(VALGRIND_CHECK_MEM_IS_DEFINED(signature, len), 0,
                  "the secret was not followed at all");
    crypto_free(key);
}

/* HS256 through the whole library: right, wrong in one bit, of another length. */
Test(secrets, rules_7_47_hs256_answers)
{
    fnt_keyset *keys = NULL;
    fnt_key *key = NULL;
    char *token = NULL, *payload = NULL;
    size_t len = 0, payload_len = 0;
    MUST(fnt_keyset_parse(FNT_STR(signer_text(BY_HS256)), FNT_ALLOW_SYMMETRIC, &keys, NULL));
    MUST(fnt_key_parse(FNT_STR(signer_text(BY_HS256)), FNT_HS256, &key, NULL));
    MUST(fnt_sign(key, NULL, 0, FNT_STR("{}"), &token, &len, NULL));
    cr_expect_eq(fnt_signature_only(keys, token, len, &payload, &payload_len, NULL), FNT_OK);
    fnt_free(payload);
    cr_expect_eq(fnt_signature_only(keys, token, len - 1, &payload, &payload_len, NULL),
                 FNT_REFUSED_SIGNATURE);
    token[len - 5] = token[len - 5] == 'A' ? 'B' : 'A';
    cr_expect_eq(fnt_signature_only(keys, token, len, &payload, &payload_len, NULL),
                 FNT_REFUSED_SIGNATURE);
    fnt_free(token);
    fnt_key_free(key);
    fnt_keyset_free(keys);
}
