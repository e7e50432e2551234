/* SPDX-License-Identifier: MIT */
#include "iam/objects/vocabulary.h"

#include "iam/objects/suggest.h"

const char *const operator_names[] = {"StringEqual", "StringEquals", "StringEqualIgnoreCase",
                                      "StringLike", NULL};
static const comparison comparisons[] = {COMPARE_EQUAL, COMPARE_EQUAL, COMPARE_FOLD, COMPARE_LIKE};

span operator_name(span text)
{
    return span_starts(text, FOR_ANY_VALUE) ? span_from(text, FOR_ANY_VALUE.len) : text;
}

bool operator_is(span text)
{
    return words_contain(operator_name(text), operator_names);
}

comparison operator_compares(span text)
{
    size_t i = 0;
    while (operator_names[i + 1] != NULL &&
           !span_equal(operator_name(text), span_of(operator_names[i])))
        i++;
    return comparisons[i];
}
