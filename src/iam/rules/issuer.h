/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_ISSUER_H
#define FNT_IAM_RULES_ISSUER_H

#include <stdint.h>

#include "base/span.h"
#include "iam/objects/reader.h"

/* in seconds, for a JwtIssuer without tokenExpiry (rule 37) */
enum { ISSUER_EXPIRY = 12 * 3600 };

/* One JwtIssuer: an identity provider whose tokens may be exchanged. Its strings are in the arena.
 */
typedef struct {
    span name, namespace; /* metadata.name, metadata.namespace */
    span iss, internal;   /* spec.iss; spec.issInternal, absent if not given */
    span *audiences;      /* spec.aud */
    size_t audience_count;
    int64_t expiry;        /* seconds that the tokens made for its users live */
    bool authorized_party; /* the opt-in of rule 29 */
    span pointer;          /* to the object */
    bool broken;           /* it holds an error: then nothing is loaded */
} issuer;

/* Compiles one object; every mistake is reported. False if there was one; *out then holds what
 * could be read.
 *
 *     spec.iss                     any text without white space and control characters, kept byte
 *                                  for byte; a warning unless it is a URL as the next one
 *     spec.issInternal             http or https, no query, fragment or white space
 *     spec.aud                     an array of strings
 *     spec.tokenExpiry             1*( 1*DIGIT [ "." 1*DIGIT ] UNIT ), UNIT = h / m / s / ms / us /
 *                                  µs / ns, as Go writes it; 1 s to 365 days, rounded down to whole
 *                                  seconds
 *     metadata.annotations["fntoken/authorized-party"]   "true" or "false" */
bool issuer_compile(const object *from, issuer *out);

/* http or https, without query, fragment and white space. What is none was warned of at loading. */
bool issuer_is_url(span iss);

/* OpenFaaS's chart makes a JwtIssuer for the gateway itself: "system", whose iss is its aud. */
bool issuer_is_gateway(const issuer *i);

/* spec.aud for people: ["a", "b"]. Appended to out. */
void issuer_print_audiences(const issuer *i, buf *out);

/* Whether audience is one of spec.aud, byte for byte. */
bool issuer_accepts(const issuer *i, span audience);

#endif
