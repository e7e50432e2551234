/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_APP_H
#define FNTOKEN_APP_H

#include "text.h"

/* What one run carries along instead of globals. */
typedef struct {
    const char *command; /* as it was typed: "verify" */
    bool standard_input; /* taken by an argument already */
    text key_notes;      /* what is worth telling about keys if a token fails by them: see notes.h */
} app;

/* A command gets the arguments behind its name and answers what to exit with. */
typedef int command(app *run, int argc, char **argv);

command run_keygen, run_jwks, run_sign, run_mint, run_inspect, run_verify, run_authorize, run_match, run_exchange, run_lint, run_can;

#endif
