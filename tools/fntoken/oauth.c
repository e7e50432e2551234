/* SPDX-License-Identifier: MIT */
#include "oauth.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/fail.h"
#include "lib/iam_files/json.h"

enum { SHOWN = 256 }; /* bytes of what a server says */

/* All but RFC 3986's unreserved characters (2.3) as their code. */
void form_encode(text *form, const char *value, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)value[i];
        if (c < 0x80 && (isalnum(c) || (c != '\0' && strchr("-._~", c) != NULL)))
            text_byte(form, value[i]);
        else
            text_print(form, "%%%02X", c);
    }
}

void form_add(text *form, const char *name, const char *value, size_t len)
{
    text_print(form, form->len > 0 ? "&%s=" : "%s=", name);
    form_encode(form, value, len);
}

void form_exchange(text *form, const text *subject, const char *type, const char *scope,
                   const char *const *audiences, size_t count)
{
    form_add(form, "grant_type", FNT_STR("urn:ietf:params:oauth:grant-type:token-exchange"));
    form_add(form, "subject_token", subject->at, subject->len);
    form_add(form, "subject_token_type", FNT_STR(type));
    if (scope != NULL)
        form_add(form, "scope", FNT_STR(scope));
    for (size_t i = 0; i < count; i++)
        form_add(form, "audience", FNT_STR(audiences[i]));
}

/* ---- JSON ---------------------------------------------------------------- */

bool json_answer_read(json_answer *answer, const text *body)
{
    mistake why;
    *answer = JSON_ANSWER_NONE;
    return body->len > 0 && json_read(body, &answer->members, &why) &&
           answer->members.nodes[0].kind == NODE_MAP;
}

static size_t find(const json_answer *answer, size_t map, const char *name)
{
    const tree *t = &answer->members;
    return t->count > 0 ? tree_key(t, map, name, strlen(name)) : NODE_NONE;
}

static bool is_twice(const tree *t, size_t key)
{
    const node *one = &t->nodes[key];
    for (size_t k = tree_next_key(t, key); k != NODE_NONE; k = tree_next_key(t, k))
        if (t->nodes[k].len == one->len &&
            memcmp(tree_text(t, &t->nodes[k]), tree_text(t, one), one->len) == 0)
            return true;
    return false;
}

/* One that stands twice is none: others may read the other one (rule 4). */
static const node *member(const json_answer *answer, size_t map, const char *name)
{
    const tree *t = &answer->members;
    size_t key = find(answer, map, name);
    return key != NODE_NONE && !is_twice(t, key) ? &t->nodes[tree_value(t, key)] : NULL;
}

static bool take_string(const json_answer *answer, const node *value, text *out)
{
    if (value == NULL || value->kind != NODE_TEXT || value->meaning != PLAIN_TEXT)
        return false;
    text_add(out, tree_text(&answer->members, value), value->len);
    return true;
}

bool json_answer_text(const json_answer *answer, const char *name, text *out)
{
    return take_string(answer, member(answer, 0, name), out);
}

bool json_answer_within(const json_answer *answer, const char *outer, const char *name, text *out)
{
    const node *map = member(answer, 0, outer);
    return map != NULL && map->kind == NODE_MAP &&
           take_string(answer, member(answer, (size_t)(map - answer->members.nodes), name), out);
}

bool json_answer_number(const json_answer *answer, const char *name, int64_t *out)
{
    const node *value = member(answer, 0, name);
    if (value == NULL || value->kind != NODE_TEXT || value->meaning != PLAIN_INTEGER)
        return false;
    errno = 0;
    *out = strtoll(tree_text(&answer->members, value), NULL, 10);
    return errno == 0;
}

void json_answer_free(json_answer *answer)
{
    tree_free(&answer->members);
}

/* ---- refusals ------------------------------------------------------------ */

/* What to do about an error of RFC 6749 (5.2) or RFC 8693 (2.2.2). */
static const char *advice(const char *error, int status)
{
    static const char *const rows[][2] = {
        {"invalid_client", "check the URL, or --client-id and the file of --client-secret-file, "
                           "which were sent to --token-url in the form and then as HTTP Basic"},
        {"unauthorized_client", /* Keycloak says so of a wrong secret too */
         "check --client-id and the file of --client-secret-file, and allow this client the grant "
         "client_credentials at the provider"},
        {"invalid_grant", "get a new subject token, of an issuer that the gateway trusts"},
        {"invalid_target", "--audience is NAMESPACE:NAME of a function that a role allows: fntoken "
                           "can shows which do, and the gateway's log why not"},
        {"invalid_scope", "check --scope with the identity provider"},
        {"unsupported_grant_type", "check the URL: what answers there takes another grant"},
        {"temporarily_unavailable", "run this again later"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i][0], error) == 0)
            return rows[i][1];
    return status == 404 || status == 405 ? "check the URL: it has no token endpoint"
           : status >= 500                ? "run this again later, or see that server's log"
                                          : "the server's log says more";
}

/* No end of a server's text without a sign that there was more. */
static void put_shown(text *to, const text *said)
{
    text_add(to, said->at, said->len < SHOWN ? said->len : SHOWN);
    text_put(to, said->len > SHOWN ? "..." : "");
}

static int fail_error(const char *url, const http_answer *answer, const json_answer *said)
{
    text error = TEXT_EMPTY, description = TEXT_EMPTY, words = TEXT_EMPTY;
    text_print(&words, "status %d", answer->status);
    if (json_answer_text(said, "error", &error)) {
        text_put(&words, ", ");
        put_shown(&words, &error);
    }
    if (json_answer_text(said, "error_description", &description)) {
        text_put(&words, ": ");
        put_shown(&words, &description);
        while (words.at[words.len - 1] == '.' && description.len <= SHOWN)
            words.at[--words.len] = '\0'; /* the sentence goes on */
    }
    if (answer->retry_after.len > 0) {
        text_put(&words, "; Retry-After: ");
        put_shown(&words, &answer->retry_after);
    }
    (void)fail_server(url, "%s; %s", words.at,
                      advice(error.len > 0 ? error.at : "", answer->status));
    text_free(&error);
    text_free(&description);
    text_free(&words);
    return exit_of_http(answer->status);
}

static int fail_status_of(const char *url, const http_answer *answer, const json_answer *said)
{
    text to = TEXT_EMPTY;
    if (answer->redirect.len == 0)
        return fail_error(url, answer, said);
    put_shown(&to, &answer->redirect);
    (void)fail_server(url,
                      "status %d, a redirect to %s, which is not followed with a secret: give the "
                      "URL that is meant",
                      answer->status, to.at);
    text_free(&to);
    return EXIT_FAULT;
}

/* ---- tokens -------------------------------------------------------------- */

static int fail_no_json(const oauth_call *call, const text *body)
{
    size_t blanks = body->len > 0 ? strspn(body->at, " \t\r\n") : 0;
    const char *found = body->len == blanks       ? "is empty"
                        : body->at[blanks] == '<' ? "is HTML or XML"
                                                  : "is no JSON object";
    return fail_server(call->url,
                       "the answer %s, and a JSON object with %s is expected: check the URL", found,
                       call->member);
}

bool oauth_is_token(const text *t)
{
    enum { LONGEST = 16384 };
    for (size_t i = 0; i < t->len; i++)
        if (t->at[i] <= ' ' || t->at[i] > '~')
            return false;
    return t->len > 0 && t->len <= LONGEST;
}

/* RFC 6749, 7.1: what is used in another way can't be used here (DPoP, N_A). An id_token is used in
 * none. */
static int check_type(const oauth_call *call, const json_answer *said)
{
    text type = TEXT_EMPTY, shown = TEXT_EMPTY;
    bool is_used = strcmp(call->member, "access_token") == 0,
         is_said = is_used && find(said, 0, "token_type") != NODE_NONE,
         good = !is_said ||
                (json_answer_text(said, "token_type", &type) && strcasecmp(type.at, "Bearer") == 0);
    if (!good) {
        if (type.len > 0)
            put_shown(&shown, &type);
        else
            text_put(&shown, "");
        (void)fail_server(
            call->url,
            "the answer's token_type is \"%s\", and Bearer is expected: whoever holds "
            "such a token has to prove more than that",
            shown.at);
    }
    text_free(&shown);
    text_free(&type);
    return good ? EXIT_YES : EXIT_FAULT;
}

static int take_token(const oauth_call *call, const json_answer *said, issued *out)
{
    if (!json_answer_text(said, call->member, &out->token))
        return fail_server(call->url, "the answer has no %s that is a string: %s", call->member,
                           strcmp(call->member, "id_token") == 0 ? "ask for it with --scope openid"
                                                                 : "check the URL");
    if (!oauth_is_token(&out->token))
        return fail_server(call->url,
                           "the answer's %s is no token: it is empty, longer than 16384 bytes, or "
                           "has characters that none has",
                           call->member);
    int code = check_type(call, said);
    if (code != EXIT_YES)
        return code;
    if (!json_answer_number(said, "expires_in", &out->lifetime) || out->lifetime < 0)
        out->lifetime = 0;
    return EXIT_YES;
}

/* RFC 6749, 5.2: unknown, or not in the way that the server knows it. */
static bool refuses_client(const http_answer *answer, const json_answer *said)
{
    text error = TEXT_EMPTY;
    bool refused =
        json_answer_text(said, "error", &error) && strcmp(error.at, "invalid_client") == 0;
    text_free(&error);
    return answer->status == 401 || (answer->status == 400 && refused);
}

static int read_answer(const oauth_call *call, const http_answer *answer, issued *out)
{
    json_answer said = JSON_ANSWER_NONE;
    int code = EXIT_YES;
    bool json = json_answer_read(&said, &answer->body);
    bool is_client = call->client_refused != NULL && refuses_client(answer, &said);
    if (is_client) {
        *call->client_refused = true;
        code = EXIT_REFUSED;
    } else {
        code = answer->status < 200 || answer->status > 299
                   ? fail_status_of(call->url, answer, &said)
               : !json ? fail_no_json(call, &answer->body)
                       : take_token(call, &said, out);
    }
    json_answer_free(&said);
    return code;
}

int oauth_request(const http_client_options *options, const oauth_call *call, issued *out)
{
    static const char *const fields[] = {"Content-Type: application/x-www-form-urlencoded",
                                         "Accept: application/json", NULL};
    const http_request request = {.method = "POST",
                                  .url = call->url,
                                  .fields = fields,
                                  .has_body = true,
                                  .user = call->user,
                                  .password = call->password,
                                  .body = call->form->at,
                                  .len = call->form->len,
                                  .descriptor = -1};
    http_answer answer;
    int code = http_call(options, &request, &answer) ? read_answer(call, &answer, out)
                                                     : fail_server(call->url, "%s", answer.why.at);
    http_answer_free(&answer);
    return code;
}
