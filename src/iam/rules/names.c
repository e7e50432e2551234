/* SPDX-License-Identifier: MIT */
#include "iam/rules/names.h"

#include <stdlib.h>

int names_compare(span a, span b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.at, b.at, shorter);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_names(const name_entry *a, const name_entry *b)
{
    int order = names_compare(a->first, b->first);
    return order != 0 ? order : names_compare(a->second, b->second);
}

static int by_names(const void *a, const void *b)
{
    const name_entry *x = a, *y = b;
    int order = compare_names(x, y);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

void names_sort(name_entry *list, size_t count)
{
    if (count > 1)
        qsort(list, count, sizeof *list, by_names);
}

const name_entry *names_find(const name_entry *list, size_t count, span first, span second)
{
    const name_entry wanted = {first, second, 0};
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(&list[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && compare_names(&list[low], &wanted) == 0 ? &list[low] : NULL;
}

bool names_repeat(const name_entry *list, size_t i)
{
    return i > 0 && compare_names(&list[i - 1], &list[i]) == 0;
}
