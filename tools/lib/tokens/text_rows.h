/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_TOKENS_TEXT_ROWS_H
#define FNTOKEN_LIB_TOKENS_TEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

/* Tables of texts and the sentence for each; the first row that fits counts. Letters have no case
 * where a row says so. */
typedef enum { ROW_IS, ROW_BEGINS, ROW_ENDS, ROW_HOLDS } row_kind;

typedef struct {
    row_kind kind;
    bool fold;
    const char *text;
    const char *sentence;
} text_row;

typedef struct {
    const char *at;
    size_t len;
} piece;

bool row_fits(const text_row *row, piece text);

/* The sentence of the first row that fits, or NULL. */
const char *rows_find(const text_row *rows, size_t count, piece text);

bool piece_is_white(char c);
bool piece_is_letter_or_digit(char c);
bool piece_holds(piece text, const char *part, bool fold);
bool piece_begins(piece text, const char *part, bool fold);
piece piece_from(piece text, size_t start);

/* Three parts of base64url with dots between them, of which the first is JSON: where they begin and
 * end in the text. False where there are none. */
bool piece_find_token(piece text, size_t *begin, size_t *end);

#endif
