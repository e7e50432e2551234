/* SPDX-License-Identifier: MIT */
#include "support/report_help.h"

#include "text/form.h"

REPORT_SUITE(form);

static const struct {
    const char *body;
    const char *fields; /* name=value; one after the other, decoded */
    const char *why;
} good[] = {
    {"", "", "no parameters are for the endpoint to refuse"},
    {"a=1", "a=1;", "one pair"},
    {"a=1&b=2", "a=1;b=2;", "two, in their order"},
    {"a=1&a=2", "a=1;a=2;", "one name twice: audience may repeat"},
    {"a=1&&b=2", "a=1;b=2;", "an empty pair"},
    {"&a=1&", "a=1;", "empty pairs at both ends"},
    {"&", "", "empty pairs alone"},
    {"a", "a=;", "a pair without ="},
    {"a=", "a=;", "an empty value"},
    {"=1", "=1;", "an empty name"},
    {"a=b=c", "a=b=c;", "only the first = separates"},
    {"a+b=c+d", "a b=c d;", "+ is a space"},
    {"a=%2B%20%2b", "a=+ +;", "both cases of hexadecimal digits"},
    {"%61%3d=%26", "a==&;", "what separates may be written in percent"},
    {"a=%25%32%30", "a=%20;", "decoded once only"},
    {"a=%C3%A4\xc3\xa4", "a=\xc3\xa4\xc3\xa4;", "UTF-8, written either way"},
    {"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange",
     "grant_type=urn:ietf:params:oauth:grant-type:token-exchange;", "what a client sends"},
};

static void write_fields(const form *f, char *out)
{
    for (size_t i = 0; i < f->count; i++) {
        memcpy(out, f->fields[i].name.at, f->fields[i].name.len);
        out += f->fields[i].name.len;
        *out++ = '=';
        memcpy(out, f->fields[i].value.at, f->fields[i].value.len);
        out += f->fields[i].value.len;
        *out++ = ';';
    }
    *out = '\0';
}

Test(form, rule_38_reads_pairs)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        form f;
        char fields[200];
        cr_assert_eq(form_parse(span_of(good[i].body), 1000, &f, report), FNT_OK, "\"%s\": %s",
                     good[i].body, good[i].why);
        write_fields(&f, fields);
        cr_expect_str_eq(fields, good[i].fields, "\"%s\": %s", good[i].body, good[i].why);
        form_free(&f);
        cr_expect(f.fields == NULL && f.count == 0 && f.memory == NULL);
    }
}

static const struct {
    span body;
    const char *words;
    const char *why;
} bad[] = {
    {{"a=1&b=%", 7}, "at byte 6: two hexadecimal digits", "percent alone"},
    {{"a=%4", 4}, "at byte 2: two hexadecimal digits", "one digit, then the end"},
    {{"a=%4&b", 6}, "at byte 2: two hexadecimal digits", "one digit, then the next pair"},
    {{"a=%4g", 5}, "at byte 2: two hexadecimal digits", "g"},
    {{"a=%g4", 5}, "at byte 2: two hexadecimal digits", "g"},
    {{"a=%+4", 5}, "at byte 2: two hexadecimal digits", "a sign, which strtol would take"},
    {{"a=% 4", 5}, "at byte 2: two hexadecimal digits", "a space, which strtol would take"},
    {{"%zz=secret", 10}, "at byte 0: two hexadecimal digits", "in a name"},
    {{"a=secret%00", 11}, "a NUL at byte 8", "C strings end there"},
    {{"a=1\0b", 5}, "a NUL at byte 3", "as it is"},
    {{"a%00=1", 6}, "a NUL at byte 1", "in a name"},
    {{"scope=secret%ff", 15}, "value of the form's parameter at byte ", "a stray byte"},
    {{"scope=%ed%a0%80", 15}, "value of the form's parameter at byte ", "a surrogate"},
    {{"scope=%c0%80", 12}, "value of the form's parameter at byte ", "an overlong NUL"},
    {{"scope=%c3&x=%a4", 15},
     "value of the form's parameter at byte ",
     "half a character, the rest elsewhere"},
    {{"b=1&%ff=secret", 14}, "name of the form's parameter at byte 4 is not UTF-8", "a name"},
    {{"aaaaaaaaaaaaaaaaa", 17}, "longer than 16 bytes", "over the limit"},
};

Test(form, rule_38_refuses_and_says_where)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        form f = {NULL, 1, NULL};
        report_start(report);
        cr_expect_eq(form_parse(bad[i].body, 16, &f, report), FNT_OAUTH_REQUEST, "\"%s\": %s",
                     bad[i].body.at, bad[i].why);
        cr_expect(says(bad[i].words), "\"%s\": %s: %s", bad[i].body.at, bad[i].why, said());
        cr_expect(!says("secret"), "a value is in the report: %s", said());
        cr_expect(f.fields == NULL && f.count == 0 && f.memory == NULL);
        cr_expect_eq(form_parse(bad[i].body, 16, &f, NULL), FNT_OAUTH_REQUEST);
    }
}

Test(form, rule_38_the_length_limit_is_exact)
{
    form f;
    cr_assert_eq(form_parse(SPAN("a=1234"), 6, &f, report), FNT_OK);
    form_free(&f);
    cr_expect_eq(form_parse(SPAN("a=1234"), 5, &f, report), FNT_OAUTH_REQUEST);
}

Test(form, rule_38_the_number_of_pairs_is_limited)
{
    char body[2 * FORM_FIELDS + 3];
    form f;
    for (size_t i = 0; i < sizeof body; i++)
        body[i] = i % 2 == 0 ? 'a' : '&';
    cr_assert_eq(form_parse((span){body, 2 * FORM_FIELDS}, sizeof body, &f, report), FNT_OK);
    cr_expect_eq(f.count, FORM_FIELDS);
    form_free(&f);
    cr_expect_eq(form_parse((span){body, 2 * FORM_FIELDS + 1}, sizeof body, &f, report),
                 FNT_OAUTH_REQUEST);
    cr_expect(says("more than 256 parameters"), "%s", said());
    cr_expect_eq(form_parse((span){body, sizeof body}, sizeof body, &f, report), FNT_OAUTH_REQUEST);

    memset(body, '&', sizeof body);
    cr_assert_eq(form_parse((span){body, sizeof body}, sizeof body, &f, report), FNT_OK,
                 "empty pairs do not count");
    cr_expect_eq(f.count, 0);
    form_free(&f);
}

Test(form, values_are_found_by_name_and_index)
{
    form f;
    cr_assert_eq(form_parse(SPAN("audience=x&scope=&audience=y"), 100, &f, report), FNT_OK);
    cr_expect(span_equal(form_value(&f, SPAN("audience"), 0), SPAN("x")));
    cr_expect(span_equal(form_value(&f, SPAN("audience"), 1), SPAN("y")));
    cr_expect_null(form_value(&f, SPAN("audience"), 2).at);
    cr_expect_not_null(form_value(&f, SPAN("scope"), 0).at, "empty is not absent");
    cr_expect_eq(form_value(&f, SPAN("scope"), 0).len, 0);
    cr_expect_null(form_value(&f, SPAN("Scope"), 0).at, "names have case");
    cr_expect_null(form_value(&f, SPAN("resource"), 0).at);
    form_free(&f);
}
