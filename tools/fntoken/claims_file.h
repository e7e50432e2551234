/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_CLAIMS_FILE_H
#define FNTOKEN_CLAIMS_FILE_H

#include "command.h"

/* The claims in the file of --claims. Refused are what people have at hand instead: a token, what
 * inspect prints, the answer of a token endpoint; and what is no JSON, with its line. EXIT_YES, or
 * what to exit with after a message. */
int read_claims(app *run, const char *path, text *out);

#endif
