/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOOLS_KEY_HINTS_H
#define FNT_TOOLS_KEY_HINTS_H

#include "lib/base/text.h"

/* What a text seems to be that was given as a key and is none, as consoles, browsers and shells
 * hand keys out: a sentence that says what was found, what was expected and what to do. False:
 * nothing that is known here; the library's own sentence then says more. Nothing of the text is
 * repeated but the name of a member that looks like one. */
bool key_hint(const text *given, text *sentence);

#endif
