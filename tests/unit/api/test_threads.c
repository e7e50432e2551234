/* SPDX-License-Identifier: MIT */
/* Rule 46: shared objects used by many threads while they are replaced: no race (build with
 * -fsanitize=thread), no torn decision. */
#include "support/support.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 4 };

static int rounds;

static atomic_bool stopped;
static atomic_size_t wrong, yes, no;

static void begin(void)
{
    stopped = false;
    rounds = is_slow() ? 15 : 150;
    wrong = yes = no = 0;
}

static void start(pthread_t *threads, size_t count, void *(*what)(void *), void *with)
{
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, what, with), 0);
}

static void join(const pthread_t *threads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* ---- a verifier whose keyset is swapped ---------------------------------- */

typedef struct {
    fnt_verifier *guard;
    fnt_keyset *with, *without;
    const char *header;
} watchdog;

static void *ask(void *with)
{
    const watchdog *w = with;
    fnt_report *report = NULL;
    if (fnt_report_new(&report) != FNT_OK)
        return NULL;
    for (int i = 0; i < rounds; i++) {
        fnt_token *token = NULL;
        fnt_status status = fnt_authorize(w->guard, FNT_STR(w->header), FNT_STR("dev:env"), NOW,
                                          &token, i % 2 == 0 ? report : NULL);
        if (status == FNT_OK)
            yes++;
        else if (status == FNT_REFUSED_KEY_UNKNOWN || status == FNT_FAULT_NOT_READY)
            no++;
        else
            wrong++;
        if ((token != NULL) != (status == FNT_OK))
            wrong++;
        fnt_token_free(token);
    }
    fnt_report_free(report);
    return NULL;
}

static void *swap_keysets(void *with)
{
    const watchdog *w = with;
    for (size_t i = 0; !stopped; i++) {
        const fnt_keyset *next = i % 3 == 0 ? NULL : i % 3 == 1 ? w->with : w->without;
        if (fnt_verifier_set_keyset(w->guard, next) != FNT_OK)
            wrong++;
    }
    return NULL;
}

/* Keys are made and dropped all the time, so that a set lives only in the verifier and in a running
 * call. */
static void *load_keysets(void *with)
{
    const watchdog *w = with;
    while (!stopped) {
        fnt_keyset *fresh = NULL;
        if (fnt_keyset_parse(FNT_STR(signer_text(BY_STRANGER)), 0, &fresh, NULL) != FNT_OK ||
            fnt_verifier_set_keyset(w->guard, fresh) != FNT_OK ||
            fnt_verifier_get(w->guard, FNT_OPT_LEEWAY) != 1)
            wrong++;
        fnt_keyset_free(fresh);
    }
    return NULL;
}

static watchdog watchdog_new(void)
{
    watchdog w = {verifier_of(0), all_keys(), NULL, joined("Bearer ", good_token())};
    MUST(fnt_keyset_parse(FNT_STR(signer_text(BY_STRANGER)), 0, &w.without, NULL));
    return w;
}

static void watchdog_free(watchdog *w)
{
    fnt_verifier_free(w->guard);
    fnt_keyset_free(w->with);
    fnt_keyset_free(w->without);
}

static void authorize_while_keysets_are_swapped(void)
{
    begin();
    pthread_t asking[THREADS], swapping[2];
    watchdog w = watchdog_new();
    start(asking, THREADS, ask, &w);
    start(&swapping[0], 1, swap_keysets, &w);
    start(&swapping[1], 1, load_keysets, &w);
    join(asking, THREADS);
    stopped = true;
    join(swapping, 2);
    cr_expect_eq(wrong, 0);
    cr_expect_eq(yes + no, (size_t)THREADS * (size_t)rounds);
    watchdog_free(&w);
}

static void nothing_is_refused_that_both_keysets_take(void)
{
    begin();
    pthread_t asking[THREADS];
    watchdog w = watchdog_new();
    fnt_keyset_free(w.without);
    w.without = all_keys();
    fnt_keyset *with = w.with;
    start(asking, THREADS, ask, &w);
    for (size_t i = 0; i < 1000; i++)
        MUST(fnt_verifier_set_keyset(w.guard, i % 2 == 0 ? w.without : with));
    join(asking, THREADS);
    cr_expect_eq(wrong, 0);
    cr_expect_eq(no, 0);
    cr_expect_eq(yes, (size_t)THREADS * (size_t)rounds);
    watchdog_free(&w);
}

/* ---- one token, one set of patterns, one key, asked by all --------------- */

typedef struct {
    const fnt_token *token;
    const fnt_key *key;
} common;

static void *use(void *with)
{
    const common *c = with;
    for (int i = 0; i < rounds; i++) {
        char *made = NULL;
        size_t len = 0;
        if (fnt_token_authorize(c->token, FNT_STR("dev:env"), NOW, NULL) != FNT_OK ||
            fnt_token_authorize(c->token, FNT_STR("dev:other"), NOW, NULL) !=
                FNT_DENIED_PERMISSION ||
            strcmp(fnt_token_text(c->token, FNT_CLAIM_SUBJECT, 0, NULL), "fed:ada") != 0)
            wrong++;
        if (i % 16 == 0 && fnt_sign(c->key, NULL, 0, FNT_STR("{}"), &made, &len, NULL) != FNT_OK)
            wrong++;
        fnt_free(made);
    }
    return NULL;
}

static void shared_objects(void)
{
    begin();
    pthread_t using[THREADS];
    fnt_token *token = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verify(guard, FNT_STR(good_token()), NOW, &token, NULL));
    fnt_verifier_free(guard);
    static const signer keys[] = {BY_ES256, BY_RS256, BY_PS256, BY_HS256};
    for (size_t i = 0; i < COUNT(keys); i++) {
        common c = {token, signer_key(keys[i])};
        start(using, THREADS, use, &c);
        join(using, THREADS);
    }
    cr_expect_eq(wrong, 0);
    fnt_token_free(token);
}

/* ---- a token service whose key, rules and keysets are swapped ------------ */

typedef struct {
    fnt_sts *sts;
    const char *form;
    const fnt_key *keys[2];
    fnt_keyset *keysets[2];
} gateway;

static void *exchange(void *with)
{
    const gateway *g = with;
    fnt_report *report = NULL;
    if (fnt_report_new(&report) != FNT_OK)
        return NULL;
    for (int i = 0; i < rounds / 3; i++) {
        char *body = NULL;
        size_t len = 0;
        fnt_status status = fnt_sts_exchange(g->sts, FNT_STR(g->form), NOW, &body, &len,
                                             i % 2 == 0 ? report : NULL);
        if (status == FNT_OK)
            yes++;
        else if (status == FNT_OAUTH_SUBJECT_KEY || status == FNT_OAUTH_SUBJECT ||
                 status == FNT_OAUTH_NO_ROLE)
            no++;
        else
            wrong++;
        if (body == NULL || holds(body, "access_token") != (status == FNT_OK))
            wrong++;
        fnt_free(body);
    }
    fnt_report_free(report);
    return NULL;
}

static void *swap_service(void *with)
{
    const gateway *g = with;
    for (size_t i = 0; !stopped; i++) {
        fnt_iam *fresh = NULL;
        if (fnt_iam_new(FNT_STR(i % 4 == 3 ? "[]" : iam_text), &fresh, NULL) != FNT_OK ||
            fnt_sts_set_iam(g->sts, fresh) != FNT_OK ||
            fnt_sts_set_key(g->sts, g->keys[i % 2]) != FNT_OK ||
            fnt_sts_set_keyset(g->sts, FNT_STR(IDP), i % 3 == 2 ? NULL : g->keysets[i % 2]) !=
                FNT_OK ||
            fnt_sts_set_keyset(g->sts, FNT_STR("https://other"),
                               i % 2 == 0 ? NULL : g->keysets[0]) != FNT_OK)
            wrong++;
        fnt_iam_free(fresh);
    }
    return NULL;
}

static void exchange_while_rules_and_keys_are_swapped(void)
{
    begin();
    pthread_t exchanging[THREADS], swapping[2];
    gateway g = {service(),
                 exchange_form(),
                 {signer_key(BY_ES256), signer_key(BY_STRANGER)},
                 {all_keys(), all_keys()}};
    start(exchanging, THREADS, exchange, &g);
    start(swapping, 2, swap_service, &g);
    join(exchanging, THREADS);
    stopped = true;
    join(swapping, 2);
    cr_expect_eq(wrong, 0);
    cr_expect_eq(yes + no, (size_t)THREADS * (size_t)(rounds / 3));
    fnt_sts_free(g.sts);
    fnt_keyset_free(g.keysets[0]);
    fnt_keyset_free(g.keysets[1]);
}

/* ---- running them -------------------------------------------------------- */

Test(threads, rule_46_authorize_while_keysets_are_swapped)
{
    authorize_while_keysets_are_swapped();
}

Test(threads, rule_46_nothing_is_refused_that_both_keysets_take)
{
    nothing_is_refused_that_both_keysets_take();
}

Test(threads, rule_46_shared_objects)
{
    shared_objects();
}

Test(threads, rule_46_exchange_while_rules_and_keys_are_swapped)
{
    exchange_while_rules_and_keys_are_swapped();
}
