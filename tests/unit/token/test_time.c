/* SPDX-License-Identifier: MIT */
/* Rule 18: valid while nbf - leeway <= now < exp + leeway, and what bounds iat. Each edge on both
 * sides. */
#include "support/support.h"

#include <stdio.h>

#include "base/buf.h"
#include "token/claims.h"

#define BASE "{\"iss\":\"" ISSUER "\",\"sub\":\"fed:ada\",\"aud\":\"" ISSUER "\"" FUNCTION ","

static const struct {
    const char *times;
    int64_t leeway, max_age, max_lifetime, now;
    fnt_status status;
    const char *why;
} rows[] = {
    {"\"exp\":2000", 0, 0, 0, 1999, FNT_OK, "the last second"},
    {"\"exp\":2000", 0, 0, 0, 2000, FNT_REFUSED_EXPIRED, "exp itself is too late"},
    {"\"exp\":2000", 1, 0, 0, 2000, FNT_OK, "a second of grace"},
    {"\"exp\":2000", 1, 0, 0, 2001, FNT_REFUSED_EXPIRED, "and no more"},
    {"\"exp\":2000", 300, 0, 0, 2299, FNT_OK, "the most grace"},
    {"\"exp\":2000", 300, 0, 0, 2300, FNT_REFUSED_EXPIRED, "and no more"},
    {"\"exp\":2000.9", 0, 0, 0, 2000, FNT_REFUSED_EXPIRED,
     "rule 5: a fraction makes no dead token alive"},
    {"\"exp\":0", 300, 0, 0, 299, FNT_OK, "the least exp"},
    {"\"exp\":0", 300, 0, 0, 300, FNT_REFUSED_EXPIRED, "the least exp"},
    {"\"exp\":99999999999", 300, 0, 0, 99999999999, FNT_OK, "the most exp at the latest now"},
    {"\"exp\":99999999999", 0, 0, 0, 99999999999, FNT_REFUSED_EXPIRED, "the latest now"},
    {"\"exp\":1", 0, 0, 0, 1, FNT_REFUSED_EXPIRED, "the earliest now"},

    {"\"exp\":9000,\"nbf\":2000", 0, 0, 0, 1999, FNT_REFUSED_NOT_YET, "a second too early"},
    {"\"exp\":9000,\"nbf\":2000", 0, 0, 0, 2000, FNT_OK, "nbf itself is good"},
    {"\"exp\":9000,\"nbf\":2000", 1, 0, 0, 1998, FNT_REFUSED_NOT_YET, "before the grace"},
    {"\"exp\":9000,\"nbf\":2000", 1, 0, 0, 1999, FNT_OK, "within the grace"},
    {"\"exp\":9000,\"nbf\":2000", 300, 0, 0, 1699, FNT_REFUSED_NOT_YET, "before the most grace"},
    {"\"exp\":9000,\"nbf\":2000", 300, 0, 0, 1700, FNT_OK, "within the most grace"},
    {"\"exp\":9000,\"nbf\":2000.1", 0, 0, 0, 2000, FNT_REFUSED_NOT_YET, "rule 5: rounded up"},
    {"\"exp\":9000,\"nbf\":0", 300, 0, 0, 1, FNT_OK, "nbf - leeway below zero"},
    {"\"exp\":99999999999,\"nbf\":99999999999", 300, 0, 0, 99999999698, FNT_REFUSED_NOT_YET,
     "the most nbf"},
    {"\"exp\":2000,\"nbf\":3000", 0, 0, 0, 2500, FNT_REFUSED_EXPIRED,
     "exp before nbf: never valid"},
    {"\"exp\":2000,\"nbf\":3000", 0, 0, 0, 1999, FNT_REFUSED_NOT_YET,
     "exp before nbf: never valid"},

    {"\"exp\":9000,\"iat\":2000", 0, 0, 0, 1940, FNT_OK, "a minute ahead is forgiven"},
    {"\"exp\":9000,\"iat\":2000", 0, 0, 0, 1939, FNT_REFUSED_NOT_YET, "and no more"},
    {"\"exp\":9000,\"iat\":2000", 1, 0, 0, 1939, FNT_REFUSED_NOT_YET, "the leeway is not added"},
    {"\"exp\":9000,\"iat\":2000", 300, 0, 0, 1940, FNT_OK, "a minute at any leeway"},
    {"\"exp\":9000,\"iat\":2000", 300, 0, 0, 1939, FNT_REFUSED_NOT_YET, "not even the most"},
    {"\"exp\":9000,\"iat\":2000.1", 0, 0, 0, 1940, FNT_REFUSED_NOT_YET, "rule 5: rounded up"},
    {"\"exp\":99999999999,\"iat\":99999999999", 0, 0, 0, 99999999938, FNT_REFUSED_NOT_YET,
     "the most iat"},
    {"\"exp\":100000000000", 0, 0, 0, 2000, FNT_REFUSED_CLAIM, "exp in milliseconds"},
    {"\"exp\":9000,\"nbf\":100000000000", 0, 0, 0, 2000, FNT_REFUSED_CLAIM, "nbf too"},
    {"\"exp\":9000,\"nbf\":99999999999.1", 0, 0, 0, 2000, FNT_REFUSED_CLAIM, "rounded up"},
    {"\"exp\":9000,\"iat\":1715848921000", 0, 0, 0, 2000, FNT_REFUSED_CLAIM,
     "iat too: no clock runs that far ahead"},
    {"\"exp\":9000,\"iat\":0", 0, 0, 0, 1, FNT_OK, "the least iat"},

    {"\"exp\":9000,\"iat\":2000", 0, 100, 0, 2100, FNT_OK, "as old as may be"},
    {"\"exp\":9000,\"iat\":2000", 0, 100, 0, 2101, FNT_REFUSED_AGE, "a second older"},
    {"\"exp\":9000,\"iat\":2000", 5, 100, 0, 2105, FNT_OK, "with grace"},
    {"\"exp\":9000,\"iat\":2000", 5, 100, 0, 2106, FNT_REFUSED_AGE, "and no more"},
    {"\"exp\":9000,\"iat\":2000.5", 0, 100, 0, 2100, FNT_OK, "99.5 seconds old"},
    {"\"exp\":9000,\"iat\":2000.5", 0, 100, 0, 2101, FNT_REFUSED_AGE,
     "rule 5: 100.5 seconds old; a fraction makes none younger"},
    {"\"exp\":9000", 0, 100, 0, 2000, FNT_REFUSED_CLAIM,
     "an age is asked for, and there is no iat"},
    {"\"exp\":9000,\"iat\":0", 0, 31536000, 0, 8999, FNT_OK, "the most age that can be set"},

    {"\"exp\":2100,\"iat\":2000", 0, 0, 100, 2050, FNT_OK, "lives as long as may be"},
    {"\"exp\":2101,\"iat\":2000", 0, 0, 100, 2050, FNT_REFUSED_AGE, "a second longer"},
    {"\"exp\":2101,\"iat\":2000", 300, 0, 100, 2050, FNT_REFUSED_AGE,
     "grace is for clocks, not for lifetimes"},
    {"\"exp\":2101,\"iat\":2000.9", 0, 0, 100, 2050, FNT_REFUSED_AGE,
     "rule 5: a fraction makes no lifetime shorter"},
    {"\"exp\":2100.9,\"iat\":2000.9", 0, 0, 100, 2050, FNT_OK,
     "the same fraction: exactly 100 seconds"},
    {"\"exp\":2100", 0, 0, 100, 2050, FNT_REFUSED_CLAIM,
     "a lifetime is asked for, and there is no iat"},
    {"\"exp\":99999999999,\"iat\":0", 0, 0, 31536000, 2050, FNT_REFUSED_AGE, "the longest life"},
};

static fnt_verifier *guard_of(int64_t leeway, int64_t max_age, int64_t max_lifetime)
{
    fnt_verifier *made = verifier_of(0);
    MUST(fnt_verifier_set(made, FNT_OPT_LEEWAY, leeway));
    MUST(fnt_verifier_set(made, FNT_OPT_MAX_AGE, max_age));
    MUST(fnt_verifier_set(made, FNT_OPT_MAX_LIFETIME, max_lifetime));
    return made;
}

static const char *token_with(const char *times)
{
    return sign(BY_ES256, HEADER, joined(joined(BASE, times), "}"));
}

Test(times, rule_18_table)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_token *made = NULL;
        fnt_verifier *guard = guard_of(rows[i].leeway, rows[i].max_age, rows[i].max_lifetime);
        fnt_status got =
            fnt_verify(guard, FNT_STR(token_with(rows[i].times)), rows[i].now, &made, NULL);
        cr_expect_eq(got, rows[i].status, "%s at %lld: %s (got %s)", rows[i].times,
                     (long long)rows[i].now, rows[i].why, fnt_status_name(got));
        fnt_token_free(made);
        fnt_verifier_free(guard);
    }
}

Test(times, rule_18_default_leeway_is_a_second)
{
    fnt_verifier *guard = verifier_of(0);
    cr_expect_eq(fnt_verifier_get(guard, FNT_OPT_LEEWAY), 1);
    fnt_verifier_free(guard);
    cr_expect_eq(verify_now(token_with("\"exp\":1715848921")), FNT_OK, "exp is now");
    cr_expect_eq(verify_now(token_with("\"exp\":1715848920")), FNT_REFUSED_EXPIRED,
                 "exp was a second ago");
    cr_expect_eq(verify_now(token_with("\"exp\":1715852521,\"nbf\":1715848922")), FNT_OK,
                 "nbf is in a second");
    cr_expect_eq(verify_now(token_with("\"exp\":1715852521,\"nbf\":1715848923")),
                 FNT_REFUSED_NOT_YET, "nbf is in two");
}

/* A token that is held is looked at again. */
Test(times, rule_18_again_when_a_held_token_is_asked)
{
    static const struct {
        int64_t now;
        fnt_status status;
        const char *why;
    } later[] = {
        {2000, FNT_OK, "as when it was verified"},
        {1949, FNT_REFUSED_NOT_YET, "the clock was set back"},
        {1950, FNT_OK, "not that far"},
        {2100, FNT_OK, "just young enough"},
        {2101, FNT_REFUSED_AGE, "too old by now"},
        {2150, FNT_REFUSED_EXPIRED, "expired by now"},
        {99999999999, FNT_REFUSED_EXPIRED, "long ago"},
    };
    fnt_token *held = NULL;
    fnt_verifier *guard = guard_of(0, 90, 0);
    MUST(fnt_verify(guard, FNT_STR(token_with("\"exp\":2150,\"nbf\":1950,\"iat\":2010")), 2000,
                    &held, NULL));
    fnt_verifier_free(guard); /* its settings live on in the token */
    for (size_t i = 0; i < COUNT(later); i++)
        cr_expect_eq(fnt_token_authorize(held, FNT_STR("dev:env"), later[i].now, NULL),
                     later[i].status, "%s", later[i].why);
    fnt_token_free(held);
}

/* How far off a clock is, for people. */
Test(times, rule_18_the_report_tells_how_far)
{
    static const struct {
        const char *times, *tells;
    } told[] = {
        {"\"exp\":1715848879", "expired 42 s ago"},
        {"\"exp\":1715838121", "expired 3 h ago"},
        {"\"exp\":1715852521,\"nbf\":1715849224", "valid in 5 min 3 s"},
        {"\"exp\":1715852521,\"iat\":1715849521", "issued 10 min in the future"},
        {"\"exp\":1715852521000", "The claim exp is 1715852521000: that is in milliseconds"},
        {"\"exp\":1715852521,\"nbf\":1715848921000", "The claim nbf is 1715848921000: that is in"},
        {"\"exp\":1715852521,\"iat\":1e999", "The claim iat is 1e999: that is in milliseconds"},
        {"\"exp\":-1", "The claim exp is -1; it must be a number of seconds"},
    };
    fnt_report *report = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(told); i++) {
        fnt_token *made = NULL;
        cr_expect_neq(fnt_verify(guard, FNT_STR(token_with(told[i].times)), NOW, &made, report),
                      FNT_OK);
        cr_expect(holds(summary_of(report), told[i].tells), "%s: %s", told[i].tells,
                  summary_of(report));
    }
    fnt_report_free(report);
    fnt_verifier_free(guard);
}

/* ---- the check alone, where no token's number can reach ------------------ */

Test(times, rule_18_no_overflow_at_the_ends_of_int64)
{
    static const struct {
        int64_t expires, not_before, issued, now;
        fnt_status status;
    } ends[] = {
        {INT64_MAX, INT64_MIN, INT64_MIN, 0, FNT_REFUSED_AGE},
        {INT64_MAX, INT64_MIN, INT64_MAX, INT64_MAX - 1, FNT_OK},
        {INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN, FNT_REFUSED_NOT_YET},
        {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MAX, FNT_REFUSED_EXPIRED},
        {INT64_MIN, INT64_MAX, INT64_MAX, INT64_MIN, FNT_REFUSED_NOT_YET},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MIN, FNT_REFUSED_NOT_YET},
    };
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(ends); i++) {
        claims c;
        time_limits limits = {300, 300, 31536000, 31536000};
        memset(&c, 0, sizeof c);
        c.has_expires = c.has_not_before = c.has_issued = true;
        c.expires = ends[i].expires;
        c.not_before = ends[i].not_before;
        c.issued = c.issued_at_least = ends[i].issued;
        cr_expect_eq(claims_check_time(&c, ends[i].now, &limits, report), ends[i].status, "row %zu",
                     i);
    }
    fnt_report_free(report);
}
