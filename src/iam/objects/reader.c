/* SPDX-License-Identifier: MIT */
#include "iam/objects/reader.h"

#include "iam/objects/suggest.h"
#include "iam/objects/vocabulary.h"

bool object_is_sound(const object *o)
{
    return o->load->errors == o->errors && !o->load->arena->failed;
}

/* ---- findings ------------------------------------------------------------ */

static void report_finding(const object *o, const location *where, severity how, const char *rule,
                           const char *sentence, spans args)
{
    buf pointer = BUF_EMPTY, path = BUF_EMPTY, own = BUF_EMPTY;
    if (!report_wanted(o->load->report))
        return;
    location_pointer(&pointer, where);
    location_path(&path, &o->at, where);
    finding f = {how, rule, o->kind, o->name, buf_span(&pointer), buf_span(&path)};
    if (o->kind.at == NULL) {
        buf_byte(&own, '"');
        location_pointer(&own, &o->at);
        buf_byte(&own, '"');
        f.kind = SPAN("The object at");
        f.name = buf_span(&own);
    }
    finding_report(o->load->report, &f, sentence, args);
    buf_free(&pointer);
    buf_free(&path);
    buf_free(&own);
}

void object_error(const object *o, const location *where, const char *rule, const char *sentence,
                  spans args)
{
    o->load->errors++;
    report_finding(o, where, FINDING_ERROR, rule, sentence, args);
}

void object_warning(const object *o, const location *where, const char *rule, const char *sentence,
                    spans args)
{
    report_finding(o, where, FINDING_WARNING, rule, sentence, args);
}

void object_note(const object *o, const location *where, const char *sentence, spans args)
{
    report_finding(o, where, FINDING_NOTE, NULL, sentence, args);
}

span object_pointer(const object *o, const location *where)
{
    buf pointer = BUF_EMPTY;
    location_pointer(&pointer, where);
    span kept = arena_strndup(o->load->arena, buf_span(&pointer));
    o->load->arena->failed |= pointer.failed;
    buf_free(&pointer);
    return kept;
}

/* ---- fields that nobody reads -------------------------------------------- */

/* What people write for a field that has quite another name. */
static const char *const aliases[][2] = {
    {"audience", "aud"},
    {"audiences", "aud"},
    {"issuer", "iss"},
    {"issuerUrl", "iss"},
    {"url", "iss"},
    {"expiry", "tokenExpiry"},
    {"ttl", "tokenExpiry"},
    {"policies", "policy"},
    {"name", "sid"},
    {"permissions", "statement"},
    {"functions", "resource"},
    {"subject", "principal"},
};

/* Where a field belongs that is known, but not here; NULL if nobody knows it. top: here is the
 * object itself. */
static const char *home_of(span name, bool top)
{
    if (top && (words_contain(name, issuer_fields) || words_contain(name, policy_fields) ||
                words_contain(name, role_fields)))
        return "spec";
    if (top && words_contain(name, metadata_fields))
        return "metadata";
    if (words_contain(name, statement_fields))
        return "an item of spec.statement";
    return operator_is(name) ? "condition" : NULL;
}

static span suggest_field(span name, const char *const *known)
{
    span near = suggest_word(name, known);
    for (size_t i = 0; near.at == NULL && i < sizeof aliases / sizeof *aliases; i++)
        if (span_equal_fold(name, span_of(aliases[i][0])) &&
            words_contain(span_of(aliases[i][1]), known))
            near = span_of(aliases[i][1]);
    return near;
}

static void report_unknown(const object *o, const location *field, const char *const *known)
{
    span near = suggest_field(field->member, known);
    const char *home = near.at == NULL ? home_of(field->member, field->up == &o->at) : NULL;
    buf list = BUF_EMPTY;
    for (const char *const *k = known; *k != NULL; k++)
        buf_item(&list, 0, span_of(*k));
    if (near.at != NULL)
        object_error(o, field, "unknown-field", "is no field here; did you mean %?", SPANS(near));
    else if (home != NULL)
        object_error(o, field, "misplaced-field",
                     "does not belong here: move it into %, check how far it is indented",
                     SPANS(span_of(home)));
    else
        object_error(o, field, "unknown-field",
                     "is no field here; known are %: correct it or take it out",
                     SPANS(buf_span(&list)));
    buf_free(&list);
}

void object_check_fields(const object *o, const location *at, const char *const *known)
{
    for (location m = location_first(at); m.at != NULL; m = location_next(&m))
        if (!words_contain(m.member, known))
            report_unknown(o, &m, known);
}

/* ---- values -------------------------------------------------------------- */

location object_member(const object *o, const location *up, const char *name, bool required)
{
    location here = location_member(up, span_of(name));
    if (here.at == NULL && required)
        object_error(o, up, "missing-field", "has no %: it is required", SPANS(span_of(name)));
    return here;
}

static bool is_filled(const object *o, const location *here, json_kind kind, const char *wanted)
{
    if (here->at == NULL)
        return false;
    if (node_kind(here->at) == JSON_NULL) {
        object_error(o, here, "empty", "is empty: what belongs to it must stand below it, indented",
                     NO_SPANS);
        return false;
    }
    if (node_kind(here->at) != kind) {
        object_error(o, here, "wrong-type", "is %; % is expected",
                     SPANS(json_kind_name(node_kind(here->at)), span_of(wanted)));
        return false;
    }
    if (node_first(here->at) == NULL) {
        object_error(o, here, "empty", "is empty: fill it or take it out", NO_SPANS);
        return false;
    }
    return true;
}

bool object_is_object(const object *o, const location *here)
{
    return is_filled(o, here, JSON_OBJECT, "an object");
}

bool object_is_array(const object *o, const location *here)
{
    if (node_kind(here->at) == JSON_STRING) {
        object_error(o, here, "wrong-type", "is a string; an array is expected: write [\"%\"]",
                     SPANS(node_text(here->at)));
        return false;
    }
    return is_filled(o, here, JSON_ARRAY, "an array");
}

/* In YAML nothing behind the colon is null, and a comment is nothing. */
static span advice(json_kind kind)
{
    if (kind == JSON_NULL)
        return SPAN("nothing stands here but a comment maybe (#), write one");
    return kind == JSON_ARRAY || kind == JSON_OBJECT ? SPAN("write one") : SPAN("quote it");
}

bool object_string(const object *o, const location *here, span *out)
{
    *out = node_text(here->at);
    if (out->at != NULL)
        return true;
    if (here->at != NULL)
        object_error(o, here, "wrong-type", "is %; a string is expected: %",
                     SPANS(json_kind_name(node_kind(here->at)), advice(node_kind(here->at))));
    return false;
}

void object_check_length(const object *o, const location *here, span text, size_t max)
{
    char digits[INTEGER_SIZE];
    if (text.len > max)
        object_error(o, here, "limit", "is longer than % bytes: shorten it",
                     SPANS(integer_print((int64_t)max, digits)));
}

bool object_strings(const object *o, const location *here, texts *out)
{
    *out = (texts){NULL, 0};
    if (!object_is_array(o, here))
        return false;
    size_t before = o->load->errors;
    out->at = arena_alloc_array(o->load->arena, location_count(here), sizeof *out->at);
    for (location item = location_first(here); item.at != NULL; item = location_next(&item)) {
        span text = SPAN_NONE;
        if (!object_string(o, &item, &text))
            continue;
        if (text.len == 0)
            object_error(o, &item, "empty", "is empty: fill it or take it out", NO_SPANS);
        if (out->at != NULL)
            out->at[out->count++] = arena_strndup(o->load->arena, text);
    }
    return o->load->errors == before && !o->load->arena->failed;
}
