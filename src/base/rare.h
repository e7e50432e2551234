/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_RARE_H
#define FNT_BASE_RARE_H

/* Of a function that is called when something was refused, or hardly ever: compilers make it small
 * and keep it out of the way of the others. */
#if defined(__GNUC__)
#define RARE __attribute__((noinline, cold))
#else
#define RARE
#endif

#endif
