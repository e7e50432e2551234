/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_SOURCE_H
#define FNTOKEN_GATEWAY_SOURCE_H

#include "gateway.h"
#include "lib/base/app.h"
#include "lib/watch/watch.h"

/* Where something comes from that may change while the gateway runs: signing keys, rules,
 * revocations, keys of issuers in files. What is good is put in force; what is not is told, and
 * changes nothing (rule 53). */

typedef struct source {
    const char *name;  /* for metrics: keys, rules, revocations, trust */
    const char *about; /* the path, for messages; NULL where there are several */
    /* EXIT_YES: in force. EXIT_FAULT: told why not. */
    int (*load)(struct source *s, app *run, int64_t now);
    gateway *gateway;
    const char *issuer; /* of trust */
    watch *watch;
    int64_t again;         /* when to load whatever the watch says; 0: never */
    bool torn;             /* the files changed while they were read the last time */
    atomic_size_t entries; /* of the revocations in force */
    atomic_bool good;      /* what was seen last is in force */
    atomic_llong since;    /* when it was loaded; 0: never */
} source;

/* All of them, loaded: EXIT_YES, or EXIT_FAULT where one is not good. */
int sources_start(gateway *g, app *run, int64_t now);

/* Loads what has changed; all of it where everything is true. Returns in how many milliseconds to
 * look again. */
int sources_look(gateway *g, bool everything, int64_t now);

/* Fills descriptors that have something to say when something changed; returns how many. */
size_t sources_descriptors(const gateway *g, int *descriptors, size_t most);

void sources_free(gateway *g);

/* The loads. */
int load_signing(source *s, app *run, int64_t now);
int load_rules(source *s, app *run, int64_t now);
int load_revocations(source *s, app *run, int64_t now);
int load_trust(source *s, app *run, int64_t now);

#endif
