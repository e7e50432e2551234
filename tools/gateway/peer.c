/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <string.h>

#include "lib/base/fail.h"

static const char blanks[] = " \t";

/* ADDRESS, ADDRESS:PORT, [IPv6] or [IPv6]:PORT, as proxies write it. */
static bool read_address(const char *list, size_t len, ip_address *out)
{
    const char *bracket = len > 0 && list[0] == '[' ? memchr(list, ']', len) : NULL;
    if (bracket != NULL)
        return ip_parse(list + 1, (size_t)(bracket - list) - 1, out);
    if (ip_parse(list, len, out))
        return true;
    const char *colon = memchr(list, ':', len);
    return colon != NULL && ip_parse(list, (size_t)(colon - list), out);
}

/* Cuts the last address off. */
static bool cut_last(const char *list, size_t *len, ip_address *out)
{
    size_t end = *len, begin;
    while (end > 0 && strchr(blanks, list[end - 1]) != NULL)
        end--;
    for (begin = end; begin > 0 && list[begin - 1] != ','; begin--)
        ;
    *len = begin > 0 ? begin - 1 : 0;
    while (begin < end && strchr(blanks, list[begin]) != NULL)
        begin++;
    return read_address(list + begin, end - begin, out);
}

static void tell_once(void)
{
    static atomic_flag told = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&told))
        tell("a trusted proxy sent no X-Forwarded-For, or none that ends in an address: all who "
             "come through it share one limit (nginx: proxy_set_header X-Forwarded-For "
             "$remote_addr). Loopback is one unless --trusted-proxy names others, so that a call "
             "by hand is told too");
}

ip_address peer_of(const gateway *g, http_request *r)
{
    ip_address peer = *http_peer(r), client;
    if (!config_is_proxy(g->config, &peer))
        return peer;
    const char *list = http_header(r, "X-Forwarded-For");
    size_t len = list != NULL ? strlen(list) : 0;
    bool is_named = false, goes_on = true;
    while (goes_on && len > 0 && cut_last(list, &len, &client)) {
        peer = client;
        is_named = true;
        goes_on = config_is_proxy(g->config, &client);
    }
    if (!is_named)
        tell_once();
    return peer;
}

bool peer_allows(gateway *g, const ip_address *peer, int64_t now_ms, unsigned *wait)
{
    return limits_take(g->by_peer, peer->bytes, ip_machine_len(peer), now_ms, wait);
}

bool peer_floods(gateway *g, const ip_address *peer)
{
    return limits_is_flood(g->by_peer, peer->bytes, ip_machine_len(peer));
}

bool peer_has_line(gateway *g, const ip_address *peer, int64_t now_ms)
{
    unsigned wait = 0;
    return !peer_floods(g, peer) ||
           limits_take(g->flood_lines, peer->bytes, ip_machine_len(peer), now_ms, &wait);
}
