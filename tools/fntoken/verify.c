/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "keys.h"
#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "lib/base/values.h"
#include "read_token.h"

static const char usage[] =
    "Verifies a token of any kind and prints its claims as JSON.\n\n"
    "Usage: fntoken verify --jwks FILE --issuer URL [OPTION...] [TOKEN]\n"
    "       fntoken verify --signature-only --jwks FILE [TOKEN]\n\n"
    "  --jwks FILE        the issuer's keys: JWKS, one JWK or PEM\n"
    "  --issuer URL       what iss must be\n"
    "  --audience URL     what aud must hold; the issuer when not given\n"
    "  --revoked FILE     refuse what this list of revocations names\n"
    "  --leeway DURATION  for clocks that differ: 1s when not given, 5m at most\n"
    "  --now UNIX         seconds since 1970; the clock's when not given\n"
    "  --allow-hmac       take symmetric keys (HS256, HS384, HS512)\n"
    "  --signature-only   print the payload's bytes as they are: no claim is checked, no time, no "
    "issuer; takes symmetric keys\n" TOKEN_USAGE "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken verify --jwks keys.json --issuer https://gw.example.com < token.txt\n"
    "  fntoken verify --jwks idp.pem --issuer https://idp.example.com --audience openfaas --leeway "
    "30s < token.txt\n";

enum { JWKS, ISSUER, AUDIENCE, REVOKED, LEEWAY, NOW, ALLOW_HMAC, SIGNATURE_ONLY, TOKEN, COUNT };

/* A file or a pipe gets the bytes as they were signed; a terminal must not. */
static void print_payload(const char *bytes, size_t len)
{
    if (isatty(STDOUT_FILENO))
        safe_print(stdout, bytes, len);
    else
        (void)fwrite(bytes, 1, len, stdout);
}

static int signature_only(app *run, const option *o, const text *token)
{
    fnt_keyset *keys = NULL;
    char *payload = NULL;
    size_t len = 0;
    int code = load_keyset(run, option_value(&o[JWKS]), true, &keys);
    if (code == EXIT_YES)
        code = fail_report(
            run, fnt_signature_only(keys, token->at, token->len, &payload, &len, run->why));
    if (code == EXIT_YES) {
        print_payload(payload, len);
        tell("the signature is right; no claim, no time and no issuer was checked");
    }
    fnt_free(payload);
    fnt_keyset_free(keys);
    return code;
}

static int verify(app *run, const option *o, const text *token)
{
    int64_t now = 0;
    size_t len = 0;
    fnt_verifier *verifier = NULL;
    fnt_token *verified = NULL;
    verifier_choice choice = {option_value(&o[JWKS]),
                              option_value(&o[ISSUER]),
                              option_value(&o[AUDIENCE]),
                              option_value(&o[REVOKED]),
                              &o[LEEWAY],
                              built_algorithms() & ~ALGORITHMS_SYMMETRIC,
                              o[ALLOW_HMAC].count > 0,
                              true};
    int code = value_now(run, &o[NOW], &now);
    if (code == EXIT_YES)
        code = load_verifier(run, &choice, &verifier);
    if (code == EXIT_YES)
        code =
            fail_report(run, fnt_verify(verifier, token->at, token->len, now, &verified, run->why));
    const char *claims = fnt_token_text(verified, FNT_CLAIM_JSON, 0, &len);
    if (code == EXIT_YES && claims != NULL)
        safe_json(stdout, claims, len);
    fnt_token_free(verified);
    fnt_verifier_free(verifier);
    return code;
}

/* Options about claims are refused where no claim is checked. */
static int check_usage(const app *run, const option *o)
{
    static const int claims[] = {ISSUER, AUDIENCE, REVOKED, LEEWAY, NOW};
    bool alone = o[SIGNATURE_ONLY].count > 0;
    for (size_t i = 0; alone && i < sizeof claims / sizeof *claims; i++)
        if (o[claims[i]].count > 0)
            return fail_usage(run,
                              "--%s has no meaning with --signature-only, which checks no claim",
                              o[claims[i]].name);
    return alone || o[ISSUER].count > 0 ? EXIT_YES : fail_usage(run, "--issuer is missing");
}

static int read_and_verify(app *run, const option *o, const operands *rest)
{
    text token = TEXT_EMPTY;
    int code = check_usage(run, o);
    if (code == EXIT_YES)
        code = read_token(run, &o[TOKEN], rest, &token);
    if (code == EXIT_YES)
        code =
            o[SIGNATURE_ONLY].count > 0 ? signature_only(run, o, &token) : verify(run, o, &token);
    text_free(&token);
    return code;
}

static const option options[] = {[JWKS] = {.name = "jwks", .kind = OPT_ONE, .required = true},
                                 [ISSUER] = {.name = "issuer", .kind = OPT_ONE},
                                 [AUDIENCE] = {.name = "audience", .kind = OPT_ONE},
                                 [REVOKED] = {.name = "revoked", .kind = OPT_ONE},
                                 [LEEWAY] = {.name = "leeway", .kind = OPT_ONE},
                                 [NOW] = {.name = "now", .kind = OPT_ONE},
                                 [ALLOW_HMAC] = {.name = "allow-hmac"},
                                 [SIGNATURE_ONLY] = {.name = "signature-only"},
                                 [TOKEN] = TOKEN_OPTION,
                                 [COUNT] = {.name = NULL}};

const command command_verify = {
    "verify", "verify a token and print its claims", usage, options, OPERANDS_ONE, read_and_verify};
