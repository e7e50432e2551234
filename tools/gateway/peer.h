/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_PEER_H
#define FNTOKEN_GATEWAY_PEER_H

#include "gateway.h"

/* Who asks: the peer of the connection, or, where that is a trusted proxy, the last address in its
 * X-Forwarded-For that is none. What can't be read is not passed over: then it is the proxy. */
ip_address peer_of(const gateway *g, http_request *r);

/* Whether that peer may ask once more. Addresses of IPv6 count by their /64: one machine has as
 * many. */
bool peer_allows(gateway *g, const ip_address *peer, int64_t now_ms, unsigned *wait);

/* Whether it was refused so often that its requests may as well wait. */
bool peer_floods(gateway *g, const ip_address *peer);

/* Whether a refusal has a line in the log: of one that floods there is one a second, or it would
 * fill the disk. */
bool peer_has_line(gateway *g, const ip_address *peer, int64_t now_ms);

#endif
