/* SPDX-License-Identifier: MIT */
#include "iam/objects/metadata.h"

#include "iam/objects/suggest.h"

static const char *const kinds[] = {"JwtIssuer", "Policy", "Role", NULL};
static const char *const fields[] = {"apiVersion", "kind", "metadata", "spec", "status", NULL};

#define OUR_GROUP SPAN("iam.openfaas.com/")
#define OUR_VERSION SPAN("iam.openfaas.com/v1")

/* ---- names ------------------------------------------------------------------------------------------------------- */

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* RFC 1123: labels of lower-case letters, digits and inner hyphens, with a dot between two. */
static bool is_dns_name(span name, bool dots, size_t max)
{
    if (name.len == 0 || name.len > max)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        bool edge = i == 0 || i + 1 == name.len || name.at[i - 1] == '.' || name.at[i + 1] == '.';
        if (is_name_byte(name.at[i]) || (!edge && (name.at[i] == '-' || (dots && name.at[i] == '.'))))
            continue;
        return false;
    }
    return true;
}

static void read_name(object *o, const place *metadata)
{
    span name = SPAN_NONE;
    place here = object_member(o, metadata, "name", true);
    if (!object_text(o, &here, &name))
        return;
    if (is_dns_name(name, true, 253))
        o->name = name;
    else
        object_error(o, &here, "name", "is \"%\"; lower-case letters, digits, - and . are expected, at most 253", SPANS(name));
}

static void read_space(object *o, const place *metadata)
{
    span space = SPAN_NONE;
    place here = object_member(o, metadata, "namespace", false);
    if (!object_text(o, &here, &space))
        return;
    if (is_dns_name(space, false, 63))
        o->space = space;
    else
        object_error(o, &here, "name", "is \"%\"; a namespace is lower-case letters, digits and -, at most 63", SPANS(space));
}

static void read_metadata(object *o)
{
    place metadata = object_member(o, &o->at, "metadata", true);
    if (!object_is_object(o, &metadata))
        return;
    read_name(o, &metadata);
    read_space(o, &metadata);
}

/* ---- whose object it is ------------------------------------------------------------------------------------------ */

static void note_foreign(const object *o, const place *version, span found)
{
    if (near_is_listed(o->kind, kinds))
        object_note(o, version, "is %: that is another program's %, ours has %; the object is skipped",
                    SPANS(found, o->kind, OUR_VERSION));
    else
        object_note(o, version, "is %: not an object of ours; it is skipped", SPANS(found));
}

/* A misspelled group of ours must not be taken for somebody else's: the object would be missing without a word. */
static bool looks_like_ours(const object *o, span version)
{
    static const char *const ours[] = {"iam.openfaas.com/v1", NULL};
    span group = {version.at, span_index(version, '/')};
    return near_word(version, ours).at != NULL || span_starts(version, OUR_GROUP) ||
           span_equal(group, SPAN("iam.openfaas.com")) || span_equal(o->kind, SPAN("JwtIssuer")) || (near_is_listed(o->kind, kinds) && span_equal(group, SPAN("openfaas.com")));
}

static bool is_ours(const object *o)
{
    span version = SPAN_NONE;
    place here = object_member(o, &o->at, "apiVersion", true);
    if (!object_text(o, &here, &version))
        return false;
    if (span_equal(version, OUR_VERSION))
        return true;
    if (looks_like_ours(o, version))
        object_error(o, &here, "api-version", "is %; % is expected", SPANS(version, OUR_VERSION));
    else if (o->kind.at != NULL)
        note_foreign(o, &here, version);
    return false;
}

static envelope_kind kind_of(const object *o)
{
    for (size_t i = 0; kinds[i] != NULL; i++)
        if (span_equal(o->kind, span_of(kinds[i])))
            return (envelope_kind)(ENVELOPE_ISSUER + i);
    place here = place_member(&o->at, SPAN("kind"));
    span near = near_word(o->kind, kinds);
    if (near.at != NULL)
        object_error(o, &here, "unknown-kind", "is %; did you mean %?", SPANS(o->kind, near));
    else
        object_error(o, &here, "unknown-kind", "is %; JwtIssuer, Policy and Role are known", SPANS(o->kind));
    return ENVELOPE_SKIP;
}

/* Rule 34's intent: what is being deleted grants nothing any more, even while a finalizer holds it. */
static bool is_gone(const object *o)
{
    place metadata = place_member(&o->at, SPAN("metadata"));
    place stamp = place_member(&metadata, SPAN("deletionTimestamp"));
    if (stamp.at == NULL || node_kind(stamp.at) == JSON_NULL)
        return false;
    object_note(o, &stamp, "is set: the object is being deleted and counts as gone", NO_SPANS);
    return true;
}

envelope_kind envelope_open(loading *load, const place *at, object *out)
{
    *out = (object){load, *at, SPAN_NONE, SPAN_NONE, HOME_SPACE, load->errors};
    if (!object_is_object(out, &out->at))
        return ENVELOPE_SKIP;
    place items, metadata = place_member(&out->at, SPAN("metadata"));
    if (envelope_is_list(&out->at, &items)) {
        object_error(out, &items, "nested-list", "stand in a list in a list: move them one level up", NO_SPANS);
        return ENVELOPE_SKIP;
    }
    place kind_place = object_member(out, &out->at, "kind", true);
    (void)object_text(out, &kind_place, &out->kind);
    out->name = node_text(node_member(metadata.at, SPAN("name"))); /* for the sentences; read_name looks closer */
    if (!is_ours(out) || out->kind.at == NULL)
        return ENVELOPE_SKIP;
    envelope_kind kind = kind_of(out);
    if (kind == ENVELOPE_SKIP || is_gone(out))
        return ENVELOPE_SKIP;
    object_fields(out, &out->at, fields);
    read_metadata(out);
    return kind;
}

bool envelope_is_list(const place *at, place *items)
{
    span kind = node_text(node_member(at->at, SPAN("kind")));
    span version = node_text(node_member(at->at, SPAN("apiVersion")));
    *items = place_member(at, SPAN("items"));
    if (node_kind(items->at) != JSON_ARRAY)
        return false;
    if (span_equal(kind, SPAN("List")))
        return true;
    return span_starts(version, OUR_GROUP) && kind.len > 4 && span_equal(span_from(kind, kind.len - 4), SPAN("List"));
}
