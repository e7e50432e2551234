/* SPDX-License-Identifier: MIT */
/* The exchange from form to answer, rules 28 to 36. Every table runs twice, with the two identity
 * providers exchanged (rule 28). */
#include "support/exchange_help.h"

#include <stdio.h>

#include "text/json.h"

#define BLIND                                                                                      \
    "The subject token is not accepted: its issuer, its key or its signature is not one that is "  \
    "trusted here."

/* ---- 28: the issuer is chosen by iss, and its keys alone count ----------- */

static const exchange_row rule_28[] = {
    {"the usual", NULL, NULL, NULL, MY_EC, NULL, FNT_OK, "ok", NULL,
     "Issued a Function Token to subject @sub of issuer @name"},
    {"the issuer's other algorithm", NULL, NULL, RSA_HEADER, MY_RSA, NULL, FNT_OK, "ok", NULL,
     NULL},
    {"signed by the other issuer's key of the same kid and algorithm", NULL, NULL, NULL, OTHER_EC,
     NULL, FNT_OAUTH_SUBJECT, "signature", BLIND, NULL},
    {"the same with RSA", NULL, NULL, RSA_HEADER, OTHER_RSA, NULL, FNT_OAUTH_SUBJECT, "signature",
     BLIND, NULL},
    {"the other's iss, my key", "'iss':'@oiss'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "signature", BLIND, NULL},
    {"the gateway's key under my kid", NULL, NULL, NULL, GATEWAY, NULL, FNT_OAUTH_SUBJECT,
     "signature", BLIND, NULL},
    {"an issuer that nobody named", "'iss':'https://evil.example.com'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "issuer", BLIND,
     "The subject token's issuer is \"https://evil.example.com\"; no JwtIssuer has it"},
    {"a slash more", "'iss':'@iss/'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "issuer", BLIND,
     "the JwtIssuer @name has \"@iss\": they differ only by the slash at the end"},
    {"http for https", "'iss':'http://okta.example.com/oauth2/default'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "issuer", BLIND,
     "\"https://okta.example.com/oauth2/default\": they differ only by the scheme at the "
     "beginning"},
    {"iss in another case", "'iss':'HTTPS://keycloak.example.com'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "issuer", BLIND, NULL},
    {"no iss", NULL, "iss", NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim", BLIND,
     "The claim iss is missing."},
    {"iss is no text", "'iss':['@iss']", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim", BLIND,
     "The claim iss is an array; it must be a string."},
    {"iss with an escape reads the same", "'iss':'\\u0068@iss'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "issuer", BLIND, "issuer is \"hhttps:"},
    {"iss twice", "'iss':'@iss','\\u0069ss':'@oiss'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "malformed", BLIND, "stands twice"},
    {"aud of the other issuer", "'aud':'@oaud'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "audience", "aud is ['@oaud']; issuer @name accepts ['@aud']: ask the identity provider",
     NULL},
    {"aud a list that holds ours", "'aud':['x','@aud']", NULL, NULL, MY_EC, NULL, FNT_OK, NULL,
     NULL, NULL},
    {"aud empty", "'aud':[]", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", "aud is []; ",
     NULL},
    {"no aud", NULL, "aud", NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience",
     "aud is absent; issuer @name accepts ['@aud']", NULL},
    {"aud a number", "'aud':1", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The claim aud is a number", NULL},
    {"aud a list with a number", "'aud':['@aud',1]", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "claim", "The claim aud is an array that holds a number", NULL},
    {"aud with a slash more", "'aud':['x','@aud/']", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "audience",
     "['x', '@aud/']; issuer @name accepts ['@aud']: they differ only by the slash at the end",
     NULL},
    {"an access token of Cognito", "'token_use':'access','client_id':'4q8'", "aud", NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "audience",
     "aud is absent; issuer @name accepts ['@aud']. It is an access token of Amazon Cognito "
     "(token_use), which has a client_id in place of aud: send the id_token",
     NULL},
    {"aud begins with ours", "'aud':'@aud2'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "audience", "aud is ['@aud2']", NULL},
    {"no exp", NULL, "exp", NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The claim exp is missing", NULL},
    {"no exp, by a legacy Kubernetes token",
     "'kubernetes.io/serviceaccount/service-account.name':'x'", "exp", NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "claim", "a legacy Kubernetes service account token, which never expires",
     NULL},
    {"exp a string", "'exp':'@now'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The claim exp is a string", NULL},
    {"no sub", NULL, "sub", NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The claim sub is missing or empty", NULL},
    {"an empty sub", "'sub':''", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The claim sub is missing or empty", NULL},
    {"sub a number", "'sub':7", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The claim sub is a number", NULL},
    {"jti a number", "'jti':7", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The claim jti is a number", NULL},
};

Test(exchange, rule_28_the_issuer_is_chosen_by_iss_and_its_keys_alone_count)
{
    RUN_ROWS(rule_28, NULL);
}

static const exchange_row rule_18[] = {
    {"the last second of exp and leeway", "'exp':@now", NULL, NULL, MY_EC, NULL, FNT_OK, NULL, NULL,
     NULL},
    {"one second later", "'exp':@now-1", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "expired",
     "The token expired 1 s ago", NULL},
    {"an hour ago", "'exp':@now-3600,'iat':@now-7200", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "expired", "The token expired 1 h", NULL},
    {"nbf a minute ahead is a clock", "'nbf':@now+60", NULL, NULL, MY_EC, NULL, FNT_OK, NULL, NULL,
     NULL},
    {"more is not", "'nbf':@now+61", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "not-yet",
     "becomes valid in 1 min 1 s", NULL},
    {"iat a minute ahead", "'iat':@now+60", NULL, NULL, MY_EC, NULL, FNT_OK, NULL, NULL, NULL},
    {"more", "'iat':@now+61", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "not-yet",
     "this clock runs behind, or the issuer's ahead", NULL},
};

Test(exchange, rule_18_times_of_a_subject_token)
{
    RUN_ROWS(rule_18, NULL);
}

static const char *const typ_accepted[] = {"JWT", "jwt", "at+jwt", "application/at+jwt",
                                           "application/JWT"};
static const char *const typ_refused[] = {
    "logout+jwt", "secevent+jwt", "dpop+jwt", "token-introspection+jwt", "JOSE", "", "at"};

Test(exchange, rule_11_typ_of_a_subject_token)
{
    char header[128];
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(typ_accepted) + COUNT(typ_refused); i++) {
            bool good = i < COUNT(typ_accepted);
            snprintf(header, sizeof header, "{'alg':'ES256','kid':'k1','typ':'%s'}",
                     good ? typ_accepted[i] : typ_refused[i - COUNT(typ_accepted)]);
            outcome o = exchanged(&w, token_by(&w, MY_EC, header, my_claims(NULL, NULL)));
            cr_expect_eq(o.status, good ? FNT_OK : FNT_OAUTH_SUBJECT, "%s", header);
            cr_expect(good || strcmp(precise(&o), "type") == 0, "%s: %s", header, precise(&o));
            cr_expect(good || strcmp(told(&o), BLIND) == 0, "%s: %s", header, told(&o));
            outcome_free(&o);
        }
    }
}

Test(exchange, rule_28_what_one_issuer_grants_the_other_does_not)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(&w, my_token(&w, NULL, NULL));
        cr_expect_str_eq(minted(&o, "/claims/function/permissions"),
                         fill(&w, "['@space:*','dev:env']"));
        cr_expect_eq(permitted(&w, &o, fill(&w, "@space:figlet"), NOW), FNT_OK);
        cr_expect_eq(permitted(&w, &o, fill(&w, "@ospace:figlet"), NOW), FNT_DENIED_PERMISSION);
        outcome_free(&o);
    }
}

Test(exchange, rule_35_two_users_of_one_sub_are_told_apart_by_fed_iss)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(&w, my_token(&w, "'sub':'shared'", NULL));
        cr_expect_str_eq(minted(&o, "/claims/sub"), "fed:shared");
        cr_expect_str_eq(minted(&o, "/claims/fed:iss"), w.me->iss);
        outcome_free(&o);
    }
}

/* ---- 29: azp never replaces aud, but for the opt-in ---------------------- */

#define STOCK "'aud':'account','typ':'Bearer','azp':'@aud','client_id':'@aud'"
#define OPT_IN_RULES "[" OPT_IN_ISSUER "," OTHER_ISSUER "," MY_POLICY "," MY_ROLE "]"
#define STRICT_RULES "[" MY_ISSUER("") "," OTHER_ISSUER "," MY_POLICY "," MY_ROLE "]"

static const exchange_row rule_29_strict[] = {
    {"a stock Keycloak", STOCK, NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience",
     "aud is ['account']; issuer @name accepts ['@aud']; azp '@aud' is listed: add an audience "
     "mapper, "
     "ask for scope openid and send "
     "the id_token, "
     "or annotate the JwtIssuer (docs/",
     "annotate the JwtIssuer (docs/"},
    {"azp alone", "'azp':'@aud'", "aud", NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience",
     "azp '@aud' is listed: add an audience mapper, or ask for scope openid and send the id_token "
     "(docs/",
     NULL},
    {"azp of a stranger", "'aud':'account','azp':'stranger'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "audience",
     "azp 'stranger' is not listed either: the token was made for another client", NULL},
    {"the ID token of another client", "'aud':'portal','azp':'portal','typ':'ID'", NULL, NULL,
     MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience",
     "this is an ID token of another client (azp 'portal')", NULL},
    {"the same without azp", "'aud':'portal','nonce':'x'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "audience", "this is an ID token of another client; log in", NULL},
};

static const exchange_row rule_29_opt_in[] = {
    {"all conditions hold", STOCK, NULL, NULL, MY_EC, NULL, FNT_OK, "ok", NULL, NULL},
    {"aud a list of that one", "'aud':['account'],'typ':'Bearer','azp':'@aud','client_id':'@aud'",
     NULL, NULL, MY_EC, NULL, FNT_OK, "ok", NULL, NULL},
    {"by aud, as ever", NULL, NULL, NULL, MY_EC, NULL, FNT_OK, "ok", NULL, NULL},
    {"RFC 9068's typ", STOCK, NULL, "{'alg':'ES256','typ':'at+jwt','kid':'k1'}", MY_EC, NULL,
     FNT_OK, "ok", NULL, NULL},
    {"no aud", "'typ':'Bearer','azp':'@aud','client_id':'@aud'", "aud", NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "audience", "aud is absent", NULL},
    {"an empty aud", "'aud':[],'typ':'Bearer','azp':'@aud','client_id':'@aud'", NULL, NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"account and a third party",
     "'aud':['account','x'],'typ':'Bearer','azp':'@aud','client_id':'@aud'", NULL, NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"a third party alone", "'aud':'x','typ':'Bearer','azp':'@aud','client_id':'@aud'", NULL, NULL,
     MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"account twice", "'aud':['account','account'],'typ':'Bearer','azp':'@aud','client_id':'@aud'",
     NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"no typ", "'aud':'account','azp':'@aud','client_id':'@aud'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "audience",
     "fntoken/authorized-party takes only a client's own access token (typ Bearer, client_id equal "
     "to azp)",
     NULL},
    {"typ ID", "'aud':'account','typ':'ID','azp':'@aud','client_id':'@aud'", NULL, NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"typ in another case", "'aud':'account','typ':'bearer','azp':'@aud','client_id':'@aud'", NULL,
     NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"no azp", "'aud':'account','typ':'Bearer','client_id':'@aud'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"azp not listed", "'aud':'account','typ':'Bearer','azp':'@oaud','client_id':'@oaud'", NULL,
     NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"azp no text", "'aud':'account','typ':'Bearer','azp':['@aud'],'client_id':['@aud']", NULL,
     NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"no client_id: a user's token", "'aud':'account','typ':'Bearer','azp':'@aud'", "client_id",
     NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"another client_id", "'aud':'account','typ':'Bearer','azp':'@aud','client_id':'x'", NULL, NULL,
     MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"an older Keycloak's clientId",
     "'aud':'account','typ':'Bearer','azp':'@aud','clientId':'@aud'", "client_id", NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "audience", NULL, NULL},
    {"bound to a key", STOCK ",'cnf':{'jkt':'x'}", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "binding", "bound to a key (cnf)", NULL},
    {"expired", STOCK ",'exp':@now-10", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "expired", NULL,
     NULL},
    {"no exp", STOCK, "exp", NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim", "exp is missing", NULL},
    {"the other issuer did not opt in",
     "'iss':'@oiss','aud':'account','typ':'Bearer','azp':'@oaud','client_id':'@oaud'", NULL, NULL,
     OTHER_EC, NULL, FNT_OAUTH_SUBJECT, "audience", "or annotate the JwtIssuer", NULL},
};

Test(exchange, rule_29_azp_never_replaces_aud)
{
    RUN_ROWS(rule_29_strict, STRICT_RULES);
}

Test(exchange, rule_29_the_opt_in_needs_each_of_its_conditions)
{
    RUN_ROWS(rule_29_opt_in, OPT_IN_RULES);
}

Test(exchange, rule_29_the_report_says_that_the_opt_in_was_used)
{
    FOR_BOTH(w, OPT_IN_RULES)
    {
        for (int used = 0; used < 2; used++) {
            outcome o = exchanged(&w, my_token(&w, used ? STOCK : NULL, NULL));
            bool found = false;
            for (size_t i = 1; fnt_report_text(o.report, i, FNT_FIELD_SENTENCE, NULL) != NULL; i++)
                found |= holds(fnt_report_text(o.report, i, FNT_FIELD_SENTENCE, NULL),
                               fill(&w, "fntoken/authorized-party of JwtIssuer @name"));
            cr_expect_eq(o.status, FNT_OK);
            cr_expect_eq(found, used != 0);
            outcome_free(&o);
        }
    }
}

/* ---- 30, 31: another purpose, bound tokens ------------------------------- */

static const exchange_row rule_30[] = {
    {"a logout token", "'events':{'http://schemas.openid.net/event/backchannel-logout':{}}", NULL,
     NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "other-token",
     "a logout or security event token: send the access_token or the id_token", NULL},
    {"events of any type", "'events':null", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "other-token", NULL, NULL},
    {"Keycloak's Logout", "'typ':'Logout'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "other-token", "a logout or security event token", NULL},
    {"Keycloak's Refresh", "'typ':'Refresh'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "other-token", "a refresh token of an identity provider", NULL},
    {"Keycloak's Offline", "'typ':'Offline'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "other-token", "a refresh token of an identity provider", NULL},
    {"a claim function does not hide it", "'typ':'Refresh','function':{}", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "other-token", "a refresh token", NULL},
    {"nor does it hide a logout token", "'typ':'Logout','function':{}", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "other-token", "a logout", NULL},
    {"nor does fed:iss", "'typ':'Refresh','fed:iss':'@iss'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "other-token", "a refresh token", NULL},
    {"an access token is fine", "'typ':'Bearer'", NULL, NULL, MY_EC, NULL, FNT_OK, NULL, NULL,
     NULL},
    {"an ID token is fine", "'typ':'ID','azp':'@client'", NULL, NULL, MY_EC, NULL, FNT_OK, NULL,
     NULL, NULL},
    {"an ID token for several, issued to another", "'typ':'ID','aud':['@aud','x'],'azp':'x'", NULL,
     NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience",
     "an ID token that was issued to another client (azp), not to one that issuer @name accepts",
     NULL},
    {"the same, told by nonce", "'nonce':'n','aud':['@aud','x'],'azp':'x'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "audience", "issued to another", NULL},
    {"the same, told by at_hash", "'at_hash':'h','aud':['@aud','x'],'azp':'x'", NULL, NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "audience", "issued to another", NULL},
    {"a claim function does not hide it", "'function':{},'typ':'ID','aud':['@aud','x'],'azp':'x'",
     NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "audience", "issued to another", NULL},
    {"azp is no text", "'typ':'ID','aud':['@aud','x'],'azp':7", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "audience", "issued to another", NULL},
    {"an ID token for several, issued to us", "'typ':'ID','aud':['@aud','x'],'azp':'@aud'", NULL,
     NULL, MY_EC, NULL, FNT_OK, NULL, NULL, NULL},
    {"an ID token for us alone, issued to another", "'typ':'ID','aud':['@aud'],'azp':'x'", NULL,
     NULL, MY_EC, NULL, FNT_OK, NULL, NULL, NULL},
    {"an ID token for several without azp", "'typ':'ID','aud':['@aud','x']", NULL, NULL, MY_EC,
     NULL, FNT_OK, NULL, NULL, NULL},
    {"an access token of another client, let in by a mapper",
     "'typ':'Bearer','aud':['@aud','account'],'azp':'portal'", NULL, NULL, MY_EC, NULL, FNT_OK,
     NULL, NULL, NULL},
};

static const exchange_row rule_31[] = {
    {"bound to a certificate", "'cnf':{'x5t#S256':'x'}", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "binding", "bound to a key (cnf)", NULL},
    {"an empty cnf", "'cnf':{}", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "binding",
     "ask for an unbound token", NULL},
    {"cnf null", "'cnf':null", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "binding",
     "bound to a key (cnf)", NULL},
    {"cnf spelled with an escape", "'\\u0063nf':{'jkt':'x'}", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "binding", "bound to a key (cnf)", NULL},
};

static const exchange_row rule_51[] = {
    {"an actor", "'act':{'sub':'agent'}", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "The subject token has the claim act: someone acts for its subject", NULL},
    {"of whatever type", "'act':null", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "claim",
     "the claim act:", NULL},
    {"spelled with an escape", "'\\u0061ct':{}", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "claim", "the claim act:", NULL},
    {"an actor to come", "'may_act':{'sub':'agent'}", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
     "claim", "the claim may_act: someone may act for its subject", NULL},
    {"authorization details", "'authorization_details':[{'type':'payment'}]", NULL, NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "claim", "the claim authorization_details: it is for certain uses",
     NULL},
    {"a status list", "'status':{'status_list':{'idx':0,'uri':'https://x'}}", NULL, NULL, MY_EC,
     NULL, FNT_OAUTH_SUBJECT, "claim", "the claim status: it may have been withdrawn", NULL},
    {"a status list of the wrong type", "'status':{'status_list':null}", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_SUBJECT, "claim", "the claim status:", NULL},
    {"any other status", "'status':'active'", NULL, NULL, MY_EC, NULL, FNT_OK, "ok", NULL, NULL},
    {"an object, too", "'status':{'list':1}", NULL, NULL, MY_EC, NULL, FNT_OK, "ok", NULL, NULL},
    {"events", "'events':{}", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT, "other-token",
     "a logout or security event token", NULL},
    {"forged, it is not told", "'act':{}", NULL, NULL, NOBODY, NULL, FNT_OAUTH_SUBJECT, "signature",
     BLIND, NULL},
    {"a claim that only begins like one", "'acting':1,'cn':2", NULL, NULL, MY_EC, NULL, FNT_OK,
     "ok", NULL, NULL},
};

Test(exchange, rule_51_claims_that_carry_meaning_never_vanish)
{
    static const char *const changes[] = {"'act':{'sub':'x'}", "'may_act':{}",
                                          "'authorization_details':[]",
                                          "'status':{'status_list':{}}"};
    RUN_ROWS(rule_51, NULL);
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_NARROWING, 1));
        for (size_t i = 0; i < 2 * COUNT(changes); i++) {
            const char *change = changes[i / 2];
            outcome o = exchanged_to(
                &w, i % 2 == 0 ? api_token(&w, change, NULL) : function_token(&w, change, NULL),
                "audience=dev:env");
            cr_expect_eq(o.status, FNT_OAUTH_SUBJECT, "our own token with %s", change);
            cr_expect_str_eq(precise(&o), "claim", "%s", change);
            cr_expect(holds(told(&o), "The subject token has the claim "), "%s", told(&o));
            outcome_free(&o);
        }
    }
}

Test(exchange, rule_30_a_token_for_another_purpose)
{
    RUN_ROWS(rule_30, NULL);
}

Test(exchange, rule_31_a_token_bound_to_a_key)
{
    RUN_ROWS(rule_31, NULL);
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_NARROWING, 1));
        for (int api = 0; api < 2; api++) {
            const char *cnf = "'cnf':{'jkt':'x'}";
            outcome o = exchanged_to(
                &w, api == 1 ? api_token(&w, cnf, NULL) : function_token(&w, cnf, NULL),
                "audience=dev:env");
            cr_expect_eq(o.status, FNT_OAUTH_SUBJECT);
            cr_expect_str_eq(precise(&o), "binding");
            cr_expect(holds(told(&o), "bound to a key (cnf)"));
            outcome_free(&o);
        }
    }
}

/* ---- 32: our own tokens -------------------------------------------------- */

/* A policy and a role for the gateway's own issuer: what the chart's JwtIssuer "system" could seem
 * to allow. */
#define SELF_RULES                                                                                 \
    "[" SYSTEM_ISSUER "," MY_ISSUER("") "," A_POLICY("all", "'*'", "") "," A_ROLE(                 \
        "self", "'all'", "'condition':{'StringEqual':{'jwt:iss':['@gw']}}") "," MY_POLICY          \
                                                                            "," MY_ROLE "]"

static const struct {
    const char *why, *change, *without, *precise, *told;
} rule_32[] = {
    {"no API token, no Function Token", "'typ':'Bearer'", "fed:iss policy", "other-token",
     "neither an API token nor a Function Token"},
    {"an ID token of our own", "'nonce':'x'", "fed:iss", "other-token",
     "neither an API token nor a Function Token"},
    {"fed:iss is ourselves", "'fed:iss':'@gw'", NULL, "issuer",
     "The subject token's user comes from '@gw'; no JwtIssuer has it any more"},
    {"fed:iss is gone", "'fed:iss':'https://gone.example.com'", NULL, "issuer",
     "no JwtIssuer has it any more"},
    {"another audience", "'aud':'https://other.example.com'", NULL, "audience",
     "The subject token's aud is ['https://other.example.com']; a token of this gateway is for "
     "'@gw'"},
    {"no audience", NULL, "aud", "audience",
     "The subject token's aud is absent; a token of this gateway is for '@gw'"},
    {"expired", "'exp':@now-5", NULL, "expired", "expired 5 s ago"},
    {"a Function Token, while narrowing is off", "'function':{'permissions':['dev:env']}", NULL,
     "other-token", "The subject token is a Function Token"},
    {"no sub", NULL, "sub", "claim", "The claim sub is missing"},
    {"an event of our own", "'events':{}", NULL, "other-token", "a logout or security event token"},
};

Test(exchange, rule_32_our_own_issuer_is_never_an_identity_provider)
{
    FOR_BOTH(w, SELF_RULES)
    {
        for (size_t i = 0; i < COUNT(rule_32); i++) {
            outcome o = exchanged(&w, api_token(&w, rule_32[i].change, rule_32[i].without));
            cr_expect_eq(o.status, FNT_OAUTH_SUBJECT, "%s: %s", rule_32[i].why, reported(&o));
            cr_expect_str_eq(precise(&o), rule_32[i].precise, "%s: %s", rule_32[i].why,
                             reported(&o));
            cr_expect(holds(told(&o), words(&w, rule_32[i].told)), "%s: %s", rule_32[i].why,
                      told(&o));
            outcome_free(&o);
        }
    }
}

Test(exchange, rule_32_fed_stands_once)
{
    static const exchange_row rows[] = {
        {"a user who has that name", "'sub':'fed:root'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_SUBJECT,
         "claim", "The claim sub begins with fed:", NULL},
        {"another gateway's subject", "'sub':'fed:','fed:iss':'x'", NULL, NULL, MY_EC, NULL,
         FNT_OAUTH_SUBJECT, "claim", "begins with fed:", NULL},
        {"fed without a colon is a name", "'sub':'federico'", NULL, NULL, MY_EC, NULL, FNT_OK, NULL,
         NULL, NULL},
    };
    RUN_ROWS(rows, NULL);
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(&w, api_token(&w, NULL, NULL));
        cr_expect_str_eq(minted(&o, "/claims/sub"), fill(&w, "fed:@sub"));
        outcome_free(&o);
    }
}

/* ---- 33: what an API token copies ---------------------------------------- */

Test(exchange, rule_33_an_api_token_copies_what_it_may)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = api_asked(&w, my_token(&w,
                                           "'email':'a@@x','groups':['g','h'],'kubernetes.io':{'"
                                           "namespace':'n'},'n':1.5,'q':'\\u0022\\\\','t':true",
                                           NULL));
        cr_expect_eq(o.status, FNT_OK, "%s", reported(&o));
        cr_expect_str_eq(answered(&o, "/scope"), "(none)", "no function scope was asked for");
        cr_expect_str_eq(minted(&o, "/claims/email"), "a@x");
        cr_expect_str_eq(minted(&o, "/claims/groups"), "[\"g\",\"h\"]");
        cr_expect_str_eq(minted(&o, "/claims/kubernetes.io/namespace"), "n");
        cr_expect_str_eq(minted(&o, "/claims/n"), "1.5");
        cr_expect_str_eq(minted(&o, "/claims/q"), "\"\\");
        cr_expect_str_eq(minted(&o, "/claims/t"), "true");
        cr_expect_str_eq(minted(&o, "/claims/client_id"), w.me->client);
        cr_expect_str_eq(minted(&o, "/claims/policy"), fill(&w, "['@space-policy']"));
        cr_expect_str_eq(minted(&o, "/claims/fed:iss"), w.me->iss);
        cr_expect_str_eq(minted(&o, "/claims/function"), "(none)");
        cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_REFUSED_API_TOKEN,
                     "an API token never calls a function");
        outcome_free(&o);
    }
}

/* A claim of the provider's, where it would stand, and what must stand there. without: the plain
 * spelling that it takes the place of. */
static const struct {
    const char *member, *without, *pointer, *must;
} rule_33[] = {
    {"'function':{'permissions':['*']}", NULL, "/claims/function", "(none)"},
    {"'\\u0066unction':{'permissions':['*']}", NULL, "/claims/function", "(none)"},
    {"'func\\u0074io\\u006e':{'permissions':['*']}", NULL, "/claims/function", "(none)"},
    {"'policy':['admin']", NULL, "/claims/policy", "['@space-policy']"},
    {"'polic\\u0079':['admin']", NULL, "/claims/policy", "['@space-policy']"},
    {"'fed:iss':'@oiss'", NULL, "/claims/fed:iss", "@iss"},
    {"'fe\\u0064:iss':'@oiss'", NULL, "/claims/fed:iss", "@iss"},
    {"'fed\\u003aiss':'@oiss'", NULL, "/claims/fed:iss", "@iss"},
    {"'fed:sub':'x'", NULL, "/claims/fed:sub", "(none)"},
    {"'fed:':'x'", NULL, "/claims/fed:", "(none)"},
    {"'nbf':@now-9", NULL, "/claims/nbf", "(none)"},
    {"'\\u006ebf':@now-9", NULL, "/claims/nbf", "(none)"},
    {"'exp':@now+200", NULL, "/claims/exp", "@now+43200"},
    {"'e\\u0078p':@now+200", "exp", "/claims/exp", "@now+43200"},
    {"'iat':@now-100", NULL, "/claims/iat", "@now"},
    {"'i\\u0061t':@now-100", "iat", "/claims/iat", "@now"},
    {"'aud':['@aud','dev']", NULL, "/claims/aud", "['@gw']"},
    {"'\\u0061ud':['@aud','dev']", "aud", "/claims/aud", "['@gw']"},
    {"'sub':'eve'", NULL, "/claims/sub", "fed:eve"},
    {"'s\\u0075b':'eve'", "sub", "/claims/sub", "fed:eve"},
    {"'is\\u0073':'@iss'", "iss", "/claims/iss", "@gw"},
};

Test(exchange, rule_33_no_claim_of_the_provider_becomes_one_of_ours)
{
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(rule_33); i++) {
            outcome o = api_asked(&w, my_token(&w, rule_33[i].member, rule_33[i].without));
            cr_expect_eq(o.status, FNT_OK, "%s: %s", rule_33[i].member, reported(&o));
            cr_expect_str_eq(minted(&o, rule_33[i].pointer), fill(&w, rule_33[i].must), "%s",
                             rule_33[i].member);
            cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_REFUSED_API_TOKEN, "%s",
                         rule_33[i].member);
            outcome_free(&o);
        }
    }
}

/* A reader that folds case, as Go's does and with it the incumbent's watchdogs, must not find them
 * either. */
static const char *const rule_33_folded[] = {
    "FUNCTION", "Function", "functioN",   "Policy",  "ISS",  "i\xc5\xbf\xc5\xbf",
    "Aud",      "SUB",      "\xc5\xbfub", "Exp",     "IAT",  "Nbf",
    "JTI",      "Act",      "Fed:Iss",    "FED:iss", "fEd:x"};

Test(exchange, rule_33_nor_in_another_case)
{
    char change[128], pointer[64];
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(rule_33_folded); i++) {
            snprintf(change, sizeof change, "'%s':{'permissions':['*']}", rule_33_folded[i]);
            snprintf(pointer, sizeof pointer, "/claims/%s", rule_33_folded[i]);
            outcome o = api_asked(&w, my_token(&w, change, NULL));
            cr_expect_eq(o.status, FNT_OK, "%s: %s", change, reported(&o));
            cr_expect_str_eq(minted(&o, pointer), "(none)", "%s", change);
            outcome_free(&o);
        }
        outcome o = api_asked(
            &w,
            my_token(&w, "'functions':'x','functio':'y','policies':'z','federation':'v'", NULL));
        cr_expect_str_eq(minted(&o, "/claims/functions"), "x", "what is only alike stays");
        cr_expect_str_eq(minted(&o, "/claims/functio"), "y");
        cr_expect_str_eq(minted(&o, "/claims/policies"), "z");
        cr_expect_str_eq(minted(&o, "/claims/federation"), "v");
        outcome_free(&o);
    }
}

Test(exchange, rule_33_jti_is_a_new_one)
{
    FOR_BOTH(w, NULL)
    {
        static const char *const members[] = {"'jti':'mine'", "'j\\u0074i':'mine'"};
        for (size_t i = 0; i < COUNT(members); i++) {
            outcome o = api_asked(&w, my_token(&w, members[i], NULL));
            cr_expect_eq(strlen(minted(&o, "/claims/jti")), 22, "%s", members[i]);
            outcome_free(&o);
        }
    }
}

Test(exchange, rule_33_a_function_token_copies_nothing)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(
            &w, my_token(&w, "'email':'a@@x','function':{'permissions':['*']},'policy':['admin']",
                         NULL));
        cr_expect_str_eq(minted(&o, "/claims/email"), "(none)");
        cr_expect_str_eq(minted(&o, "/claims/policy"), "(none)");
        cr_expect_str_eq(minted(&o, "/claims/function"),
                         fill(&w, "{'permissions':['@space:*','dev:env']}"));
        outcome_free(&o);
    }
}

/* ---- 35: an API token as the subject ------------------------------------- */

Test(exchange, rule_35_roles_are_not_asked_again_and_policies_are_as_now)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(&w, api_token(&w, "'client_id':'nobody-has-a-role-for'", NULL));
        cr_expect_str_eq(minted(&o, "/claims/function/permissions"),
                         fill(&w, "['@space:*','dev:env']"), "%s", reported(&o));
        outcome_free(&o);

        world_load(&w, "[" MY_ISSUER("") "," A_POLICY("@space-policy", "'now:*'", "") "," A_POLICY(
                           "more", "'more:*'", "") "," MY_ROLE "]");
        o = exchanged(&w, api_token(&w, NULL, NULL));
        cr_expect_str_eq(minted(&o, "/claims/function/permissions"), "[\"now:*\"]",
                         "as the policy is now");
        outcome_free(&o);
        o = exchanged(&w, api_token(&w, "'policy':['gone','more','@space-policy']", NULL));
        cr_expect_str_eq(minted(&o, "/claims/function/permissions"), "[\"more:*\",\"now:*\"]",
                         "those that are there");
        outcome_free(&o);
    }
}

static const struct {
    const char *why, *policy;
} rule_35_no_policy[] = {
    {"the policy is gone", "'policy':['gone']"},
    {"none is named", "'policy':[]"},
    {"a text is no list", "'policy':'@space-policy'"},
    {"a list with anything but names", "'policy':['@space-policy',1]"},
    {"null", "'policy':null"},
    {"the policy's name in another case", "'policy':['ALPHA-POLICY','BETA-POLICY']"},
};

Test(exchange, rule_35_without_policies_an_api_token_gets_nothing)
{
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(rule_35_no_policy); i++) {
            outcome o = exchanged(&w, api_token(&w, rule_35_no_policy[i].policy, NULL));
            cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE, "%s: %s", rule_35_no_policy[i].why,
                         reported(&o));
            cr_expect_str_eq(told(&o), fill(&w, "No policies found for subject: fed:@sub"), "%s",
                             rule_35_no_policy[i].why);
            outcome_free(&o);
        }
        outcome o = exchanged(&w, api_token(&w, "'policy':['gone']", NULL));
        cr_expect(holds(reported(&o),
                        "Closest: policy gone, which the token names, is not there (any more)"),
                  "%s", reported(&o));
        outcome_free(&o);
    }
}

#define CONDITIONED(clause)                                                                        \
    "[" MY_ISSUER("") "," OTHER_ISSUER "," A_POLICY("@space-policy", "'dev:env'",                  \
                                                    ",'condition':{" clause "}") "," MY_ROLE "]"

static const struct {
    const char *why, *rules;
    fnt_status status;
} rule_35_conditions[] = {
    {"jwt:iss reads fed:iss", CONDITIONED("'StringEqual':{'jwt:iss':['@iss']}"), FNT_OK},
    {"and not the gateway's", CONDITIONED("'StringEqual':{'jwt:iss':['@gw']}"), FNT_OAUTH_NO_ROLE},
    {"nor that of the other", CONDITIONED("'StringEqual':{'jwt:iss':['@oiss']}"),
     FNT_OAUTH_NO_ROLE},
    {"jwt:sub is without its prefix", CONDITIONED("'StringEqual':{'jwt:sub':['@sub']}"), FNT_OK},
    {"and not with it", CONDITIONED("'StringEqual':{'jwt:sub':['fed:@sub']}"), FNT_OAUTH_NO_ROLE},
    {"a copied claim", CONDITIONED("'StringEqual':{'jwt:email':['a@@x.example']}"), FNT_OK},
    {"one that is another", CONDITIONED("'StringEqual':{'jwt:email':['b@@x.example']}"),
     FNT_OAUTH_NO_ROLE},
    {"a copied list", CONDITIONED("'ForAnyValue:StringEqual':{'jwt:groups':['ops']}"), FNT_OK},
    {"a claim that is not there", CONDITIONED("'StringLike':{'jwt:phone':['*']}"),
     FNT_OAUTH_NO_ROLE},
    {"a pointer gets no further", CONDITIONED("'StringEqual':{'jwt:/iss':['@gw']}"),
     FNT_OAUTH_NO_ROLE},
};

Test(exchange, rule_35_statement_conditions_mean_the_user_at_the_provider)
{
    for (size_t i = 0; i < COUNT(rule_35_conditions); i++) {
        FOR_BOTH(w, rule_35_conditions[i].rules)
        {
            outcome o =
                exchanged(&w, api_token(&w, "'email':'a@@x.example','groups':['dev','ops']", NULL));
            cr_expect_eq(o.status, rule_35_conditions[i].status, "%s: %s",
                         rule_35_conditions[i].why, reported(&o));
            outcome_free(&o);
        }
    }
}

/* Through the whole: an API token that was issued here is exchanged here. */
Test(exchange, rule_35_an_issued_api_token_is_a_subject)
{
    FOR_BOTH(w, NULL)
    {
        outcome api = api_asked(&w, my_token(&w, NULL, NULL));
        outcome o = exchanged_to(&w, access_token(&api), "audience=dev:env");
        cr_expect_eq(o.status, FNT_OK, "%s", reported(&o));
        cr_expect_str_eq(minted(&o, "/claims/sub"), fill(&w, "fed:@sub"));
        cr_expect_str_eq(minted(&o, "/claims/fed:iss"), w.me->iss);
        cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_OK);
        cr_expect_eq(permitted(&w, &o, fill(&w, "@space:x"), NOW), FNT_DENIED_AUDIENCE);
        outcome_free(&o);

        o = api_asked(&w, access_token(&api));
        cr_expect_eq(o.status, FNT_OAUTH_REQUEST, "no API token from an API token");
        cr_expect(holds(told(&o), "ask for scope=function"), "%s", told(&o));
        outcome_free(&o);

        world_load(&w, "[" OTHER_ISSUER "," MY_POLICY "]");
        o = exchanged(&w, access_token(&api));
        cr_expect_eq(o.status, FNT_OAUTH_SUBJECT, "its JwtIssuer is gone");
        cr_expect(holds(told(&o), "no JwtIssuer has it any more"), "%s", told(&o));
        outcome_free(&o);
        outcome_free(&api);
    }
}

/* A token of the provider that looks like our own in all but its issuer is still only the
 * provider's. */
Test(exchange, rule_35_a_provider_cannot_name_policies)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(
            &w,
            my_token(&w, "'fed:iss':'@iss','policy':['@ospace-policy'],'client_id':'none'", NULL));
        cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE);
        cr_expect_str_eq(told(&o), fill(&w, "No policies found for subject: @sub"));
        outcome_free(&o);
    }
}
