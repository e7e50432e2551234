/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_OAUTH_H
#define FNTOKEN_OAUTH_H

#include "lib/http/call.h"
#include "lib/iam_files/tree.h"

/* What OAuth 2.0 has in common: forms, JSON answers, requests for tokens. */

/* Adds a parameter to application/x-www-form-urlencoded, or a value alone. */
void form_add(text *form, const char *name, const char *value, size_t len);
void form_encode(text *form, const char *value, size_t len);

/* A JSON object. */
typedef struct {
    tree members;
} json_answer;

#define JSON_ANSWER_NONE ((json_answer){TREE_EMPTY})

/* False: it is no JSON object. Release with json_answer_free in every case. */
bool json_answer_read(json_answer *answer, const text *body);

/* False: there is no member of that name that is a string, or a whole number. */
bool json_answer_text(const json_answer *answer, const char *name, text *out);
/* The same of a member that is an object. */
bool json_answer_within(const json_answer *answer, const char *outer, const char *name, text *out);
bool json_answer_number(const json_answer *answer, const char *name, int64_t *out);
void json_answer_free(json_answer *answer);

typedef struct {
    text token;
    int64_t lifetime; /* seconds; 0: the server did not say */
} issued;

/* Whether it can be one: what can goes into a header and onto a line. */
bool oauth_is_token(const text *t);

/* The form of a token exchange (RFC 8693, 2.1). type: of the subject token, a URN; scope: NULL for
 * none. */
void form_exchange(text *form, const text *subject, const char *type, const char *scope,
                   const char *const *audiences, size_t count);

typedef struct {
    const char *url;
    const text *form;
    const char *user, *password; /* of HTTP Basic; NULL */
    const char *member;          /* of the answer, that has the token */
    /* Set, in place of a message, where the server does not take the client's credentials. NULL:
     * it is told like all else. */
    bool *client_refused;
} oauth_call;

/* POSTs the form to a token endpoint. EXIT_YES; or, after a message that has what the server said
 * and what to do, EXIT_REFUSED where it refuses what was sent, EXIT_DENIED where it answers 403,
 * EXIT_FAULT for all else. */
int oauth_request(const http_client_options *options, const oauth_call *call, issued *out);

#endif
