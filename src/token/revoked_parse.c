/* SPDX-License-Identifier: MIT */
/* A list of revocations: JSON Lines, an object each.
 *
 *     {"jti": S}, {"kid": S}                  with "iss": S for tokens of that issuer alone
 *     {"fed_iss": S, "sub": S}                with "before": T
 *     each of them                            with "until": T, "why": S
 */
#include "base/duration.h"
#include "base/memory.h"
#include "base/report.h"
#include "token/revoked.h"

enum { JTI, KID, FED_ISS, SUB, ISS, BEFORE, UNTIL, WHY, MEMBERS };
static const span names[MEMBERS] = {
    [JTI] = {"jti", 3}, [KID] = {"kid", 3},       [FED_ISS] = {"fed_iss", 7}, [SUB] = {"sub", 3},
    [ISS] = {"iss", 3}, [BEFORE] = {"before", 6}, [UNTIL] = {"until", 5},     [WHY] = {"why", 3},
};

typedef struct {
    uint32_t line;
    json_value value[MEMBERS];
    size_t errors; /* of all lines */
    size_t kinds[REVOKED_BY_SUBJECT + 1];
    char *scratch; /* as long as the text: a line's texts as they read */
    fnt_revoked *list;
    fnt_report *report;
} reader;

static bool is_there(const reader *r, int member)
{
    return r->value[member].kind != JSON_ABSENT;
}

/* "Line 3: " and the sentence, whose only % is for name. */
static void error(reader *r, const char *sentence, span name)
{
    char number[INTEGER_SIZE];
    buf format = BUF_EMPTY;
    r->errors++;
    if (!report_wanted(r->report))
        return;
    buf_add(&format, SPAN("Line %: "));
    buf_add(&format, span_of(sentence));
    report_entry(r->report, "error", NULL);
    if (!format.failed)
        report_sentence(r->report, format.at, SPANS(integer_print(r->line, number), name));
    buf_free(&format);
}

/* ---- one member ---------------------------------------------------------- */

/* What nobody reads is a misspelling, and the entry would not do what it was written for. */
static void check_names(reader *r, json_value object)
{
    json_value name, value;
    for (json_iterator walk = json_members(object); json_next_member(&walk, &name, &value);) {
        int member = 0;
        while (member < MEMBERS && !json_string_equals(name, names[member]))
            member++;
        if (member == MEMBERS)
            error(r,
                  "% is not a member of a revocation; these are: jti, kid, fed_iss, sub, iss, "
                  "before, until and why.",
                  json_unescape(name, r->scratch));
    }
}

static span read_string(reader *r, int member, char **next)
{
    json_value value = r->value[member];
    if (value.kind == JSON_ABSENT)
        return SPAN_NONE;
    if (value.kind != JSON_STRING || (value.raw.len == 0 && member != WHY))
        error(r,
              value.kind == JSON_STRING ? "% is empty: leave it out, or write what is meant."
                                        : "% must be a string.",
              names[member]);
    span text = json_unescape(value, *next);
    *next += value.escaped ? text.len : 0;
    return text;
}

static int64_t read_time(reader *r, int member, int64_t absent)
{
    int64_t seconds = absent;
    json_value value = r->value[member];
    if (value.kind == JSON_ABSENT)
        return absent;
    if (!json_is_plain_integer(value) || !json_seconds(value, false, &seconds))
        error(r, "% must be a number: whole seconds since 1970.", names[member]);
    else if (seconds != 0 && !time_is_possible(seconds))
        error(r, "% looks like milliseconds; whole seconds since 1970 are wanted.", names[member]);
    return seconds;
}

/* ---- one entry ----------------------------------------------------------- */

/* What the entry goes by: exactly one of jti, kid, and sub with fed_iss. */
static revoked_kind read_kind(reader *r)
{
    bool subject = is_there(r, SUB) || is_there(r, FED_ISS);
    int kinds = is_there(r, JTI) + is_there(r, KID) + subject;
    if (kinds != 1)
        error(r,
              kinds == 0 ? "An entry needs %." : "An entry has one of %; write one entry for each.",
              SPAN("jti, kid, or fed_iss and sub"));
    else if (subject && is_there(r, SUB) != is_there(r, FED_ISS))
        error(r, "fed_iss and sub go together: % is missing.",
              names[is_there(r, SUB) ? FED_ISS : SUB]);
    return is_there(r, JTI)   ? REVOKED_BY_JTI
           : is_there(r, KID) ? REVOKED_BY_KID
                              : REVOKED_BY_SUBJECT;
}

/* What the kind has no use for would not restrict it, as its writer thought. */
static void check_kind(reader *r, revoked_kind kind, span value)
{
    bool subject = kind == REVOKED_BY_SUBJECT;
    if (subject && is_there(r, ISS))
        error(r, "% goes with jti or kid; the issuer of a sub is its fed_iss.", names[ISS]);
    if (!subject && is_there(r, BEFORE))
        error(r, "% goes with fed_iss and sub alone.", names[BEFORE]);
    if (subject && span_starts(value, SPAN("fed:")))
        error(r, "% is the identity provider's: leave out \"fed:\".", names[SUB]);
}

static void read_entry(reader *r, json_value object)
{
    static const int values[] = {
        [REVOKED_BY_JTI] = JTI, [REVOKED_BY_KID] = KID, [REVOKED_BY_SUBJECT] = SUB};
    char *next = r->scratch;
    size_t errors = r->errors;
    check_names(r, object);
    json_pick(object, names, r->value, MEMBERS);
    revoked_kind kind = read_kind(r);
    bool subject = kind == REVOKED_BY_SUBJECT;
    revocation entry = {.kind = kind, .line = r->line};
    entry.value = read_string(r, values[kind], &next);
    entry.issuer = read_string(r, subject ? FED_ISS : ISS, &next);
    entry.why = read_string(r, WHY, &next);
    entry.before = read_time(r, BEFORE, INT64_MAX);
    entry.until = read_time(r, UNTIL, REVOKED_FOR_EVER);
    check_kind(r, kind, entry.value);
    if (r->errors != errors)
        return;
    revoked_add(r->list, &entry);
    r->kinds[kind]++;
}

static void read_line(reader *r, span line)
{
    char at[INTEGER_SIZE], number[INTEGER_SIZE];
    json_value object;
    json_fault fault;
    if (json_validate(line, &object, &fault) == FNT_OK) {
        read_entry(r, object);
        return;
    }
    r->errors++;
    report_entry(r->report, "error", NULL);
    report_sentence(r->report, "Line %: this is no JSON object: % at byte %.",
                    SPANS(integer_print(r->line, number), span_of(fault.reason),
                          integer_print((int64_t)fault.at, at)));
}

/* ---- the list ------------------------------------------------------------ */

/* Takes the next line off *text. */
static span take_line(span *text)
{
    size_t end = span_index(*text, '\n');
    span line = {text->at, end};
    *text = end == text->len ? SPAN_NONE : span_from(*text, end + 1);
    return line;
}

static bool is_blank(span line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] != ' ' && line.at[i] != '\t' && line.at[i] != '\r')
            return false;
    return true;
}

static size_t count_entries(span text)
{
    size_t count = 0;
    while (text.len > 0)
        count += is_blank(take_line(&text)) ? 0 : 1;
    return count;
}

static void read_lines(reader *r, span text)
{
    while (text.len > 0) {
        span line = take_line(&text);
        r->line++;
        if (!is_blank(line))
            read_line(r, line);
    }
    revoked_index(r->list);
}

static fnt_status check_limits(span text, size_t entries, fnt_report *report)
{
    char have[INTEGER_SIZE], may[INTEGER_SIZE];
    bool too_long = text.len > REVOKED_BYTES;
    if (!too_long && entries <= REVOKED_ENTRIES)
        return FNT_OK;
    return report_refuse(
        report, FNT_FAULT_IAM,
        too_long ? "The list of revocations has % bytes; at most % are read."
                 : "The list of revocations has % entries; at most % are read. Prune it, or revoke "
                   "by subject or key.",
        SPANS(integer_print((int64_t)(too_long ? text.len : entries), have),
              integer_print(too_long ? REVOKED_BYTES : REVOKED_ENTRIES, may)));
}

static fnt_status sum_up(const reader *r)
{
    char digits[3][INTEGER_SIZE];
    if (r->errors == 0)
        return report_refuse(
            r->report, FNT_OK, "Revocations: % by jti, % by kid, % by subject.",
            SPANS(integer_print((int64_t)r->kinds[REVOKED_BY_JTI], digits[0]),
                  integer_print((int64_t)r->kinds[REVOKED_BY_KID], digits[1]),
                  integer_print((int64_t)r->kinds[REVOKED_BY_SUBJECT], digits[2])));
    return report_refuse(r->report, FNT_FAULT_IAM,
                         r->errors == 1
                             ? "% error in the list of revocations; nothing was loaded."
                             : "% errors in the list of revocations; nothing was loaded.",
                         SPANS(integer_print((int64_t)r->errors, digits[0])));
}

static fnt_status read_list(span text, size_t entries, fnt_revoked **out, fnt_report *report)
{
    reader r = {.report = report, .scratch = memory_alloc(text.len)};
    fnt_status status =
        r.scratch == NULL ? FNT_FAULT_MEMORY : revoked_new(entries, text.len, &r.list);
    if (status == FNT_OK) {
        read_lines(&r, text);
        status = sum_up(&r);
    }
    memory_free(r.scratch);
    if (status == FNT_OK)
        *out = r.list;
    else
        revoked_unref(r.list);
    return status;
}

fnt_status revoked_parse(span text, fnt_revoked **out, fnt_report *report)
{
    size_t entries = text.len > REVOKED_BYTES ? 0 : count_entries(text);
    fnt_status status = check_limits(text, entries, report);
    return status == FNT_OK ? read_list(text, entries, out, report) : status;
}
