/* SPDX-License-Identifier: MIT */
/* The requests of tests/vectors/tokens.json with something changed, thousands of them, each time
 * the same ones. What is changed in a token is never let in, and all ways of asking answer alike.
 *
 * FNT_MUTATIONS: how many; FNT_MUTATIONS_TO: a file that gets each request with the answer, for the
 * bindings, which must say the same (tests/vectors/README.md). */
#include "support/vectors.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MUTATIONS = 1000, SLOW = 50, LONGEST = 4096, ROWS = 512, CHANGES = 3 };

typedef struct {
    const char *name;
    span header, token, resource;
    int64_t now;
    fnt_verifier *plain, *cached;
} request;

static request requests[ROWS];
static size_t count;

/* ---- what is asked ------------------------------------------------------- */

static fnt_verifier *verifier_with(const vectors *v, int64_t entries)
{
    fnt_verifier *made = NULL;
    fnt_keyset *keys = vectors_keyset(v, vectors_text(v, "keyset"));
    span issuer = vectors_text(v, "issuer"), audience = vectors_text(v, "audience");
    span revoked = vectors_text(v, "revoked");
    fnt_revoked *list = NULL;
    MUST(fnt_verifier_new(issuer.at, issuer.len, audience.at, audience.len, keys, &made));
    vectors_set(vectors_get(v, "options"), made, NULL);
    MUST(fnt_verifier_set(made, FNT_OPT_CACHE_ENTRIES, entries));
    MUST(fnt_revoked_parse(revoked.at, revoked.len, &list, NULL));
    MUST(fnt_verifier_set_revoked(made, list));
    fnt_revoked_free(list);
    fnt_keyset_free(keys);
    return made;
}

static void read_requests(void)
{
    for (vectors v = vectors_open("tokens.json", "authorize"); vectors_next(&v);) {
        span header = vectors_text(&v, "authorization");
        if (header.len == 0 || header.len > LONGEST)
            continue;
        cr_assert_lt(count, ROWS);
        requests[count++] = (request){.name = vectors_text(&v, "name").at,
                                      .header = header,
                                      .token = v.token,
                                      .resource = vectors_text(&v, "resource"),
                                      .now = vectors_number(vectors_get(&v, "now")),
                                      .plain = verifier_with(&v, 0),
                                      .cached = verifier_with(&v, 64)};
    }
}

static void drop_requests(void)
{
    for (size_t i = 0; i < count; i++) {
        fnt_verifier_free(requests[i].plain);
        fnt_verifier_free(requests[i].cached);
    }
}

/* ---- what is changed ----------------------------------------------------- */

/* SplitMix64: the same numbers each time, on each machine. */
static uint64_t seed = 1;

static size_t below(size_t end)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((z ^ z >> 31) % end);
}

typedef struct {
    char at[3 * LONGEST];
    size_t len;
} text;

/* Puts with in the place of len bytes at a place. */
static void put(text *t, size_t at, size_t len, span with)
{
    if (t->len - len + with.len > sizeof t->at)
        return;
    memmove(t->at + at + with.len, t->at + at + len, t->len - at - len);
    memcpy(t->at + at, with.at, with.len);
    t->len = t->len - len + with.len;
}

/* One part of another row's token in the place of this one's. */
static void graft(text *t)
{
    span part[2];
    size_t which = below(3);
    span from[] = {{t->at, t->len}, requests[below(count)].token};
    for (size_t i = 0; i < 2; i++) {
        part[i] = from[i];
        for (size_t k = 0; k < which; k++)
            part[i] = span_from(part[i], span_index(part[i], '.') + 1);
        part[i].len = span_index(part[i], '.');
    }
    if (part[0].at != NULL && part[1].at != NULL && part[1].len <= LONGEST) {
        static char room[LONGEST];
        memcpy(room, part[1].at, part[1].len);
        put(t, (size_t)(part[0].at - t->at), part[0].len, (span){room, part[1].len});
    }
}

static void change(text *t)
{
    static const char bytes[] = " .,=-_+/AQgwZz09\"{}\n\t\r";
    static char run[32];
    size_t at = below(t->len), len = below(t->len - at < sizeof run ? t->len - at : sizeof run);
    char one = below(4) == 0 ? (char)below(256) : bytes[below(sizeof bytes)]; /* its NUL too */
    memcpy(run, t->at + at, len);
    switch (below(7)) {
    case 0:
        t->at[at] ^= (char)(1u << below(8));
        break;
    case 1:
        t->at[at] = one;
        break;
    case 2:
        put(t, at, 0, (span){&one, 1});
        break;
    case 3:
        put(t, at, len, SPAN(""));
        break;
    case 4:
        put(t, at, 0, (span){run, len});
        break; /* twice */
    case 5:
        t->len = at + 1;
        break;
    default:
        graft(t);
        break;
    }
}

/* ---- what is answered ---------------------------------------------------- */

static fnt_status ask(const request *r, fnt_verifier *guard, const text *t)
{
    return fnt_authorize(guard, t->at, t->len, r->resource.at, r->resource.len, r->now, NULL, NULL);
}

static fnt_status answer(const request *r, const text *t)
{
    fnt_status status = ask(r, r->plain, t);
    cr_expect_eq(ask(r, r->cached, t), status, "%s: with a cache", r->name);
    cr_expect_eq(ask(r, r->cached, t), status, "%s: asked again", r->name);
    const char *jws = NULL;
    size_t len = 0;
    bool found = fnt_bearer_token(t->at, t->len, &jws, &len) == FNT_OK;
    bool known = false;
    for (size_t i = 0; i < count && status == FNT_OK; i++) /* a whole token of another row */
        known = known || (found && span_equal((span){jws, len}, requests[i].token));
    cr_expect(status != FNT_OK || known, "%s: %.*s", r->name, (int)t->len, t->at);
    return status;
}

static void tell(FILE *to, const request *r, const text *t, fnt_status status)
{
    (void)fprintf(to, "%s\t%s\t", r->name, fnt_status_name(status));
    for (size_t i = 0; i < t->len; i++)
        (void)fprintf(to, "%02x", (unsigned)(unsigned char)t->at[i]);
    (void)fputc('\n', to);
}

Test(mutations, rule_45_what_was_changed_is_not_let_in)
{
    static text t;
    const char *path = getenv("FNT_MUTATIONS_TO"), *given = getenv("FNT_MUTATIONS");
    size_t times = given != NULL ? (size_t)strtoul(given, NULL, 10) : is_slow() ? SLOW : MUTATIONS;
    FILE *to = path == NULL ? NULL : fopen(path, "wb");
    cr_assert((to != NULL) == (path != NULL), "%s can't be written", path);
    read_requests();
    for (size_t i = 0; i < times; i++) {
        const request *r = &requests[below(count)];
        t.len = r->header.len;
        memcpy(t.at, r->header.at, t.len);
        for (size_t changes = 1 + below(CHANGES); changes > 0 && t.len > 0; changes--)
            change(&t);
        fnt_status status = answer(r, &t);
        if (to != NULL)
            tell(to, r, &t, status);
    }
    if (to != NULL)
        cr_expect_eq(fclose(to), 0);
    drop_requests();
}
