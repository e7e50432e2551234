/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_CLIENT_H
#define FNTOKEN_CLIENT_H

#include "lib/base/options.h"
#include "lib/http/client.h"

/* What commands share that get a token from a gateway: the options, and how. Functions that return
 * int return EXIT_YES, or what to exit with after a message. */

enum {
    CLIENT_GATEWAY,
    CLIENT_SUBJECT,
    CLIENT_TOKEN_URL,
    CLIENT_ID,
    CLIENT_SECRET_FILE,
    CLIENT_SCOPE,
    CLIENT_PARAMETER,
    CLIENT_ID_TOKEN,
    CLIENT_CACHE,
    CLIENT_CA_FILE,
    CLIENT_PLAIN_HTTP,
    CLIENT_TIMEOUT,
    CLIENT_OPTIONS /* how many there are */
};

/* clang-format 14 and 19 do not agree about braces in a macro. */
/* clang-format off */
#define CLIENT_OPTION_ROWS                                                                         \
    [CLIENT_GATEWAY] = {.name = "gateway", .kind = OPT_ONE},                                       \
    [CLIENT_SUBJECT] = {.name = "subject", .kind = OPT_ONE},                                       \
    [CLIENT_TOKEN_URL] = {.name = "token-url", .kind = OPT_ONE},                                   \
    [CLIENT_ID] = {.name = "client-id", .kind = OPT_ONE},                                          \
    [CLIENT_SECRET_FILE] = {.name = "client-secret-file", .kind = OPT_ONE},                        \
    [CLIENT_SCOPE] = {.name = "scope", .kind = OPT_MANY},                                          \
    [CLIENT_PARAMETER] = {.name = "token-parameter", .kind = OPT_MANY},                            \
    [CLIENT_ID_TOKEN] = {.name = "id-token"},                                                      \
    [CLIENT_CACHE] = {.name = "cache"},                                                            \
    [CLIENT_CA_FILE] = {.name = "ca-file", .kind = OPT_ONE},                                       \
    [CLIENT_PLAIN_HTTP] = {.name = "plain-http"},                                                  \
    [CLIENT_TIMEOUT] = {.name = "timeout", .kind = OPT_ONE}
/* clang-format on */

#define CLIENT_USAGE                                                                               \
    "  --gateway URL      where tokens are exchanged: at URL/oauth/token; else the variable "      \
    "OPENFAAS_URL\n"                                                                               \
    "  --subject FILE     the identity provider's token, or an API token; - is standard input\n"   \
    "  --token-url URL    get the subject token here, with client_credentials\n"                   \
    "  --client-id ID     for --token-url\n"                                                       \
    "  --client-secret-file FILE\n"                                                                \
    "                     for --token-url; - is standard input\n"                                  \
    "  --scope SCOPE      for --token-url; may be repeated\n"                                      \
    "  --token-parameter NAME=VALUE\n"                                                             \
    "                     what --token-url is asked for besides, such as audience=openfaas; may "  \
    "be repeated\n"                                                                                \
    "  --id-token         send the id_token that --token-url answers with, not its access_token\n" \
    "  --cache            keep the token, and use one that was kept, until 10 seconds before its " \
    "end: files that nobody\n"                                                                     \
    "                     else can read, in $XDG_CACHE_HOME/fntoken or ~/.cache/fntoken\n"         \
    "  --ca-file FILE     certificates of authorities, in place of the system's\n"                 \
    "  --plain-http       allow http to other machines: whoever is on the way can take the "       \
    "tokens\n"                                                                                     \
    "  --timeout DURATION for each request; 30s\n"

typedef struct {
    app *run;
    const option *o; /* CLIENT_ rows */
    text exchange;   /* the URL */
    text gateway;    /* its base, without a slash at the end */
    text subject;    /* where it comes from a file */
    text secret;
    http_client_options http;
} client;

/* Reads the options and the files that they name. Release with client_end in every case. */
int client_begin(client *c, app *run, const option *o);
void client_end(client *c);

/* A URL to which a token may be sent. name: of the option. */
int client_check_url(const client *c, const char *name, const char *url);

/* A time limit of a request; usual: in seconds, where the option is not given. */
int client_timeout(const app *run, const option *o, int64_t usual, unsigned *out);

typedef struct {
    const char *const *audiences;
    size_t count;
    bool api;            /* an API token, not a Function Token */
    const char *refused; /* a token that was refused: not that one again; NULL */
} token_choice;

/* From the cache, or the gateway. */
int client_token(const client *c, const token_choice *choice, text *token);

#endif
