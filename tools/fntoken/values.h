/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_VALUES_H
#define FNTOKEN_VALUES_H

#include <stdint.h>

#include "options.h"

/* Values of options. Each answers EXIT_YES with *out set, also to the default where the option was not given, or EXIT_FAULT after
 * a mistake that was told. */

int value_number(const app *run, const option *o, int64_t absent, int64_t *out);

/* --now: seconds since 1970; the clock's when not given. */
int value_now(const app *run, const option *o, int64_t *out);

/* A Go duration ("12h", "1h30m", "1.5h") or plain seconds; only whole seconds. */
int value_duration(const app *run, const option *o, int64_t absent, int64_t *out);

/* The same for --leeway, up to the five minutes that the library allows; -1 when not given. */
int value_leeway(const app *run, const option *o, int64_t *out);

/* Names of algorithms (ES256), as bits of FNT_OPT_ALGORITHMS. */
int value_algorithms(const app *run, const option *o, int32_t absent, int32_t *out);

/* At most one operand: a token. NULL when there is none. */
int value_operand(const app *run, const operands *rest, const char **out);

enum {
    ALGORITHMS_ASYMMETRIC = 511, /* FNT_ES256 to FNT_PS512; EdDSA comes when a backend has it */
    ALGORITHMS_SYMMETRIC = 3584
};

#endif
