/* SPDX-License-Identifier: MIT */
#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "decision.h"
#include "documents.h"
#include "lib/base/times.h"
#include "peer.h"

static const char json[] = "application/json";

/* One request, from its arrival to its answer. */
typedef struct {
    gateway *gateway;
    http_request *request;
    ip_address peer;
    const char *form;
    size_t form_len;
    fnt_report *why;
    fnt_status status;
    char *body;
    size_t body_len;
    unsigned wait; /* seconds until a limit allows it again */
    char rules[DIGEST_SIZE];
} exchange;

/* What a request that waited finds again in its slot. */
typedef struct {
    int64_t began;
    bool newest;   /* the fetch that it waited for began after it came */
    unsigned wait; /* not 0: it was refused, and waits because its address floods */
} arrival;

/* ---- the answer ---------------------------------------------------------- */

static void answer(http_request *r, int status, const char *body, size_t len, const char *name,
                   const char *value)
{
    const http_header_line headers[] = {{"Cache-Control", "no-store"}, {name, value}, {NULL, NULL}};
    http_answer_with(r, &(http_answer){status, json, body, len, headers, status == 405});
}

/* RFC 6749, 5.2. */
static void answer_error(http_request *r, int status, const char *error, const char *description,
                         const char *name, const char *value)
{
    text body = TEXT_EMPTY;
    text_put(&body, "{");
    text_member(&body, "error", error);
    text_member(&body, "error_description", description);
    text_put(&body, "}");
    answer(r, status, body.at, body.len, name, value);
    text_free(&body);
}

static void answer_limit(http_request *r, unsigned wait)
{
    char seconds[16];
    (void)snprintf(seconds, sizeof seconds, "%u", wait);
    answer_error(r, 429, "temporarily_unavailable",
                 "Too many requests: ask again after the time in Retry-After.", "Retry-After",
                 seconds);
}

/* A fault is nobody's no: 503, after which queues ask again (rule 25). */
static void answer_exchange(const exchange *e)
{
    int http = (int)fnt_status_http(e->status);
    if (e->body != NULL && http < 500)
        answer(e->request, http, e->body, e->body_len, NULL, NULL);
    else if (http == 503)
        answer_error(e->request, 503, "temporarily_unavailable",
                     "The gateway has no keys or no rules yet.", "Retry-After", "5");
    else
        answer_error(e->request, 503, "server_error", "The gateway failed; its log says why.",
                     "Retry-After", "5");
}

/* ---- log and metrics ----------------------------------------------------- */

/* A traceparent or a UUID: not a part of a token, which has other letters. */
static bool is_request_id(const char *id)
{
    static const char signs[] = "0123456789abcdefABCDEF-";
    size_t len = strspn(id, signs);
    return len > 0 && len <= 64 && id[len] == '\0';
}

static void count(const exchange *e, const char *outcome, const char *status)
{
    metrics_add(e->gateway->metrics, METRIC_EXCHANGES, (const char *const[]){outcome, status}, 1);
}

/* status, reason: NULL for those of the exchange */
static void note(const exchange *e, const char *outcome, const char *status, const char *reason)
{
    static const char *const names[] = {"traceparent", "X-Call-Id"};
    const char *precise = fnt_report_text(e->why, 0, FNT_FIELD_STATUS, NULL), *id = NULL;
    if (status == NULL)
        status = precise != NULL ? precise : fnt_status_name(e->status);
    count(e, outcome, status);
    for (size_t i = 0; i < 2 && id == NULL; i++) {
        id = http_header(e->request, names[i]);
        id = id != NULL && is_request_id(id) ? id : NULL;
    }
    decision_log(e->gateway, &(decision){outcome, status, reason, e->why, e->form, e->form_len,
                                         e->rules, id, &e->peer});
}

static void note_limit(const exchange *e, const char *by, bool has_line, const char *reason)
{
    metrics_add(e->gateway->metrics, METRIC_LIMITED, (const char *const[]){by}, 1);
    if (has_line)
        note(e, "limited", "limited", reason);
    else
        count(e, "limited", "limited");
}

static const char *outcome_of(fnt_status status)
{
    int http = (int)fnt_status_http(status);
    return status == FNT_OK ? "issued" : http < 500 ? "refused" : "fault";
}

/* ---- the exchange -------------------------------------------------------- */

static void ask(exchange *e)
{
    fnt_free(e->body);
    e->body = NULL;
    e->status = fnt_sts_exchange(e->gateway->sts, e->form, e->form_len, (int64_t)time(NULL),
                                 &e->body, &e->body_len, e->why);
}

/* Where the rules have changed meanwhile, nobody knows which ones decided, and the log has to say:
 * once more, then. */
static void ask_by_known_rules(exchange *e)
{
    unsigned long number = 0;
    char now[DIGEST_SIZE];
    do {
        number = published_rules(e->gateway, e->rules);
        ask(e);
    } while (published_rules(e->gateway, now) != number);
}

/* Of whoever goes on asking in spite of thousands of refusals the next ones come late: while it
 * waits for them it asks for nothing, and costs nothing. */
static bool is_held(const exchange *e, int64_t began)
{
    if (http_is_long(e->request) || !peer_floods(e->gateway, &e->peer))
        return false; /* what a long one still sends would be read first */
    http_drop_body(e->request);
    arrival *a = new_array(1, sizeof *a);
    *a = (arrival){.began = began, .wait = e->wait};
    *http_slot(e->request) = a;
    return waiting_add(e->gateway->held, e->request, "", began);
}

static void refuse_peer(exchange *e, int64_t began)
{
    bool has_line = peer_has_line(e->gateway, &e->peer, times_clock_ms());
    note_limit(e, "peer", has_line, "too many exchanges from this address");
    if (!is_held(e, began))
        answer_limit(e->request, e->wait);
}

static bool may_wait(const exchange *e, const char *issuer, const arrival *a)
{
    return e->status == FNT_OAUTH_SUBJECT_KEY && issuer != NULL &&
           !atomic_load(&e->gateway->is_ending) &&
           (a == NULL || (!a->newest && times_clock_ms() - a->began < WAITING_MS));
}

/* Whether the request waits for its issuer's keys; it comes again then. A fetch that had begun
 * before may bring keys from before a rotation: then it waits for the next one too. */
static bool is_waiting(const exchange *e, int64_t began)
{
    gateway *g = e->gateway;
    const char *issuer = fnt_report_text(e->why, 0, FNT_FIELD_ISSUER, NULL);
    void **slot = http_slot(e->request);
    arrival *a = *slot;
    bool first = a == NULL, newest = false;
    if (!may_wait(e, issuer, a) ||
        !trusted_unknown(g->trusted, issuer, (int64_t)time(NULL), &newest))
        return false;
    if (first)
        *slot = a = new_array(1, sizeof *a);
    *a = (arrival){.began = began, .newest = newest};
    if (!waiting_add(g->waiting, e->request, issuer, began))
        return false;
    if (first)
        metrics_add(g->metrics, METRIC_WAITING, NULL, 1);
    if (!trusted_is_fetching(g->trusted, issuer)) /* it ended before this one was in the list */
        waiting_settled(g->waiting, issuer);
    return true;
}

/* Only once the signature held, and what is refused by itself: or forged tokens would lock somebody
 * out, and so would old ones of theirs, or those that were meant for another service (rule 42). */
static bool subject_allows(exchange *e, int64_t now_ms)
{
    size_t entry = decision_subject(e->why), issuer_len = 0, subject_len = 0;
    const char *issuer = fnt_report_text(e->why, entry, FNT_FIELD_ISSUER, &issuer_len);
    const char *subject = fnt_report_text(e->why, entry, FNT_FIELD_SUBJECT, &subject_len);
    text key = TEXT_EMPTY;
    if (issuer == NULL || subject == NULL)
        return true;
    text_byte(&key, e->status == FNT_OK ? '+' : '-');
    text_add(&key, issuer, issuer_len + 1); /* its NUL parts the two */
    text_add(&key, subject, subject_len);
    bool allowed = limits_take(e->gateway->by_subject, key.at, key.len, now_ms, &e->wait);
    text_free(&key);
    return allowed;
}

/* Whoever is told no for good never asks again (rule 25). */
static bool lacks_keys(const exchange *e)
{
    const char *issuer = fnt_report_text(e->why, 0, FNT_FIELD_ISSUER, NULL);
    return e->status == FNT_OAUTH_SUBJECT_KEY && issuer != NULL &&
           trusted_lacks_keys(e->gateway->trusted, issuer);
}

static void finish(exchange *e, int64_t began)
{
    if (!subject_allows(e, times_clock_ms())) {
        note_limit(e, "subject", true, "too many exchanges for this subject");
        answer_limit(e->request, e->wait);
    } else if (lacks_keys(e)) {
        fnt_free(e->body);
        e->body = NULL;
        e->status = FNT_FAULT_NOT_READY;
        note(e, "fault", fnt_status_name(e->status), "no keys of this issuer could be fetched yet");
        answer_exchange(e);
    } else {
        note(e, outcome_of(e->status), NULL, NULL);
        answer_exchange(e);
    }
    metrics_observe(e->gateway->metrics, METRIC_SECONDS, (double)(times_clock_ms() - began) / 1000);
}

static void exchange_form(exchange *e, int64_t began)
{
    fnt_status status = fnt_report_new(&e->why);
    if (status == FNT_OK)
        status = fnt_report_level(e->why, FNT_REPORT_DECISION);
    e->status = status;
    if (status == FNT_OK)
        ask_by_known_rules(e);
    if (!is_waiting(e, began))
        finish(e, began);
    fnt_report_free(e->why);
    fnt_free(e->body);
}

/* ---- the request --------------------------------------------------------- */

static bool is_form(const char *type)
{
    static const char form[] = "application/x-www-form-urlencoded";
    size_t len = sizeof form - 1;
    return type != NULL && strncasecmp(type, form, len) == 0 &&
           (type[len] == '\0' || strchr("; \t", type[len]) != NULL);
}

/* NULL: it is one that can be read. */
static const char *mistake(http_request *r)
{
    if (http_is_long(r))
        return "The body is longer than 64 KiB.";
    if (strchr(http_target(r), '?') != NULL)
        return "Parameters belong in the body, not behind the question mark: URLs stand in logs.";
    if (!is_form(http_header(r, "Content-Type")))
        return "Send the parameters as application/x-www-form-urlencoded, and say so in "
               "Content-Type.";
    return NULL;
}

void token_serve(gateway *g, http_request *r)
{
    void **slot = http_slot(r);
    arrival *waited = *slot;
    int64_t began = waited != NULL ? waited->began : times_clock_ms();
    exchange e = {.gateway = g, .request = r};
    if (waited != NULL && waited->wait > 0) {
        answer_limit(r, waited->wait);
        return;
    }
    if (strcmp(http_method(r), "POST") != 0) {
        count_refused(g, "method");
        answer_error(r, 405, "invalid_request", "The token endpoint takes POST.", "Allow", "POST");
        return;
    }
    (void)published_rules(g, e.rules);
    e.peer = peer_of(g, r);
    e.form = http_body(r, &e.form_len);
    if (waited == NULL && !peer_allows(g, &e.peer, began, &e.wait)) {
        refuse_peer(&e, began);
        return;
    }
    const char *wrong = mistake(r);
    if (wrong != NULL) {
        note(&e, "refused", fnt_status_name(FNT_OAUTH_REQUEST), wrong);
        answer_error(r, 400, "invalid_request", wrong, NULL, NULL);
        return;
    }
    exchange_form(&e, began);
}
