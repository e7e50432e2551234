/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "claims_file.h"
#include "keys.h"
#include "lib/base/fail.h"
#include "lib/base/values.h"

static const char usage[] =
    "Signs any claims and prints the token: stands in for an identity provider. Nothing is added "
    "to the claims or looked for\n"
    "in them, but times in milliseconds are warned of.\n\n"
    "Usage: fntoken sign --key FILE --claims FILE [OPTION...]\n\n"
    "  --key FILE         the private key: PEM or JWK\n"
    "  --claims FILE      a JSON object; - is standard input\n"
    "  --kid KID          the header's kid; the key's own when not given, none when empty\n"
    "  --typ TYP          the header's typ; JWT when not given, none when empty\n"
    "  --alg ALG          for a key that can do several, RS256 otherwise\n"
    "  --allow-hmac       take a symmetric key (HS256, HS384, HS512)\n"
    "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken sign --key idp.key --claims claims.json\n"
    "  echo '{\"sub\":\"me\"}' | fntoken sign --key idp.key --typ at+jwt --claims -\n";

enum { KEY, CLAIMS, KID, TYP, ALG, ALLOW_HMAC, COUNT };

static void write_header(const option *o, const fnt_key *key, text *header)
{
    const char *typ = o[TYP].count > 0 ? option_value(&o[TYP]) : "JWT";
    const char *kid = o[KID].count > 0 ? option_value(&o[KID]) : fnt_key_id(key, NULL);
    text_put(header, "{");
    if (*typ != '\0')
        text_member(header, "typ", typ);
    if (*kid != '\0')
        text_member(header, "kid", kid);
    text_put(header, "}");
}

static int sign(const app *run, const option *o, const fnt_key *key, const text *claims)
{
    text header = TEXT_EMPTY;
    char *jws = NULL;
    size_t len = 0;
    write_header(o, key, &header);
    int code = fail_report(
        run, fnt_sign(key, header.at, header.len, claims->at, claims->len, &jws, &len, run->why));
    if (code == EXIT_YES) {
        puts(jws);
        tell_warnings(run);
    }
    fnt_free(jws);
    text_free(&header);
    return code;
}

static int load_and_sign(app *run, const option *o, const operands *rest)
{
    text claims = TEXT_EMPTY;
    fnt_key *key = NULL;
    key_choice choice = {option_value(&o[KEY]), 0, o[ALLOW_HMAC].count > 0};
    (void)rest;
    int code = value_algorithm(run, &o[ALG], 0, &choice.algorithm);
    if (code == EXIT_YES)
        code = load_key(run, &choice, &key);
    if (code == EXIT_YES)
        code = read_claims(run, option_value(&o[CLAIMS]), &claims);
    if (code == EXIT_YES)
        code = sign(run, o, key, &claims);
    fnt_key_free(key);
    text_free(&claims);
    return code;
}

static const option options[] = {[KEY] = {.name = "key", .kind = OPT_ONE, .required = true},
                                 [CLAIMS] = {.name = "claims", .kind = OPT_ONE, .required = true},
                                 [KID] = {.name = "kid", .kind = OPT_ONE, .may_be_empty = true},
                                 [TYP] = {.name = "typ", .kind = OPT_ONE, .may_be_empty = true},
                                 [ALG] = {.name = "alg", .kind = OPT_ONE},
                                 [ALLOW_HMAC] = {.name = "allow-hmac"},
                                 [COUNT] = {.name = NULL}};

const command command_sign = {"sign",        "sign any claims, as an identity provider does",
                              usage,         options,
                              OPERANDS_NONE, load_and_sign};
