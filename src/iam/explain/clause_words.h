/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXPLAIN_CLAUSE_WORDS_H
#define FNT_IAM_EXPLAIN_CLAUSE_WORDS_H

#include "base/buf.h"
#include "iam/rules/condition.h"

/* The words for one clause that does not hold; all are appended to out. */

/* Whether the claim's value may be told. */
bool clause_may_tell(const clause *c, const subject_context *who);

/* "a or b or one of 7 more" */
void clause_put_expected(buf *out, const clause *c);
void clause_put_actual(buf *out, json_value claim, char *scratch);

/* "jwt:client_id wants openfaas, is portal", with what is nearly right about it. */
void clause_put_words(buf *out, const clause *c, clause_outcome how, subject_context *who);

#endif
