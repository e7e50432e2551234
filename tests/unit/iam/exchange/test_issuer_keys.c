/* SPDX-License-Identifier: MIT */
#include "support/support.h"

#include <pthread.h>
#include <stdio.h>

#include "iam/exchange/issuer_keys.h"

static fnt_keyset *one_key(const char *kid)
{
    char text[256];
    fnt_keyset *keys = NULL;
    int len = snprintf(text, sizeof text,
                       "{\"kid\":\"%s\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"G-"
                       "thBqAnSijsu1s1BOP9QEc1IvZoUqj1ezVEzFqrWjM\","
                       "\"y\":\"AP3exzz4DyUTt9-CySlApXSAB3-v-ZMs16XkipREP2U\"}",
                       kid);
    cr_assert(len > 0);
    MUST(fnt_keyset_parse(text, (size_t)len, 0, &keys, NULL));
    return keys;
}

static void set(issuer_keys *t, const char *issuer, const char *kid)
{
    fnt_keyset *keys = one_key(kid);
    MUST(issuer_keys_set(t, span_of(issuer), keys));
    fnt_keyset_free(keys); /* the list keeps its own share */
}

/* The kid of that issuer's key; "" where it has none. */
static const char *kid_of(issuer_keys *t, const char *issuer)
{
    static char kid[16];
    char *jwks = NULL;
    size_t len = 0;
    const fnt_keyset *keys = issuer_keys_find(t, span_of(issuer));
    kid[0] = '\0';
    if (keys == NULL)
        return kid;
    MUST(fnt_keyset_jwks(keys, &jwks, &len));
    const char *at = strstr(jwks, "\"kid\":\"");
    cr_assert_not_null(at);
    cr_assert_eq(sscanf(at, "\"kid\":\"%15[^\"]", kid), 1);
    fnt_free(jwks);
    keyset_unref(keys);
    return kid;
}

#define A "https://a.example.com"
#define B "https://b.example.com"

Test(issuer_keys, rule_28_keys_are_of_one_issuer_byte_for_byte)
{
    static const char *const strangers[] = {A "/", "https://a.example.co", "https://A.example.com",
                                            "", "https://a.example.com/realms"};
    issuer_keys *t = NULL;
    MUST(issuer_keys_new(&t));
    cr_expect_null(issuer_keys_find(t, SPAN(A)), "nobody is trusted from the start");
    set(t, A, "one");
    set(t, B, "two");
    cr_expect_str_eq(kid_of(t, A), "one");
    cr_expect_str_eq(kid_of(t, B), "two");
    for (size_t i = 0; i < COUNT(strangers); i++)
        cr_expect_null(issuer_keys_find(t, span_of(strangers[i])), "%s", strangers[i]);
    cr_expect_null(issuer_keys_find(t, SPAN(A "\0")), "a NUL is a byte");
    issuer_keys_free(t);
}

Test(issuer_keys, rule_24_replaced_and_removed_at_once)
{
    issuer_keys *t = NULL;
    MUST(issuer_keys_new(&t));
    set(t, A, "one");
    set(t, B, "two");
    set(t, "https://c.example.com", "three");
    set(t, B, "new");
    cr_expect_str_eq(kid_of(t, B), "new", "the middle one was replaced");
    const fnt_keyset *held = issuer_keys_find(t, SPAN(B));
    MUST(issuer_keys_set(t, SPAN(B), NULL));
    cr_expect_null(issuer_keys_find(t, SPAN(B)));
    cr_expect_str_eq(kid_of(t, A), "one", "the others stay");
    cr_expect_str_eq(kid_of(t, "https://c.example.com"), "three", "the others stay");
    MUST(issuer_keys_set(t, SPAN(B), NULL));
    MUST(issuer_keys_set(t, SPAN(A), NULL));
    MUST(issuer_keys_set(t, SPAN("https://c.example.com"), NULL));
    cr_expect_null(issuer_keys_find(t, SPAN(A)));
    set(t, A, "again");
    cr_expect_str_eq(kid_of(t, A), "again");
    issuer_keys_free(t);
    keyset_unref(held); /* who holds a set may use it longer than the list lives */
}

static void *ask_often(void *t)
{
    size_t found = 0;
    for (int i = 0; i < 2000; i++) {
        const fnt_keyset *keys = issuer_keys_find(t, SPAN(B));
        found += keys != NULL;
        keyset_unref(keys);
    }
    return found > 0 ? t : NULL;
}

Test(issuer_keys, rule_46_asked_while_another_thread_replaces)
{
    issuer_keys *t = NULL;
    pthread_t asking;
    void *found = NULL;
    fnt_keyset *keys = one_key("one");
    MUST(issuer_keys_new(&t));
    MUST(issuer_keys_set(t, SPAN(B), keys));
    cr_assert_eq(pthread_create(&asking, NULL, ask_often, t), 0);
    for (int i = 0; i < 2000; i++)
        MUST(issuer_keys_set(t, SPAN(B), i % 2 == 0 ? keys : NULL));
    cr_assert_eq(pthread_join(asking, &found), 0);
    MUST(issuer_keys_set(t, SPAN(B), keys));
    cr_expect_str_eq(kid_of(t, B), "one");
    fnt_keyset_free(keys);
    issuer_keys_free(t);
    issuer_keys_free(NULL);
}
