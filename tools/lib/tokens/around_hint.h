/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_TOKENS_AROUND_HINT_H
#define FNTOKEN_LIB_TOKENS_AROUND_HINT_H

#include "lib/tokens/text_rows.h"

/* What stands before and behind the token that is in the text from begin to end; NULL: nothing, or
 * what the library tells as well. */
const char *around_hint(piece text, size_t begin, size_t end);

#endif
