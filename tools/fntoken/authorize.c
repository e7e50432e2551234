/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "keys.h"
#include "lib/base/explain.h"
#include "lib/base/fail.h"
#include "lib/base/safe.h"
#include "lib/base/values.h"
#include "lib/tokens/token_hint.h"
#include "read_token.h"

static const char usage[] =
    "Decides, as a function's watchdog does, whether a Function Token may call a function. Prints "
    "\"RESOURCE allowed\" or\n"
    "\"RESOURCE denied\"; nothing when the token itself is refused.\n\n"
    "Usage: fntoken authorize --jwks FILE --issuer URL (--resource NS:FN | --path PATH) "
    "[OPTION...] [TOKEN]\n\n"
    "  --jwks FILE        the issuer's keys: JWKS, one JWK or PEM\n"
    "  --issuer URL       what iss must be: the gateway's URL\n"
    "  --audience URL     what aud must hold; the issuer when not given\n"
    "  --resource NS:FN   the function\n"
    "  --path PATH        or a request path: /function/NAME, /function/NAME.NS/..., "
    "/async-function/...\n"
    "  --namespace NS     of a path that names none; openfaas-fn when not given\n"
    "  --header           TOKEN is the whole value of an Authorization header: \"Bearer ...\"; an "
    "empty one is no token\n"
    "  --explain          print why: the issuer, the key, the patterns that were looked at\n"
    "  --json             print the answer and the reasons as JSON\n"
    "  --quiet            print nothing, and no reason: the exit status is the answer\n"
    "  --revoked FILE     refuse what this list of revocations names\n"
    "  --leeway DURATION  for clocks that differ: 1s when not given, 5m at most\n"
    "  --now UNIX         seconds since 1970; the clock's when not given\n"
    "  --allow-hmac       take symmetric keys (HS256, HS384, HS512) as well as ES256\n" TOKEN_USAGE
    "  --help             this text\n\n"
    "Exit status: 0 allowed; 3 denied; 1 the token is refused.\n\n"
    "Examples:\n"
    "  fntoken authorize --jwks keys.json --issuer https://gw.example.com --resource dev:env < "
    "token.txt\n"
    "  fntoken authorize --jwks keys.json --issuer https://gw.example.com --path /function/env.dev "
    "--header \"Bearer $TOKEN\"\n";

enum {
    JWKS,
    ISSUER,
    AUDIENCE,
    RESOURCE,
    PATH,
    NAMESPACE,
    HEADER,
    EXPLAIN,
    JSON,
    QUIET,
    REVOKED,
    LEEWAY,
    NOW,
    ALLOW_HMAC,
    TOKEN,
    COUNT
};

static int read_path(const app *run, const char *path, const char *namespace, text *out)
{
    char resource[FNT_RESOURCE_MAX];
    size_t len = 0;
    fnt_status status =
        fnt_resource_from_path(FNT_STR(path), namespace, namespace != NULL ? strlen(namespace) : 0,
                               resource, sizeof resource, &len, run->why);
    text_add(out, resource, len);
    return fail_report(run, status);
}

static int find_resource(const app *run, const option *o, text *out)
{
    const char *path = option_value(&o[PATH]), *resource = option_value(&o[RESOURCE]),
               *namespace = option_value(&o[NAMESPACE]);
    if ((path == NULL) == (resource == NULL))
        return fail_usage(run, "give one of --resource and --path");
    if (namespace != NULL && path == NULL)
        return fail_usage(run, "--namespace belongs to --path");
    if (resource != NULL) {
        /* an empty one is no resource, which is denied, not a fault of ours */
        text_put(out, *resource != '\0' ? resource : ":");
        return EXIT_YES;
    }
    return read_path(run, path, namespace, out);
}

typedef struct {
    fnt_verifier *verifier;
    text token, resource;
    int64_t now;
} request;

static fnt_status decide_header(const request *r, fnt_report *why)
{
    /* an empty input is "no header was sent" */
    const char *header = r->token.len > 0 ? r->token.at : NULL;
    return fnt_authorize(r->verifier, header, r->token.len, r->resource.at, r->resource.len, r->now,
                         NULL, why);
}

static fnt_status decide_token(const request *r, fnt_report *why)
{
    fnt_token *token = NULL;
    fnt_status status = fnt_verify(r->verifier, r->token.at, r->token.len, r->now, &token, why);
    if (status == FNT_OK)
        status = fnt_token_authorize(token, r->resource.at, r->resource.len, r->now, why);
    fnt_token_free(token);
    return status;
}

static int print_json(const request *r, fnt_status decision, const fnt_report *why)
{
    text json = TEXT_EMPTY;
    fnt_status status = answer_json(&json, r->resource.at, decision == FNT_OK, decision, why);
    if (status == FNT_OK)
        safe_json(stdout, json.at, json.len);
    text_free(&json);
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}

static void print_line(const request *r, int code)
{
    if (code != EXIT_YES && code != EXIT_DENIED)
        return;
    safe_puts(stdout, fail_shown_resource(r->resource.at));
    puts(code == EXIT_YES ? " allowed" : " denied");
}

static int decide(const app *run, const option *o, const request *r)
{
    fnt_status decision =
        o[HEADER].count > 0 ? decide_header(r, run->why) : decide_token(r, run->why);
    if (o[JSON].count > 0) {
        int code = print_json(r, decision, run->why);
        return code == EXIT_YES ? fail_report(run, decision) : code;
    }
    if (!run->quiet)
        print_line(r, exit_of(decision));
    if (o[EXPLAIN].count > 0)
        explain(stdout, run->why, 2);
    return fail_report(run, decision);
}

static int authorize(app *run, const option *o, const operands *rest)
{
    request r = {NULL, TEXT_EMPTY, TEXT_EMPTY, 0};
    verifier_choice choice = {option_value(&o[JWKS]),
                              option_value(&o[ISSUER]),
                              option_value(&o[AUDIENCE]),
                              option_value(&o[REVOKED]),
                              &o[LEEWAY],
                              FNT_ES256,
                              o[ALLOW_HMAC].count > 0,
                              false};
    int code = value_quiet(run, &o[QUIET], &o[JSON], &o[EXPLAIN]);
    if (code == EXIT_YES)
        code = find_resource(run, o, &r.resource);
    if (code == EXIT_YES)
        code = value_now(run, &o[NOW], &r.now);
    if (code == EXIT_YES)
        code = load_verifier(run, &choice, &r.verifier);
    if (code == EXIT_YES)
        code = read_token(run, &o[TOKEN], rest, &r.token);
    if (o[HEADER].count > 0)
        run->token_hint = header_hint(r.token.at, r.token.len);
    if (code == EXIT_YES)
        code = decide(run, o, &r);
    fnt_verifier_free(r.verifier);
    text_free(&r.token);
    text_free(&r.resource);
    return code;
}

static const option options[] = {
    [JWKS] = {.name = "jwks", .kind = OPT_ONE, .required = true},
    [ISSUER] = {.name = "issuer", .kind = OPT_ONE, .required = true},
    [AUDIENCE] = {.name = "audience", .kind = OPT_ONE},
    [RESOURCE] = {.name = "resource", .kind = OPT_ONE, .may_be_empty = true},
    [PATH] = {.name = "path", .kind = OPT_ONE, .may_be_empty = true},
    [NAMESPACE] = {.name = "namespace", .kind = OPT_ONE},
    [HEADER] = {.name = "header"},
    [EXPLAIN] = {.name = "explain"},
    [JSON] = {.name = "json"},
    [QUIET] = {.name = "quiet"},
    [REVOKED] = {.name = "revoked", .kind = OPT_ONE},
    [LEEWAY] = {.name = "leeway", .kind = OPT_ONE},
    [NOW] = {.name = "now", .kind = OPT_ONE},
    [ALLOW_HMAC] = {.name = "allow-hmac"},
    [TOKEN] = TOKEN_OPTION,
    [COUNT] = {.name = NULL}};

const command command_authorize = {"authorize",  "decide whether a token may call a function",
                                   usage,        options,
                                   OPERANDS_ONE, authorize};
