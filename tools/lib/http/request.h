/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_REQUEST_H
#define FNTOKEN_LIB_HTTP_REQUEST_H

#include <stddef.h>

/* A second look at the head of a request, before anything else sees it: HTTP libraries let through
 * what two of them read differently (RFC 9112, 11.2). */

typedef struct {
    const char *name, *value; /* with a NUL behind each; value may be NULL */
    size_t name_len, value_len;
} http_field;

typedef struct {
    const char *method, *target, *version; /* target: as it was sent, not decoded */
    const http_field *fields;
    size_t count;
} http_head;

/* Bytes of the request line and the fields together; nginx in front takes as many in one field. */
enum { HTTP_HEAD_BYTES = 4096 };

/* 0, or the status to refuse it with, and to close the connection: 400 for what is malformed or
 * ambiguous, 431 for too many bytes, 501 for a coding other than chunked. */
int http_head_fault(const http_head *head);

/* A word for metrics, and the body of the answer; also of 503, as too many bodies arrive. */
typedef struct {
    int status;
    const char *reason, *sentence;
} http_refusal;

const http_refusal *http_refusal_of(int status);

#endif
