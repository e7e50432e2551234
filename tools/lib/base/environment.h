/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_ENVIRONMENT_H
#define FNTOKEN_LIB_BASE_ENVIRONMENT_H

#include "lib/base/options.h"

/* Options from the environment: --peer-rate as PREFIX_PEER_RATE. Of an option that may be repeated
 * the values are separated by blanks; of a flag it is "true" or "false". The command line wins. A
 * name with the prefix that is no option is a mistake, but for those that Kubernetes sets for a
 * Service. */

/* The arguments with those of the environment before them, for options_parse. EXIT_YES or
 * EXIT_FAULT after a message. Release with environment_free in every case. */
typedef struct {
    int count;
    char **at;
    size_t made; /* at[1] to at[made] are owned */
} arguments;

int environment_read(const app *run, const char *prefix, const option *options, int argc,
                     char **argv, arguments *out);
void environment_free(arguments *all);

#endif
