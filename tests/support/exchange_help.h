/* SPDX-License-Identifier: MIT */
/* A token service with two identity providers, for the tests of the exchange. Whatever is tried
 * with the one is tried with the other, their keys, rules and names exchanged (rule 28): a test
 * says "me" and "other", and world_open decides who that is. */
#ifndef FNT_TESTS_EXCHANGE_HELP_H
#define FNT_TESTS_EXCHANGE_HELP_H

#include "support/support.h"

enum { HALF_DAY = 12 * HOUR };

/* An identity provider. Both publish their keys under the same two kids: k1 (ES256) and k2 (RS256).
 */
typedef struct {
    const char *name, *iss, *aud; /* of its JwtIssuer */
    const char *sub, *client;     /* its user, and the client that its Role is for */
    const char *namespace;        /* its policy grants SPACE:* and dev:env */
} provider;

typedef struct {
    const provider *me, *other;
    bool swapped;
    fnt_sts *sts;
} world;

/* Runs what follows twice, with a fresh world each time: FOR_BOTH (w, NULL) { ... } */
#define FOR_BOTH(w, iam)                                                                           \
    for (int pass_ = 0; pass_ < 2; pass_++)                                                        \
        for (world w = world_open(pass_ == 1, iam), *once_ = &w; once_ != NULL;                    \
             world_close(&w), once_ = NULL)

/* iam: the objects, or NULL for both JwtIssuers, a policy and a role each, and the chart's
 * JwtIssuer "system". In the default the order of the two does not change when they are swapped:
 * first and last are tried too. */
world world_open(bool swapped, const char *iam);
/* names of the test's own; with iam */
world world_of(const provider *me, const provider *other, bool swapped, const char *iam);
void world_load(world *w, const char *iam); /* other rules from now on */
void world_close(world *w);

/* The parts that it was made of, for the caller to free. */
fnt_iam *rules_of(const world *w, const char *iam);
fnt_keyset *my_keys(const world *w);
fnt_keyset *gateway_keys(const world *w);

/* ' becomes ", @@ is @, and words: of me @iss @aud @sub @name @client @space, of the other @oiss
 * @oaud ..., @gw the gateway's own issuer, @now @now+60 @now-60, @token the text that fill_with was
 * given. The text stays until 64 more were made. */
const char *fill(const world *w, const char *text);
const char *fill_with(const world *w, const char *text, const char *token);
const char *words(const world *w, const char *text); /* for sentences: ' stays */

/* One JwtIssuer, Policy, Role of mine; to put rules together: "[" ... "," ... "]". */
#define SYSTEM_ISSUER                                                                              \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':'system'},"         \
    "'spec':{'iss':'@gw','aud':['@gw'],'tokenExpiry':'30m'}}"
#define MY_ISSUER(more)                                                                            \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':'@name'},"          \
    "'spec':{'iss':'@iss','aud':['@aud']" more "}}"
#define OTHER_ISSUER                                                                               \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':'@oname'},"         \
    "'spec':{'iss':'@oiss','aud':['@oaud']}}"
#define OPT_IN_ISSUER                                                                              \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'JwtIssuer','metadata':{'name':'@name',"           \
    "'annotations':{'fntoken/authorized-party':'true'}},'spec':{'iss':'@iss','aud':['@aud']}}"
#define A_POLICY(name, resources, more)                                                            \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'Policy','metadata':{'name':'" name "'},"          \
    "'spec':{'statement':[{'sid':'1','action':['Function:Invoke'],'effect':'Allow','resource':"    \
    "[" resources "]" more "}]}}"
#define A_ROLE(name, policies, rest)                                                               \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'Role','metadata':{'name':'" name "'},"            \
    "'spec':{'policy':[" policies "]," rest "}}"
#define MY_POLICY A_POLICY("@space-policy", "'@space:*','dev:env'", "")
#define MY_ROLE                                                                                    \
    A_ROLE("@space-role", "'@space-policy'", "'condition':{'StringEqual':{'jwt:iss':['@iss']}}")

/* ---- tokens -------------------------------------------------------------- */

/* of a private key; NOBODY's no keyset has */
typedef enum { MY_EC, MY_RSA, OTHER_EC, OTHER_RSA, GATEWAY, NOBODY } holder;

const fnt_key *key_of_holder(const world *w, holder who);

#define EC_HEADER "{'alg':'ES256','typ':'JWT','kid':'k1'}"
#define RSA_HEADER "{'alg':'RS256','typ':'JWT','kid':'k2'}"

/* Any token. header and claims are filled, or taken as they are. */
const char *token_by(const world *w, holder who, const char *header, const char *claims);
const char *raw_token_by(const world *w, holder who, const char *header, const char *claims);

/* The claims of my user's token: iss aud sub exp iat client_id. change: members that replace or
 * join these; without: names that are left out, with a space between them. Both may be NULL. Not
 * yet filled. */
const char *my_claims(const char *change, const char *without);
/* signed with k1 */
const char *my_token(const world *w, const char *change, const char *without);

/* Tokens of the gateway itself, for my user: by hand, so that anything can be tried. */
/* policy ["@space-policy"], client_id */
const char *api_token(const world *w, const char *change, const char *without);
/* for @space:* and dev:env */
const char *function_token(const world *w, const char *change, const char *without);

/* ---- the exchange -------------------------------------------------------- */

typedef struct {
    fnt_status status;
    char *body; /* NULL on a fault */
    size_t len;
    fnt_report *report;
    char *minted; /* {"header":...,"claims":...} of the token that was issued */
} outcome;

#define FORM                                                                                       \
    "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=urn:ietf:"      \
    "params:oauth:token-type:id_token"

/* The form is filled, and checked over: a body unless it is a fault, its JSON, its alphabet, its
 * error code. */
outcome post(const world *w, const char *form, const char *token, int64_t now);
outcome exchanged(const world *w, const char *token); /* scope=function */
/* and more parameters: "audience=dev:env" */
outcome exchanged_to(const world *w, const char *token, const char *more);
outcome api_asked(const world *w, const char *token); /* no scope */
void outcome_free(outcome *o);

const char *told(const outcome *o);     /* error_description; "" if there is none */
const char *reported(const outcome *o); /* the operator's summary */
const char *precise(const outcome *o);  /* the status in the report */

/* A value of the answer, or of the token in it: text as it reads, anything else as JSON; "(none)".
 * pointer: RFC 6901. */
const char *answered(const outcome *o, const char *pointer);
const char *minted(const outcome *o, const char *pointer);
const char *access_token(const outcome *o);

/* What a watchdog of this gateway says to the token that was issued. */
fnt_status permitted(const world *w, const outcome *o, const char *resource, int64_t now);

/* ---- tables -------------------------------------------------------------- */

/* One exchange. Each is run with both providers. */
typedef struct {
    const char *why;
    const char *change, *without; /* of my token's claims */
    const char *header;           /* NULL: EC_HEADER */
    holder by;
    const char *more; /* of the form, behind scope=function */
    fnt_status status;
    const char *precise;  /* status in the report; NULL: not looked at */
    const char *told;     /* part of what the client gets, filled; NULL: not looked at */
    const char *reported; /* part of what the operator gets, filled */
} exchange_row;

void run_rows(const exchange_row *rows, size_t count, const char *iam);
#define RUN_ROWS(rows, iam) run_rows(rows, COUNT(rows), iam)

#endif
