/* SPDX-License-Identifier: MIT */
#include "claims_file.h"

#include <string.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/iam_files/json.h"

typedef struct {
    const char *names[3]; /* all of them stand in the object */
    const char *without;  /* and this one does not; NULL: whatever else does */
    const char *sentence;
} shape;

static const shape others[] = {
    {{"header", "claims", "verified"},
     NULL,
     "this is what fntoken inspect prints, and its claims alone are expected: fntoken inspect "
     "--token FILE | jq .claims"},
    {{"header", "payload", NULL},
     "iss",
     "this holds a token's header and payload, and the claims alone are expected: keep what stands "
     "in payload"},
    {{"access_token", NULL, NULL},
     "iss",
     "this is the answer of a token endpoint, and a token's claims are expected: take its id_token "
     "or access_token, and fntoken inspect | jq .claims"},
    {{"id_token", NULL, NULL},
     "iss",
     "this is the answer of a token endpoint, and a token's claims are expected: take its "
     "id_token, and fntoken inspect | jq .claims"},
    {{"token", NULL, NULL},
     "iss",
     "this is an answer with a token in it, and the token's claims are expected: take the token, "
     "and fntoken inspect | jq .claims"},
    {{"kind", "apiVersion", "status"},
     "iss",
     "this is an answer of Kubernetes, and a token's claims are expected: take the token in it, "
     "and fntoken inspect | jq .claims"},
};

static bool has(const tree *t, const char *name)
{
    return tree_key(t, 0, name, strlen(name)) != NODE_NONE;
}

static bool fits(const tree *t, const shape *s)
{
    for (size_t i = 0; i < 3 && s->names[i] != NULL; i++)
        if (!has(t, s->names[i]))
            return false;
    return s->without == NULL || !has(t, s->without);
}

/* Three parts with dots between them, the first of which begins as JSON in base64url does. */
static bool is_token(const text *content)
{
    const char *at = content->at + strspn(content->at, " \t\r\n");
    return strncmp(at, "eyJ", 3) == 0;
}

static int check_shape(const char *path, const tree *t)
{
    if (t->nodes[0].kind != NODE_MAP)
        return fail_file(path,
                         "this is an array, and one object with a token's claims is expected");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (fits(t, &others[i]))
            return fail_file(path, "%s", others[i].sentence);
    return EXIT_YES;
}

int read_claims(app *run, const char *path, text *out)
{
    tree t = TREE_EMPTY;
    mistake why;
    int code = read_file(run, path, "a JSON object with a token's claims", out);
    if (code != EXIT_YES)
        return code;
    if (is_token(out))
        return fail_file(path, "this is a token, and its claims are expected: fntoken inspect "
                               "--token FILE | jq .claims");
    if (json_read(out, &t, &why))
        code = check_shape(path, &t);
    else
        code = fail_file(path, "line %d: this can't be read as JSON, which claims are: %s",
                         why.line, why.sentence);
    tree_free(&t);
    return code;
}
