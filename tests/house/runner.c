/* SPDX-License-Identifier: MIT */
/* What tests/runner/runner.c has to tell apart; check_runner.sh runs it. */
#include "support/test.h"

#include <signal.h>

static int started;

static void start(void)
{
    started++;
}

static void stop(void)
{
    cr_expect_eq(started, 1, "its own process");
}

TestSuite(runner, .init = start, .fini = stop);

Test(runner, passes)
{
    cr_expect_eq(started, 1);
    cr_expect_str_eq("a", "a", "%d", 1);
    test_vectors(3);
}

Test(runner, fails_and_goes_on)
{
    cr_expect_str_eq("a", NULL, "number %d", 5);
    cr_expect(false, "went on");
}

Test(runner, ends_at_an_assertion)
{
    cr_assert_eq(1, 2);
    cr_expect(false, "went on");
}

Test(runner, dies)
{
    raise(SIGKILL);
}

Test(runner, is_skipped)
{
    test_vectors(0);
}

Test(runner, fails_then_skips)
{
    cr_expect(false);
    cr_skip_test("no more");
}

Test(runner, fails_at_its_end)
{
    started = 2;
}
