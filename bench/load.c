/* SPDX-License-Identifier: MIT */
/* load [--from IPv4] [--rate N] unix:PATH|IPv4:PORT CONNECTIONS COUNT FILE...
 *
 * Sends COUNT requests over CONNECTIONS that are kept, each FILE a whole request, one after the
 * other, and prints "status.200 N" for each status, "lost N" where a connection ended instead of
 * answering, "opened N" and "seconds S". A count and not a time ends it, so that two runs do the
 * same work; with a COUNT of 0 it goes on until SIGTERM. Each connection asks again as soon as it
 * was answered; with --rate so many requests a second are begun in all, while one is idle. */
#define _GNU_SOURCE /* strcasestr */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER = 64 << 10, STATUSES = 600 };

typedef struct {
    char *at;
    size_t len;
} request;

typedef struct {
    int descriptor;
    bool asked;
    size_t sent, len;
    const request *now;
    char answer[ANSWER + 1];
} client;

static request *requests;
static size_t request_count, wanted, begun, ended, lost, opened, statuses[STATUSES];
static double rate; /* 0: as they are answered */
static struct timespec since;
static struct sockaddr_storage to;
static socklen_t to_len;
static struct sockaddr_in from;
static volatile sig_atomic_t stopped;

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static request read_request(const char *path)
{
    request r = {NULL, 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL || (r.at = malloc(ANSWER)) == NULL)
        fail(path);
    r.len = fread(r.at, 1, ANSWER, file);
    fclose(file);
    return r;
}

static void read_address(const char *where)
{
    static const char local[] = "unix:";
    struct sockaddr_un *un = (struct sockaddr_un *)&to;
    struct sockaddr_in *in = (struct sockaddr_in *)&to;
    const char *colon = strrchr(where, ':');
    if (strncmp(where, local, sizeof local - 1) == 0) {
        un->sun_family = AF_UNIX;
        snprintf(un->sun_path, sizeof un->sun_path, "%s", where + sizeof local - 1);
        to_len = sizeof *un;
        return;
    }
    char host[64];
    snprintf(host, sizeof host, "%.*s", colon != NULL ? (int)(colon - where) : 0, where);
    in->sin_family = AF_INET;
    if (inet_pton(AF_INET, host, &in->sin_addr) != 1)
        fail(where);
    in->sin_port = htons((uint16_t)atoi(colon + 1));
    to_len = sizeof *in;
}

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - since.tv_sec) + (double)(now.tv_nsec - since.tv_nsec) / 1e9;
}

/* How many may have begun by now. */
static size_t due(void)
{
    double all = rate > 0 ? seconds() * rate : (double)wanted;
    return all < (double)wanted ? (size_t)all : wanted;
}

static void open_client(client *c)
{
    c->descriptor = socket(to.ss_family, SOCK_STREAM, 0);
    if (from.sin_family != 0 && bind(c->descriptor, (struct sockaddr *)&from, sizeof from) != 0)
        fail("bind");
    if (c->descriptor < 0 || connect(c->descriptor, (struct sockaddr *)&to, to_len) != 0)
        fail("connect");
    opened++;
}

static void begin(client *c)
{
    c->asked = begun < due();
    if (!c->asked)
        return;
    c->now = &requests[begun++ % request_count];
    c->sent = c->len = 0;
}

static void reopen(client *c)
{
    (void)close(c->descriptor);
    open_client(c);
}

/* Whether the answer is whole, and its connection stays. */
static bool is_whole(client *c, bool *stays)
{
    static const char length[] = "\r\ncontent-length:";
    c->answer[c->len] = '\0';
    const char *head = strstr(c->answer, "\r\n\r\n");
    if (head == NULL)
        return false;
    const char *field = strcasestr(c->answer, length);
    size_t body = field != NULL && field < head ? strtoul(field + sizeof length - 1, NULL, 10) : 0;
    const char *closes = strcasestr(c->answer, "\r\nconnection: close");
    *stays = closes == NULL || closes > head;
    return c->len >= (size_t)(head - c->answer) + 4 + body;
}

static void take(client *c)
{
    ssize_t got = recv(c->descriptor, c->answer + c->len, ANSWER - c->len, 0);
    bool stays = true;
    if (got <= 0) {
        lost++;
        ended++;
        reopen(c);
        begin(c);
        return;
    }
    c->len += (size_t)got;
    if (!is_whole(c, &stays))
        return;
    int status = c->len > 12 ? atoi(c->answer + 9) : 0;
    statuses[status > 0 && status < STATUSES ? status : 0]++;
    ended++;
    if (!stays)
        reopen(c);
    begin(c);
}

static void put(client *c)
{
    ssize_t done = send(c->descriptor, c->now->at + c->sent, c->now->len - c->sent, MSG_NOSIGNAL);
    if (done > 0)
        c->sent += (size_t)done;
    else if (errno != EAGAIN && errno != EINTR)
        c->sent = c->now->len; /* it closed: reading shows it */
}

static void run(client *clients, size_t count)
{
    struct pollfd *all = calloc(count, sizeof *all);
    if (all == NULL)
        fail("calloc");
    while (ended < wanted && !stopped) {
        for (size_t i = 0; i < count; i++) {
            client *c = &clients[i];
            if (!c->asked)
                begin(c);
            bool writes = c->asked && c->sent < c->now->len;
            all[i] = (struct pollfd){c->asked ? c->descriptor : -1, writes ? POLLOUT : POLLIN, 0};
        }
        int ready = poll(all, count, rate > 0 ? 1 : 30000);
        if (ready < 0 ? errno != EINTR : ready == 0 && rate == 0)
            fail("poll");
        for (size_t i = 0; i < count; i++)
            if (ready <= 0)
                break;
            else if ((all[i].revents & POLLOUT) != 0)
                put(&clients[i]);
            else if (all[i].revents != 0)
                take(&clients[i]);
    }
    free(all);
}

/* Returns the number of words that were options. */
static int read_options(int argc, char **argv)
{
    int read = 1;
    for (; read + 1 < argc && strncmp(argv[read], "--", 2) == 0; read += 2)
        if (strcmp(argv[read], "--rate") == 0)
            rate = strtod(argv[read + 1], NULL);
        else if (strcmp(argv[read], "--from") == 0 &&
                 inet_pton(AF_INET, argv[read + 1], &from.sin_addr) == 1)
            from.sin_family = AF_INET;
        else
            fail(argv[read]);
    return read - 1;
}

int main(int argc, char **argv)
{
    int options = read_options(argc, argv);
    argc -= options;
    argv += options;
    if (argc < 5) {
        fputs(
            "usage: load [--from IPv4] [--rate N] unix:PATH|IPv4:PORT CONNECTIONS COUNT FILE...\n",
            stderr);
        return 2;
    }
    size_t count = strtoul(argv[2], NULL, 10);
    client *clients = calloc(count, sizeof *clients);
    requests = calloc((size_t)argc, sizeof *requests);
    if (clients == NULL || requests == NULL)
        fail("calloc");
    for (int i = 4; i < argc; i++)
        requests[request_count++] = read_request(argv[i]);
    read_address(argv[1]);
    wanted = strtoul(argv[3], NULL, 10);
    wanted = wanted == 0 ? SIZE_MAX : wanted;
    (void)signal(SIGTERM, stop);
    (void)clock_gettime(CLOCK_MONOTONIC, &since);
    for (size_t i = 0; i < count; i++) {
        open_client(&clients[i]);
        begin(&clients[i]);
    }
    run(clients, count);
    for (int i = 0; i < STATUSES; i++)
        if (statuses[i] > 0)
            printf("status.%d %zu\n", i, statuses[i]);
    printf("lost %zu\nopened %zu\nseconds %.3f\n", lost, opened, seconds());
    return 0;
}
