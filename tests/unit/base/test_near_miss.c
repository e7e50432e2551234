/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "base/near_miss.h"

Test(near_miss, names_what_is_overlooked)
{
    static const struct {
        const char *a, *b, *by;
    } pairs[] = {
        {"https://x.com", "https://x.com/", "the slash at the end"},
        {"https://x.com//", "https://x.com/", "the slash at the end"},
        {"/admins", "admins", "the slash at the beginning"},
        {"Admins", "admins", "the case of letters"},
        {"https://x.com/Realms/a", "https://x.com/realms/a", "the case of letters"},
        {"http://x.com", "https://x.com", "the scheme at the beginning"},
        {"x.com", "https://x.com", "the scheme at the beginning"},
        {"HTTPS://x.com", "https://x.com", "the case of letters"},
        {"https://x.com:443/a", "https://x.com/a", "the port"},
        {"x.com:8443", "x.com", "the port"},
        {"openfaas ", "openfaas", "white space or quotation marks at the ends"},
        {"openfaas\n", " openfaas", "white space or quotation marks at the ends"},
        {"\"openfaas\"", "openfaas", "white space or quotation marks at the ends"},
        {"\xe2\x80\x9copenfaas\xe2\x80\x9d", "openfaas",
         "white space or quotation marks at the ends"},
        {"openfaas\xc2\xa0", "openfaas", "white space or quotation marks at the ends"},
        {"\xef\xbb\xbfopenfaas", "openfaas", "white space or quotation marks at the ends"},
        {"\xc3\xa9", "e", NULL},
        {"\"\xe2\x80\x9d", "\"", NULL},
        {"http://X.com:80/a/", "https://x.com/a",
         "the scheme at the beginning, the case of letters, the port, the slash at the "
         "end"},
        {"api://8f3e", "8f3e", "the scheme at the beginning"},
        {"https://x.com/.well-known/openid-configuration", "https://x.com/",
         "the slash at the end, the path of the discovery document"},
        {"https://x.com", "https://x.com", NULL},
        {"https://x.com", "https://y.com", NULL},
        {"https://x.com/a", "https://x.com", NULL},
        {"dev:1", "dev:2", NULL},
        {"/", "//", NULL},
        {"", "/", NULL},
        {"", "", NULL},
        {"x:", "x", NULL},
        {"[::1]:443", "[::1]", NULL},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        for (int turn = 0; turn < 2; turn++) {
            buf out = BUF_EMPTY;
            span a = span_of(turn == 0 ? pairs[i].a : pairs[i].b),
                 b = span_of(turn == 0 ? pairs[i].b : pairs[i].a);
            cr_expect_eq(near_miss(&out, a, b), pairs[i].by != NULL, "%s %s", pairs[i].a,
                         pairs[i].b);
            cr_expect(span_equal(buf_span(&out), span_of(pairs[i].by)), "%s %s: %.*s", pairs[i].a,
                      pairs[i].b, (int)out.len, out.at);
            buf_free(&out);
        }
    buf out = BUF_EMPTY;
    cr_expect(near_miss(&out, SPAN("https://sts.windows.net/9122040d/"),
                        SPAN("https://login.microsoftonline.com/9122040d/v2.0")));
    cr_expect(span_starts(buf_span(&out), SPAN("Entra's version of tokens")));
    buf_free(&out);
    cr_expect_not(near_miss(&out, SPAN("https://sts.windows.net/9122040d/"),
                            SPAN("https://login.microsoftonline.com/0000000/v2.0")),
                  "another tenant");
    cr_expect_not(near_miss(&out, SPAN_NONE, SPAN("x")), "absent is not near");
}
