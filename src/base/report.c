/* SPDX-License-Identifier: MIT */
#include "base/report.h"

#include <assert.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/memory.h"

enum { FIRST_FIELD = FNT_FIELD_SENTENCE, FIELDS = FNT_FIELD_TOKEN_ID - FNT_FIELD_SENTENCE + 1 };

/* The members of the printed JSON, in its order. */
static const char *const names[FIELDS] = {
    [FNT_FIELD_SENTENCE - FIRST_FIELD] = "sentence",
    [FNT_FIELD_KIND - FIRST_FIELD] = "kind",
    [FNT_FIELD_OUTCOME - FIRST_FIELD] = "outcome",
    [FNT_FIELD_STATUS - FIRST_FIELD] = "status",
    [FNT_FIELD_RULE - FIRST_FIELD] = "rule",
    [FNT_FIELD_PATH - FIRST_FIELD] = "path",
    [FNT_FIELD_ISSUER - FIRST_FIELD] = "issuer",
    [FNT_FIELD_SUBJECT - FIRST_FIELD] = "subject",
    [FNT_FIELD_KEY_ID - FIRST_FIELD] = "kid",
    [FNT_FIELD_ROLE - FIRST_FIELD] = "role",
    [FNT_FIELD_POLICY - FIRST_FIELD] = "policy",
    [FNT_FIELD_SID - FIRST_FIELD] = "sid",
    [FNT_FIELD_RESOURCE - FIRST_FIELD] = "resource",
    [FNT_FIELD_PATTERN - FIRST_FIELD] = "pattern",
    [FNT_FIELD_CLAIM - FIRST_FIELD] = "claim",
    [FNT_FIELD_OPERATOR - FIRST_FIELD] = "operator",
    [FNT_FIELD_EXPECTED - FIRST_FIELD] = "expected",
    [FNT_FIELD_ACTUAL - FIRST_FIELD] = "actual",
    [FNT_FIELD_TOKEN_ID - FIRST_FIELD] = "jti",
};

typedef struct report_entry {
    struct {
        char *at; /* NUL-terminated, escaped */
        size_t len;
    } field[FIELDS];
} entry;

static void set(entry *e, int32_t field, buf *text)
{
    assert(field >= FIRST_FIELD && field < FIRST_FIELD + FIELDS);
    int32_t i = field - FIRST_FIELD;
    char *at = NULL;
    size_t len = 0;
    if (buf_take(text, &at, &len) != FNT_OK)
        return;
    memory_free(e->field[i].at);
    e->field[i].at = at;
    e->field[i].len = len;
}

static void set_escaped(entry *e, int32_t field, span value)
{
    buf text = BUF_EMPTY;
    if (value.at == NULL)
        return;
    escape_print(&text, value);
    set(e, field, &text);
}

static void fill_in(buf *text, const char *sentence, spans args)
{
    size_t next = 0;
    for (const char *c = sentence; *c != '\0';) {
        size_t run = *c == '%' && next < args.count ? 0 : 1 + strcspn(c + 1, "%");
        buf_add(text, (span){c, run});
        c += run;
        if (run == 0) {
            escape_print(text, args.at[next++]);
            c++;
        }
    }
}

static void set_sentence(entry *e, const char *sentence, spans args)
{
    buf text = BUF_EMPTY;
    fill_in(&text, sentence, args);
    set(e, FNT_FIELD_SENTENCE, &text);
}

static void clear(fnt_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t f = 0; f < FIELDS; f++)
            memory_free(r->entries[i].field[f].at);
    memory_free(r->entries);
    *r = (fnt_report){.level = r->level, .overheard = r->overheard};
}

static bool reserve(fnt_report *r)
{
    entry *entries = memory_grow_array(r->entries, r->count, sizeof *entries);
    if (entries != NULL)
        r->entries = entries;
    return entries != NULL;
}

/* The last entry is kept for the line that tells how many are missing. */
static entry *append(fnt_report *r)
{
    if ((!r->unlimited && r->count + 1 >= REPORT_ENTRIES) || !reserve(r)) {
        r->missing++;
        return NULL;
    }
    return &r->entries[r->count++];
}

static entry *newest(fnt_report *r)
{
    return r == NULL || r->count < 2 || r->lost ? NULL : &r->entries[r->count - 1];
}

static entry *summary(fnt_report *r)
{
    return r == NULL || r->count == 0 ? NULL : &r->entries[0];
}

void report_start(fnt_report *report)
{
    if (report == NULL)
        return;
    clear(report);
    entry *e = append(report);
    if (e != NULL)
        set_escaped(e, FNT_FIELD_KIND, SPAN("summary"));
}

void report_unlimited(fnt_report *report)
{
    if (report != NULL)
        report->unlimited = true;
}

static void report_missing(fnt_report *r)
{
    char digits[INTEGER_SIZE];
    if (r->missing == 0 || !reserve(r))
        return;
    entry *last = &r->entries[r->count++];
    set_escaped(last, FNT_FIELD_KIND, SPAN("note"));
    set_sentence(last, "% more entries are not shown.",
                 SPANS(integer_print((int64_t)r->missing, digits)));
    r->missing = 0;
}

fnt_status report_finish(fnt_report *report, fnt_status status)
{
    entry *e = summary(report);
    if (e == NULL)
        return status;
    if (e->field[FNT_FIELD_STATUS - FIRST_FIELD].at == NULL)
        set_escaped(e, FNT_FIELD_STATUS, span_of(status_name(status)));
    if (e->field[0].at == NULL)
        set_sentence(e, status_sentence(status), NO_SPANS);
    report_missing(report);
    return status;
}

fnt_status report_refuse(fnt_report *report, fnt_status status, const char *sentence, spans args)
{
    if (summary(report) != NULL)
        set_sentence(summary(report), sentence, args);
    if (report != NULL && report->overheard != NULL) {
        buf_free(report->overheard);
        fill_in(report->overheard, sentence, args);
    }
    return status;
}

void report_overhear(fnt_report *report, buf *sentence)
{
    if (report != NULL)
        report->overheard = sentence;
}

void report_append_sentence(fnt_report *report, const char *sentence, spans args)
{
    entry *e = summary(report);
    buf text = BUF_EMPTY;
    if (e == NULL)
        return;
    if (e->field[0].at != NULL) {
        buf_add(&text, (span){e->field[0].at, e->field[0].len});
        buf_byte(&text, ' ');
    }
    fill_in(&text, sentence, args);
    set(e, FNT_FIELD_SENTENCE, &text);
}

void report_summary_field(fnt_report *report, int32_t field, span text)
{
    if (summary(report) != NULL)
        set_escaped(summary(report), field, text);
}

bool report_entry(fnt_report *report, const char *kind, const char *outcome)
{
    return report_entry_at(report, FNT_REPORT_DECISION, kind, outcome);
}

bool report_entry_at(fnt_report *report, int32_t level, const char *kind, const char *outcome)
{
    if (summary(report) == NULL)
        return false;
    entry *e = report_wants(report, level) ? append(report) : NULL;
    report->lost = e == NULL;
    if (e == NULL)
        return false;
    set_escaped(e, FNT_FIELD_KIND, span_of(kind));
    set_escaped(e, FNT_FIELD_OUTCOME, span_of(outcome));
    return true;
}

void report_field(fnt_report *report, int32_t field, span text)
{
    if (newest(report) != NULL)
        set_escaped(newest(report), field, text);
}

void report_sentence(fnt_report *report, const char *sentence, spans args)
{
    if (newest(report) != NULL)
        set_sentence(newest(report), sentence, args);
}

bool report_wanted(const fnt_report *report)
{
    return report != NULL && (report->count > 0 || report->overheard != NULL);
}

bool report_wants(const fnt_report *report, int32_t level)
{
    return report != NULL && report->count > 0 && report->level >= level;
}

fnt_status report_new(fnt_report **out)
{
    *out = memory_alloc(sizeof **out);
    if (*out == NULL)
        return FNT_FAULT_MEMORY;
    (*out)->level = FNT_REPORT_FULL;
    return FNT_OK;
}

fnt_status report_set_level(fnt_report *report, int32_t level)
{
    if (level < FNT_REPORT_SUMMARY || level > FNT_REPORT_FULL)
        return FNT_FAULT_UNSUPPORTED;
    report->level = level;
    return FNT_OK;
}

span report_text(const fnt_report *report, size_t index, int32_t field)
{
    if (report == NULL || index >= report->count || field < FIRST_FIELD ||
        field >= FIRST_FIELD + FIELDS)
        return SPAN_NONE;
    const entry *e = &report->entries[index];
    span text = {e->field[field - FIRST_FIELD].at, e->field[field - FIRST_FIELD].len};
    /* An entry always has a sentence, or a loop over the entries would end too early. */
    return text.at == NULL && field == FNT_FIELD_SENTENCE ? SPAN("") : text;
}

static void put_entry(buf *out, const entry *e)
{
    bool first = true;
    buf_byte(out, '{');
    for (size_t f = 0; f < FIELDS; f++) {
        if (e->field[f].at == NULL)
            continue;
        if (!first)
            buf_byte(out, ',');
        first = false;
        escape_json(out, span_of(names[f]));
        buf_byte(out, ':');
        escape_json(out, (span){e->field[f].at, e->field[f].len});
    }
    buf_byte(out, '}');
}

fnt_status report_json(const fnt_report *report, char **out, size_t *out_len)
{
    buf text = BUF_EMPTY;
    buf_byte(&text, '[');
    for (size_t i = 0; report != NULL && i < report->count; i++) {
        if (i > 0)
            buf_byte(&text, ',');
        put_entry(&text, &report->entries[i]);
    }
    buf_byte(&text, ']');
    return buf_take(&text, out, out_len);
}

void report_free(fnt_report *report)
{
    if (report == NULL)
        return;
    clear(report);
    memory_free(report);
}
