/* SPDX-License-Identifier: MIT */
#include "lib/http/easy.h"

#include <string.h>
#include <strings.h>

#include "lib/http/curl.h"
#include "lib/http/ip.h"

enum { CONNECT_SECONDS = 5 };

/* Whatever a resolver says. */
static bool is_this_machine(const char *host)
{
    ip_address ip;
    size_t len = strlen(host), bracket = host[0] == '[' && len > 2 ? 1 : 0;
    return strcasecmp(host, "localhost") == 0 ||
           (ip_parse(host + bracket, len - 2 * bracket, &ip) && ip_is_loopback(&ip));
}

static bool leads_to_this_machine(const char *written)
{
    char *host = NULL;
    CURLU *url = curl_url();
    bool does = url != NULL && curl_url_set(url, CURLUPART_URL, written, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK && is_this_machine(host);
    curl_free(host);
    curl_url_cleanup(url);
    return does;
}

/* Plain http is good enough on this machine, and a proxy is not on it. */
static bool set_proxy(CURL *e, const char *url)
{
    return !leads_to_this_machine(url) || curl_easy_setopt(e, CURLOPT_PROXY, "") == CURLE_OK;
}

bool easy_set_up(void *easy, const char *url, const http_client_options *o, char *error)
{
    CURL *e = easy;
    return curl_easy_setopt(e, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           set_proxy(e, url) && curl_easy_setopt(e, CURLOPT_ERRORBUFFER, error) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_TIMEOUT, (long)o->seconds) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
           /* or the end of one that waits for a resolver holds up all of its thread */
           curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_USERAGENT, o->agent) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK &&
           (o->ca_file == NULL || (curl_easy_setopt(e, CURLOPT_CAINFO, o->ca_file) == CURLE_OK &&
                                   /* else the system's folder of authorities counts too */
                                   curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

/* ---- URLs ---------------------------------------------------------------- */

static bool has_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    bool has = curl_url_get(url, part, &value, 0) == CURLUE_OK;
    curl_free(value);
    return has;
}

static http_url_kind look(CURLU *url, const char *written)
{
    char *scheme = NULL, *host = NULL;
    http_url_kind kind = HTTP_URL_BAD;
    if (curl_url_set(url, CURLUPART_URL, written, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        bool https = strcasecmp(scheme, "https") == 0, http = strcasecmp(scheme, "http") == 0;
        kind = !https && !http                                                      ? HTTP_URL_BAD
               : has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) ? HTTP_URL_USER
               : has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT)
                   ? HTTP_URL_PARTS
               : https || is_this_machine(host) ? HTTP_URL_SAFE
                                                : HTTP_URL_PLAIN;
    }
    curl_free(scheme);
    curl_free(host);
    return kind;
}

http_url_kind http_url_look(const char *written)
{
    const char *missing = NULL;
    if (!late_find(&missing))
        return HTTP_URL_SAFE; /* nothing is sent: http_call says why */
    CURLU *url = curl_url();
    http_url_kind kind = url != NULL ? look(url, written) : HTTP_URL_BAD;
    curl_url_cleanup(url);
    return kind;
}
