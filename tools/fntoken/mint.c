/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "keys.h"
#include "lib/base/fail.h"
#include "lib/base/values.h"

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
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken mint --key issuer.key --issuer https://gw.example.com --subject cron --permission "
    "'openfaas-fn:*' --ttl 10m\n";

enum { KEY, ISSUER, SUBJECT, PERMISSION, AUDIENCE, FED_ISSUER, TTL, NOW, COUNT };

enum { HALF_A_DAY = 12 * 3600 };

static int fill(const app *run, const option *o, fnt_claims *claims)
{
    static const struct {
        int option;
        int32_t claim;
    } all[] = {{ISSUER, FNT_CLAIM_ISSUER},
               {SUBJECT, FNT_CLAIM_SUBJECT},
               {PERMISSION, FNT_CLAIM_PERMISSION},
               {AUDIENCE, FNT_CLAIM_FUNCTION_AUDIENCE},
               {FED_ISSUER, FNT_CLAIM_FED_ISSUER}};
    int code = EXIT_YES;
    for (size_t i = 0; i < sizeof all / sizeof *all && code == EXIT_YES; i++)
        code = value_claims(run, &o[all[i].option], all[i].claim, claims);
    return code;
}

/* A token was made, and is not what was meant. */
static void print_warnings(const fnt_report *why)
{
    for (size_t i = 1; fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL) != NULL; i++) {
        const char *kind = fnt_report_text(why, i, FNT_FIELD_KIND, NULL);
        if (kind != NULL && strcmp(kind, "warning") == 0)
            tell("%s", fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL));
    }
}

static int mint(const app *run, const fnt_key *key, const fnt_claims *claims, int64_t now,
                int64_t ttl)
{
    char *jws = NULL;
    size_t len = 0;
    int code = fail_report(run, fnt_mint(key, claims, now, ttl, &jws, &len, run->why));
    if (code == EXIT_YES) {
        print_warnings(run->why);
        puts(jws);
    }
    fnt_free(jws);
    return code;
}

static int load_and_mint(app *run, const option *o, const operands *rest)
{
    int64_t now = 0, ttl = 0;
    fnt_key *key = NULL;
    fnt_claims *claims = NULL;
    (void)rest;
    int code = value_now(run, &o[NOW], &now);
    if (code == EXIT_YES)
        code = value_duration(run, &o[TTL], HALF_A_DAY, &ttl);
    if (code == EXIT_YES)
        code = load_key(run, &(key_choice){option_value(&o[KEY]), FNT_ES256, false}, &key);
    if (code == EXIT_YES && fnt_claims_new(&claims) != FNT_OK)
        code = fail_status(FNT_FAULT_MEMORY, NULL);
    if (code == EXIT_YES)
        code = fill(run, o, claims);
    if (code == EXIT_YES)
        code = mint(run, key, claims, now, ttl);
    fnt_claims_free(claims);
    fnt_key_free(key);
    return code;
}

static const option options[] = {
    [KEY] = {.name = "key", .kind = OPT_ONE, .required = true},
    [ISSUER] = {.name = "issuer", .kind = OPT_ONE, .required = true},
    [SUBJECT] = {.name = "subject", .kind = OPT_ONE, .required = true},
    [PERMISSION] = {.name = "permission", .kind = OPT_MANY, .required = true},
    [AUDIENCE] = {.name = "audience", .kind = OPT_MANY},
    [FED_ISSUER] = {.name = "fed-issuer", .kind = OPT_ONE},
    [TTL] = {.name = "ttl", .kind = OPT_ONE},
    [NOW] = {.name = "now", .kind = OPT_ONE},
    [COUNT] = {.name = NULL}};

const command command_mint = {
    "mint", "make a Function Token by hand", usage, options, OPERANDS_NONE, load_and_mint};
