/* SPDX-License-Identifier: MIT */
#include "base/report.h"

#include <assert.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/memory.h"
#include "base/sentence.h"

enum { FIRST_FIELD = FNT_FIELD_SENTENCE, FIELDS = FNT_FIELD_WARNINGS - FNT_FIELD_SENTENCE + 1 };

/* The members of the printed JSON, in its order. A number without a name is no field yet. */
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
    [FNT_FIELD_ERRORS - FIRST_FIELD] = "errors",
    [FNT_FIELD_WARNINGS - FIRST_FIELD] = "warnings",
};

/* Of two entries that do not both fit, the one of the higher rank is kept. */
enum { RANK_NONE, RANK_OTHER, RANK_WARNING, RANK_ERROR, RANK_SUMMARY };

typedef struct report_entry {
    int rank;
    struct {
        char *at; /* NUL-terminated, escaped */
        size_t len;
    } field[FIELDS];
} entry;

/* ---- limits -------------------------------------------------------------- */

static void clear_entry(fnt_report *r, entry *e)
{
    for (size_t f = 0; f < FIELDS; f++) {
        r->bytes -= e->field[f].len;
        memory_free(e->field[f].at);
    }
}

static void close_at(fnt_report *r, int rank)
{
    r->closed = rank > r->closed ? rank : r->closed;
}

static void drop(fnt_report *r, size_t index)
{
    assert(index > 0 && index < r->count);
    entry *e = &r->entries[index];
    close_at(r, e->rank);
    clear_entry(r, e);
    memmove(e, e + 1, (--r->count - index) * sizeof *e);
    r->missing++;
}

/* Makes place for an entry of that rank. False: all others are worth as much. */
static bool drop_lower(fnt_report *r, int rank)
{
    size_t lowest = 0;
    for (size_t i = r->count; i-- > 1;)
        if (r->entries[i].rank < (lowest == 0 ? rank : r->entries[lowest].rank))
            lowest = i;
    if (lowest > 0)
        drop(r, lowest);
    return lowest > 0;
}

/* The entry at index, the newest one or the summary, has grown. Some bytes are left for what
 * report_finish adds. */
static void keep_limit(fnt_report *r, size_t index)
{
    enum { LEFT = 256 };
    int rank = r->entries[index].rank;
    size_t limit = REPORT_BYTES - (rank == RANK_SUMMARY ? 0 : LEFT);
    while (r->bytes > limit && drop_lower(r, rank))
        index -= index > 0 ? 1 : 0; /* the newest: the dropped one was before it */
    if (r->bytes <= limit || rank == RANK_SUMMARY)
        return;
    drop(r, index);
    r->lost = true;
}

static void set(fnt_report *r, entry *e, int32_t field, buf *text)
{
    assert(field >= FIRST_FIELD && field < FIRST_FIELD + FIELDS);
    int32_t i = field - FIRST_FIELD;
    char *at = NULL;
    size_t len = 0;
    if (buf_take(text, &at, &len) != FNT_OK)
        return;
    memory_free(e->field[i].at);
    r->bytes += len - e->field[i].len;
    e->field[i].at = at;
    e->field[i].len = len;
    keep_limit(r, (size_t)(e - r->entries));
}

static void set_escaped(fnt_report *r, entry *e, int32_t field, span value)
{
    buf text = BUF_EMPTY;
    if (value.at == NULL)
        return;
    escape_print(&text, value);
    set(r, e, field, &text);
}

static void set_number(fnt_report *r, entry *e, int32_t field, size_t number)
{
    char digits[INTEGER_SIZE];
    set_escaped(r, e, field, integer_print((int64_t)number, digits));
}

static void set_sentence(fnt_report *r, entry *e, const char *sentence, spans args)
{
    buf text = BUF_EMPTY;
    sentence_fill(&text, sentence, args);
    set(r, e, FNT_FIELD_SENTENCE, &text);
}

/* ---- entries ------------------------------------------------------------- */

/* The array stays: making and wiping one costs more than what a decision writes into it. */
static void clear(fnt_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        clear_entry(r, &r->entries[i]);
    assert(r->bytes == 0);
    *r = (fnt_report){.level = r->level, .overheard = r->overheard, .entries = r->entries};
}

static entry *add(fnt_report *r, int rank)
{
    entry *entries = memory_grow_array(r->entries, r->count, sizeof *entries);
    if (entries == NULL)
        return NULL;
    r->entries = entries;
    entries[r->count] = (entry){.rank = rank};
    return &entries[r->count++];
}

/* The last one is kept for the line that tells how many are missing. */
static bool is_full(const fnt_report *r)
{
    return r->count + 1 >= (r->extended ? REPORT_ENTRIES_EXTENDED : REPORT_ENTRIES);
}

/* What did not fit once is not tried again: so the work has a bound, and what is kept of a rank is
 * its beginning. */
static entry *append(fnt_report *r, int rank)
{
    entry *e = NULL;
    if (rank > r->closed && is_full(r) && !drop_lower(r, rank))
        close_at(r, rank);
    if (rank > r->closed)
        e = add(r, rank);
    r->missing += e == NULL ? 1 : 0;
    return e;
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
    entry *e = append(report, RANK_SUMMARY);
    if (e != NULL)
        set_escaped(report, e, FNT_FIELD_KIND, SPAN("summary"));
}

void report_extend(fnt_report *report)
{
    if (report != NULL)
        report->extended = true;
}

void report_findings(fnt_report *report)
{
    report_extend(report);
    if (report != NULL)
        report->counted = true;
}

static void report_missing(fnt_report *r)
{
    char digits[INTEGER_SIZE];
    size_t missing = r->missing;
    entry *last = missing == 0 ? NULL : add(r, RANK_SUMMARY);
    if (last == NULL)
        return;
    set_escaped(r, last, FNT_FIELD_KIND, SPAN("note"));
    set_sentence(r, last,
                 missing == 1 ? "% more entry is not shown." : "% more entries are not shown.",
                 SPANS(integer_print((int64_t)missing, digits)));
    r->missing = 0;
}

static void report_counts(fnt_report *r, bool refused)
{
    if (!r->counted)
        return;
    if (refused && r->errors == 0)
        r->errors = 1;
    set_number(r, &r->entries[0], FNT_FIELD_ERRORS, r->errors);
    set_number(r, &r->entries[0], FNT_FIELD_WARNINGS, r->warnings);
}

fnt_status report_finish(fnt_report *report, fnt_status status)
{
    entry *e = summary(report);
    if (e == NULL)
        return status;
    if (e->field[FNT_FIELD_STATUS - FIRST_FIELD].at == NULL)
        set_escaped(report, e, FNT_FIELD_STATUS, span_of(status_name(status)));
    if (e->field[0].at == NULL)
        set_sentence(report, e, status_sentence(status), NO_SPANS);
    report_counts(report, status != FNT_OK);
    report_missing(report);
    return status;
}

fnt_status report_refuse(fnt_report *report, fnt_status status, const char *sentence, spans args)
{
    if (summary(report) != NULL)
        set_sentence(report, summary(report), sentence, args);
    if (report != NULL && report->overheard != NULL) {
        buf_free(report->overheard);
        sentence_fill(report->overheard, sentence, args);
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
    sentence_fill(&text, sentence, args);
    set(report, e, FNT_FIELD_SENTENCE, &text);
}

void report_summary_field(fnt_report *report, int32_t field, span text)
{
    if (summary(report) != NULL)
        set_escaped(report, summary(report), field, text);
}

bool report_entry(fnt_report *report, const char *kind, const char *outcome)
{
    return report_entry_at(report, FNT_REPORT_DECISION, kind, outcome);
}

static int rank_of(const char *kind)
{
    return strcmp(kind, "error") == 0     ? RANK_ERROR
           : strcmp(kind, "warning") == 0 ? RANK_WARNING
                                          : RANK_OTHER;
}

bool report_entry_at(fnt_report *report, int32_t level, const char *kind, const char *outcome)
{
    if (summary(report) == NULL)
        return false;
    int rank = rank_of(kind);
    report->errors += rank == RANK_ERROR ? 1 : 0;
    report->warnings += rank == RANK_WARNING ? 1 : 0;
    entry *e = report_wants(report, level) ? append(report, rank) : NULL;
    report->lost = e == NULL;
    report_field(report, FNT_FIELD_KIND, span_of(kind));
    report_field(report, FNT_FIELD_OUTCOME, span_of(outcome));
    return newest(report) != NULL;
}

void report_field(fnt_report *report, int32_t field, span text)
{
    if (newest(report) != NULL)
        set_escaped(report, newest(report), field, text);
}

void report_sentence(fnt_report *report, const char *sentence, spans args)
{
    if (newest(report) != NULL)
        set_sentence(report, newest(report), sentence, args);
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
    memory_free(report->entries);
    memory_free(report);
}
