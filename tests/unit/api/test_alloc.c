/* SPDX-License-Identifier: MIT */
/* Rule 44: every allocation failing, one after another, in every flow: a clean error, no leak, no
 * half-built object. Rule 16: what is secret is gone before its block is given back. The heap of
 * the whole process is looked at, so cJSON's and the crypto library's allocations are among them.
 */
#include "support/support.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "keys/keyset.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define HEAP_IS_TAKEN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define HEAP_IS_TAKEN 1
#endif

/* ---- the heap ------------------------------------------------------------ */

/* volatile: the compiler knows malloc, and would drop what is stored around a call of it */
static volatile bool watched;
static volatile size_t asked, fail_at, failed, live, exposed;
static volatile bool fail_after; /* not that one alone: all that follow too */

#ifndef HEAP_IS_TAKEN
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);
void __libc_free(void *at);

static bool is_failing(void)
{
    if (!watched)
        return false;
    asked++;
    if (fail_at == 0 || asked < fail_at || (asked > fail_at && !fail_after))
        return false;
    failed++;
    errno = ENOMEM;
    return true;
}

static bool has_bytes(const unsigned char *at, size_t size, const unsigned char *wanted, size_t len)
{
    const unsigned char *end = at + size, *next = at;
    for (; (next = memchr(next, wanted[0], (size_t)(end - next))) != NULL; next++)
        if ((size_t)(end - next) >= len && memcmp(next, wanted, len) == 0)
            return true;
    return false;
}

/* Pieces of the keys of support.c: as text, as number, as number with its lowest byte first. */
static bool is_secret(const unsigned char *at, size_t size)
{
    static const unsigned char ec[] = {0xd9, 0xc9, 0x32, 0x4f, 0x39, 0xcf,
                                       0xe9, 0x35, 0x3b, 0xc9, 0xc0, 0xe5};
    static const unsigned char ce[] = {0x01, 0x0f, 0xbe, 0x5e, 0x9b, 0xc9,
                                       0x2a, 0xdc, 0x03, 0xb6, 0xe2, 0x36};
    static const unsigned char rsa[] = {0xbc, 0x48, 0x83, 0x5a, 0xaa, 0xc0,
                                        0x07, 0x95, 0x19, 0xad, 0xc0, 0x29};
    static const unsigned char asr[] = {0x1d, 0x7e, 0x95, 0x65, 0xba, 0x21,
                                        0x3e, 0x84, 0xde, 0x15, 0x83, 0xcf};
    return has_bytes(at, size, ec, sizeof ec) || has_bytes(at, size, ce, sizeof ce) ||
           has_bytes(at, size, rsa, sizeof rsa) || has_bytes(at, size, asr, sizeof asr) ||
           has_bytes(at, size, (const unsigned char *)"2ckyTznP6TU7ycDl", 16) ||
           has_bytes(at, size, (const unsigned char *)"0123456789abcdef0123", 20) ||
           has_bytes(at, size, (const unsigned char *)"MDEyMzQ1Njc4OWFiY2RlZjAx", 24);
}

static void count_free(void *at)
{
    if (!watched || at == NULL)
        return;
    live--;
    exposed += is_secret(at, malloc_usable_size(at)) ? 1 : 0;
}

void *malloc(size_t size)
{
    void *at = is_failing() ? NULL : __libc_malloc(size);
    live += watched && at != NULL ? 1 : 0;
    return at;
}

void *calloc(size_t count, size_t size)
{
    void *at = is_failing() ? NULL : __libc_calloc(count, size);
    live += watched && at != NULL ? 1 : 0;
    return at;
}

void *realloc(void *old, size_t size)
{
    void *at = is_failing() ? NULL : __libc_realloc(old, size);
    live += watched && at != NULL && old == NULL ? 1 : 0;
    return at;
}

void free(void *at)
{
    count_free(at);
    __libc_free(at);
}
#endif

static void watch(size_t which, bool all_after)
{
    asked = failed = live = exposed = 0;
    fail_at = which;
    fail_after = all_after;
    watched = true;
}

/* Valgrind and sanitizers bring a heap of their own. The library is asked, not malloc: the compiler
 * may put what stands above where it is called here. */
static bool is_heap_ours(void)
{
    fnt_report *report = NULL;
    watch(1, false);
    fnt_status status = fnt_report_new(&report);
    watched = false;
    fnt_report_free(report);
    return status == FNT_FAULT_MEMORY;
}

#define NEEDS_HEAP()                                                                               \
    do {                                                                                           \
        if (!is_heap_ours())                                                                       \
            cr_skip_test("the heap is a sanitizer's or valgrind's: nothing can fail");             \
    } while (0)

/* ---- flows: each makes everything it needs but its input, and drops it --- */

static const char *text; /* the input: made before anything fails */
static bool with_report;

typedef fnt_status flow(fnt_report *report);

static fnt_status load_keys(fnt_report *report)
{
    fnt_keyset *set = NULL;
    fnt_status status = fnt_keyset_parse(FNT_STR(jwks_text), FNT_ALLOW_SYMMETRIC, &set, report);
    cr_assert_eq(set != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK || keyset_count(set) == 5,
              "a key is missing in a set that is said to be good");
    fnt_keyset_free(set);
    return status;
}

static fnt_status load_pem(fnt_report *report)
{
    fnt_key *key = NULL;
    fnt_status status = fnt_key_parse(FNT_STR(signer_text(BY_ES256)), 0, &key, report);
    cr_assert_eq(key != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK || strlen(fnt_key_id(key, NULL)) == 43, "a key without its id");
    fnt_key_free(key);
    return status;
}

static fnt_keyset *keys;
static fnt_verifier *guard;
static fnt_sts *sts;
static fnt_claims *builder;

static fnt_status make_verifier(fnt_report *report)
{
    (void)report;
    fnt_verifier *made = NULL;
    fnt_status status = fnt_verifier_new(FNT_STR(ISSUER), FNT_STR("functions"), keys, &made);
    cr_assert_eq(made != NULL, status == FNT_OK);
    fnt_verifier_free(made);
    return status;
}

static fnt_status authorize(fnt_report *report)
{
    fnt_token *token = NULL;
    fnt_status status =
        fnt_authorize(guard, FNT_STR(text), FNT_STR("dev:env"), NOW, &token, report);
    cr_assert_eq(token != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK ||
              strcmp(fnt_token_text(token, FNT_CLAIM_PERMISSION, 1, NULL), "openfaas-fn:*") == 0);
    fnt_token_free(token);
    return status;
}

static fnt_status look(fnt_report *report)
{
    char *json = NULL;
    size_t len = 0;
    fnt_status status = fnt_unverified_json(FNT_STR(text), &json, &len, report);
    cr_assert_eq(json != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK || holds(json, ",\"verified\":false}"));
    fnt_free(json);
    return status;
}

static fnt_status check_signature(fnt_report *report)
{
    char *payload = NULL;
    size_t len = 0;
    fnt_status status = fnt_signature_only(keys, FNT_STR(text), &payload, &len, report);
    cr_assert_eq(payload != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK || strcmp(payload, CLAIMS(FUNCTION)) == 0);
    fnt_free(payload);
    return status;
}

static fnt_status write_draft(fnt_report *report)
{
    fnt_claims *made = NULL;
    fnt_patterns *set = NULL;
    fnt_status status = fnt_claims_new(&made);
    for (size_t i = 0; i < 10 && status == FNT_OK; i++)
        status = fnt_claims_add(made, FNT_CLAIM_PERMISSION, FNT_STR("dev:env"));
    if (status == FNT_OK)
        status = fnt_claims_add(made, FNT_CLAIM_ISSUER, FNT_STR(ISSUER));
    if (status == FNT_OK)
        status = fnt_claims_add(made, FNT_CLAIM_FUNCTION_AUDIENCE, FNT_STR("dev:env"));
    if (status == FNT_OK)
        status = fnt_patterns_new(made, &set, report);
    cr_assert_eq(set != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK || fnt_patterns_permit(set, FNT_STR("dev:env"), NULL) == FNT_OK);
    fnt_patterns_free(set);
    fnt_claims_free(made);
    return status;
}

static fnt_status mint(fnt_report *report)
{
    char *token = NULL;
    size_t len = 0;
    fnt_status status = fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &token, &len, report);
    cr_assert_eq(token != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK || (strlen(token) == len && strlen(strrchr(token, '.')) > 64),
              "a token cut off");
    fnt_free(token);
    return status;
}

static fnt_status sign_rsa(fnt_report *report)
{
    char *token = NULL;
    size_t len = 0;
    fnt_status status = fnt_sign(signer_key(BY_RS256), FNT_STR("{\"kid\":\"rsa\"}"),
                                 FNT_STR("{\"a\":1}"), &token, &len, report);
    cr_assert_eq(token != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK || (strlen(token) == len && strlen(strrchr(token, '.')) > 64),
              "a token cut off");
    fnt_free(token);
    return status;
}

static fnt_status load_iam(fnt_report *report)
{
    fnt_iam *iam = NULL;
    fnt_status status = fnt_iam_new(FNT_STR(iam_text), &iam, report);
    cr_assert_eq(iam != NULL, status == FNT_OK);
    cr_assert(status != FNT_OK ||
              strcmp(fnt_iam_issuer(iam, 0, FNT_ISSUER_NAME, NULL), "idp") == 0);
    fnt_iam_free(iam);
    return status;
}

static fnt_status load_revoked(fnt_report *report)
{
    fnt_revoked *list = NULL;
    fnt_status status = fnt_revoked_parse(
        FNT_STR("{\"jti\":\"b\",\"why\":\"\\u00e4\"}\n{\"jti\":\"a\"}"), &list, report);
    cr_assert_eq(list != NULL, status == FNT_OK);
    fnt_revoked_free(list);
    return status;
}

static fnt_status make_service(fnt_report *report)
{
    (void)report;
    fnt_sts *made = NULL;
    fnt_status status = fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_ES256), &made);
    cr_assert_eq(made != NULL, status == FNT_OK);
    if (status == FNT_OK)
        status = fnt_sts_set_keyset(made, FNT_STR(IDP), keys);
    fnt_sts_free(made);
    return status;
}

static fnt_status exchange(fnt_report *report)
{
    char *body = NULL;
    size_t len = 0;
    fnt_status status = fnt_sts_exchange(sts, FNT_STR(text), NOW, &body, &len, report);
    cr_assert_eq(body != NULL, fnt_status_http(status) == 200 || fnt_status_http(status) == 400);
    cr_assert(body == NULL || body[len - 1] == '}', "a body cut off");
    fnt_free(body);
    return status;
}

/* The report is inside, so that filling it fails too. */
static fnt_status run(flow *what)
{
    fnt_report *report = NULL;
    if (!with_report)
        return what(NULL);
    fnt_status status = fnt_report_new(&report);
    if (status == FNT_OK)
        status = what(report);
    fnt_report_free(report);
    return status;
}

/* Big numbers take thousands of blocks: of those in the middle some must do. Their number is not
 * the same each time, so that the last may not be reached; then nothing failed. */
static size_t next_of(size_t which, size_t all)
{
    enum { EDGE = 60, SAMPLES = 20 };
    return which < EDGE || which + EDGE > all ? which + 1 : which + 1 + (all - 2 * EDGE) / SAMPLES;
}

/* Where an allocation was of use to a report alone, the answer is the same, and each flow looks at
 * what it made. Else it is a fault, and never a refusal: a 401 would not be tried again (rule 25).
 * The crypto library does not always say that it was memory: that of 3.6 calls it a lack of random
 * bytes where its generator could not be set up. */
static bool is_right(fnt_status status, fnt_status want)
{
    if (status == want)
        return true;
    return failed > 0 && (status == FNT_FAULT_MEMORY || status == FNT_FAULT_CRYPTO ||
                          status == FNT_FAULT_KEY || status == FNT_FAULT_RANDOM);
}

static void try_each(const char *name, flow *what, fnt_status want, bool all_after)
{
    watch(0, false);
    fnt_status status = run(what);
    watched = false;
    size_t all = asked;
    cr_assert_eq(status, want, "%s: %s with all the memory there is", name,
                 fnt_status_name(status));
    cr_assert_eq(live, 0, "%s leaks without any failure", name);
    cr_assert_gt(all, 0, "%s allocates nothing", name);
    for (size_t which = 1; which <= all; which = next_of(which, all)) {
        watch(which, all_after);
        status = run(what);
        /* room for an error's text may be kept, once; then nothing must be left */
        for (int i = 0; i < 2 && live != 0; i++) {
            watch(which, all_after);
            status = run(what);
        }
        watched = false;
        cr_expect(is_right(status, want), "%s: allocation %zu of %zu failed, the answer is %s",
                  name, which, all, fnt_status_name(status));
        cr_expect_eq(live, 0, "%s: allocation %zu of %zu failed, %zu blocks are left", name, which,
                     all, live);
        cr_expect_eq(exposed, 0, "%s: allocation %zu of %zu failed, a secret was given back", name,
                     which, all);
    }
}

static void try_all(const char *name, flow *what, fnt_status want)
{
    with_report = false;
    /* what a crypto library keeps for the process or a thread is there from now on */
    (void)run(what);
    try_each(name, what, want, false);
    try_each(name, what, want, true);
    with_report = true;
    try_each(name, what, want, false);
}

static void set_up(void)
{
    keys = all_keys();
    guard = verifier_of(all_algorithms());
    sts = service();
    MUST(fnt_claims_new(&builder));
    MUST(fnt_claims_add(builder, FNT_CLAIM_ISSUER, FNT_STR(ISSUER)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_SUBJECT, FNT_STR("s")));
    MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR("dev:env")));
    (void)signer_key(BY_RS256);
}

static void tear_down(void)
{
    fnt_claims_free(builder);
    fnt_sts_free(sts);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
}

TestSuite(alloc, .init = set_up, .fini = tear_down);

Test(alloc, rule_44_loading)
{
    NEEDS_HEAP();
    try_all("a JWKS", load_keys, FNT_OK);
    try_all("a private key", load_pem, FNT_OK);
    try_all("IAM rules", load_iam, FNT_OK);
    try_all("revocations", load_revoked, FNT_OK);
    try_all("a claims builder", write_draft, FNT_OK);
    try_all("a verifier", make_verifier, FNT_OK);
    try_all("a service", make_service, FNT_OK);
}

Test(alloc, rule_44_authorize)
{
    NEEDS_HEAP();
    text =
        joined("Bearer ", sign(BY_RS256, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS(FUNCTION)));
    try_all("authorize RS256", authorize, FNT_OK);
    text = joined("Bearer ", good_token());
    try_all("authorize ES256", authorize, FNT_OK);
}

/* A hit takes no memory, and the token that is given out is there already; a report of it takes
 * some, and what is lacking shortens it. */
Test(alloc, rule_44_out_of_the_cache)
{
    NEEDS_HEAP();
    fnt_token *token = NULL;
    fnt_verifier *plain = guard;
    guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 10));
    text = joined("Bearer ", good_token());
    MUST(fnt_authorize(guard, FNT_STR(text), FNT_STR("dev:env"), NOW, NULL, NULL));
    static const char *const resources[] = {"dev:env", "openfaas-fn:x", "prod:env", "no resource"};
    for (size_t i = 0; i < COUNT(resources); i++) {
        watch(0, false);
        fnt_status in_full =
            fnt_authorize(guard, FNT_STR(text), FNT_STR(resources[i]), NOW, NULL, NULL);
        fnt_status cached =
            fnt_authorize_cached(guard, FNT_STR(text), FNT_STR(resources[i]), NOW, &token);
        watched = false;
        cr_expect_eq(asked, 0, "%s", resources[i]);
        cr_expect_eq(cached, in_full, "%s", resources[i]);
        fnt_token_free(token);
    }
    with_report = true;
    try_each("authorize out of the cache", authorize, FNT_OK, false);
    try_each("authorize out of the cache", authorize, FNT_OK, true);
    fnt_verifier_free(guard);
    guard = plain;
}

Test(alloc, rule_44_authorize_refused)
{
    NEEDS_HEAP();
    text = joined(
        "Bearer ",
        sign(BY_ES256, HEADER,
             CLAIMS(",\"function\":{\"permissions\":[\"a:b\",\"c:d\",\"e:f\",\"g:h\",\"i:j\"]}")));
    try_all("a denial", authorize, FNT_DENIED_PERMISSION);
    text = joined("Bearer ", sign(BY_ES256, "{\"alg\":\"ES256\",\"kid\":\"x\"}", CLAIMS(FUNCTION)));
    try_all("an unknown key", authorize, FNT_REFUSED_KEY_UNKNOWN);
    text = joined("Bearer ", sign(BY_HS256, "{\"alg\":\"HS256\",\"kid\":\"secret\"}",
                                  "{\"aud\":[\"x\",\"y\"],\"iss\":\"" ISSUER "\"}"));
    try_all("another audience", authorize, FNT_REFUSED_AUDIENCE);
}

Test(alloc, rule_44_looking)
{
    NEEDS_HEAP();
    text = sign(BY_HS256, "{\"alg\":\"HS256\",\"kid\":\"secret\"}", CLAIMS(FUNCTION));
    try_all("a look", look, FNT_OK);
    try_all("a signature", check_signature, FNT_OK);
}

Test(alloc, rules_16_44_signing)
{
    NEEDS_HEAP();
    try_all("minting", mint, FNT_OK);
    try_all("signing", sign_rsa, FNT_OK);
}

Test(alloc, rule_44_exchange)
{
    NEEDS_HEAP();
    text = exchange_form();
    try_all("an exchange", exchange, FNT_OK);
    text = "grant_type=x";
    try_all("a refused exchange", exchange, FNT_OAUTH_GRANT_TYPE);
}

/* The net has no holes: a secret that is given back is seen. */
Test(alloc, rule_16_what_is_not_wiped_is_seen)
{
    NEEDS_HEAP();
    char *volatile copy = malloc(64);
    memcpy(copy, "xx2ckyTznP6TU7ycDlxx", 20);
    watch(0, false);
    free(copy);
    watched = false;
    cr_expect_eq(exposed, 1);
}

/* Everything that a key goes through. */
static void use(signer who)
{
    static const int32_t forms[] = {FNT_PRIVATE_PEM, FNT_PUBLIC_PEM, FNT_PUBLIC_JWK};
    fnt_key *key = NULL;
    fnt_keyset *set = NULL;
    char *out = NULL;
    size_t len = 0;
    MUST(fnt_key_parse(FNT_STR(signer_text(who)), 0, &key, NULL));
    MUST(fnt_keyset_parse(FNT_STR(signer_text(who)), FNT_ALLOW_SYMMETRIC, &set, NULL));
    MUST(fnt_sign(key, NULL, 0, FNT_STR("{}"), &out, &len, NULL));
    fnt_free(out);
    for (size_t i = 0; i < COUNT(forms); i++) {
        if (fnt_key_export(key, forms[i], &out, &len) == FNT_OK)
            fnt_free(out);
    }
    fnt_keyset_free(set);
    fnt_key_free(key);
}

Test(alloc, rule_16_keys_are_wiped)
{
    NEEDS_HEAP();
    for (signer who = BY_ES256; who < BY_STRANGER; who++) {
        use(who); /* as try_all does first */
        watch(0, false);
        use(who);
        watched = false;
        cr_expect_eq(exposed, 0, "%s: %zu blocks were given back with a piece of the key in them",
                     signer_name(who), exposed);
        cr_expect_eq(live, 0, "%s: %zu blocks are left", signer_name(who), live);
    }
}
