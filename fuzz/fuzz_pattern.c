/* SPDX-License-Identifier: MIT */
/* Lines: the first is what is asked about, the others are patterns. Alone, in a set, and as one
 * covering another, they answer as a matcher of another make does. A NUL ends nothing. */
#include <stdlib.h>

#include "match/pattern.h"
#include "match/patterns.h"
#include "work.h"

enum { LONGEST = 96, MOST = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* reach[j]: the pattern so far matches the first j bytes of text. */
static bool oracle(span pattern, span text)
{
    bool reach[LONGEST + 1] = {true}, next[LONGEST + 1];
    for (size_t i = 0; i < pattern.len; i++) {
        bool star = pattern.at[i] == '*';
        next[0] = star && reach[0];
        for (size_t j = 1; j <= text.len; j++)
            next[j] =
                star ? reach[j] || next[j - 1] : reach[j - 1] && pattern.at[i] == text.at[j - 1];
        memcpy(reach, next, text.len + 1);
    }
    return reach[text.len];
}

/* With its stars filled, narrow is a text that it matches: wide has to match it too, if it covers.
 * Filled with a byte that wide has not, only stars of wide match them: then it has to cover, too.
 */
static void check_covers(span wide, span narrow)
{
    static const char fillers[] = "\0a:-b*";
    char filled[LONGEST];
    work_begin();
    bool covered = pattern_covers(wide, narrow);
    work_end(WORK_COVERS, (wide.len + 1) * (narrow.len + 1));
    for (size_t f = 0; f < sizeof fillers; f++) {
        for (size_t i = 0; i < narrow.len; i++)
            filled[i] = narrow.at[i] == '*' ? fillers[f] : narrow.at[i];
        bool matched = oracle(wide, (span){filled, narrow.len});
        must(matched || !covered);
        must(covered || !matched || span_index(wide, fillers[f]) < wide.len);
    }
}

static span take_line(span *rest)
{
    size_t end = span_index(*rest, '\n');
    span line = {rest->at, end < LONGEST ? end : LONGEST};
    *rest = span_from(*rest, end + 1);
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span list[MOST], rest = {size == 0 ? "" : (const char *)data, size}, text = take_line(&rest);
    size_t count = 0, first = 0;
    while (count < MOST && rest.at != NULL)
        list[count++] = take_line(&rest);
    for (size_t i = 0; i < count; i++) {
        work_begin();
        bool matched = pattern_match(list[i], text);
        work_end(WORK_PATTERN, (list[i].len + 1) * (text.len + 1));
        must(matched == oracle(list[i], text));
    }
    for (size_t i = 1; i < count && i < 4; i++)
        check_covers(list[i - 1], list[i]);

    while (first < count && !oracle(list[first], text))
        first++;
    patterns *set = NULL;
    work_begin();
    must(patterns_compile(list, count, &set) == FNT_OK);
    work_end(WORK_COMPILE, size);
    work_begin();
    bool matched = patterns_match(set, text);
    work_end(WORK_PATTERNS, (size + 1) * (text.len + 1));
    must(matched == (first < count));
    must(patterns_first(set, text) == first);
    for (size_t i = 0; i < count; i++)
        must(span_equal(patterns_text(set, i), list[i]));
    patterns_free(set);
    return 0;
}
