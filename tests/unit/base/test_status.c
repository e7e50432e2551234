/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "base/status.h"

Test(status, http)
{
    static const struct {
        fnt_status status;
        int32_t http;
        const char *why;
    } rows[] = {
        {FNT_OK, 200, "the one yes"},
        {FNT_FAULT_MEMORY, 500, "a fault"},
        {FNT_FAULT_NOT_READY, 503, "rule 25: come back later"},
        {FNT_WOULD_ALLOW, 500, "rule 50: a dry run is no yes"},
        {99, 500, "a fault to come"},
        {FNT_REFUSED_NO_TOKEN, 401, "refused"},
        {199, 401, "to come"},
        {FNT_DENIED_PERMISSION, 403, "denied"},
        {299, 403, "to come"},
        {FNT_OAUTH_TARGET, 400, "OAuth"},
        {399, 400, "to come"},
        {400, 500, "no range"},
        {-1, 500, "no range"},
        {INT32_MIN, 500, "no range"},
        {INT32_MAX, 500, "no range"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(status_http(rows[i].status), rows[i].http, "%d: %s", (int)rows[i].status,
                     rows[i].why);
}

static bool is_word(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz-") == strlen(name) && name[0] != '\0';
}

Test(status, each_has_its_own_word_and_sentence)
{
    size_t known = 0;
    for (fnt_status i = 0; i < 400; i++) {
        if (strcmp(status_name(i), "unknown") == 0)
            continue;
        known++;
        cr_expect(is_word(status_name(i)), "%s", status_name(i));
        size_t len = strlen(status_sentence(i));
        cr_expect_eq(status_sentence(i)[len - 1], '.', "%s", status_sentence(i));
        for (fnt_status k = 0; k < i; k++)
            cr_expect_str_neq(status_name(i), status_name(k), "%d and %d", (int)i, (int)k);
    }
    cr_expect_eq(known, 1 + 13 + 2 + 19 + 4 + 7, "as many as the header has");
    cr_expect_str_eq(status_name(-5), "unknown");
    cr_expect_not_null(status_sentence(12345));
    cr_expect_null(status_oauth(12345));
}

Test(status, oauth)
{
    static const struct {
        fnt_status status;
        const char *error;
    } rows[] = {
        {FNT_REFUSED_HEADER, "invalid_request"},
        {FNT_REFUSED_EXPIRED, "invalid_token"},
        {FNT_DENIED_PERMISSION, "insufficient_scope"},
        {FNT_OAUTH_REQUEST, "invalid_request"},
        {FNT_OAUTH_GRANT_TYPE, "unsupported_grant_type"},
        {FNT_OAUTH_SCOPE, "invalid_scope"},
        {FNT_OAUTH_SUBJECT, "invalid_request"},
        {FNT_OAUTH_NO_ROLE, "invalid_request"},
        {FNT_OAUTH_TARGET, "invalid_target"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(status_oauth(rows[i].status), rows[i].error, "%s",
                         status_name(rows[i].status));
    cr_expect_null(status_oauth(FNT_REFUSED_NO_TOKEN),
                   "RFC 6750, 3.1: no error code where no token was sent");
    cr_expect_null(status_oauth(FNT_OK));
}
