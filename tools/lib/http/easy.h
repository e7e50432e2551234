/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_EASY_H
#define FNTOKEN_LIB_HTTP_EASY_H

#include <stdbool.h>

#include "lib/http/client.h"

/* What every request has, of one kind or the other; for client.c and call.c alone. easy is a CURL
 * handle, and error has CURL_ERROR_SIZE bytes. */
bool easy_set_up(void *easy, const char *url, const http_client_options *options, char *error);

#endif
