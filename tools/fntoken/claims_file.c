/* SPDX-License-Identifier: MIT */
#include "claims_file.h"

#include <string.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/iam_files/json.h"
#include "lib/tokens/json_hint.h"

/* It begins as JSON in base64url does, which no JSON does; what is behind may be cut off. */
static bool is_token(const text *content)
{
    const char *at = content->at + strspn(content->at, " \t\r\n");
    return strncmp(at, "eyJ", 3) == 0;
}

static bool has(const void *object, const char *name)
{
    return tree_key(object, 0, name, strlen(name)) != NODE_NONE;
}

static int check_shape(const char *path, const tree *t)
{
    const char *hint = t->nodes[0].kind != NODE_MAP
                           ? "this is an array, and one object with a token's claims is expected"
                           : json_hint_claims(has, t);
    return hint != NULL ? fail_file(path, "%s", hint) : EXIT_YES;
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
