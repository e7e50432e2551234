/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_CALL_H
#define FNTOKEN_LIB_HTTP_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/text.h"
#include "lib/http/client.h"

/* One request after another, each of which is waited for. TLS is verified, no redirect is followed,
 * and proxies are libcurl's own variables, as client.h has it. */

typedef struct {
    int status; /* 0 where no answer came */
    text body;  /* where nobody else takes it */
    /* header fields of those names; empty where there are none */
    text authenticate; /* WWW-Authenticate, several of them after commas */
    text retry_after;
    text redirect; /* where a redirect leads */
    text why;      /* a sentence, where there is no answer, or not all of it came */
} http_answer;

typedef struct {
    const char *method, *url;
    const char *const *fields;   /* "Name: value", the last one NULL */
    const char *user, *password; /* of HTTP Basic; both NULL: none */
    bool has_body;
    const char *body; /* what there is of it in memory */
    size_t len;
    int descriptor; /* where the rest is read from, or -1 */
    int64_t rest;   /* bytes of it; -1: not known */
    /* Takes a piece of the answer's body, after its status and header fields; false ends it. NULL:
     * it is gathered. */
    bool (*take)(void *context, const http_answer *answer, const char *bytes, size_t len);
    void *context;
} http_request;

/* False: no whole answer came, and answer->why says why. seconds of the options: 0 is no limit.
 * Release the answer with http_answer_free in every case. */
bool http_call(const http_client_options *options, const http_request *request,
               http_answer *answer);
void http_answer_free(http_answer *answer);

#endif
