/* SPDX-License-Identifier: MIT */
/* Mistakes that people make, and the sentence that ends their search. What is expected stands here
 * to the letter; where only the beginning matters it is a part of the sentence. At the token
 * endpoint the caller and the operator are told different things: before the signature held the
 * caller learns nothing (rule 36). */
#include "support/exchange_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/key_texts.h"

#define NOT_TRUSTED                                                                                \
    "The subject token is not accepted: its issuer, its key or its signature is not one that is "  \
    "trusted here."

/* ---- at the token endpoint ----------------------------------------------- */

#define GROUP_RULES                                                                                \
    "[" MY_ISSUER("") "," MY_POLICY                                                                \
                      "," A_ROLE("developers", "'@space-policy'",                                  \
                                 "'condition':{'StringEqual':{'jwt:groups':['developers']}}") "]"

typedef enum { PROVIDER_TOKEN, API_TOKEN, FUNCTION_TOKEN, TEXT } sent;

static const struct {
    const char *mistake;
    sent what;
    const char *text;   /* of TEXT: as it stands in the form; else: claims that differ */
    const char *header; /* of a provider's token; NULL: as it should be */
    const char *form;   /* NULL: FORM with scope=function */
    const char *rules;
    const char *told, *reported; /* NULL: the same as told */
} endpoint[] = {
    {"the whole answer of the token endpoint", TEXT,
     "%7B%22access_token%22%3A%22a.b.c%22%2C%22expires_in%22%3A300%7D", NULL, NULL, NULL,
     "This is JSON, not a token; if it is the whole answer of the token endpoint, send only its "
     "access_token.",
     NULL},
    {"an opaque access token", TEXT, "kB3f0cXh1VJbF3v8tqY0dY1rXc7J0u9Wl2oQy5mZ4aE", NULL, NULL,
     NULL,
     "This is an opaque token, not a JWT, which has three parts and begins with eyJ: ask the "
     "identity provider for a JWT access token, or send the id_token.",
     NULL},
    {"Bearer pasted with the token", TEXT, "Bearer%20a.b.c", NULL, NULL, NULL,
     "'Bearer ' stands before the token: pass the token alone.",
     "\"Bearer \" stands before the token: pass the token alone."},
    {"the token in quotation marks", TEXT, "%22a.b.c%22", NULL, NULL, NULL,
     "The token stands in quotation marks: pass it without them", NULL},
    {"an encrypted ID token", TEXT, "a.b.c.d.e", NULL, NULL, NULL,
     "This is an encrypted token (JWE, five parts): only signed tokens (JWS) are accepted.", NULL},
    {"a token that was cut off", TEXT, "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0", NULL, NULL, NULL,
     "The token has two parts, and three are needed", NULL},
    {"two line breaks behind the token", TEXT, "e30.e30.AA%0A%0A", NULL, NULL, NULL, NOT_TRUSTED,
     NULL},

    {"Keycloak's refresh token", PROVIDER_TOKEN, "'typ':'Refresh','aud':'@iss'",
     "{'alg':'HS512','typ':'JWT','kid':'8e305e5b'}", NULL, NULL, NOT_TRUSTED,
     "The token's alg is \"HS512\", which is not among the algorithms accepted here. It looks like "
     "a "
     "refresh token of an identity "
     "provider by the issuer "
     "\"@iss\", which nobody verified."},
    {"a refresh token that is signed as access tokens are", PROVIDER_TOKEN, "'typ':'Refresh'", NULL,
     NULL, NULL,
     "The subject token is a refresh token of an identity provider: send the access_token or the "
     "id_token.",
     NULL},
    {"the ID token of another client", PROVIDER_TOKEN, "'typ':'ID','aud':'portal','azp':'portal'",
     NULL, NULL, NULL,
     "aud is ['portal']; issuer @name accepts ['@aud']: this is an ID token of another client (azp "
     "'portal'); log in with a client that is listed.",
     NULL},
    {"the access token of another client", PROVIDER_TOKEN,
     "'typ':'Bearer','aud':'account','azp':'portal'", NULL, NULL, NULL,
     "aud is ['account']; issuer @name accepts ['@aud']; azp 'portal' is not listed either: the "
     "token "
     "was made for another client.",
     NULL},
    {"a stock Keycloak's access token", PROVIDER_TOKEN,
     "'typ':'Bearer','aud':'account','azp':'@aud','client_id':'@aud'", NULL, NULL, NULL,
     "aud is ['account']; issuer @name accepts ['@aud']; azp '@aud' is listed: add an audience "
     "mapper, "
     "ask for scope openid and send "
     "the id_token, or annotate "
     "the JwtIssuer (docs/identity-providers.md).",
     NULL},
    {"a Keycloak client without full scope", PROVIDER_TOKEN, "'typ':'Bearer','aud':[],'azp':'@aud'",
     NULL, NULL, NULL,
     "aud is []; issuer @name accepts ['@aud']; azp '@aud' is listed: add an audience mapper, or "
     "ask "
     "for scope openid and send the "
     "id_token",
     NULL},
    {"Hydra without audience=", PROVIDER_TOKEN, "'aud':[],'scp':[]", NULL, NULL, NULL,
     "aud is []; issuer @name accepts ['@aud']: ask the identity provider for a token with one of "
     "these audiences.",
     NULL},
    {"yesterday's token", PROVIDER_TOKEN, "'exp':@now-93784,'iat':@now-94084", NULL, NULL, NULL,
     "The token expired 1 d 2 h ago (exp is 1715755137, now is 1715848921): get a new one.", NULL},
    {"this machine's clock runs behind", PROVIDER_TOKEN, "'iat':@now+95,'exp':@now+395", NULL, NULL,
     NULL,
     "The token was issued 1 min 35 s in the future (iat is 1715849016, now is 1715848921): this "
     "clock runs behind, or the "
     "issuer's ahead.",
     NULL},
    {"the same with nbf", PROVIDER_TOKEN, "'nbf':@now+95", NULL, NULL, NULL,
     "The token becomes valid in 1 min 35 s (nbf is 1715849016, now is 1715848921): this clock "
     "runs behind, or the issuer's "
     "ahead.",
     NULL},
    {"a slash more than in the JwtIssuer", PROVIDER_TOKEN, "'iss':'@iss/'", NULL, NULL, NULL,
     NOT_TRUSTED,
     "The subject token's issuer is \"@iss/\"; the JwtIssuer @name has \"@iss\": they differ only "
     "by the slash at the end, and must be equal to the byte."},
    {"a forgotten JwtIssuer", PROVIDER_TOKEN, "'iss':'https://new.example.com'", NULL, NULL, NULL,
     NOT_TRUSTED,
     "The subject token's issuer is \"https://new.example.com\"; no JwtIssuer has it as its iss."},
    {"keys that were rotated", PROVIDER_TOKEN, NULL, "{'alg':'ES256','typ':'JWT','kid':'k3'}", NULL,
     NULL, NOT_TRUSTED,
     "The token's kid is \"k3\"; known are k1, k2. If the issuer rotated its keys, fetch its JWKS "
     "again."},
    {"a logout token", PROVIDER_TOKEN, "'events':{}",
     "{'alg':'ES256','typ':'logout+jwt','kid':'k1'}", NULL, NULL, NOT_TRUSTED,
     "The token's typ is \"logout+jwt\": it is a logout token. What is accepted has JWT or at+jwt: "
     "send the access_token or the id_token."},
    {"a token that is bound by DPoP", PROVIDER_TOKEN, "'cnf':{'jkt':'x'}", NULL, NULL, NULL,
     "The subject token is bound to a key (cnf), and the proof of that key can't be checked here: "
     "ask for an unbound token.",
     NULL},
    {"a legacy Kubernetes secret", PROVIDER_TOKEN,
     "'kubernetes.io/serviceaccount/service-account.name':'x','exp2':1", NULL, NULL, NULL,
     "This is a legacy Kubernetes service account token, which never expires: use a bound one "
     "(kubectl create token, or a "
     "projected volume).",
     NULL},

    {"a Function Token, exchanged again", FUNCTION_TOKEN, NULL, NULL, NULL, NULL,
     "The subject token is a Function Token; send the identity provider's token, or an API token.",
     NULL},
    {"an API token for an API token", API_TOKEN, NULL, NULL, FORM "&subject_token=@token", NULL,
     "A token of this gateway can only be exchanged for a Function Token: ask for scope=function.",
     NULL},
    {"an API token whose policy was deleted", API_TOKEN, "'policy':['gone']", NULL, NULL, NULL,
     "No policies found for subject: fed:@sub",
     "No policies found for subject: fed:@sub. Closest: policy gone, which the token names, is not "
     "there (any more), it grants "
     "nothing."},

    {"a role for another client", PROVIDER_TOKEN, "'client_id':'portal'", NULL, NULL, NULL,
     "No policies found for subject: @sub",
     "No policies found for subject: @sub. Closest: role @space-role: jwt:client_id wants @client, "
     "is something else."},
    {"a role that misses because a claim is an array", PROVIDER_TOKEN, "'groups':['developers']",
     NULL, NULL, GROUP_RULES, "No policies found for subject: @sub",
     "No policies found for subject: @sub. Closest: role developers: claim groups is an array: use "
     "ForAnyValue:StringEqual."},
    {"a namespace forgotten in the audience", PROVIDER_TOKEN, NULL, NULL,
     FORM "&scope=function&audience=env&subject_token=@token", NULL,
     "The audience of length 3 is not NAMESPACE:NAME (* stands for any).", NULL},
    {"an audience that the role does not reach", PROVIDER_TOKEN, NULL, NULL,
     FORM "&scope=function&audience=dev:other&subject_token=@token", NULL,
     "The audience dev:other lies outside the permissions of the subject.", NULL},

    {"parameters in the query string", TEXT, "", NULL, "", NULL,
     "The request has no body: send the parameters in it, not in the query string (curl: "
     "--data-urlencode).",
     NULL},
    {"a JSON body", TEXT, "", NULL, "{'grant_type':'x'}", NULL,
     "The body is JSON: it must be application/x-www-form-urlencoded.", NULL},
    {"curl -F", TEXT, "", NULL, "--------boundary", NULL,
     "The body is multipart/form-data: it must be "
     "application/x-www-form-urlencoded",
     NULL},
    {"subject_token_type forgotten", TEXT, "", NULL,
     "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=a.b.c", NULL,
     "The parameter subject_token_type is missing.", NULL},
    {"the short name of the type", TEXT, "", NULL,
     "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=a.b.c&subject_token_"
     "type=id_token",
     NULL,
     "The subject_token_type must be urn:ietf:params:oauth:token-type:id_token, :access_token or "
     ":jwt.",
     NULL},
    {"client_credentials at the gateway", TEXT, "", NULL,
     "grant_type=client_credentials&client_id=x&client_secret=y", NULL,
     "The grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.", NULL},
    {"an audience without the scope", TEXT, "a.b.c", NULL,
     FORM "&audience=dev:env&subject_token=@token", NULL,
     "The parameter audience needs scope=function: only a Function Token can be narrowed.", NULL},
    {"the identity provider's scopes", TEXT, "a.b.c", NULL,
     FORM "&scope=openid%20email&subject_token=@token", NULL,
     "The scope must be function, for a Function Token, or be left out, for an API token.", NULL},
};

static const char *token_sent(const world *w, size_t row)
{
    const char *change = endpoint[row].text;
    bool legacy = change != NULL && strstr(change, "exp2") != NULL;
    switch (endpoint[row].what) {
    case API_TOKEN:
        return api_token(w, change, NULL);
    case FUNCTION_TOKEN:
        return function_token(w, change, NULL);
    case TEXT:
        return change;
    default:
        return token_by(w, MY_EC, endpoint[row].header == NULL ? EC_HEADER : endpoint[row].header,
                        my_claims(change, legacy ? "exp" : NULL));
    }
}

/* A description has no quotation marks. */
static const char *single_quoted(const char *text)
{
    static char copy[1024];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *c = copy; (c = strchr(c, '"')) != NULL;)
        *c = '\'';
    return copy;
}

Test(messages, rule_36_at_the_token_endpoint)
{
    for (size_t i = 0; i < COUNT(endpoint); i++) {
        FOR_BOTH(w, endpoint[i].rules)
        {
            const char *form = endpoint[i].form == NULL ? FORM
                                   "&scope=function&subject_token=@token"
                                                        : endpoint[i].form;
            outcome o = post(&w, form, token_sent(&w, i), NOW);
            const char *more =
                endpoint[i].reported == NULL ? endpoint[i].told : endpoint[i].reported;
            if (endpoint[i].reported == NULL && strcmp(more, NOT_TRUSTED) == 0)
                more = "";
            const char *operators =
                endpoint[i].reported == NULL ? single_quoted(reported(&o)) : reported(&o);
            cr_expect_neq(o.status, FNT_OK, "%s", endpoint[i].mistake);
            cr_expect(holds(told(&o), words(&w, endpoint[i].told)), "%s: the client is told \"%s\"",
                      endpoint[i].mistake, told(&o));
            cr_expect(holds(operators, words(&w, more)), "%s: the operator is told \"%s\"",
                      endpoint[i].mistake, reported(&o));
            outcome_free(&o);
        }
    }
}

/* ---- at a function ------------------------------------------------------- */

#define WATCHDOG "'iss':'@gw','aud':'@gw','sub':'fed:x','exp':@now+300"

static const struct {
    const char *mistake, *issuer; /* of the verifier */
    holder by;
    const char *header, *claims, *resource;
    int64_t now;
    const char *status, *reported;
} function[] = {
    {"an API token at a function", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'fed:iss':'@iss','policy':['p']}", "dev:env", NOW, "api-token",
     "This is an OpenFaaS API token, not a Function Token: exchange it for one at the gateway's "
     "/oauth/token with "
     "scope=function."},
    {"an ID token of the gateway's own issuer", ISSUER, GATEWAY, NULL, "{" WATCHDOG ",'nonce':'n'}",
     "dev:env", NOW, "other-token",
     "This is an ID token of an identity provider, not a Function Token"},
    {"a refresh token at a function", ISSUER, GATEWAY, NULL, "{" WATCHDOG ",'typ':'Refresh'}",
     "dev:env", NOW, "other-token",
     "This is a refresh token of an identity provider, not a Function Token, and can't be "
     "exchanged for one: exchange the access_token or the id_token"},
    {"an access token of Cognito", ISSUER, GATEWAY, NULL,
     "{'iss':'@gw','sub':'x','exp':@now+300,'token_use':'access','client_id':'4q8'}", "dev:env",
     NOW, "claim",
     "The claim aud is missing. It is an access token of Amazon Cognito (token_use), which has a "
     "client_id in place of aud: send the id_token"},
    {"aud forgotten", ISSUER, GATEWAY, NULL, "{'iss':'@gw','sub':'x','exp':@now+300}", "dev:env",
     NOW, "claim", "The claim aud is missing."},
    {"the identity provider's token at a function", ISSUER, MY_RSA, RSA_HEADER,
     "{'iss':'@iss','aud':'@aud','sub':'x','exp':@now+300}", "dev:env", NOW, "algorithm",
     "The token's alg is \"RS256\", which is not among the algorithms accepted here. It looks like "
     "an "
     "access token of "
     "an identity provider by the "
     "issuer \"@iss\", which nobody verified."},
    {"a token of another gateway", ISSUER, GATEWAY, NULL,
     "{'iss':'https://other.example.com','aud':'@gw','sub':'x','exp':@now+300,'function':{}}",
     "dev:env", NOW, "issuer",
     "The issuer is \"https://other.example.com\"; expected is \"https://gateway.example.com\"."},
    {"the same issuer with a slash", ISSUER "/", GATEWAY, NULL, "{" WATCHDOG ",'function':{}}",
     "dev:env", NOW, "issuer",
     "The issuer is \"https://gateway.example.com\"; expected is \"https://gateway.example.com/\": "
     "they differ only by the slash at the end, and must be equal to the byte."},
    {"an expired token, with its age", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'function':{'permissions':['dev:env']}}", "dev:env", NOW + 4200, "expired",
     "The token expired 1 h 5 min ago (exp is 1715849221, now is 1715853121): get a new one."},
    {"a clock that runs behind", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'iat':@now+200,'function':{'permissions':['dev:env']}}", "dev:env", NOW,
     "not-yet",
     "The token was issued 3 min 20 s in the future (iat is 1715849121, now is 1715848921): this "
     "clock runs behind, or the "
     "issuer's ahead."},
    {"now in milliseconds", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'function':{'permissions':['dev:env']}}", "dev:env", INT64_C(1715848921000),
     "argument",
     "now is 1715848921000: that looks like milliseconds; whole seconds since 1970 are wanted."},
    {"now forgotten", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'function':{'permissions':['dev:env']}}", "dev:env", 0, "argument",
     "now is 0: the current time is missing; whole seconds since 1970 are wanted."},
    {"a namespace forgotten in the resource", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'function':{'permissions':['*']}}", "env", NOW, "resource",
     "the resource \"env\" has no namespace; openfaas-fn:env was probably meant"},
    {"the longer name of another function", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'function':{'permissions':['dev:env']}}", "dev:environment", NOW, "permission",
     "no permission covers dev:environment; the token has dev:env"},
    {"a token that was narrowed to another function", ISSUER, GATEWAY, NULL,
     "{" WATCHDOG ",'function':{'permissions':['*'],'audience':['dev:env']}}", "dev:printer", NOW,
     "function-audience", "the token was narrowed to dev:env; dev:printer is not among them"},
    {"exp as text", ISSUER, GATEWAY, NULL,
     "{'iss':'@gw','aud':'@gw','sub':'x','exp':'1715849221','function':{}}", "dev:env", NOW,
     "claim", "The claim exp is a string; it must be a number of seconds since 1970"},
    {"another kid than the keys have", ISSUER, GATEWAY, "{'alg':'ES256','kid':'my-key'}",
     "{" WATCHDOG "}", "dev:env", NOW, "key-unknown", "The token's kid is \"my-key\"; known are "},
};

static void check_function(const world *w, size_t row, fnt_report *why)
{
    char own_header[256];
    fnt_verifier *guard = NULL;
    fnt_keyset *keys = gateway_keys(w);
    snprintf(own_header, sizeof own_header, "{'alg':'ES256','typ':'JWT','kid':'%s'}",
             fnt_key_id(key_of_holder(w, GATEWAY), NULL));
    const char *token = token_by(w, function[row].by,
                                 function[row].header == NULL ? own_header : function[row].header,
                                 function[row].claims);
    const char *header = joined("Bearer ", token);
    MUST(fnt_verifier_new(FNT_STR(function[row].issuer), FNT_STR(ISSUER), keys, &guard));
    fnt_keyset_free(keys);
    fnt_status status = fnt_authorize(guard, FNT_STR(header), FNT_STR(function[row].resource),
                                      function[row].now, NULL, why);
    cr_expect_str_eq(fnt_status_name(status), function[row].status, "%s: %s", function[row].mistake,
                     summary_of(why));
    cr_expect(holds(summary_of(why), words(w, function[row].reported)), "%s: \"%s\"",
              function[row].mistake, summary_of(why));
    fnt_verifier_free(guard);
}

Test(messages, rule_20_at_a_function)
{
    fnt_report *why = NULL;
    MUST(fnt_report_new(&why));
    FOR_BOTH(w, NULL)
    for (size_t i = 0; i < COUNT(function); i++)
        check_function(&w, i, why);
    fnt_report_free(why);
}

static const struct {
    const char *mistake, *header, *sentence;
} headers[] = {
    {"no header", NULL, "No token was sent: send Authorization: Bearer and a Function Token."},
    {"the token without its scheme", "a.b.c",
     "The Authorization header must be the word Bearer, a space and exactly one token."},
    {"basic auth, as for /system/", "Basic YWRtaW46eA==",
     "The Authorization header must be the word Bearer, a space and "
     "exactly one token."},
    {"a header twice, as go-sdk adds it", "Bearer a.b.c, Bearer a.b.c",
     "The Authorization header must be the word Bearer"},
};

Test(messages, rule_1_the_header)
{
    fnt_report *why = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_report_new(&why));
    for (size_t i = 0; i < COUNT(headers); i++) {
        size_t len = headers[i].header == NULL ? 0 : strlen(headers[i].header);
        cr_expect_neq(
            fnt_authorize(guard, headers[i].header, len, FNT_STR("dev:env"), NOW, NULL, why),
            FNT_OK);
        cr_expect(holds(summary_of(why), headers[i].sentence), "%s: \"%s\"", headers[i].mistake,
                  summary_of(why));
    }
    fnt_verifier_free(guard);
    fnt_report_free(why);
}

/* ---- keys ---------------------------------------------------------------- */

static const struct {
    const char *mistake, *text;
    int32_t algorithm;
    const char *sentence;
} private_keys[] = {
    {"a public key where the private one belongs", P256_SPKI, FNT_ES256,
     "This is a public key; signing needs the private one."},
    {"a certificate", P256_CERT, FNT_ES256,
     "This is a certificate, which holds a public key; signing needs the private one."},
    {"an encrypted PEM", P256_ENCRYPTED, FNT_ES256,
     "The private key is encrypted. Decrypt it first: openssl pkey -in ENCRYPTED.pem -out KEY.pem"},
    {"a P-384 key for ES256", P384_PKCS8, FNT_ES256,
     "A key for ES256 must be on P-256; this one is on P-384."},
    {"an OpenSSH key", SSH, FNT_ES256,
     "The key can't be used: it is in OpenSSH's own form: ssh-keygen -p -m PKCS8 -f FILE rewrites "
     "it, if it is ECDSA or RSA."},
    {"a secp256k1 key", K256_PKCS8, FNT_ES256,
     "The key can't be used: secp256k1 (ES256K) is not supported by this build ("},
    {"a token", "eyJhbGciOiJFUzI1NiJ9.e30.AA", FNT_ES256,
     "The text is neither JSON (a JWK) nor PEM."},
    {"a public JWKS",
     "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"G-"
     "thBqAnSijsu1s1BOP9QEc1IvZoUqj1ezVEzFqrWjM\","
     "\"y\":\"AP3exzz4DyUTt9-CySlApXSAB3-v-ZMs16XkipREP2U\"}]}",
     FNT_ES256, "This is a JWKS, a set of keys; one private key is needed: a JWK alone or PEM."},
};

Test(messages, rule_14_a_key_to_sign_with)
{
    fnt_report *why = NULL;
    MUST(fnt_report_new(&why));
    for (size_t i = 0; i < COUNT(private_keys); i++) {
        fnt_key *key = NULL;
        cr_expect_eq(
            fnt_key_parse(FNT_STR(private_keys[i].text), private_keys[i].algorithm, &key, why),
            holds(private_keys[i].sentence, "by this build") ? FNT_FAULT_UNSUPPORTED
                                                             : FNT_FAULT_KEY,
            "%s", private_keys[i].mistake);
        cr_expect(holds(summary_of(why), private_keys[i].sentence), "%s: \"%s\"",
                  private_keys[i].mistake, summary_of(why));
        cr_expect(!holds(summary_of(why), "MI"), "never key material");
    }
    fnt_report_free(why);
}

/* ---- rules --------------------------------------------------------------- */

static const struct {
    const char *mistake, *iam, *sentence; /* among the errors or warnings of loading */
} rules[] = {
    {"principal under condition, as a page of OpenFaaS has it",
     "[" A_ROLE("r", "'p'", "'condition':{'principal':{'jwt:sub':['x']}}") "]",
     "Role r: spec.condition.principal stands under condition: move it beside condition, directly "
     "under spec"},
    {"Deny",
     "[{'apiVersion':'iam.openfaas.com/"
     "v1','kind':'Policy','metadata':{'name':'p'},'spec':{'statement':[{'sid':'1','action':['*'],'"
     "effect':'Deny',"
     "'resource':['*']}]}}]",
     "is Deny, which is not supported: what no statement allows is denied; narrow the others "
     "instead"},
    {"a misspelled operator",
     "[" A_ROLE("r", "'p'", "'condition':{'StringEqal':{'jwt:sub':['x']}}") "]",
     "is no operator; did you mean StringEqual?"},
    {"a claim without jwt:",
     "[" A_ROLE("r", "'p'", "'condition':{'StringEqual':{'sub':['x']}}") "]",
     "does not begin with jwt:, as in jwt:sub"},
    {"a boolean without quotes",
     "[" A_ROLE("r", "'p'", "'condition':{'StringEqual':{'jwt:email_verified':[true]}}") "]",
     "a string is expected: quote it"},
    {"a role for everybody",
     "[{'apiVersion':'iam.openfaas.com/"
     "v1','kind':'Role','metadata':{'name':'r'},'spec':{'policy':['p']}}]",
     "Role r: spec has neither principal nor condition: everybody would match; say who is meant"},
    {"the same in other words", "[" A_ROLE("r", "'p'", "'condition':{}") "]",
     "Role r: spec.condition is empty: fill it or take it out"},
    {"tokenExpiry outside spec, as a page of OpenFaaS has it",
     "[{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':'i'},"
     "'tokenExpiry':'1h','spec':{'iss':'https://x.example.com','aud':['y']}}]",
     "JwtIssuer i: tokenExpiry does not belong here: move it into spec, check how far it is "
     "indented"},
    {"a subject that YAML took for a number",
     "[" A_ROLE("r", "'p'", "'principal':{'jwt:sub':[12345678901234567890]}") "]",
     "Role r: spec.principal.jwt:sub[0] is a number that is not a plain integer below 2^53: quote "
     "it"},
    {"two JwtIssuers of one "
     "iss",
     "[" MY_ISSUER(
         "") ",{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':'again'},"
             "'spec':{'iss':'@iss','aud':['y']}}]",
     "JwtIssuer again: spec.iss is @iss, as in JwtIssuer @name (at /0): it must be clear "
     "whose keys and audiences count, keep one"},
    {"an expiry in words", "[" MY_ISSUER(",'tokenExpiry':'1 hour'") "]",
     "JwtIssuer @name: spec.tokenExpiry is \"1 hour\"; a length of time is expected, as in 12h, "
     "1h30m or 90s"},
};

static bool any_entry_holds(const fnt_report *why, const char *part)
{
    for (size_t i = 0; fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL) != NULL; i++)
        if (holds(fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL), part))
            return true;
    return false;
}

Test(messages, rule_34_rules_that_do_not_load)
{
    fnt_report *why = NULL;
    MUST(fnt_report_new(&why));
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(rules); i++) {
            fnt_iam *iam = NULL;
            const char *text = fill(&w, rules[i].iam);
            cr_expect_eq(fnt_iam_new(FNT_STR(text), &iam, why), FNT_FAULT_IAM, "%s",
                         rules[i].mistake);
            cr_expect(any_entry_holds(why, words(&w, rules[i].sentence)), "%s: \"%s\"",
                      rules[i].mistake, fnt_report_text(why, 1, FNT_FIELD_SENTENCE, NULL));
        }
    }
    fnt_report_free(why);
}

/* ---- lint: what loads, and is hardly meant ------------------------------- */

static const struct {
    const char *mistake, *iam, *sentence;
} findings[] = {
    {"account in spec.aud",
     "[{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':'i'},"
     "'spec':{'iss':'https://x.example.com/realms/y','aud':['account']}}]",
     "JwtIssuer i: accepts the audience account, which every client and user of a Keycloak realm "
     "has: map an audience of your "
     "own, or ask for scope openid and send the id_token"},
    {"a resource without a namespace", "[" A_POLICY("p", "'env'", "") "]",
     "Policy p: env has no namespace and matches nothing: write it as in openfaas-fn:env"},
    {"a policy that is called by another name",
     "[" MY_ISSUER("") "," A_POLICY("invoke-policy", "'dev:env'", "") "," A_ROLE(
         "r", "'invoke-polici'", "'principal':{'jwt:sub':['x']}") "]",
     "Role r: there is no Policy invoke-polici in namespace openfaas: it grants nothing through "
     "it"},
    {"a role that lets in all of a provider", "[" MY_ISSUER("") "," MY_POLICY "," MY_ROLE "]",
     "Role @space-role: matches everybody who has an account at the issuer: add jwt:sub, a group "
     "or a client of its own"},
};

Test(messages, rule_34_rules_that_load_and_are_hardly_meant)
{
    fnt_report *why = NULL;
    MUST(fnt_report_new(&why));
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(findings); i++) {
            fnt_iam *iam = rules_of(&w, findings[i].iam);
            cr_expect_eq(fnt_iam_lint(iam, why), FNT_OK);
            cr_expect(any_entry_holds(why, words(&w, findings[i].sentence)), "%s: \"%s\"",
                      findings[i].mistake, fnt_report_text(why, 1, FNT_FIELD_SENTENCE, NULL));
            fnt_iam_free(iam);
        }
    }
    fnt_report_free(why);
}

/* ---- at the command line ------------------------------------------------- */

static const struct {
    const char *mistake, *command; /* $F is the program */
    int code;
    const char *said; /* part of what stands on standard error */
} commands[] = {
    {"a key file that others can read",
     "chmod 644 ec.pem; $F sign --key ec.pem --claims c.json; code=$?; chmod 600 ec.pem; "
     "exit $code",
     0,
     "ec.pem: this private key can be read or changed by others (mode 0644): chmod 600 it, and "
     "make a new key if somebody may "
     "have read it"},
    {"a public key where a private one belongs", "$F sign --key ec.pub --claims c.json", 2,
     "fntoken: key: ec.pub: This is a public key; signing needs the private one."},
    {"a token that the key of a PEM file did not sign",
     "$F keygen --out other.pem > /dev/null; "
     "t=$($F sign --key other.pem --kid mine --claims c.json); rm other.pem; "
     "$F verify --jwks ec.pub --issuer x --now 1715848921 $t",
     1,
     "The token's kid is \"mine\", which no key has, and by none of the keys for ES256 that came "
     "without a kid (1 tried) its signature is right."},
    {"Bearer pasted into the argument", "$F verify --jwks ec.pub --issuer x 'Bearer a.b.c'", 1,
     "\"Bearer \" stands before the token: pass the token alone."},
    {"a whole header line", "$F verify --jwks ec.pub --issuer x 'Authorization: Bearer a.b.c'", 1,
     "This is a whole header line, \"Authorization: Bearer\" and a token: pass the token alone."},
    {"the whole answer on standard input",
     "echo '{\"access_token\":\"a.b.c\"}' | $F authorize --jwks ec.pub --issuer x "
     "--resource dev:env",
     1,
     "This is JSON, not a token; if it is the whole answer of the token endpoint, send only its "
     "access_token."},
    {"an opaque token", "$F verify --jwks ec.pub --issuer x ya29.a0AfH6SMBx", 1,
     "This is an opaque token, not a JWT"},
    {"now in milliseconds", "$F verify --jwks ec.pub --issuer x --now 1715848921000 a.b.c", 2,
     "now is 1715848921000: that looks like milliseconds"},
    {"no token at all", "$F verify --jwks ec.pub --issuer x < /dev/null", 1,
     "There is no token: the text is empty."},
    {"a token instead of a key file", "$F sign --key c.json --claims c.json", 2,
     "key: c.json: The key can't be used: it has no kty"},
};

static int run(const char *program, const char *folder, const char *command, char *said,
               size_t size)
{
    char line[2048];
    snprintf(line, sizeof line, "cd '%s' && F='%s'; umask 077; { %s\n} 2>&1 >/dev/null", folder,
             program, command);
    FILE *from = popen(line, "r"); /* a subshell: `exit` ends that alone */
    cr_assert_not_null(from);
    size_t len = fread(said, 1, size - 1, from);
    said[len] = '\0';
    int status = pclose(from);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *to = fopen(path, "w");
    cr_assert_not_null(to, "%s", path);
    fputs(text, to);
    fclose(to);
    cr_assert_eq(chmod(path, 0600), 0);
}

static void remove_file(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)remove(path);
}

Test(messages, rule_16_at_the_command_line)
{
    char folder[] = "/tmp/fntoken-messages-XXXXXX", said[4096];
    const char *program = getenv("FNTOKEN");
    if (program == NULL)
        cr_skip_test("FNTOKEN does not name the program");
    cr_assert_not_null(mkdtemp(folder));
    put_file(folder, "ec.pem", P256_PKCS8);
    put_file(folder, "ec.pub", P256_SPKI);
    put_file(folder, "c.json", "{\"iss\":\"x\",\"sub\":\"y\",\"aud\":\"x\",\"exp\":1715849221}");
    for (size_t i = 0; i < COUNT(commands); i++) {
        int code = run(program, folder, commands[i].command, said, sizeof said);
        cr_expect_eq(code, commands[i].code, "%s: %d: %s", commands[i].mistake, code, said);
        cr_expect(holds(said, commands[i].said), "%s: \"%s\"", commands[i].mistake, said);
    }
    remove_file(folder, "ec.pem");
    remove_file(folder, "ec.pub");
    remove_file(folder, "c.json");
    cr_expect_eq(rmdir(folder), 0);
}
