/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_RESOURCE_H
#define FNT_MATCH_RESOURCE_H

#include "base/report.h"
#include "base/span.h"
#include "base/status.h"

/* A resource is NAMESPACE:NAME, both DNS labels (RFC 1123: lower-case letters, digits, inner
 * hyphens, 1 to 63). Rule 23. */

enum { LABEL_MAX = 63, RESOURCE_MAX = 2 * LABEL_MAX + 1 };

/* One of the two labels; all of s. */
bool resource_is_label(span s);

/* FNT_OK or FNT_DENIED_RESOURCE; the report says what is wrong (the resource "env" has no
 * namespace; openfaas-fn:env was probably meant). What is longer than any may be a token in the
 * wrong place: its length is told, and nothing of it. */
fnt_status resource_check(span resource, fnt_report *report);

/* Whether some resource matches the pattern, or would if the pattern had a namespace ("env"). */
bool resource_is_possible(span pattern);

#endif
