/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <unistd.h>

#include "fail.h"
#include "io.h"
#include "keys.h"
#include "notes.h"
#include "options.h"
#include "safe.h"
#include "values.h"

static const char usage[] =
    "Verifies a token of any kind and prints its claims as JSON.\n\n"
    "Usage: fntoken verify --jwks FILE --issuer URL [OPTION...] [TOKEN]\n"
    "       fntoken verify --signature-only --jwks FILE [TOKEN]\n\n"
    "  --jwks FILE        the issuer's keys: JWKS, one JWK or PEM\n"
    "  --issuer URL       what iss must be\n"
    "  --audience URL     what aud must hold; the issuer when not given\n"
    "  --leeway DURATION  for clocks that differ: 1s when not given, 5m at most\n"
    "  --now UNIX         seconds since 1970; the clock's when not given\n"
    "  --allow-hmac       take symmetric keys (HS256, HS384, HS512)\n"
    "  --signature-only   print the payload's bytes as they are: no claim is checked, no time, no issuer; takes symmetric keys\n"
    "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken verify --jwks keys.json --issuer https://gw.example.com < token.txt\n"
    "  fntoken verify --jwks idp.pem --issuer https://idp.example.com --audience openfaas --leeway 30s < token.txt\n";

enum { JWKS, ISSUER, AUDIENCE, LEEWAY, NOW, ALLOW_HMAC, SIGNATURE_ONLY, COUNT };

/* A file or a pipe gets the bytes as they were signed; a terminal must not. */
static void print_payload(const char *bytes, size_t len)
{
    if (isatty(STDOUT_FILENO))
        safe_print(stdout, bytes, len);
    else
        (void)fwrite(bytes, 1, len, stdout);
}

static int signature_only(const app *run, const fnt_keyset *keys, const text *token)
{
    fnt_report *why = NULL;
    char *payload = NULL;
    size_t len = 0;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_signature_only(keys, token->at, token->len, &payload, &len, why);
    if (status == FNT_OK) {
        print_payload(payload, len);
        tell("the signature is right; no claim, no time and no issuer was checked");
    }
    int code = status == FNT_OK ? EXIT_YES : fail_report(status, why);
    notes_tell(run, status, why);
    fnt_free(payload);
    fnt_report_free(why);
    return code;
}

static fnt_status make_verifier(const option *o, const fnt_keyset *keys, int64_t leeway, fnt_verifier **out)
{
    const char *audience = option_value(&o[AUDIENCE]);
    int32_t algorithms = ALGORITHMS_ASYMMETRIC | (o[ALLOW_HMAC].count > 0 ? ALGORITHMS_SYMMETRIC : 0);
    fnt_status status = fnt_verifier_new(FNT_STR(option_value(&o[ISSUER])), audience, audience != NULL ? strlen(audience) : 0, keys, out);
    if (status == FNT_OK && leeway >= 0)
        status = fnt_verifier_set(*out, FNT_OPT_LEEWAY, leeway);
    if (status == FNT_OK)
        status = fnt_verifier_set(*out, FNT_OPT_ANY_KIND, 1);
    if (status == FNT_OK)
        status = fnt_verifier_set(*out, FNT_OPT_ALGORITHMS, algorithms);
    return status;
}

static int verify(const app *run, fnt_verifier *verifier, const text *token, int64_t now)
{
    fnt_report *why = NULL;
    fnt_token *verified = NULL;
    size_t len = 0;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_verify(verifier, token->at, token->len, now, &verified, why);
    const char *claims = fnt_token_text(verified, FNT_CLAIM_JSON, 0, &len);
    if (status == FNT_OK && claims != NULL)
        safe_json(stdout, claims, len);
    int code = status == FNT_OK ? EXIT_YES : fail_report(status, why);
    notes_tell(run, status, why);
    fnt_token_free(verified);
    fnt_report_free(why);
    return code;
}

static int verify_all(app *run, const option *o, const fnt_keyset *keys, const text *token)
{
    int64_t now = 0, leeway = 0;
    fnt_verifier *verifier = NULL;
    int code = value_now(run, &o[NOW], &now);
    if (code == EXIT_YES)
        code = value_leeway(run, &o[LEEWAY], &leeway);
    fnt_status status = code == EXIT_YES ? make_verifier(o, keys, leeway, &verifier) : FNT_OK;
    if (status != FNT_OK)
        code = fail_status(status, NULL);
    if (code == EXIT_YES)
        code = verify(run, verifier, token, now);
    fnt_verifier_free(verifier);
    return code;
}

/* A claim that nobody will check must not be asked for. */
static int check_usage(const app *run, const option *o)
{
    static const int claims[] = {ISSUER, AUDIENCE, LEEWAY, NOW};
    bool alone = o[SIGNATURE_ONLY].count > 0;
    for (size_t i = 0; alone && i < sizeof claims / sizeof *claims; i++)
        if (o[claims[i]].count > 0)
            return fail_usage(run->command, "--%s has no meaning with --signature-only, which checks no claim", o[claims[i]].name);
    return alone || o[ISSUER].count > 0 ? EXIT_YES : fail_usage(run->command, "--issuer is missing");
}

static int load_and_verify(app *run, const option *o, const operands *rest)
{
    const char *argument = NULL;
    text token = TEXT_EMPTY;
    fnt_keyset *keys = NULL;
    bool alone = o[SIGNATURE_ONLY].count > 0;
    int code = check_usage(run, o);
    if (code == EXIT_YES)
        code = value_operand(run, rest, &argument);
    if (code == EXIT_YES)
        code = load_keyset(run, option_value(&o[JWKS]), alone || o[ALLOW_HMAC].count > 0, &keys);
    if (code == EXIT_YES)
        code = read_token(run, argument, &token);
    if (code == EXIT_YES)
        code = alone ? signature_only(run, keys, &token) : verify_all(run, o, keys, &token);
    fnt_keyset_free(keys);
    text_free(&token);
    return code;
}

int run_verify(app *run, int argc, char **argv)
{
    option o[COUNT] = {[JWKS] = {.name = "jwks", .kind = OPT_ONE, .required = true},
                       [ISSUER] = {.name = "issuer", .kind = OPT_ONE},
                       [AUDIENCE] = {.name = "audience", .kind = OPT_ONE},
                       [LEEWAY] = {.name = "leeway", .kind = OPT_ONE},
                       [NOW] = {.name = "now", .kind = OPT_ONE},
                       [ALLOW_HMAC] = {.name = "allow-hmac"},
                       [SIGNATURE_ONLY] = {.name = "signature-only"}};
    operands rest;
    int code = options_parse(run, usage, argc, argv, o, COUNT, &rest);
    if (code == OPTIONS_GO_ON)
        code = load_and_verify(run, o, &rest);
    options_free(o, COUNT, &rest);
    return code;
}
