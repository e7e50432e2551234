/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_MINT_BUILDER_H
#define FNT_TOKEN_MINT_BUILDER_H

#include "base/span.h"
#include "base/status.h"

/* fnt_claims: claims being added one by one, to mint a token or to compile permissions. */
typedef struct {
    span *at; /* each a NUL-terminated text of the list's own */
    size_t count;
} builder_list;

static inline spans builder_spans(const builder_list *list)
{
    return (spans){list->at, list->count};
}

struct fnt_claims {
    char *issuer, *subject, *fed_issuer; /* NULL until given */
    size_t issuer_len, subject_len, fed_issuer_len;
    builder_list audiences, permissions, function_audiences;
};

/* The work of fnt_claims_new, fnt_claims_add, fnt_claims_free; see there. */
fnt_status builder_new(fnt_claims **out);
fnt_status builder_add(fnt_claims *claims, int32_t claim, span text);
void builder_free(fnt_claims *claims);

#endif
