/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_EXCHANGES_H
#define FNT_BENCH_EXCHANGES_H

#include "work.h"

/* A token service with one issuer, one policy and as many roles as wanted, of which one fits the
 * subject token. The others are of the same issuer, each for another user: one principal (sub) and
 * one condition (iss). Made through the public header alone. */
typedef struct {
    work work; /* its key is the provider's and the gateway's */
    fnt_sts *sts;
    char *form;
} exchanges;

void exchanges_make(exchanges *e, int64_t now, size_t roles);
void exchanges_free(exchanges *e);

void path_exchange(void *e, size_t i);

#endif
