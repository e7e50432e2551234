/* SPDX-License-Identifier: MIT */
/* What real identity providers sent (idp-samples.json of the shared material, and a Kubernetes
 * service account token), signed again by a test's key and moved to the test's time, through the
 * whole exchange. */
#include "support/exchange_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/json.h"

/* The tutorial's rules for Keycloak: a JwtIssuer whose aud is the client, a Role on the client's id
 * or on a group. */
#define KEYCLOAK_RULES(issuer)                                                                     \
    "[" issuer "," OTHER_ISSUER                                                                    \
    "," A_POLICY("invoke-policy", "'openfaas-fn:*','dev:env'", "") "," A_ROLE(                     \
        "invoke-role", "'invoke-policy'",                                                          \
        "'condition':{'StringEqual':{'jwt:iss':['@iss'],'jwt:client_id':['"                        \
        "openfaas']}}") "," A_ROLE("developers", "'invoke-policy'",                                \
                                   "'condition':{'ForAnyValue:StringEqual':{'jwt:"                 \
                                   "groups':['developers']},'StringEqual':{'jwt:"                  \
                                   "iss':['@iss']}}") "]"

#define WAYS_OUT                                                                                   \
    "add an audience mapper, ask for scope openid and send the id_token, or annotate the "         \
    "JwtIssuer (docs/"
#define TWO_WAYS "add an audience mapper, or ask for scope openid and send the id_token (docs/"

/* Each token, and what the strict rule and the opt-in of rule 29 make of it: "ok", or the precise
 * status and part of the sentence. */
static const struct {
    const char *name, *strict, *opted, *told;
} samples[] = {
    {"keycloak stock, client_credentials scope=email, access_token", "audience", "ok",
     "aud is ['account']; issuer keycloak accepts ['openfaas']; azp 'openfaas' is "
     "listed: " WAYS_OUT},
    {"keycloak stock, client_credentials scope=\"openid email\", id_token", "ok", "ok", ""},
    {"keycloak stock, password grant via portal, access_token", "audience", "audience",
     "aud is ['account']; issuer keycloak accepts ['openfaas']; azp 'portal' is not listed either: "
     "the "
     "token was made for another "
     "client."},
    {"keycloak stock, password grant via portal, id_token", "audience", "audience",
     "aud is ['portal']; issuer keycloak accepts ['openfaas']: this is an ID token of another "
     "client "
     "(azp 'portal')"},
    {"keycloak stock, password grant via portal, refresh_token", "algorithm", "algorithm",
     "The subject token is not accepted"},
    {"keycloak, full scope off, access_token (no aud)", "audience", "audience",
     "aud is absent; issuer keycloak accepts ['openfaas']; azp 'openfaas' is listed: " TWO_WAYS},
    {"keycloak, lightweight access_token (no aud, no client_id)", "audience", "audience",
     "aud is absent; issuer keycloak accepts ['openfaas']; azp 'openfaas' is listed: " TWO_WAYS},
    {"keycloak, RFC 9068 header type, access_token", "audience", "ok",
     "aud is ['account']; issuer keycloak accepts ['openfaas']; azp 'openfaas' is "
     "listed: " WAYS_OUT},
    {"keycloak, audience mapper, access_token", "ok", "ok", ""},
};

/* ---- the samples, made usable -------------------------------------------- */

/* An object as it stands, but for one member, which is written anew: kid in a header; exp and iat,
 * moved by some seconds, in claims. */
static char *rewritten(json_value object, const char *kid, int64_t move)
{
    char *text = NULL;
    size_t len = 0;
    json_value name, value;
    int64_t seconds = 0;
    const char *comma = "{";
    FILE *to = open_memstream(&text, &len);
    for (json_iterator walk = json_members(object); json_next_member(&walk, &name, &value);
         comma = ",") {
        fprintf(to, "%s\"%.*s\":", comma, (int)name.raw.len, name.raw.at);
        if (kid != NULL && json_string_equals(name, SPAN("kid")))
            fprintf(to, "\"%s\"", kid);
        else if (kid == NULL &&
                 (json_string_equals(name, SPAN("exp")) || json_string_equals(name, SPAN("iat"))) &&
                 json_seconds(value, false, &seconds))
            fprintf(to, "%ld", (long)(seconds + move));
        else
            fprintf(to, value.kind == JSON_STRING ? "\"%.*s\"" : "%.*s", (int)value.raw.len,
                    value.raw.at);
    }
    fputc('}', to);
    fclose(to);
    return text;
}

static char *text_of(json_value string)
{
    char *dst = calloc(1, string.raw.len + 1);
    cr_assert(dst != NULL && string.kind == JSON_STRING);
    span said = json_unescape(string, dst);
    memmove(dst, said.at, said.len);
    dst[said.len] = '\0';
    return dst;
}

static outcome exchange_sample(const world *w, json_value sample)
{
    int64_t issued = 0;
    cr_assert(json_seconds(json_resolve_pointer(sample, SPAN("/claims/iat")), false, &issued));
    char *header = rewritten(json_member(sample, SPAN("header")), "k2", 0);
    char *claims = rewritten(json_member(sample, SPAN("claims")), NULL, NOW - issued);
    outcome o = exchanged(w, raw_token_by(w, MY_RSA, header, claims));
    free(header);
    free(claims);
    return o;
}

static json_value parsed(const char *text, size_t len)
{
    json_value root;
    json_fault fault;
    cr_assert_eq(json_validate((span){text, len}, &root, &fault), FNT_OK, "%s at %zu", fault.reason,
                 fault.at);
    return root;
}

static provider keycloak(json_value sample, char **iss)
{
    *iss = text_of(json_resolve_pointer(sample, SPAN("/claims/iss")));
    return (provider){"keycloak", *iss, "openfaas", "", "openfaas", "openfaas-fn"};
}

static void check_granted(const world *w, const outcome *o, const char *name)
{
    cr_expect_eq(o->status, FNT_OK, "%s: %s", name, reported(o));
    cr_expect_eq(permitted(w, o, "openfaas-fn:env", NOW), FNT_OK, "%s", name);
    cr_expect_eq(permitted(w, o, "dev:env", NOW), FNT_OK, "%s", name);
    cr_expect_eq(permitted(w, o, "dev:environment", NOW), FNT_DENIED_PERMISSION, "%s", name);
    cr_expect_str_eq(minted(o, "/claims/fed:iss"), w->me->iss, "%s", name);
}

static const provider another = {
    "another", "https://another.example.com", "openfaas", "x", "openfaas", "x"};

static void check_sample(json_value sample, size_t row, bool swapped, bool opted)
{
    const char *wanted = opted ? samples[row].opted : samples[row].strict;
    char *iss = NULL;
    provider me = keycloak(sample, &iss);
    world w = world_of(&me, &another, swapped,
                       opted ? KEYCLOAK_RULES(OPT_IN_ISSUER) : KEYCLOAK_RULES(MY_ISSUER("")));
    outcome o = exchange_sample(&w, sample);
    cr_expect_str_eq(precise(&o), wanted, "%s: %s", samples[row].name, reported(&o));
    if (strcmp(wanted, "ok") == 0)
        check_granted(&w, &o, samples[row].name);
    else
        cr_expect(o.status == FNT_OAUTH_SUBJECT && holds(told(&o), samples[row].told), "%s: %s",
                  samples[row].name, told(&o));
    outcome_free(&o);
    world_close(&w);
    free(iss);
}

static json_value sample_named(const char *text, size_t len, const char *wanted)
{
    json_value name, value;
    for (json_iterator walk =
             json_members(json_resolve_pointer(parsed(text, len), SPAN("/tokens")));
         json_next_member(&walk, &name, &value);)
        if (json_string_equals(name, span_of(wanted)))
            return value;
    cr_assert_fail("no sample is called %s", wanted);
    return (json_value){JSON_ABSENT, SPAN_NONE, false};
}

static void run_samples(bool opted)
{
    size_t len = 0;
    char *text = shared_text("spec/idp-samples.json", &len);
    for (size_t i = 0; i < COUNT(samples); i++)
        for (int swapped = 0; swapped < 2; swapped++)
            check_sample(sample_named(text, len, samples[i].name), i, swapped == 1, opted);
    test_vectors(2 * COUNT(samples));
    free(text);
}

Test(idp_samples, rule_28_keycloak_by_aud_alone)
{
    run_samples(false);
}

Test(idp_samples, rule_29_keycloak_with_the_opt_in)
{
    run_samples(true);
}

Test(idp_samples, every_sample_has_its_row)
{
    size_t len = 0, count = 0, by_aud = 0, by_azp = 0;
    char *text = shared_text("spec/idp-samples.json", &len);
    json_value name, value;
    for (json_iterator walk =
             json_members(json_resolve_pointer(parsed(text, len), SPAN("/tokens")));
         json_next_member(&walk, &name, &value);)
        count++;
    for (size_t i = 0; i < COUNT(samples); i++) {
        by_aud += strcmp(samples[i].strict, "ok") == 0;
        by_azp += strcmp(samples[i].strict, "ok") != 0 && strcmp(samples[i].opted, "ok") == 0;
    }
    cr_expect_eq(count, COUNT(samples));
    cr_expect(by_aud == 2 && by_azp == 2,
              "by aud 2, by azp the tutorial's token and its at+jwt form, the other 5 refused");
    free(text);
}

/* A refresh token whose signature would hold is refused by its claim (rule 30). */
Test(idp_samples, rule_30_a_refresh_token_under_a_key_that_is_known)
{
    size_t len = 0;
    char *iss = NULL, *text = shared_text("spec/idp-samples.json", &len);
    json_value sample =
        sample_named(text, len, "keycloak stock, password grant via portal, refresh_token");
    provider me = keycloak(sample, &iss);
    world w = world_of(&me, &another, false, "[" MY_ISSUER("") "," MY_POLICY "," MY_ROLE "]");
    char *claims = rewritten(json_member(sample, SPAN("claims")), NULL, 0);
    outcome o =
        exchanged(&w, raw_token_by(&w, MY_RSA, "{\"alg\":\"RS256\",\"kid\":\"k2\"}", claims));
    cr_expect_str_eq(precise(&o), "other-token", "%s", reported(&o));
    cr_expect_str_eq(told(&o), "The subject token is a refresh token of an identity provider: send "
                               "the access_token or the "
                               "id_token.");
    outcome_free(&o);
    world_close(&w);
    free(claims);
    free(iss);
    free(text);
}

/* ---- Kubernetes ---------------------------------------------------------- */

static const provider cluster = {"kubernetes", "https://kubernetes.default.svc.cluster.local",
                                 "openfaas",   "system:serviceaccount:openfaas-fn:caller",
                                 "",           "openfaas-fn"};
static const provider elsewhere = {"elsewhere", "https://kubernetes.elsewhere.example.com",
                                   "openfaas",  "system:serviceaccount:openfaas-fn:caller",
                                   "",          "x"};

#define CLUSTER_CLAIMS(aud, more)                                                                  \
    "{\"aud\":[\"" aud "\"],\"exp\":1715849521,\"iat\":1715848921,\"iss\":\"https://"              \
    "kubernetes.default.svc.cluster.local\",\"jti\":\"a51d6b1c\","                                 \
    "\"kubernetes.io\":{\"namespace\":\"openfaas-fn\"," more                                       \
    "\"serviceaccount\":{\"name\":\"caller\",\"uid\":\"2c23f8e1\"}},\"nbf\":1715848921,"           \
    "\"sub\":\"system:serviceaccount:openfaas-fn:caller\"}"

#define CLUSTER_RULES(who)                                                                         \
    "[" MY_ISSUER("") "," OTHER_ISSUER "," A_POLICY("p", "'openfaas-fn:*','dev:env'",              \
                                                    "") "," A_ROLE("r", "'p'", who) "]"

static const struct {
    const char *why, *claims, *rules, *precise;
} cluster_rows[] = {
    {"a Role on its sub", CLUSTER_CLAIMS("openfaas", ""),
     CLUSTER_RULES("'principal':{'jwt:sub':['system:serviceaccount:openfaas-fn:caller']}"), "ok"},
    {"a bound one, with its pod",
     CLUSTER_CLAIMS("openfaas", "\"pod\":{\"name\":\"x\",\"uid\":\"y\"},"),
     CLUSTER_RULES("'principal':{'jwt:sub':['system:serviceaccount:openfaas-fn:caller']}"), "ok"},
    {"a pointer into kubernetes.io", CLUSTER_CLAIMS("openfaas", ""),
     CLUSTER_RULES(
         "'condition':{'StringEqual':{'jwt:/kubernetes.io/namespace':['openfaas-fn'],'jwt:/"
         "kubernetes.io/serviceaccount/name':['caller']}}"),
     "ok"},
    {"a namespace by pattern", CLUSTER_CLAIMS("openfaas", ""),
     CLUSTER_RULES(
         "'condition':{'StringLike':{'jwt:sub':['system:serviceaccount:openfaas-fn:*']}}"),
     "ok"},
    {"another account", CLUSTER_CLAIMS("openfaas", ""),
     CLUSTER_RULES("'principal':{'jwt:sub':['system:serviceaccount:openfaas-fn:other']}"),
     "no-role"},
    {"the cluster's own audience",
     CLUSTER_CLAIMS("https://kubernetes.default.svc.cluster.local", ""),
     CLUSTER_RULES("'principal':{'jwt:sub':['system:serviceaccount:openfaas-fn:caller']}"),
     "audience"},
};

static void check_cluster(size_t row, bool swapped, bool ec)
{
    world w = world_of(&cluster, &elsewhere, swapped, cluster_rows[row].rules);
    /* no typ */
    const char *header =
        ec ? "{\"alg\":\"ES256\",\"kid\":\"k1\"}" : "{\"alg\":\"RS256\",\"kid\":\"k2\"}";
    outcome o =
        exchanged(&w, raw_token_by(&w, ec ? MY_EC : MY_RSA, header, cluster_rows[row].claims));
    cr_expect_str_eq(precise(&o), cluster_rows[row].precise, "%s: %s", cluster_rows[row].why,
                     reported(&o));
    if (o.status == FNT_OK) {
        check_granted(&w, &o, cluster_rows[row].why);
        cr_expect_str_eq(minted(&o, "/claims/sub"), "fed:system:serviceaccount:openfaas-fn:caller");
    }
    outcome_free(&o);
    world_close(&w);
}

Test(idp_samples, rule_28_kubernetes_service_account)
{
    for (size_t i = 0; i < COUNT(cluster_rows); i++)
        for (int pass = 0; pass < 4; pass++)
            check_cluster(i, pass % 2 == 1, pass / 2 == 1);
}

/* Its nested claims reach an API token, and conditions of statements see them there (rule 35). */
Test(idp_samples, rule_35_kubernetes_through_an_api_token)
{
    world w = world_of(&cluster, &elsewhere, false,
                       "[" MY_ISSUER("") "," A_POLICY(
                           "p", "'dev:env'",
                           ",'condition':{'StringEqual':{'jwt:/kubernetes.io/"
                           "namespace':['openfaas-fn']}}") "," A_ROLE("r", "'p'",
                                                                      "'principal':{'jwt:sub':['"
                                                                      "system:serviceaccount:"
                                                                      "openfaas-fn:caller']}") "]");
    outcome api = api_asked(&w, raw_token_by(&w, MY_EC, "{\"alg\":\"ES256\",\"kid\":\"k1\"}",
                                             CLUSTER_CLAIMS("openfaas", "")));
    outcome o = exchanged(&w, access_token(&api));
    cr_expect_str_eq(minted(&api, "/claims/kubernetes.io/namespace"), "openfaas-fn");
    cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_OK, "%s", reported(&o));
    outcome_free(&o);
    outcome_free(&api);
    world_close(&w);
}

/* Secrets that Kubernetes before 1.24 made never expire. */
Test(idp_samples, rule_28_kubernetes_legacy)
{
    world w = world_of(&cluster, &elsewhere, false, cluster_rows[0].rules);
    outcome o = exchanged(
        &w, raw_token_by(
                &w, MY_RSA, "{\"alg\":\"RS256\",\"kid\":\"k2\"}",
                "{\"iss\":\"https://kubernetes.default.svc.cluster.local\",\"kubernetes.io/"
                "serviceaccount/namespace\":\"openfaas-fn\","
                "\"kubernetes.io/serviceaccount/secret.name\":\"caller-token\",\"kubernetes.io/"
                "serviceaccount/service-account.name\":\"caller\","
                "\"kubernetes.io/serviceaccount/"
                "service-account.uid\":\"2c23f8e1\",\"sub\":\"system:serviceaccount:openfaas-fn:"
                "caller\"}"));
    cr_expect_eq(o.status, FNT_OAUTH_SUBJECT);
    cr_expect_str_eq(
        told(&o),
        "This is a legacy Kubernetes service account token, which never expires: use a bound one "
        "(kubectl create token, or a "
        "projected volume).");
    outcome_free(&o);
    world_close(&w);
}
