/* SPDX-License-Identifier: MIT */
/* What stands in for call.c in a build without libcurl. */
#include "lib/http/call.h"

bool http_call(const http_client_options *options, const http_request *request, http_answer *answer)
{
    (void)options;
    (void)request;
    *answer = (http_answer){.body = TEXT_EMPTY};
    text_put(&answer->why, "this build can't call servers: build it where libcurl 7.87 or later is "
                           "(Debian: libcurl4-openssl-dev)");
    return false;
}

void http_answer_free(http_answer *answer)
{
    text_free(&answer->why);
}

http_url_kind http_url_look(const char *url)
{
    (void)url;
    return HTTP_URL_SAFE; /* nothing is sent */
}
