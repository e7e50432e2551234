/* SPDX-License-Identifier: MIT */
#include "iam/objects/suggest.h"

#include "iam/objects/vocabulary.h"

/* Longer words are far from all others: rows on the stack, and a bound on the work. */
enum { LONGEST = 48, FAR = LONGEST };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Row i of the table of distances: between the first i bytes of a and the first j of b, for each j.
 */
static void fill_row(span a, span b, size_t i, const size_t *above2, const size_t *above,
                     size_t *row)
{
    row[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
        char x = ascii_lower(a.at[i - 1]), y = ascii_lower(b.at[j - 1]);
        row[j] = smaller(above[j - 1] + (x == y ? 0 : 1), smaller(above[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && x == ascii_lower(b.at[j - 2]) && y == ascii_lower(a.at[i - 2]))
            row[j] = smaller(row[j], above2[j - 2] + 1);
    }
}

static size_t distance(span a, span b)
{
    size_t rows[3][LONGEST + 1];
    if (a.len > LONGEST || b.len > LONGEST)
        return FAR;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++)
        fill_row(a, b, i, rows[(i + 1) % 3], rows[(i + 2) % 3], rows[i % 3]);
    return rows[a.len % 3][b.len];
}

span suggest_word(span word, const char *const *list)
{
    span best = SPAN_NONE;
    size_t nearest = word.len < 5 ? 2 : 3; /* the first distance that is too far */
    if (words_contain(word, list))
        return SPAN_NONE;
    for (; *list != NULL; list++) {
        span known = span_of(*list);
        size_t longer = word.len > known.len ? word.len - known.len : known.len - word.len;
        size_t d = longer < nearest ? distance(word, known) : FAR; /* at least what it is longer */
        if (d < nearest) {
            nearest = d;
            best = known;
        }
    }
    return best;
}
