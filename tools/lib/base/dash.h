/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_DASH_H
#define FNTOKEN_LIB_BASE_DASH_H

#include <stdbool.h>

/* Whether an argument begins with a dash that is no hyphen, or with an invisible character and a
 * hyphen: an option, as it is copied from a page or a word processor. */
bool is_typeset_option(const char *argument);

#define TYPESET_OPTION                                                                             \
    "an argument begins with a dash that is no hyphen, or with a character that is not seen, as "  \
    "pages and word processors write options; type it anew, with two hyphens (--)"

#endif
