/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "io.h"
#include "keys.h"
#include "options.h"
#include "values.h"

static const char usage[] =
    "Signs any claims and prints the token: stands in for an identity provider. Nothing is added to the claims or looked for in them.\n\n"
    "Usage: fntoken sign --key FILE --claims FILE [OPTION...]\n\n"
    "  --key FILE         the private key: PEM or JWK\n"
    "  --claims FILE      a JSON object; - is standard input\n"
    "  --kid KID          the header's kid; the key's own when not given, none when empty\n"
    "  --typ TYP          the header's typ; JWT when not given, none when empty\n"
    "  --alg ALG          for a key that can do several, RS256 otherwise\n"
    "  --allow-hmac       take a symmetric key (HS256, HS384, HS512)\n"
    "  --accept-open-key  use a key file that others can read\n"
    "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken sign --key idp.key --claims claims.json\n"
    "  echo '{\"sub\":\"me\"}' | fntoken sign --key idp.key --typ at+jwt --claims -\n";

enum { KEY, CLAIMS, KID, TYP, ALG, ALLOW_HMAC, ACCEPT_OPEN, COUNT };

static void add_member(text *header, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    text_put(header, header->len == 1 ? "\"" : ",\"");
    text_put(header, name);
    text_put(header, "\":");
    text_json(header, value, strlen(value));
}

static void write_header(const option *o, const fnt_key *key, text *header)
{
    const char *typ = option_value(&o[TYP]), *kid = option_value(&o[KID]);
    text_put(header, "{");
    add_member(header, "typ", typ != NULL ? typ : "JWT");
    add_member(header, "kid", kid != NULL ? kid : fnt_key_id(key, NULL));
    text_put(header, "}");
}

static int sign(const option *o, const fnt_key *key, const text *claims)
{
    text header = TEXT_EMPTY;
    fnt_report *why = NULL;
    char *jws = NULL;
    size_t len = 0;
    write_header(o, key, &header);
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_sign(key, header.at, header.len, claims->at, claims->len, &jws, &len, why);
    if (status == FNT_OK)
        printf("%s\n", jws);
    int code = status == FNT_OK ? EXIT_YES : fail_report(status, why);
    fnt_free(jws);
    fnt_report_free(why);
    text_free(&header);
    return code;
}

static int load_and_sign(app *run, const option *o, const operands *rest)
{
    text claims = TEXT_EMPTY;
    fnt_key *key = NULL;
    key_choice choice = {option_value(&o[KEY]), 0, o[ACCEPT_OPEN].count > 0, o[ALLOW_HMAC].count > 0};
    int code = options_no_operands(run, rest);
    if (code == EXIT_YES)
        code = value_algorithms(run, &o[ALG], 0, &choice.algorithm);
    if (code == EXIT_YES)
        code = load_key(run, &choice, &key);
    if (code == EXIT_YES)
        code = read_file(run, option_value(&o[CLAIMS]), LIMIT_DOCUMENT, &claims);
    if (code == EXIT_YES)
        code = sign(o, key, &claims);
    fnt_key_free(key);
    text_free(&claims);
    return code;
}

int run_sign(app *run, int argc, char **argv)
{
    option o[COUNT] = {[KEY] = {.name = "key", .kind = OPT_ONE, .required = true},
                       [CLAIMS] = {.name = "claims", .kind = OPT_ONE, .required = true},
                       [KID] = {.name = "kid", .kind = OPT_ONE, .may_be_empty = true},
                       [TYP] = {.name = "typ", .kind = OPT_ONE, .may_be_empty = true},
                       [ALG] = {.name = "alg", .kind = OPT_ONE},
                       [ALLOW_HMAC] = {.name = "allow-hmac"},
                       [ACCEPT_OPEN] = {.name = "accept-open-key"}};
    operands rest;
    int code = options_parse(run, usage, argc, argv, o, COUNT, &rest);
    if (code == OPTIONS_GO_ON)
        code = load_and_sign(run, o, &rest);
    options_free(o, COUNT, &rest);
    return code;
}
