/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache.h"
#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/base/values.h"
#include "lib/tokens/token_hint.h"
#include "oauth.h"
#include "provider.h"

enum { MOST = 1 << 20 }; /* bytes of an answer that has a token */

/* ---- options ------------------------------------------------------------- */

int client_check_url(const client *c, const char *name, const char *url)
{
    switch (http_url_look(url)) {
    case HTTP_URL_SAFE:
        return EXIT_YES;
    case HTTP_URL_PLAIN:
        return c->o[CLIENT_PLAIN_HTTP].count > 0
                   ? EXIT_YES
                   : fail_usage(c->run,
                                "--%s is http to another machine, and whoever is on the way could "
                                "take the tokens: use https, or --plain-http where the network is "
                                "your own",
                                name);
    case HTTP_URL_USER:
        return fail_usage(c->run, "--%s has a user or a password in it, which are not sent", name);
    case HTTP_URL_PARTS:
        return fail_usage(c->run, "--%s ends in a query or a fragment, and goes on with a path",
                          name);
    default:
        return fail_usage(c->run, "--%s is a URL that begins with https:// or http://, not %s",
                          name, fail_shown(url));
    }
}

static int find_gateway(client *c)
{
    const char *url = option_value(&c->o[CLIENT_GATEWAY]), *set = getenv("OPENFAAS_URL");
    if (url == NULL)
        url = set != NULL && *set != '\0' ? set : NULL;
    if (url == NULL)
        return fail_usage(c->run, "--gateway is missing, and OPENFAAS_URL is not set");
    text_put(&c->gateway, url);
    while (c->gateway.len > 0 && c->gateway.at[c->gateway.len - 1] == '/')
        c->gateway.at[--c->gateway.len] = '\0';
    text_print(&c->exchange, "%s/oauth/token", c->gateway.at);
    return client_check_url(c, "gateway", url);
}

static int check_source(const client *c)
{
    bool provider = c->o[CLIENT_TOKEN_URL].count > 0, subject = c->o[CLIENT_SUBJECT].count > 0;
    if (provider == subject)
        return fail_usage(c->run, "give a subject token, with either --subject or --token-url");
    int code = provider_check(c->run, c->o);
    return provider && code == EXIT_YES
               ? client_check_url(c, "token-url", option_value(&c->o[CLIENT_TOKEN_URL]))
               : code;
}

/* Without the line break at its end that editors and echo write. */
static int read_secret(client *c, const option *o, const char *expected, text *out)
{
    if (o->count == 0)
        return EXIT_YES;
    int code = read_file(c->run, option_value(o), expected, out);
    while (out->len > 0 && (out->at[out->len - 1] == '\n' || out->at[out->len - 1] == '\r'))
        out->at[--out->len] = '\0';
    return code;
}

/* What stands behind a token in its file, another secret maybe, is not sent with it. */
static bool is_one_word(const text *subject)
{
    static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    return strspn(subject->at, chars) == subject->len;
}

static int check_subject(const client *c)
{
    char *json = NULL;
    size_t len = 0;
    if (c->subject.len == 0)
        return EXIT_YES;
    c->run->token_hint = token_hint(c->subject.at, c->subject.len);
    fnt_status status =
        fnt_unverified_json(c->subject.at, c->subject.len, &json, &len, c->run->why);
    fnt_free(json);
    if (status != FNT_OK || is_one_word(&c->subject))
        return fail_report(c->run, status);
    const char *hint = c->run->token_hint;
    return fail_status(FNT_REFUSED_MALFORMED,
                       hint != NULL ? hint : "Other text stands behind the token: pass it alone.");
}

int client_timeout(const app *run, const option *o, int64_t usual, unsigned *out)
{
    int64_t seconds = 0;
    int code = value_duration(run, o, usual, &seconds);
    if (code == EXIT_YES && (seconds < 1 || seconds > 86400))
        code = fail_usage(run, "--%s is between 1s and 24h", o->name);
    *out = (unsigned)seconds;
    return code;
}

int client_begin(client *c, app *run, const option *o)
{
    *c = (client){.run = run, .o = o};
    c->http = (http_client_options){option_value(&o[CLIENT_CA_FILE]), "fntoken", MOST, 0};
    int code = find_gateway(c);
    if (code == EXIT_YES)
        code = check_source(c);
    if (code == EXIT_YES)
        code = client_timeout(run, &o[CLIENT_TIMEOUT], 30, &c->http.seconds);
    if (code == EXIT_YES)
        code = read_secret(c, &o[CLIENT_SUBJECT], "a token", &c->subject);
    if (code == EXIT_YES)
        code = read_secret(c, &o[CLIENT_SECRET_FILE], "a client's secret", &c->secret);
    return code == EXIT_YES ? check_subject(c) : code;
}

void client_end(client *c)
{
    text_free(&c->exchange);
    text_free(&c->gateway);
    text_free(&c->subject);
    text_free(&c->secret);
}

/* ---- asking -------------------------------------------------------------- */

static int exchange(const client *c, const token_choice *choice, issued *out)
{
    text form = TEXT_EMPTY, subject = TEXT_EMPTY;
    int code = EXIT_YES;
    if (c->subject.len > 0)
        text_add(&subject, c->subject.at, c->subject.len);
    else
        code = provider_ask(c, &subject);
    if (code == EXIT_YES) {
        form_exchange(&form, &subject, "urn:ietf:params:oauth:token-type:id_token",
                      choice->api ? NULL : "function", choice->audiences, choice->count);
        const oauth_call call = {.url = c->exchange.at, .form = &form, .member = "access_token"};
        code = oauth_request(&c->http, &call, out);
    }
    text_free(&form);
    text_free(&subject);
    return code;
}

/* ---- keeping ------------------------------------------------------------- */

static void put_subject(const client *c, text *key)
{
    static const char *const claims[] = {"iss", "sub"};
    char *json = NULL;
    size_t len = 0;
    text all = TEXT_EMPTY;
    json_answer said = JSON_ANSWER_NONE;
    if (fnt_unverified_json(c->subject.at, c->subject.len, &json, &len, NULL) == FNT_OK)
        text_add(&all, json, len);
    bool read = json_answer_read(&said, &all);
    for (size_t i = 0; i < 2; i++) {
        text value = TEXT_EMPTY;
        bool has = read && json_answer_within(&said, "claims", claims[i], &value);
        text_put(key, has ? "," : ",null");
        if (has)
            text_json(key, value.at, value.len);
        text_free(&value);
    }
    json_answer_free(&said);
    fnt_free(json);
    text_free(&all);
}

static void put_values(text *key, const char *const *values, size_t count)
{
    text_put(key, ",[");
    for (size_t i = 0; i < count; i++) {
        text_put(key, i > 0 ? "," : "");
        text_json(key, FNT_STR(values[i]));
    }
    text_put(key, "]");
}

/* As JSON texts one after another, so that no value can pass for two. */
static void put_key(const client *c, const token_choice *choice, text *key)
{
    static const int asked[] = {CLIENT_TOKEN_URL, CLIENT_ID, CLIENT_SCOPE, CLIENT_PARAMETER};
    text_json(key, c->gateway.at, c->gateway.len);
    text_put(key, choice->api ? ",\"api\"" : ",\"function\"");
    if (c->o[CLIENT_TOKEN_URL].count > 0) {
        text_put(key, c->o[CLIENT_ID_TOKEN].count > 0 ? ",\"id_token\"" : ",\"access_token\"");
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
            put_values(key, c->o[asked[i]].values, c->o[asked[i]].count);
    } else {
        put_subject(c, key);
    }
    put_values(key, choice->audiences, choice->count);
}

static bool is_refused(const token_choice *choice, const text *token)
{
    return choice->refused != NULL && strcmp(choice->refused, token->at) == 0;
}

/* Without --cache the entry is none: nothing is found in it, and nothing put there. */
int client_token(const client *c, const token_choice *choice, text *token)
{
    text key = TEXT_EMPTY;
    cache_entry entry = CACHE_NONE;
    issued got = {TEXT_EMPTY, 0};
    int code = EXIT_YES;
    int64_t now = (int64_t)time(NULL);
    if (c->o[CLIENT_CACHE].count > 0) {
        put_key(c, choice, &key);
        cache_open(&entry, key.at);
    }
    if (!cache_read(&entry, now, token) || is_refused(choice, token)) {
        text_free(token);
        code = exchange(c, choice, &got);
        if (code == EXIT_YES) {
            text_add(token, got.token.at, got.token.len);
            if (got.lifetime > 0 && got.lifetime <= INT64_MAX - now)
                cache_write(&entry, now, now + got.lifetime, token->at);
        }
    }
    cache_close(&entry);
    text_free(&got.token);
    text_free(&key);
    return code;
}
