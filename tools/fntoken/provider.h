/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_PROVIDER_H
#define FNTOKEN_PROVIDER_H

#include "client.h"

/* A subject token by client_credentials (RFC 6749, 4.4), from the identity provider that the
 * options of client.h name. Both return EXIT_YES, or what to exit with after a message. */

/* Whether the options that go with --token-url fit together. */
int provider_check(const app *run, const option *o);

int provider_ask(const client *c, text *subject);

#endif
