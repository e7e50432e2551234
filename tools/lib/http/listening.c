/* SPDX-License-Identifier: MIT */
#include "lib/http/listening.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/http/ip.h"

static int give_up(int descriptor, const char *where, char *why, size_t size)
{
    (void)snprintf(why, size, "%s: %s", where, strerror(errno));
    if (descriptor >= 0)
        (void)close(descriptor);
    return -1;
}

/* A socket that was left behind by a program that was killed answers nobody. */
static bool is_left_behind(const struct sockaddr_un *address)
{
    struct stat about;
    if (lstat(address->sun_path, &about) != 0 || !S_ISSOCK(about.st_mode))
        return false;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool refused = probe >= 0 &&
                   connect(probe, (const struct sockaddr *)address, sizeof *address) != 0 &&
                   errno == ECONNREFUSED;
    if (probe >= 0)
        (void)close(probe);
    return refused;
}

static const char unix_prefix[] = "unix:";

/* The path of a Unix socket, or NULL. */
static const char *path_of(const char *where)
{
    size_t len = sizeof unix_prefix - 1;
    return strncmp(where, unix_prefix, len) == 0 ? where + len : NULL;
}

static int listen_unix(const char *where, char *why, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = path_of(where);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (is_left_behind(&address))
        (void)unlink(path);
    mode_t mask = umask(0117); /* 0660 from the first moment */
    bool bound =
        descriptor >= 0 && bind(descriptor, (const struct sockaddr *)&address, sizeof address) == 0;
    (void)umask(mask);
    if (!bound || listen(descriptor, SOMAXCONN) != 0)
        return give_up(descriptor, where, why, size);
    return descriptor;
}

/* getaddrinfo would take 65537 for 1. */
static bool is_port(const char *port)
{
    size_t digits = strspn(port, "0123456789");
    return digits > 0 && digits <= 5 && port[digits] == '\0' && strtoul(port, NULL, 10) <= 65535;
}

/* HOST:PORT or [IPv6]:PORT into its two parts. */
static bool split(const char *where, char host[256], char port[6])
{
    const char *colon = strrchr(where, ':');
    if (colon == NULL || !is_port(colon + 1))
        return false;
    size_t len = (size_t)(colon - where);
    bool brackets = len >= 2 && where[0] == '[' && where[len - 1] == ']';
    if (!brackets && memchr(where, ':', len) != NULL)
        return false;
    const char *begin = where + (brackets ? 1 : 0);
    len -= brackets ? 2 : 0;
    if (len == 0 || len >= 256)
        return false;
    memcpy(host, begin, len);
    host[len] = '\0';
    memcpy(port, colon + 1, strlen(colon + 1) + 1);
    return true;
}

bool listen_is_place(const char *where, char *why, size_t size)
{
    enum { LONGEST = sizeof((struct sockaddr_un *)NULL)->sun_path - 1 };
    char host[256], port[6];
    const char *path = path_of(where);
    bool good = path != NULL ? *path != '\0' && strlen(path) <= LONGEST : split(where, host, port);
    if (!good && path != NULL)
        (void)snprintf(why, size, "%s: a path of a socket has 1 to %d bytes", where, (int)LONGEST);
    else if (!good)
        (void)snprintf(why, size, "%s is no HOST:PORT, [IPv6]:PORT or unix:PATH", where);
    return good;
}

static int listen_tcp(const struct addrinfo *to, const char *where, bool *loopback, char *why,
                      size_t size)
{
    int on = 1;
    ip_address ip = ip_of_socket(to->ai_addr);
    int descriptor = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    *loopback = ip_is_loopback(&ip);
    if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(descriptor, to->ai_addr, to->ai_addrlen) != 0 || listen(descriptor, SOMAXCONN) != 0)
        return give_up(descriptor, where, why, size);
    return descriptor;
}

int listen_on(const char *where, bool *loopback, char *why, size_t size)
{
    char host[256], port[6];
    struct addrinfo *found = NULL, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    *loopback = true;
    if (!listen_is_place(where, why, size))
        return -1;
    if (path_of(where) != NULL)
        return listen_unix(where, why, size);
    (void)split(where, host, port);
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed != 0) {
        (void)snprintf(why, size, "%s: %s", where, gai_strerror(failed));
        return -1;
    }
    int descriptor = listen_tcp(found, where, loopback, why, size);
    freeaddrinfo(found);
    return descriptor;
}
