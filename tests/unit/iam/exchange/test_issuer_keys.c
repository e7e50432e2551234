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
                       "{\"kid\":\"%s\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"G-thBqAnSijsu1s1BOP9QEc1IvZoUqj1ezVEzFqrWjM\","
                       "\"y\":\"AP3exzz4DyUTt9-CySlApXSAB3-v-ZMs16XkipREP2U\"}",
                       kid);
    cr_assert(len > 0);
    MUST(fnt_keyset_parse(text, (size_t)len, 0, &keys, NULL));
    return keys;
}

static void set(trust *t, const char *issuer, const char *kid)
{
    fnt_keyset *keys = one_key(kid);
    MUST(trust_set(t, span_of(issuer), keys));
    fnt_keyset_free(keys); /* the list keeps its own share */
}

/* The kid of that issuer's key; "" where it has none. */
static const char *kid_of(trust *t, const char *issuer)
{
    static char kid[16];
    char *jwks = NULL;
    size_t len = 0;
    const fnt_keyset *keys = trust_keys(t, span_of(issuer));
    kid[0] = '\0';
    if (keys == NULL)
        return kid;
    MUST(fnt_keyset_jwks(keys, &jwks, &len));
    const char *at = strstr(jwks, "\"kid\":\"");
    cr_assert_not_null(at);
    cr_assert_eq(sscanf(at, "\"kid\":\"%15[^\"]", kid), 1);
    fnt_free(jwks);
    keyset_drop(keys);
    return kid;
}

#define A "https://a.example.com"
#define B "https://b.example.com"

Test(trust, rule_28_keys_are_of_one_issuer_byte_for_byte)
{
    static const char *const strangers[] = {A "/", "https://a.example.co", "https://A.example.com", "",
        "https://a.example.com/realms"};
    trust *t = NULL;
    MUST(trust_new(&t));
    cr_expect_null(trust_keys(t, SPAN(A)), "nobody is trusted from the start");
    set(t, A, "one");
    set(t, B, "two");
    cr_expect_str_eq(kid_of(t, A), "one");
    cr_expect_str_eq(kid_of(t, B), "two");
    for (size_t i = 0; i < COUNT(strangers); i++)
        cr_expect_null(trust_keys(t, span_of(strangers[i])), "%s", strangers[i]);
    cr_expect_null(trust_keys(t, SPAN(A "\0")), "a NUL is a byte");
    trust_free(t);
}

Test(trust, rule_24_replaced_and_removed_at_once)
{
    trust *t = NULL;
    MUST(trust_new(&t));
    set(t, A, "one");
    set(t, B, "two");
    set(t, "https://c.example.com", "three");
    set(t, B, "new");
    cr_expect_str_eq(kid_of(t, B), "new", "the middle one was replaced");
    const fnt_keyset *held = trust_keys(t, SPAN(B));
    MUST(trust_set(t, SPAN(B), NULL));
    cr_expect_null(trust_keys(t, SPAN(B)));
    cr_expect_str_eq(kid_of(t, A), "one", "the others stay");
    cr_expect_str_eq(kid_of(t, "https://c.example.com"), "three", "the others stay");
    MUST(trust_set(t, SPAN(B), NULL));
    MUST(trust_set(t, SPAN(A), NULL));
    MUST(trust_set(t, SPAN("https://c.example.com"), NULL));
    cr_expect_null(trust_keys(t, SPAN(A)));
    set(t, A, "again");
    cr_expect_str_eq(kid_of(t, A), "again");
    trust_free(t);
    keyset_drop(held); /* who holds a set may use it longer than the list lives */
}

static void *ask_often(void *t)
{
    size_t found = 0;
    for (int i = 0; i < 2000; i++) {
        const fnt_keyset *keys = trust_keys(t, SPAN(B));
        found += keys != NULL;
        keyset_drop(keys);
    }
    return found > 0 ? t : NULL;
}

Test(trust, rule_46_asked_while_another_thread_replaces)
{
    trust *t = NULL;
    pthread_t asking;
    void *found = NULL;
    fnt_keyset *keys = one_key("one");
    MUST(trust_new(&t));
    MUST(trust_set(t, SPAN(B), keys));
    cr_assert_eq(pthread_create(&asking, NULL, ask_often, t), 0);
    for (int i = 0; i < 2000; i++)
        MUST(trust_set(t, SPAN(B), i % 2 == 0 ? keys : NULL));
    cr_assert_eq(pthread_join(asking, &found), 0);
    MUST(trust_set(t, SPAN(B), keys));
    cr_expect_str_eq(kid_of(t, B), "one");
    fnt_keyset_free(keys);
    trust_free(t);
    trust_free(NULL);
}
