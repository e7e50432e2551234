/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_REQUEST_H
#define FNT_IAM_EXCHANGE_REQUEST_H

#include "text/form.h"

/* A token exchange request (RFC 8693, 2.1; rule 38), taken from its form. */
typedef struct {
    span subject_token;
    bool function;   /* scope=function: a Function Token is wanted, else an API token */
    span *audiences; /* the audience parameters, in their order */
    size_t audience_count;
    form form; /* what the spans above point into */
} request;

/* max: bytes that the form may have. FNT_OK; FNT_OAUTH_REQUEST, FNT_OAUTH_GRANT_TYPE,
 * FNT_OAUTH_SCOPE with the parameter's name in the report; FNT_FAULT_MEMORY. Needs request_clear
 * whatever it answers. */
fnt_status request_read(span body, size_t max, request *out, fnt_report *report);
void request_clear(request *r);

#endif
