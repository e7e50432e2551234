/* SPDX-License-Identifier: MIT */
/* A module of somebody's that has the static archive inside and exports one function of its own. */
#include <fntoken/fntoken.h>

__attribute__((visibility("default"))) const char *of_the_module(void);

const char *of_the_module(void)
{
    return fnt_version();
}
