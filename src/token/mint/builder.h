/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_MINT_BUILDER_H
#define FNT_TOKEN_MINT_BUILDER_H

#include "match/patterns.h"

/* fnt_claims: claims being written down one by one, to mint a token or to compile permissions. */
typedef struct {
    span *at; /* each a NUL-terminated text of the list's own */
    size_t count;
} builder_list;

struct fnt_claims {
    char *issuer, *subject, *fed_issuer; /* NULL until given */
    size_t issuer_len, subject_len, fed_issuer_len;
    builder_list audiences, permissions, function_audiences;
};

/* The work of fnt_claims_new, fnt_claims_add, fnt_claims_free; see there. */
fnt_status builder_new(fnt_claims **out);
fnt_status builder_add(fnt_claims *claims, int32_t claim, span text);
void builder_free(fnt_claims *claims);

/* The permissions and function audiences of a draft, compiled: the work of fnt_patterns_new. */
struct fnt_patterns {
    patterns *permissions, *audience;
};
fnt_status permissions_compile(const fnt_claims *claims, fnt_patterns **out);
void permissions_free(fnt_patterns *compiled);

#endif
