/* SPDX-License-Identifier: MIT */
#include "token/mint/mint.h"
#include "match/resource.h"

#include "base/duration.h"
#include "base/escape.h"
#include "base/memory.h"
#include "base/report.h"
#include "match/resource.h"
#include "text/base64url.h"
#include "token/token.h"

enum { ID_BYTES = 16, YEAR = 31536000 };

_Static_assert(MINT_ID_SIZE > (ID_BYTES * 4 + 2) / 3, "its base64url and a NUL");

/* ---- the claim set ------------------------------------------------------- */

static void put_name(buf *out, span name)
{
    if (out->len > 1) /* behind the opening brace nothing stands yet */
        buf_byte(out, ',');
    escape_json(out, name);
    buf_byte(out, ':');
}

static void put_text(buf *out, span name, span text)
{
    if (text.at == NULL)
        return;
    put_name(out, name);
    escape_json(out, text);
}

static void put_time(buf *out, span name, int64_t time)
{
    put_name(out, name);
    buf_integer(out, time);
}

/* A pattern, a name: hardly one needs an escape, and there may be a thousand. */
static void put_item(buf *out, span text)
{
    if (!json_is_plain(text) || span_index(text, '\x7f') < text.len) {
        escape_json(out, text);
        return;
    }
    char *at = buf_extend(out, text.len + 2);
    if (at == NULL)
        return;
    at[0] = at[text.len + 1] = '"';
    if (text.len > 0)
        memcpy(at + 1, text.at, text.len);
}

static void put_array(buf *out, spans list)
{
    buf_byte(out, '[');
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0)
            buf_byte(out, ',');
        put_item(out, list.at[i]);
    }
    buf_byte(out, ']');
}

static void put_function(buf *out, const mint_claims *what)
{
    if (what->permissions.count == 0)
        return;
    put_name(out, SPAN("function"));
    buf_add(out, SPAN("{\"permissions\":"));
    put_array(out, what->permissions);
    if (what->audience.count > 0) {
        buf_add(out, SPAN(",\"audience\":"));
        put_array(out, what->audience);
    }
    buf_byte(out, '}');
}

/* Go's encoding/json, with which the incumbent's watchdogs read claims, takes FUNCTION and
 * i\u017f\u017f for function and iss. */
static bool folds_to(span name, span ours)
{
    if (name.len < ours.len || name.len > 2 * ours.len)
        return false;
    for (size_t i = 0; i < ours.len; i++) {
        if (name.len > 0 && ascii_lower(name.at[0]) == ours.at[i])
            name = span_from(name, 1);
        else if (ours.at[i] == 's' && span_starts(name, SPAN("\xc5\xbf")))
            name = span_from(name, 2);
        else
            return false;
    }
    return name.len == 0;
}

/* Rule 33: whoever can set a claim at the identity provider must not be able to write these. */
static bool is_ours(span name)
{
    static const span names[] = {{"function", 8}, {"policy", 6}, {"iss", 3}, {"aud", 3},
                                 {"sub", 3},      {"exp", 3},    {"iat", 3}, {"nbf", 3},
                                 {"jti", 3},      {"act", 3},    {"cnf", 3}};
    char first = ascii_lower(name.len > 0 ? name.at[0] : ' ');
    if (first != '\xc5' && (first < 'a' || first > 's'))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((names[i].at[0] == first || first == '\xc5') && folds_to(name, names[i]))
            return true;
    return first == 'f' && name.len >= 4 && folds_to((span){name.at, 4}, SPAN("fed:"));
}

/* As it was written. */
static void put_member(buf *out, json_value name, json_value value)
{
    size_t quotes = value.kind == JSON_STRING ? 1 : 0, comma = out->len > 1 ? 1 : 0;
    char *at = buf_extend(out, comma + name.raw.len + 3 + value.raw.len + 2 * quotes);
    if (at == NULL)
        return;
    *at = ',';
    at += comma;
    memcpy(at, name.raw.at - 1, name.raw.len + 2);
    at += name.raw.len + 2;
    *at++ = ':';
    memcpy(at, value.raw.at - quotes, value.raw.len + 2 * quotes);
}

static void put_copied(buf *out, const json_index *from, char *scratch)
{
    json_value name, value;
    for (size_t i = 0; json_index_member(from, i, &name, &value); i++)
        if (!is_ours(json_unescape(name, scratch)))
            put_member(out, name, value);
}

static fnt_status put_id(buf *out, char id[MINT_ID_SIZE])
{
    unsigned char drawn[ID_BYTES];
    fnt_status status = crypto_random(drawn, sizeof drawn);
    if (status != FNT_OK)
        return status;
    put_name(out, SPAN("jti"));
    buf_byte(out, '"');
    size_t begin = out->len;
    base64url_encode(out, (span){(const char *)drawn, sizeof drawn});
    if (!out->failed)
        memcpy(id, out->at + begin, out->len - begin);
    buf_byte(out, '"');
    return FNT_OK;
}

static fnt_status put_claims(buf *out, const mint_claims *what, char id[MINT_ID_SIZE])
{
    char *scratch = memory_alloc(1 + (what->copied == NULL ? 0 : json_index_longest(what->copied)));
    if (scratch == NULL)
        return FNT_FAULT_MEMORY;
    buf_byte(out, '{');
    put_text(out, SPAN("iss"), what->issuer);
    put_text(out, SPAN("sub"), what->subject);
    put_name(out, SPAN("aud"));
    put_array(out, what->audiences.count > 0 ? what->audiences : (spans){&what->issuer, 1});
    put_time(out, SPAN("exp"), what->expires);
    put_time(out, SPAN("iat"), what->issued);
    fnt_status status = put_id(out, id);
    put_text(out, SPAN("fed:iss"), what->fed_issuer);
    if (what->policies.count > 0) {
        put_name(out, SPAN("policy"));
        put_array(out, what->policies);
    }
    put_function(out, what);
    if (what->copied != NULL)
        put_copied(out, what->copied, scratch);
    buf_byte(out, '}');
    memory_free(scratch);
    return status;
}

/* ---- signing ------------------------------------------------------------- */

static fnt_status append_signature(const fnt_key *key, buf *token)
{
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    span signed_part = buf_span(token);
    if (signed_part.at == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = key_sign(key, signed_part, signature, &len);
    if (status != FNT_OK)
        return status;
    buf_byte(token, '.');
    base64url_encode(token, (span){(const char *)signature, len});
    return FNT_OK;
}

static fnt_status sign(const fnt_key *key, span header, span payload, char **out, size_t *out_len)
{
    buf token = BUF_EMPTY;
    if (header.at == NULL || payload.at == NULL)
        return FNT_FAULT_MEMORY;
    base64url_encode(&token, header);
    buf_byte(&token, '.');
    base64url_encode(&token, payload);
    fnt_status status = append_signature(key, &token);
    if (status == FNT_OK)
        return buf_take(&token, out, out_len);
    buf_free(&token);
    return status;
}

/* alg first, then what the caller wants; who wants nothing gets typ and kid as our own tokens have
 * them. */
static void put_header(buf *out, const fnt_key *key, json_value wanted)
{
    json_value name, value;
    buf_byte(out, '{');
    put_text(out, SPAN("alg"), span_of(key_algorithm(key)->name));
    if (wanted.kind == JSON_ABSENT) {
        put_text(out, SPAN("typ"), SPAN("JWT"));
        put_text(out, SPAN("kid"), key_id(key));
    }
    for (json_iterator walk = json_members(wanted); json_next_member(&walk, &name, &value);) {
        buf_add(out, SPAN(",\""));
        buf_add(out, name.raw);
        buf_add(out, SPAN("\":"));
        buf_add(out, value.kind == JSON_STRING ? (span){value.raw.at - 1, value.raw.len + 2}
                                               : value.raw);
    }
    buf_byte(out, '}');
}

fnt_status mint_token(const fnt_key *key, const mint_claims *what, char id[MINT_ID_SIZE],
                      char **out, size_t *out_len)
{
    static const json_value nothing = {JSON_ABSENT, {NULL, 0}, false};
    buf header = BUF_EMPTY, payload = BUF_EMPTY;
    memset(id, 0, MINT_ID_SIZE);
    put_header(&header, key, nothing);
    fnt_status status = put_claims(&payload, what, id);
    /* What is too long is not signed: a signature costs more than all else. */
    if (status == FNT_OK && what->longest > 0 && header.len + payload.len > what->longest / 4 * 3)
        status = FNT_REFUSED_SIZE;
    if (status == FNT_OK)
        status = sign(key, buf_span(&header), buf_span(&payload), out, out_len);
    buf_free(&header);
    buf_free(&payload);
    return status;
}

void mint_report(const fnt_key *key, const mint_claims *what, const char id[MINT_ID_SIZE],
                 fnt_report *report)
{
    report_summary_field(report, FNT_FIELD_ISSUER, what->issuer);
    report_summary_field(report, FNT_FIELD_SUBJECT, what->subject);
    report_summary_field(report, FNT_FIELD_TOKEN_ID, span_of(id));
    report_summary_field(report, FNT_FIELD_KEY_ID, key_id(key));
}

/* ---- by hand ------------------------------------------------------------- */

static void warn_of_patterns(spans list, const char *what, fnt_report *report)
{
    for (size_t i = 0; i < list.count; i++) {
        span p = list.at[i];
        bool no_namespace = span_index(p, ':') == p.len && span_index(p, '*') == p.len;
        if ((resource_is_possible(p) && !no_namespace) ||
            !report_entry_at(report, FNT_REPORT_SUMMARY, "warning", NULL))
            continue;
        report_field(report, FNT_FIELD_PATTERN, p);
        report_sentence(report,
                        "The % \"%\" matches no function: NAMESPACE:NAME is expected, 1 to 63 "
                        "lower-case letters, digits and inner hyphens on each side; write it so.",
                        SPANS(span_of(what), p));
    }
}

/* What no verifier would take is not minted. */
static bool is_within_limits(const builder_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i].len > TOKEN_PATTERN_BYTES)
            return false;
    return list->count <= TOKEN_PATTERNS;
}

fnt_status mint_built(const fnt_key *key, const fnt_claims *c, int64_t now, int64_t ttl, char **out,
                      size_t *out_len, fnt_report *report)
{
    if (ttl < 1 || ttl > YEAR)
        return report_refuse(report, FNT_FAULT_ARGUMENT,
                             "The lifetime must be 1 second to 365 days.", NO_SPANS);
    if (c->issuer == NULL || c->subject == NULL || c->permissions.count == 0)
        return report_refuse(
            report, FNT_FAULT_ARGUMENT,
            "A Function Token needs an issuer, a subject and at least one permission.", NO_SPANS);
    if (!is_within_limits(&c->permissions) || !is_within_limits(&c->function_audiences))
        return report_refuse(report, FNT_FAULT_ARGUMENT,
                             "A Function Token holds at most 4096 permissions and 4096 audiences "
                             "of 1024 bytes each.",
                             NO_SPANS);
    if (key_algorithm(key)->bit != FNT_ES256)
        return report_refuse(report, FNT_FAULT_KEY,
                             "A Function Token is signed with ES256, on P-256; this key is for %.",
                             SPANS(span_of(key_algorithm(key)->name)));
    mint_claims what = {
        .issuer = {c->issuer, c->issuer_len},
        .subject = {c->subject, c->subject_len},
        .fed_issuer = {c->fed_issuer, c->fed_issuer_len},
        .audiences = builder_spans(&c->audiences),
        .issued = now,
        .expires = now + ttl,
        .permissions = builder_spans(&c->permissions),
        .audience = builder_spans(&c->function_audiences),
    };
    char id[MINT_ID_SIZE];
    fnt_status status = mint_token(key, &what, id, out, out_len);
    if (status != FNT_OK)
        return status;
    mint_report(key, &what, id, report);
    warn_of_patterns(what.permissions, "permission", report);
    warn_of_patterns(what.audience, "audience", report);
    return FNT_OK;
}

static fnt_status check_object(span text, const char *name, json_value *out, fnt_report *report)
{
    json_fault fault;
    char number[INTEGER_SIZE];
    if (json_validate(text, out, &fault) == FNT_OK)
        return FNT_OK;
    return report_refuse(
        report, FNT_FAULT_ARGUMENT, "The % are no JSON object as it must be: % at byte %.",
        SPANS(span_of(name), span_of(fault.reason), integer_print((int64_t)fault.at, number)));
}

static fnt_status check_header(json_value header, fnt_report *report)
{
    static const char *const refused[] = {"alg", "crit", "b64", "zip"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (json_member(header, span_of(refused[i])).kind != JSON_ABSENT)
            return report_refuse(report, FNT_FAULT_ARGUMENT,
                                 "The header member % can't be chosen: alg is the key's, "
                                 "extensions are not supported.",
                                 SPANS(span_of(refused[i])));
    return FNT_OK;
}

/* Rule 18: whoever verifies it refuses it. */
static void warn_of_milliseconds(json_value said, fnt_report *report)
{
    static const char *const times[] = {"exp", "nbf", "iat"};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t at = 0;
        json_value time = json_member(said, span_of(times[i]));
        if (!json_seconds(time, false, &at) || at <= TIME_LATEST ||
            !report_entry_at(report, FNT_REPORT_SUMMARY, "warning", NULL))
            continue;
        report_field(report, FNT_FIELD_CLAIM, span_of(times[i]));
        report_sentence(report,
                        "The claim % is %: that is in milliseconds or finer, and the token will be "
                        "refused; whole seconds since 1970 are expected.",
                        SPANS(span_of(times[i]), time.raw));
    }
}

fnt_status mint_sign(const fnt_key *key, span header_json, span claims_json, char **out,
                     size_t *out_len, fnt_report *report)
{
    buf header = BUF_EMPTY;
    json_value wanted = {JSON_ABSENT, {NULL, 0}, false}, said;
    fnt_status status = check_object(claims_json, "claims", &said, report);
    if (status == FNT_OK && header_json.at != NULL)
        status = check_object(header_json, "header's members", &wanted, report);
    if (status == FNT_OK)
        status = check_header(wanted, report);
    if (status != FNT_OK)
        return status;
    put_header(&header, key, wanted);
    status = sign(key, buf_span(&header), said.raw, out, out_len);
    if (status == FNT_OK && report_wanted(report))
        warn_of_milliseconds(said, report);
    buf_free(&header);
    return status;
}
