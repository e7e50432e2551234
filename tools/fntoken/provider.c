/* SPDX-License-Identifier: MIT */
#include "provider.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fail.h"
#include "oauth.h"

/* ---- options ------------------------------------------------------------- */

static bool is_named(const char *parameter, const char *name)
{
    size_t len = strlen(name);
    return strncmp(parameter, name, len) == 0 && parameter[len] == '=';
}

/* No value is shown: it may be the secret. */
static int check_parameter(const app *run, const char *parameter)
{
    static const char *const others[][2] = {{"grant_type", "it is client_credentials"},
                                            {"client_id", "give --client-id"},
                                            {"client_secret", "give --client-secret-file"},
                                            {"scope", "give --scope"}};
    size_t len = strcspn(parameter, "=");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_named(parameter, others[i][0]))
            return fail_usage(run, "--token-parameter can't be %s: %s", others[i][0], others[i][1]);
    return len > 0 && parameter[len] == '='
               ? EXIT_YES
               : fail_usage(run, "--token-parameter is NAME=VALUE, as in audience=openfaas");
}

int provider_check(const app *run, const option *o)
{
    static const int all[] = {CLIENT_ID, CLIENT_SECRET_FILE, CLIENT_SCOPE, CLIENT_PARAMETER,
                              CLIENT_ID_TOKEN};
    bool provider = o[CLIENT_TOKEN_URL].count > 0;
    int code = EXIT_YES;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool needed = all[i] == CLIENT_ID || all[i] == CLIENT_SECRET_FILE;
        if (!provider && o[all[i]].count > 0)
            return fail_usage(run, "--%s goes with --token-url", o[all[i]].name);
        if (provider && needed && o[all[i]].count == 0)
            return fail_usage(run, "--token-url needs --%s", o[all[i]].name);
    }
    for (size_t i = 0; code == EXIT_YES && i < o[CLIENT_PARAMETER].count; i++)
        code = check_parameter(run, o[CLIENT_PARAMETER].values[i]);
    return code;
}

/* ---- asking -------------------------------------------------------------- */

static void put_request(text *form, const option *o)
{
    text scope = TEXT_EMPTY;
    form_add(form, "grant_type", FNT_STR("client_credentials"));
    for (size_t i = 0; i < o[CLIENT_SCOPE].count; i++)
        text_print(&scope, i > 0 ? " %s" : "%s", o[CLIENT_SCOPE].values[i]);
    if (scope.len > 0)
        form_add(form, "scope", scope.at, scope.len);
    for (size_t i = 0; i < o[CLIENT_PARAMETER].count; i++) {
        text name = TEXT_EMPTY;
        const char *parameter = o[CLIENT_PARAMETER].values[i], *value = strchr(parameter, '=');
        form_encode(&name, parameter, (size_t)(value - parameter));
        form_add(form, name.at, FNT_STR(value + 1));
        text_free(&name);
    }
    text_free(&scope);
}

/* The client's name and secret stand in the form: what OpenFaaS's own clients do. */
static int ask_by_form(const client *c, const char *member, bool *refused, issued *out)
{
    text form = TEXT_EMPTY;
    put_request(&form, c->o);
    form_add(&form, "client_id", FNT_STR(option_value(&c->o[CLIENT_ID])));
    form_add(&form, "client_secret", c->secret.at, c->secret.len);
    const oauth_call call = {.url = option_value(&c->o[CLIENT_TOKEN_URL]),
                             .form = &form,
                             .member = member,
                             .client_refused = refused};
    int code = oauth_request(&c->http, &call, out);
    text_free(&form);
    return code;
}

/* They stand in Authorization, each in the form's encoding (RFC 6749, 2.3.1). Every server has to
 * take that, and some, Ory Hydra as it comes, take nothing else. */
static int ask_by_basic(const client *c, const char *member, issued *out)
{
    text form = TEXT_EMPTY, user = TEXT_EMPTY, password = TEXT_EMPTY;
    put_request(&form, c->o);
    form_encode(&user, FNT_STR(option_value(&c->o[CLIENT_ID])));
    form_encode(&password, c->secret.at, c->secret.len);
    const oauth_call call = {.url = option_value(&c->o[CLIENT_TOKEN_URL]),
                             .form = &form,
                             .user = user.at,
                             .password = password.at,
                             .member = member};
    int code = oauth_request(&c->http, &call, out);
    text_free(&password);
    text_free(&user);
    text_free(&form);
    return code;
}

int provider_ask(const client *c, text *subject)
{
    bool refused = false;
    issued got = {TEXT_EMPTY, 0};
    const char *member = c->o[CLIENT_ID_TOKEN].count > 0 ? "id_token" : "access_token";
    int code = ask_by_form(c, member, &refused, &got);
    if (refused)
        code = ask_by_basic(c, member, &got);
    if (code == EXIT_YES)
        text_add(subject, got.token.at, got.token.len);
    text_free(&got.token);
    return code;
}
