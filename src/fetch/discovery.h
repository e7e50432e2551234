/* SPDX-License-Identifier: MIT */
#ifndef FNT_FETCH_DISCOVERY_H
#define FNT_FETCH_DISCOVERY_H

#include "base/report.h"

/* What the reader of a discovery document knows before. */
typedef struct {
    span address; /* where the document was fetched; absent: any http or https URL is answered */
    span issuer;  /* whose it must be; absent: the document's own counts */
    bool http;    /* FNT_DISCOVERY_HTTP */
} discovery_request;

typedef struct {
    char *jwks_uri, *issuer; /* released with memory_free */
    size_t jwks_uri_len, issuer_len;
} discovery;

/* The work of fnt_discovery; see there. FNT_OK: *out is filled. FNT_FAULT_ARGUMENT (address is no
 * URL), FNT_FAULT_KEY, FNT_FAULT_MEMORY: *out holds nothing. */
fnt_status discovery_read(span json, const discovery_request *request, discovery *out,
                          fnt_report *report);

#endif
