/* SPDX-License-Identifier: MIT */
/* What the tests of whole flows share: fixed keys, a signer that takes any bytes, the second in
 * which everything happens. */
#ifndef FNT_TESTS_SUPPORT_H
#define FNT_TESTS_SUPPORT_H

#include "support/test.h"
#include <fntoken/fntoken.h>

#include "base/span.h"

/* Setting up must not fail; what is tested is compared by name. */
#define MUST(call) must((call), #call, __FILE__, __LINE__)
void must(fnt_status status, const char *call, const char *file, int line);

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

enum { NOW = 1715848921, HOUR = 3600 };
#define ISSUER "https://gateway.example.com"

/* ---- keys: made with openssl, of no other use ---------------------------- */

/* Who signs, and as what. A stranger has an ES256 key that no keyset here holds. */
typedef enum {
    BY_ES256,
    BY_ES384,
    BY_ES512,
    BY_RS256,
    BY_RS384,
    BY_RS512,
    BY_PS256,
    BY_PS384,
    BY_PS512,
    BY_HS256,
    BY_HS384,
    BY_HS512,
    BY_STRANGER,
    SIGNERS
} signer;

const char *signer_text(signer who);   /* the private key: PEM, or the JWK of a secret */
const char *signer_name(signer who);   /* its alg: "ES256" */
const fnt_key *signer_key(signer who); /* parsed once */

/* A JWKS with kids es256, es384, es512, rsa, secret; none of its keys but the curves' is bound to
 * one algorithm. */
extern const char jwks_text[];
/* of that text, secrets too, parsed once; the caller frees their reference */
fnt_keyset *all_keys(void);

/* Every algorithm that this build has, HS* included. */
int32_t all_algorithms(void);

/* One that takes ISSUER's tokens, for ISSUER, by those keys; algorithms: 0 leaves the default. The
 * caller frees it. */
fnt_verifier *verifier_of(int32_t algorithms);

/* ---- tokens -------------------------------------------------------------- */

/* Puts a compact JWS together out of any bytes, with a base64url of its own. The texts stay until
 * the test ends. */
char *place_for(size_t size); /* room for one of them */
const char *sign(signer who, const char *header, const char *payload);
const char *sign_spans(signer who, span header, span payload);
const char *compact(span header, span payload, span signature);
const char *joined(const char *a, const char *b); /* for headers and bad tokens */

#define HEADER "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"es256\"}"
#define CLAIMS(more)                                                                               \
    "{\"iss\":\"" ISSUER "\",\"sub\":\"fed:ada\",\"aud\":\"" ISSUER "\",\"exp\":1715852521" more "}"
#define FUNCTION ",\"function\":{\"permissions\":[\"dev:env\",\"openfaas-fn:*\"]}"

/* A Function Token as it should be: it expires in an hour and may call dev:env and openfaas-fn:*.
 */
const char *good_token(void);

/* What a verifier with the default settings says at NOW; the token is dropped. */
fnt_status verify_now(const char *token);

/* ---- a token service ----------------------------------------------------- */

/* ISSUER's, signing as signer BY_ES256. One identity provider, IDP, signs as BY_RS256; its users
 * may call openfaas-fn:*. */
#define IDP "https://idp.example.com"
extern const char iam_text[];
fnt_sts *service(void);

/* A form that asks it for a Function Token. */
const char *exchange_form(void);

/* ---- reports and files --------------------------------------------------- */

const char *summary_of(const fnt_report *report); /* its sentence */
bool holds(const char *text, const char *part);
/* NULL if it can't be read; malloc'd, a NUL behind it */
char *file_text(const char *path, size_t *len);

/* A file of the shared material (FNT_SHARED, else ../shared). Where it is not there the test is
 * skipped. */
char *shared_text(const char *name, size_t *len);

#endif
