/* SPDX-License-Identifier: MIT */
/* The token service as a whole: what its answers look like, who learns what, lifetimes, narrowing,
 * settings, replaced parts. */
#include "support/exchange_help.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "iam/exchange/response.h"

#define EXCHANGE FORM "&scope=function&subject_token=@token"

/* ---- 36: who learns what ------------------------------------------------- */

static const struct {
    const char *why, *header;
    holder by;
    const char *change, *without;
    fnt_status status;
} blind[] = {
    {"a bad signature", EC_HEADER, NOBODY, NULL, NULL, FNT_OAUTH_SUBJECT},
    {"an unknown issuer", EC_HEADER, MY_EC, "'iss':'https://nobody.example.com'", NULL,
     FNT_OAUTH_SUBJECT},
    {"an issuer but for a slash", EC_HEADER, MY_EC, "'iss':'@iss/'", NULL, FNT_OAUTH_SUBJECT},
    {"no issuer", EC_HEADER, MY_EC, NULL, "iss", FNT_OAUTH_SUBJECT},
    {"an unknown key", "{'alg':'ES256','typ':'JWT','kid':'k9'}", MY_EC, NULL, NULL,
     FNT_OAUTH_SUBJECT_KEY},
    {"no kid where two fit none", "{'alg':'PS512','typ':'JWT'}", MY_EC, NULL, NULL,
     FNT_OAUTH_SUBJECT_KEY},
    {"a key of the other's", EC_HEADER, OTHER_EC, NULL, NULL, FNT_OAUTH_SUBJECT},
    {"our own issuer, unknown key", "{'alg':'ES256','typ':'JWT','kid':'k1'}", MY_EC, "'iss':'@gw'",
     NULL, FNT_OAUTH_SUBJECT_KEY},
    {"typ of another purpose", "{'alg':'ES256','typ':'logout+jwt','kid':'k1'}", MY_EC, NULL, NULL,
     FNT_OAUTH_SUBJECT},
    {"typ a number", "{'alg':'ES256','typ':1,'kid':'k1'}", MY_EC, NULL, NULL, FNT_OAUTH_SUBJECT},
    {"alg none", "{'alg':'none','typ':'JWT','kid':'k1'}", MY_EC, NULL, NULL, FNT_OAUTH_SUBJECT},
    {"alg HS256", "{'alg':'HS256','typ':'JWT','kid':'k1'}", MY_EC, NULL, NULL, FNT_OAUTH_SUBJECT},
    {"alg unknown", "{'alg':'XX','typ':'JWT','kid':'k1'}", MY_EC, NULL, NULL, FNT_OAUTH_SUBJECT},
    {"another algorithm than the key's", "{'alg':'RS256','typ':'JWT','kid':'k1'}", MY_EC, NULL,
     NULL, FNT_OAUTH_SUBJECT},
    {"crit", "{'alg':'ES256','typ':'JWT','kid':'k1','crit':['b64']}", MY_EC, NULL, NULL,
     FNT_OAUTH_SUBJECT},
    {"a broken header", "{'alg':'ES256'", MY_EC, NULL, NULL, FNT_OAUTH_SUBJECT},
    {"a broken payload", EC_HEADER, MY_EC, "'x':", NULL, FNT_OAUTH_SUBJECT},
    {"a forged token, long dead", EC_HEADER, NOBODY, "'exp':1", NULL, FNT_OAUTH_SUBJECT},
    {"a forged token for another audience", EC_HEADER, NOBODY, "'aud':'x'", NULL,
     FNT_OAUTH_SUBJECT},
    {"a forged Function Token", EC_HEADER, NOBODY, "'iss':'@gw','function':{}", NULL,
     FNT_OAUTH_SUBJECT_KEY},
};

Test(sts, rule_36_before_the_signature_held_all_refusals_read_the_same)
{
    static const char same[] = "{\"error\":\"invalid_request\",\"error_description\":\"The subject "
                               "token is not accepted: its "
                               "issuer, its key or its "
                               "signature is not one that is trusted here.\"}";
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(blind); i++) {
            outcome o = exchanged(&w, token_by(&w, blind[i].by, blind[i].header,
                                               my_claims(blind[i].change, blind[i].without)));
            cr_expect_eq(o.status, blind[i].status, "%s: %s", blind[i].why, reported(&o));
            cr_expect_str_eq(o.body, same, "%s", blind[i].why);
            cr_expect(strlen(reported(&o)) > 30 && !holds(reported(&o), "trusted here"),
                      "%s: the operator learns more: %s", blind[i].why, reported(&o));
            outcome_free(&o);
        }
    }
}

Test(sts, rule_36_the_operator_learns_whose_keys_to_fetch)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(
            &w, token_by(&w, MY_EC, "{'alg':'ES256','kid':'rotated'}", my_claims(NULL, NULL)));
        cr_expect_eq(o.status, FNT_OAUTH_SUBJECT_KEY);
        cr_expect_str_eq(fnt_report_text(o.report, 0, FNT_FIELD_ISSUER, NULL), w.me->iss);
        cr_expect_str_eq(fnt_report_text(o.report, 0, FNT_FIELD_KEY_ID, NULL), "rotated");
        cr_expect_str_eq(precise(&o), "key-unknown");
        outcome_free(&o);
        MUST(fnt_sts_set_keyset(w.sts, FNT_STR(w.me->iss), NULL));
        o = exchanged(&w, my_token(&w, NULL, NULL));
        cr_expect_eq(o.status, FNT_OAUTH_SUBJECT_KEY, "keys not fetched yet");
        cr_expect_str_eq(fnt_report_text(o.report, 0, FNT_FIELD_ISSUER, NULL), w.me->iss);
        outcome_free(&o);
    }
}

/* An unknown key is fetched again; what the build lacks would be for ever. */
Test(sts, rules_6_40_nobody_fetches_what_the_build_lacks)
{
    static const char *const headers[] = {"{'alg':'EdDSA','kid':'448'}", "{'alg':'EdDSA'}",
                                          "{'alg':'ES256K','kid':'k1'}", "{'alg':'Ed448'}"};
    FOR_BOTH(w, NULL)
    {
        fnt_keyset *set = NULL;
        MUST(fnt_keyset_parse(
            FNT_STR("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"kid\":\"448\",\"x\":\"AA\"},"
                    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\","
                    "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
                    "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}"),
            0, &set, NULL));
        MUST(fnt_sts_set_keyset(w.sts, FNT_STR(w.me->iss), set));
        for (size_t i = 0; i < COUNT(headers); i++) {
            outcome o = exchanged(&w, token_by(&w, MY_EC, headers[i], my_claims(NULL, NULL)));
            cr_expect_eq(o.status, FNT_OAUTH_SUBJECT, "%s", headers[i]);
            cr_expect_str_eq(precise(&o), "algorithm", "%s", headers[i]);
            outcome_free(&o);
        }
        fnt_keyset_free(set);
    }
}

/* What clients can see themselves they are told, before anything is opened. */
static const struct {
    const char *token, *told;
} shapes[] = {
    {"{%22access_token%22:%22a.b.c%22,%22expires_in%22:300}",
     "This is JSON, not a token; if it is the whole answer of the "
     "token endpoint, send only its access_token."},
    {"ZGVhZGJlZWY", "This is an opaque token, not a JWT"},
    {"a.b.c.d.e", "an encrypted token (JWE, five parts)"},
    {"Bearer+a.b.c", "'Bearer ' stands before the token"},
    {"e30.e30.", "The token's signature is empty"},
};

Test(sts, rule_38_a_token_that_is_none_gets_a_hint)
{
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(shapes); i++) {
            outcome o = exchanged(&w, shapes[i].token);
            cr_expect_eq(o.status, FNT_OAUTH_SUBJECT, "%s", shapes[i].token);
            cr_expect(holds(told(&o), shapes[i].told), "%s: %s", shapes[i].token, told(&o));
            cr_expect(!holds(o.body, "a.b.c"), "never the token");
            outcome_free(&o);
        }
    }
}

/* ---- 36: no role --------------------------------------------------------- */

#define RULES(objects) "[" MY_ISSUER("") "," objects "]"

static const struct {
    const char *why, *rules, *told, *reported;
} no_role[] = {
    {"no role matches", NULL, "No policies found for subject: @sub",
     "No policies found for subject: @sub. Closest: role @space-role: jwt:client_id wants @client, "
     "is something else."},
    {"there is none", "[" MY_ISSUER("") "]", "No policies found for subject: @sub",
     "No policies found for subject: @sub. There is no Role at all."},
    {"its policy is not there",
     RULES(A_ROLE("r", "'gone'", "'condition':{'StringEqual':{'jwt:iss':['@iss']}}")),
     "No policies found for subject: @sub",
     "Closest: role r: policy gone is not there, it grants nothing."},
    {"its policy is in another "
     "namespace",
     "[" MY_ISSUER("") ",{'apiVersion':'iam.openfaas.com/"
                       "v1','kind':'Policy','metadata':{'name':'p','namespace':'x'},"
                       "'spec':{'statement':[{'sid':'1','action':['Function:Invoke'],'effect':'"
                       "Allow','resource':['*']}]}}," A_ROLE(
                           "r", "'p'", "'condition':{'StringEqual':{'jwt:iss':['@iss']}}") "]",
     "No policies found for subject: @sub", "policy p is not there"},
    {"a statement's condition does not hold",
     RULES(A_POLICY("p", "'*'", ",'condition':{'StringEqual':{'jwt:sub':['eve']}}") "," A_ROLE(
         "r", "'p'", "'condition':{'StringEqual':{'jwt:iss':['@iss']}}")),
     "The policies of subject @sub do not allow it to invoke any function.",
     "Closest: role r, policy p, statement 1: jwt:sub wants eve, is @sub."},
    {"no action invokes",
     "[" MY_ISSUER(
         "") ",{'apiVersion':'iam.openfaas.com/v1','kind':'Policy','metadata':{'name':'p'},"
             "'spec':{'statement':[{'sid':'read','action':['Function:List'],'effect':'Allow','"
             "resource':['*']}]}}," A_ROLE("r", "'p'",
                                           "'condition':{'StringEqual':{'jwt:iss':['@iss']}}") "]",
     "The policies of subject @sub do not allow it to invoke any function.",
     "Closest: role r, policy p, statement read allows no Function:Invoke."},
    {"two tests are in the way",
     RULES(MY_POLICY "," A_ROLE("r", "'@space-policy'",
                                "'condition':{'StringEqual':{'jwt:sub':['x'],'jwt:group':['y']}}")),
     "No policies found for subject: @sub",
     "Closest: role r: jwt:sub wants x, is @sub; jwt:group wants y; there is no such claim."},
};

Test(sts, rule_36_no_role_and_what_came_closest)
{
    for (size_t i = 0; i < COUNT(no_role); i++) {
        FOR_BOTH(w, no_role[i].rules)
        {
            outcome o = exchanged(&w, my_token(&w, "'client_id':'stranger'", NULL));
            cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE, "%s: %s", no_role[i].why, reported(&o));
            cr_expect_str_eq(told(&o), words(&w, no_role[i].told),
                             "%s: the client gets that and no more", no_role[i].why);
            cr_expect(holds(reported(&o), words(&w, no_role[i].reported)), "%s: %s", no_role[i].why,
                      reported(&o));
            cr_expect_str_eq(precise(&o), "no-role");
            outcome_free(&o);
        }
    }
}

/* ---- which token: that was judged, or issued ----------------------------- */

static const char *entry(const outcome *o, size_t index, int32_t field)
{
    const char *text = fnt_report_text(o->report, index, field, NULL);
    return text == NULL ? "(none)" : text;
}

/* The subject token's entry, or 0. */
static size_t subject_entry(const outcome *o)
{
    for (size_t i = 1; strcmp(entry(o, i, FNT_FIELD_KIND), "(none)") != 0; i++)
        if (strcmp(entry(o, i, FNT_FIELD_KIND), "subject") == 0)
            return i;
    return 0;
}

static void expect_token(const outcome *o, size_t index, const char *iss, const char *sub,
                         const char *jti, const char *kid)
{
    cr_expect_str_eq(entry(o, index, FNT_FIELD_ISSUER), iss);
    cr_expect_str_eq(entry(o, index, FNT_FIELD_SUBJECT), sub);
    cr_expect_str_eq(entry(o, index, FNT_FIELD_TOKEN_ID), jti);
    cr_expect_str_eq(entry(o, index, FNT_FIELD_KEY_ID), kid);
}

Test(sts, rule_27_the_report_names_the_token_that_was_issued_and_the_one_it_came_from)
{
    FOR_BOTH(w, NULL)
    {
        const char *kid = fnt_key_id(key_of_holder(&w, GATEWAY), NULL);
        outcome o = exchanged(&w, my_token(&w, "'jti':'theirs'", NULL));
        const char *ours = fill(&w, "fed:@sub");
        expect_token(&o, 0, ISSUER, ours, minted(&o, "/claims/jti"), kid);
        cr_assert_neq(subject_entry(&o), 0);
        expect_token(&o, subject_entry(&o), w.me->iss, w.me->sub, "theirs", "k1");
        outcome_free(&o);

        o = api_asked(&w, my_token(&w, "'jti':'theirs'", NULL));
        expect_token(&o, 0, ISSUER, ours, minted(&o, "/claims/jti"), kid);
        cr_expect_str_neq(minted(&o, "/claims/jti"), "theirs");
        outcome_free(&o);

        o = exchanged(&w, api_token(&w, "'jti':'api'", NULL));
        expect_token(&o, subject_entry(&o), ISSUER, ours, "api", kid);
        outcome_free(&o);
    }
}

Test(sts, rule_36_the_report_of_a_refusal_names_the_token_that_was_judged)
{
    FOR_BOTH(w, NULL)
    {
        const char *change = "'jti':'theirs','client_id':'stranger'";
        outcome o = exchanged(&w, my_token(&w, change, NULL));
        cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE);
        expect_token(&o, 0, w.me->iss, w.me->sub, "theirs", "k1");
        expect_token(&o, subject_entry(&o), w.me->iss, w.me->sub, "theirs", "k1");
        outcome_free(&o);

        o = exchanged(&w, my_token(&w, "'jti':'theirs'", "jti"));
        expect_token(&o, 0, ISSUER, fill(&w, "fed:@sub"), minted(&o, "/claims/jti"),
                     fnt_key_id(key_of_holder(&w, GATEWAY), NULL));
        outcome_free(&o);

        o = exchanged(&w, token_by(&w, NOBODY, EC_HEADER, my_claims(change, NULL)));
        cr_expect_eq(subject_entry(&o), 0, "a forged token has no subject");
        cr_expect_str_eq(entry(&o, 0, FNT_FIELD_SUBJECT), "(none)");
        cr_expect_str_eq(entry(&o, 0, FNT_FIELD_TOKEN_ID), "(none)");
        outcome_free(&o);
    }
}

Test(sts, rule_36_an_api_token_needs_a_policy_and_not_an_invoke)
{
    FOR_BOTH(w, no_role[5].rules)
    {
        outcome o = api_asked(&w, my_token(&w, NULL, NULL));
        cr_expect_eq(o.status, FNT_OK, "it is for other actions, too");
        cr_expect_str_eq(minted(&o, "/claims/policy"), "[\"p\"]");
        outcome_free(&o);
        world_load(&w, NULL);
        o = api_asked(&w, my_token(&w, "'client_id':'stranger'", NULL));
        cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE);
        cr_expect_str_eq(told(&o), fill(&w, "No policies found for subject: @sub"));
        outcome_free(&o);
    }
}

/* ---- 36: audiences lie inside the permissions ---------------------------- */

#define WIDE_RULES(resources)                                                                      \
    RULES(A_POLICY("p", resources,                                                                 \
                   "") "," A_ROLE("r", "'p'", "'condition':{'StringEqual':{'jwt:iss':['@iss']}}"))

static const struct {
    const char *permissions, *audience;
    fnt_status status;
    const char *why;
} targets[] = {
    {"'dev:env'", "dev:env", FNT_OK, "the same"},
    {"'dev:*'", "dev:env", FNT_OK, "inside a namespace"},
    {"'dev:*'", "dev:*", FNT_OK, "a pattern is inside itself"},
    {"'dev:*'", "dev:e*", FNT_OK, "a narrower pattern"},
    {"'*'", "*", FNT_OK, "everything"},
    {"'*'", "*:*", FNT_OK, "everything, spelled out"},
    {"'*'", "dev:env", FNT_OK, "one of everything"},
    {"'a*:b*'", "ab*:bc*", FNT_OK, "stars on both sides"},
    {"'x:y','dev:*'", "dev:env", FNT_OK, "the second permission"},
    {"'dev:env'", "dev:*", FNT_OAUTH_TARGET, "wider"},
    {"'dev:env'", "*", FNT_OAUTH_TARGET, "much wider"},
    {"'dev:*'", "*:env", FNT_OAUTH_TARGET, "neither wider nor narrower"},
    {"'dev:*'", "de*", FNT_OAUTH_TARGET, "it reaches dex:y"},
    {"'dev:*'", "dev*", FNT_OAUTH_TARGET, "it reaches dev2:y"},
    {"'dev:e*'", "dev:*e", FNT_OAUTH_TARGET, "dev:xe is not inside"},
    {"'dev:env'", "dev:environment", FNT_OAUTH_TARGET, "a longer name"},
    {"'dev:env'", "xdev:env", FNT_OAUTH_TARGET, "a longer namespace"},
    {"'dev:a*','dev:b*'", "dev:*", FNT_OAUTH_TARGET,
     "one permission must cover it, not two together"},
    {"'dev:env'", "prod:env", FNT_OAUTH_TARGET, "another namespace"},
    {"'*'", "env", FNT_OAUTH_TARGET, "no namespace"},
    {"'*'", "dev:", FNT_OAUTH_TARGET, "no name"},
    {"'*'", ":env", FNT_OAUTH_TARGET, "no namespace again"},
    {"'*'", "dev:env:x", FNT_OAUTH_TARGET, "a colon too many"},
    {"'*'", "*:*:*", FNT_OAUTH_TARGET, "patterns too"},
    {"'*'", "Dev:env", FNT_OAUTH_TARGET, "no resource has upper case"},
    {"'*'", "dev:env%20", FNT_OAUTH_TARGET, "a space"},
    {"'*'", "dev:env%0A", FNT_OAUTH_TARGET, "a line break"},
    {"'*'", "dev:%C3%A9", FNT_OAUTH_TARGET, "beyond ASCII"},
    {"'*'", "dev:env&audience=nowhere", FNT_OAUTH_TARGET, "one bad one spoils the whole request"},
    {"'dev:*'", "dev:env&audience=prod:env", FNT_OAUTH_TARGET, "the second is outside"},
    {"'dev:*'", "prod:env&audience=dev:env", FNT_OAUTH_TARGET, "the first is outside"},
    {"'dev:*','prod:*'", "dev:env&audience=prod:env", FNT_OK, "both inside"},
};

Test(sts, rule_36_an_audience_lies_inside_one_permission)
{
    char rules[4096], parameter[256];
    for (size_t i = 0; i < COUNT(targets); i++) {
        snprintf(rules, sizeof rules, WIDE_RULES("%s"), targets[i].permissions);
        snprintf(parameter, sizeof parameter, "audience=%s", targets[i].audience);
        FOR_BOTH(w, rules)
        {
            outcome o = exchanged_to(&w, my_token(&w, NULL, NULL), parameter);
            cr_expect_eq(o.status, targets[i].status, "[%s] for %s: %s (%s)",
                         targets[i].permissions, targets[i].audience, targets[i].why, reported(&o));
            cr_expect(
                o.status == FNT_OK ||
                    holds(o.body,
                          "{\"error\":\"invalid_target\",\"error_description\":\"The audience "),
                "%s", o.body);
            outcome_free(&o);
        }
    }
}

Test(sts, rule_36_the_refusal_names_the_audience)
{
    FOR_BOTH(w, NULL)
    {
        outcome o =
            exchanged_to(&w, my_token(&w, NULL, NULL), "audience=dev:env&audience=@ospace:secret");
        cr_expect_eq(o.status, FNT_OAUTH_TARGET);
        cr_expect_str_eq(
            told(&o),
            fill(&w, "The audience @ospace:secret lies outside the permissions of the subject."));
        outcome_free(&o);
    }
}

Test(sts, rule_42_an_audience_that_no_function_has_is_not_compared)
{
    char parameter[200] = "audience=dev:";
    memset(parameter + 13, 'a', 124);
    FOR_BOTH(w, WIDE_RULES("'*'"))
    {
        outcome o = exchanged_to(&w, my_token(&w, NULL, NULL), parameter);
        cr_expect_eq(o.status, FNT_OAUTH_TARGET);
        cr_expect_str_eq(told(&o),
                         "The audience of length 128 is longer than any function's name.");
        outcome_free(&o);
    }
}

Test(sts, rule_19_an_audience_that_no_verifier_reads)
{
    char parameter[1200] = "audience=";
    memset(parameter + 9, '*', 1025);
    FOR_BOTH(w, WIDE_RULES("'*'"))
    {
        outcome o = exchanged_to(&w, my_token(&w, NULL, NULL), parameter);
        cr_expect_eq(o.status, FNT_OAUTH_TARGET, "1025 bytes");
        outcome_free(&o);
        parameter[9 + 1024] = '\0';
        o = exchanged_to(&w, my_token(&w, NULL, NULL), parameter);
        cr_expect_eq(o.status, FNT_OK, "1024 bytes");
        cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_OK);
        outcome_free(&o);
        parameter[9 + 1024] = '*';
    }
}

/* ---- the token that is issued -------------------------------------------- */

Test(sts, rule_27_a_function_token_as_it_must_be)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged_to(&w, my_token(&w, NULL, NULL),
                                 "audience=dev:env&audience=@space:*"),
                again = exchanged(&w, my_token(&w, NULL, NULL));
        cr_assert_eq(o.status, FNT_OK);
        cr_expect_str_eq(minted(&o, "/header/alg"), "ES256");
        cr_expect_str_eq(minted(&o, "/header/typ"), "JWT");
        cr_expect_str_eq(minted(&o, "/header/kid"), fnt_key_id(key_of_holder(&w, GATEWAY), NULL));
        cr_expect_str_eq(minted(&o, "/claims/iss"), ISSUER);
        cr_expect_str_eq(minted(&o, "/claims/aud"), "[\"" ISSUER "\"]");
        cr_expect_str_eq(minted(&o, "/claims/sub"), fill(&w, "fed:@sub"));
        cr_expect_str_eq(minted(&o, "/claims/fed:iss"), w.me->iss);
        cr_expect_str_eq(minted(&o, "/claims/iat"), "1715848921");
        cr_expect_str_eq(minted(&o, "/claims/function/permissions"),
                         fill(&w, "['@space:*','dev:env']"));
        cr_expect_str_eq(minted(&o, "/claims/function/audience"),
                         fill(&w, "['dev:env','@space:*']"));
        cr_expect_str_eq(minted(&again, "/claims/function/audience"), "(none)",
                         "no audience was asked for");
        cr_expect_str_eq(minted(&o, "/claims/policy"), "(none)");
        cr_expect_eq(strlen(minted(&o, "/claims/jti")), 22, "128 bits in base64url");
        cr_expect_str_neq(minted(&o, "/claims/jti"), minted(&again, "/claims/jti"),
                          "a new one each time");
        cr_expect_str_eq(answered(&o, "/scope"), "function");
        cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_OK);
        cr_expect_eq(permitted(&w, &o, "dev:other", NOW), FNT_DENIED_PERMISSION);
        outcome_free(&o);
        outcome_free(&again);
    }
}

Test(sts, rule_38_the_answer_to_the_byte)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged(&w, my_token(&w, NULL, NULL)),
                api = api_asked(&w, my_token(&w, NULL, NULL));
        const char *head = joined("{\"access_token\":\"", access_token(&o));
        const char *tail = "\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_"
                           "token\",\"token_type\":\"Bearer\",\"expires_in\":43200";
        cr_expect_str_eq(o.body, joined(joined(head, tail), ",\"scope\":\"function\"}"));
        cr_expect_str_eq(
            api.body,
            joined(joined(joined("{\"access_token\":\"", access_token(&api)), tail), "}"));
        outcome_free(&o);
        outcome_free(&api);
    }
}

/* ---- 37: lifetimes ------------------------------------------------------- */

static const struct {
    const char *expiry; /* of the JwtIssuer; NULL: it has none */
    int64_t max;        /* FNT_OPT_MAX_TTL; 0: the default */
    bool cap;
    const char *exp; /* of the subject token */
    int64_t lives;
    const char *why;
} lifetimes[] = {
    {NULL, 0, false, "@now+300", HALF_DAY, "no tokenExpiry: 12 hours"},
    {"1h", 0, false, "@now+300", HOUR, "tokenExpiry"},
    {"30s", 0, false, "@now+300", 30, "a short one"},
    {"1h30m", 0, false, "@now+300", 5400, "Go's way to write it"},
    {"24h", 0, false, "@now+300", HALF_DAY, "never beyond the maximum, 12 hours by default"},
    {"24h", 86400, false, "@now+300", 86400, "a higher maximum"},
    {"24h", 60, false, "@now+300", 60, "a lower one"},
    {NULL, 60, false, "@now+300", 60, "it holds for the default too"},
    {"1h", 0, true, "@now+300", 300, "never beyond the subject token, where that is asked for"},
    {"1h", 0, true, "@now+7200", HOUR, "which makes no token live longer"},
    {"1h", 0, true, "@now+1", 1, "a second is a second"},
    {"1h", 0, true, "@now+1.9", 1, "and no more"},
};

static void check_lifetime(const world *w, size_t row)
{
    char change[64], number[32];
    snprintf(change, sizeof change, "'exp':%s", lifetimes[row].exp);
    outcome o = exchanged(w, my_token(w, change, NULL));
    snprintf(number, sizeof number, "%ld", (long)lifetimes[row].lives);
    cr_expect_eq(o.status, FNT_OK, "%s: %s", lifetimes[row].why, reported(&o));
    cr_expect_str_eq(answered(&o, "/expires_in"), number, "%s", lifetimes[row].why);
    snprintf(number, sizeof number, "%ld", (long)(NOW + lifetimes[row].lives));
    cr_expect_str_eq(minted(&o, "/claims/exp"), number, "%s", lifetimes[row].why);
    cr_expect_eq(permitted(w, &o, "dev:env", NOW + lifetimes[row].lives), FNT_OK, "%s",
                 lifetimes[row].why);
    cr_expect_eq(permitted(w, &o, "dev:env", NOW + lifetimes[row].lives + 1), FNT_REFUSED_EXPIRED,
                 "%s", lifetimes[row].why);
    outcome_free(&o);
}

Test(sts, rule_37_lifetimes)
{
    char rules[4096], expiry[64];
    for (size_t i = 0; i < COUNT(lifetimes); i++) {
        snprintf(expiry, sizeof expiry, lifetimes[i].expiry == NULL ? "%s" : ",'tokenExpiry':'%s'",
                 lifetimes[i].expiry == NULL ? "" : lifetimes[i].expiry);
        snprintf(rules, sizeof rules,
                 "[%s" MY_ISSUER("%s") "," OTHER_ISSUER "," MY_POLICY "," MY_ROLE "]", "", expiry);
        FOR_BOTH(w, rules)
        {
            if (lifetimes[i].max != 0)
                MUST(fnt_sts_set(w.sts, FNT_OPT_MAX_TTL, lifetimes[i].max));
            MUST(fnt_sts_set(w.sts, FNT_OPT_CAP_AT_SUBJECT, lifetimes[i].cap));
            check_lifetime(&w, i);
        }
    }
}

static const struct {
    const char *change;
    bool cap;
    const char *lives; /* NULL: refused */
    const char *why;
} own_lifetimes[] = {
    {"'exp':@now+600", false, "600",
     "never beyond the API token, or tokens would renew themselves"},
    {"'exp':@now+999999", false, "43200", "the JwtIssuer of fed:iss gives the lifetime"},
    {"'exp':@now+600.5", true, "600", "a fraction rounds down"},
    {"'exp':@now+1", false, "1", "the last second"},
    {"'exp':@now", false, NULL, "leeway makes it no subject: nothing would be left"},
    {"'exp':@now-1", false, NULL, "dead"},
};

Test(sts, rule_35_nothing_outlives_the_api_token_it_comes_from)
{
    for (size_t i = 0; i < COUNT(own_lifetimes); i++) {
        FOR_BOTH(w, NULL)
        {
            MUST(fnt_sts_set(w.sts, FNT_OPT_CAP_AT_SUBJECT, own_lifetimes[i].cap));
            outcome o = exchanged(&w, api_token(&w, own_lifetimes[i].change, NULL));
            cr_expect_eq(o.status, own_lifetimes[i].lives != NULL ? FNT_OK : FNT_OAUTH_SUBJECT,
                         "%s: %s", own_lifetimes[i].why, reported(&o));
            cr_expect_str_eq(answered(&o, "/expires_in"),
                             own_lifetimes[i].lives != NULL ? own_lifetimes[i].lives : "(none)",
                             "%s", own_lifetimes[i].why);
            cr_expect_str_eq(precise(&o), own_lifetimes[i].lives != NULL ? "ok" : "expired", "%s",
                             own_lifetimes[i].why);
            outcome_free(&o);
        }
    }
}

Test(sts, rule_37_a_capped_token_that_would_be_dead)
{
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_CAP_AT_SUBJECT, 1));
        outcome o = exchanged(&w, my_token(&w, "'exp':@now", NULL));
        cr_expect_eq(o.status, FNT_OAUTH_SUBJECT, "within leeway, and nothing is left of it");
        cr_expect_str_eq(told(&o), "The subject token expires now: get a new one.");
        outcome_free(&o);
    }
}

/* ---- narrowing a Function Token ------------------------------------------ */

static const struct {
    const char *change, *more;
    fnt_status status;
    const char *told, *why;
} narrowings[] = {
    {NULL, "audience=dev:env", FNT_OK, "", "one of its permissions"},
    {NULL, "audience=@space:figlet&audience=dev:env", FNT_OK, "", "two"},
    {NULL, "audience=@space:*", FNT_OK, "", "a pattern"},
    {NULL, "", FNT_OAUTH_REQUEST, "can only be exchanged for a narrower one: name an audience",
     "an audience is required"},
    {NULL, "audience=*", FNT_OAUTH_TARGET, "lies outside the permissions", "wider"},
    {NULL, "audience=dev:other", FNT_OAUTH_TARGET, "lies outside the permissions", "another"},
    {"'function':{'permissions':['dev:*'],'audience':['dev:env']}", "audience=dev:env", FNT_OK, "",
     "inside both"},
    {"'function':{'permissions':['dev:*'],'audience':['dev:env']}", "audience=dev:other",
     FNT_OAUTH_TARGET, "lies outside the audience of the subject token",
     "inside the permissions, outside the audience"},
    {"'function':{'permissions':['dev:*'],'audience':['dev:env']}", "audience=dev:*",
     FNT_OAUTH_TARGET, "lies outside the audience of the subject token", "wider than the audience"},
    {"'function':{'permissions':['dev:*'],'audience':['*']}", "audience=prod:x", FNT_OAUTH_TARGET,
     "lies outside the permissions", "outside the permissions"},
    {"'function':{'permissions':['dev:*'],'audience':[]}", "audience=dev:env", FNT_OK, "",
     "an empty audience restricts nothing"},
    {"'function':{'permissions':[],'audience':['*']}", "audience=dev:env", FNT_OAUTH_NO_ROLE,
     "No policies found", "no permissions"},
    {"'function':{'permissions':['dev:*'],'audience':'dev:env'}", "audience=dev:other",
     FNT_OAUTH_SUBJECT, "must be arrays of strings",
     "a text is no audience, and so no permission either"},
    {"'function':{'permissions':['dev:*'],'audience':null}", "audience=dev:other",
     FNT_OAUTH_SUBJECT, "must be arrays of strings", "null"},
    {"'function':{'permissions':['dev:*'],'audience':['dev:env',1]}", "audience=dev:env",
     FNT_OAUTH_SUBJECT, "must be arrays of strings", "a number in it"},
    {"'function':{'permissions':'*'}", "audience=dev:env", FNT_OAUTH_SUBJECT,
     "must be arrays of strings", "permissions a text"},
    {"'function':{'permissions':['*',null]}", "audience=dev:env", FNT_OAUTH_SUBJECT,
     "must be arrays of strings", "null in it"},
    {"'function':{}", "audience=dev:env", FNT_OAUTH_SUBJECT, "must be arrays of strings",
     "no permissions"},
    {"'function':['*']", "audience=dev:env", FNT_OAUTH_SUBJECT, "must be arrays of strings",
     "a list"},
    {"'function':null", "audience=dev:env", FNT_OAUTH_SUBJECT, "must be arrays of strings", "null"},
    {"'exp':@now-9", "audience=dev:env", FNT_OAUTH_SUBJECT, "expired 9 s ago", "dead"},
    {"'function':{'permissions':['d\\u0065v:env']}", "audience=dev:env", FNT_OK, "",
     "as it reads, not as it is written"},
};

Test(sts, rule_32_narrowing_is_off_by_default)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = exchanged_to(&w, function_token(&w, NULL, NULL), "audience=dev:env");
        cr_expect_eq(o.status, FNT_OAUTH_SUBJECT);
        cr_expect_str_eq(told(&o), "The subject token is a Function Token; send the identity "
                                   "provider's token, or an API token.");
        outcome_free(&o);
    }
}

Test(sts, rule_20_narrowing_never_widens)
{
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_NARROWING, 1));
        for (size_t i = 0; i < COUNT(narrowings); i++) {
            outcome o = exchanged_to(&w, function_token(&w, narrowings[i].change, NULL),
                                     narrowings[i].more);
            cr_expect_eq(o.status, narrowings[i].status, "%s: %s", narrowings[i].why, reported(&o));
            cr_expect(holds(told(&o), narrowings[i].told), "%s: %s", narrowings[i].why, told(&o));
            outcome_free(&o);
        }
    }
}

Test(sts, rule_20_a_narrowed_token)
{
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_NARROWING, 1));
        outcome o = exchanged_to(&w, function_token(&w, NULL, NULL), "audience=dev:env");
        cr_expect_str_eq(answered(&o, "/expires_in"), "600", "never longer than its subject");
        cr_expect_str_eq(minted(&o, "/claims/sub"), fill(&w, "fed:@sub"));
        cr_expect_str_eq(minted(&o, "/claims/fed:iss"), w.me->iss);
        cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_OK);
        cr_expect_eq(permitted(&w, &o, fill(&w, "@space:x"), NOW), FNT_DENIED_AUDIENCE,
                     "the permission stays, the audience shuts it out");

        outcome wider = exchanged_to(&w, access_token(&o), "audience=@space:x");
        cr_expect_eq(wider.status, FNT_OAUTH_TARGET, "what was narrowed once stays narrow");
        outcome_free(&wider);
        wider = api_asked(&w, access_token(&o));
        cr_expect_eq(wider.status, FNT_OAUTH_REQUEST,
                     "a Function Token never becomes an API token");
        outcome_free(&wider);
        outcome_free(&o);
    }
}

/* ---- what does not fit --------------------------------------------------- */

static char *many(const char *item, size_t count)
{
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? "," : "", to);
        fprintf(to, item, (unsigned)i);
    }
    fclose(to);
    return text;
}

static outcome with_permissions(world *w, const char *item, size_t count)
{
    char *list = many(item, count), *rules = malloc(strlen(list) + 2048);
    sprintf(rules, WIDE_RULES("%s"), list);
    world_load(w, rules);
    free(list);
    free(rules);
    return exchanged(w, my_token(w, NULL, NULL));
}

Test(sts, rule_45_permissions_that_fit_no_token)
{
    FOR_BOTH(w, NULL)
    {
        outcome o = with_permissions(&w, "'openfaas-fn:name-%04u'", 400);
        cr_expect_eq(o.status, FNT_OK);
        cr_expect_eq(permitted(&w, &o, "openfaas-fn:name-0399", NOW), FNT_OK);
        outcome_free(&o);
        o = with_permissions(&w, "'openfaas-fn:name-%04u'", 600);
        cr_expect_eq(o.status, FNT_OAUTH_REQUEST);
        cr_expect_str_eq(told(&o), "The permissions do not fit a token that verifiers accept: give "
                                   "the subject fewer policies, "
                                   "or wider patterns.");
        outcome_free(&o);
    }
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_MAX_BYTES, 1 << 20));
        outcome o = with_permissions(&w, "'d:n%u'", 4096);
        cr_expect_eq(o.status, FNT_OK, "%s", reported(&o));
        outcome_free(&o);
        o = with_permissions(&w, "'d:n%u'", 4097);
        cr_expect_eq(o.status, FNT_OAUTH_REQUEST, "rule 19: more than a verifier takes");
        outcome_free(&o);
    }
}

/* Groups of the caller's choice, and Roles that ask for each: refused, whoever reads the report. */
Test(sts, rule_42_an_exchange_has_a_price_limit)
{
    char *groups = many("'g%04u'", 600), *claims = malloc(strlen(groups) + 20);
    char *likes = many("'*a*b%u*'", 900), *rules = malloc(strlen(likes) + 2000);
    sprintf(claims, "'groups':[%s]", groups);
    sprintf(rules,
            "[" SYSTEM_ISSUER "," MY_ISSUER("") "," OTHER_ISSUER "," MY_POLICY "," A_ROLE(
                "r", "'@space-policy'",
                "'condition':{'ForAnyValue:StringLike':{'jwt:groups':[%s]}}") "]",
            likes);
    FOR_BOTH(w, rules)
    {
        outcome o = exchanged(&w, my_token(&w, claims, NULL));
        cr_expect_eq(o.status, FNT_OAUTH_REQUEST, "%s", fnt_status_name(o.status));
        cr_expect(holds(told(&o), "take more comparisons with the Roles and Policies"), "%s",
                  told(&o));
        outcome_free(&o);
        o = exchanged(&w, my_token(&w, "'groups':['g']", NULL));
        cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE, "%s", fnt_status_name(o.status));
        outcome_free(&o);
    }
    free(groups);
    free(claims);
    free(likes);
    free(rules);
}

/* Of the limit on names an API token keeps some for its own, so that it can be exchanged. */
Test(sts, rule_45_claims_that_fit_no_api_token)
{
    static const struct {
        unsigned names;
        int64_t bytes;
        const char *refused;
    } tokens[] = {
        {300, 0, NULL},
        {400, 0, "more claims than an exchange reads and copies"},
        {390, 32768, NULL},
        {405, 32768, "do not fit a token that verifiers accept"},
    };
    for (size_t i = 0; i < COUNT(tokens); i++) {
        char *names = many("'n%04u':0", tokens[i].names);
        FOR_BOTH(w, NULL)
        {
            if (tokens[i].bytes > 0)
                MUST(fnt_sts_set(w.sts, FNT_OPT_MAX_BYTES, tokens[i].bytes));
            outcome o = api_asked(&w, my_token(&w, names, NULL));
            cr_expect_eq(o.status, tokens[i].refused == NULL ? FNT_OK : FNT_OAUTH_REQUEST, "%u: %s",
                         tokens[i].names, reported(&o));
            if (tokens[i].refused == NULL)
                cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_REFUSED_API_TOKEN,
                             "it can be read");
            else
                cr_expect(holds(told(&o), tokens[i].refused), "%s", told(&o));
            outcome_free(&o);
        }
        free(names);
    }
}

/* What large organizations have costs no more than is allowed. */
Test(sts, rule_42_many_roles_and_groups_are_no_flood)
{
    char *groups = many("'group-%04u'", 200), *claims = malloc(strlen(groups) + 20);
    char *roles = many(A_ROLE("r%1$u", "'@space-policy'",
                              "'condition':{'ForAnyValue:StringEqual':{'jwt:groups':["
                              "'group-%1$04u']}}"),
                       5000);
    char *rules = malloc(strlen(roles) + 2000);
    sprintf(claims, "'groups':[%s]", groups);
    sprintf(rules, "[" SYSTEM_ISSUER "," MY_ISSUER("") "," OTHER_ISSUER "," MY_POLICY ",%s]",
            roles);
    FOR_BOTH(w, rules)
    {
        outcome o = exchanged(&w, my_token(&w, claims, NULL));
        cr_expect_eq(o.status, FNT_OK, "%s", reported(&o));
        outcome_free(&o);
        o = exchanged(&w, my_token(&w, "'groups':['group-9999']", NULL));
        cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE, "%s", reported(&o));
        outcome_free(&o);
    }
    free(groups);
    free(claims);
    free(roles);
    free(rules);
}

Test(sts, rule_42_an_audience_of_many_permissions_is_no_flood)
{
    char *list = many("'a:%u'", 900), *rules = malloc(strlen(list) + 2048);
    sprintf(rules, WIDE_RULES("%s"), list);
    FOR_BOTH(w, rules)
    {
        outcome o = exchanged_to(&w, my_token(&w, NULL, NULL), "audience=a:899");
        cr_expect_eq(o.status, FNT_OK, "%s", reported(&o));
        outcome_free(&o);
        o = exchanged_to(&w, my_token(&w, NULL, NULL), "audience=a:900");
        cr_expect_eq(o.status, FNT_OAUTH_TARGET, "%s", reported(&o));
        outcome_free(&o);
    }
    free(list);
    free(rules);
}

Test(sts, rule_42_a_subject_token_has_few_names_and_values)
{
    char *names = many("'n%04u':0", 417), *values = many("%u", 2049), *array = malloc(20000);
    sprintf(array, "'x':[%s]", values);
    const char *const claims[] = {names, array};
    FOR_BOTH(w, NULL)
    for (size_t i = 0; i < COUNT(claims); i++) {
        outcome o = exchanged(&w, my_token(&w, claims[i], NULL));
        cr_expect_eq(o.status, FNT_OAUTH_SUBJECT, "%s", fnt_status_name(o.status));
        cr_expect(holds(reported(&o), "more than 416 names or 2048 values"), "%s", reported(&o));
        outcome_free(&o);
    }
    free(names);
    free(values);
    free(array);
}

/* ---- rules 26, 38: what a subject may hold -------------------------------- */

static const char *const odd_subjects[] = {
    "\\\"",
    "\\\\",
    "\\n",
    "\\r\\n",
    "\\t",
    "\\u0001",
    "\\u007f",
    "\\u202e",
    "\\u2028",
    "\xc3\xa9",
    "\xf0\x9f\x98\x80",
    "\\ud83d\\ude00",
    "%",
    "%s%n",
    "<b>",
    "\\u200b",
    "\\ufeff",
    "a\\\"b\\\\c\\nd\\u0007e",
    "\",\"error\":\"x",
    "~",
    " ",
    "&",
    "\\u0027",
    "}",
};

Test(sts, rule_38_a_description_holds_only_what_the_RFC_allows)
{
    char change[128];
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(odd_subjects); i++) {
            bool quote = strchr(odd_subjects[i], '"') != NULL && odd_subjects[i][0] == '"';
            snprintf(change, sizeof change, "'sub':'x%sy','client_id':'none'",
                     quote ? "z" : odd_subjects[i]);
            /* post looks at the alphabet */
            outcome o = exchanged(&w, my_token(&w, change, NULL));
            cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE, "%s: %s", change, reported(&o));
            for (const char *c = reported(&o); *c != '\0'; c++)
                cr_expect((unsigned char)*c >= ' ' && *c != 0x7f, "the report, too: %s", change);
            outcome_free(&o);
            snprintf(change, sizeof change, "'sub':'x%sy'", quote ? "z" : odd_subjects[i]);
            o = exchanged(&w, my_token(&w, change, NULL));
            cr_expect_eq(o.status, FNT_OK, "%s", change);
            cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_OK, "and the token is a token: %s",
                         change);
            outcome_free(&o);
        }
    }
}

Test(sts, rule_38_every_byte_of_a_description)
{
    char all[256], *body = NULL;
    size_t len = 0;
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    cr_expect_eq(response_error(FNT_OAUTH_REQUEST, (span){all, sizeof all}, &body, &len),
                 FNT_OAUTH_REQUEST);
    const char *said = strstr(body, "description\":\"") + strlen("description\":\"");
    for (int i = 0; i < 256; i++) {
        bool allowed =
            i == 0x20 || i == 0x21 || (i >= 0x23 && i <= 0x5b) || (i >= 0x5d && i <= 0x7e);
        cr_expect_eq(said[i],
                     i == '"'    ? '\''
                     : i == '\\' ? '/'
                     : allowed   ? (char)i
                                 : '?',
                     "byte %d", i);
    }
    cr_expect_str_eq(said + 256, "\"}");
    memory_free(body);
    cr_expect_eq(response_error(FNT_OAUTH_TARGET, SPAN_NONE, &body, &len), FNT_OAUTH_TARGET);
    cr_expect_str_eq(body,
                     "{\"error\":\"invalid_target\",\"error_description\":\"An audience lies "
                     "outside the permissions.\"}",
                     "never empty");
    memory_free(body);
}

/* ---- settings and parts that are replaced -------------------------------- */

Test(sts, a_fault_has_no_body)
{
    fnt_sts *sts = NULL;
    char *body = (char *)"left over";
    size_t len = 9;
    MUST(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_ES256), &sts));
    cr_expect_eq(fnt_sts_exchange(sts, FNT_STR("x=y"), NOW, &body, &len, NULL),
                 FNT_FAULT_NOT_READY);
    cr_expect(body == NULL && len == 0);
    cr_expect_eq(fnt_status_http(FNT_FAULT_NOT_READY), 503);
    static const struct {
        int64_t now;
        const char *why;
    } times[] = {{0, "forgotten"},
                 {-1, "before 1970"},
                 {INT64_C(1715848921000), "milliseconds"},
                 {INT64_MAX, "the end"},
                 {INT64_MIN, "the begin"}};
    for (size_t i = 0; i < COUNT(times); i++) {
        body = (char *)"left over";
        cr_expect_eq(fnt_sts_exchange(sts, FNT_STR("x=y"), times[i].now, &body, &len, NULL),
                     FNT_FAULT_ARGUMENT, "%s", times[i].why);
        cr_expect_null(body);
    }
    cr_expect_eq(fnt_sts_exchange(NULL, FNT_STR("x=y"), NOW, &body, &len, NULL),
                 FNT_FAULT_ARGUMENT);
    cr_expect_eq(fnt_sts_exchange(sts, NULL, 3, NOW, &body, &len, NULL), FNT_FAULT_ARGUMENT);
    cr_expect_eq(fnt_sts_exchange(sts, FNT_STR("x=y"), NOW, NULL, &len, NULL), FNT_FAULT_ARGUMENT);
    cr_expect_eq(fnt_sts_exchange(sts, FNT_STR("x=y"), NOW, &body, NULL, NULL), FNT_FAULT_ARGUMENT);
    fnt_sts_free(sts);
}

Test(sts, a_service_is_made_of_a_name_and_an_ES256_key)
{
    fnt_sts *sts = NULL;
    cr_expect_eq(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_ES384), &sts), FNT_FAULT_KEY);
    cr_expect_eq(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_RS256), &sts), FNT_FAULT_KEY);
    cr_expect_eq(fnt_sts_new(FNT_STR(ISSUER), NULL, &sts), FNT_FAULT_ARGUMENT);
    cr_expect_eq(fnt_sts_new(NULL, 0, signer_key(BY_ES256), &sts), FNT_FAULT_ARGUMENT);
    cr_expect_null(sts);
    MUST(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_ES256), &sts));
    cr_expect_eq(fnt_sts_set_key(sts, signer_key(BY_RS256)), FNT_FAULT_KEY);
    cr_expect_eq(fnt_sts_set_key(sts, NULL), FNT_FAULT_ARGUMENT);
    cr_expect_eq(fnt_sts_set_iam(sts, NULL), FNT_FAULT_ARGUMENT);
    cr_expect_eq(fnt_sts_set_keyset(sts, NULL, 0, NULL), FNT_FAULT_ARGUMENT);
    cr_expect_eq(fnt_sts_set_keyset(sts, FNT_STR("x"), NULL), FNT_OK, "nothing to remove");
    fnt_sts_free(sts);
    fnt_sts_free(NULL);
}

static const struct {
    int32_t option;
    int64_t value;
    fnt_status status;
} options[] = {
    {FNT_OPT_LEEWAY, 300, FNT_OK},
    {FNT_OPT_LEEWAY, 301, FNT_FAULT_ARGUMENT},
    {FNT_OPT_LEEWAY, -1, FNT_FAULT_ARGUMENT},
    {FNT_OPT_MAX_TTL, 1, FNT_OK},
    {FNT_OPT_MAX_TTL, 0, FNT_FAULT_ARGUMENT},
    {FNT_OPT_MAX_TTL, 31536001, FNT_FAULT_ARGUMENT},
    {FNT_OPT_CAP_AT_SUBJECT, 1, FNT_OK},
    {FNT_OPT_CAP_AT_SUBJECT, 2, FNT_FAULT_ARGUMENT},
    {FNT_OPT_NARROWING, 1, FNT_OK},
    {FNT_OPT_NARROWING, 2, FNT_FAULT_ARGUMENT},
    {FNT_OPT_MAX_BYTES, 0, FNT_FAULT_ARGUMENT},
    {FNT_OPT_MAX_HEADER_BYTES, 64, FNT_OK},
    {FNT_OPT_MAX_HEADER_BYTES, 63, FNT_FAULT_ARGUMENT},
    {FNT_OPT_MAX_HEADER_BYTES, 1048576, FNT_OK},
    {FNT_OPT_MAX_HEADER_NAMES, 1000, FNT_OK},
    {FNT_OPT_MAX_HEADER_NAMES, 1001, FNT_FAULT_ARGUMENT},
    {FNT_OPT_ALGORITHMS, 0, FNT_FAULT_ARGUMENT},
    {FNT_OPT_ANY_KIND, 1, FNT_FAULT_UNSUPPORTED},
    {FNT_OPT_CACHE_ENTRIES, 1, FNT_FAULT_UNSUPPORTED},
    {0, 1, FNT_FAULT_UNSUPPORTED},
    {FNT_OPT_MAX_AGE, 31536000, FNT_OK},
    {FNT_OPT_MAX_LIFETIME, 31536000, FNT_OK},
};

Test(sts, settings_before_the_first_exchange)
{
    FOR_BOTH(w, NULL)
    {
        cr_expect_eq(fnt_sts_get(w.sts, FNT_OPT_NARROWING), 0);
        cr_expect_eq(fnt_sts_get(w.sts, FNT_OPT_CAP_AT_SUBJECT), 0);
        cr_expect_eq(fnt_sts_get(w.sts, FNT_OPT_MAX_TTL), HALF_DAY);
        cr_expect_eq(fnt_sts_get(w.sts, FNT_OPT_CACHE_ENTRIES), -1);
        cr_expect_eq(fnt_sts_get(NULL, FNT_OPT_LEEWAY), -1);
        cr_expect_eq(fnt_sts_set(NULL, FNT_OPT_LEEWAY, 1), FNT_FAULT_ARGUMENT);
        cr_expect_eq(fnt_sts_get(w.sts, FNT_OPT_ALGORITHMS),
                     all_algorithms() & ~(FNT_HS256 | FNT_HS384 | FNT_HS512),
                     "HS* only where asked for");
        cr_expect_eq(fnt_sts_set(w.sts, FNT_OPT_ALGORITHMS, FNT_EDDSA),
                     (all_algorithms() & FNT_EDDSA) != 0 ? FNT_OK : FNT_FAULT_UNSUPPORTED);
        MUST(fnt_sts_set(w.sts, FNT_OPT_ALGORITHMS,
                         all_algorithms() & ~(FNT_HS256 | FNT_HS384 | FNT_HS512)));
        for (size_t i = 0; i < COUNT(options); i++)
            cr_expect_eq(fnt_sts_set(w.sts, options[i].option, options[i].value), options[i].status,
                         "row %zu", i);
        cr_expect_eq(fnt_sts_get(w.sts, FNT_OPT_LEEWAY), 300);
        outcome o = exchanged(&w, my_token(&w, "'nbf':@now+300", NULL));
        cr_expect_eq(o.status, FNT_OK, "%s", reported(&o));
        outcome_free(&o);
        cr_expect_eq(fnt_sts_set(w.sts, FNT_OPT_LEEWAY, 1), FNT_FAULT_STATE, "in use");
    }
}

Test(sts, rule_6_algorithms_can_be_fewer)
{
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_ALGORITHMS, FNT_ES256));
        outcome o = exchanged(&w, token_by(&w, MY_RSA, RSA_HEADER, my_claims(NULL, NULL)));
        cr_expect_str_eq(precise(&o), "algorithm");
        outcome_free(&o);
        o = exchanged(&w, my_token(&w, NULL, NULL));
        cr_expect_eq(o.status, FNT_OK);
        outcome_free(&o);
    }
}

Test(sts, rule_43_another_key_signs_from_now_on)
{
    fnt_key *fresh = NULL;
    MUST(fnt_key_generate(FNT_ES256, &fresh));
    FOR_BOTH(w, NULL)
    {
        outcome old = api_asked(&w, my_token(&w, NULL, NULL));
        MUST(fnt_sts_set_key(w.sts, fresh));
        outcome o = exchanged(&w, my_token(&w, NULL, NULL));
        cr_expect_str_eq(minted(&o, "/header/kid"), fnt_key_id(fresh, NULL));
        cr_expect_eq(permitted(&w, &o, "dev:env", NOW), FNT_REFUSED_KEY_UNKNOWN,
                     "the old public half does not verify it");
        outcome_free(&o);
        o = exchanged(&w, access_token(&old));
        cr_expect_eq(o.status, FNT_OK, "API tokens of the old key hold as long as it is published");
        outcome_free(&o);
        MUST(fnt_sts_set_keyset(w.sts, FNT_STR(ISSUER), NULL));
        o = exchanged(&w, access_token(&old));
        cr_expect_eq(o.status, FNT_OAUTH_SUBJECT_KEY, "and no longer");
        outcome_free(&o);
        outcome_free(&old);
    }
    fnt_key_free(fresh);
}

Test(sts, rule_24_removed_rules_and_keys_count_at_once)
{
    FOR_BOTH(w, NULL)
    {
        const char *token = my_token(&w, NULL, NULL);
        outcome o = exchanged(&w, token);
        cr_expect_eq(o.status, FNT_OK);
        outcome_free(&o);
        world_load(&w, "[" OTHER_ISSUER "," MY_POLICY "," MY_ROLE "]");
        o = exchanged(&w, token);
        cr_expect_str_eq(precise(&o), "issuer",
                         "its JwtIssuer is gone, its keys alone are not enough");
        outcome_free(&o);
    }
}

Test(sts, without_a_report_the_client_is_told_the_same)
{
    FOR_BOTH(w, NULL)
    {
        const char *form = fill_with(&w, EXCHANGE, my_token(&w, "'aud':'x'", NULL));
        char *body = NULL;
        size_t len = 0;
        outcome o = post(&w, form, NULL, NOW);
        cr_expect_eq(fnt_sts_exchange(w.sts, FNT_STR(form), NOW, &body, &len, NULL),
                     FNT_OAUTH_SUBJECT);
        cr_expect(len == o.len && memcmp(body, o.body, len) == 0);
        fnt_free(body);
        outcome_free(&o);
    }
}

/* The errors of RFC 6749, 5.2 and RFC 8693, 2.2.2, to the byte. */
static const struct {
    const char *form;
    fnt_status status;
    const char *body;
} errors[] = {
    {"", FNT_OAUTH_REQUEST,
     "{\"error\":\"invalid_request\",\"error_description\":\"The request has no body: send the "
     "parameters in it, not in the query "
     "string (curl: --data-urlencode).\"}"},
    {"grant_type=password", FNT_OAUTH_GRANT_TYPE,
     "{\"error\":\"unsupported_grant_type\",\"error_description\":\"The grant_type "
     "must be "
     "urn:ietf:params:oauth:grant-type:token-exchange.\"}"},
    {FORM "&scope=openid&subject_token=a.b.c", FNT_OAUTH_SCOPE,
     "{\"error\":\"invalid_scope\",\"error_description\":\"The scope must be function, for a "
     "Function Token, or be left out, for an API token.\"}"},
    {FORM "&scope=function", FNT_OAUTH_REQUEST,
     "{\"error\":\"invalid_request\",\"error_description\":\"The parameter "
     "subject_token is missing.\"}"},
};

Test(sts, rule_38_errors_to_the_byte)
{
    FOR_BOTH(w, NULL)
    {
        for (size_t i = 0; i < COUNT(errors); i++) {
            outcome o = post(&w, errors[i].form, NULL, NOW);
            cr_expect_eq(o.status, errors[i].status);
            cr_expect_str_eq(o.body, errors[i].body);
            cr_expect_str_eq(precise(&o), fnt_status_name(errors[i].status));
            outcome_free(&o);
        }
    }
}

/* ---- 46: threads --------------------------------------------------------- */

typedef struct {
    fnt_sts *sts;
    const char *form;
    int wrong;
} evaluation;

static void *ask_often(void *arg)
{
    evaluation *a = arg;
    for (int i = 0; i < 40; i++) {
        char *body = NULL;
        size_t len = 0;
        fnt_status status = fnt_sts_exchange(a->sts, FNT_STR(a->form), NOW, &body, &len, NULL);
        a->wrong +=
            status != FNT_OK && status != FNT_OAUTH_SUBJECT_KEY && status != FNT_OAUTH_NO_ROLE;
        fnt_free(body);
    }
    return NULL;
}

Test(sts, rule_46_parts_are_replaced_while_requests_run)
{
    world w = world_open(false, NULL);
    fnt_iam *rules = rules_of(&w, NULL), *none = rules_of(&w, "[" MY_ISSUER("") "]");
    fnt_keyset *keys = my_keys(&w);
    evaluation a[2] = {{w.sts, fill_with(&w, EXCHANGE, my_token(&w, NULL, NULL)), 0},
                       {w.sts, NULL, 0}};
    pthread_t threads[2];
    a[1].form = a[0].form;
    for (int i = 0; i < 2; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, ask_often, &a[i]), 0);
    for (int i = 0; i < 200; i++) {
        MUST(fnt_sts_set_iam(w.sts, i % 2 == 0 ? none : rules));
        MUST(fnt_sts_set_keyset(w.sts, FNT_STR(w.me->iss), i % 3 == 0 ? NULL : keys));
        MUST(fnt_sts_set_key(w.sts, i % 2 == 0 ? signer_key(BY_STRANGER) : signer_key(BY_ES256)));
    }
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
        cr_expect_eq(a[i].wrong, 0);
    }
    fnt_iam_free(rules);
    fnt_iam_free(none);
    fnt_keyset_free(keys);
    world_close(&w);
}
