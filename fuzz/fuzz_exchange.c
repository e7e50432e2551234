/* SPDX-License-Identifier: MIT */
/* Any claims, genuinely signed, at the exchange. The first byte says by whose key and what is asked
 * for; the rest is the payload. Where a token is issued, cJSON reads it and the claims that it was
 * made from, and the rules below, written out once more in C, must agree: what is granted is
 * exactly what they grant, and nothing of the payload has become anything else. Claims in which
 * nothing is unusual must not be refused (rules 33 to 35). */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "keys/signing_key.h"
#include "text/base64url.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Doubles, as what cJSON reads is compared with them. */
static const double now = 1715848921, clock_skew = 60;
enum { NOW = 1715848921, A_LIVES = 1800, B_LIVES = 43200 };
#define GATEWAY "https://gateway.example.com"
#define PROVIDER_A "https://a.example.com"
#define PROVIDER_B "https://b.example.com"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* ---- the rules, twice ---------------------------------------------------- */

#define OBJECT(kind, name, spec)                                                                   \
    "{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"" kind "\",\"metadata\":{\"name\":\"" name \
    "\"},\"spec\":{" spec "}}"
#define JWT_ISSUER(name, iss, aud, more)                                                           \
    OBJECT("JwtIssuer", name, "\"iss\":\"" iss "\",\"aud\":[\"" aud "\"]" more)
#define POLICY(name, resources, more)                                                              \
    OBJECT("Policy", name,                                                                         \
           "\"statement\":[{\"sid\":\"1\",\"effect\":\"Allow\",\"action\":[\"Function:Invoke\"],"  \
           "\"resource\":[" resources "]" more "}]")
#define ROLE(name, more) OBJECT("Role", name, "\"policy\":[\"" name "\"]," more)

/* clang-format off */
static const char objects[] =
    "[" JWT_ISSUER("system", GATEWAY, GATEWAY, "") ","
    JWT_ISSUER("a", PROVIDER_A, "openfaas", ",\"tokenExpiry\":\"30m\"") ","
    JWT_ISSUER("b", PROVIDER_B, "functions", "") ","
    POLICY("dev", "\"dev:*\"", "") ","
    POLICY("staging", "\"staging:env\",\"staging:fn\"", "") ","
    POLICY("prod", "\"prod:*\"",
           ",\"condition\":{\"StringEqual\":{\"jwt:team\":[\"core\"]}}") ","
    POLICY("mail", "\"mail:*\"", "") ","
    POLICY("realm", "\"realm:*\",\"dev:*\"", "") ","
    ROLE("dev", "\"condition\":{\"StringEqual\":{\"jwt:iss\":[\"" PROVIDER_A "\"],"
                "\"jwt:sub\":[\"ada\"]}}") ","
    ROLE("staging",
         "\"condition\":{\"ForAnyValue:StringEqual\":{\"jwt:groups\":[\"dev\",\"ops\"]}}") ","
    ROLE("prod", "\"principal\":{\"jwt:sub\":[\"bob\",\"7\"]}") ","
    ROLE("mail",
         "\"condition\":{\"StringLike\":{\"jwt:email\":[\"*@example.com\"]}}") ","
    ROLE("realm",
         "\"condition\":{\"ForAnyValue:StringLike\":{\"jwt:/realm/roles\":[\"fn-*\"]}}") "]";
/* clang-format on */

enum { DEV, STAGING, PROD, MAIL, REALM, POLICIES };
static const char *const policy_names[POLICIES] = {"dev", "staging", "prod", "mail", "realm"};
enum { PERMISSIONS = 6 };
static const struct {
    const char *pattern;
    int from, or_from;
} permissions[PERMISSIONS] = {
    {"dev:*", DEV, REALM},
    {"staging:env", STAGING, STAGING},
    {"staging:fn", STAGING, STAGING},
    {"prod:*", PROD, PROD},
    {"mail:*", MAIL, MAIL},
    {"realm:*", REALM, REALM},
};

static const cJSON *claim(const cJSON *claims, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(claims, name);
}

static bool is_text(const cJSON *value, const char *text)
{
    return cJSON_IsString(value) && strcmp(value->valuestring, text) == 0;
}

/* An item after the other; a string is an array of one (rule 34). */
static const cJSON *first_of(const cJSON *list)
{
    return cJSON_IsArray(list) ? list->child : cJSON_IsString(list) ? list : NULL;
}

static const cJSON *next_of(const cJSON *list, const cJSON *item)
{
    return item == list ? NULL : item->next;
}

static bool any_is(const cJSON *list, const char *text)
{
    const cJSON *item = first_of(list);
    while (item != NULL && !is_text(item, text))
        item = next_of(list, item);
    return item != NULL;
}

static bool any_begins(const cJSON *list, const char *text)
{
    const cJSON *item = first_of(list);
    size_t len = strlen(text);
    while (item != NULL && (!cJSON_IsString(item) || strncmp(item->valuestring, text, len) != 0))
        item = next_of(list, item);
    return item != NULL;
}

static bool ends_in(const cJSON *value, const char *text)
{
    size_t len = cJSON_IsString(value) ? strlen(value->valuestring) : 0;
    return len >= strlen(text) && strcmp(value->valuestring + len - strlen(text), text) == 0;
}

static const cJSON *realm_roles(const cJSON *claims)
{
    const cJSON *named = claim(claims, "/realm/roles"), *realm = claim(claims, "realm");
    return named != NULL ? named : cJSON_IsObject(realm) ? claim(realm, "roles") : NULL;
}

/* Which roles match; of prod that says nothing yet about what it grants. */
static void find_roles(const cJSON *claims, bool roles[POLICIES])
{
    const cJSON *sub = claim(claims, "sub");
    roles[DEV] = is_text(sub, "ada") && is_text(claim(claims, "iss"), PROVIDER_A);
    roles[STAGING] =
        any_is(claim(claims, "groups"), "dev") || any_is(claim(claims, "groups"), "ops");
    roles[PROD] = is_text(sub, "bob") || is_text(sub, "7");
    roles[MAIL] = ends_in(claim(claims, "email"), "@example.com");
    roles[REALM] = any_begins(realm_roles(claims), "fn-");
}

static void find_grants(const cJSON *claims, bool grants[POLICIES])
{
    find_roles(claims, grants);
    grants[PROD] = grants[PROD] && is_text(claim(claims, "team"), "core");
}

static bool any(const bool grants[POLICIES])
{
    bool some = false;
    for (int i = 0; i < POLICIES; i++)
        some = some || grants[i];
    return some;
}

/* ---- what must hold of claims that were taken ---------------------------- */

static bool is_for(const cJSON *claims, const char *audience)
{
    const cJSON *aud = claim(claims, "aud");
    return any_is(aud, audience);
}

static void may_be_taken(const cJSON *claims, bool by_a)
{
    const cJSON *sub = claim(claims, "sub"), *exp = claim(claims, "exp"),
                *nbf = claim(claims, "nbf"), *iat = claim(claims, "iat");
    must(is_text(claim(claims, "iss"), by_a ? PROVIDER_A : PROVIDER_B));
    must(is_for(claims, by_a ? "openfaas" : "functions"));
    must(cJSON_IsString(sub) && *sub->valuestring != '\0');
    must(strncmp(sub->valuestring, "fed:", 4) != 0);
    must(cJSON_IsNumber(exp) && exp->valuedouble + 1 > now);
    must(nbf == NULL || (cJSON_IsNumber(nbf) && nbf->valuedouble <= now + clock_skew));
    must(iat == NULL || (cJSON_IsNumber(iat) && iat->valuedouble <= now + clock_skew));
    must(claim(claims, "cnf") == NULL && claim(claims, "act") == NULL);
}

static bool is_whole(const cJSON *value, double least, double most)
{
    return cJSON_IsNumber(value) && value->valuedouble >= least && value->valuedouble <= most &&
           (double)(int64_t)value->valuedouble == value->valuedouble;
}

static bool is_word(const cJSON *value)
{
    if (!cJSON_IsString(value) || *value->valuestring == '\0' || strlen(value->valuestring) > 100)
        return false;
    for (const char *c = value->valuestring; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return strncasecmp(value->valuestring, "fed:", 4) != 0;
}

/* Nothing that a provider's token would not have. */
static bool is_usual(const cJSON *claims, bool by_a)
{
    static const char *const names[] = {"iss",    "sub",   "aud",  "exp",  "iat",
                                        "groups", "email", "team", "realm"};
    for (const cJSON *member = claims->child; member != NULL; member = member->next) {
        bool known = false;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            known = known || strcmp(member->string, names[i]) == 0;
        if (!known)
            return false;
    }
    return is_text(claim(claims, "iss"), by_a ? PROVIDER_A : PROVIDER_B) &&
           is_text(claim(claims, "aud"), by_a ? "openfaas" : "functions") &&
           is_word(claim(claims, "sub")) && is_whole(claim(claims, "exp"), NOW + 1, 1e12) &&
           (claim(claims, "iat") == NULL || is_whole(claim(claims, "iat"), 1, NOW));
}

/* ---- what must hold of what was issued ----------------------------------- */

/* The names that the gateway writes; a claim that was copied has none of them, in whatever case. */
static bool is_gateways(const char *name)
{
    static const char *const names[] = {"function", "policy", "iss", "aud", "sub", "exp",
                                        "iat",      "nbf",    "jti", "act", "cnf"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return strncasecmp(name, "fed:", 4) == 0;
}

static void is_set_of(const cJSON *array, const char *item, bool in)
{
    int count = 0;
    must(cJSON_IsArray(array));
    for (const cJSON *each = array->child; each != NULL; each = each->next)
        count += is_text(each, item);
    must(count == (in ? 1 : 0));
}

static void check_common(const cJSON *made, const cJSON *claims, double lives)
{
    char sub[8192];
    (void)snprintf(sub, sizeof sub, "fed:%s", claim(claims, "sub")->valuestring);
    must(is_text(claim(made, "iss"), GATEWAY) && is_text(claim(made, "sub"), sub));
    must(cJSON_GetArraySize(claim(made, "aud")) == 1 && any_is(claim(made, "aud"), GATEWAY));
    must(is_text(claim(made, "fed:iss"), claim(claims, "iss")->valuestring));
    must(claim(made, "iat")->valuedouble == now && claim(made, "exp")->valuedouble == now + lives);
    must(cJSON_IsString(claim(made, "jti")) && strlen(claim(made, "jti")->valuestring) >= 22);
}

static void check_function(const cJSON *made, const cJSON *claims, const char *audience)
{
    bool grants[POLICIES];
    int expected = 0;
    const cJSON *function = claim(made, "function"), *list = claim(function, "permissions");
    find_grants(claims, grants);
    for (int i = 0; i < PERMISSIONS; i++) {
        bool granted = grants[permissions[i].from] || grants[permissions[i].or_from];
        is_set_of(list, permissions[i].pattern, granted);
        expected += granted;
    }
    must(expected > 0 && cJSON_GetArraySize(list) == expected);
    must(cJSON_GetArraySize(function) == (audience == NULL ? 1 : 2));
    must(audience == NULL || (cJSON_GetArraySize(claim(function, "audience")) == 1 &&
                              any_is(claim(function, "audience"), audience)));
    must(cJSON_GetArraySize(made) == 8); /* those of check_common, and function */
}

/* As text: cJSON_Compare finds that infinity, its 1e400, differs from itself. */
static bool is_copy(const cJSON *from, const cJSON *to)
{
    char *a = cJSON_PrintUnformatted(from), *b = to != NULL ? cJSON_PrintUnformatted(to) : NULL;
    bool same = a != NULL && b != NULL && strcmp(a, b) == 0;
    cJSON_free(a);
    cJSON_free(b);
    return same;
}

static void check_api(const cJSON *made, const cJSON *claims)
{
    bool roles[POLICIES], grants[POLICIES];
    int copied = 0;
    const cJSON *list = claim(made, "policy");
    find_roles(claims, roles);
    find_grants(claims, grants);
    for (int i = 0; i < POLICIES; i++)
        is_set_of(list, policy_names[i], i == PROD ? any_is(list, "prod") : grants[i]);
    must(!any_is(list, "prod") || roles[PROD]);
    must(!grants[PROD] || any_is(list, "prod"));
    for (const cJSON *each = claims->child; each != NULL; each = each->next) {
        if (is_gateways(each->string))
            continue;
        copied++;
        must(is_copy(each, claim(made, each->string)));
    }
    must(claim(made, "function") == NULL && cJSON_GetArraySize(made) == 8 + copied);
}

/* ---- tokens -------------------------------------------------------------- */

static cJSON *part_of(const char *token, int number)
{
    for (; number > 0; number--)
        token = strchr(token, '.') + 1;
    span text = {token, strcspn(token, ".")};
    size_t len = base64url_decoded(text.len);
    unsigned char *decoded = malloc(len + 1);
    must(decoded != NULL && base64url_decode(text, decoded));
    cJSON *made = cJSON_ParseWithLength((const char *)decoded, len);
    must(made != NULL);
    free(decoded);
    return made;
}

static void sign(const fnt_key *key, span payload, buf *out)
{
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    base64url_encode(out, SPAN("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k\"}"));
    buf_byte(out, '.');
    base64url_encode(out, payload);
    must(key_sign(key, buf_span(out), signature, &len) == FNT_OK);
    buf_byte(out, '.');
    base64url_encode(out, (span){(const char *)signature, len});
    buf_byte(out, '\0');
    must(!out->failed);
}

/* ---- the service --------------------------------------------------------- */

typedef struct {
    fnt_sts *sts;
    fnt_verifier *verifier;
    fnt_key *key_a, *key_b;
} service;

/* Both providers have the same kid. */
static void trust(service *s, const char *issuer, const char *secret, fnt_key **key)
{
    char jwk[512];
    fnt_keyset *keys = NULL;
    int len = snprintf(jwk, sizeof jwk, "{\"kid\":\"k\",\"kty\":\"oct\",\"k\":\"%s\"}", secret);
    must(fnt_key_parse(jwk, (size_t)len, FNT_HS256, key, NULL) == FNT_OK);
    must(fnt_keyset_parse(jwk, (size_t)len, FNT_ALLOW_SYMMETRIC, &keys, NULL) == FNT_OK);
    must(fnt_sts_set_keyset(s->sts, FNT_STR(issuer), keys) == FNT_OK);
    fnt_keyset_free(keys);
}

static void trust_itself(service *s, const fnt_key *key)
{
    char *jwk = NULL;
    size_t len = 0;
    fnt_keyset *keys = NULL;
    must(fnt_key_export(key, FNT_PUBLIC_JWK, &jwk, &len) == FNT_OK);
    must(fnt_keyset_parse(jwk, len, 0, &keys, NULL) == FNT_OK);
    must(fnt_sts_set_keyset(s->sts, FNT_STR(GATEWAY), keys) == FNT_OK);
    must(fnt_verifier_new(FNT_STR(GATEWAY), NULL, 0, keys, &s->verifier) == FNT_OK);
    must(fnt_verifier_set(s->verifier, FNT_OPT_ANY_KIND, 1) == FNT_OK);
    fnt_keyset_free(keys);
    fnt_free(jwk);
}

static service service_make(void)
{
    service s = {NULL, NULL, NULL, NULL};
    fnt_key *key = NULL;
    fnt_iam *iam = NULL;
    must(fnt_key_generate(FNT_ES256, &key) == FNT_OK);
    must(fnt_iam_new(FNT_STR(objects), &iam, NULL) == FNT_OK);
    must(fnt_sts_new(FNT_STR(GATEWAY), key, &s.sts) == FNT_OK);
    must(fnt_sts_set(s.sts, FNT_OPT_ALGORITHMS, FNT_HS256 | FNT_ES256) == FNT_OK);
    must(fnt_sts_set_iam(s.sts, iam) == FNT_OK);
    trust(&s, PROVIDER_A,
          "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg",
          &s.key_a);
    trust(&s, PROVIDER_B,
          "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTBmZWRjYmE5ODc2NTQzMjEwZmVkY2JhOTg3NjU0MzIxMA",
          &s.key_b);
    trust_itself(&s, key);
    fnt_iam_free(iam);
    fnt_key_free(key);
    return s;
}

/* The token that is issued, or NULL; for the caller to free. */
static char *exchange(const service *s, const char *token, bool own, const char *more,
                      bool *refused)
{
    char *body = NULL, *issued = NULL;
    size_t len = 0;
    buf form = BUF_EMPTY;
    fnt_token *verified = NULL;
    buf_add(&form, SPAN("grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
                        "&subject_token_type=urn:ietf:params:oauth:token-type:"));
    buf_add(&form, own ? SPAN("access_token") : SPAN("id_token"));
    buf_add(&form, SPAN("&subject_token="));
    buf_add(&form, span_of(token));
    buf_add(&form, span_of(more));
    fnt_status status =
        fnt_sts_exchange(s->sts, buf_span(&form).at, buf_span(&form).len, NOW, &body, &len, NULL);
    must(status == FNT_OK || fnt_status_http(status) == 400);
    cJSON *answer = cJSON_ParseWithLength(body, len);
    must(cJSON_IsObject(answer) && (claim(answer, "error") == NULL) == (status == FNT_OK));
    if (status == FNT_OK) {
        issued = strdup(claim(answer, "access_token")->valuestring);
        must(issued != NULL);
        must(fnt_verify(s->verifier, FNT_STR(issued), NOW, &verified, NULL) == FNT_OK);
    }
    *refused = status != FNT_OK;
    fnt_token_free(verified);
    cJSON_Delete(answer);
    fnt_free(body);
    buf_free(&form);
    return issued;
}

/* ---- the kinds of request ------------------------------------------------ */

enum { FUNCTION, API, ONE_FUNCTION, ANOTHER_FUNCTION };
static const char *const asked[] = {"&scope=function", "", "&scope=function&audience=dev:env",
                                    "&scope=function&audience=staging:env"};

/* What an API token is worth is what its user's own token is worth. */
static void exchange_again(const service *s, const char *token, const cJSON *claims)
{
    bool grants[POLICIES], refused = false;
    char *issued = exchange(s, token, true, asked[FUNCTION], &refused);
    find_grants(claims, grants);
    must(refused == !any(grants));
    if (issued != NULL) {
        cJSON *made = part_of(issued, 1);
        check_function(made, claims, NULL);
        cJSON_Delete(made);
    }
    free(issued);
}

static void check_issued(const service *s, const char *issued, const cJSON *claims, int what,
                         bool by_a)
{
    cJSON *header = part_of(issued, 0), *made = part_of(issued, 1);
    must(is_text(claim(header, "alg"), "ES256") && is_text(claim(header, "typ"), "JWT"));
    may_be_taken(claims, by_a);
    check_common(made, claims, by_a ? A_LIVES : B_LIVES);
    if (what == API) {
        check_api(made, claims);
        exchange_again(s, issued, claims);
    } else {
        check_function(made, claims,
                       what == ONE_FUNCTION       ? "dev:env"
                       : what == ANOTHER_FUNCTION ? "staging:env"
                                                  : NULL);
    }
    cJSON_Delete(made);
    cJSON_Delete(header);
}

static bool should_be_issued(const cJSON *claims, int what, bool by_a)
{
    bool grants[POLICIES];
    find_grants(claims, grants);
    return is_usual(claims, by_a) && (what == ONE_FUNCTION       ? grants[DEV] || grants[REALM]
                                      : what == ANOTHER_FUNCTION ? grants[STAGING]
                                                                 : any(grants));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static service s;
    enum { SIZE = 3000 };
    if (s.sts == NULL)
        s = service_make();
    if (size == 0 || size > SIZE)
        return 0;
    bool by_a = (data[0] & 1) != 0, refused = false;
    int what = data[0] >> 1 & 3;
    span payload = {(const char *)data + 1, size - 1};
    json_value root;
    buf token = BUF_EMPTY;
    sign(by_a ? s.key_a : s.key_b, payload, &token);
    char *issued = exchange(&s, buf_span(&token).at, false, asked[what], &refused);
    bool strict = json_validate(payload, &root, NULL) == FNT_OK;
    cJSON *claims = strict ? cJSON_ParseWithLength(payload.at, payload.len) : NULL;
    must(issued == NULL || claims != NULL);
    if (issued != NULL)
        check_issued(&s, issued, claims, what, by_a);
    must(!refused || claims == NULL || !should_be_issued(claims, what, by_a));
    cJSON_Delete(claims);
    free(issued);
    buf_free(&token);
    return 0;
}
