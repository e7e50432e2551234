/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_OPTIONS_H
#define FNTOKEN_OPTIONS_H

#include "app.h"

#include <stddef.h>

/* Long options: "--name value", "--name=value"; "--" ends them; anything else is an operand, "-" too. Names are taken whole, never
 * abbreviated: a shortened option would change its meaning when a longer one is added. */
typedef enum { OPT_FLAG, OPT_ONE, OPT_MANY } option_kind;

typedef struct {
    const char *name;
    option_kind kind;
    bool required;
    bool may_be_empty;   /* an empty value is mostly an unset shell variable, so it is an error elsewhere */
    size_t count;        /* found by options_parse, as are the values */
    const char **values;
} option;

typedef struct {
    const char **at;
    size_t count;
} operands;

enum { OPTIONS_GO_ON = -1 };

/* Fills options and rest. OPTIONS_GO_ON, or what to exit with: 0 after --help printed usage, EXIT_FAULT after a mistake that was
 * told. Release with options_free in every case. */
int options_parse(const app *run, const char *usage, int argc, char **argv, option *options, size_t count, operands *rest);
void options_free(option *options, size_t count, operands *rest);

/* For commands that take options only. */
int options_no_operands(const app *run, const operands *rest);

/* The value, or NULL. */
const char *option_value(const option *o);

#endif
