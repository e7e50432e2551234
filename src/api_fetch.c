/* SPDX-License-Identifier: MIT */
/* The exported functions about fetching keys, none of which fetches. As api.c. */
#include "api.h"

#include "fetch/discovery.h"
#include "fetch/refresh.h"

/* (NULL, 0) asks for less to be checked. An empty text, as of a variable that nobody set, must not.
 */
static bool is_given_or_absent(const char *text, size_t len)
{
    return text == NULL ? len == 0 : len > 0;
}

fnt_status fnt_discovery(const char *json, size_t len, const char *address, size_t address_len,
                         const char *issuer, size_t issuer_len, int32_t flags, char **jwks_uri,
                         size_t *jwks_uri_len, char **found, size_t *found_len, fnt_report *report)
{
    report_start(report);
    bool outs = clear_text(jwks_uri, jwks_uri_len);
    if (!clear_text(found, found_len) || !outs || !is_given(json, len) ||
        !is_given_or_absent(address, address_len) || !is_given_or_absent(issuer, issuer_len) ||
        (flags & ~FNT_DISCOVERY_HTTP) != 0)
        return bad_argument(report);
    discovery_request request = {
        {address, address_len}, {issuer, issuer_len}, flags == FNT_DISCOVERY_HTTP};
    discovery read;
    fnt_status status = discovery_read((span){json, len}, &request, &read, report);
    *jwks_uri = read.jwks_uri;
    *jwks_uri_len = read.jwks_uri_len;
    *found = read.issuer;
    *found_len = read.issuer_len;
    return report_finish(report, status);
}

fnt_status fnt_refresh(int64_t state[8], int32_t event, int64_t every, int64_t max_age, int64_t now)
{
    if (state == NULL || every < 1 || every > 86400 || max_age < every || max_age > 31536000 ||
        !time_is_possible(now))
        return FNT_FAULT_ARGUMENT;
    if (event < FNT_REFRESH_TICK || event > FNT_REFRESH_FAILED)
        return FNT_FAULT_UNSUPPORTED;
    return refresh_step(state, event, every, max_age, now);
}
