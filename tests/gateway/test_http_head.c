/* SPDX-License-Identifier: MIT */
/* The second look at the head of a request (RFC 9112): a row each. */
#include "support/test.h"

#include "lib/http/request.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define FIELD(name, value) name, value, sizeof(name) - 1, sizeof(value) - 1
#define HOST FIELD("Host", "a")

static const struct {
    const char *about, *method, *target, *version;
    http_field fields[4]; /* up to the first without a name */
    int status;
} rows[] = {
    {"plain", "GET", "/x?y=%20", "HTTP/1.1", {{HOST}}, 0},
    {"every sign of a name",
     "GET",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("!#$%&'*+-.^_`|~09Az", "v")}},
     0},
    {"a value of bytes beyond ASCII",
     "GET",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("X", "\xc3\xa9\t ")}},
     0},
    {"an empty value", "GET", "/", "HTTP/1.1", {{HOST}, {FIELD("X", "")}}, 0},
    {"no value", "GET", "/", "HTTP/1.1", {{HOST}, {"X", NULL, 1, 0}}, 0},
    {"HTTP/1.0 has no Host", "GET", "/", "HTTP/1.0", {{NULL, NULL, 0, 0}}, 0},
    {"HTTP/1.1 has one", "GET", "/", "HTTP/1.1", {{NULL, NULL, 0, 0}}, 400},
    {"a form", "POST", "/", "HTTP/1.1", {{HOST}, {FIELD("content-length", "3")}}, 0},
    {"chunked", "POST", "/", "HTTP/1.1", {{HOST}, {FIELD("Transfer-Encoding", "Chunked")}}, 0},
    {"gzip", "POST", "/", "HTTP/1.1", {{HOST}, {FIELD("Transfer-Encoding", "gzip")}}, 501},
    {"two codings",
     "POST",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("Transfer-Encoding", "gzip, chunked")}},
     501},
    {"chunked in 1.0", "POST", "/", "HTTP/1.0", {{FIELD("Transfer-Encoding", "chunked")}}, 400},
    {"both lengths",
     "POST",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("Content-Length", "3")}, {FIELD("Transfer-Encoding", "chunked")}},
     400},
    {"two lengths",
     "POST",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("Content-Length", "3")}, {FIELD("Content-length", "3")}},
     400},
    {"a signed length", "POST", "/", "HTTP/1.1", {{HOST}, {FIELD("Content-Length", "+3")}}, 400},
    {"a length and a blank",
     "POST",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("Content-Length", "3 ")}},
     400},
    {"a list of lengths", "POST", "/", "HTTP/1.1", {{HOST}, {FIELD("Content-Length", "3,3")}}, 400},
    {"no length", "POST", "/", "HTTP/1.1", {{HOST}, {FIELD("Content-Length", "")}}, 400},
    {"a length of 19 digits",
     "POST",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("Content-Length", "1000000000000000000")}},
     400},
    {"two Host", "GET", "/", "HTTP/1.1", {{HOST}, {FIELD("hOST", "b")}}, 400},
    {"two Authorization",
     "GET",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("Authorization", "Bearer a")}, {FIELD("authorization", "Bearer a")}},
     400},
    {"two Content-Type",
     "GET",
     "/",
     "HTTP/1.1",
     {{HOST}, {FIELD("Content-Type", "a")}, {FIELD("Content-Type", "b")}},
     400},
    {"a blank in a name", "GET", "/", "HTTP/1.1", {{HOST}, {FIELD("X ", "v")}}, 400},
    {"a NUL in a name", "GET", "/", "HTTP/1.1", {{HOST}, {FIELD("X\0Y", "v")}}, 400},
    {"no name", "GET", "/", "HTTP/1.1", {{HOST}, {"", "v", 0, 1}}, 400},
    {"a line break in a value", "GET", "/", "HTTP/1.1", {{HOST}, {FIELD("X", "a\r\nY: b")}}, 400},
    {"a NUL in a value", "GET", "/", "HTTP/1.1", {{HOST}, {FIELD("X", "a\0b")}}, 400},
    {"DEL in a value", "GET", "/", "HTTP/1.1", {{HOST}, {FIELD("X", "a\x7f")}}, 400},
    {"a target with a blank", "GET", "/a b", "HTTP/1.1", {{HOST}}, 400},
    {"a target with a fragment", "GET", "/#", "HTTP/1.1", {{HOST}}, 400},
    {"a target beyond ASCII", "GET", "/\xc3\xa9", "HTTP/1.1", {{HOST}}, 400},
    {"no target", "GET", "", "HTTP/1.1", {{HOST}}, 400},
    {"no method", "", "/", "HTTP/1.1", {{HOST}}, 400},
    {"a method with a colon", "GET:", "/", "HTTP/1.1", {{HOST}}, 400},
    {"another version", "GET", "/", "HTTP/1.2", {{HOST}}, 400},
    {"no version", "GET", "/", "", {{HOST}}, 400},
};

Test(http_head, what_can_be_read_in_two_ways_is_refused)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        http_head head = {rows[i].method, rows[i].target, rows[i].version, rows[i].fields, 0};
        while (head.count < 4 && rows[i].fields[head.count].name != NULL)
            head.count++;
        cr_expect_eq(http_head_fault(&head), rows[i].status, "%s", rows[i].about);
    }
}

Test(http_head, its_bytes_are_counted)
{
    char target[HTTP_HEAD_BYTES + 1];
    http_field host = {HOST};
    const size_t rest = sizeof "GETHost: a\r\n" - 1;
    http_head head = {"GET", target, "HTTP/1.1", &host, 1};
    memset(target, 'a', sizeof target);
    target[HTTP_HEAD_BYTES - rest] = '\0';
    cr_expect_eq(http_head_fault(&head), 0);
    target[HTTP_HEAD_BYTES - rest] = 'a';
    target[HTTP_HEAD_BYTES - rest + 1] = '\0';
    cr_expect_eq(http_head_fault(&head), 431);
}
