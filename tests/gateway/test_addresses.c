/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "lib/http/ip.h"
#include "lib/http/listening.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static bool parse(const char *text, ip_address *out)
{
    return ip_parse(text, strlen(text), out);
}

Test(addresses, are_read_and_printed)
{
    static const char *const good[][2] = {
        {"192.0.2.1", "192.0.2.1"},        {"::1", "::1"},         {"2001:DB8::1", "2001:db8::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"}, {"0.0.0.0", "0.0.0.0"},
    };
    static const char *const bad[] = {
        "",      "192.0.2",       "192.0.2.256", "192.0.2.1 ", "192.0.2.01.1",
        "[::1]", "2001:db8::1%1", "localhost",   "1",          ":::"};
    char text[64];
    ip_address ip;
    for (size_t i = 0; i < COUNT(good); i++) {
        cr_assert(parse(good[i][0], &ip), "%s", good[i][0]);
        ip_print(&ip, text, sizeof text);
        cr_expect_str_eq(text, good[i][1]);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_expect_not(parse(bad[i], &ip), "%s", bad[i]);
    cr_expect_not(ip_parse("192.0.2.1\0", 10, &ip));
}

Test(addresses, of_sockets)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct sockaddr local = {.sa_family = AF_UNIX};
    char text[64];
    cr_assert_eq(inet_pton(AF_INET, "127.0.0.2", &v4.sin_addr), 1);
    cr_assert_eq(inet_pton(AF_INET6, "::ffff:127.0.0.3", &v6.sin6_addr), 1);
    ip_address ip = ip_of_socket((const struct sockaddr *)&v4);
    ip_print(&ip, text, sizeof text);
    cr_expect_str_eq(text, "127.0.0.2");
    cr_expect(ip_is_loopback(&ip));
    ip = ip_of_socket((const struct sockaddr *)&v6);
    ip_print(&ip, text, sizeof text);
    cr_expect_str_eq(text, "127.0.0.3");
    ip = ip_of_socket(&local);
    ip_print(&ip, text, sizeof text);
    cr_expect_str_eq(text, "::1");
    ip = ip_of_socket(NULL);
    cr_expect(ip_is_loopback(&ip));
    cr_assert(parse("128.0.0.1", &ip));
    cr_expect_not(ip_is_loopback(&ip));
}

static const struct {
    const char *range, *address;
    bool holds;
} rows[] = {
    {"10.0.0.0/8", "10.255.0.1", true},
    {"10.0.0.0/8", "11.0.0.0", false},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.128/25", "192.0.2.200", true},
    {"192.0.2.128/25", "192.0.2.100", false},
    {"0.0.0.0/0", "203.0.113.9", true},
    {"0.0.0.0/0", "2001:db8::1", false},
    {"::/0", "203.0.113.9", true},
    {"2001:db8::/33", "2001:db8:7fff::1", true},
    {"2001:db8::/33", "2001:db8:8000::", false},
    {"::1", "::1", true},
    {"::1/128", "::2", false},
    {"::ffff:10.0.0.0/104", "10.1.1.1", true},
};

Test(addresses, ranges)
{
    static const char *const bad[] = {
        "",       "10.0.0.0/",     "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
        "::/129", "10.0.0.0/0008", "/8",          "10/8",        "10.0.0.0/8/8"};
    ip_range range;
    ip_address ip;
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert(ip_range_parse(rows[i].range, strlen(rows[i].range), &range), "%s",
                  rows[i].range);
        cr_assert(parse(rows[i].address, &ip));
        cr_expect_eq(ip_range_holds(&range, &ip), rows[i].holds, "%s %s", rows[i].range,
                     rows[i].address);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_expect_not(ip_range_parse(bad[i], strlen(bad[i]), &range), "%s", bad[i]);
}

Test(addresses, a_range_wider_than_private_networks)
{
    static const struct {
        const char *range;
        bool is_wide;
    } widths[] = {
        {"0.0.0.0/0", true},
        {"0.0.0.0/1", true},
        {"128.0.0.0/1", true},
        {"10.0.0.0/7", true},
        {"10.0.0.0/8", false},
        {"127.0.0.0/8", false},
        {"192.0.2.1", false},
        {"::/0", true},
        {"::1", false},
        {"::1/128", false},
        {"::/7", true},
        {"100::/7", true},
        {"::/64", true},
        {"::/80", true},
        {"::ffff:0:0/96", true},
        {"::ffff:128.0.0.0/97", true},
        {"::ffff:10.0.0.0/103", true},
        {"::ffff:10.0.0.0/104", false},
        {"64:ff9b::/96", true},
        {"2000::/3", true},
        {"8000::/1", true},
        {"fc00::/6", true},
        {"fc00::/7", false},
        {"2001:db8::/32", false},
    };
    ip_range range;
    for (size_t i = 0; i < COUNT(widths); i++) {
        cr_assert(ip_range_parse(widths[i].range, strlen(widths[i].range), &range));
        cr_expect_eq(ip_range_is_wide(&range), widths[i].is_wide, "%s", widths[i].range);
    }
}

Test(addresses, where_to_listen)
{
    static const char *const bad[] = {"",
                                      "8080",
                                      ":8080",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "::1:8080",
                                      "[]:1",
                                      "unix:",
                                      "127.0.0.1:123456789",
                                      "127.0.0.1:x",
                                      "127.0.0.1:65536",
                                      "127.0.0.1:http",
                                      "127.0.0.1:-1"};
    char why[512];
    bool loopback = false;
    for (size_t i = 0; i < COUNT(bad); i++) {
        why[0] = '\0';
        cr_expect_eq(listen_on(bad[i], &loopback, why, sizeof why), -1, "%s", bad[i]);
        cr_expect_neq(why[0], '\0', "%s", bad[i]);
        cr_expect_not(listen_is_place(bad[i], why, sizeof why), "%s", bad[i]);
    }
    int descriptor = listen_on("127.0.0.1:0", &loopback, why, sizeof why);
    cr_assert_geq(descriptor, 0, "%s", why);
    cr_expect(loopback);
    (void)close(descriptor);
    descriptor = listen_on("0.0.0.0:0", &loopback, why, sizeof why);
    cr_assert_geq(descriptor, 0, "%s", why);
    cr_expect_not(loopback);
    (void)close(descriptor);
}
