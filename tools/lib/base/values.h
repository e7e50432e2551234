/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_VALUES_H
#define FNTOKEN_LIB_BASE_VALUES_H

#include "lib/base/options.h"

/* Values of options. Each answers EXIT_YES with *out set, also to the default where the option was
 * not given, or EXIT_FAULT after a message. */

/* --now: seconds since 1970; the clock's when not given. */
int value_now(const app *run, const option *o, int64_t *out);

/* A duration as Go writes it, in whole hours, minutes and seconds (12h, 1h30m), or plain seconds.
 */
int value_duration(const app *run, const option *o, int64_t absent, int64_t *out);

/* The same for --leeway, up to the five minutes that the library allows; -1 when not given. */
int value_leeway(const app *run, const option *o, int64_t *out);

/* --quiet: nothing is printed but faults. Neither of the others goes with it; the last may be NULL.
 */
int value_quiet(app *run, const option *quiet, const option *json, const option *explain);

/* The name of an algorithm (ES256), as its bit of FNT_OPT_ALGORITHMS. */
int value_algorithm(const app *run, const option *o, int32_t absent, int32_t *out);

/* Adds all values of an option as claims of that kind. */
int value_claims(const app *run, const option *o, int32_t claim, fnt_claims *out);

/* A value of --trust, ISS=FILE: how long ISS is, and where FILE begins. It splits at the last =.
 * shown: the value as it may stand in a sentence. */
int value_trust(const app *run, const char *value, const char *shown, size_t *issuer_len,
                const char **file);

enum { ALGORITHMS_SYMMETRIC = FNT_HS256 | FNT_HS384 | FNT_HS512 };

/* The algorithms that the library was built with, as bits of FNT_OPT_ALGORITHMS; of those that this
 * program knows, as one of a newer library is not to be accepted unseen. */
int32_t built_algorithms(void);

#endif
