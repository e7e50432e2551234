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

/* Bodies that are served as they are. */
typedef struct {
    pthread_mutex_t lock;
    text jwks;   /* of the signing keys */
    text digest; /* of the rules in force */
} published;

typedef struct gateway {
    const config *config;
    fnt_sts *sts;
    http_client *client;
    trusted *trusted;
    waiting *waiting; /* for keys */
    waiting *held;    /* of addresses that flood; made with the listener */
    lines *log;
    metrics *metrics;
    limits *by_peer, *by_subject;
    published published;
    text discovery;
    atomic_bool is_ending, log_fails;
    struct source *sources; /* of the main thread; others look at their good and since */
    size_t source_count;
} gateway;

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
