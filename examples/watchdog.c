/* SPDX-License-Identifier: MIT */
/* What a watchdog does for each request: one call decides. The keys come from a file here, and from
 * the issuer's JWKS URL in a real one.
 *
 *     cc -std=c11 -o watchdog watchdog.c $(pkg-config --cflags --libs fntoken)
 *     ./watchdog jwks.json https://gateway.example.com openfaas-fn:env "Bearer eyJ..."
 *
 * Leave the last argument out to see what a request without a token gets. Exit status: 0 let in, 1
 * not, 2 set up wrongly. */
#include <fntoken/fntoken.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LARGEST_FILE = 1 << 20, SECONDS_BETWEEN_REFRESHES = 60 };

struct watchdog {
    fnt_verifier *verifier;
    const char *jwks_file, *resource;
    int64_t refreshed;
};

/* NULL if it can't be read or is too large. */
static char *read_file(const char *path, size_t *len)
{
    char *text = malloc(LARGEST_FILE);
    FILE *file = text != NULL ? fopen(path, "rb") : NULL;
    bool whole = false;
    if (file != NULL) {
        *len = fread(text, 1, LARGEST_FILE, file);
        whole = feof(file) && !ferror(file);
        (void)fclose(file);
    } else {
        perror(path);
    }
    if (whole)
        return text;
    free(text);
    *len = 0;
    return NULL;
}

/* Any thread may do this at any time: requests that are being checked end with the old keys, later
 * ones see the new. If the new ones are no good, the old ones stay. */
static void refresh(struct watchdog *w, int64_t now)
{
    size_t len = 0;
    char *jwks = read_file(w->jwks_file, &len);
    fnt_keyset *keys = NULL;
    fnt_status status = fnt_keyset_parse(jwks, len, 0, &keys, NULL);
    if (status == FNT_OK)
        status = fnt_verifier_set_keyset(w->verifier, keys);
    if (status != FNT_OK)
        (void)fprintf(stderr, "watchdog: %s: the keys stay as they are: %s\n", w->jwks_file,
                      jwks != NULL ? fnt_status_sentence(status) : "it can't be read.");
    fnt_keyset_free(keys);
    free(jwks);
    w->refreshed = now;
}

/* Takes a millisecond for a token that was not seen before: where requests share an event loop, it
 * belongs on another thread. */
static fnt_status check_in_full(struct watchdog *w, const char *header, size_t len, int64_t now,
                                fnt_token **caller)
{
    fnt_status status =
        fnt_authorize(w->verifier, header, len, FNT_STR(w->resource), now, caller, NULL);
    if (status == FNT_REFUSED_KEY_UNKNOWN && now - w->refreshed >= SECONDS_BETWEEN_REFRESHES) {
        /* the issuer may have changed its keys; but not once for each stranger's token */
        refresh(w, now);
        status = fnt_authorize(w->verifier, header, len, FNT_STR(w->resource), now, caller, NULL);
    }
    return status;
}

/* Most requests bring a token that was seen before, and are answered at once. */
static fnt_status check(struct watchdog *w, const char *header, int64_t now, fnt_token **caller)
{
    size_t len = header != NULL ? strlen(header) : 0;
    fnt_status status =
        fnt_authorize_cached(w->verifier, header, len, FNT_STR(w->resource), now, caller);
    return status == FNT_FAULT_NOT_CACHED ? check_in_full(w, header, len, now, caller) : status;
}

/* Who called, for a log. What a token says is as its issuer signed it, line breaks included. */
static void print_caller(const fnt_token *caller)
{
    char subject[512];
    size_t len = 0;
    const char *text = fnt_token_text(caller, FNT_CLAIM_SUBJECT, 0, &len);
    if (fnt_escape(text, len, FNT_ESCAPE_PLAIN, subject, sizeof subject, &len) != FNT_OK)
        (void)snprintf(subject, sizeof subject, "(a subject of %zu bytes)", len);
    (void)fprintf(stderr, "watchdog: called by %s\n", subject);
}

static void answer(fnt_status status)
{
    const char *challenge = fnt_status_challenge(status);
    (void)printf("HTTP %" PRId32 "\n", fnt_status_http(status));
    if (challenge != NULL)
        (void)printf("WWW-Authenticate: %s\n", challenge);
    (void)printf("\n%s\n", fnt_status_sentence(status));
}

int main(int argc, char **argv)
{
    struct watchdog w = {NULL, argc > 1 ? argv[1] : NULL, argc > 3 ? argv[3] : NULL, 0};
    if (argc < 4 || argc > 5) {
        (void)fprintf(stderr, "usage: watchdog JWKS_FILE ISSUER NAMESPACE:NAME [AUTHORIZATION]\n");
        return 2;
    }
    fnt_status status = fnt_verifier_new(FNT_STR(argv[2]), NULL, 0, NULL, &w.verifier);
    if (status == FNT_OK) { /* a build without a cache is slower and no less right */
        status = fnt_verifier_set(w.verifier, FNT_OPT_CACHE_ENTRIES, 1000);
        status = status == FNT_FAULT_UNSUPPORTED ? FNT_OK : status;
    }
    if (status != FNT_OK) {
        (void)fprintf(stderr, "watchdog: %s\n", fnt_status_sentence(status));
        fnt_verifier_free(w.verifier);
        return 2;
    }
    int64_t now = (int64_t)time(NULL);
    refresh(&w, now);
    fnt_token *caller = NULL;
    status = check(&w, argc > 4 ? argv[4] : NULL, now, &caller);
    answer(status);
    if (status == FNT_OK)
        print_caller(caller);
    fnt_token_free(caller);
    fnt_verifier_free(w.verifier);
    return status == FNT_OK ? 0 : fnt_status_http(status) < 500 ? 1 : 2;
}
