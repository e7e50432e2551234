/* SPDX-License-Identifier: MIT */
/* The main thread puts everything together, then looks after it: signals, what changed, keys that
 * are due. Requests are served by the listeners' threads, keys fetched by the client's. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "discovery.h"
#include "documents.h"
#include "lib/base/fail.h"
#include "lib/base/times.h"
#include "source.h"

const char program_name[] = "fntoken-gateway";

enum {
    MAX_FETCHED = 1 << 20,
    FETCH_SECONDS = 10,
    MAX_BODY = 64 << 10,
    REQUEST_SECONDS = 10,
    CONNECTIONS = 4096,
    ADMIN_CONNECTIONS = 32,
    OWN_FILES = 128, /* descriptors for files, fetches and the admin pages */
    ENDING_MS = 5000,
    HELD_LOOK_MS = 200,
    DESCRIPTORS = 16
};

static const metric metrics_table[] = {
    [METRIC_EXCHANGES] = {"fntoken_gateway_exchanges_total",
                          "Exchanges by outcome and status.",
                          METRIC_COUNTER,
                          {"outcome", "status"}},
    [METRIC_SECONDS] = {"fntoken_gateway_exchange_seconds",
                        "From the whole request to its answer.",
                        METRIC_HISTOGRAM,
                        {NULL}},
    [METRIC_LIMITED] = {"fntoken_gateway_limited_total",
                        "Requests answered with 429, by peer or by subject.",
                        METRIC_COUNTER,
                        {"by"}},
    [METRIC_REFUSED] = {"fntoken_gateway_requests_refused_total",
                        "Requests refused as HTTP, before any is an exchange, by reason.",
                        METRIC_COUNTER,
                        {"reason"}},
    [METRIC_FETCHES] = {"fntoken_gateway_key_fetches_total",
                        "Fetches of an issuer's keys by outcome.",
                        METRIC_COUNTER,
                        {"issuer", "outcome"}},
    [METRIC_KEYS_AGE] = {"fntoken_gateway_keys_age_seconds",
                         "Since an issuer's keys were fetched; -1: there are none.",
                         METRIC_GAUGE,
                         {"issuer"}},
    [METRIC_SOURCE_GOOD] = {"fntoken_gateway_source_good",
                            "1: what is on disk is in force; 0: something older is.",
                            METRIC_GAUGE,
                            {"source", "path"}},
    [METRIC_SOURCE_AGE] = {"fntoken_gateway_source_age_seconds",
                           "Since what is in force was loaded.",
                           METRIC_GAUGE,
                           {"source", "path"}},
    [METRIC_REVOCATIONS] = {"fntoken_gateway_revocations",
                            "Entries of the list of revocations that is in force.",
                            METRIC_GAUGE,
                            {NULL}},
    [METRIC_LOG_LOST] = {"fntoken_gateway_log_lost_total",
                         "Lines of the decision log that could not be written.",
                         METRIC_COUNTER,
                         {NULL}},
    [METRIC_WAITING] = {"fntoken_gateway_waited_total",
                        "Requests that waited for an issuer's keys.",
                        METRIC_COUNTER,
                        {NULL}},
    [METRIC_INFO] = {"fntoken_gateway_info",
                     "What is running, and the digest of the rules in force.",
                     METRIC_GAUGE,
                     {"version", "rules"}},
    [METRICS] = {NULL, NULL, METRIC_COUNTER, {NULL}}};

/* ---- keys that were fetched ---------------------------------------------- */

static void use_keys(void *to, const char *issuer, const fnt_keyset *keys)
{
    gateway *g = to;
    fnt_status status = fnt_sts_set_keyset(g->sts, FNT_STR(issuer), keys);
    if (status != FNT_OK)
        (void)fail_status(status, NULL);
}

static void tell_keys(void *to, const trusted_news *news)
{
    static const char *const outcomes[] = {"fetched", "failed", "too-old"};
    gateway *g = to;
    metrics_add(g->metrics, METRIC_FETCHES,
                (const char *const[]){news->issuer, outcomes[news->outcome]}, 1);
    if (news->outcome == TRUSTED_FETCHED)
        tell("keys of %s are fetched", news->issuer);
    else
        tell("keys of %s: %s%s%s", news->issuer, news->url != NULL ? news->url : "",
             news->url != NULL ? ": " : "", news->sentence);
}

static void settled(void *to, const char *issuer)
{
    gateway *g = to;
    waiting_settled(g->waiting, issuer);
}

/* ---- its log ------------------------------------------------------------- */

static const char *why_no_log(void)
{
    return errno == ENXIO ? "nobody reads from it: a FIFO needs its reader before the gateway"
                          : strerror(errno);
}

static void reopen_log(const gateway *g)
{
    if (!lines_reopen(g->log))
        (void)fail_file(g->config->log, "%s; the old log goes on", why_no_log());
}

/* ---- making it ----------------------------------------------------------- */

static int make(gateway *g, app *run, const char **never)
{
    const config *c = g->config;
    (void)pthread_mutex_init(&g->published.lock, NULL);
    discovery_make(c->issuer, &g->discovery);
    g->metrics = metrics_new(metrics_table);
    g->by_peer = limits_new(c->peer_rate, c->peer_burst);
    g->flood_lines = limits_new(1, 1);
    g->by_subject = limits_new(c->subject_rate, c->subject_burst);
    g->waiting = waiting_new(WAITING_MS, WAITING_OF_ONE_ISSUER);
    g->log = lines_open(c->log);
    if (g->log == NULL)
        return errno == ENOENT ? fail_making(c->log) : fail_file(c->log, "%s", why_no_log());
    g->client = http_client_new(
        &(http_client_options){c->ca_file, "fntoken-gateway", MAX_FETCHED, FETCH_SECONDS});
    if (g->client == NULL)
        return fail_status(FNT_FAULT_MEMORY, "libcurl can't be started");
    for (size_t i = 0; i < c->trusts; i++)
        never[i] = c->trust[i].issuer;
    never[c->trusts] = c->issuer;
    g->trusted = trusted_new(&(trusted_options){g->client, c->refresh, c->max_age, never, use_keys,
                                                tell_keys, settled, g});
    return sources_start(g, run, (int64_t)time(NULL));
}

static void unmake(gateway *g)
{
    sources_free(g);
    http_client_free(g->client);
    trusted_free(g->trusted);
    fnt_sts_free(g->sts);
    fnt_iam_free(g->rules);
    lines_close(g->log);
    waiting_free(g->waiting);
    waiting_free(g->held);
    limits_free(g->by_peer);
    limits_free(g->flood_lines);
    limits_free(g->by_subject);
    metrics_free(g->metrics);
    text_free(&g->discovery);
    text_free(&g->published.jwks);
    (void)pthread_mutex_destroy(&g->published.lock);
}

/* Whoever opens all the connections that there may be takes no descriptor that a revocation file or
 * a fetch needs. 0: there are too few. */
static unsigned connections_allowed(void)
{
    struct rlimit files;
    const rlim_t wanted = CONNECTIONS + OWN_FILES;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return 0;
    if (files.rlim_cur < wanted) {
        rlim_t before = files.rlim_cur;
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0)
            files.rlim_cur = before;
    }
    if (files.rlim_cur >= wanted)
        return CONNECTIONS;
    if (files.rlim_cur >= 2 * (rlim_t)OWN_FILES)
        return (unsigned)files.rlim_cur - OWN_FILES;
    (void)fail_usage(NULL,
                     "file descriptors: %llu may be open, and at least %d are needed: raise the "
                     "limit (ulimit -n, or LimitNOFILE= of systemd)",
                     (unsigned long long)files.rlim_cur, 2 * OWN_FILES);
    return 0;
}

/* A trusted proxy has everybody's connections. */
static bool is_no_proxy(void *service, const ip_address *peer)
{
    const gateway *g = service;
    return !config_is_proxy(g->config, peer);
}

static http_server *listen_at(const char *name, const char *where, unsigned threads,
                              unsigned connections, void (*handle)(void *, http_request *),
                              gateway *g)
{
    char why[512];
    http_server *server = http_server_new(
        &(http_server_options){where, threads, connections, REQUEST_SECONDS, MAX_BODY, handle, g,
                               handle == public_serve ? is_no_proxy : NULL, count_refused},
        why, sizeof why);
    if (server == NULL)
        (void)fail_usage(NULL, "--%s %s", name, why);
    return server;
}

/* ---- looking after it ---------------------------------------------------- */

/* The signal that came, or 0. */
static int next_signal(int signals)
{
    struct signalfd_siginfo info;
    return read(signals, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

static void rest(const gateway *g, int signals, int wait_ms)
{
    int descriptors[DESCRIPTORS - 1];
    struct pollfd all[DESCRIPTORS] = {{.fd = signals, .events = POLLIN}};
    size_t count = sources_descriptors(g, descriptors, DESCRIPTORS - 1);
    for (size_t i = 0; i < count; i++)
        all[i + 1] = (struct pollfd){.fd = descriptors[i], .events = POLLIN};
    (void)poll(all, (nfds_t)count + 1, wait_ms);
}

/* Those that have waited long enough. Returns in how many milliseconds to look again; held ones go
 * on in batches, as a flood of them would not let the main thread rest. */
static int let_go_on(gateway *g, int wait_ms)
{
    int64_t now = times_clock_ms();
    int keys = waiting_expire(g->waiting, now);
    int held = waiting_expire(g->held, now);
    if (held >= 0 && wait_ms > HELD_LOOK_MS)
        wait_ms = HELD_LOOK_MS;
    return keys >= 0 && keys < wait_ms ? keys : wait_ms;
}

/* Until a signal ends it. */
static void look_after(gateway *g, int signals)
{
    int wait_ms = 1000;
    for (bool running = true; running;) {
        rest(g, signals, let_go_on(g, wait_ms));
        bool everything = false;
        for (int got = next_signal(signals); got != 0; got = next_signal(signals)) {
            everything = everything || got == SIGHUP;
            running = running && got == SIGHUP;
        }
        if (everything)
            reopen_log(g);
        wait_ms = sources_look(g, everything, (int64_t)time(NULL));
        trusted_tick(g->trusted, (int64_t)time(NULL));
    }
}

/* What is in flight is answered; what is not done by then is dropped. */
static void end(gateway *g, http_server *server)
{
    int64_t until = times_clock_ms() + ENDING_MS;
    atomic_store(&g->is_ending, true);
    http_server_quiesce(server);
    waiting_release(g->waiting);
    waiting_release(g->held);
    while (http_server_in_flight(server) > 0 && times_clock_ms() < until)
        (void)nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

static int serve(gateway *g, int signals)
{
    const config *c = g->config;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned connections = connections_allowed();
    http_server *server = NULL, *admin = NULL;
    g->held = waiting_new(HELD_MS, connections / 2);
    if (connections > 0)
        server = listen_at("listen", c->listen, cores > 1 ? (unsigned)cores : 1, connections,
                           public_serve, g);
    if (server != NULL && c->admin != NULL)
        admin = listen_at("admin", c->admin, 1, ADMIN_CONNECTIONS, admin_serve, g);
    bool good = server != NULL && (c->admin == NULL || admin != NULL);
    if (good) {
        tell("serving %s at %s", c->issuer, c->listen);
        look_after(g, signals);
        end(g, server);
    }
    http_server_free(server);
    http_server_free(admin);
    return good ? EXIT_YES : EXIT_FAULT;
}

/* Before any thread is made, so that all of them leave signals to the main one. */
static int take_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)signal(SIGPIPE, SIG_IGN);
    if (pthread_sigmask(SIG_BLOCK, &signals, NULL) != 0)
        return -1;
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int run_with(app *run, const config *c)
{
    gateway g = {.config = c};
    const char **never = new_array(c->trusts + 2, sizeof *never);
    fail_never_waits();
    int signals = take_signals();
    int code =
        signals < 0 ? fail_status(FNT_FAULT_STATE, "signals can't be taken") : make(&g, run, never);
    if (code == EXIT_YES)
        code = serve(&g, signals);
    unmake(&g);
    free(never);
    if (signals >= 0)
        (void)close(signals);
    return code;
}

static int run(int argc, char **argv)
{
    app run;
    config c;
    int code = app_begin(&run, NULL);
    if (code != EXIT_YES)
        return code;
    run.never_waits = true;
    code = config_read(&run, argc, argv, &c);
    if (code == OPTIONS_GO_ON)
        code = run_with(&run, &c);
    config_free(&c);
    app_end(&run);
    return code;
}

int main(int argc, char **argv)
{
    return app_main(argc, argv, run);
}
