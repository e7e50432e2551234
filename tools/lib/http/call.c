/* SPDX-License-Identifier: MIT */
#include "lib/http/call.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/http/curl.h"
#include "lib/http/easy.h"

typedef struct {
    const http_client_options *options;
    const http_request *request;
    http_answer *answer;
    CURL *easy;
    size_t sent; /* of what is in memory */
    bool too_long, unreadable;
    char error[CURL_ERROR_SIZE];
} call;

/* ---- what libcurl calls -------------------------------------------------- */

static size_t send_piece(char *to, size_t size, size_t count, void *context)
{
    call *c = context;
    const http_request *r = c->request;
    size_t most = size * count, left = r->len - c->sent;
    if (left > 0) {
        size_t len = left < most ? left : most;
        memcpy(to, r->body + c->sent, len);
        c->sent += len;
        return len;
    }
    ssize_t got = 0;
    while (r->descriptor >= 0 && (got = read(r->descriptor, to, most)) < 0 && errno == EINTR)
        ;
    c->unreadable = got < 0;
    return c->unreadable ? CURL_READFUNC_ABORT : (size_t)got;
}

static size_t take_piece(char *bytes, size_t size, size_t count, void *context)
{
    call *c = context;
    size_t len = size * count;
    if (c->request->take != NULL)
        return c->request->take(c->request->context, c->answer, bytes, len) ? len : 0;
    c->too_long = len > c->options->max_bytes - c->answer->body.len;
    if (c->too_long)
        return 0; /* ends it */
    text_add(&c->answer->body, bytes, len);
    return len;
}

static void take_value(text *to, const char *line, size_t len, const char *name)
{
    size_t n = strlen(name);
    if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
        return;
    size_t from = n + 1 + strspn(line + n + 1, " \t");
    while (len > from && strchr("\r\n \t", line[len - 1]) != NULL)
        len--;
    text_put(to, to->len > 0 ? ", " : "");
    text_add(to, line + from, len - from);
}

/* Lines of a proxy's answer, and of one that is not the last, are forgotten. */
static size_t take_line(char *bytes, size_t size, size_t count, void *context)
{
    call *c = context;
    text line = TEXT_EMPTY;
    size_t len = size * count;
    long status = 0;
    text_add(&line, bytes, len);
    if (strncmp(line.at, "HTTP/", 5) == 0) {
        text_free(&c->answer->authenticate);
        text_free(&c->answer->retry_after);
        (void)curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
        c->answer->status = (int)status;
    }
    take_value(&c->answer->authenticate, line.at, len, "WWW-Authenticate");
    take_value(&c->answer->retry_after, line.at, len, "Retry-After");
    text_free(&line);
    return len;
}

/* ---- one call ------------------------------------------------------------ */

static bool set_body(CURL *e, const http_request *r)
{
    curl_off_t all = r->rest < 0 ? -1 : (curl_off_t)r->len + r->rest;
    return curl_easy_setopt(e, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, all) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_READFUNCTION, send_piece) == CURLE_OK;
}

/* A body of POST and of none other needs no CUSTOMREQUEST, which says the method alone. */
static bool set_request(call *c, struct curl_slist *fields)
{
    CURL *e = c->easy;
    const http_request *r = c->request;
    bool head = strcmp(r->method, "HEAD") == 0;
    return easy_set_up(e, r->url, c->options, c->error) && (!r->has_body || set_body(e, r)) &&
           (!head || curl_easy_setopt(e, CURLOPT_NOBODY, 1L) == CURLE_OK) &&
           (head || curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method) == CURLE_OK) &&
           curl_easy_setopt(e, CURLOPT_HTTPHEADER, fields) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_USERNAME, r->user) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PASSWORD, r->password) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_READDATA, c) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_piece) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEDATA, c) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_line) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HEADERDATA, c) == CURLE_OK;
}

static void say_why(call *c, CURLcode code)
{
    text *why = &c->answer->why;
    if (c->unreadable)
        text_put(why, "the body can't be read to its end");
    else if (c->too_long)
        text_print(why, "the answer is longer than %zu bytes", c->options->max_bytes);
    else
        text_put(why, c->error[0] != '\0' ? c->error : curl_easy_strerror(code));
}

static void perform(call *c)
{
    char *to = NULL;
    long status = 0;
    CURLcode code = curl_easy_perform(c->easy);
    (void)curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(c->easy, CURLINFO_REDIRECT_URL, &to);
    c->answer->status = (int)status;
    text_put(&c->answer->redirect, to != NULL ? to : "");
    if (code != CURLE_OK)
        say_why(c, code);
}

bool http_call(const http_client_options *options, const http_request *request, http_answer *answer)
{
    *answer = (http_answer){.body = TEXT_EMPTY};
    call c = {.options = options, .request = request, .answer = answer};
    struct curl_slist *fields = NULL;
    const char *missing = NULL;
    if (!late_find(&missing)) {
        text_print(&answer->why, "libcurl is needed to call servers (Debian: libcurl4): %s",
                   missing);
        return false;
    }
    bool good = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    /* or a long body would wait for a "100 Continue" that few servers send */
    fields = good ? curl_slist_append(NULL, "Expect:") : NULL;
    good = fields != NULL;
    for (size_t i = 0; good && request->fields != NULL && request->fields[i] != NULL; i++)
        good = curl_slist_append(fields, request->fields[i]) != NULL;
    c.easy = good ? curl_easy_init() : NULL;
    if (c.easy != NULL && set_request(&c, fields))
        perform(&c);
    else
        text_put(&answer->why, "libcurl has no memory, or no TLS");
    curl_easy_cleanup(c.easy);
    curl_slist_free_all(fields);
    return answer->why.len == 0;
}

void http_answer_free(http_answer *answer)
{
    text_free(&answer->body);
    text_free(&answer->authenticate);
    text_free(&answer->retry_after);
    text_free(&answer->redirect);
    text_free(&answer->why);
}
