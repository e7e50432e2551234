/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_RESPONSE_H
#define FNT_IAM_EXCHANGE_RESPONSE_H

#include "base/span.h"
#include "base/status.h"

/* The token endpoint's JSON. */

/* RFC 8693, 2.2.1. FNT_OK, FNT_FAULT_MEMORY. */
fnt_status response_token(span token, int64_t expires_in, bool function, char **body,
                          size_t *body_len);

/* RFC 6749, 5.2: {"error":...,"error_description":...}. The description is reduced to the
 * characters that the RFC allows; an empty one is replaced by the status's sentence. Answers
 * status, or FNT_FAULT_MEMORY. */
fnt_status response_error(fnt_status status, span description, char **body, size_t *body_len);

#endif
