/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_OPTIONS_H
#define FNTOKEN_LIB_BASE_OPTIONS_H

#include "lib/base/app.h"

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

/* What is taken besides options: "one" is enough for a token. */
typedef enum { OPERANDS_NONE, OPERANDS_ONE, OPERANDS_ANY } operand_kind;

typedef struct {
    const char *usage; /* what --help prints */
    const option *options;
    operand_kind operands;
} option_syntax;

/* Reads what follows argv[0] into a copy of the syntax's table and rest. OPTIONS_GO_ON, or what to
 * exit with: 0 after --help printed the usage, EXIT_FAULT after a message. Once in a
 * process. Release with options_free in every case. */
int options_parse(const app *run, const option_syntax *syntax, int argc, char **argv,
                  option **options, operands *rest);
void options_free(option *options, operands *rest);

/* The value, or NULL. */
const char *option_value(const option *o);

#endif
