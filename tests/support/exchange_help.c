/* SPDX-License-Identifier: MIT */
#include "support/exchange_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "keys/signing_key.h"
#include "support/key_texts.h"
#include "text/json.h"

static const provider providers[] = {
    {"keycloak.example.com", "https://keycloak.example.com/realms/openfaas", "openfaas", "ada-1815",
     "robot-a", "alpha"},
    {"okta.example.com", "https://okta.example.com/oauth2/default", "functions", "bob-1906",
     "robot-b", "beta"},
};

/* ---- texts --------------------------------------------------------------- */

static char *keep(char *text)
{
    static char *kept[64];
    static size_t next;
    next = (next + 1) % COUNT(kept);
    free(kept[next]);
    kept[next] = text;
    return text;
}

static const char *word_value(const world *w, const char *word, size_t len, const char *token,
                              char *number)
{
    const struct {
        const char *word, *value;
    } known[] = {
        {"iss", w->me->iss},
        {"aud", w->me->aud},
        {"sub", w->me->sub},
        {"name", w->me->name},
        {"client", w->me->client},
        {"space", w->me->namespace},
        {"oiss", w->other->iss},
        {"oaud", w->other->aud},
        {"osub", w->other->sub},
        {"oname", w->other->name},
        {"oclient", w->other->client},
        {"ospace", w->other->namespace},
        {"gw", ISSUER},
        {"token", token},
    };
    for (size_t i = 0; i < COUNT(known); i++)
        if (strlen(known[i].word) == len && memcmp(known[i].word, word, len) == 0)
            return known[i].value;
    cr_assert(len == 3 && memcmp(word, "now", 3) == 0, "no such word: @%.*s", (int)len, word);
    char *end = NULL;
    long more = strtol(word + len, &end, 10);
    snprintf(number, 32, "%ld", (long)NOW + (end == word + len ? 0 : more));
    return number;
}

static size_t number_length(const char *at)
{
    size_t len = *at == '+' || *at == '-' ? 1 : 0;
    size_t digits = strspn(at + len, "0123456789");
    return len == 0 || digits == 0 ? 0 : len + digits;
}

static const char *expand(const world *w, const char *text, const char *token, bool quotes)
{
    char *out = NULL, number[32];
    size_t len = 0;
    FILE *to = open_memstream(&out, &len);
    cr_assert_not_null(to);
    for (const char *c = text; *c != '\0'; c++) {
        size_t word = *c == '@' ? strspn(c + 1, "abcdefghijklmnopqrstuvwxyz") : 0;
        if (*c == '@' && c[1] == '@')
            c++;
        if (word == 0) {
            fputc(*c == '\'' && quotes ? '"' : *c, to);
            continue;
        }
        const char *value = word_value(w, c + 1, word, token, number);
        cr_assert_not_null(value, "@token is not given: %s", text);
        fputs(value, to);
        c += word + (value == number ? number_length(c + 1 + word) : 0);
    }
    fclose(to);
    return keep(out);
}

const char *fill(const world *w, const char *text)
{
    return expand(w, text, NULL, true);
}

const char *fill_with(const world *w, const char *text, const char *token)
{
    return expand(w, text, token, true);
}

const char *words(const world *w, const char *text)
{
    return expand(w, text, NULL, false);
}

/* ---- keys ---------------------------------------------------------------- */

static const fnt_key *key_from(size_t which, const char *text, int32_t bit)
{
    static fnt_key *keys[2];
    if (keys[which] == NULL)
        MUST(fnt_key_parse(FNT_STR(text), bit, &keys[which], NULL));
    return keys[which];
}

static const fnt_key *provider_key(bool first, bool ec)
{
    if (first)
        return signer_key(ec ? BY_STRANGER : BY_RS256);
    return ec ? key_from(0, P256_PKCS8, FNT_ES256) : key_from(1, RSA_PKCS8, FNT_RS256);
}

const fnt_key *key_of_holder(const world *w, holder who)
{
    static fnt_key *nobody;
    if (who == GATEWAY)
        return signer_key(BY_ES256);
    if (who == NOBODY && nobody == NULL)
        MUST(fnt_key_generate(FNT_ES256, &nobody));
    if (who == NOBODY)
        return nobody;
    return provider_key((who == MY_EC || who == MY_RSA) != w->swapped,
                        who == MY_EC || who == OTHER_EC);
}

/* The public half as a JWK under another kid. */
static void put_jwk(FILE *to, const fnt_key *key, const char *kid)
{
    char *jwk = NULL;
    size_t len = 0, id_len = 0;
    const char *id = fnt_key_id(key, &id_len);
    MUST(fnt_key_export(key, FNT_PUBLIC_JWK, &jwk, &len));
    char *at = strstr(jwk, id);
    cr_assert_not_null(at);
    fprintf(to, "%.*s%s%s", (int)(at - jwk), jwk, kid == NULL ? id : kid, at + id_len);
    fnt_free(jwk);
}

static fnt_keyset *keyset_of(const fnt_key *first, const char *kid, const fnt_key *second)
{
    char *text = NULL;
    size_t len = 0;
    fnt_keyset *keys = NULL;
    FILE *to = open_memstream(&text, &len);
    fputs("{\"keys\":[", to);
    put_jwk(to, first, kid);
    if (second != NULL) {
        fputc(',', to);
        put_jwk(to, second, "k2");
    }
    fputs("]}", to);
    fclose(to);
    MUST(fnt_keyset_parse(text, len, 0, &keys, NULL));
    free(text);
    return keys;
}

fnt_keyset *gateway_keys(const world *w)
{
    return keyset_of(key_of_holder(w, GATEWAY), NULL, NULL);
}

fnt_keyset *my_keys(const world *w)
{
    return keyset_of(key_of_holder(w, MY_EC), "k1", key_of_holder(w, MY_RSA));
}

static void issuer_keys(world *w, const char *iss, fnt_keyset *keys)
{
    MUST(fnt_sts_set_keyset(w->sts, FNT_STR(iss), keys));
    fnt_keyset_free(keys);
}

/* ---- the service --------------------------------------------------------- */

#define PROVIDER_OBJECTS                                                                           \
    MY_ISSUER("")                                                                                  \
    "," MY_POLICY                                                                                  \
    "," A_ROLE("@space-role", "'@space-policy'",                                                   \
               "'condition':{'StringEqual':{'jwt:iss':['@iss'],'jwt:client_id':['@client']}}")

static const char *default_iam(void)
{
    const world first = {&providers[0], &providers[1], false, NULL},
                second = {&providers[1], &providers[0], true, NULL};
    const char *a = fill(&first, PROVIDER_OBJECTS), *b = fill(&second, PROVIDER_OBJECTS);
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    fprintf(to, "[%s,%s,%s]", fill(&first, SYSTEM_ISSUER), a, b);
    fclose(to);
    return keep(text);
}

fnt_iam *rules_of(const world *w, const char *iam)
{
    fnt_iam *rules = NULL;
    fnt_report *why = NULL;
    const char *text = iam == NULL ? default_iam() : fill(w, iam);
    MUST(fnt_report_new(&why));
    fnt_status status = fnt_iam_new_in(FNT_STR(text), FNT_STR("*"), 0, &rules, why);
    cr_assert_eq(status, FNT_OK, "%s\n%s", fnt_report_text(why, 1, FNT_FIELD_SENTENCE, NULL), text);
    fnt_report_free(why);
    return rules;
}

void world_load(world *w, const char *iam)
{
    fnt_iam *rules = rules_of(w, iam);
    MUST(fnt_sts_set_iam(w->sts, rules));
    fnt_iam_free(rules);
}

world world_open(bool swapped, const char *iam)
{
    return world_of(&providers[swapped ? 1 : 0], &providers[swapped ? 0 : 1], swapped, iam);
}

world world_of(const provider *me, const provider *other, bool swapped, const char *iam)
{
    world w = {me, other, swapped, NULL};
    MUST(fnt_sts_new(FNT_STR(ISSUER), key_of_holder(&w, GATEWAY), &w.sts));
    world_load(&w, iam);
    issuer_keys(&w, ISSUER, gateway_keys(&w));
    issuer_keys(&w, w.me->iss, my_keys(&w));
    issuer_keys(&w, w.other->iss,
                keyset_of(key_of_holder(&w, OTHER_EC), "k1", key_of_holder(&w, OTHER_RSA)));
    return w;
}

void world_close(world *w)
{
    fnt_sts_free(w->sts);
    w->sts = NULL;
}

/* ---- tokens -------------------------------------------------------------- */

const char *raw_token_by(const world *w, holder who, const char *header, const char *claims)
{
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    const char *without = compact(span_of(header), span_of(claims), SPAN_NONE);
    MUST(key_sign(key_of_holder(w, who), (span){without, strlen(without) - 1}, signature, &len));
    return compact(span_of(header), span_of(claims), (span){(const char *)signature, len});
}

const char *token_by(const world *w, holder who, const char *header, const char *claims)
{
    const char *head = fill(w, header);
    return raw_token_by(w, who, head, fill(w, claims));
}

typedef struct {
    const char *name, *value;
} member;

static bool lists(const char *names, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = names; at != NULL && (at = strstr(at, name)) != NULL; at += len)
        if ((at == names || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static bool sets(const char *change, const char *name)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "'%s':", name);
    return change != NULL && strstr(change, wanted) != NULL;
}

static const char *object_of(const member *base, size_t count, const char *change,
                             const char *without)
{
    char *text = NULL;
    size_t len = 0;
    const char *comma = "";
    FILE *to = open_memstream(&text, &len);
    fputc('{', to);
    for (size_t i = 0; i < count; i++) {
        if (lists(without, base[i].name) || sets(change, base[i].name))
            continue;
        fprintf(to, "%s'%s':%s", comma, base[i].name, base[i].value);
        comma = ",";
    }
    if (change != NULL && *change != '\0')
        fprintf(to, "%s%s", comma, change);
    fputc('}', to);
    fclose(to);
    return keep(text);
}

const char *my_claims(const char *change, const char *without)
{
    static const member base[] = {{"iss", "'@iss'"}, {"aud", "'@aud'"},
                                  {"sub", "'@sub'"}, {"exp", "@now+300"},
                                  {"iat", "@now"},   {"client_id", "'@client'"}};
    return object_of(base, COUNT(base), change, without);
}

const char *my_token(const world *w, const char *change, const char *without)
{
    return token_by(w, MY_EC, EC_HEADER, my_claims(change, without));
}

static const char *gateway_token(const world *w, const char *claims)
{
    char header[256];
    snprintf(header, sizeof header, "{'alg':'ES256','typ':'JWT','kid':'%s'}",
             fnt_key_id(key_of_holder(w, GATEWAY), NULL));
    return token_by(w, GATEWAY, header, claims);
}

const char *api_token(const world *w, const char *change, const char *without)
{
    static const member base[] = {{"iss", "'@gw'"},
                                  {"aud", "['@gw']"},
                                  {"sub", "'fed:@sub'"},
                                  {"exp", "@now+3600"},
                                  {"iat", "@now"},
                                  {"fed:iss", "'@iss'"},
                                  {"policy", "['@space-policy']"},
                                  {"client_id", "'@client'"}};
    return gateway_token(w, object_of(base, COUNT(base), change, without));
}

const char *function_token(const world *w, const char *change, const char *without)
{
    static const member base[] = {{"iss", "'@gw'"},
                                  {"aud", "['@gw']"},
                                  {"sub", "'fed:@sub'"},
                                  {"exp", "@now+600"},
                                  {"iat", "@now"},
                                  {"fed:iss", "'@iss'"},
                                  {"function", "{'permissions':['@space:*','dev:env']}"}};
    return gateway_token(w, object_of(base, COUNT(base), change, without));
}

/* ---- the exchange -------------------------------------------------------- */

static const char *value_at(const char *text, size_t len, const char *pointer)
{
    json_value root;
    json_fault fault;
    cr_assert_eq(json_validate((span){text, len}, &root, &fault), FNT_OK,
                 "no strict JSON object: %s in %s", fault.reason, text);
    json_value value = json_resolve_pointer(root, span_of(pointer));
    char *scratch = calloc(1, value.raw.len + 1);
    cr_assert_not_null(scratch);
    span said = value.kind == JSON_STRING ? json_unescape(value, scratch) : value.raw;
    if (value.kind == JSON_ABSENT) {
        free(scratch);
        return "(none)";
    }
    memmove(scratch, said.at, said.len);
    scratch[said.len] = '\0';
    return keep(scratch);
}

const char *answered(const outcome *o, const char *pointer)
{
    return o->body == NULL ? "(none)" : value_at(o->body, o->len, pointer);
}

const char *minted(const outcome *o, const char *pointer)
{
    return o->minted == NULL ? "(none)" : value_at(o->minted, strlen(o->minted), pointer);
}

const char *access_token(const outcome *o)
{
    return answered(o, "/access_token");
}

const char *told(const outcome *o)
{
    const char *text = answered(o, "/error_description");
    return strcmp(text, "(none)") == 0 ? "" : text;
}

const char *reported(const outcome *o)
{
    return summary_of(o->report);
}

const char *precise(const outcome *o)
{
    const char *name = fnt_report_text(o->report, 0, FNT_FIELD_STATUS, NULL);
    return name == NULL ? "(none)" : name;
}

/* RFC 6749, 5.2: %x20-21 / %x23-5B / %x5D-7E; clients print it as it is. */
static bool is_description(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (*c < 0x20 || *c > 0x7e || *c == '"' || *c == '\\')
            return false;
    return *text != '\0';
}

static void check_refusal(const outcome *o)
{
    char *expected = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&expected, &len);
    fprintf(to, "{\"error\":\"%s\",\"error_description\":\"%s\"}", fnt_status_oauth(o->status),
            told(o));
    fclose(to);
    cr_expect(is_description(told(o)), "error_description is \"%s\"", told(o));
    cr_expect_str_eq(o->body, expected, "RFC 6749, 5.2, and nothing else");
    cr_expect_eq(fnt_status_http(o->status), 400);
    free(expected);
}

static void open_minted(outcome *o)
{
    size_t len = 0;
    const char *token = access_token(o);
    MUST(fnt_unverified_json(FNT_STR(token), &o->minted, &len, NULL));
    cr_expect_str_eq(answered(o, "/token_type"), "Bearer");
    cr_expect_str_eq(answered(o, "/issued_token_type"),
                     "urn:ietf:params:oauth:token-type:access_token");
}

/* The answer's body; of a token, which has a jti of its own each time, what is in it besides. */
static const char *comparable(fnt_status status, const char *body, size_t len)
{
    char *claims = NULL, *id;
    size_t claims_len = 0;
    if (status != FNT_OK)
        return body == NULL ? "" : body;
    const char *token = value_at(body, len, "/access_token");
    MUST(fnt_unverified_json(FNT_STR(token), &claims, &claims_len, NULL));
    id = strstr(claims, "\"jti\":\"");
    cr_assert_not_null(id);
    memset(id + 7, '.', 22);
    const char *rest = value_at(body, len, "/expires_in");
    char *text = NULL;
    size_t text_len = 0;
    FILE *to = open_memstream(&text, &text_len);
    fprintf(to, "%s in %s, %zu bytes", claims, rest, len);
    fclose(to);
    fnt_free(claims);
    return keep(text);
}

/* A report never changes an answer: none, and one of each level. */
static void check_same_answer(const world *w, const char *form, int64_t now, const outcome *o)
{
    fnt_report *report = NULL;
    const char *wanted = comparable(o->status, o->body, o->len);
    MUST(fnt_report_new(&report));
    for (int32_t level = FNT_REPORT_SUMMARY - 1; level < FNT_REPORT_FULL; level++) {
        char *body = NULL;
        size_t len = 0;
        fnt_report *why = level < FNT_REPORT_SUMMARY ? NULL : report;
        if (why != NULL)
            MUST(fnt_report_level(why, level));
        fnt_status status = fnt_sts_exchange(w->sts, FNT_STR(form), now, &body, &len, why);
        cr_expect_eq(status, o->status, "level %d", (int)level);
        cr_expect_str_eq(comparable(status, body, len), wanted, "level %d", (int)level);
        if (why != NULL)
            cr_expect_str_eq(summary_of(why), summary_of(o->report), "level %d", (int)level);
        cr_expect(level != FNT_REPORT_SUMMARY ||
                  fnt_report_text(why, 1, FNT_FIELD_SENTENCE, NULL) == NULL);
        fnt_free(body);
    }
    fnt_report_free(report);
}

outcome post(const world *w, const char *form, const char *token, int64_t now)
{
    outcome o = {FNT_OK, NULL, 0, NULL, NULL};
    const char *text = fill_with(w, form, token);
    MUST(fnt_report_new(&o.report));
    o.status = fnt_sts_exchange(w->sts, FNT_STR(text), now, &o.body, &o.len, o.report);
    bool is_fault = o.status != FNT_OK && fnt_status_http(o.status) != 400;
    cr_expect_eq(o.body == NULL, is_fault, "a body, or a fault: %s", fnt_status_name(o.status));
    cr_expect(o.body != NULL || o.len == 0);
    if (o.status == FNT_OK)
        open_minted(&o);
    else if (o.body != NULL)
        check_refusal(&o);
    check_same_answer(w, text, now, &o);
    return o;
}

outcome exchanged(const world *w, const char *token)
{
    return post(w, FORM "&scope=function&subject_token=@token", token, NOW);
}

outcome exchanged_to(const world *w, const char *token, const char *more)
{
    char form[4096];
    int len = snprintf(form, sizeof form, "%s&scope=function&subject_token=@token&%s", FORM, more);
    cr_assert(len > 0 && (size_t)len < sizeof form);
    return post(w, form, token, NOW);
}

outcome api_asked(const world *w, const char *token)
{
    return post(w, FORM "&subject_token=@token", token, NOW);
}

void outcome_free(outcome *o)
{
    fnt_free(o->body);
    fnt_free(o->minted);
    fnt_report_free(o->report);
    *o = (outcome){FNT_OK, NULL, 0, NULL, NULL};
}

fnt_status permitted(const world *w, const outcome *o, const char *resource, int64_t now)
{
    fnt_verifier *guard = NULL;
    fnt_keyset *keys = gateway_keys(w);
    const char *header = joined("Bearer ", access_token(o));
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, keys, &guard));
    fnt_keyset_free(keys);
    fnt_status status = fnt_authorize(guard, FNT_STR(header), FNT_STR(resource), now, NULL, NULL);
    fnt_verifier_free(guard);
    return status;
}

/* ---- tables -------------------------------------------------------------- */

/* Why a token is refused for what its claims do not show. */
static bool is_unseen(const char *precise, const char *claims)
{
    static const char *const unseen[] = {"ok",      "signature", "key-unknown", "algorithm",
                                         "type",    "malformed", "critical",    "size",
                                         "expired", "not-yet",   "age",         "revoked",
                                         "request", "scope",     "target",      "not-ready"};
    for (size_t i = 0; i < COUNT(unseen); i++)
        if (strcmp(precise, unseen[i]) == 0)
            return true;
    return (strcmp(precise, "claim") == 0 && strstr(claims, "\"exp\":") == NULL) ||
           (strcmp(precise, "audience") == 0 && strstr(claims, "\"aud\":") == NULL);
}

/* Rule 55: a dry run of the same claims says no where the exchange said it of them, and yes where
 * it issued a token. */
static void check_dry_run(const world *w, const char *iam, const char *claims, const outcome *o)
{
    fnt_iam *rules = rules_of(w, iam);
    fnt_status dry = fnt_iam_simulate(rules, FNT_STR(claims), NULL, 0, NULL);
    cr_expect(dry == FNT_WOULD_DENY || dry == FNT_WOULD_ALLOW ||
                  (dry == FNT_FAULT_ARGUMENT && strcmp(precise(o), "malformed") == 0),
              "%s: %s", fnt_status_name(dry), claims);
    cr_expect(dry != FNT_WOULD_ALLOW || is_unseen(precise(o), claims), "%s allowed; exchange: %s",
              claims, reported(o));
    cr_expect(o->status != FNT_OK || dry == FNT_WOULD_ALLOW, "%s denied, but exchanged", claims);
    fnt_iam_free(rules);
}

static void run_row(const world *w, const exchange_row *row, const char *iam)
{
    const char *header = row->header == NULL ? EC_HEADER : row->header;
    const char *claims = my_claims(row->change, row->without);
    const char *token = token_by(w, row->by, header, claims);
    outcome o = exchanged_to(w, token, row->more == NULL ? "" : row->more);
    cr_expect_eq(o.status, row->status, "%s: wanted %s, got %s (%s)", row->why,
                 fnt_status_name(row->status), fnt_status_name(o.status), reported(&o));
    if (row->precise != NULL)
        cr_expect_str_eq(precise(&o), row->precise, "%s (%s)", row->why, reported(&o));
    if (row->told != NULL)
        cr_expect(holds(told(&o), words(w, row->told)), "%s: the client is told \"%s\"", row->why,
                  told(&o));
    if (row->reported != NULL)
        cr_expect(holds(reported(&o), words(w, row->reported)), "%s: the operator is told \"%s\"",
                  row->why, reported(&o));
    check_dry_run(w, iam, fill(w, claims), &o);
    outcome_free(&o);
}

void run_rows(const exchange_row *rows, size_t count, const char *iam)
{
    FOR_BOTH(w, iam)
    for (size_t i = 0; i < count; i++)
        run_row(&w, &rows[i], iam);
}
