/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_VALUES_H
#define FNTOKEN_LIB_BASE_VALUES_H

#include "lib/base/options.h"

/* Values of options. Each answers EXIT_YES with *out set, also to the default where the option was
 * not given, or EXIT_FAULT after a mistake that was told. */

/* --now: seconds since 1970; the clock's when not given. */
int value_now(const app *run, const option *o, int64_t *out);

/* A duration as Go writes it, in whole hours, minutes and seconds (12h, 1h30m), or plain seconds.
 */
int value_duration(const app *run, const option *o, int64_t absent, int64_t *out);

/* The same for --leeway, up to the five minutes that the library allows; -1 when not given. */
int value_leeway(const app *run, const option *o, int64_t *out);

/* The name of an algorithm (ES256), as its bit of FNT_OPT_ALGORITHMS. */
int value_algorithm(const app *run, const option *o, int32_t absent, int32_t *out);

/* Adds all values of an option as claims of that kind. */
int value_claims(const app *run, const option *o, int32_t claim, fnt_claims *out);

/* Written out, as the header has no such sets: an algorithm of a newer version of the library is not
 * to be accepted because a program was compiled again. */
enum {
    ALGORITHMS_ASYMMETRIC = FNT_ES256 | FNT_ES384 | FNT_ES512 | FNT_RS256 | FNT_RS384 | FNT_RS512 |
                            FNT_PS256 | FNT_PS384 | FNT_PS512 | FNT_EDDSA,
    ALGORITHMS_SYMMETRIC = FNT_HS256 | FNT_HS384 | FNT_HS512
};

#endif
