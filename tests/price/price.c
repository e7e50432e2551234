/* SPDX-License-Identifier: MIT */
/* What exchanges cost, for price.py to find the dearest: a recipe a line on standard input,
 * "roles=300 tests=2 ...", and for each a dump of callgrind whose trigger is its number. Linked
 * with no_crypto.c, so that nothing of the crypto library is counted; rules are loaded and tokens
 * signed uncounted. What is not in a recipe is zero. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fntoken/fntoken.h>

#if defined(__has_include)
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#endif
#endif

#define GATEWAY "https://openfaas.example.com"
#define PROVIDER "https://keycloak.example.com/realms/openfaas"
#define USER "a9e0e67a-5758-4373-a4ba-000000000000"
#define LOOK_ALIKE "----------------------------------------------------------------"
enum { NOW = 1767225600, SHAPES = 8, UNITS = 10 };

typedef struct {
    const char *name;
    long value;
} ingredient;

enum {
    API,     /* no scope: an API token is asked for */
    ENCODED, /* each byte of the token is percent-encoded */
    ROLES,
    TESTS,
    VALUES,
    OPERATOR,
    CLAIM,
    MATCH, /* MATCH: Roles that hold */
    POLICIES,
    STATEMENTS,
    RESOURCES,
    RESOURCE, /* of each; RESOURCE: its shape */
    AUDIENCES,
    AUDIENCE,
    STARS,
    GROUPS,
    GROUP, /* strings in the claim that Roles ask for, and their shape */
    FILLING,
    FILL, /* bytes, and what of */
    NAMES,
    NAME, /* further claims, and their shape */
    PARAMETERS,
    LONG_PARAMETERS,
    INGREDIENTS
};
static ingredient recipe[INGREDIENTS] = {
    {"api", 0},       {"encoded", 0},    {"roles", 0},           {"tests", 0},    {"values", 0},
    {"operator", 0},  {"claim", 0},      {"match", 0},           {"policies", 0}, {"statements", 0},
    {"resources", 0}, {"resource", 0},   {"audiences", 0},       {"audience", 0}, {"stars", 0},
    {"groups", 0},    {"group", 0},      {"filling", 0},         {"fill", 0},     {"names", 0},
    {"name", 0},      {"parameters", 0}, {"long_parameters", 0},
};

static long of(int which)
{
    return recipe[which].value;
}

static void must(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "price: %s\n", what);
    exit(1);
}

/* ---- texts --------------------------------------------------------------- */

typedef struct {
    FILE *to;
    char *at;
    size_t len;
} text;

static void begin(text *t)
{
    *t = (text){NULL, NULL, 0};
    t->to = open_memstream(&t->at, &t->len);
    must(t->to != NULL, "open_memstream");
}

static void finish(text *t)
{
    must(fclose(t->to) == 0, "fclose");
}

static const char *comma(long i)
{
    return i > 0 ? "," : "";
}

/* ---- rules --------------------------------------------------------------- */

static void put_object(FILE *to, const char *kind, const char *name, long number)
{
    fprintf(to,
            ",{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"%s\",\"metadata\":{\"name\":"
            "\"%s%ld\"},\"spec\":",
            kind, name, number);
}

static void put_resource(FILE *to, long i)
{
    static const char *const shapes[SHAPES] = {
        "a:%ld",  "*-*-%04ld*", "*-%ld*",    "a:b*%ld",
        "a:*%ld", "*:%ld",      "a*b%ld*:c", "namespace-%06ld:f",
    };
    fprintf(to, shapes[of(RESOURCE) % SHAPES], i);
}

static void put_policies(FILE *to)
{
    long number = 0;
    for (long p = 0; p < of(POLICIES); p++) {
        put_object(to, "Policy", "p", p);
        fputs("{\"statement\":[", to);
        for (long s = 0; s < of(STATEMENTS); s++) {
            fprintf(to, "%s{\"sid\":\"%ld\",\"action\":[\"*\"],\"effect\":\"Allow\",\"resource\":[",
                    comma(s), s);
            for (long r = 0; r < of(RESOURCES); r++) {
                fputs(r > 0 ? ",\"" : "\"", to);
                put_resource(to, number++);
                fputc('"', to);
            }
            fputs("]}", to);
        }
        fputs("]}}", to);
    }
}

/* The claim that test t of Role r asks for. */
static void put_claim(FILE *to, long r, long t)
{
    static const char *const shapes[SHAPES] = {"groups",
                                               "/nested/c%ld",
                                               "c%ld",
                                               "/nested/groups",
                                               "/groups/%ld",
                                               "groups",
                                               "/deep/deep/deep/c%ld",
                                               "preferred_username"};
    fprintf(to, shapes[of(CLAIM) % SHAPES], r * of(TESTS) + t);
}

static const char *operator_name(void)
{
    static const char *const names[SHAPES] = {"ForAnyValue:StringEqual",
                                              "ForAnyValue:StringLike",
                                              "StringLike",
                                              "StringEqual",
                                              "StringEqualIgnoreCase",
                                              "ForAnyValue:StringEqualIgnoreCase",
                                              "ForAnyValue:StringEqual",
                                              "ForAnyValue:StringLike"};
    return names[of(OPERATOR) % SHAPES];
}

static void put_tests(FILE *to, long r)
{
    static const char *const shapes[SHAPES] = {"g%ld",    "*-*-%ld*", "-*-%ld",         "*%ld",
                                               "a*a*%ld", "g*%ld",    LOOK_ALIKE "%ld", "v%ld"};
    fprintf(to, "\"condition\":{\"%s\":{", operator_name());
    for (long t = 0; t < of(TESTS); t++) {
        fprintf(to, "%s\"jwt:", comma(t));
        put_claim(to, r, t);
        fputs("\":[", to);
        for (long v = 0; v < of(VALUES); v++) {
            fprintf(to, "%s\"", comma(v));
            fprintf(to, shapes[of(GROUP) % SHAPES], 10000 + r * of(VALUES) + v);
            fputc('"', to);
        }
        fputs("]", to);
    }
    fputs("}}", to);
}

static void put_role(FILE *to, long r)
{
    bool holds = r < of(MATCH);
    put_object(to, "Role", "r", r);
    fputs("{\"policy\":[", to);
    for (long p = 0; p < of(POLICIES); p++)
        fprintf(to, "%s\"p%ld\"", comma(p), p);
    fputs("],", to);
    if (holds)
        fputs("\"principal\":{\"jwt:sub\":[\"" USER "\"]}", to);
    else if (of(TESTS) > 0)
        put_tests(to, r);
    else
        fprintf(to,
                "\"principal\":{\"jwt:sub\":[\"user-%ld\"]},\"condition\":{\"StringEqual\":{"
                "\"jwt:iss\":[\"" PROVIDER "\"]}}",
                r);
    fputs("}}", to);
}

static void put_rules(FILE *to)
{
    fputs("[{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"JwtIssuer\",\"metadata\":{\"name\":"
          "\"a\"},\"spec\":{\"iss\":\"" PROVIDER "\",\"aud\":[\"openfaas\"]}}",
          to);
    put_policies(to);
    for (long r = 0; r < of(ROLES); r++)
        put_role(to, r);
    fputc(']', to);
}

/* ---- the subject token --------------------------------------------------- */

static void put_filling(FILE *to, const char *begin, const char *end)
{
    static const char *const units[UNITS] = {"\"\",",
                                             "[],",
                                             "1,",
                                             "{},",
                                             "\"\\\"\",",
                                             "{\"a\":1},",
                                             "\"" LOOK_ALIKE "\",",
                                             "\"\xc3\xa9\",",
                                             "[[[[[[[[]]]]]]]],",
                                             "\"\\n\\u00e9\xe2\x82\xac\","};
    const char *unit = units[of(FILL) % UNITS];
    fputs(begin, to);
    for (long bytes = 0; bytes < of(FILLING); bytes += (long)strlen(unit))
        fputs(unit, to);
    fprintf(to, "0%s", end);
}

static void put_groups(FILE *to)
{
    static const char *const shapes[SHAPES] = {
        "g%ld", "-------------%ld", LOOK_ALIKE "%ld", "%ld", "", "aaaaaaaaaaaa", "v%ld", "G%ld"};
    fputs(",\"groups\":[", to);
    for (long g = 0; g < of(GROUPS); g++) {
        fprintf(to, "%s\"", comma(g));
        fprintf(to, shapes[of(GROUP) % SHAPES], g);
        fputc('"', to);
    }
    fputs("]", to);
}

static void put_names(FILE *to)
{
    static const char *const shapes[SHAPES] = {"%lx",   "c%ld", "\\u0063%ld",    "iss%ld",
                                               "%08lx", "f%ld", "user-name-%ld", "\xc5\xbf%ld"};
    for (long n = 0; n < of(NAMES); n++) {
        fputs(",\"", to);
        fprintf(to, shapes[of(NAME) % SHAPES], n);
        fputs("\":\"\"", to);
    }
}

/* As Keycloak makes them. */
static void put_claims(FILE *to)
{
    fprintf(to,
            "{\"exp\":%d,\"iat\":%d,\"auth_time\":%d,\"jti\":\"onrtac:5f2c8a5e-98f5-4b21-8b0c-"
            "5d3c5a9f0a11\",\"iss\":\"" PROVIDER
            "\",\"aud\":[\"openfaas\",\"account\"],\"sub\":\"" USER
            "\",\"typ\":\"Bearer\",\"azp\":\"openfaas\",\"sid\":\"0f4b7c11-2f1e-4f6e-9d3a-"
            "0b8f6c3c9a10\",\"acr\":\"1\",\"allowed-origins\":[\"https://portal.example.com\"],"
            "\"realm_access\":{\"roles\":[\"offline_access\",\"uma_authorization\",\"default-roles-"
            "openfaas\"]},\"resource_access\":{\"account\":{\"roles\":[\"manage-account\",\"manage-"
            "account-links\",\"view-profile\"]}},\"scope\":\"openid profile email\","
            "\"email_verified\":true,\"name\":\"Ada Lovelace\",\"preferred_username\":\"ada\","
            "\"given_name\":\"Ada\",\"family_name\":\"Lovelace\",\"email\":\"ada@example.com\"",
            NOW + 300, NOW, NOW);
    if (of(GROUPS) > 0)
        put_groups(to);
    if (of(FILLING) > 0 && of(CLAIM) % SHAPES == 6)
        put_filling(to, ",\"deep\":{\"deep\":{\"deep\":{\"x\":[", "]}}}");
    else if (of(FILLING) > 0)
        put_filling(to, ",\"nested\":{\"groups\":[", "]}");
    put_names(to);
    fputc('}', to);
}

/* ---- the request --------------------------------------------------------- */

static void put_audience(FILE *to, long i)
{
    static const char *const shapes[SHAPES] = {
        "a:%ld",    "a:" LOOK_ALIKE "%02ld", "a:b%ld", "%ld:f",
        "a*b%ld:c", "namespace-%06ld:f",     "a:%ld",  "-%ld:-0"};
    fputs("&audience=", to);
    fprintf(to, shapes[of(AUDIENCE) % SHAPES], i);
    for (long s = 0; s < of(STARS); s++)
        fputc('*', to);
}

static void put_form(FILE *to, const char *token)
{
    fputs("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token_type="
          "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token&subject_token=",
          to);
    for (const char *at = token; *at != '\0'; at++)
        fprintf(to, of(ENCODED) != 0 ? "%%%02x" : "%c", (unsigned char)*at);
    if (of(API) == 0)
        fputs("&scope=function", to);
    for (long i = 0; i < of(AUDIENCES) && of(API) == 0; i++)
        put_audience(to, i);
    for (long i = 0; i < of(PARAMETERS); i++)
        fprintf(to, "&x%ld=", i);
    for (long i = 0; i < of(LONG_PARAMETERS); i++)
        fputs(i == 0 ? "&y=%c3%a9" : "%c3%a9", to);
}

/* ---- one exchange -------------------------------------------------------- */

static fnt_status counted(fnt_sts *sts, const text *form, int number)
{
    char *body = NULL, trigger[16];
    size_t len = 0;
    snprintf(trigger, sizeof trigger, "%d", number);
#ifdef CALLGRIND_START_INSTRUMENTATION
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
#endif
    fnt_status status = fnt_sts_exchange(sts, form->at, form->len, NOW, &body, &len, NULL);
#ifdef CALLGRIND_START_INSTRUMENTATION
    CALLGRIND_DUMP_STATS_AT(trigger);
    CALLGRIND_STOP_INSTRUMENTATION;
#endif
    fnt_free(body);
    return status;
}

static void price(const fnt_key *key, fnt_sts *sts, int number)
{
    text rules, claims, form;
    char *token = NULL;
    size_t len = 0;
    fnt_iam *iam = NULL;
    begin(&rules);
    put_rules(rules.to);
    finish(&rules);
    begin(&claims);
    put_claims(claims.to);
    finish(&claims);
    if (fnt_iam_new(rules.at, rules.len, &iam, NULL) == FNT_OK) { /* else beyond a limit */
        must(fnt_sts_set_iam(sts, iam) == FNT_OK, "fnt_sts_set_iam");
        must(fnt_sign(key, NULL, 0, claims.at, claims.len, &token, &len, NULL) == FNT_OK,
             "fnt_sign");
        begin(&form);
        put_form(form.to, token);
        finish(&form);
        printf("%d %s\n", number, fnt_status_name(counted(sts, &form, number)));
        free(form.at);
        fnt_free(token);
        fnt_iam_free(iam);
    }
    free(rules.at);
    free(claims.at);
}

static void read_recipe(char *line)
{
    for (int i = 0; i < INGREDIENTS; i++)
        recipe[i].value = 0;
    for (char *word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
        char *equals = strchr(word, '=');
        int i = 0;
        must(equals != NULL, word);
        *equals = '\0';
        while (i < INGREDIENTS && strcmp(word, recipe[i].name) != 0)
            i++;
        must(i < INGREDIENTS, word);
        recipe[i].value = atol(equals + 1);
    }
}

int main(void)
{
#ifndef CALLGRIND_START_INSTRUMENTATION
    puts("no callgrind");
    return 0;
#endif
    char line[1024], *jwk = NULL;
    size_t len = 0;
    int number = 0;
    fnt_key *key = NULL;
    fnt_sts *sts = NULL;
    fnt_keyset *keyset = NULL;
    must(fnt_key_generate(FNT_ES256, &key) == FNT_OK, "fnt_key_generate");
    must(fnt_key_export(key, FNT_PUBLIC_JWK, &jwk, &len) == FNT_OK, "fnt_key_export");
    must(fnt_keyset_parse(jwk, len, 0, &keyset, NULL) == FNT_OK, "fnt_keyset_parse");
    must(fnt_sts_new(GATEWAY, strlen(GATEWAY), key, &sts) == FNT_OK, "fnt_sts_new");
    must(fnt_sts_set_keyset(sts, PROVIDER, strlen(PROVIDER), keyset) == FNT_OK,
         "fnt_sts_set_keyset");
    while (fgets(line, sizeof line, stdin) != NULL) {
        read_recipe(line);
        price(key, sts, ++number);
    }
    fnt_sts_free(sts);
    fnt_keyset_free(keyset);
    fnt_free(jwk);
    fnt_key_free(key);
    return 0;
}
