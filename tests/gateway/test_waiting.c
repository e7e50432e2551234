/* SPDX-License-Identifier: MIT */
/* Which requests wait, and until when; the server's part of it is a double. */
#include "support/test.h"

#include "gateway/waiting.h"

const char program_name[] = "waiting";

struct http_request {
    int suspended, resumed;
};

void http_suspend(http_request *request)
{
    request->suspended++;
}

void http_resume(http_request *request)
{
    request->resumed++;
}

Test(waiting, until_the_issuers_fetch_has_ended)
{
    waiting *w = waiting_new(WAITING_MS, WAITING_OF_ONE_ISSUER);
    http_request a = {0}, b = {0}, c = {0};
    cr_expect(waiting_add(w, &a, "one", 0));
    cr_expect(waiting_add(w, &b, "two", 0));
    cr_expect(waiting_add(w, &c, "one", 0));
    cr_expect_eq(a.suspended, 1);
    waiting_settled(w, "on");
    cr_expect_eq(a.resumed, 0);
    waiting_settled(w, "one");
    cr_expect_eq(a.resumed, 1);
    cr_expect_eq(b.resumed, 0);
    cr_expect_eq(c.resumed, 1);
    waiting_settled(w, "one");
    cr_expect_eq(a.resumed, 1, "once");
    waiting_settled(w, "two");
    cr_expect_eq(b.resumed, 1);
    waiting_free(w);
}

Test(waiting, has_an_end)
{
    waiting *w = waiting_new(WAITING_MS, WAITING_OF_ONE_ISSUER);
    http_request a = {0}, b = {0};
    cr_expect_eq(waiting_expire(w, 0), -1);
    cr_expect(waiting_add(w, &a, "one", 1000));
    cr_expect(waiting_add(w, &b, "one", 1500));
    cr_expect_eq(waiting_expire(w, 1000), WAITING_MS);
    cr_expect_eq(waiting_expire(w, 1000 + WAITING_MS - 1), 1);
    cr_expect_eq(a.resumed, 0);
    cr_expect_eq(waiting_expire(w, 1000 + WAITING_MS), 500);
    cr_expect_eq(a.resumed, 1);
    cr_expect_eq(b.resumed, 0);
    cr_expect_eq(waiting_expire(w, 9000), -1);
    cr_expect_eq(b.resumed, 1);
    waiting_free(w);
}

Test(waiting, so_many_of_one_issuer)
{
    waiting *w = waiting_new(WAITING_MS, WAITING_OF_ONE_ISSUER);
    http_request all[WAITING_OF_ONE_ISSUER + 1] = {{0}}, other = {0};
    for (size_t i = 0; i < WAITING_OF_ONE_ISSUER; i++)
        cr_expect(waiting_add(w, &all[i], "one", 0));
    cr_expect_not(waiting_add(w, &all[WAITING_OF_ONE_ISSUER], "one", 0));
    cr_expect_eq(all[WAITING_OF_ONE_ISSUER].suspended, 0);
    cr_expect(waiting_add(w, &other, "two", 0));
    waiting_settled(w, "one");
    cr_expect(waiting_add(w, &all[WAITING_OF_ONE_ISSUER], "one", 0));
    waiting_release(w);
    for (size_t i = 0; i <= WAITING_OF_ONE_ISSUER; i++)
        cr_expect_eq(all[i].resumed, 1);
    cr_expect_eq(other.resumed, 1);
    waiting_free(w);
}

Test(waiting, nobody_waits_once_all_were_released)
{
    waiting *w = waiting_new(WAITING_MS, WAITING_OF_ONE_ISSUER);
    http_request a = {0};
    waiting_release(w);
    cr_expect_not(waiting_add(w, &a, "one", 0));
    cr_expect_eq(a.suspended, 0);
    waiting_free(w);
}
