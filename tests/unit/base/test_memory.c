/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdalign.h>

#include "base/memory.h"

Test(memory, zeroed_and_aligned)
{
    static const size_t sizes[] = {0, 1, 7, 64, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *block = memory_alloc(sizes[i]);
        cr_assert_not_null(block, "%zu", sizes[i]);
        cr_expect_eq((uintptr_t)block % alignof(max_align_t), 0, "%zu", sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++)
            cr_assert_eq(block[k], 0);
        memory_free(block);
    }
    memory_free(NULL);
}

Test(memory, absurd_sizes_are_refused)
{
    cr_expect_null(memory_alloc(SIZE_MAX));
    cr_expect_null(memory_alloc(PTRDIFF_MAX));
    cr_expect_null(memory_alloc_array(SIZE_MAX / 2 + 2, 2), "the product is 2 if it overflows");
    cr_expect_null(memory_alloc_array(2, SIZE_MAX));
    cr_expect_null(memory_strndup((span){"x", SIZE_MAX - 1}));
    void *none = memory_alloc_array(0, 8), *nothing = memory_alloc_array(8, 0);
    cr_expect_not_null(none);
    cr_expect_not_null(nothing);
    memory_free(none), memory_free(nothing);
}

Test(memory, text_is_terminated)
{
    char *absent = memory_strndup(SPAN_NONE), *text = memory_strndup((span){"abcd", 2});
    cr_expect_str_eq(absent, "");
    cr_expect_str_eq(text, "ab");
    memory_free(absent), memory_free(text);
}

Test(memory, rule_16_wipes)
{
    char secret[8] = "secret!";
    memory_cleanse(secret + 1, 5);
    cr_expect_arr_eq(secret, "s\0\0\0\0\0!", 8, "these bytes and no others");
    memory_cleanse(secret, 0);
    cr_expect_eq(secret[0], 's');
}

Test(memory, rule_47_each_byte_of_each_length_counts)
{
    unsigned char a[140], b[140];
    for (size_t i = 0; i < sizeof a; i++)
        a[i] = b[i] = (unsigned char)(i * 7);
    for (size_t len = 0; len < 100; len++) {
        for (size_t start = 0; start < 9; start += 4) {
            cr_assert(memory_equal(a + start, b + start, len), "%zu", len);
            for (size_t i = 0; i < sizeof a; i++) {
                b[i] ^= (unsigned char)(1 << i % 8);
                cr_assert_eq(memory_equal(a + start, b + start, len), i < start || i >= start + len,
                             "byte %zu of %zu", i, len);
                b[i] = a[i];
            }
        }
    }
}

Test(memory, knows_its_size)
{
    char *block = memory_alloc(77);
    cr_expect_eq(memory_size(block), 77);
    cr_expect_eq(memory_size(NULL), 0);
    memory_free(block);
}

Test(memory, an_array_grows)
{
    int *array = NULL;
    for (size_t i = 0; i < 100; i++) {
        array = memory_grow_array(array, i, sizeof *array);
        cr_assert(memory_size(array) >= (i + 1) * sizeof *array);
        array[i] = (int)i;
    }
    for (int i = 0; i < 100; i++)
        cr_expect_eq(array[i], i);
    void *same = memory_grow_array(array, 100, sizeof *array);
    cr_expect_eq(same, array, "there is space");
    memory_free(array);
    cr_expect_null(memory_grow_array(NULL, 0, SIZE_MAX / 8), "no memory is as large");
}

Test(memory, rule_47_equal)
{
    cr_expect(memory_equal("abc", "abc", 3));
    cr_expect(memory_equal("abc", "xyz", 0));
    cr_expect_not(memory_equal("abc", "abd", 3));
    cr_expect_not(memory_equal("xbc", "abc", 3));
    cr_expect_not(memory_equal("\x80", "\0", 1));
    cr_expect_not(memory_equal("ab", "ba", 2), "differences do not cancel out");
}
