/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_CONFIG_H
#define FNTOKEN_GATEWAY_CONFIG_H

#include "lib/base/environment.h"
#include "lib/http/ip.h"

/* What the gateway was told, by options and environment; it does not change while it runs. */

typedef struct {
    char *issuer; /* owned */
    const char *file;
} trust_file;

typedef struct {
    const char *listen, *admin, *issuer, *keys, *log, *revoked, *ca_file; /* NULL: not given */
    const option *iam; /* the rows of IAM_OPTION_ROWS */
    trust_file *trust;
    size_t trusts;
    ip_range *proxies; /* whose X-Forwarded-For counts */
    size_t proxy_count;
    unsigned peer_rate, peer_burst, subject_rate, subject_burst;
    int64_t refresh, max_age, max_ttl, longest_life;
    bool narrowing;
    /* what the above point into */
    arguments arguments;
    option *options;
    operands rest;
} config;

/* OPTIONS_GO_ON, or what to exit with after --help, --version or a message. */
int config_read(app *run, int argc, char **argv, config *out);
void config_free(config *c);

bool config_is_proxy(const config *c, const ip_address *peer);

#endif
