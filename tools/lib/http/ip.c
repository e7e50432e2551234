/* SPDX-License-Identifier: MIT */
#include "lib/http/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static ip_address of_v4(const void *four)
{
    ip_address ip;
    memcpy(ip.bytes, mapped, sizeof mapped);
    memcpy(ip.bytes + sizeof mapped, four, 4);
    return ip;
}

ip_address ip_of_socket(const struct sockaddr *address)
{
    ip_address ip = {{0}};
    if (address != NULL && address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return of_v4(&v4.sin_addr);
    }
    if (address != NULL && address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        memcpy(ip.bytes, &v6.sin6_addr, sizeof ip.bytes);
        return ip;
    }
    ip.bytes[15] = 1;
    return ip;
}

bool ip_parse(const char *text, size_t len, ip_address *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr v4;
    if (len == 0 || len >= sizeof copy || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (inet_pton(AF_INET, copy, &v4) == 1) {
        *out = of_v4(&v4);
        return true;
    }
    return inet_pton(AF_INET6, copy, out->bytes) == 1;
}

static bool is_v4(const ip_address *ip)
{
    return memcmp(ip->bytes, mapped, sizeof mapped) == 0;
}

bool ip_is_loopback(const ip_address *ip)
{
    static const uint8_t one[16] = {[15] = 1};
    return is_v4(ip) ? ip->bytes[12] == 127 : memcmp(ip->bytes, one, sizeof one) == 0;
}

size_t ip_machine_len(const ip_address *ip)
{
    return is_v4(ip) ? 16 : 8;
}

void ip_print(const ip_address *ip, char *text, size_t size)
{
    bool v4 = is_v4(ip);
    if (inet_ntop(v4 ? AF_INET : AF_INET6, ip->bytes + (v4 ? sizeof mapped : 0), text,
                  (socklen_t)size) == NULL)
        *text = '\0';
}

bool ip_range_parse(const char *text, size_t len, ip_range *out)
{
    const char *slash = memchr(text, '/', len);
    size_t address = slash == NULL ? len : (size_t)(slash - text);
    if (!ip_parse(text, address, &out->base))
        return false;
    unsigned most = is_v4(&out->base) && memchr(text, ':', address) == NULL ? 32 : 128;
    unsigned bits = most;
    if (slash != NULL) {
        size_t digits = len - address - 1;
        if (digits == 0 || digits > 3)
            return false;
        bits = 0;
        for (size_t i = 0; i < digits; i++) {
            if (slash[1 + i] < '0' || slash[1 + i] > '9')
                return false;
            bits = bits * 10 + (unsigned)(slash[1 + i] - '0');
        }
    }
    out->bits = bits + (128 - most);
    return bits <= most;
}

bool ip_range_holds(const ip_range *range, const ip_address *ip)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(range->base.bytes, ip->bytes, whole) != 0)
        return false;
    return rest == 0 || ((range->base.bytes[whole] ^ ip->bytes[whole]) >> (8 - rest)) == 0;
}

/* ::/8 is where IPv4 stands within IPv6, mapped or by NAT64: there the last 32 bits count. */
bool ip_range_is_wide(const ip_range *range)
{
    return range->bits < (range->base.bytes[0] <= 1 ? 96 + 8 : 7);
}
