/* SPDX-License-Identifier: MIT */
/* fnt_discovery: whose document it is, and where the keys are (rule 39). */
#include "support/support.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define GATEWAY "https://gateway.example.com"
#define HERE GATEWAY "/.well-known/openid-configuration"
#define KEYS GATEWAY "/.well-known/jwks"
#define DOCUMENT(issuer, jwks) "{\"issuer\":\"" issuer "\",\"jwks_uri\":\"" jwks "\"}"

typedef struct {
    fnt_status status;
    char *jwks_uri, *found;
    size_t jwks_uri_len, found_len;
    fnt_report *report;
} answer;

static answer ask(const char *json, const char *address, const char *issuer, int32_t flags)
{
    answer a = {FNT_OK, (void *)1, (void *)1, 9, 9, NULL};
    MUST(fnt_report_new(&a.report));
    a.status = fnt_discovery(json, strlen(json), address, address == NULL ? 0 : strlen(address),
                             issuer, issuer == NULL ? 0 : strlen(issuer), flags, &a.jwks_uri,
                             &a.jwks_uri_len, &a.found, &a.found_len, a.report);
    if (a.status == FNT_OK) {
        cr_expect_eq(strlen(a.jwks_uri), a.jwks_uri_len);
        cr_expect_eq(strlen(a.found), a.found_len);
    } else {
        cr_expect(a.jwks_uri == NULL && a.jwks_uri_len == 0 && a.found == NULL && a.found_len == 0);
    }
    return a;
}

static void drop(answer *a)
{
    fnt_free(a->jwks_uri);
    fnt_free(a->found);
    fnt_report_free(a->report);
}

/* What is answered: a URL, or a part of the reason. */
static void expect(const char *json, const char *address, const char *issuer, int32_t flags,
                   const char *jwks_uri, const char *reason)
{
    answer a = ask(json, address, issuer, flags);
    if (jwks_uri != NULL)
        cr_expect(a.status == FNT_OK && strcmp(a.jwks_uri, jwks_uri) == 0, "%s: %s", json,
                  summary_of(a.report));
    else
        cr_expect(a.status == FNT_FAULT_KEY && holds(summary_of(a.report), reason), "%s: %s", json,
                  summary_of(a.report));
    drop(&a);
}

Test(discovery, read)
{
    answer a = ask(DOCUMENT(GATEWAY, KEYS), HERE, GATEWAY, 0);
    cr_expect_eq(a.status, FNT_OK);
    cr_expect_str_eq(a.jwks_uri, KEYS);
    cr_expect_str_eq(a.found, GATEWAY);
    cr_expect_str_eq(summary_of(a.report), "The keys of " GATEWAY " are at " KEYS);
    cr_expect_str_eq(fnt_report_text(a.report, 0, FNT_FIELD_ISSUER, NULL), GATEWAY);
    drop(&a);
    /* as servers write it: more members, slashes escaped, a key server of its own */
    expect("{ \"authorization_endpoint\": \"x\", \"jwks_uri\" : "
           "\"https:\\/\\/keys.example.net\\/v1?p=\\u0061\", \"scopes_supported\":[\"openid\"],"
           "\"issuer\":\"https:\\/\\/idp.example.com\" }",
           HERE, "https://idp.example.com", 0, "https://keys.example.net/v1?p=a", NULL);
}

Test(discovery, rule_39_the_issuer_is_equal_byte_for_byte)
{
    static const struct {
        const char *in_document, *expected;
    } rows[] = {
        {GATEWAY, GATEWAY "/"},
        {GATEWAY "/", GATEWAY},
        {GATEWAY, "https://Gateway.example.com"},
        {GATEWAY, "http://gateway.example.com"},
        {GATEWAY, GATEWAY ":443"},
        {GATEWAY, GATEWAY "x"},
        {GATEWAY "x", GATEWAY},
        {"https://gateway.example%2ecom", GATEWAY},
        {GATEWAY "/a/../", GATEWAY},
        {"x", "y"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char json[256];
        (void)snprintf(json, sizeof json, DOCUMENT("%s", KEYS), rows[i].in_document);
        expect(json, HERE, rows[i].expected, 0, NULL, "is expected, byte for byte");
        expect(json, NULL, rows[i].expected, 0, NULL, "is expected, byte for byte");
        answer a = ask(json, HERE, NULL, 0);
        cr_expect(a.status == FNT_OK && strcmp(a.found, rows[i].in_document) == 0,
                  "without one, the document's own counts");
        drop(&a);
    }
    answer a = ask(DOCUMENT("https://evil.example", KEYS), HERE, GATEWAY, 0);
    cr_expect_str_eq(fnt_report_text(a.report, 0, FNT_FIELD_EXPECTED, NULL), GATEWAY);
    cr_expect_str_eq(fnt_report_text(a.report, 0, FNT_FIELD_ACTUAL, NULL), "https://evil.example");
    drop(&a);
}

/* An issuer that is taken from the document goes into configuration, logs and comparisons. */
Test(discovery, rule_39_an_issuer_of_the_documents_own)
{
    static const char *const bad[] = {"",         " ",         "a b",        "a\\n",
                                      "a\\u007f", " " GATEWAY, GATEWAY "\\t"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        char json[256];
        (void)snprintf(json, sizeof json, DOCUMENT("%s", KEYS), bad[i]);
        expect(json, HERE, NULL, 0, NULL, "white space or a control character");
    }
    char *json = malloc(5000);
    (void)snprintf(json, 5000, "{\"issuer\":\"%0*d\",\"jwks_uri\":\"" KEYS "\"}", 2048, 1);
    answer a = ask(json, HERE, NULL, 0);
    cr_expect(a.status == FNT_OK && a.found_len == 2048);
    drop(&a);
    (void)snprintf(json, 5000, "{\"issuer\":\"%0*d\",\"jwks_uri\":\"" KEYS "\"}", 2049, 1);
    expect(json, HERE, NULL, 0, NULL, "longer than 2048 bytes");
    free(json);
}

#define HTTP FNT_DISCOVERY_HTTP

/* https; http from loopback to loopback; http to the same host and port by the flag; and, where the
 * caller goes to one fixed place, any. */
static const struct {
    const char *address, *jwks_uri;
    int32_t flags;
    const char *wrong; /* NULL: taken */
} ways[] = {
    {HERE, "https://keys.example.net/", 0, NULL},
    {HERE, "https://keys.example.net/", HTTP, NULL},
    {HERE, "http://gateway.example.com/", 0, "came over https"},
    {HERE, "http://gateway.example.com:443/", HTTP, "came over https"},
    {HERE, "http://localhost/", HTTP, "came over https"},
    {"https://localhost/x", "http://localhost/", HTTP, "came over https"},
    {"http://gw.openfaas:8080/x", "https://keys.example.net/", 0, NULL},
    {"http://gw.openfaas:8080/x", "https://keys.example.net/", HTTP, NULL},
    {"http://gw.openfaas:8080/x", "http://gw.openfaas:8080/jwks", 0, "not allowed here"},
    {"http://gw.openfaas:8080/x", "http://gw.openfaas:8080/jwks", HTTP, NULL},
    {"http://gw.openfaas:8080/x", "http://GW.openfaas:8080/jwks", HTTP, NULL},
    {"http://gw.openfaas/x", "http://gw.openfaas:80/jwks", HTTP, NULL},
    {"http://gw.openfaas:8080/x", "http://gw.openfaas/jwks", HTTP, "another host or port"},
    {"http://gw.openfaas:8080/x", "http://gw.openfaas:8081/jwks", HTTP, "another host or port"},
    {"http://gw.openfaas:8080/x", "http://gw.evil:8080/jwks", HTTP, "another host or port"},
    {"http://gw.openfaas:8080/x", "http://127.0.0.1:8080/jwks", HTTP, "another host or port"},
    {"http://gw.openfaas:8080/x", "http://127.0.0.1:8080/jwks", 0, "not allowed here"},
    {"http://127.0.0.1:8080/x", "http://127.0.0.1:8080/jwks", 0, NULL},
    {"http://127.0.0.1:8080/x", "http://localhost:31112/jwks", 0, NULL},
    {"http://[::1]:8080/x", "http://127.9.9.9/jwks", HTTP, NULL},
    {"http://localhost:8080/x", "http://gw.openfaas:8080/jwks", 0, "not allowed here"},
    {"http://localhost:8080/x", "http://gw.openfaas:8080/jwks", HTTP, "another host or port"},
    {"http://localhost:8080/x", "http://127.1/jwks", 0, "not allowed here"},
    {"http://localhost:8080/x", "https://gw.openfaas/jwks", 0, NULL},
    {NULL, "http://anywhere.example.com/jwks", 0, NULL},
    {NULL, "http://anywhere.example.com/jwks", HTTP, NULL},
    {NULL, "https://anywhere.example.com/jwks", 0, NULL},
    {NULL, "ftp://anywhere.example.com/jwks", 0, "begins with neither"},
};

Test(discovery, rule_39_http_only_where_the_document_came_by_it)
{
    for (size_t i = 0; i < COUNT(ways); i++) {
        char json[256];
        (void)snprintf(json, sizeof json, DOCUMENT(GATEWAY, "%s"), ways[i].jwks_uri);
        expect(json, ways[i].address, GATEWAY, ways[i].flags,
               ways[i].wrong == NULL ? ways[i].jwks_uri : NULL, ways[i].wrong);
    }
}

/* test_url.c has the table of hostile URLs: here, that both URLs go through it. */
Test(discovery, rule_39_a_url_of_one_meaning)
{
    static const char *const hostile[] = {
        "/jwks",
        "https://gateway.example.com@evil.example/",
        "https://gateway.example.com\\\\@evil.example/",
        "https://gateway.example.com/x y",
        "https://gateway.example.com/\\n",
        "https://gateway.example.com/#x",
        "https://gateway%2eexample.com/",
        "https:///x",
        "HTTPS://gateway.example.com/",
        "https://gateway.example.com",
    };
    for (size_t i = 0; i < COUNT(hostile); i++) {
        char json[256];
        (void)snprintf(json, sizeof json, DOCUMENT(GATEWAY, "%s"), hostile[i]);
        expect(json, HERE, GATEWAY, 0, NULL, "jwks_uri (");
        expect(json, NULL, NULL, 0, NULL, "jwks_uri (");
        answer a = ask(DOCUMENT(GATEWAY, KEYS), hostile[i], GATEWAY, 0);
        cr_expect(a.status == FNT_FAULT_ARGUMENT &&
                      holds(summary_of(a.report), "address of the discovery document"),
                  "%s: %s", hostile[i], summary_of(a.report));
        drop(&a);
    }
    char *json = malloc(70000);
    (void)snprintf(json, 70000, "{\"issuer\":\"" GATEWAY "\",\"jwks_uri\":\"https://h/%0*d\"}",
                   60000, 1);
    answer a = ask(json, HERE, GATEWAY, 0);
    cr_expect_eq(a.status, FNT_FAULT_KEY);
    cr_expect_lt(strlen(summary_of(a.report)), 200, "what is too long is not shown");
    drop(&a);
    free(json);
}

static const struct {
    const char *json, *wrong;
} malformed[] = {
    {"<html>", "at byte 0"},
    {"[]", "at byte 0"},
    {"null", "at byte 0"},
    {"{", "at byte 1"},
    {DOCUMENT(GATEWAY, KEYS) "x", "at byte"},
    {"{\"issuer\":\"a\",\"issuer\":\"b\",\"jwks_uri\":\"" KEYS "\"}", "twice"},
    {"{\"issuer\":\"a\\u0000\",\"jwks_uri\":\"" KEYS "\"}", "at byte"},
    {"{}", "has no issuer"},
    {"{\"jwks_uri\":\"" KEYS "\"}", "has no issuer"},
    {"{\"Issuer\":\"" GATEWAY "\",\"jwks_uri\":\"" KEYS "\"}", "has no issuer"},
    {"{\"issuer\":\"" GATEWAY "\"}", "has no jwks_uri"},
    {"{\"issuer\":\"" GATEWAY "\",\"JWKS_URI\":\"" KEYS "\"}", "has no jwks_uri"},
    {"{\"issuer\":1,\"jwks_uri\":\"" KEYS "\"}", "issuer is not a string"},
    {"{\"issuer\":null,\"jwks_uri\":\"" KEYS "\"}", "issuer is not a string"},
    {"{\"issuer\":[\"" GATEWAY "\"],\"jwks_uri\":\"" KEYS "\"}", "issuer is not a string"},
    {"{\"issuer\":\"" GATEWAY "\",\"jwks_uri\":{}}", "jwks_uri is not a string"},
    {"{\"issuer\":\"" GATEWAY "\",\"jwks_uri\":false}", "jwks_uri is not a string"},
    {"{\"issuer\":\"" GATEWAY "\",\"jwks_uri\":\"\"}", "begins with neither"},
    {"{\"keys\":[]}", "has no issuer"},
};

Test(discovery, malformed)
{
    for (size_t i = 0; i < COUNT(malformed); i++)
        expect(malformed[i].json, HERE, GATEWAY, 0, NULL, malformed[i].wrong);
}

Test(discovery, at_most_one_mebibyte)
{
    size_t size = 1 << 20, used = sizeof DOCUMENT(GATEWAY, KEYS) - 1;
    char *json = malloc(size + 2);
    memset(json, ' ', size + 1);
    memcpy(json, DOCUMENT(GATEWAY, KEYS), used);
    json[size] = '\0';
    expect(json, HERE, GATEWAY, 0, KEYS, NULL);
    json[size] = ' ', json[size + 1] = '\0';
    expect(json, HERE, GATEWAY, 0, NULL, "longer than 1 MiB");
    free(json);
}

#define BAD(call) cr_expect_eq((call), FNT_FAULT_ARGUMENT, "%s", #call)

static const char good_document[] = DOCUMENT(GATEWAY, KEYS);

Test(discovery, texts_that_are_absent_or_empty)
{
    static const struct {
        const char *json;
        size_t len;
        const char *address;
        size_t address_len;
        const char *issuer;
        size_t issuer_len;
    } rows[] = {
        {NULL, 0, NULL, 0, NULL, 0},          {"", 0, NULL, 0, NULL, 0},
        {NULL, 3, NULL, 0, NULL, 0},          {good_document, 9, "", 0, NULL, 0},
        {good_document, 9, NULL, 3, NULL, 0}, {good_document, 9, NULL, 0, "", 0},
        {good_document, 9, NULL, 0, NULL, 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *jwks = (void *)1, *found = (void *)1;
        size_t jwks_len = 9, found_len = 9;
        BAD(fnt_discovery(rows[i].json, rows[i].len, rows[i].address, rows[i].address_len,
                          rows[i].issuer, rows[i].issuer_len, 0, &jwks, &jwks_len, &found,
                          &found_len, NULL));
        cr_expect(jwks == NULL && jwks_len == 0 && found == NULL && found_len == 0, "row %zu", i);
    }
}

static fnt_status read_good(int32_t flags, char **jwks, size_t *jwks_len, char **found,
                            size_t *found_len)
{
    return fnt_discovery(FNT_STR(good_document), NULL, 0, NULL, 0, flags, jwks, jwks_len, found,
                         found_len, NULL);
}

Test(discovery, arguments)
{
    char *jwks = NULL, *found = NULL;
    size_t jwks_len = 0, found_len = 0;
    static const int32_t flags[] = {2, 3, -1, INT32_MIN, INT32_MAX, FNT_REFRESH_TICK};
    for (size_t i = 0; i < COUNT(flags); i++)
        BAD(read_good(flags[i], &jwks, &jwks_len, &found, &found_len));
    BAD(read_good(0, NULL, &jwks_len, &found, &found_len));
    BAD(read_good(0, &jwks, NULL, &found, &found_len));
    BAD(read_good(0, &jwks, &jwks_len, NULL, &found_len));
    BAD(read_good(0, &jwks, &jwks_len, &found, NULL));
    cr_expect(jwks == NULL && found == NULL);
    MUST(read_good(0, &jwks, &jwks_len, &found, &found_len));
    fnt_free(jwks);
    fnt_free(found);
}
