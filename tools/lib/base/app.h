/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_APP_H
#define FNTOKEN_LIB_BASE_APP_H

#include <fntoken/fntoken.h>

#include "lib/base/options.h"
#include "lib/base/text.h"

/* TOKEN: one at most */
typedef enum { OPERANDS_NONE, OPERANDS_TOKEN, OPERANDS_ANY } operand_kind;

typedef struct app app;

/* run answers what to exit with. */
typedef struct {
    const char *name, *about, *usage;
    const option *options;
    operand_kind operands;
    int (*run)(app *run, const option *o, const operands *rest);
} command;

/* What one run carries along instead of globals. */
struct app {
    const command *command;
    bool standard_input; /* taken by an argument already */
    fnt_report *why;     /* of the last call into the library that takes one */
    /* what is worth telling about keys if a token fails by them: see fail.h */
    text key_notes;
};

extern const command command_keygen, command_jwks, command_sign, command_mint, command_inspect,
    command_verify, command_authorize, command_match, command_exchange, command_lint, command_can,
    command_revoke;

#endif
