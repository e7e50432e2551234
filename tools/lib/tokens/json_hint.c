/* SPDX-License-Identifier: MIT */
#include "lib/tokens/json_hint.h"

#include <string.h>

typedef struct {
    const char *names[3]; /* all of them stand in the object */
    const char *token;    /* what to say where a token is wanted */
    const char *claims;   /* where claims are; NULL: they may be such */
} json_row;

#define ANSWER(what)                                                                               \
    "This is JSON, not a token; if it is the whole answer of the token endpoint, send only "       \
    "its " what "."
#define SHOWN " | jq .claims"
#define WANTED ", and a token's claims are expected"

static const json_row rows[] = {
    {{"header", "claims", "verified"},
     "This is what fntoken inspect prints, and not a token: pass the token that it was given.",
     "this is what fntoken inspect prints, and its claims alone are expected: fntoken inspect "
     "--token FILE" SHOWN},
    {{"header", "payload"},
     "This holds a token's header and payload, and is no token: pass the token that they come "
     "from.",
     "this holds a token's header and payload, and the claims alone are expected: keep what stands "
     "in payload"},
    {{"access_token"},
     ANSWER("access_token"),
     "this is the answer of a token endpoint" WANTED ": take its id_token or access_token, and "
     "fntoken inspect" SHOWN},
    {{"id_token"},
     ANSWER("id_token"),
     "this is the answer of a token endpoint" WANTED
     ": take its id_token, and fntoken inspect" SHOWN},
    {{"error"},
     "This is an answer about an error, and not a token: read its error and error_description.",
     "this is an answer about an error" WANTED ": read its error and error_description"},
    {{"keys"},
     "This is a set of keys (JWKS), and not a token.",
     "this is a set of keys (JWKS)" WANTED},
    {{"kty"}, "This is a key (JWK), and not a token.", "this is a key (JWK)" WANTED},
    {{"signatures"},
     "This is a JWS in its JSON form: only the compact form is accepted, three parts with dots "
     "between them.",
     "this is a JWS in its JSON form, and the claims alone are expected: they are its payload, in "
     "base64url"},
    {{"kind", "apiVersion", "status"},
     "This is an answer of Kubernetes: pass its status.token alone.",
     "this is an answer of Kubernetes" WANTED ": take the token in it, and fntoken inspect" SHOWN},
    {{"iss"},
     "These are claims, and not a token: pass the token that they come from, or sign them "
     "(fntoken sign).",
     NULL},
    {{"token"},
     "This is JSON, not a token: pass only its member token.",
     "this is an answer with a token in it, and the token's claims are expected: take the token, "
     "and fntoken inspect" SHOWN},
};

static const json_row *find(json_has *has, const void *object)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = 0;
        while (n < 3 && rows[i].names[n] != NULL && has(object, rows[i].names[n]))
            n++;
        if (n == 3 || rows[i].names[n] == NULL)
            return &rows[i];
    }
    return NULL;
}

/* In quotation marks, anywhere in the text. */
static bool is_quoted_in(const void *object, const char *name)
{
    const piece *json = object;
    size_t len = strlen(name);
    for (size_t i = 0; i + len + 2 <= json->len; i++)
        if (json->at[i] == '"' && memcmp(json->at + i + 1, name, len) == 0 &&
            json->at[i + 1 + len] == '"')
            return true;
    return false;
}

const char *json_hint_token(piece json)
{
    const json_row *row = find(is_quoted_in, &json);
    return row != NULL ? row->token : ANSWER("access_token");
}

const char *json_hint_claims(json_has *has, const void *object)
{
    const json_row *row = find(has, object);
    /* what has an iss may be claims, whatever else it has, but for what inspect prints */
    return row == NULL || (row > rows && has(object, "iss")) ? NULL : row->claims;
}
