/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_COMMAND_H
#define FNTOKEN_COMMAND_H

#include "lib/base/app.h"
#include "lib/base/options.h"

/* run answers what to exit with. */
typedef struct {
    const char *name, *about, *usage;
    const option *options;
    operand_kind operands;
    int (*run)(app *run, const option *o, const operands *rest);
} command;

extern const command command_keygen, command_jwks, command_sign, command_mint, command_inspect,
    command_verify, command_authorize, command_match, command_exchange, command_lint, command_iam,
    command_can, command_revoke, command_token, command_invoke;

#endif
