/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fail.h"
#include "lib/base/times.h"
#include "lib/iam_files/iam_files.h"

enum { EVERY_MS = 1000, SOON_MS = 250, AGAIN_SECONDS = 60 };

static watch *watch_one(const char *path)
{
    const char *paths[] = {path, NULL};
    return watch_new(paths);
}

static watch *watch_option(const option *paths)
{
    const char **all = new_array(paths->count + 1, sizeof *all);
    memcpy(all, paths->values, paths->count * sizeof *all);
    watch *w = watch_new(all);
    free(all);
    return w;
}

static source *add(gateway *g, const char *name, int (*load)(source *, app *, int64_t), watch *w)
{
    source *s = &g->sources[g->source_count++];
    s->name = name;
    s->load = load;
    s->gateway = g;
    s->watch = w;
    return s;
}

static int settle(source *s, int code, int64_t now)
{
    atomic_store(&s->good, code == EXIT_YES);
    if (code == EXIT_YES)
        atomic_store(&s->since, now);
    else
        s->again = now + AGAIN_SECONDS; /* what was wrong may end without a change of the files */
    return code;
}

/* Files that changed while they were read are looked at once more before anybody is told: what
 * can't be used may be half of what was there before and half of what is there now. */
static bool is_torn(source *s, int code)
{
    bool changes = false;
    if (code != EXIT_YES && !s->torn)
        changes = watch_changed(s->watch, times_clock_ms(), &changes) || changes;
    return changes;
}

/* Where it is torn nothing has been said, nor has anything changed. */
static int load(source *s, app *run, int64_t now)
{
    fail_hold();
    int code = s->load(s, run, now);
    s->torn = is_torn(s, code);
    fail_let_go(!s->torn);
    return s->torn ? code : settle(s, code, now);
}

static int load_first(source *s, app *run, int64_t now)
{
    int code = load(s, run, now);
    return s->torn ? load(s, run, now) : code;
}

/* The keys come first: what verifies the gateway's own tokens is theirs. */
int sources_start(gateway *g, app *run, int64_t now)
{
    const config *c = g->config;
    g->sources = new_array(3 + c->trusts, sizeof *g->sources);
    add(g, "keys", load_signing, watch_one(c->keys))->about = c->keys;
    (void)add(g, "rules", load_rules, watch_option(&c->iam[IAM_PATHS]));
    if (c->revoked != NULL)
        add(g, "revocations", load_revocations, watch_one(c->revoked))->about = c->revoked;
    for (size_t i = 0; i < c->trusts; i++) {
        source *s = add(g, "trust", load_trust, watch_one(c->trust[i].file));
        s->about = c->trust[i].file;
        s->issuer = c->trust[i].issuer;
    }
    int code = load_first(&g->sources[0], run, now);
    for (size_t i = 1; i < g->source_count && g->sts != NULL; i++)
        code = load_first(&g->sources[i], run, now) == EXIT_YES ? code : EXIT_FAULT;
    return code;
}

static void load_again(source *s, int64_t now)
{
    app run;
    if (app_begin(&run, NULL) != EXIT_YES)
        return;
    run.never_waits = true;
    int code = load(s, &run, now);
    if (s->torn)
        s->again = now; /* also if the files are as they were by then */
    else if (code != EXIT_YES)
        tell("%s: what was in force stays in force", s->about != NULL ? s->about : s->name);
    app_end(&run);
}

int sources_look(gateway *g, bool everything, int64_t now)
{
    int next = EVERY_MS;
    for (size_t i = 0; i < g->source_count; i++) {
        source *s = &g->sources[i];
        bool pending = false, changed = watch_changed(s->watch, times_clock_ms(), &pending);
        bool due = s->again != 0 && s->again <= now;
        if (due)
            s->again = 0;
        if (changed || due || everything)
            load_again(s, now);
        if (pending || s->torn)
            next = SOON_MS;
    }
    return next;
}

size_t sources_descriptors(const gateway *g, int *descriptors, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < g->source_count && count < most; i++) {
        int descriptor = watch_descriptor(g->sources[i].watch);
        if (descriptor >= 0)
            descriptors[count++] = descriptor;
    }
    return count;
}

void sources_free(gateway *g)
{
    for (size_t i = 0; i < g->source_count; i++)
        watch_free(g->sources[i].watch);
    free(g->sources);
}
