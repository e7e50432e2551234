/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "base/report.h"
#include "iam/exchange/request.h"

#define TYPE "urn:ietf:params:oauth:token-type:"
#define GRANT "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
#define TOKEN "&subject_token=a.b.c"
#define ID "&subject_token_type=" TYPE "id_token"
#define FULL GRANT TOKEN ID

enum { MAX = 4096 };

/* ---- what is accepted ---------------------------------------------------- */

static const struct {
    const char *form, *token;
    bool function;
    const char *audiences; /* in their order, a space behind each */
    const char *why;
} accepted[] = {
    {FULL, "a.b.c", false, "", "what faas-cli sends for an API token"},
    {"audience=dev%3Aenv&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&"
     "scope=function" TOKEN
     "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token",
     "a.b.c", true, "dev:env ", "what go-sdk sends for a function"},
    {FULL "&scope=function&audience=a%3Ab&audience=c%3A%2A", "a.b.c", true, "a:b c:* ",
     "several audiences"},
    {FULL "&scope=function&audience=&audience=a:b", "a.b.c", true, "a:b ",
     "RFC 6749, 3.2: a parameter without a value was not sent"},
    {FULL "&audience=", "a.b.c", false, "", "so it needs no scope either"},
    {GRANT TOKEN "&subject_token_type=" TYPE "access_token", "a.b.c", false, "",
     "an access token, by its name"},
    {GRANT TOKEN "&subject_token_type=" TYPE "jwt", "a.b.c", false, "", "any JWT"},
    {FULL "&requested_token_type=" TYPE "access_token", "a.b.c", false, "", "that is what is made"},
    {FULL "&requested_token_type=" TYPE "jwt", "a.b.c", false, "", "that it is, too"},
    {FULL "&requested_token_type=", "a.b.c", false, "", "empty: not sent"},
    {FULL "&scope=", "a.b.c", false, "", "empty: not sent"},
    {FULL "&scope=+", "a.b.c", false, "", "nothing but a space"},
    {FULL "&scope=function+function", "a.b.c", true, "", "a list with one scope twice"},
    {FULL "&scope=+function+", "a.b.c", true, "", "spaces around it"},
    {FULL "&resource=&actor_token=&actor_token_type=", "a.b.c", false, "",
     "not sent, and so not asked for"},
    {FULL "&client_id=x&foo=bar&foo=baz", "a.b.c", false, "",
     "RFC 6749, 3.2: unknown parameters are passed over"},
    {GRANT ID "&subject_token=a.b.c%0A", "a.b.c", false, "", "the file with its line break"},
    {GRANT ID "&subject_token=a.b.c%0D%0A", "a.b.c", false, "", "a file from Windows"},
    {GRANT ID "&subject_token=a.b.c%0A%0A", "a.b.c\n", false, "", "one line break, not all"},
    {GRANT ID "&subject_token=a.b.c%0D", "a.b.c\r", false, "", "that is none"},
    {GRANT ID "&subject_token=%0Aa.b.c", "\na.b.c", false, "", "nor is it dropped where it begins"},
    {GRANT ID "&subject_token=a.b.c+", "a.b.c ", false, "", "nothing else is dropped"},
};

static void join(const request *r, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < r->audience_count; i++) {
        cr_assert(at + r->audiences[i].len + 2 < size);
        memcpy(out + at, r->audiences[i].at, r->audiences[i].len);
        at += r->audiences[i].len;
        out[at++] = ' ';
    }
    out[at] = '\0';
}

Test(request, rule_38_what_clients_send)
{
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        request r;
        char audiences[256];
        fnt_status status = request_read(span_of(accepted[i].form), MAX, &r, NULL);
        cr_expect_eq(status, FNT_OK, "%s: %s", accepted[i].why, accepted[i].form);
        cr_expect(span_equal(r.subject_token, span_of(accepted[i].token)), "%s", accepted[i].why);
        cr_expect_eq(r.function, accepted[i].function, "%s", accepted[i].why);
        join(&r, audiences, sizeof audiences);
        cr_expect_str_eq(audiences, accepted[i].audiences, "%s", accepted[i].why);
        request_clear(&r);
    }
}

/* ---- what is refused ----------------------------------------------------- */

static const struct {
    const char *form;
    fnt_status status;
    const char *sentence, *why;
} refused[] = {
    {"", FNT_OAUTH_REQUEST,
     "The request has no body: send the parameters in it, not in the query string (curl: "
     "--data-urlencode).",
     "a tutorial of OpenFaaS puts them there"},
    {"{\"grant_type\":\"x\"}", FNT_OAUTH_REQUEST,
     "The body is JSON: it must be application/x-www-form-urlencoded.", "the wrong content type"},
    {"--------d74496d66958873e\r\nContent-Disposition: form-data; name=\"scope\"",
     FNT_OAUTH_REQUEST,
     "The body is multipart/form-data: it must be application/x-www-form-urlencoded (curl: "
     "--data-urlencode, not -F).",
     "curl -F"},
    {"&", FNT_OAUTH_REQUEST, "The parameter grant_type is missing.", "a body with nothing in it"},
    {"x", FNT_OAUTH_REQUEST, "The parameter grant_type is missing.", "a name alone"},
    {"grant_type=" TOKEN ID, FNT_OAUTH_REQUEST, "The parameter grant_type is missing.",
     "an empty one was not sent"},
    {"grant_type=client_credentials" TOKEN ID, FNT_OAUTH_GRANT_TYPE,
     "The grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.", "another grant"},
    {"grant_type=token-exchange" TOKEN ID, FNT_OAUTH_GRANT_TYPE,
     "The grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.", "the short name"},
    {GRANT "%20" TOKEN ID, FNT_OAUTH_GRANT_TYPE,
     "The grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.", "a space more"},
    {"Grant_Type=urn:ietf:params:oauth:grant-type:token-exchange" TOKEN ID, FNT_OAUTH_REQUEST,
     "The parameter grant_type is missing.", "names have case"},
    {GRANT ID, FNT_OAUTH_REQUEST, "The parameter subject_token is missing.", "no token"},
    {GRANT ID "&subject_token=", FNT_OAUTH_REQUEST, "The parameter subject_token is missing.",
     "an empty token"},
    {GRANT ID "&subject_token=%0A", FNT_OAUTH_REQUEST, "The parameter subject_token is missing.",
     "an empty file"},
    {GRANT ID "&subject_token=%0D%0A", FNT_OAUTH_REQUEST, "The parameter subject_token is missing.",
     "an empty file from Windows"},
    {GRANT TOKEN, FNT_OAUTH_REQUEST, "The parameter subject_token_type is missing.",
     "RFC 8693: required"},
    {GRANT TOKEN "&subject_token_type=", FNT_OAUTH_REQUEST,
     "The parameter subject_token_type is missing.", "empty"},
    {GRANT TOKEN "&subject_token_type=id_token", FNT_OAUTH_REQUEST,
     "The subject_token_type must be urn:ietf:params:oauth:token-type:id_token, :access_token or "
     ":jwt.",
     "the short name"},
    {GRANT TOKEN "&subject_token_type=" TYPE "saml2", FNT_OAUTH_REQUEST,
     "The subject_token_type must be", "no SAML"},
    {GRANT TOKEN "&subject_token_type=" TYPE "refresh_token", FNT_OAUTH_REQUEST,
     "The subject_token_type must be", "no refresh token"},
    {FULL "%0A", FNT_OAUTH_REQUEST, "The subject_token_type must be",
     "a line break is dropped from the token alone"},
    {FULL "&requested_token_type=" TYPE "id_token", FNT_OAUTH_REQUEST,
     "The requested_token_type must be", "an ID token is not made here"},
    {FULL "&requested_token_type=" TYPE "refresh_token", FNT_OAUTH_REQUEST,
     "The requested_token_type must be", "nor a refresh token"},
    {FULL "&scope=openid", FNT_OAUTH_SCOPE,
     "The scope must be function, for a Function Token, or be left out, for an API token.",
     "another scope"},
    {FULL "&scope=function+email", FNT_OAUTH_SCOPE, "The scope must be function",
     "another one beside it"},
    {FULL "&scope=Function", FNT_OAUTH_SCOPE, "The scope must be function", "scopes have case"},
    {FULL "&scope=function%09", FNT_OAUTH_SCOPE, "The scope must be function",
     "a tab separates nothing"},
    {FULL "&scope=function,function", FNT_OAUTH_SCOPE, "The scope must be function",
     "nor does a comma"},
    {FULL "&audience=dev:env", FNT_OAUTH_REQUEST,
     "The parameter audience needs scope=function: only a Function Token can be "
     "narrowed.",
     "no scope"},
    {FULL "&actor_token=x", FNT_OAUTH_REQUEST, "The parameter actor_token is not supported.",
     "rule 52: no delegation"},
    {FULL "&actor_token_type=x", FNT_OAUTH_REQUEST,
     "The parameter actor_token_type is not supported.", "half of it"},
    {FULL "&resource=https://x", FNT_OAUTH_REQUEST, "The parameter resource is not supported.",
     "RFC 8707"},
    {FULL "&resource=&resource=https://x", FNT_OAUTH_REQUEST,
     "The parameter resource is not supported.", "an empty one hides no other"},
    {FULL "&actor_token=&actor_token=&actor_token=x", FNT_OAUTH_REQUEST,
     "The parameter actor_token is not supported.", "nor do two"},
    {FULL "&" GRANT, FNT_OAUTH_REQUEST, "The parameter grant_type stands more than once.",
     "repeated"},
    {FULL TOKEN, FNT_OAUTH_REQUEST, "The parameter subject_token stands more than once.",
     "which of them?"},
    {FULL "&subject_token=", FNT_OAUTH_REQUEST,
     "The parameter subject_token stands more than once.", "also where one is empty"},
    {FULL "&subject%5Ftoken=x", FNT_OAUTH_REQUEST,
     "The parameter subject_token stands more than once.", "also where it is encoded"},
    {FULL ID, FNT_OAUTH_REQUEST, "The parameter subject_token_type stands more than once.",
     "repeated"},
    {FULL "&scope=function&scope=function", FNT_OAUTH_REQUEST,
     "The parameter scope stands more than once.", "a list is one value"},
    {FULL "&requested_token_type=a&requested_token_type=b", FNT_OAUTH_REQUEST,
     "The parameter requested_token_type stands more than once.", "repeated"},
    {FULL "&scope=%", FNT_OAUTH_REQUEST, "two hexadecimal digits must follow a percent sign",
     "bad percent-encoding"},
    {FULL "&scope=%4", FNT_OAUTH_REQUEST, "two hexadecimal digits must follow a percent sign",
     "cut off"},
    {FULL "&scope=%zz", FNT_OAUTH_REQUEST, "two hexadecimal digits must follow a percent sign",
     "no digits"},
    {FULL "&scope=%00", FNT_OAUTH_REQUEST, "The form holds a NUL", "NUL"},
    {FULL "&scope=%ff", FNT_OAUTH_REQUEST, "The value of the form's parameter at byte ",
     "no UTF-8"},
};

Test(request, rule_38_what_is_refused_and_why)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        request r;
        report_start(report);
        fnt_status status = request_read(span_of(refused[i].form), MAX, &r, report);
        span sentence = report_text(report, 0, FNT_FIELD_SENTENCE);
        cr_expect_eq(status, refused[i].status, "%s: %s (%d)", refused[i].why, refused[i].form,
                     (int)status);
        cr_expect(sentence.at != NULL && strstr(sentence.at, refused[i].sentence) != NULL, "%s: %s",
                  refused[i].why, sentence.at);
        request_clear(&r);
    }
    report_free(report);
}

/* A body of exactly so many bytes. */
static fnt_status read_padded(size_t len)
{
    char body[MAX + 2];
    request r;
    size_t begun = strlen(FULL "&x=");
    memset(body, 'x', sizeof body);
    memcpy(body, FULL "&x=", begun);
    cr_assert(len <= sizeof body);
    fnt_status status = request_read((span){body, len}, MAX, &r, NULL);
    request_clear(&r);
    return status;
}

Test(request, rule_38_a_body_that_is_too_long)
{
    cr_expect_eq(read_padded(MAX), FNT_OK, "exactly the limit");
    cr_expect_eq(read_padded(MAX + 1), FNT_OAUTH_REQUEST, "one byte more");
}

Test(request, clearing_twice_is_fine)
{
    request r;
    cr_assert_eq(request_read(SPAN(FULL "&scope=function&audience=a:b"), MAX, &r, NULL), FNT_OK);
    request_clear(&r);
    cr_expect_eq(r.audience_count, 0);
    request_clear(&r);
}
