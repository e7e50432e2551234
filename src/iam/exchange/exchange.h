/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_EXCHANGE_H
#define FNT_IAM_EXCHANGE_EXCHANGE_H

#include "iam/exchange/subject.h"
#include "keys/signing_key.h"

/* What is in force while one request is answered. */
typedef struct {
    subject_params subject;
    const fnt_key *key;
    int64_t max_ttl;     /* seconds */
    bool cap_at_subject; /* never outlive the subject token, whatever its kind */
    size_t max_form;     /* bytes */
} exchange_config;

/* The work of fnt_sts_exchange, each stage once, in order: request, subject, grant, audience,
 * lifetime, token, answer. report is never NULL here: what the client is told is taken from it, as
 * far as he may know. */
fnt_status exchange(const exchange_config *config, span form_text, int64_t now, char **body,
                    size_t *body_len, fnt_report *report);

#endif
