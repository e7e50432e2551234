/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_DOCUMENTS_H
#define FNTOKEN_GATEWAY_DOCUMENTS_H

#include "gateway.h"

/* The discovery document (OpenID Connect Discovery 1.0, 3), from the configured issuer alone: no
 * header of a request has a say in it. */
void documents_make(const char *issuer, text *discovery);

/* What the public and the admin listener serve. */
void public_serve(void *service, http_request *r);
void admin_serve(void *service, http_request *r);

#endif
