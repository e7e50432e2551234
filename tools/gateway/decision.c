/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "decision.h"

#include <string.h>
#include <time.h>

#include "lib/base/fail.h"

enum {
    AUDIENCES = 100,
    LONGEST = 253,
    CUT = 256, /* bytes of what nobody verified */
    CUT_REASON = 1024,
    USUAL = 1000 /* bytes of a line */
};

static const char *of(const fnt_report *why, size_t entry, int32_t field)
{
    return fnt_report_text(why, entry, field, NULL);
}

static bool is_kind(const fnt_report *why, size_t entry, const char *kind)
{
    const char *found = of(why, entry, FNT_FIELD_KIND);
    return found != NULL && strcmp(found, kind) == 0;
}

/* UTC, to the millisecond: RFC 3339. */
static void put_time(text *line)
{
    struct timespec now;
    struct tm utc;
    char words[32];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    (void)strftime(words, sizeof words, "%Y-%m-%dT%H:%M:%S", &utc);
    text_print(line, "{\"time\":\"%s.%03ldZ\"", words, now.tv_nsec / 1000000);
}

static void put(text *line, const char *name, const char *value)
{
    if (value != NULL)
        text_member(line, name, value);
}

/* Anybody can write much, and the disk is not theirs. Cut before a character, in UTF-8. */
static void put_cut(text *line, const char *name, const char *value, size_t most)
{
    text cut = TEXT_EMPTY;
    if (value == NULL || strlen(value) <= most) {
        put(line, name, value);
        return;
    }
    while (most > 0 && ((unsigned char)value[most] & 0xc0) == 0x80)
        most--;
    text_add(&cut, value, most);
    text_put(&cut, "...");
    text_member(line, name, cut.at);
    text_free(&cut);
}

/* ---- what was asked for -------------------------------------------------- */

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Nothing else of a form is shown: NAMESPACE:NAME of labels and stars, one colon (rule 38). False:
 * it is not of that form. */
static bool decode_audience(const char *value, size_t len, text *out)
{
    size_t colons = 0;
    for (size_t i = 0; i < len; i++) {
        char c = value[i];
        if (c == '%' && i + 2 < len && hex(value[i + 1]) >= 0 && hex(value[i + 2]) >= 0) {
            c = (char)(hex(value[i + 1]) * 16 + hex(value[i + 2]));
            i += 2;
        }
        colons += c == ':';
        if (c == '\0' || strchr("abcdefghijklmnopqrstuvwxyz0123456789-*:", c) == NULL ||
            out->len == LONGEST)
            return false;
        text_byte(out, c);
    }
    return colons == 1;
}

static void put_audience(text *line, const char *form, size_t len)
{
    static const char name[] = "audience=";
    size_t count = 0;
    for (size_t at = 0, part; at < len && count < AUDIENCES; at += part + 1) {
        const char *end = memchr(form + at, '&', len - at);
        text audience = TEXT_EMPTY;
        part = end != NULL ? (size_t)(end - (form + at)) : len - at;
        if (part >= sizeof name - 1 && memcmp(form + at, name, sizeof name - 1) == 0 &&
            decode_audience(form + at + sizeof name - 1, part - (sizeof name - 1), &audience)) {
            text_put(line, count++ == 0 ? ",\"audience\":[" : ",");
            text_json(line, audience.at, audience.len);
        }
        text_free(&audience);
    }
    if (count > 0)
        text_byte(line, ']');
}

/* ---- what decided -------------------------------------------------------- */

/* The statements that granted something, each once. */
static void put_grants(text *line, const fnt_report *why)
{
    size_t count = 0;
    for (size_t i = 1; of(why, i, FNT_FIELD_SENTENCE) != NULL; i++) {
        if (!is_kind(why, i, "statement"))
            continue;
        const char *outcome = of(why, i, FNT_FIELD_OUTCOME);
        if (outcome == NULL || strcmp(outcome, "matched") != 0)
            continue;
        text_put(line, count++ == 0 ? ",\"grants\":[{" : ",{");
        put(line, "role", of(why, i, FNT_FIELD_ROLE));
        put(line, "policy", of(why, i, FNT_FIELD_POLICY));
        put(line, "sid", of(why, i, FNT_FIELD_SID));
        text_byte(line, '}');
    }
    if (count > 0)
        text_byte(line, ']');
}

size_t decision_subject(const fnt_report *why)
{
    size_t i = 1;
    while (of(why, i, FNT_FIELD_SENTENCE) != NULL && !is_kind(why, i, "subject"))
        i++;
    return i;
}

static void put_tokens(text *line, const fnt_report *why, bool issued)
{
    size_t subject = decision_subject(why);
    size_t from = of(why, subject, FNT_FIELD_SENTENCE) != NULL ? subject : 0;
    if (from > 0 || !issued) {
        size_t most = from > 0 ? SIZE_MAX : CUT;
        put_cut(line, "issuer", of(why, from, FNT_FIELD_ISSUER), most);
        put_cut(line, "sub", of(why, from, FNT_FIELD_SUBJECT), most);
        put_cut(line, "subject_jti", of(why, from, FNT_FIELD_TOKEN_ID), most);
        put_cut(line, "subject_kid", of(why, from, FNT_FIELD_KEY_ID), most);
        text_put(line, from > 0 ? ",\"verified\":true" : ",\"verified\":false");
    }
    if (issued) {
        put(line, "jti", of(why, 0, FNT_FIELD_TOKEN_ID));
        put(line, "kid", of(why, 0, FNT_FIELD_KEY_ID));
    }
}

/* Told once until a line is written again. */
static void note_loss(gateway *g, bool written)
{
    if (!written)
        metrics_add(g->metrics, METRIC_LOG_LOST, NULL, 1);
    if (atomic_exchange(&g->log_fails, !written) == !written)
        return;
    if (written)
        tell("the decision log is written again");
    else
        tell("a line of the decision log could not be written: such lines are lost and counted");
}

void decision_log(gateway *g, const decision *d)
{
    text line = TEXT_EMPTY;
    char peer[64];
    ip_print(d->peer, peer, sizeof peer);
    text_reserve(&line, USUAL);
    put_time(&line);
    put(&line, "outcome", d->outcome);
    put(&line, "status", d->status);
    put_cut(&line, "reason", d->reason != NULL ? d->reason : of(d->why, 0, FNT_FIELD_SENTENCE),
            CUT_REASON);
    if (d->why != NULL) {
        put_tokens(&line, d->why, strcmp(d->outcome, "issued") == 0);
        put_grants(&line, d->why);
    }
    put_audience(&line, d->form, d->form_len);
    put(&line, "rules", d->rules);
    put(&line, "request_id", d->request_id);
    put(&line, "peer", peer);
    text_byte(&line, '}');
    note_loss(g, lines_write(g->log, line.at, line.len));
    text_free(&line);
}
