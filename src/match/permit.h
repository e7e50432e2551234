/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_PERMIT_H
#define FNT_MATCH_PERMIT_H

#include "base/report.h"
#include "match/patterns.h"

/* The decision: permissions must cover the resource; an audience that is not empty must cover it
 * too. FNT_OK, FNT_DENIED_RESOURCE, FNT_DENIED_PERMISSION, FNT_DENIED_AUDIENCE; when both deny, the
 * permissions speak. The report gets the summary, and one "pattern" entry for each pattern that
 * decided (outcome "decided"), or, for a denial, for each that did not match ("failed").
 * audience may be NULL: it restricts nothing. */
fnt_status permit(const patterns *permissions, const patterns *audience, span resource,
                  fnt_report *report);

#endif
