/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "keys.h"
#include "lib/base/explain.h"
#include "lib/base/fail.h"
#include "lib/base/revoked_file.h"
#include "lib/base/safe.h"
#include "lib/base/values.h"
#include "lib/iam_files/iam_files.h"
#include "oauth.h"
#include "read_token.h"

static const char usage[] =
    "Exchanges an identity provider's token, or an OpenFaaS API token, for a Function Token, as "
    "the gateway's /oauth/token\n"
    "does (RFC 8693). Prints the endpoint's JSON, also when it refuses; the reason, which only the "
    "operator may know, goes to\n"
    "standard error.\n\n"
    "Usage: fntoken exchange --iam PATH... --key FILE --issuer URL --trust ISS=FILE... [OPTION...] "
    "[TOKEN]\n\n"
    "  --iam PATH         JwtIssuer, Policy and Role objects: a file, a folder, or - for standard "
    "input; may be repeated\n" IAM_USAGE
    "  --key FILE         the gateway's private key; its public half is trusted for --issuer's API "
    "tokens\n"
    "  --issuer URL       the gateway's URL: iss and aud of what is issued\n"
    "  --trust ISS=FILE   an identity provider's keys: JWKS, one JWK or PEM; may be repeated; "
    "splits at the last =\n"
    "  --scope SCOPE      function, for a Function Token; without it an API token is asked for\n"
    "  --audience A       narrows the Function Token to this NAMESPACE:NAME; may be repeated\n"
    "  --subject-token-type TYPE\n"
    "                     id_token (the default), access_token, jwt, or a URN\n"
    "  --revoked FILE     refuse what this list of revocations names\n"
    "  --narrowing        a Function Token may be exchanged for a narrower one\n"
    "  --leeway DURATION  for clocks that differ, 5m at most\n"
    "  --now UNIX         seconds since 1970; the clock's when not given\n"
    "  --explain          print the whole report to standard error: roles, conditions, "
    "statements\n" TOKEN_USAGE "  --help             this text\n\n"
    "Example:\n"
    "  fntoken exchange --iam iam/ --key issuer.key --issuer https://gw.example.com --scope "
    "function \\\n"
    "      --trust https://idp.example.com=idp.jwks.json --audience openfaas-fn:env < "
    "idp-token.txt\n";

enum {
    IAM,
    KEY = IAM + IAM_OPTIONS,
    ISSUER,
    TRUST,
    SCOPE,
    AUDIENCE,
    TYPE,
    REVOKED,
    NARROWING,
    LEEWAY,
    NOW,
    EXPLAIN,
    TOKEN,
    COUNT
};

/* ---- the service --------------------------------------------------------- */

static int set_options(const app *run, const option *o, fnt_sts *sts)
{
    int64_t leeway = -1;
    fnt_status status = FNT_OK;
    int code = value_leeway(run, &o[LEEWAY], &leeway);
    if (code == EXIT_YES && leeway >= 0)
        status = fnt_sts_set(sts, FNT_OPT_LEEWAY, leeway);
    if (code == EXIT_YES && status == FNT_OK && o[NARROWING].count > 0)
        status = fnt_sts_set(sts, FNT_OPT_NARROWING, 1);
    return status == FNT_OK ? code : fail_status(status, NULL);
}

static bool is_named(const fnt_iam *iam, const char *issuer, size_t len)
{
    size_t n = 0;
    const char *iss = NULL;
    for (size_t i = 0; (iss = fnt_iam_issuer(iam, i, FNT_ISSUER_URL, &n)) != NULL; i++)
        if (n == len && memcmp(iss, issuer, len) == 0)
            return true;
    return false;
}

static int trust(app *run, fnt_sts *sts, const fnt_iam *iam, const char *value)
{
    const char *file = NULL;
    size_t len = 0;
    fnt_keyset *keys = NULL;
    int code = value_trust(run, value, fail_shown_resource(value), &len, &file);
    if (code != EXIT_YES)
        return code;
    if (!is_named(iam, value, len))
        note_later(run, value, len,
                   "no JwtIssuer has this iss, so the keys given for it are not used");
    code = load_keyset(run, file, false, &keys);
    fnt_status status = code == EXIT_YES ? fnt_sts_set_keyset(sts, value, len, keys) : FNT_OK;
    fnt_keyset_free(keys);
    return status == FNT_OK ? code : fail_status(status, NULL);
}

static int trust_ourselves(const option *o, fnt_sts *sts, const fnt_key *key)
{
    fnt_keyset *keys = NULL;
    int code = public_half(key, &keys);
    fnt_status status = code == EXIT_YES
                            ? fnt_sts_set_keyset(sts, FNT_STR(option_value(&o[ISSUER])), keys)
                            : FNT_OK;
    fnt_keyset_free(keys);
    return status == FNT_OK ? code : fail_status(status, NULL);
}

static int set_revoked(app *run, const option *o, fnt_sts *sts)
{
    fnt_revoked *revoked = NULL;
    if (o->count == 0)
        return EXIT_YES;
    int code = revoked_load(run, option_value(o), &revoked);
    fnt_status status = code == EXIT_YES ? fnt_sts_set_revoked(sts, revoked) : FNT_OK;
    fnt_revoked_free(revoked);
    return status == FNT_OK ? code : fail_status(status, NULL);
}

/* Keys and rules put together; the service keeps its own share of each. */
static int make_service(app *run, const option *o, fnt_sts **out)
{
    fnt_iam *iam = NULL;
    fnt_key *key = NULL;
    fnt_status status = FNT_OK;
    int code = iam_open(run, &o[IAM], &iam);
    if (code == EXIT_YES)
        code = load_key(run, &(key_choice){option_value(&o[KEY]), FNT_ES256, false}, &key);
    if (code == EXIT_YES)
        status = fnt_sts_new(FNT_STR(option_value(&o[ISSUER])), key, out);
    if (code == EXIT_YES && status == FNT_OK)
        status = fnt_sts_set_iam(*out, iam);
    if (status != FNT_OK)
        code = fail_status(status, NULL);
    if (code == EXIT_YES)
        code = set_options(run, o, *out);
    if (code == EXIT_YES)
        code = set_revoked(run, &o[REVOKED], *out);
    if (code == EXIT_YES)
        code = trust_ourselves(o, *out, key);
    for (size_t i = 0; i < o[TRUST].count && code == EXIT_YES; i++)
        code = trust(run, *out, iam, o[TRUST].values[i]);
    fnt_key_free(key);
    fnt_iam_free(iam);
    return code;
}

/* ---- the request --------------------------------------------------------- */

static void write_form(const option *o, const text *token, text *form)
{
    text type = TEXT_EMPTY;
    const char *known = option_value(&o[TYPE]);
    known = known != NULL ? known : "id_token";
    text_print(&type, "%s%s", strchr(known, ':') == NULL ? "urn:ietf:params:oauth:token-type:" : "",
               known);
    form_exchange(form, token, type.at, o[SCOPE].count > 0 ? option_value(&o[SCOPE]) : NULL,
                  o[AUDIENCE].values, o[AUDIENCE].count);
    text_free(&type);
}

/* What an operator's log would say although all went well, such as the opt-in of a JwtIssuer that
 * let a token in. */
static void tell_notes(const fnt_report *why)
{
    for (size_t i = 1; fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL) != NULL; i++) {
        const char *kind = fnt_report_text(why, i, FNT_FIELD_KIND, NULL);
        if (kind != NULL && (strcmp(kind, "note") == 0 || strcmp(kind, "warning") == 0))
            tell("%s", fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL));
    }
}

static int ask(const app *run, const option *o, fnt_sts *sts, const text *form, int64_t now)
{
    char *body = NULL;
    size_t len = 0;
    fnt_status status = fnt_sts_exchange(sts, form->at, form->len, now, &body, &len, run->why);
    if (body != NULL)
        safe_json(stdout, body, len);
    fnt_free(body);
    if (o[EXPLAIN].count > 0)
        explain(stderr, run->why, 0);
    else if (status == FNT_OK)
        tell_notes(run->why);
    return fail_report(run, status);
}

/* What makes no form: no token at all, or more than a form holds, in the words that other commands
 * have for it. */
static int check_token(const app *run, const text *token)
{
    enum { FORM_HOLDS = 1 << 15 };
    if (token->len == 0)
        return fail_status(FNT_REFUSED_MALFORMED, "There is no token: the text is empty.");
    if (token->len <= FORM_HOLDS)
        return EXIT_YES;
    text sentence = TEXT_EMPTY;
    text_print(&sentence, "The token has %zu bytes; at most 16384 are accepted.", token->len);
    int code =
        fail_status(FNT_REFUSED_SIZE, run->token_hint != NULL ? run->token_hint : sentence.at);
    text_free(&sentence);
    return code;
}

static int exchange(app *run, const option *o, const operands *rest)
{
    int64_t now = 0;
    text token = TEXT_EMPTY, form = TEXT_EMPTY;
    fnt_sts *sts = NULL;
    int code = value_now(run, &o[NOW], &now);
    if (code == EXIT_YES)
        code = make_service(run, o, &sts);
    if (code == EXIT_YES)
        code = read_token(run, &o[TOKEN], rest, &token);
    if (code == EXIT_YES)
        code = check_token(run, &token);
    if (code == EXIT_YES) {
        write_form(o, &token, &form);
        code = ask(run, o, sts, &form, now);
    }
    fnt_sts_free(sts);
    text_free(&form);
    text_free(&token);
    return code;
}

static const option options[] = {IAM_OPTION_ROWS(IAM, true),
                                 [KEY] = {.name = "key", .kind = OPT_ONE, .required = true},
                                 [ISSUER] = {.name = "issuer", .kind = OPT_ONE, .required = true},
                                 [TRUST] = {.name = "trust", .kind = OPT_MANY},
                                 [SCOPE] = {.name = "scope", .kind = OPT_ONE, .may_be_empty = true},
                                 [AUDIENCE] = {.name = "audience", .kind = OPT_MANY},
                                 [TYPE] = {.name = "subject-token-type", .kind = OPT_ONE},
                                 [REVOKED] = {.name = "revoked", .kind = OPT_ONE},
                                 [NARROWING] = {.name = "narrowing"},
                                 [LEEWAY] = {.name = "leeway", .kind = OPT_ONE},
                                 [NOW] = {.name = "now", .kind = OPT_ONE},
                                 [EXPLAIN] = {.name = "explain"},
                                 [TOKEN] = TOKEN_OPTION,
                                 [COUNT] = {.name = NULL}};

const command command_exchange = {
    "exchange",   "exchange an identity provider's token for a Function Token (RFC 8693)",
    usage,        options,
    OPERANDS_ONE, exchange};
