/* SPDX-License-Identifier: MIT */
#ifndef FNT_MATCH_FUNCTION_PATH_H
#define FNT_MATCH_FUNCTION_PATH_H

#include "base/report.h"

/* The function that a request's path names, as a resource: "/function/env.dev/x?y" to "dev:env".
 *
 *     path      = ("/function/" / "/async-function/") name ["." namespace] ["/" [rest]] ["?" query]
 *     name      = namespace = DNS label, see resource.h
 *     rest      = segment *("/" segment) ["/"]
 *     segment   = 1*pchar              RFC 3986, 3.3, with the exceptions below
 *
 * The path is the request target as it was received, before anything decoded it. Refused is what
 * two parsers could read differently, so that nobody is allowed one function and reaches another:
 *
 *     any other start, an absolute URI      it names no function, or another host's
 *     upper case, "_" and the like in name  no function has such a name; a router that folds case
 *                                           would find one
 *     a second "." in the name              is x.y.z x.y of z, or x of y.z?
 *     "%" in the name                       decoded it is another name
 *     "." and ".." segments, also %2e       a router that resolves them reaches another path
 *     "//", but one "/" at the end is fine  merged by some, kept by others
 *     ";"  also %3b                         starts parameters for some, which they cut off: "..;"
 *                                           is ".." then
 *     "\" also %5c                          is "/" for some
 *     %2f                                   is "/" once decoded
 *     %25                                   decodes to a percent sign, and some decode twice
 *     "#"                                   a fragment: cut off by some
 *     NUL and controls, also encoded        end a string or a header line
 *     bytes that RFC 3986 does not allow    encoded by some, cut off or folded by others
 *     % without two hexadecimal digits      passed on by some, dropped by others
 *     encoded bytes that are not UTF-8      %c0%ae is an overlong "."
 *
 * The query is skipped; a control, space or "#" in it is refused. An absent default_namespace means
 * openfaas-fn. Nothing is written, and *len is 0, unless FNT_OK; no NUL follows it. RESOURCE_MAX
 * bytes always suffice.
 *
 * FNT_OK; FNT_DENIED_PATH, with the refused part (FNT_FIELD_ACTUAL), its byte and the reason in the
 * report; FNT_FAULT_SPACE; FNT_FAULT_ARGUMENT (default_namespace is no DNS label). */
fnt_status resource_from_path(span path, span default_namespace, char *dst, size_t size,
                              size_t *len, fnt_report *report);

#endif
