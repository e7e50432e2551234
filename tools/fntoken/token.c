/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "client.h"
#include "command.h"
#include "lib/base/fail.h"

static const char usage[] =
    "Gets a Function Token from a gateway, in exchange for an identity provider's token (RFC "
    "8693), "
    "and prints it.\n\n"
    "Usage: fntoken token --gateway URL (--subject FILE | --token-url URL --client-id ID "
    "--client-secret-file FILE) [OPTION...]\n\n"
    "  --audience A       for this NAMESPACE:NAME alone, not for all that roles allow; may be "
    "repeated\n"
    "  --api              an OpenFaaS API token instead\n" CLIENT_USAGE
    "  --help             this text\n\n"
    "Example:\n"
    "  fntoken token --gateway http://127.0.0.1:8080 --audience openfaas-fn:env --subject "
    "idp-token.txt\n";

enum { AUDIENCE = CLIENT_OPTIONS, API, COUNT };

static int token(app *run, const option *o, const operands *rest)
{
    client c;
    text got = TEXT_EMPTY;
    (void)rest;
    int code = client_begin(&c, run, o);
    const token_choice choice = {o[AUDIENCE].values, o[AUDIENCE].count, o[API].count > 0, NULL};
    if (code == EXIT_YES && choice.api && choice.count > 0)
        code = fail_usage(run, "--api has no --audience: an API token is not for functions");
    if (code == EXIT_YES)
        code = client_token(&c, &choice, &got);
    if (code == EXIT_YES)
        puts(got.at);
    text_free(&got);
    client_end(&c);
    return code;
}

static const option options[] = {
    CLIENT_OPTION_ROWS, [AUDIENCE] = {.name = "audience", .kind = OPT_MANY},
    [API] = {.name = "api"}, [COUNT] = {.name = NULL}};

const command command_token = {
    "token", "get a Function Token from a gateway", usage, options, OPERANDS_NONE, token};
