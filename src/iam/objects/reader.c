/* SPDX-License-Identifier: MIT */
#include "iam/objects/reader.h"

#include "iam/objects/suggest.h"
#include "iam/objects/vocabulary.h"

bool object_is_sound(const object *o)
{
    return o->load->errors == o->errors && !o->load->arena->failed;
}

/* ---- telling ------------------------------------------------------------- */

static void put_object_name(buf *out, const object *o)
{
    if (o->kind.at == NULL) {
        buf_add(out, SPAN("The object at \""));
        location_pointer(out, &o->at);
        buf_byte(out, '"');
        return;
    }
    buf_add(out, o->kind);
    buf_byte(out, ' ');
    buf_add(out, o->name.at != NULL ? o->name : SPAN("without a name"));
}

static void say(const object *o, const location *where, const char *sentence, spans args)
{
    span all[2 + OBJECT_ARGS];
    buf qualified_name = BUF_EMPTY, words = BUF_EMPTY, format = BUF_EMPTY;
    put_object_name(&qualified_name, o);
    location_path(&words, &o->at, where);
    all[0] = buf_span(&qualified_name);
    all[1] = buf_span(&words);
    for (size_t i = 0; i < args.count && i < OBJECT_ARGS; i++)
        all[2 + i] = args.at[i];
    buf_add(&format, words.len > 0 ? SPAN("%: % ") : SPAN("%: %"));
    buf_add(&format, span_of(sentence));
    if (!format.failed)
        report_sentence(o->load->report, format.at, (spans){all, 2 + args.count});
    buf_free(&qualified_name);
    buf_free(&words);
    buf_free(&format);
}

static void tell(const object *o, const location *where, const char *kind, const char *rule,
                 const char *sentence, spans args)
{
    buf path = BUF_EMPTY;
    if (!report_wanted(o->load->report))
        return;
    location_pointer(&path, where);
    report_entry(o->load->report, kind, NULL);
    report_field(o->load->report, FNT_FIELD_RULE, span_of(rule));
    report_field(o->load->report, FNT_FIELD_PATH, buf_span(&path));
    if (span_equal(o->kind, SPAN("Role")))
        report_field(o->load->report, FNT_FIELD_ROLE, o->name);
    if (span_equal(o->kind, SPAN("Policy")))
        report_field(o->load->report, FNT_FIELD_POLICY, o->name);
    say(o, where, sentence, args);
    buf_free(&path);
}

void object_error(const object *o, const location *where, const char *rule, const char *sentence,
                  spans args)
{
    o->load->errors++;
    tell(o, where, "error", rule, sentence, args);
}

void object_warning(const object *o, const location *where, const char *rule, const char *sentence,
                    spans args)
{
    tell(o, where, "warning", rule, sentence, args);
}

void object_note(const object *o, const location *where, const char *sentence, spans args)
{
    tell(o, where, "note", NULL, sentence, args);
}

span object_path(const object *o, const location *where)
{
    buf path = BUF_EMPTY;
    location_pointer(&path, where);
    span kept = arena_strndup(o->load->arena, buf_span(&path));
    o->load->arena->failed |= path.failed;
    buf_free(&path);
    return kept;
}

/* ---- names that nobody reads --------------------------------------------- */

/* What people write for a field although it is spelled quite otherwise. */
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

static const char *const metadata_fields[] = {"name", "namespace", "labels", "annotations", NULL};
static const char *const spec_fields[] = {"iss",         "aud",       "tokenExpiry",
                                          "issInternal", "statement", "policy",
                                          "principal",   "condition", NULL};
static const char *const statement_fields[] = {"sid", "action", "effect", "resource", NULL};

/* Where a field belongs that is known, but not here; NULL if nobody knows it. top: here is the
 * object itself. */
static const char *home_of(span name, bool top)
{
    if (top && words_contain(name, spec_fields))
        return "spec";
    if (top && words_contain(name, metadata_fields))
        return "metadata";
    if (words_contain(name, statement_fields))
        return "an item of spec.statement";
    return operator_is(name) ? "condition" : NULL;
}

static span meant(span name, const char *const *known)
{
    span near = suggest_word(name, known);
    for (size_t i = 0; near.at == NULL && i < sizeof aliases / sizeof *aliases; i++)
        if (span_equal_fold(name, span_of(aliases[i][0])) &&
            words_contain(span_of(aliases[i][1]), known))
            near = span_of(aliases[i][1]);
    return near;
}

static void put_list(buf *out, const char *const *known)
{
    for (const char *const *k = known; *k != NULL; k++) {
        if (k != known)
            buf_add(out, SPAN(", "));
        buf_add(out, span_of(*k));
    }
}

static void report_unknown(const object *o, const location *field, const char *const *known)
{
    span near = meant(field->member, known);
    const char *home = near.at == NULL ? home_of(field->member, field->up == &o->at) : NULL;
    buf list = BUF_EMPTY;
    put_list(&list, known);
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

void object_fields(const object *o, const location *at, const char *const *known)
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

bool object_is_list(const object *o, const location *here)
{
    if (node_kind(here->at) == JSON_STRING) {
        object_error(o, here, "wrong-type", "is a string; an array is expected: write [\"%\"]",
                     SPANS(node_text(here->at)));
        return false;
    }
    return is_filled(o, here, JSON_ARRAY, "an array");
}

bool object_text(const object *o, const location *here, span *out)
{
    *out = node_text(here->at);
    if (out->at != NULL)
        return true;
    if (here->at != NULL)
        object_error(o, here, "wrong-type", "is %; a string is expected: quote it",
                     SPANS(json_kind_name(node_kind(here->at))));
    return false;
}

bool object_texts(const object *o, const location *here, texts *out)
{
    *out = (texts){NULL, 0};
    if (!object_is_list(o, here))
        return false;
    size_t before = o->load->errors;
    out->at = arena_alloc_array(o->load->arena, location_count(here), sizeof *out->at);
    for (location item = location_first(here); item.at != NULL; item = location_next(&item)) {
        span text = SPAN_NONE;
        if (!object_text(o, &item, &text))
            continue;
        if (text.len == 0)
            object_error(o, &item, "empty", "is empty: fill it or take it out", NO_SPANS);
        if (out->at != NULL)
            out->at[out->count++] = arena_strndup(o->load->arena, text);
    }
    return o->load->errors == before && !o->load->arena->failed;
}
