/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_KEYS_H
#define FNTOKEN_KEYS_H

#include "lib/base/options.h"

/* Keys from files, and what verifies with them. Functions that return int return EXIT_YES, or what
 * to exit with after a message. */

typedef struct {
    const char *path;
    int32_t algorithm; /* one bit, or 0: the key's own */
    bool allow_hmac;   /* --allow-hmac */
} key_choice;

/* A private key; a note if others can read its file. */
int load_key(app *run, const key_choice *choice, fnt_key **out);

/* JWKS, one JWK or PEM. A note about a private half in it is printed at once, one about a skipped
 * key only if a token fails by it (note_later). */
int load_keyset(app *run, const char *path, bool allow_hmac, fnt_keyset **out);

/* The same where private keys are expected; notes about all that is skipped are printed. */
int load_public_halves(app *run, const char *path, fnt_keyset **out);

/* The public half of a private key, as a set of one. */
int public_half(const fnt_key *key, fnt_keyset **out);

typedef struct {
    const char *jwks, *issuer, *audience, *revoked; /* audience and revoked may be NULL */
    const option *leeway;
    int32_t algorithms; /* bits; the symmetric ones come with allow_hmac */
    bool allow_hmac, any_kind;
} verifier_choice;

int load_verifier(app *run, const verifier_choice *choice, fnt_verifier **out);

#endif
