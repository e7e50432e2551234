/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_IP_H
#define FNTOKEN_LIB_HTTP_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* A peer as 16 bytes, IPv4 mapped into IPv6; the peer of a Unix socket is ::1. */
typedef struct {
    uint8_t bytes[16];
} ip_address;

ip_address ip_of_socket(const struct sockaddr *address);
bool ip_parse(const char *text, size_t len, ip_address *out);
bool ip_is_loopback(const ip_address *ip);
/* How many of its first bytes are one machine's: all of IPv4, /64 of IPv6. */
size_t ip_machine_len(const ip_address *ip);
/* text: at least 46 bytes */
void ip_print(const ip_address *ip, char *text, size_t size);

/* ADDRESS or ADDRESS/BITS. */
typedef struct {
    ip_address base;
    unsigned bits; /* of the 128 */
} ip_range;

bool ip_range_parse(const char *text, size_t len, ip_range *out);
bool ip_range_holds(const ip_range *range, const ip_address *ip);
/* Wider than any private network: IPv4 than 10.0.0.0/8, IPv6 than fc00::/7. */
bool ip_range_is_wide(const ip_range *range);

#endif
