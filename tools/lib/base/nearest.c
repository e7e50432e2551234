/* SPDX-License-Identifier: MIT */
#include "lib/base/nearest.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 32, FIRST_LETTERS = 3 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau and Levenshtein's, where no letter is touched twice: rows of the table for the prefixes
 * of a, of which three are looked at. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(least(row[j - 1], above[j]) + 1,
                           above[j - 1] + (lower(a[i - 1]) != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

void nearest_try(nearest *n, const char *word)
{
    size_t written_len = strlen(n->written), len = strlen(word);
    if (written_len > LONGEST || len > LONGEST)
        return;
    bool begins = written_len >= FIRST_LETTERS && strncmp(n->written, word, written_len) == 0;
    size_t apart = begins ? 1 : distance(n->written, written_len, word, len);
    /* one letter in three may be wrong: of what is farther, something else was meant */
    if (apart > (len + 1) / 3 || (n->word != NULL && apart >= n->distance))
        return;
    n->word = word;
    n->distance = apart;
}
