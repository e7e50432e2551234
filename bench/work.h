/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_WORK_H
#define FNT_BENCH_WORK_H

#include <fntoken/fntoken.h>

/* The work that is timed: Function Tokens of 633 bytes, ES256, with 329 bytes of claims, each of
 * another subject, and the key that signed them (the example of RFC 7515, A.3, so that instruction
 * counts repeat). Made through the public header alone. */
enum { WORK_TOKENS = 1000, WORK_LIFETIME = 43200 };

#define WORK_ISSUER "https://openfaas.example.com"
#define WORK_RESOURCE "openfaas-fn:env"

typedef struct {
    int64_t now;
    fnt_key *key;
    fnt_keyset *keyset;
    size_t count;
    char *header[WORK_TOKENS]; /* "Bearer " and the token */
    size_t header_len[WORK_TOKENS];
} work;

#define MUST(call)                                                                                 \
    do {                                                                                           \
        if ((call) != FNT_OK)                                                                      \
            bench_fail(#call);                                                                     \
    } while (0)

/* count: of tokens, issued at now. Ends the program if it cannot. */
void work_make(work *w, int64_t now, size_t count);
void work_free(work *w);

/* cache: entries, 0 for none. */
fnt_verifier *work_verifier(const work *w, int64_t cache);

/* One token over other claims or another header, "Bearer " in front; owned by malloc. header_json
 * may be NULL. */
char *work_sign(const work *w, const char *header_json, const char *claims_json);
/* The claims of the usual token of that number, in static memory. permissions: JSON of the array,
 * NULL for the usual one. */
const char *work_claims(const work *w, size_t number, const char *permissions);

/* What a guard in front of all functions is asked: a resource that changes from call to call; all
 * of them permitted. */
enum { WORK_RESOURCES = 5 };
extern const char *const work_resources[WORK_RESOURCES];

#endif
