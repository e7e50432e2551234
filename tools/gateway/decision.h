/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_DECISION_H
#define FNTOKEN_GATEWAY_DECISION_H

#include "gateway.h"

/* The decision log: one JSON object a line for each exchange, as docs/decision.schema.json has it.
 * Never a token. */

typedef struct {
    const char *outcome;   /* issued, refused, limited or fault */
    const char *status;    /* the status's name; of a refused subject token the precise one */
    const char *reason;    /* NULL: the report's */
    const fnt_report *why; /* NULL where no exchange was made */
    const char *form;
    size_t form_len;
    const char *rules;      /* the digest of those that decided, or that were in force */
    const char *request_id; /* NULL: none */
    const ip_address *peer;
} decision;

void decision_log(gateway *g, const decision *d);

/* Which entry of a report is about the subject token, whose signature held; one behind the last
 * where none is. */
size_t decision_subject(const fnt_report *why);

#endif
