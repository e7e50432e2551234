/* SPDX-License-Identifier: MIT */
#include "token/claims.h"

#include "base/duration.h"
#include "base/near_miss.h"
#include "base/rare.h"
#include "base/report.h"

/* iat in the future is a clock that runs ahead at the issuer, or a forgery: a minute is forgiven
 * (rule 18). */
enum { ISSUED_AHEAD = 60 };

/* ---- reading ------------------------------------------------------------- */

/* does: "is", or "is an array that holds". */
static RARE fnt_status wrong_type(int claim, const char *does, json_value what, const char *wanted,
                                  fnt_report *report)
{
    report_summary_field(report, FNT_FIELD_CLAIM, span_of(claim_names[claim]));
    return report_refuse(report, FNT_REFUSED_CLAIM, "The claim % % %; it must be %.",
                         SPANS(span_of(claim_names[claim]), span_of(does),
                               json_kind_name(what.kind), span_of(wanted)));
}

/* All of these take a claim that may be missing. */

static fnt_status read_text(const jwt *e, int claim, cursor *texts, span *out, fnt_report *report)
{
    json_value value = e->claim[claim];
    if (value.kind == JSON_STRING)
        *out = jwt_unescape(value, texts);
    else if (value.kind != JSON_ABSENT)
        return wrong_type(claim, "is", value, "a string", report);
    return FNT_OK;
}

/* Rule 18: an exp in milliseconds would hold for 54,000 years. What is too large for json_seconds
 * is finer still. */
static RARE fnt_status wrong_time(int claim, json_value is, fnt_report *report)
{
    if (is.kind != JSON_NUMBER)
        return wrong_type(claim, "is", is, "a number of seconds since 1970", report);
    report_summary_field(report, FNT_FIELD_CLAIM, span_of(claim_names[claim]));
    return report_refuse(report, FNT_REFUSED_CLAIM,
                         is.raw.at[0] == '-'
                             ? "The claim % is %; it must be a number of seconds since 1970."
                             : "The claim % is %: that is in milliseconds or finer; whole seconds "
                               "since 1970 are expected, and its issuer must write those.",
                         SPANS(span_of(claim_names[claim]), is.raw));
}

static fnt_status read_time(const jwt *e, int claim, bool up, bool *has, int64_t *out,
                            fnt_report *report)
{
    json_value value = e->claim[claim];
    *has = value.kind != JSON_ABSENT;
    return !*has || (json_seconds(value, up, out) && *out <= TIME_LATEST)
               ? FNT_OK
               : wrong_time(claim, value, report);
}

static fnt_status read_audience(const jwt *e, json_value *out, fnt_report *report)
{
    static const char wanted[] = "a string or an array of strings";
    json_value item, value = *out = e->claim[CLAIM_AUD];
    if (value.kind != JSON_ABSENT && value.kind != JSON_STRING && value.kind != JSON_ARRAY)
        return wrong_type(CLAIM_AUD, "is", value, wanted, report);
    for (json_iterator walk = json_items(value); json_next_item(&walk, &item);)
        if (item.kind != JSON_STRING)
            return wrong_type(CLAIM_AUD, "is an array that holds", item, wanted, report);
    return FNT_OK;
}

static fnt_status read_texts(const jwt *e, cursor *texts, claims *out, fnt_report *report)
{
    fnt_status status = read_text(e, CLAIM_ISS, texts, &out->issuer, report);
    if (status == FNT_OK)
        status = read_text(e, CLAIM_SUB, texts, &out->subject, report);
    if (status == FNT_OK)
        status = read_text(e, CLAIM_JTI, texts, &out->id, report);
    if (status == FNT_OK)
        status = read_text(e, CLAIM_FED_ISS, texts, &out->fed_issuer, report);
    return status;
}

static fnt_status read_times(const jwt *e, claims *out, fnt_report *report)
{
    fnt_status status = read_time(e, CLAIM_EXP, false, &out->has_expires, &out->expires, report);
    if (status == FNT_OK)
        status = read_time(e, CLAIM_NBF, true, &out->has_not_before, &out->not_before, report);
    if (status == FNT_OK)
        status = read_time(e, CLAIM_IAT, true, &out->has_issued, &out->issued, report);
    (void)json_seconds(e->claim[CLAIM_IAT], false, &out->issued_at_least);
    return status;
}

fnt_status claims_read(const jwt *e, cursor *rest, claims *out, fnt_report *report)
{
    memset(out, 0, sizeof *out);
    out->all = e->claims;
    out->function = e->claim[CLAIM_FUNCTION];
    out->policy = e->claim[CLAIM_POLICY];
    out->typ = e->claim[CLAIM_TYP];
    out->bound = e->claim[CLAIM_CNF].kind != JSON_ABSENT;
    *rest = e->texts;
    fnt_status status = read_texts(e, rest, out, report);
    if (status == FNT_OK)
        status = read_audience(e, &out->audience, report);
    return status == FNT_OK ? read_times(e, out, report) : status;
}

void claims_report(const claims *c, fnt_report *report)
{
    report_summary_field(report, FNT_FIELD_ISSUER, c->issuer);
    report_summary_field(report, FNT_FIELD_SUBJECT, c->subject);
    report_summary_field(report, FNT_FIELD_TOKEN_ID, c->id);
}

/* ---- what it is ---------------------------------------------------------- */

static bool is_typed(const claims *c, span type)
{
    return json_string_equals(c->typ, type);
}

const span mark_names[MARKS] = {{"events", 6}, {"at_hash", 7}, {"nonce", 5}};

token_marks claims_marks(const claims *c)
{
    json_value found[MARKS];
    json_pick(c->all, mark_names, found, MARKS);
    return claims_marks_by(c, found);
}

token_marks claims_marks_by(const claims *c, const json_value found[MARKS])
{
    return (token_marks){
        .event = found[MARK_EVENTS].kind != JSON_ABSENT || is_typed(c, SPAN("Logout")),
        .refresh = is_typed(c, SPAN("Refresh")) || is_typed(c, SPAN("Offline")),
        .id = found[MARK_AT_HASH].kind != JSON_ABSENT || found[MARK_NONCE].kind != JSON_ABSENT ||
              is_typed(c, SPAN("ID")),
    };
}

token_kind claims_kind_by(const claims *c, token_marks marks)
{
    if (c->function.kind != JSON_ABSENT)
        return TOKEN_FUNCTION;
    if (marks.event)
        return TOKEN_LOGOUT;
    if (marks.refresh)
        return TOKEN_REFRESH;
    if (c->fed_issuer.at != NULL)
        return TOKEN_API;
    return marks.id ? TOKEN_ID : TOKEN_ACCESS;
}

token_kind claims_kind(const claims *c)
{
    return c->function.kind != JSON_ABSENT ? TOKEN_FUNCTION : claims_kind_by(c, claims_marks(c));
}

const char *token_kind_name(token_kind kind)
{
    static const char *const names[] = {
        [TOKEN_FUNCTION] = "a Function Token",
        [TOKEN_API] = "an OpenFaaS API token",
        [TOKEN_ID] = "an ID token of an identity provider",
        [TOKEN_REFRESH] = "a refresh token of an identity provider",
        [TOKEN_LOGOUT] = "a logout or security event token",
        [TOKEN_ACCESS] = "an access token of an identity provider",
    };
    return names[kind];
}

bool claims_for(const claims *c, span audience)
{
    json_value item;
    if (json_string_equals(c->audience, audience))
        return true;
    for (json_iterator walk = json_items(c->audience); json_next_item(&walk, &item);)
        if (json_string_equals(item, audience))
            return true;
    return false;
}

RARE bool claims_nearly_for(const claims *c, span audience, buf *differences)
{
    enum { LOOKED_AT = 8 };
    json_value item;
    size_t count = 0;
    if (c->audience.kind == JSON_STRING)
        return near_miss(differences, c->audience.raw, audience);
    for (json_iterator walk = json_items(c->audience);
         count < LOOKED_AT && json_next_item(&walk, &item); count++)
        if (near_miss(differences, item.raw, audience))
            return true;
    return false;
}

RARE bool claims_are_cognito(const claims *c)
{
    return c->audience.kind == JSON_ABSENT &&
           json_string_equals(json_member(c->all, SPAN("token_use")), SPAN("access"));
}

static RARE void print_text(json_value string, buf *out)
{
    buf_byte(out, '"');
    size_t before = out->len;
    char *next = buf_extend(out, string.raw.len);
    if (next == NULL)
        return;
    span text = json_unescape(string, next);
    memmove(next, text.at, text.len);
    buf_cut(out, before + text.len);
    buf_byte(out, '"');
}

RARE void claims_print_audience(const claims *c, buf *out)
{
    json_value item;
    if (c->audience.kind == JSON_ABSENT) {
        buf_add(out, SPAN("absent"));
        return;
    }
    buf_byte(out, '[');
    if (c->audience.kind == JSON_STRING)
        print_text(c->audience, out);
    size_t start = out->len;
    for (json_iterator walk = json_items(c->audience); json_next_item(&walk, &item);) {
        buf_item(out, start, SPAN(""));
        print_text(item, out);
    }
    buf_byte(out, ']');
}

/* ---- time ---------------------------------------------------------------- */

static bool is_over(const claims *c, int64_t now, const time_limits *limits)
{
    return now >= time_plus(c->expires, limits->leeway);
}

static bool is_early(int64_t begins, int64_t early, int64_t now)
{
    return now < time_minus(begins, early);
}

static RARE fnt_status refuse_time(fnt_status status, const char *sentence, span what,
                                   int64_t seconds, int64_t at, int64_t now, fnt_report *report)
{
    buf length = BUF_EMPTY;
    char at_room[INTEGER_SIZE], now_room[INTEGER_SIZE];
    if (report_wanted(report)) {
        duration_print(&length, seconds);
        report_summary_field(report, FNT_FIELD_CLAIM, what);
        report_refuse(report, status, sentence,
                      SPANS(buf_span(&length), what, integer_print(at, at_room),
                            integer_print(now, now_room)));
    }
    buf_free(&length);
    return status;
}

static fnt_status check_age(const claims *c, int64_t now, const time_limits *limits,
                            fnt_report *report)
{
    if (limits->max_age == 0 && limits->max_lifetime == 0)
        return FNT_OK;
    if (!c->has_issued) {
        report_summary_field(report, FNT_FIELD_CLAIM, SPAN("iat"));
        return report_refuse(report, FNT_REFUSED_CLAIM,
                             "The claim iat is missing, and the token's age is limited here.",
                             NO_SPANS);
    }
    int64_t age = time_minus(now, c->issued_at_least),
            lifetime = time_minus(c->expires, c->issued_at_least);
    if (limits->max_age != 0 && age > time_plus(limits->max_age, limits->leeway))
        return refuse_time(
            FNT_REFUSED_AGE,
            "The token was issued % ago, which is older than is accepted (% is %, now is %).",
            SPAN("iat"), age, c->issued_at_least, now, report);
    if (limits->max_lifetime != 0 && lifetime > limits->max_lifetime)
        return refuse_time(
            FNT_REFUSED_AGE,
            "The token lives for %, which is longer than is accepted (% is %, now is %).",
            SPAN("exp"), lifetime, c->expires, now, report);
    return FNT_OK;
}

fnt_status claims_check_time(const claims *c, int64_t now, const time_limits *limits,
                             fnt_report *report)
{
    if (!c->has_expires) {
        report_summary_field(report, FNT_FIELD_CLAIM, SPAN("exp"));
        return report_refuse(
            report, FNT_REFUSED_CLAIM,
            "The claim exp is missing: a token that never expires is not accepted.", NO_SPANS);
    }
    if (is_over(c, now, limits))
        return refuse_time(FNT_REFUSED_EXPIRED,
                           "The token expired % ago (% is %, now is %): get a new one.",
                           SPAN("exp"), time_minus(now, c->expires), c->expires, now, report);
    if (c->has_not_before && is_early(c->not_before, limits->early, now))
        return refuse_time(FNT_REFUSED_NOT_YET,
                           "The token becomes valid in % (% is %, now is %): this clock runs "
                           "behind, or the issuer's ahead.",
                           SPAN("nbf"), time_minus(c->not_before, now), c->not_before, now, report);
    if (c->has_issued && is_early(c->issued, ISSUED_AHEAD, now))
        return refuse_time(FNT_REFUSED_NOT_YET,
                           "The token was issued % in the future (% is %, now is %): this clock "
                           "runs behind, or the issuer's ahead.",
                           SPAN("iat"), time_minus(c->issued, now), c->issued, now, report);
    return check_age(c, now, limits, report);
}

void claims_window(const claims *c, const time_limits *limits, int64_t *from, int64_t *until)
{
    int64_t begins[] = {c->has_not_before ? time_minus(c->not_before, limits->early) : INT64_MIN,
                        c->has_issued ? time_minus(c->issued, ISSUED_AHEAD) : INT64_MIN};
    int64_t dies = c->has_expires ? time_plus(c->expires, limits->leeway) : INT64_MIN;
    int64_t ages = limits->max_age == 0 ? INT64_MAX
                                        : time_plus(time_plus(c->issued_at_least, limits->max_age),
                                                    time_plus(limits->leeway, 1));
    *from = begins[0] > begins[1] ? begins[0] : begins[1];
    *until = dies < ages ? dies : ages;
}
