/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "base/refcount.h"

Test(refcount, the_last_holder_knows)
{
    refcount s;
    refcount_init(&s);
    refcount_acquire(&s);
    cr_expect_not(refcount_release(&s));
    cr_expect(refcount_release(&s));
}
