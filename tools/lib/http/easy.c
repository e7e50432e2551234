/* SPDX-License-Identifier: MIT */
#include "lib/http/easy.h"

#include <curl/curl.h>

enum { CONNECT_SECONDS = 5 };

bool easy_set_up(void *easy, const char *url, const http_client_options *o, char *error)
{
    CURL *e = easy;
    return curl_easy_setopt(e, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_ERRORBUFFER, error) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_TIMEOUT, (long)o->seconds) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_USERAGENT, o->agent) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK &&
           (o->ca_file == NULL || (curl_easy_setopt(e, CURLOPT_CAINFO, o->ca_file) == CURLE_OK &&
                                   /* else the system's folder of authorities counts too */
                                   curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK));
}
