/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_JWK_H
#define FNT_KEYS_JWK_H

#include "keys/named_key.h"
#include "text/document.h"

typedef enum { TO_VERIFY, TO_SIGN } key_purpose;

/* What was taken although nobody should write it (rule 3), as bits. */
enum {
    JWK_STANDARD_BASE64 = 1,
    JWK_PADDED = 2,
    JWK_LEADING_ZEROS = 4,
    JWK_EMPTY_KID = 8,
    JWK_EMPTY_USE = 16,
    JWK_EMPTY_ALG = 32,
    JWK_EMPTY_KEY_OPS = 64,
    JWK_CERTIFICATE_ALONE = 128
};

/* What was found in a JWK beside its key. */
typedef struct {
    const char *reason; /* why it can't be used: static, ends a sentence, a % in it is found */
    span found;         /* lives as long as the document */
    int32_t remarks;
} jwk_findings;

/* Reads one JWK (RFC 7517, 4). use and key_ops must allow the purpose. To verify, the private half
 * is not even looked at; to sign, it must be there. kid is the JWK's, or the thumbprint; algorithms
 * are its alg, or all that fit. FNT_OK; FNT_FAULT_KEY, FNT_FAULT_UNSUPPORTED: this key can't be
 * used, *found says why; FNT_FAULT_MEMORY, FNT_FAULT_RANDOM, FNT_FAULT_CRYPTO. */
fnt_status jwk_read(const node *object, key_purpose purpose, named_key *out, jwk_findings *found);

/* A note of what the remarks are, about the key at that path; nothing if there are none. */
void jwk_note(const named_key *k, span path, int32_t remarks, fnt_report *report);

/* Whether a member is missing, null or the empty string. */
bool jwk_says_nothing(const node *n);

/* Whether a JWK is a shared secret ("oct"); whether it holds a private half (a secret has no
 * halves). */
bool jwk_is_secret(const node *object);
bool jwk_is_private(const node *object);

/* Whether the first character of text that is no white space is "{". */
bool jwk_looks_like_json(span text);
/* document_parse for such a text; what is malformed is FNT_FAULT_KEY, with byte and reason in the
 * summary. */
fnt_status jwk_document(span text, document **out, fnt_report *report);

#endif
