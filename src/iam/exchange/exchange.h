/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_EXCHANGE_H
#define FNT_IAM_EXCHANGE_EXCHANGE_H

#include "iam/exchange/config.h"

/* The work of fnt_sts_exchange: one request from its form to the answer's body. The stages, each
 * once and in this order; the first that refuses ends it:
 *
 *     request.h   the form: what is asked for
 *     subject.h   the subject token: whose it is, whether it holds
 *     rights.h    what the subject may, and whether the request stays inside it
 *     issue.h     the token that is issued
 *     response.h  the body, of a token or an error
 */
fnt_status exchange(const exchange_config *config, span form_text, int64_t now, char **body,
                    size_t *body_len, fnt_report *report);

#endif
