/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_GATEWAY_H
#define FNTOKEN_GATEWAY_GATEWAY_H

#include <fntoken/fntoken.h>

#include <pthread.h>
#include <stdatomic.h>

#include "config.h"
#include "lib/http/client.h"
#include "lib/http/server.h"
#include "lib/keys/trusted.h"
#include "lib/ops/limits.h"
#include "lib/ops/lines.h"
#include "lib/ops/metrics.h"
#include "waiting.h"

/* What a running gateway is made of. Everything in it may be used by any thread; what is replaced
 * while it runs is replaced in fnt_sts, or under published.lock. */

typedef struct gateway gateway;

enum { DIGEST_SIZE = 65 };

/* What others are told of what is in force. */
typedef struct {
    pthread_mutex_t lock;     /* rules are put in force while it is held */
    text jwks;                /* of the signing keys, served as it is */
    char digest[DIGEST_SIZE]; /* of the rules in force, in hexadecimal digits */
    unsigned long number;     /* of the rules in force: others have another one */
} published;

/* Which rules are in force: their number, and into digest their digest. */
unsigned long published_rules(gateway *g, char digest[DIGEST_SIZE]);

struct gateway {
    const config *config;
    fnt_sts *sts;
    fnt_iam *rules; /* those in force; the main thread's */
    http_client *client;
    trusted *trusted;
    waiting *waiting; /* for keys */
    waiting *held;    /* of addresses that flood; made with the listener */
    lines *log;
    metrics *metrics;
    limits *by_peer, *by_subject, *flood_lines;
    published published;
    text discovery;
    atomic_bool is_ending, log_fails;
    struct source *sources; /* of the main thread; others look at their good and since */
    size_t source_count;
};

/* The metrics, as their numbers. */
enum {
    METRIC_EXCHANGES,
    METRIC_SECONDS,
    METRIC_LIMITED,
    METRIC_REFUSED,
    METRIC_FETCHES,
    METRIC_KEYS_AGE,
    METRIC_SOURCE_GOOD,
    METRIC_SOURCE_AGE,
    METRIC_REVOCATIONS,
    METRIC_LOG_LOST,
    METRIC_WAITING,
    METRIC_INFO,
    METRICS
};

#endif
