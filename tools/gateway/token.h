/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_TOKEN_H
#define FNTOKEN_GATEWAY_TOKEN_H

#include "gateway.h"

/* POST /oauth/token: one exchange, its limits, its line in the log. */
void token_serve(gateway *g, http_request *r);

#endif
