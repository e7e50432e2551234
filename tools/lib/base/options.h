/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_OPTIONS_H
#define FNTOKEN_LIB_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Long options: "--name value", "--name=value"; "--" ends them; anything else is an operand, "-"
 * too. Names are taken whole, never abbreviated: a shortened option would change its meaning when a
 * longer one is added. */
typedef enum { OPT_FLAG, OPT_ONE, OPT_MANY } option_kind;

/* A command's table of them ends with a name of NULL. */
typedef struct {
    const char *name;
    option_kind kind;
    bool required;
    /* an empty value is mostly an unset shell variable, so it is an error elsewhere */
    bool may_be_empty;
    size_t count; /* found by options_parse, as are the values */
    const char **values;
} option;

typedef struct {
    const char **at;
    size_t count;
} operands;

enum { OPTIONS_GO_ON = -1 };

struct app;

/* Reads what stands behind argv[0] as the command of run has it, into a copy of its table and rest.
 * OPTIONS_GO_ON, or what to exit with: 0 after --help printed the usage, EXIT_FAULT after a mistake
 * that was told. Once in a process. Release with options_free in every case. */
int options_parse(const struct app *run, int argc, char **argv, option **options, operands *rest);
void options_free(option *options, operands *rest);

/* The value, or NULL. */
const char *option_value(const option *o);

#endif
