/* SPDX-License-Identifier: MIT */
/* Rule 38: a token that was put in the wrong place of a form comes back from nowhere. */
#include "support/exchange_help.h"

enum { WINDOW = 12 };

/* @token is the token, in one of the ways below. */
#define GRANT "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"

static const char *const forms[] = {
    "@token",
    "@token=",
    "@token=x",
    "@token=%ff",
    "@token=%zz",
    "@token%ff=x",
    "=@token",
    "{\"access_token\":\"@token\"}",
    "--@token",
    "Bearer+@token",
    FORM "&subject_token=@token%ff",
    FORM "&subject_token=@token%zz",
    FORM "&subject_token=@token%00",
    FORM "&subject_token=Bearer+@token",
    FORM "&subject_token=x@token",
    FORM "&subject_token=@token@token",
    FORM "&subject_token=@token.x",
    FORM "&subject_token={\"access_token\":\"@token\"}",
    FORM "&subject_token=@token&subject_token=@token",
    FORM "&subject_token=@token&scope=@token",
    FORM "&subject_token=@token&scope=function+@token",
    FORM "&subject_token=@token&audience=@token",
    FORM "&subject_token=@token&scope=function&audience=@token",
    FORM "&subject_token=@token&scope=function&audience=@token:@token",
    FORM "&subject_token=@token&scope=function&audience=dev:@token",
    FORM "&subject_token=@token&scope=function&audience=@token:env",
    FORM "&subject_token=@token&scope=function&audience=dev:env&audience=@token",
    FORM "&subject_token=@token&scope=function&audience=dev:env+@token",
    FORM "&subject_token=@token&actor_token=@token",
    FORM "&subject_token=@token&actor_token_type=@token",
    FORM "&subject_token=@token&resource=@token",
    FORM "&subject_token=@token&requested_token_type=@token",
    FORM "&subject_token=@token&client_id=%ff@token",
    FORM "&subject_token=x&@token=@token",
    "grant_type=@token&subject_token=@token",
    GRANT "&subject_token=@token&subject_token_type=@token",
};

/* The token with a line break after each so many bytes. */
static char *broken(const char *token, size_t width)
{
    size_t len = strlen(token), at = 0;
    char *out = malloc(len + 3 * (len / width + 1) + 1);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && i % width == 0)
            at += (size_t)sprintf(out + at, "%%0A");
        out[at++] = token[i];
    }
    out[at] = '\0';
    return out;
}

static bool has_piece(const char *text, const char *token)
{
    char piece[WINDOW + 1] = "";
    for (size_t i = 0; i + WINDOW <= strlen(token); i++) {
        memcpy(piece, token + i, WINDOW);
        if (strstr(text, piece) != NULL)
            return true;
    }
    return false;
}

static void expect_silence(const world *w, const char *form, const char *sent, const char *token)
{
    char *report = NULL;
    size_t len = 0;
    outcome o = post(w, form, sent, NOW);
    cr_assert_eq(fnt_report_json(o.report, &report, &len), FNT_OK);
    cr_expect_neq(o.status, FNT_OK, "%s", form);
    cr_expect_not(has_piece(o.body == NULL ? "" : o.body, token), "%s: %s", form, o.body);
    cr_expect_not(has_piece(report, token), "%s: %s", form, report);
    fnt_free(report);
    outcome_free(&o);
}

Test(echo, rule_38_a_token_comes_back_from_no_place_of_a_form)
{
    FOR_BOTH(w, NULL)
    {
        char *token = strdup(my_token(&w, NULL, NULL)), *lines = broken(token, 64),
             *short_lines = broken(token, 20);
        cr_assert(has_piece(token, token) && !has_piece("eyJhbGciOiJ", token), "the test looks");
        for (size_t i = 0; i < COUNT(forms); i++) {
            expect_silence(&w, forms[i], token, token);
            expect_silence(&w, forms[i], lines, token);
            expect_silence(&w, forms[i], short_lines, token);
        }
        free(token);
        free(lines);
        free(short_lines);
    }
}

/* What has the form of an audience is named, or its sender would look for it in vain. */
Test(echo, rule_38_an_audience_is_named_if_it_may_be_one)
{
    static const struct {
        const char *audience, *told;
    } rows[] = {
        {"prod:env", "The audience prod:env lies outside the permissions of the subject."},
        {"*:*", "The audience *:* lies outside the permissions of the subject."},
        {"env", "The audience of length 3 is not NAMESPACE:NAME (* stands for any)."},
        {"a:b:c", "The audience of length 5 is not NAMESPACE:NAME (* stands for any)."},
        {"prod:Env", "The audience of length 8 is not NAMESPACE:NAME (* stands for any)."},
        {"prod:0123456789012345678901234567890123456789012345678901234567890123",
         "The audience of length 69 lies outside the permissions of the subject."},
    };
    FOR_BOTH(w, NULL)
    for (size_t i = 0; i < COUNT(rows); i++) {
        char more[200];
        snprintf(more, sizeof more, "audience=%s", rows[i].audience);
        outcome o = exchanged_to(&w, my_token(&w, NULL, NULL), more);
        cr_expect_str_eq(told(&o), rows[i].told);
        outcome_free(&o);
    }
}
