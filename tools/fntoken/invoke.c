/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "command.h"
#include "lib/base/fail.h"
#include "lib/base/values.h"
#include "lib/http/call.h"
#include "oauth.h"

static const char usage[] =
    "Calls a function with a token for it, which it gets as fntoken token does, and prints the "
    "answer's body. A call that is\n"
    "refused for its token is made once more with a new one.\n\n"
    "Usage: fntoken invoke NAMESPACE:NAME --gateway URL (--subject FILE | --token-url URL "
    "--client-id ID\n"
    "                      --client-secret-file FILE) [OPTION...]\n\n"
    "  --data FILE        the body; - is standard input\n"
    "  --async            put it into the queue: /async-function/, which answers 202\n"
    "  --header FIELD     \"Name: value\"; may be repeated\n"
    "  --method METHOD    POST when not given\n"
    "  --path PATH        behind the function's name, with a query maybe\n"
    "  --url URL          where the function is, if not at the gateway's /function/NAME.NAMESPACE\n"
    "  --call-timeout DURATION\n"
    "                     for the call; 5m\n" CLIENT_USAGE "  --help             this text\n\n"
    "Exit status: 0 for an answer of 200 to 299; 1 for 400 and 401; 3 for 403; 2 for all else.\n\n"
    "Example:\n"
    "  fntoken invoke openfaas-fn:env --gateway http://127.0.0.1:8080 --subject idp-token.txt "
    "--cache\n";

enum {
    DATA = CLIENT_OPTIONS,
    ASYNC,
    HEADER,
    METHOD,
    PATH,
    URL,
    CALL_TIMEOUT,
    COUNT,
    IN_MEMORY = 1 << 20 /* bytes of a body that can be sent again, out of a pipe */
};

typedef struct {
    client *c;
    const option *o;
    const char *resource;
    text url;
    text start; /* of a body that comes out of a pipe */
    int data;   /* open, or -1 */
    bool seekable;
    int64_t rest; /* bytes behind start, or -1 */
    unsigned seconds;
    bool is_last; /* of the calls: what it answers is printed */
} invocation;

/* ---- what is asked for --------------------------------------------------- */

static bool is_name(const char *from, const char *to)
{
    for (const char *c = from; c < to; c++)
        if (!isalnum((unsigned char)*c) && strchr("-._", *c) == NULL)
            return false;
    return to > from && to - from <= 63 && *from != '.' && to[-1] != '.';
}

static int find_url(invocation *v, const app *run)
{
    const char *colon = strchr(v->resource, ':'), *end = v->resource + strlen(v->resource);
    const char *path = option_value(&v->o[PATH]), *url = option_value(&v->o[URL]);
    if (colon == NULL || !is_name(v->resource, colon) || !is_name(colon + 1, end))
        return fail_usage(run,
                          "NAMESPACE:NAME of a function is expected, as in openfaas-fn:env, "
                          "not %s",
                          fail_shown_resource(v->resource));
    if (url != NULL && v->o[ASYNC].count > 0)
        return fail_usage(run, "--async goes through the gateway, and not with --url");
    if (path != NULL && (*path != '/' || strpbrk(path, " \t\r\n#") != NULL))
        return fail_usage(run, "--path begins with / and has no blanks and no #");
    if (url != NULL)
        text_put(&v->url, url);
    else
        text_print(&v->url, "%s/%s/%s.%.*s", v->c->gateway.at,
                   v->o[ASYNC].count > 0 ? "async-function" : "function", colon + 1,
                   (int)(colon - v->resource), v->resource);
    text_put(&v->url, path != NULL ? path : "");
    return url != NULL ? client_check_url(v->c, "url", url) : EXIT_YES;
}

static int check_fields(const app *run, const option *o)
{
    for (size_t i = 0; i < o->count; i++) {
        const char *field = o->values[i], *colon = strchr(field, ':');
        if (colon == NULL || colon == field ||
            strcspn(field, " \t\r\n") < (size_t)(colon - field) || strpbrk(field, "\r\n") != NULL)
            return fail_usage(run, "--header is a line \"Name: value\"");
        if (strncasecmp(field, "Authorization:", 14) == 0)
            return fail_usage(run, "--header can't be Authorization, which the token takes");
    }
    return EXIT_YES;
}

static int check_method(const app *run, const option *o)
{
    const char *method = option_value(o);
    return method == NULL || strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(method)
               ? EXIT_YES
               : fail_usage(run, "--method is a word in capitals, such as GET");
}

/* ---- the body ------------------------------------------------------------ */

static int read_start(invocation *v, const char *path)
{
    ssize_t got = 1;
    text_reserve(&v->start, IN_MEMORY);
    while (v->start.len < IN_MEMORY && got > 0) {
        got = read(v->data, v->start.at + v->start.len, IN_MEMORY - v->start.len);
        v->start.len += got > 0 ? (size_t)got : 0;
        if (got < 0 && errno == EINTR)
            got = 1;
    }
    v->rest = got == 0 ? 0 : -1;
    return got < 0 ? fail_errno(path) : EXIT_YES;
}

static int open_data(invocation *v, app *run)
{
    struct stat about;
    const char *path = option_value(&v->o[DATA]);
    if (path == NULL)
        return EXIT_YES;
    bool input = strcmp(path, "-") == 0;
    if (input && run->standard_input)
        return fail_usage(run, "standard input (-) is asked for twice: give one of them as a file");
    v->data = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (v->data < 0 || fstat(v->data, &about) != 0)
        return fail_errno(path);
    if (S_ISDIR(about.st_mode))
        return errno = EISDIR, fail_errno(path);
    off_t at = S_ISREG(about.st_mode) ? lseek(v->data, 0, SEEK_CUR) : -1;
    v->seekable = at >= 0;
    v->rest = v->seekable ? (int64_t)(about.st_size - at) : -1;
    return v->seekable ? EXIT_YES : read_start(v, path);
}

/* Whether the body can be sent once more. */
static bool rewind_data(invocation *v, off_t to)
{
    return v->data < 0 || v->rest == 0 || (v->seekable && lseek(v->data, to, SEEK_SET) == to);
}

/* ---- the call ------------------------------------------------------------ */

/* What a check of Function Tokens answers with; another 401 is the function's own. */
static bool asks_for_token(const http_answer *answer)
{
    return answer->status == 401 && answer->authenticate.len > 0 &&
           strstr(answer->authenticate.at, "IAM function invoke") != NULL;
}

static bool take(void *context, const http_answer *answer, const char *bytes, size_t len)
{
    const invocation *v = context;
    if (!v->is_last && asks_for_token(answer))
        return true; /* nobody wants to read that */
    return fwrite(bytes, 1, len, stdout) == len;
}

static const char **make_fields(const invocation *v, const char *authorization)
{
    const option *o = &v->o[HEADER];
    const char **fields = new_array(o->count + 3, sizeof *fields);
    bool typed = false;
    size_t count = 0;
    for (; count < o->count; count++) {
        fields[count] = o->values[count];
        typed = typed || strncasecmp(fields[count], "Content-Type:", 13) == 0;
    }
    fields[count++] = authorization;
    if (!typed && v->data >= 0)
        fields[count] = "Content-Type: text/plain";
    return fields;
}

static int call(invocation *v, const text *token, http_answer *answer)
{
    text authorization = TEXT_EMPTY;
    const char *method = option_value(&v->o[METHOD]);
    http_client_options options = v->c->http;
    options.seconds = v->seconds;
    text_print(&authorization, "Authorization: Bearer %s", token->at);
    const char **fields = make_fields(v, authorization.at);
    method = method != NULL ? method : "POST";
    const http_request request = {.method = method,
                                  .url = v->url.at,
                                  .fields = fields,
                                  .has_body = v->data >= 0 || strcmp(method, "POST") == 0,
                                  .body = v->start.at,
                                  .len = v->start.len,
                                  .descriptor = v->rest == 0 ? -1 : v->data,
                                  .rest = v->rest,
                                  .take = take,
                                  .context = v};
    bool whole = http_call(&options, &request, answer);
    free(fields);
    text_free(&authorization);
    if (ferror(stdout) != 0)
        return EXIT_FAULT; /* said when the program ends */
    return whole ? EXIT_YES : fail_server(v->url.at, "%s", answer->why.at);
}

static const char *advice(int got)
{
    return got == 401 ? "this is not the check of Function Tokens, and wants other credentials"
           : got == 403
               ? "no role permits it (fntoken can says why), or the function itself refuses"
           : got == 404 ? "check the function's name and --gateway, or say with --url where it is"
           : got == 413 ? "the body is longer than what answers there takes"
           : got == 429 || got >= 500 ? "run this again later, or see the function's log"
                                      : "the answer's body may say more";
}

/* The body is printed; this says what the status means. */
static int end(const invocation *v, const http_answer *answer)
{
    int got = answer->status;
    if (exit_of_http(got) == EXIT_YES)
        return EXIT_YES;
    if (asks_for_token(answer))
        (void)fail_server(v->url.at,
                          "status 401: the function's check refuses a new token too: %.256s",
                          answer->authenticate.at);
    else if (answer->redirect.len > 0)
        (void)fail_server(v->url.at, "status %d, a redirect, which is not followed with a token",
                          got);
    else if (answer->retry_after.len > 0)
        (void)fail_server(v->url.at, "status %d; Retry-After: %.256s; %s", got,
                          answer->retry_after.at, advice(got));
    else
        (void)fail_server(v->url.at, "status %d; %s", got, advice(got));
    return exit_of_http(got);
}

/* What was refused may have been kept for too long: keys change, and tokens are revoked. */
static int call_again(invocation *v, off_t from, text *token, http_answer *answer)
{
    text old = TEXT_EMPTY;
    if (!rewind_data(v, from))
        return fail_server(v->url.at, "status 401, and the body, longer than 1 MiB and out of a "
                                      "pipe, can't be sent again: run this again");
    text_add(&old, token->at, token->len);
    text_free(token);
    const token_choice choice = {&v->resource, 1, false, old.at};
    int code = client_token(v->c, &choice, token);
    http_answer_free(answer);
    *answer = (http_answer){.status = 0};
    v->is_last = true;
    if (code == EXIT_YES)
        code = call(v, token, answer);
    text_free(&old);
    return code;
}

static int run_call(invocation *v)
{
    text token = TEXT_EMPTY;
    http_answer answer = {.status = 0};
    const token_choice choice = {&v->resource, 1, false, NULL};
    off_t from = v->seekable ? lseek(v->data, 0, SEEK_CUR) : 0;
    int code = client_token(v->c, &choice, &token);
    if (code == EXIT_YES)
        code = call(v, &token, &answer);
    if (code == EXIT_YES && asks_for_token(&answer))
        code = call_again(v, from, &token, &answer);
    if (code == EXIT_YES)
        code = end(v, &answer);
    http_answer_free(&answer);
    text_free(&token);
    return code;
}

static int invoke(app *run, const option *o, const operands *rest)
{
    client c;
    invocation v = {.c = &c, .o = o, .data = -1};
    int code = client_begin(&c, run, o);
    v.resource = rest->count > 0 ? rest->at[0] : "";
    if (code == EXIT_YES && rest->count == 0)
        code = fail_usage(run, "NAMESPACE:NAME of the function is missing");
    if (code == EXIT_YES)
        code = find_url(&v, run);
    if (code == EXIT_YES)
        code = check_fields(run, &o[HEADER]);
    if (code == EXIT_YES)
        code = check_method(run, &o[METHOD]);
    if (code == EXIT_YES)
        code = client_timeout(run, &o[CALL_TIMEOUT], 300, &v.seconds);
    if (code == EXIT_YES)
        code = open_data(&v, run);
    if (code == EXIT_YES)
        code = run_call(&v);
    if (v.data > STDIN_FILENO)
        (void)close(v.data);
    text_free(&v.url);
    text_free(&v.start);
    client_end(&c);
    return code;
}

static const option options[] = {CLIENT_OPTION_ROWS,
                                 [DATA] = {.name = "data", .kind = OPT_ONE},
                                 [ASYNC] = {.name = "async"},
                                 [HEADER] = {.name = "header", .kind = OPT_MANY},
                                 [METHOD] = {.name = "method", .kind = OPT_ONE},
                                 [PATH] = {.name = "path", .kind = OPT_ONE},
                                 [URL] = {.name = "url", .kind = OPT_ONE},
                                 [CALL_TIMEOUT] = {.name = "call-timeout", .kind = OPT_ONE},
                                 [COUNT] = {.name = NULL}};

const command command_invoke = {
    "invoke", "call a function with a token for it", usage, options, OPERANDS_ONE, invoke};
