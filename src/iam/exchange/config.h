/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_CONFIG_H
#define FNT_IAM_EXCHANGE_CONFIG_H

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

#endif
