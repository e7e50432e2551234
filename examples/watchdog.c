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

/* Keys are fetched every five minutes, and used for a day where that fails. */
enum { LARGEST_FILE = 1 << 20, EVERY = 300, MAX_AGE = 86400 };

struct watchdog {
    fnt_verifier *verifier;
    const char *jwks_file, *resource;
    int64_t refresh[8];
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
static int32_t fetch(struct watchdog *w)
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
    return status == FNT_OK ? FNT_REFRESH_DONE : FNT_REFRESH_FAILED;
}

/* FNT_REFRESH_TICK, from a timer every few seconds, and FNT_REFRESH_UNKNOWN. refresh.c shows a
 * gateway's whole life. */
static void refresh(struct watchdog *w, int32_t event, int64_t now)
{
    fnt_status status = fnt_refresh(w->refresh, event, EVERY, MAX_AGE, now);
    if (status == FNT_OK)
        status = fnt_refresh(w->refresh, fetch(w), EVERY, MAX_AGE, now);
    if (status == FNT_FAULT_NOT_READY && fnt_verifier_set_keyset(w->verifier, NULL) == FNT_OK)
        (void)fprintf(stderr, "watchdog: the keys are too old to be used\n");
}

/* Takes a millisecond for a token that was not seen before: where requests share an event loop, it
 * belongs on another thread. */
static fnt_status check_in_full(struct watchdog *w, const char *header, size_t len, int64_t now,
                                fnt_token **caller)
{
    fnt_status status =
        fnt_authorize(w->verifier, header, len, FNT_STR(w->resource), now, caller, NULL);
    if (status == FNT_REFUSED_KEY_UNKNOWN) { /* the issuer may have changed its keys */
        refresh(w, FNT_REFRESH_UNKNOWN, now);
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
    struct watchdog w = {NULL, argc > 1 ? argv[1] : NULL, argc > 3 ? argv[3] : NULL, {0}};
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
    refresh(&w, FNT_REFRESH_TICK, now);
    fnt_token *caller = NULL;
    status = check(&w, argc > 4 ? argv[4] : NULL, now, &caller);
    answer(status);
    if (status == FNT_OK)
        print_caller(caller);
    fnt_token_free(caller);
    fnt_verifier_free(w.verifier);
    return status == FNT_OK ? 0 : fnt_status_http(status) < 500 ? 1 : 2;
}
