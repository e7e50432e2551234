/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "keys.h"
#include "options.h"
#include "values.h"

static const char usage[] =
    "Makes a Function Token by hand and prints it.\n\n"
    "Usage: fntoken mint --key FILE --issuer URL --subject S --permission P... [OPTION...]\n\n"
    "  --key FILE         the issuer's private key, ES256: PEM or JWK\n"
    "  --issuer URL       iss, and aud as well: the gateway's URL\n"
    "  --subject S        sub\n"
    "  --permission P     NAMESPACE:NAME, with * for any text; may be repeated\n"
    "  --audience A       narrows it to these functions; may be repeated\n"
    "  --fed-issuer URL   fed:iss: whose user the subject is\n"
    "  --ttl DURATION     how long it lives: 12h (the default), 1h30m, 90\n"
    "  --now UNIX         seconds since 1970; the clock's when not given\n"
    "  --accept-open-key  use a key file that others can read\n"
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken mint --key issuer.key --issuer https://gw.example.com --subject cron --permission 'openfaas-fn:*' --ttl 10m\n";

enum { KEY, ISSUER, SUBJECT, PERMISSION, AUDIENCE, FED_ISSUER, TTL, NOW, ACCEPT_OPEN, COUNT };

enum { HALF_A_DAY = 12 * 3600 };

static fnt_status add_all(fnt_claims *claims, int32_t claim, const option *values)
{
    fnt_status status = FNT_OK;
    for (size_t i = 0; i < values->count && status == FNT_OK; i++)
        status = fnt_claims_add(claims, claim, FNT_STR(values->values[i]));
    return status;
}

static int fill(const option *o, fnt_claims *claims)
{
    static const struct {
        int option;
        int32_t claim;
    } all[] = {{ISSUER, FNT_CLAIM_ISSUER},         {SUBJECT, FNT_CLAIM_SUBJECT},       {PERMISSION, FNT_CLAIM_PERMISSION},
               {AUDIENCE, FNT_CLAIM_FUNCTION_AUDIENCE}, {FED_ISSUER, FNT_CLAIM_FED_ISSUER}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        fnt_status status = add_all(claims, all[i].claim, &o[all[i].option]);
        if (status == FNT_FAULT_PATTERN || status == FNT_FAULT_ARGUMENT)
            return fail_usage("mint", "a value of --%s can't be in a token: %s", o[all[i].option].name, fnt_status_sentence(status));
        if (status != FNT_OK)
            return fail_status(status, NULL);
    }
    return EXIT_YES;
}

static int mint(const fnt_key *key, const fnt_claims *claims, int64_t now, int64_t ttl)
{
    fnt_report *why = NULL;
    char *jws = NULL;
    size_t len = 0;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_mint(key, claims, now, ttl, &jws, &len, why);
    if (status == FNT_OK)
        printf("%s\n", jws);
    int code = status == FNT_OK ? EXIT_YES : fail_report(status, why);
    fnt_free(jws);
    fnt_report_free(why);
    return code;
}

static int load_and_mint(app *run, const option *o, const operands *rest)
{
    int64_t now = 0, ttl = 0;
    fnt_key *key = NULL;
    fnt_claims *claims = NULL;
    key_choice choice = {option_value(&o[KEY]), 0, o[ACCEPT_OPEN].count > 0, false};
    int code = options_no_operands(run, rest);
    if (code == EXIT_YES)
        code = value_now(run, &o[NOW], &now);
    if (code == EXIT_YES)
        code = value_duration(run, &o[TTL], HALF_A_DAY, &ttl);
    if (code == EXIT_YES)
        code = load_key(run, &choice, &key);
    if (code == EXIT_YES && fnt_claims_new(&claims) != FNT_OK)
        code = fail_status(FNT_FAULT_MEMORY, NULL);
    if (code == EXIT_YES)
        code = fill(o, claims);
    if (code == EXIT_YES)
        code = mint(key, claims, now, ttl);
    fnt_claims_free(claims);
    fnt_key_free(key);
    return code;
}

int run_mint(app *run, int argc, char **argv)
{
    option o[COUNT] = {[KEY] = {.name = "key", .kind = OPT_ONE, .required = true},
                       [ISSUER] = {.name = "issuer", .kind = OPT_ONE, .required = true},
                       [SUBJECT] = {.name = "subject", .kind = OPT_ONE, .required = true},
                       [PERMISSION] = {.name = "permission", .kind = OPT_MANY, .required = true},
                       [AUDIENCE] = {.name = "audience", .kind = OPT_MANY},
                       [FED_ISSUER] = {.name = "fed-issuer", .kind = OPT_ONE},
                       [TTL] = {.name = "ttl", .kind = OPT_ONE},
                       [NOW] = {.name = "now", .kind = OPT_ONE},
                       [ACCEPT_OPEN] = {.name = "accept-open-key"}};
    operands rest;
    int code = options_parse(run, usage, argc, argv, o, COUNT, &rest);
    if (code == OPTIONS_GO_ON)
        code = load_and_mint(run, o, &rest);
    options_free(o, COUNT, &rest);
    return code;
}
