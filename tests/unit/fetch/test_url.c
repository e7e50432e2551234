/* SPDX-License-Identifier: MIT */
/* Which URLs are read, and as what (rule 39). */
#include "support/test.h"

#include "fetch/url.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct {
    const char *text;
    bool https;
    const char *host;
    int32_t port;
    bool loopback;
} good[] = {
    {"https://gateway.example.com/", true, "gateway.example.com", 443, false},
    {"http://gateway.example.com/", false, "gateway.example.com", 80, false},
    {"http://gateway.openfaas:8080/.well-known/openid-configuration", false, "gateway.openfaas",
     8080, false},
    {"https://h/jwks?p=b2c_1_signin&x=%20@:[]", true, "h", 443, false},
    {"https://h//a/../b", true, "h", 443, false},
    {"https://GateWay-1.example.com./x", true, "GateWay-1.example.com.", 443, false},
    {"https://a--b/", true, "a--b", 443, false},
    {"https://h:1/", true, "h", 1, false},
    {"https://h:65535/", true, "h", 65535, false},
    {"https://[2001:db8::1]/x", true, "[2001:db8::1]", 443, false},
    {"https://[2001:DB8::1]:8443/x", true, "[2001:DB8::1]", 8443, false},
    {"https://[::ffff:192.0.2.1]/x", true, "[::ffff:192.0.2.1]", 443, false},
    {"http://localhost/x", false, "localhost", 80, true},
    {"http://LocalHost:8080/x", false, "LocalHost", 8080, true},
    {"http://127.0.0.1/x", false, "127.0.0.1", 80, true},
    {"http://127.255.255.254:31112/x", false, "127.255.255.254", 31112, true},
    {"http://[::1]:8080/x", false, "[::1]", 8080, true},
    {"http://localhost./x", false, "localhost.", 80, false},
    {"http://localhost.example.com/x", false, "localhost.example.com", 80, false},
    {"http://127.0.0.255/x", false, "127.0.0.255", 80, true},
    {"http://127.0.0.256/x", false, "127.0.0.256", 80, false},
    {"http://127.300.1.1/x", false, "127.300.1.1", 80, false},
    {"http://127.0.0.1.example.com/x", false, "127.0.0.1.example.com", 80, false},
    {"http://127.1/x", false, "127.1", 80, false},
    {"http://127.0.0.01/x", false, "127.0.0.01", 80, false},
    {"http://127.0.0.1000/x", false, "127.0.0.1000", 80, false},
    {"http://127.0.0.x/x", false, "127.0.0.x", 80, false},
    {"http://127.0.0.0.1/x", false, "127.0.0.0.1", 80, false},
    {"http://0x7f.0.0.1/x", false, "0x7f.0.0.1", 80, false},
    {"http://2130706433/x", false, "2130706433", 80, false},
    {"http://0.0.0.0/x", false, "0.0.0.0", 80, false},
    {"http://[::ffff:127.0.0.1]/x", false, "[::ffff:127.0.0.1]", 80, false},
};

Test(url, rule_39_read)
{
    for (size_t i = 0; i < COUNT(good); i++) {
        url u;
        const char *wrong = url_parse(span_of(good[i].text), &u);
        cr_assert_null(wrong, "%s %s", good[i].text, wrong == NULL ? "" : wrong);
        cr_expect_eq(u.https, good[i].https, "%s", good[i].text);
        cr_expect(span_equal(u.host, span_of(good[i].host)), "%s", good[i].text);
        cr_expect_eq(u.port, good[i].port, "%s", good[i].text);
        cr_expect_eq(url_is_loopback(&u), good[i].loopback, "%s", good[i].text);
    }
}

#define NUL_INSIDE "https://h/\0x"

static const struct {
    const char *text, *wrong;
} hostile[] = {
    {"", "begins with"},
    {"gateway.example.com/x", "begins with"},
    {"//gateway.example.com/x", "begins with"},
    {"/.well-known/jwks", "begins with"},
    {"https:/gateway.example.com/x", "begins with"},
    {"https:gateway.example.com/x", "begins with"},
    {"HTTPS://gateway.example.com/x", "begins with"},
    {"Http://gateway.example.com/x", "begins with"},
    {"ftp://gateway.example.com/x", "begins with"},
    {"file:///etc/passwd", "begins with"},
    {"javascript://gateway.example.com/x", "begins with"},
    {"httpss://gateway.example.com/x", "begins with"},
    {" https://gateway.example.com/x", "white space"},
    {"https://gateway.example.com/x ", "white space"},
    {"https://gateway.example.com/x\n", "white space"},
    {"https://gateway.example.com\r\nHost: x/", "white space"},
    {"https://gate\tway.example.com/x", "control"},
    {"https://gateway.example.com/\x01", "control"},
    {"https://gateway.example.com/\x7f", "control"},
    {"https://gateway.example.com/\xc3\xa9", "beyond ASCII"},
    {"https://g\xc3\xa9.example.com/", "beyond ASCII"},
    {"https://gateway.example.com\xe2\x81\x84x/", "beyond ASCII"},
    {"https://gateway.example.com\\@evil.example/", "backslash"},
    {"https:\\\\gateway.example.com/", "backslash"},
    {"https://gateway.example.com/x\\y", "backslash"},
    {"https://gateway.example.com/x#y", "fragment"},
    {"https://evil.example#@gateway.example.com/", "fragment"},
    {"https://gateway.example.com/\"x", "percent-encoded"},
    {"https://gateway.example.com/<x>", "percent-encoded"},
    {"https://gateway.example.com/{x}", "percent-encoded"},
    {"https://gateway.example.com/^`|", "percent-encoded"},
    {"https://gateway.example.com@evil.example/x", "user part"},
    {"https://user:word@gateway.example.com/x", "user part"},
    {"https://@gateway.example.com/x", "user part"},
    {"https://gateway.example.com:443@evil.example/x", "user part"},
    {"https://gateway%2eexample.com/x", "percent sign"},
    {"https://gateway.example.com%00.evil.example/x", "percent sign"},
    {"https://[fe80::1%25eth0]/x", "percent sign"},
    {"https://gateway.example.com", "no /"},
    {"https://gateway.example.com:8443", "no /"},
    {"https://gateway.example.com?x=/", "letters, digits"},
    {"https://?x/", "letters, digits"},
    {"https://", "letters, digits"},
    {"https:///x", "letters, digits"},
    {"https://:443/x", "letters, digits"},
    {"https://./x", "letters, digits"},
    {"https://.example.com/x", "letters, digits"},
    {"https://a..b/x", "letters, digits"},
    {"https://-a/x", "letters, digits"},
    {"https://a_b/x", "letters, digits"},
    {"https://a,b/x", "letters, digits"},
    {"https://a*b/x", "letters, digits"},
    {"https://2001:db8::1/x", "port"},
    {"https://[]/x", "IPv6"},
    {"https://[::1/x", "IPv6"},
    {"https://[gateway]/x", "IPv6"},
    {"https://[127.0.0.1]/x", "IPv6"},
    {"https://[v1.x]/x", "IPv6"},
    {"https://[::1]x/", "something else"},
    {"https://[::1].evil.example/", "something else"},
    {"https://[0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]/", "IPv6"},
    {"https://h:/x", "port"},
    {"https://h:0/x", "port"},
    {"https://h:080/x", "port"},
    {"https://h:65536/x", "port"},
    {"https://h:99999/x", "port"},
    {"https://h:100000/x", "port"},
    {"https://h:4294967739/x", "port"},
    {"https://h:+80/x", "port"},
    {"https://h:-1/x", "port"},
    {"https://h:8o/x", "port"},
    {"https://h:80:80/x", "port"},
};

Test(url, rule_39_refused)
{
    url u;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        const char *wrong = url_parse(span_of(hostile[i].text), &u);
        cr_expect(wrong != NULL && strstr(wrong, hostile[i].wrong) != NULL, "%s: %s",
                  hostile[i].text, wrong == NULL ? "read" : wrong);
    }
    cr_expect_not_null(url_parse((span){NUL_INSIDE, sizeof NUL_INSIDE - 1}, &u));
    cr_expect_not_null(url_parse(SPAN_NONE, &u));
}

Test(url, lengths)
{
    char text[URL_SIZE + 1];
    url u;
    memset(text, 'x', sizeof text);
    memcpy(text, "https://h/", 10);
    cr_expect_null(url_parse((span){text, URL_SIZE}, &u));
    cr_expect_not_null(url_parse((span){text, URL_SIZE + 1}, &u));
    text[8 + 253] = '/'; /* the longest name that DNS has */
    text[9] = 'x';
    cr_expect_null(url_parse((span){text, 300}, &u));
    text[8 + 253] = 'x', text[8 + 254] = '/';
    cr_expect_not_null(url_parse((span){text, 300}, &u));
}

Test(url, rule_39_same_origin)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"http://gw/a", "http://gw/b?c", true},        {"http://gw/", "http://gw:80/", true},
        {"https://gw/", "https://gw:443/", true},      {"http://gw:8080/", "http://GW:8080/", true},
        {"http://gw:8080/", "http://gw/", false},      {"http://gw:443/", "https://gw/", false},
        {"http://gw/", "http://gw./", false},          {"http://gw/", "http://gw.evil/", false},
        {"http://[::1]/", "http://localhost/", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        url a, b;
        cr_assert_null(url_parse(span_of(rows[i].a), &a));
        cr_assert_null(url_parse(span_of(rows[i].b), &b));
        cr_expect_eq(url_same_origin(&a, &b), rows[i].same, "%s %s", rows[i].a, rows[i].b);
        cr_expect_eq(url_same_origin(&b, &a), rows[i].same, "%s %s", rows[i].b, rows[i].a);
    }
}
