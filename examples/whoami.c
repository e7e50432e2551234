/* SPDX-License-Identifier: MIT */
/* Who a token is about, whatever kind it is of: a Function Token, an API token of OpenFaaS or
 * another token of the same issuer. It is verified like any other; only what has a "function" claim
 * could ever be let in to a function.
 *
 *     cc -std=c11 -o whoami whoami.c $(pkg-config --cflags --libs fntoken)
 *     ./whoami keys.json https://gateway.example.com "$TOKEN"
 *
 * Exit status: 0 the token holds, 1 it is refused, 2 something else is wrong. */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if FNT_VERSION_NUMBER < 100
#error "FNT_CLAIM_KIND and FNT_CLAIM_POLICY came with 0.1.0"
#endif

enum { LARGEST_FILE = 1 << 20 };

static fnt_status load_keys(const char *path, fnt_keyset **keys)
{
    char *text = malloc(LARGEST_FILE);
    FILE *file = text != NULL ? fopen(path, "rb") : NULL;
    if (file == NULL) {
        (void)fprintf(stderr, "whoami: %s: it can't be read\n", path);
        exit(2);
    }
    size_t len = fread(text, 1, LARGEST_FILE, file);
    fnt_status status = fnt_keyset_parse(text, len, 0, keys, NULL);
    (void)fclose(file);
    free(text);
    return status;
}

/* A claim may hold anything that UTF-8 can, so it is escaped on its way to a terminal. */
static void print_text(const char *name, const char *text, size_t len)
{
    char shown[256];
    size_t shown_len;
    if (text == NULL)
        return;
    if (fnt_escape(text, len, FNT_ESCAPE_PLAIN, shown, sizeof shown, &shown_len) == FNT_OK)
        (void)printf("%-8s %s\n", name, shown);
    else
        (void)printf("%-8s (%zu bytes, too long to show)\n", name, len);
}

static void print_claim(const char *name, const fnt_token *token, int32_t claim)
{
    const char *text;
    size_t len;
    for (size_t i = 0; (text = fnt_token_text(token, claim, i, &len)) != NULL; i++)
        print_text(name, text, len);
}

static void print_token(const fnt_token *token, const fnt_report *why)
{
    print_claim("kind", token, FNT_CLAIM_KIND);
    print_claim("subject", token, FNT_CLAIM_SUBJECT);
    print_claim("from", token, FNT_CLAIM_FED_ISSUER);
    print_claim("policy", token, FNT_CLAIM_POLICY);
    print_claim("may call", token, FNT_CLAIM_PERMISSION);
    /* What a report holds is escaped already. Its kid is the key that verified, whatever the header
     * said; its jti is what a revocation would name. */
    (void)printf("%-8s %s\n", "key", fnt_report_text(why, 0, FNT_FIELD_KEY_ID, NULL));
    if (fnt_report_text(why, 0, FNT_FIELD_TOKEN_ID, NULL) != NULL)
        (void)printf("%-8s %s\n", "id", fnt_report_text(why, 0, FNT_FIELD_TOKEN_ID, NULL));
    (void)printf("%-8s %lld\n", "until", (long long)fnt_token_time(token, FNT_CLAIM_EXPIRES, 0));
}

static fnt_status look(const fnt_keyset *keys, const char *issuer, const char *jws, fnt_report *why)
{
    fnt_verifier *verifier = NULL;
    fnt_token *token = NULL;
    fnt_status status = fnt_verifier_new(FNT_STR(issuer), NULL, 0, keys, &verifier);
    if (status == FNT_OK)
        status = fnt_verifier_set(verifier, FNT_OPT_ANY_KIND, 1);
    if (status == FNT_OK)
        status = fnt_verify(verifier, FNT_STR(jws), time(NULL), &token, why);
    if (status == FNT_OK)
        print_token(token, why);
    fnt_token_free(token);
    fnt_verifier_free(verifier);
    return status;
}

int main(int argc, char **argv)
{
    fnt_keyset *keys = NULL;
    fnt_report *why = NULL;
    if (argc != 4) {
        (void)fprintf(stderr, "usage: whoami JWKS_FILE ISSUER TOKEN\n");
        return 2;
    }
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = load_keys(argv[1], &keys);
    if (status == FNT_OK)
        status = look(keys, argv[2], argv[3], why);
    if (status != FNT_OK)
        (void)fprintf(stderr, "whoami: %s: %s\n", fnt_status_name(status),
                      fnt_status_sentence(status));
    fnt_keyset_free(keys);
    fnt_report_free(why);
    return status == FNT_OK ? 0 : fnt_status_http(status) == 401 ? 1 : 2;
}
