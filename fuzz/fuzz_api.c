/* SPDX-License-Identifier: MIT */
/* The verifier as a machine of states: keysets and lists of revocations are swapped, the clock goes
 * both ways, and between that the same questions go to a verifier without a cache, to one with a
 * cache that is too small, and to one that keeps everything. All of them must say what the model
 * below says, which knows nothing of how it is done (rules 24 and 56). Each byte is a step: three
 * bits say which, five with what. */
#include <stdio.h>
#include <stdlib.h>

#include "keys/signing_key.h"
#include "text/base64url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { START = 1715848921, SPAN_OF_CLOCK = 150, VERIFIERS = 3, TOKENS = 32, CLOCK_SKEW = 60 };
#define ISSUER "https://gateway.example.com"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* ---- the model: keys ----------------------------------------------------- */

/* Two key ids. Each may be missing, or have the one secret or the other: an id alone must mean
 * nothing. A third key, which signs nothing here, is always there. */
enum { ABSENT, FIRST, SECOND, KEY_STATES };
enum { KEYSETS = KEY_STATES * KEY_STATES, NO_KEYS = KEYSETS };

static const char *const secrets[] = {
    "", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg",
    "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTBmZWRjYmE5ODc2NTQzMjEwZmVkY2JhOTg3NjU0MzIxMA"};

static int key_state(int keyset, int kid)
{
    return kid == 0 ? keyset % KEY_STATES : keyset / KEY_STATES;
}

static int print_jwk(char *out, size_t size, int kid, int state)
{
    return snprintf(out, size, "{\"kid\":\"%c\",\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"%s\"}",
                    'a' + kid, secrets[state]);
}

static fnt_keyset *keyset_make(int number)
{
    char json[1024];
    fnt_keyset *made = NULL;
    int len = snprintf(json, sizeof json, "{\"keys\":[");
    for (int kid = 0; kid < 2; kid++) {
        if (key_state(number, kid) == ABSENT)
            continue;
        len += print_jwk(json + len, sizeof json - (size_t)len, kid, key_state(number, kid));
        json[len++] = ',';
    }
    len += print_jwk(json + len, sizeof json - (size_t)len, 25, FIRST);
    len += snprintf(json + len, sizeof json - (size_t)len, "]}");
    must(fnt_keyset_parse(json, (size_t)len, FNT_ALLOW_SYMMETRIC, &made, NULL) == FNT_OK);
    return made;
}

/* ---- the model: tokens --------------------------------------------------- */

typedef struct {
    int kid, state; /* which key signed it */
    char subject;   /* fed:u or fed:v */
    int issued, not_before, expires;
    bool everything; /* *, or else dev:* */
    char text[1024];
    size_t len;
} signed_token;

static signed_token tokens[TOKENS];

static void sign(signed_token *t, const char *claims, size_t claims_len)
{
    char jwk[512], header[64];
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    fnt_key *key = NULL;
    buf out = BUF_EMPTY;
    int jwk_len = print_jwk(jwk, sizeof jwk, t->kid, t->state),
        header_len =
            snprintf(header, sizeof header, "{\"alg\":\"HS256\",\"kid\":\"%c\"}", 'a' + t->kid);
    must(fnt_key_parse(jwk, (size_t)jwk_len, FNT_HS256, &key, NULL) == FNT_OK);
    base64url_encode(&out, (span){header, (size_t)header_len});
    buf_byte(&out, '.');
    base64url_encode(&out, (span){claims, claims_len});
    must(key_sign(key, buf_span(&out), signature, &len) == FNT_OK);
    buf_byte(&out, '.');
    base64url_encode(&out, (span){(const char *)signature, len});
    int printed = snprintf(t->text, sizeof t->text, "Bearer %.*s", (int)buf_span(&out).len,
                           buf_span(&out).at);
    must(printed > 0 && (size_t)printed < sizeof t->text);
    t->len = (size_t)printed;
    fnt_key_free(key);
    buf_free(&out);
}

static void token_make(int number)
{
    char claims[512];
    signed_token *t = &tokens[number];
    *t = (signed_token){.kid = number & 1, .state = number & 2 ? SECOND : FIRST};
    t->subject = number & 4 ? 'v' : 'u';
    t->issued = START + (number & 8 ? 10 : 0);
    t->not_before = t->issued + (number & 16 ? 5 : -80);
    t->expires = t->issued + (number & 8 ? 20 : 40);
    t->everything = number % 3 == 0;
    int len = snprintf(claims, sizeof claims,
                       "{\"iss\":\"" ISSUER "\",\"aud\":[\"" ISSUER
                       "\"],\"sub\":\"fed:%c\",\"fed:iss\":\"https://idp\",\"jti\":\"t%d\","
                       "\"iat\":%d,\"nbf\":%d,\"exp\":%d,\"function\":{\"permissions\":[\"%s\"]}}",
                       t->subject, number, t->issued, t->not_before, t->expires,
                       t->everything ? "*" : "dev:*");
    must(len > 0 && (size_t)len < sizeof claims);
    sign(t, claims, (size_t)len);
}

/* ---- the model: revocations ---------------------------------------------- */

enum { LISTS = 7 };

static const char *const lists[LISTS] = {
    NULL,
    "{\"jti\":\"t0\"}\n{\"jti\":\"t5\",\"until\":1715848931}\n",
    "{\"kid\":\"a\"}\n",
    "{\"fed_iss\":\"https://idp\",\"sub\":\"u\"}\n",
    "{\"fed_iss\":\"https://idp\",\"sub\":\"v\",\"before\":1715848921,\"until\":1715848951}\n",
    "{\"kid\":\"b\",\"iss\":\"" ISSUER
    "\",\"until\":1715848941}\n{\"kid\":\"a\",\"iss\":\"https://idp\"}\n{\"jti\":\"t2\"}\n",
    "{\"fed_iss\":\"https://other\",\"sub\":\"u\"}\n{\"jti\":\"t\"}\n{\"kid\":\"z\"}\n",
};

static bool is_revoked(int list, int number, int now)
{
    const signed_token *t = &tokens[number];
    switch (list) {
    case 1:
        return number == 0 || (number == 5 && now <= START + 10);
    case 2:
        return t->kid == 0;
    case 3:
        return t->subject == 'u';
    case 4:
        return t->subject == 'v' && t->issued <= START && now <= START + 30;
    case 5:
        return number == 2 || (t->kid == 1 && now <= START + 20);
    default:
        return false;
    }
}

/* ---- the model: answers -------------------------------------------------- */

enum { RESOURCES = 4 };

static const char *const resources[RESOURCES] = {"dev:env", "prod:env", "dev", "dev:*"};

static fnt_status time_expected(const signed_token *t, int now)
{
    if (now >= t->expires + 1)
        return FNT_REFUSED_EXPIRED;
    if (now < t->not_before - 1 || t->issued > now + CLOCK_SKEW)
        return FNT_REFUSED_NOT_YET;
    return FNT_OK;
}

static fnt_status decision_expected(const signed_token *t, int resource)
{
    if (resource >= 2)
        return FNT_DENIED_RESOURCE;
    return t->everything || resource == 0 ? FNT_OK : FNT_DENIED_PERMISSION;
}

static fnt_status verdict_expected(int keyset, int list, int number, int now)
{
    const signed_token *t = &tokens[number];
    if (keyset == NO_KEYS)
        return FNT_FAULT_NOT_READY;
    if (key_state(keyset, t->kid) != t->state)
        return key_state(keyset, t->kid) == ABSENT ? FNT_REFUSED_KEY_UNKNOWN
                                                   : FNT_REFUSED_SIGNATURE;
    fnt_status status = time_expected(t, now);
    return status == FNT_OK && is_revoked(list, number, now) ? FNT_REFUSED_REVOKED : status;
}

/* ---- the machine --------------------------------------------------------- */

typedef struct {
    fnt_verifier *verifiers[VERIFIERS];
    fnt_report *report;
    fnt_token *held; /* of the last token that was taken, number */
    int held_number;
    int keyset, list, resource, now;
} machine;

static fnt_verifier *verifier_make(int64_t entries)
{
    fnt_verifier *made = NULL;
    must(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, NULL, &made) == FNT_OK);
    must(fnt_verifier_set(made, FNT_OPT_ALGORITHMS, FNT_HS256) == FNT_OK);
    must(fnt_verifier_set(made, FNT_OPT_CACHE_ENTRIES, entries) == FNT_OK);
    return made;
}

static void set_keyset(machine *m, int number)
{
    m->keyset = number;
    fnt_keyset *set = number == NO_KEYS ? NULL : keyset_make(number);
    for (int i = 0; i < VERIFIERS; i++)
        must(fnt_verifier_set_keyset(m->verifiers[i], set) == FNT_OK);
    fnt_keyset_free(set);
}

static void set_revoked(machine *m, int number)
{
    fnt_revoked *list = NULL;
    m->list = number;
    if (lists[number] != NULL)
        must(fnt_revoked_parse(FNT_STR(lists[number]), &list, NULL) == FNT_OK);
    for (int i = 0; i < VERIFIERS; i++)
        must(fnt_verifier_set_revoked(m->verifiers[i], list) == FNT_OK);
    fnt_revoked_free(list);
}

/* The token that came out is the one that went in. */
static void check_token(const fnt_token *token, int number, fnt_status status)
{
    char id[16];
    must((token != NULL) == (status == FNT_OK));
    if (token == NULL)
        return;
    (void)snprintf(id, sizeof id, "t%d", number);
    must(strcmp(fnt_token_text(token, FNT_CLAIM_ID, 0, NULL), id) == 0);
    must(fnt_token_text(token, FNT_CLAIM_SUBJECT, 0, NULL)[4] == tokens[number].subject);
    must(fnt_token_time(token, FNT_CLAIM_EXPIRES, 0) == tokens[number].expires);
}

static fnt_status expected(const machine *m, int number)
{
    fnt_status status = verdict_expected(m->keyset, m->list, number, m->now);
    return status == FNT_OK ? decision_expected(&tokens[number], m->resource) : status;
}

static void ask(machine *m, int number)
{
    const signed_token *t = &tokens[number];
    fnt_status wanted = expected(m, number);
    for (int i = 0; i < VERIFIERS; i++) {
        fnt_token *token = NULL;
        bool reported = (m->now + number + i) % 2 == 0;
        fnt_status status =
            fnt_authorize(m->verifiers[i], t->text, t->len, FNT_STR(resources[m->resource]), m->now,
                          &token, reported ? m->report : NULL);
        must(status == wanted);
        check_token(token, number, status);
        fnt_token_free(token);
    }
}

/* The cache alone may not know; where it does, it says the same. It says so of what it keeps, too:
 * with room for all, a token that was just taken is known. */
static void ask_cached(machine *m, int number, bool known)
{
    const signed_token *t = &tokens[number];
    fnt_status wanted = expected(m, number);
    for (int i = 0; i < VERIFIERS; i++) {
        fnt_token *token = NULL;
        fnt_status status = fnt_authorize_cached(m->verifiers[i], t->text, t->len,
                                                 FNT_STR(resources[m->resource]), m->now, &token);
        must(status == wanted || status == FNT_FAULT_NOT_CACHED);
        must(i != 0 || wanted == FNT_FAULT_NOT_READY || status == FNT_FAULT_NOT_CACHED);
        must(!known || i != VERIFIERS - 1 || wanted != FNT_OK || status == FNT_OK);
        check_token(token, number, status);
        fnt_token_free(token);
    }
}

static void verify(machine *m, int number)
{
    const signed_token *t = &tokens[number];
    fnt_status wanted = verdict_expected(m->keyset, m->list, number, m->now);
    for (int i = 0; i < VERIFIERS; i++) {
        fnt_token *token = NULL;
        must(fnt_verify(m->verifiers[i], t->text + 7, t->len - 7, m->now, &token, NULL) == wanted);
        check_token(token, number, wanted);
        if (token != NULL) {
            fnt_token_free(m->held);
            m->held = token;
            m->held_number = number;
        }
    }
}

/* A token that is held knows its times and rights, whatever became of keys and lists. */
static void ask_held(machine *m)
{
    const signed_token *t = &tokens[m->held_number];
    if (m->held == NULL)
        return;
    fnt_status wanted = time_expected(t, m->now);
    if (wanted == FNT_OK)
        wanted = decision_expected(t, m->resource);
    must(fnt_token_authorize(m->held, FNT_STR(resources[m->resource]), m->now, NULL) == wanted);
}

static void turn_clock(machine *m, int by)
{
    if (m->now + by > START - SPAN_OF_CLOCK && m->now + by < START + SPAN_OF_CLOCK)
        m->now += by;
}

enum { ASK, ASK_CACHED, FORWARD, BACK, SET_KEYSET, SET_REVOKED, SET_RESOURCE, VERIFY };

static void step(machine *m, int what, int with)
{
    switch (what) {
    case ASK:
        ask(m, with);
        ask_cached(m, with, true);
        break;
    case ASK_CACHED:
        ask_cached(m, with, false);
        break;
    case FORWARD:
    case BACK:
        turn_clock(m, what == FORWARD ? with : -with);
        break;
    case SET_KEYSET:
        set_keyset(m, with % (KEYSETS + 1));
        break;
    case SET_REVOKED:
        set_revoked(m, with % LISTS);
        break;
    case SET_RESOURCE:
        m->resource = with % RESOURCES;
        ask_held(m);
        break;
    default:
        verify(m, with);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { STEPS = 400 };
    machine m = {.verifiers = {verifier_make(0), verifier_make(3), verifier_make(4 * TOKENS)},
                 .now = START};
    for (int i = 0; i < TOKENS && tokens[i].len == 0; i++)
        token_make(i);
    must(fnt_report_new(&m.report) == FNT_OK);
    set_keyset(&m, FIRST + KEY_STATES * FIRST);
    for (size_t i = 0; i < size && i < STEPS; i++)
        step(&m, data[i] >> 5, data[i] & 31);
    for (int i = 0; i < VERIFIERS; i++)
        fnt_verifier_free(m.verifiers[i]);
    fnt_token_free(m.held);
    fnt_report_free(m.report);
    return 0;
}
