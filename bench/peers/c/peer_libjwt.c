/* SPDX-License-Identifier: MIT */
/* libjwt 1: signature, iss, aud and exp by the library; its JSON is then read once more for the
 * permissions, as it hands out objects only as text, and each is matched by fnmatch. The key is
 * read from PEM on every call; the library knows no other way. */
#include <fnmatch.h>
#include <jansson.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lines.h"
#include "measure.h"

enum { CALLS = 10, THREAD_CALLS = 100 };

typedef struct {
    char *key;
    lines token, issuer, resource;
} peer;

static int permits(const char *function, const char *resource)
{
    json_t *all = json_loads(function, 0, NULL), *permission;
    size_t i;
    int yes = 0;
    json_array_foreach(json_object_get(all, "permissions"), i, permission) yes |=
        json_is_string(permission) && fnmatch(json_string_value(permission), resource, 0) == 0;
    json_decref(all);
    return yes;
}

/* It reads a NumericDate as an integer and looks at none by itself in this version. */
static int is_valid(jwt_t *jwt, const char *issuer)
{
    const char *iss = jwt_get_grant(jwt, "iss"), *aud = jwt_get_grant(jwt, "aud");
    return jwt_get_alg(jwt) == JWT_ALG_ES256 && iss != NULL && strcmp(iss, issuer) == 0 &&
           aud != NULL && strcmp(aud, issuer) == 0 && jwt_get_grant_int(jwt, "exp") > time(NULL);
}

static void uncached(void *context, size_t i)
{
    const peer *p = context;
    jwt_t *jwt = NULL;
    (void)i;
    if (jwt_decode(&jwt, p->token.at[0], (const unsigned char *)p->key, (int)strlen(p->key)) != 0 ||
        !is_valid(jwt, p->issuer.at[0]))
        bench_fail("libjwt");
    char *function = jwt_get_grants_json(jwt, "function");
    if (function == NULL || !permits(function, p->resource.at[0]))
        bench_fail("permissions");
    free(function);
    jwt_free(jwt);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        bench_fail("usage: peer_libjwt FOLDER; this");
    peer p = {read_lines_file(argv[1], "key.pem"), lines_of(argv[1], "token"),
              lines_of(argv[1], "issuer"), lines_of(argv[1], "resource")};
    tell_text("version", LIBJWT_VERSION);
    tell_timing("uncached_us", measure(uncached, &p, CALLS));
    tell("uncached_threads_ratio", measure_threads_ratio(uncached, &p, THREAD_CALLS));
    tell("peak_kib", (double)peak_kib());
    return 0;
}
