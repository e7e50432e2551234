/* SPDX-License-Identifier: MIT */
#include "lib/tokens/text_rows.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool same(const char *a, const char *b, size_t len, bool fold)
{
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i] && (!fold || lower(a[i]) != lower(b[i])))
            return false;
    return true;
}

bool piece_is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

piece piece_from(piece text, size_t start)
{
    return (piece){text.at + start, text.len - start};
}

bool piece_begins(piece text, const char *part, bool fold)
{
    size_t len = strlen(part);
    return text.len >= len && same(text.at, part, len, fold);
}

bool piece_holds(piece text, const char *part, bool fold)
{
    for (size_t i = 0, len = strlen(part); i + len <= text.len; i++)
        if (same(text.at + i, part, len, fold))
            return true;
    return false;
}

bool row_fits(const text_row *row, piece text)
{
    size_t len = strlen(row->text);
    switch (row->kind) {
    case ROW_IS:
        return text.len == len && same(text.at, row->text, len, row->fold);
    case ROW_BEGINS:
        return piece_begins(text, row->text, row->fold);
    case ROW_ENDS:
        return text.len >= len && same(text.at + text.len - len, row->text, len, row->fold);
    default:
        return piece_holds(text, row->text, row->fold);
    }
}

const char *rows_find(const text_row *rows, size_t count, piece text)
{
    for (size_t i = 0; i < count; i++)
        if (row_fits(&rows[i], text))
            return rows[i].sentence;
    return NULL;
}

bool piece_is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_of_part(char c)
{
    return piece_is_letter_or_digit(c) || c == '-' || c == '_';
}

/* Moves *at behind the part that begins there; false: there is none. */
static bool skip_part(piece text, size_t *at)
{
    size_t begin = *at;
    while (*at < text.len && is_of_part(text.at[*at]))
        ++*at;
    return *at > begin;
}

/* Each byte is looked at a few times, as what fails at its second dot is not tried again from
 * within. */
bool piece_find_token(piece text, size_t *begin, size_t *end)
{
    for (size_t i = 0; i + 3 <= text.len; i++) {
        size_t at = i;
        if (text.at[i] != 'e' || !same(text.at + i, "eyJ", 3, false))
            continue;
        bool found = skip_part(text, &at) && at < text.len && text.at[at++] == '.' &&
                     skip_part(text, &at) && at < text.len && text.at[at++] == '.' &&
                     skip_part(text, &at);
        if (found) {
            *begin = i;
            *end = at;
            return true;
        }
        i = at > i + 1 ? at - 1 : i;
    }
    return false;
}
