/* SPDX-License-Identifier: MIT */
/* The statuses are the public header's: inside and outside speak of the same ones. */
#ifndef FNT_BASE_STATUS_H
#define FNT_BASE_STATUS_H

#include <fntoken/fntoken.h>

/* The work of the exported functions of these names. */
int32_t status_http(fnt_status status);
const char *status_name(fnt_status status);
const char *status_sentence(fnt_status status);
const char *status_oauth(fnt_status status);
const char *status_challenge(fnt_status status);

#endif
