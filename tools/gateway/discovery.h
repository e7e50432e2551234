/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_DISCOVERY_H
#define FNTOKEN_GATEWAY_DISCOVERY_H

#include "lib/base/text.h"

/* The discovery document (OpenID Connect Discovery 1.0, 3), from the configured issuer alone: no
 * header of a request has a say in it. */
void discovery_make(const char *issuer, text *document);

#endif
