/* SPDX-License-Identifier: MIT */
#include "lib/base/dash.h"

#include <stddef.h>
#include <string.h>

/* In UTF-8: what word processors and pages make of a hyphen or of two, and what stands before one
 * unseen. */
static const char *const dashes[] = {"\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93",
                                     "\xe2\x80\x94", "\xe2\x80\x95", "\xe2\x88\x92", "\xe2\x81\x83",
                                     "\xef\xb9\x98", "\xef\xb9\xa3", "\xef\xbc\x8d", "\xc2\xad"};
static const char *const invisible[] = {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
                                        "\xe2\x81\xa0", "\xef\xbb\xbf", "\xc2\xa0"};

static size_t length_of_one(const char *at, const char *const *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(at, all[i], strlen(all[i])) == 0)
            return strlen(all[i]);
    return 0;
}

bool is_typeset_option(const char *argument)
{
    const char *at = argument;
    for (size_t len = 1; len > 0; at += len)
        len = length_of_one(at, invisible, sizeof invisible / sizeof *invisible);
    if (at > argument && *at == '-')
        return true;
    if (*at == '-')
        at++;
    return length_of_one(at, dashes, sizeof dashes / sizeof *dashes) > 0;
}
