/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>

#include "explain.h"
#include "fail.h"
#include "io.h"
#include "keys.h"
#include "notes.h"
#include "options.h"
#include "safe.h"
#include "values.h"

static const char usage[] =
    "Decides, as a function's watchdog does, whether a Function Token may call a function. Prints \"RESOURCE allowed\" or \"RESOURCE\n"
    "denied\"; nothing when the token itself is refused.\n\n"
    "Usage: fntoken authorize --jwks FILE --issuer URL (--resource NS:FN | --path PATH) [OPTION...] [TOKEN]\n\n"
    "  --jwks FILE        the issuer's keys: JWKS, one JWK or PEM\n"
    "  --issuer URL       what iss must be: the gateway's URL\n"
    "  --audience URL     what aud must hold; the issuer when not given\n"
    "  --resource NS:FN   the function\n"
    "  --path PATH        or a request path: /function/NAME, /function/NAME.NS/..., /async-function/...\n"
    "  --namespace NS     of a path that names none; openfaas-fn when not given\n"
    "  --header           TOKEN is the whole value of an Authorization header: \"Bearer ...\"; an empty one is no token\n"
    "  --explain          print why: the issuer, the key, the patterns that were looked at\n"
    "  --json             print the answer and the reasons as JSON\n"
    "  --leeway DURATION  for clocks that differ: 1s when not given, 5m at most\n"
    "  --now UNIX         seconds since 1970; the clock's when not given\n"
    "  --alg ALG          accept this algorithm; may be repeated; ES256 alone when not given\n"
    "  --allow-hmac       take symmetric keys (HS256, HS384, HS512)\n"
    "  --help             this text\n\n"
    "Exit status: 0 allowed; 3 denied; 1 the token is refused.\n\n"
    "Examples:\n"
    "  fntoken authorize --jwks keys.json --issuer https://gw.example.com --resource dev:env < token.txt\n"
    "  fntoken authorize --jwks keys.json --issuer https://gw.example.com --path /function/env.dev --header \"Bearer $TOKEN\"\n";

enum { JWKS, ISSUER, AUDIENCE, RESOURCE, PATH, NAMESPACE, HEADER, EXPLAIN, JSON, LEEWAY, NOW, ALG, ALLOW_HMAC, COUNT };

typedef struct {
    fnt_verifier *verifier;
    const text *token;
    const text *resource;
    int64_t now;
} request;

/* ---- preparing -------------------------------------------------------------------------------------------------- */

static int find_resource(const app *run, const option *o, text *out)
{
    const char *path = option_value(&o[PATH]), *resource = option_value(&o[RESOURCE]), *space = option_value(&o[NAMESPACE]);
    char room[FNT_RESOURCE_MAX];
    size_t len = 0;
    if ((path == NULL) == (resource == NULL))
        return fail_usage(run->command, "give one of --resource and --path");
    if (space != NULL && path == NULL)
        return fail_usage(run->command, "--namespace belongs to --path");
    if (resource != NULL) {
        text_put(out, *resource != '\0' ? resource : ":"); /* an empty one is no resource, which is denied, not a fault of ours */
        return EXIT_YES;
    }
    fnt_status status = fnt_resource_from_path(FNT_STR(path), space, space != NULL ? strlen(space) : 0, room, sizeof room, &len);
    if (status != FNT_OK)
        return fail_status(status, NULL);
    text_add(out, room, len);
    return EXIT_YES;
}

static fnt_status make_verifier(const option *o, const fnt_keyset *keys, int64_t leeway, int32_t algorithms, fnt_verifier **out)
{
    const char *audience = option_value(&o[AUDIENCE]);
    fnt_status status = fnt_verifier_new(FNT_STR(option_value(&o[ISSUER])), audience, audience != NULL ? strlen(audience) : 0, keys, out);
    if (status == FNT_OK && leeway >= 0)
        status = fnt_verifier_set(*out, FNT_OPT_LEEWAY, leeway);
    if (status == FNT_OK)
        status = fnt_verifier_set(*out, FNT_OPT_ALGORITHMS, algorithms);
    return status;
}

static int prepare(app *run, const option *o, request *r)
{
    int64_t leeway = 0;
    int32_t algorithms = 0;
    fnt_keyset *keys = NULL;
    bool hmac = o[ALLOW_HMAC].count > 0;
    int code = value_now(run, &o[NOW], &r->now);
    if (code == EXIT_YES)
        code = value_leeway(run, &o[LEEWAY], &leeway);
    if (code == EXIT_YES)
        code = value_algorithms(run, &o[ALG], FNT_ES256, &algorithms);
    if (code == EXIT_YES && o[ALG].count == 0 && hmac)
        algorithms |= ALGORITHMS_SYMMETRIC;
    if (code == EXIT_YES && !hmac && (algorithms & ALGORITHMS_SYMMETRIC) != 0)
        code = fail_usage(run->command, "HS256, HS384 and HS512 need --allow-hmac");
    if (code == EXIT_YES)
        code = load_keyset(run, option_value(&o[JWKS]), hmac, &keys);
    fnt_status status = code == EXIT_YES ? make_verifier(o, keys, leeway, algorithms, &r->verifier) : FNT_OK;
    fnt_keyset_free(keys);
    return status == FNT_OK ? code : fail_status(status, NULL);
}

/* ---- deciding --------------------------------------------------------------------------------------------------- */

static fnt_status decide_header(const request *r, fnt_report *why)
{
    const char *header = r->token->len > 0 ? r->token->at : NULL; /* an empty input is "no header was sent" */
    return fnt_authorize(r->verifier, header, r->token->len, r->resource->at, r->resource->len, r->now, NULL, why);
}

static fnt_status decide_token(const request *r, fnt_report *why)
{
    fnt_token *token = NULL;
    fnt_status status = fnt_verify(r->verifier, r->token->at, r->token->len, r->now, &token, why);
    if (status == FNT_OK)
        status = fnt_token_authorize(token, r->resource->at, r->resource->len, r->now, why);
    fnt_token_free(token);
    return status;
}

/* ---- telling ---------------------------------------------------------------------------------------------------- */

static const char *answer_of(int code)
{
    return code == EXIT_YES ? "allowed" : code == EXIT_DENIED ? "denied" : code == EXIT_REFUSED ? "refused" : "fault";
}

static fnt_status print_json(const request *r, int code, fnt_status decision, const fnt_report *why)
{
    text all = TEXT_EMPTY;
    text_put(&all, "{\"resource\":");
    text_json(&all, r->resource->at, r->resource->len);
    text_put(&all, ",\"answer\":\"");
    text_put(&all, answer_of(code));
    text_put(&all, "\",\"status\":\"");
    text_put(&all, fnt_status_name(decision));
    text_put(&all, "\",\"report\":");
    fnt_status status = explain_json(&all, why);
    text_put(&all, "}");
    if (status == FNT_OK)
        safe_json(stdout, all.at, all.len);
    text_free(&all);
    return status;
}

static int answer(const option *o, const request *r, fnt_status decision, const fnt_report *why)
{
    int code = exit_of(decision);
    fnt_status status = FNT_OK;
    if (o[JSON].count > 0)
        status = print_json(r, code, decision, why);
    else if (code == EXIT_YES || code == EXIT_DENIED) {
        safe_print(stdout, r->resource->at, r->resource->len);
        printf(" %s\n", answer_of(code));
    }
    if (o[EXPLAIN].count > 0 && o[JSON].count == 0)
        explain(stdout, why, 2);
    if (status != FNT_OK)
        return fail_status(status, NULL);
    return code == EXIT_YES ? code : fail_report(decision, why);
}

static int decide(const app *run, const option *o, const request *r)
{
    fnt_report *why = NULL;
    fnt_status status = fnt_report_new(&why);
    if (status != FNT_OK)
        return fail_status(status, NULL);
    status = o[HEADER].count > 0 ? decide_header(r, why) : decide_token(r, why);
    int code = answer(o, r, status, why);
    notes_tell(run, status, why);
    fnt_report_free(why);
    return code;
}

static int authorize(app *run, const option *o, const operands *rest)
{
    const char *argument = NULL;
    text token = TEXT_EMPTY, resource = TEXT_EMPTY;
    request r = {NULL, &token, &resource, 0};
    int code = value_operand(run, rest, &argument);
    if (code == EXIT_YES)
        code = find_resource(run, o, &resource);
    if (code == EXIT_YES)
        code = prepare(run, o, &r);
    if (code == EXIT_YES)
        code = read_token(run, argument, &token);
    if (code == EXIT_YES)
        code = decide(run, o, &r);
    fnt_verifier_free(r.verifier);
    text_free(&token);
    text_free(&resource);
    return code;
}

int run_authorize(app *run, int argc, char **argv)
{
    option o[COUNT] = {[JWKS] = {.name = "jwks", .kind = OPT_ONE, .required = true},
                       [ISSUER] = {.name = "issuer", .kind = OPT_ONE, .required = true},
                       [AUDIENCE] = {.name = "audience", .kind = OPT_ONE},
                       [RESOURCE] = {.name = "resource", .kind = OPT_ONE, .may_be_empty = true},
                       [PATH] = {.name = "path", .kind = OPT_ONE, .may_be_empty = true},
                       [NAMESPACE] = {.name = "namespace", .kind = OPT_ONE},
                       [HEADER] = {.name = "header"},
                       [EXPLAIN] = {.name = "explain"},
                       [JSON] = {.name = "json"},
                       [LEEWAY] = {.name = "leeway", .kind = OPT_ONE},
                       [NOW] = {.name = "now", .kind = OPT_ONE},
                       [ALG] = {.name = "alg", .kind = OPT_MANY},
                       [ALLOW_HMAC] = {.name = "allow-hmac"}};
    operands rest;
    int code = options_parse(run, usage, argc, argv, o, COUNT, &rest);
    if (code == OPTIONS_GO_ON)
        code = authorize(run, o, &rest);
    options_free(o, COUNT, &rest);
    return code;
}
