/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "discovery.h"
#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/base/values.h"
#include "lib/http/client.h"
#include "lib/http/listening.h"
#include "lib/http/server.h"
#include "lib/iam_files/iam_files.h"

static const char usage[] =
    "Issues Function Tokens: POST /oauth/token (RFC 8693), and the documents by which they are "
    "verified.\n\n"
    "Usage: fntoken-gateway --listen ADDRESS --issuer URL --keys FOLDER --iam PATH... "
    "[OPTION...]\n\n"
    "  --listen ADDRESS   HOST:PORT, [IPv6]:PORT or unix:PATH: POST /oauth/token,\n"
    "                     GET /.well-known/openid-configuration, GET /.well-known/jwks\n"
    "  --admin ADDRESS    the same for GET /healthz, /readyz and /metrics; not served without it\n"
    "  --issuer URL       the gateway's own URL, as clients know it: iss and aud of what it "
    "issues\n"
    "  --keys FOLDER      current.pem signs; next.pem and previous.pem are published too; .json, a "
    "JWK, for .pem\n"
    "  --iam PATH         JwtIssuer, Policy and Role objects: a file or folder; may be "
    "repeated\n" IAM_USAGE
    "  --trust ISS=FILE   keys of an issuer that can't be reached: JWKS, JWK or PEM; may be "
    "repeated\n"
    "  --revoked FILE     refuse what this list of revocations names\n"
    "  --log FILE         the decision log; standard error when not given; opened anew on SIGHUP\n"
    "  --max-ttl D        the longest that a token lives, whatever a JwtIssuer says: 12h\n"
    "  --longest-life D   for so long previous.pem stays published: 12h, or --max-ttl if that is "
    "longer\n"
    "  --narrowing        a Function Token may be exchanged for a narrower one\n"
    "  --refresh D        how often an issuer's keys are fetched, and so the longest that a "
    "withdrawn one counts: 5m\n"
    "  --max-age D        for so long keys count that can't be fetched again: 24h\n"
    "  --ca-file FILE     the authorities for issuers' TLS; the system's when not given\n"
    "  --peer-rate N      exchanges a second from one address; 0: any number; 20\n"
    "  --peer-burst N     so many at once: 40\n"
    "  --subject-rate N   exchanges a second for one subject, once its token is verified: 5\n"
    "  --subject-burst N  so many at once: 10\n"
    "  --trusted-proxy R  ADDRESS or ADDRESS/BITS whose X-Forwarded-For counts; may be repeated; "
    "loopback when\n"
    "                     not given, nobody when empty\n"
    "  --trust-every-proxy\n"
    "                     allows a --trusted-proxy wider than any private network (/8, of IPv6 "
    "/7)\n"
    "  --version          what is running\n"
    "  --help             this text\n\n"
    "Durations are whole hours, minutes and seconds: 12h, 1h30m, 90. Each option may come from the "
    "environment\n"
    "instead: --peer-rate as FNTOKEN_GATEWAY_PEER_RATE, values of one that may be repeated "
    "separated by blanks.\n\n"
    "Example:\n"
    "  fntoken keygen --out keys/current.pem\n"
    "  fntoken-gateway --listen 127.0.0.1:8080 --admin 127.0.0.1:8082 --issuer "
    "https://gw.example.com --keys keys --iam iam\n";

enum {
    LISTEN,
    ADMIN,
    ISSUER,
    KEYS,
    IAM,
    TRUST = IAM + IAM_OPTIONS,
    REVOKED,
    LOG,
    MAX_TTL,
    LONGEST_LIFE,
    NARROWING,
    REFRESH,
    MAX_AGE,
    CA_FILE,
    PEER_RATE,
    PEER_BURST,
    SUBJECT_RATE,
    SUBJECT_BURST,
    TRUSTED_PROXY,
    TRUST_EVERY_PROXY,
    VERSION,
    COUNT
};

static const option options[] = {
    [LISTEN] = {.name = "listen", .kind = OPT_ONE, .required = true},
    [ADMIN] = {.name = "admin", .kind = OPT_ONE},
    [ISSUER] = {.name = "issuer", .kind = OPT_ONE, .required = true},
    [KEYS] = {.name = "keys", .kind = OPT_ONE, .required = true},
    IAM_OPTION_ROWS(IAM, true),
    [TRUST] = {.name = "trust", .kind = OPT_MANY},
    [REVOKED] = {.name = "revoked", .kind = OPT_ONE},
    [LOG] = {.name = "log", .kind = OPT_ONE},
    [MAX_TTL] = {.name = "max-ttl", .kind = OPT_ONE},
    [LONGEST_LIFE] = {.name = "longest-life", .kind = OPT_ONE},
    [NARROWING] = {.name = "narrowing"},
    [REFRESH] = {.name = "refresh", .kind = OPT_ONE},
    [MAX_AGE] = {.name = "max-age", .kind = OPT_ONE},
    [CA_FILE] = {.name = "ca-file", .kind = OPT_ONE},
    [PEER_RATE] = {.name = "peer-rate", .kind = OPT_ONE},
    [PEER_BURST] = {.name = "peer-burst", .kind = OPT_ONE},
    [SUBJECT_RATE] = {.name = "subject-rate", .kind = OPT_ONE},
    [SUBJECT_BURST] = {.name = "subject-burst", .kind = OPT_ONE},
    [TRUSTED_PROXY] = {.name = "trusted-proxy", .kind = OPT_MANY, .may_be_empty = true},
    [TRUST_EVERY_PROXY] = {.name = "trust-every-proxy"},
    [VERSION] = {.name = "version"},
    [COUNT] = {.name = NULL}};

/* ---- values -------------------------------------------------------------- */

static int take_number(const app *run, const option *o, unsigned absent, unsigned least,
                       unsigned *out)
{
    const char *value = option_value(o);
    char *end = NULL;
    *out = absent;
    if (value == NULL)
        return EXIT_YES;
    unsigned long number = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || number < least || number > 1000000)
        return fail_usage(run, "--%s is a whole number from %u to 1000000, not %s", o->name, least,
                          fail_shown(value));
    *out = (unsigned)number;
    return EXIT_YES;
}

static int take_duration(const app *run, const option *o, int64_t absent, int64_t least,
                         int64_t most, int64_t *out)
{
    int code = value_duration(run, o, absent, out);
    if (code == EXIT_YES && (*out < least || *out > most))
        code = fail_usage(run, "--%s lies between %lld s and %lld s, and is %lld s", o->name,
                          (long long)least, (long long)most, (long long)*out);
    return code;
}

/* Whoever has a key of that file could sign as the gateway itself, or as another file's issuer. */
static int check_trust(const app *run, const config *c, const char *issuer)
{
    if (strcmp(issuer, c->issuer) == 0)
        return fail_usage(run, "--trust names the gateway's own issuer, whose keys are those of "
                               "--keys");
    for (size_t i = 0; i + 1 < c->trusts; i++)
        if (strcmp(issuer, c->trust[i].issuer) == 0)
            return fail_usage(run,
                              "--trust names the issuer %s twice: put all its keys into one "
                              "file",
                              fail_shown(issuer));
    return EXIT_YES;
}

static int take_trust(const app *run, const option *o, config *c)
{
    c->trust = new_array(o->count + 1, sizeof *c->trust);
    for (size_t i = 0; i < o->count; i++) {
        const char *value = o->values[i], *file = NULL;
        size_t len = 0;
        int code = value_trust(run, value, fail_shown(value), &len, &file);
        if (code != EXIT_YES)
            return code;
        c->trust[c->trusts++] = (trust_file){new_copy(value, len), file};
        code = check_trust(run, c, c->trust[i].issuer);
        if (code != EXIT_YES)
            return code;
    }
    return EXIT_YES;
}

static int take_proxy(const app *run, const char *value, bool everybody, config *c)
{
    ip_range range;
    if (!ip_range_parse(value, strlen(value), &range))
        return fail_usage(run, "--trusted-proxy is ADDRESS or ADDRESS/BITS, not %s",
                          fail_shown(value));
    if (ip_range_is_wide(&range) && !everybody)
        return fail_usage(run,
                          "--trusted-proxy %s is wider than any private network (/8, of IPv6 /7), "
                          "so that strangers count as proxies; say --trust-every-proxy if that is "
                          "meant",
                          value);
    c->proxies[c->proxy_count++] = range;
    return EXIT_YES;
}

/* Not given: loopback. Given and empty: nobody. */
static int take_proxies(const app *run, const option *o, bool everybody, config *c)
{
    static const char *const loopback[] = {"127.0.0.0/8", "::1"};
    const char *const *values = o->count > 0 ? o->values : loopback;
    size_t count = o->count > 0 ? o->count : 2;
    int code = EXIT_YES;
    c->proxies = new_array(count, sizeof *c->proxies);
    for (size_t i = 0; i < count && code == EXIT_YES; i++)
        if (*values[i] != '\0')
            code = take_proxy(run, values[i], everybody, c);
    return code;
}

enum { YEAR = 31536000, DAY = 86400 };

/* What previous signed must be verified for as long as it lives (rule 43). */
static int take_longest_life(const app *run, const option *o, config *c)
{
    int64_t usual = c->max_ttl > DAY / 2 ? c->max_ttl : DAY / 2;
    int code = take_duration(run, o, usual, 1, YEAR, &c->longest_life);
    if (code == EXIT_YES && c->longest_life < c->max_ttl)
        tell("--longest-life is shorter than --max-ttl: where a JwtIssuer lets tokens live longer, "
             "a rotation cuts some off");
    return code;
}

static int take_all(const app *run, const option *o, config *c)
{
    int code = take_number(run, &o[PEER_RATE], 20, 0, &c->peer_rate);
    if (code == EXIT_YES)
        code = take_number(run, &o[PEER_BURST], 40, 1, &c->peer_burst);
    if (code == EXIT_YES)
        code = take_number(run, &o[SUBJECT_RATE], 5, 0, &c->subject_rate);
    if (code == EXIT_YES)
        code = take_number(run, &o[SUBJECT_BURST], 10, 1, &c->subject_burst);
    if (code == EXIT_YES)
        code = take_duration(run, &o[MAX_TTL], DAY / 2, 1, YEAR, &c->max_ttl);
    if (code == EXIT_YES)
        code = take_longest_life(run, &o[LONGEST_LIFE], c);
    if (code == EXIT_YES)
        code = take_duration(run, &o[REFRESH], 300, 1, DAY, &c->refresh);
    if (code == EXIT_YES)
        code = take_duration(run, &o[MAX_AGE], DAY, c->refresh, YEAR, &c->max_age);
    if (code == EXIT_YES)
        code = take_trust(run, &o[TRUST], c);
    if (code == EXIT_YES)
        code = take_proxies(run, &o[TRUSTED_PROXY], o[TRUST_EVERY_PROXY].count > 0, c);
    return code;
}

static int check_iam(const app *run, const option *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        if (strcmp(paths->values[i], "-") == 0)
            return fail_usage(run, "--iam is a file or folder here: standard input can't be read "
                                   "again");
    return EXIT_YES;
}

/* Said before anything is loaded. */
static int check_places(const app *run, const option *o)
{
    static const int places[] = {LISTEN, ADMIN};
    char why[512];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const option *place = &o[places[i]];
        if (place->count > 0 && !listen_is_place(option_value(place), why, sizeof why))
            return fail_usage(run, "--%s %s", place->name, why);
    }
    return EXIT_YES;
}

static int check_authorities(app *run, const char *path)
{
    text file = TEXT_EMPTY;
    int code = path != NULL ? read_file(run, path, "authorities", &file) : EXIT_YES;
    if (path != NULL && code == EXIT_YES && strstr(file.at, "-----BEGIN ") == NULL)
        code = fail_file(path, "holds no certificate in PEM (-----BEGIN CERTIFICATE-----), and "
                               "those of authorities are expected");
    text_free(&file);
    return code;
}

/* The documents that are made of it must be such that others find the keys by them (rule 39). */
static fnt_status try_issuer(const app *run, const char *issuer)
{
    text document = TEXT_EMPTY, address = TEXT_EMPTY;
    char *uri = NULL, *found = NULL;
    size_t uri_len = 0, found_len = 0;
    discovery_make(issuer, &document);
    text_print(&address, "%s/.well-known/openid-configuration", issuer);
    fnt_status status =
        fnt_discovery(document.at, document.len, address.at, address.len, FNT_STR(issuer),
                      FNT_DISCOVERY_HTTP, &uri, &uri_len, &found, &found_len, run->why);
    fnt_free(uri);
    fnt_free(found);
    text_free(&document);
    text_free(&address);
    return status;
}

/* Its path is where the endpoints are, so it has neither query nor slash at its end. */
static int check_issuer(const app *run, const char *issuer)
{
    bool has_user = strchr(issuer, '@') != NULL; /* and maybe a password, which is not shown */
    bool cut_short = strchr(issuer, '?') != NULL || issuer[strlen(issuer) - 1] == '/';
    if (cut_short || try_issuer(run, issuer) != FNT_OK)
        return fail_usage(run,
                          "--issuer is an http or https URL of a host, maybe a port and a path, "
                          "without a user, a query, a fragment or a slash at its end%s%s",
                          has_user ? "" : ", not ", has_user ? "" : issuer);
    if (http_url_look(issuer) == HTTP_URL_PLAIN)
        tell("--issuer %s is plain http: whoever is on the way can put their own keys into it",
             issuer);
    return EXIT_YES;
}

int config_read(app *run, int argc, char **argv, config *out)
{
    *out = (config){0};
    int code = environment_read(run, "FNTOKEN_GATEWAY_", options, argc, argv, &out->arguments);
    for (int i = 1; i < out->arguments.count && code == EXIT_YES; i++)
        if (strcmp(out->arguments.at[i], "--version") == 0) {
            printf("fntoken-gateway %s (%s), libmicrohttpd %s\n", fnt_version(), fnt_capabilities(),
                   http_server_version());
            return EXIT_YES;
        }
    if (code == EXIT_YES)
        code = options_parse(run, &(option_syntax){usage, options, OPERANDS_NONE},
                             out->arguments.count, out->arguments.at, &out->options, &out->rest);
    if (code != OPTIONS_GO_ON)
        return code;
    const option *o = out->options;
    out->listen = option_value(&o[LISTEN]);
    out->admin = option_value(&o[ADMIN]);
    out->issuer = option_value(&o[ISSUER]);
    out->keys = option_value(&o[KEYS]);
    out->log = option_value(&o[LOG]);
    out->revoked = option_value(&o[REVOKED]);
    out->ca_file = option_value(&o[CA_FILE]);
    out->iam = &o[IAM];
    out->narrowing = o[NARROWING].count > 0;
    code = take_all(run, o, out);
    if (code == EXIT_YES)
        code = check_places(run, o);
    if (code == EXIT_YES)
        code = check_iam(run, &o[IAM]);
    if (code == EXIT_YES)
        code = check_issuer(run, out->issuer);
    if (code == EXIT_YES)
        code = check_authorities(run, out->ca_file);
    return code == EXIT_YES ? OPTIONS_GO_ON : code;
}

bool config_is_proxy(const config *c, const ip_address *peer)
{
    for (size_t i = 0; i < c->proxy_count; i++)
        if (ip_range_holds(&c->proxies[i], peer))
            return true;
    return false;
}

void config_free(config *c)
{
    for (size_t i = 0; i < c->trusts; i++)
        free(c->trust[i].issuer);
    free(c->trust);
    free(c->proxies);
    if (c->options != NULL)
        options_free(c->options, &c->rest);
    if (c->arguments.at != NULL)
        environment_free(&c->arguments);
}
