/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_DOCUMENTS_H
#define FNTOKEN_GATEWAY_DOCUMENTS_H

#include "gateway.h"

/* What the public and the admin listener serve. */
void public_serve(void *service, http_request *r);
void admin_serve(void *service, http_request *r);

/* A request that is no exchange and no document, by a word for its reason; service: the gateway. */
void count_refused(void *service, const char *reason);

#endif
