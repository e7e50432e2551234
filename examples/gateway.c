/* SPDX-License-Identifier: MIT */
/* A gateway's POST /oauth/token without the HTTP: the form body comes from standard input, the
 * answer goes to standard output, what the operator should know to standard error.
 *
 *     cc -std=c11 -o gateway gateway.c $(pkg-config --cflags --libs fntoken)
 *     ./gateway --revoked revoked.jsonl issuer.key https://gateway.example.com iam.json
 *         https://idp.example.com=idp-jwks.json < form
 *
 * iam.json is one JSON array of JwtIssuer, Policy and Role objects; ISSUER=FILE, once or more,
 * names where the keys of an identity provider are. revoked.jsonl, which may be left out, is a list
 * of revocations as `fntoken revoke` writes it. Exit status: 0 issued, 1 refused, 2 set up
 * wrongly. */
#include <fntoken/fntoken.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LARGEST_FILE = 1 << 20 };

struct gateway {
    fnt_sts *sts;
    fnt_report *why;
    const char *issuer, *key_file, *iam_file, *revoked_file; /* the last may be NULL */
    char **trusted;                                          /* ISSUER=FILE, NULL at the end */
};

/* NULL if it can't be read or is too large. */
static char *read_all(FILE *file, size_t *len)
{
    char *text = file != NULL ? malloc(LARGEST_FILE) : NULL;
    *len = text != NULL ? fread(text, 1, LARGEST_FILE, file) : 0;
    if (text != NULL && feof(file) && !ferror(file))
        return text;
    free(text);
    *len = 0;
    return NULL;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = read_all(file, len);
    if (file == NULL)
        perror(path);
    else
        (void)fclose(file);
    return text;
}

/* Frees the text of a private key and leaves nothing of it behind; a plain memset may be left out
 * by the compiler. */
static void forget(char *text, size_t len)
{
    for (volatile char *c = text; len > 0; len--)
        *c++ = 0;
    free(text);
}

static bool complain(const struct gateway *g, const char *file, fnt_status status)
{
    const char *sentence = fnt_report_text(g->why, 0, FNT_FIELD_SENTENCE, NULL);
    if (status != FNT_OK)
        (void)fprintf(stderr, "gateway: %s: %s\n", file,
                      sentence != NULL ? sentence : fnt_status_sentence(status));
    return status == FNT_OK;
}

/* Keys of one issuer. Safe while requests run, as all that follows. */
static bool load_keys(const struct gateway *g, const char *issuer, size_t issuer_len,
                      const char *file)
{
    size_t len = 0;
    char *text = read_file(file, &len);
    fnt_keyset *keys = NULL;
    /* of a private key, the public half stays */
    fnt_status status = fnt_keyset_parse(text, len, 0, &keys, g->why);
    if (status == FNT_OK)
        status = fnt_sts_set_keyset(g->sts, issuer, issuer_len, keys);
    fnt_keyset_free(keys);
    forget(text, len);
    return complain(g, file, status);
}

/* The keys of those issuers that are, or are equal to, that one; only NULL means all. A real
 * gateway fetches them. */
static bool load_trusted(const struct gateway *g, const char *only, size_t only_len)
{
    bool loaded = false;
    for (char **trusted = g->trusted; *trusted != NULL; trusted++) {
        const char *split = strrchr(*trusted, '=');
        size_t len = split != NULL ? (size_t)(split - *trusted) : 0;
        if (split == NULL ||
            (only != NULL && (len != only_len || memcmp(*trusted, only, len) != 0)))
            continue;
        loaded = load_keys(g, *trusted, len, split + 1);
        if (!loaded)
            break;
    }
    return loaded;
}

/* Good rules replace the old ones; bad ones are reported, all of them, and leave the old ones in
 * force. */
static bool load_rules(const struct gateway *g)
{
    size_t len = 0;
    char *json = read_file(g->iam_file, &len);
    fnt_iam *iam = NULL;
    fnt_status status = fnt_iam_new(json, len, &iam, g->why);
    const char *sentence = NULL;
    for (size_t i = 1; (sentence = fnt_report_text(g->why, i, FNT_FIELD_SENTENCE, NULL)) != NULL;
         i++) {
        const char *path = fnt_report_text(g->why, i, FNT_FIELD_PATH, NULL);
        (void)fprintf(stderr, "gateway: %s: %s: %s\n", g->iam_file, path != NULL ? path : "/",
                      sentence);
    }
    if (status == FNT_OK) /* for the log: two gateways with the same rules print the same */
        (void)fprintf(stderr, "gateway: rules %s\n", fnt_iam_digest(iam, NULL));
    if (status == FNT_OK)
        status = fnt_sts_set_iam(g->sts, iam);
    fnt_iam_free(iam);
    free(json);
    return complain(g, g->iam_file, status);
}

/* A list that can't be read takes nothing away from the one in force, and at a start there is none:
 * so that stops it, or what was revoked would be let in. */
static bool load_revoked(const struct gateway *g)
{
    size_t len = 0;
    char *text = g->revoked_file != NULL ? read_file(g->revoked_file, &len) : NULL;
    if (g->revoked_file == NULL || text == NULL)
        return g->revoked_file == NULL;
    fnt_revoked *revoked = NULL;
    fnt_status status = fnt_revoked_parse(text, len, &revoked, g->why);
    if (status == FNT_OK)
        status = fnt_sts_set_revoked(g->sts, revoked);
    fnt_revoked_free(revoked);
    free(text);
    return complain(g, g->revoked_file, status);
}

static bool start(struct gateway *g)
{
    size_t len = 0;
    fnt_key *key = NULL;
    char *text = NULL;
    fnt_status status = fnt_report_new(&g->why);
    if (status == FNT_OK) /* not each of a hundred roles that somebody else has */
        status = fnt_report_level(g->why, FNT_REPORT_DECISION);
    if (status == FNT_OK) {
        text = read_file(g->key_file, &len);
        status = fnt_key_parse(text, len, 0, &key, g->why);
        forget(text, len);
    }
    if (status == FNT_OK)
        status = fnt_sts_new(FNT_STR(g->issuer), key, &g->sts);
    if (status == FNT_OK)
        status = fnt_sts_set(g->sts, FNT_OPT_MAX_TTL, 3600);
    fnt_key_free(key);
    return complain(g, g->key_file, status) && load_keys(g, FNT_STR(g->issuer), g->key_file) &&
           load_rules(g) && load_revoked(g) && load_trusted(g, NULL, 0);
}

static fnt_status exchange(const struct gateway *g, const char *form, size_t form_len, char **body,
                           size_t *body_len)
{
    int64_t now = (int64_t)time(NULL);
    fnt_status status = fnt_sts_exchange(g->sts, form, form_len, now, body, body_len, g->why);
    if (status != FNT_OAUTH_SUBJECT_KEY)
        return status;
    /* the identity provider may have changed its keys: fetch them, where fnt_refresh allows it (see
     * refresh.c), and ask once more */
    size_t len = 0;
    const char *text = fnt_report_text(g->why, 0, FNT_FIELD_ISSUER, &len);
    char *issuer = text != NULL ? malloc(len + 1) : NULL;
    if (issuer == NULL)
        return status;
    memcpy(issuer, text, len + 1); /* the report's own goes when the report is used again */
    if (load_trusted(g, issuer, len)) {
        fnt_free(*body);
        status = fnt_sts_exchange(g->sts, form, form_len, now, body, body_len, g->why);
    }
    free(issuer);
    return status;
}

/* One request: its answer, and a line of JSON for the log. */
static fnt_status serve(const struct gateway *g, const char *form, size_t form_len)
{
    char *body = NULL, *line = NULL;
    size_t body_len = 0, line_len = 0;
    fnt_status status = exchange(g, form, form_len, &body, &body_len);
    (void)printf("HTTP %" PRId32 "\nContent-Type: application/json\nCache-Control: no-store\n\n",
                 fnt_status_http(status));
    if (body != NULL)
        (void)fwrite(body, 1, body_len, stdout);
    (void)putchar('\n');
    if (fnt_report_json(g->why, &line, &line_len) == FNT_OK)
        /* who, what, granted by which role, or why not; never a token */
        (void)fprintf(stderr, "%s\n", line);
    fnt_free(line);
    fnt_free(body);
    return status;
}

int main(int argc, char **argv)
{
    bool lists = argc > 2 && strcmp(argv[1], "--revoked") == 0;
    char **arg = argv + (lists ? 3 : 1);
    if (argc - (arg - argv) < 4) {
        (void)fprintf(stderr, "usage: gateway [--revoked FILE] KEY_FILE ISSUER IAM_JSON_FILE "
                              "ISSUER=JWKS_FILE... < FORM\n");
        return 2;
    }
    struct gateway g = {NULL, NULL, arg[1], arg[0], arg[2], lists ? argv[2] : NULL, arg + 3};
    int code = 2;
    if (start(&g)) {
        size_t len = 0;
        char *form = read_all(stdin, &len);
        fnt_status status = serve(&g, form, len);
        code = status == FNT_OK ? 0 : fnt_status_http(status) < 500 ? 1 : 2;
        forget(form, len);
    }
    fnt_sts_free(g.sts);
    fnt_report_free(g.why);
    return code;
}
