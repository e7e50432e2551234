/* SPDX-License-Identifier: MIT */
#include "iam/objects/metadata.h"

#include "iam/objects/suggest.h"
#include "iam/objects/vocabulary.h"

#define OUR_GROUP SPAN("iam.openfaas.com/")
#define OUR_VERSION SPAN("iam.openfaas.com/v1")

/* ---- names --------------------------------------------------------------- */

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
        if (is_name_byte(name.at[i]) ||
            (!edge && (name.at[i] == '-' || (dots && name.at[i] == '.'))))
            continue;
        return false;
    }
    return true;
}

bool metadata_is_namespace(span name)
{
    return is_dns_name(name, false, 63);
}

static void read_name(object *o, const location *metadata)
{
    span name = SPAN_NONE;
    location here = object_member(o, metadata, "name", true);
    if (!object_string(o, &here, &name))
        return;
    if (is_dns_name(name, true, 253))
        o->name = name;
    else
        object_error(o, &here, "name",
                     "is \"%\"; lower-case letters, digits, - and . are expected, at most 253",
                     SPANS(name));
}

static void read_namespace(object *o, const location *metadata)
{
    span namespace = SPAN_NONE;
    location here = object_member(o, metadata, "namespace", false);
    if (!object_string(o, &here, &namespace))
        return;
    if (metadata_is_namespace(namespace))
        o->namespace = namespace;
    else
        object_error(o, &here, "name",
                     "is \"%\"; a namespace is lower-case letters, digits and -, at most 63",
                     SPANS(namespace));
}

static void read_metadata(object *o)
{
    location metadata = object_member(o, &o->at, "metadata", true);
    if (!object_is_object(o, &metadata))
        return;
    read_name(o, &metadata);
    read_namespace(o, &metadata);
}

/* ---- whose object it is -------------------------------------------------- */

/* Before anything else is looked at: whoever may write to another namespace must not be able to
 * keep this one's rules from loading. A namespace that is no string, or empty, is an error, told
 * later. */
static bool is_elsewhere(const object *o, const location *metadata)
{
    location here = location_member(metadata, SPAN("namespace"));
    bool named = node_kind(here.at) == JSON_STRING;
    span namespace = named ? node_text(here.at) : DEFAULT_NAMESPACE;
    spans wanted = o->load->namespaces;
    for (size_t i = 0; i < wanted.count; i++)
        if (span_equal(namespace, wanted.at[i]))
            return false;
    if (wanted.count == 0 || namespace.len == 0 || (here.at != NULL && !named))
        return false;
    object_note(o, named ? &here : &o->at,
                named ? "is %, which is not loaded; the object is skipped"
                      : "is of namespace %, which is not loaded; the object is skipped",
                SPANS(namespace));
    return true;
}

static void note_foreign(const object *o, const location *version, span found)
{
    if (words_contain(o->kind, kind_names))
        object_note(o, version,
                    "is %: that is another program's %, ours has %; the object is skipped",
                    SPANS(found, o->kind, OUR_VERSION));
    else
        object_note(o, version, "is %: not an object of ours; it is skipped", SPANS(found));
}

static bool is_nearly(span word, const char *const *list)
{
    return words_contain(word, list) || suggest_word(word, list).at != NULL;
}

/* A misspelled group of ours must not be taken for another program's: the object would be skipped,
 * and nobody would know why. Nor must a kind (JWTIssuer) beside it, or in a group that has none. */
static bool looks_like_ours(const object *o, span version)
{
    static const char *const ours[] = {"iam.openfaas.com/v1", NULL};
    static const char *const ours_alone[] = {"JwtIssuer", NULL};
    span group = {version.at, span_index(version, '/')};
    return is_nearly(version, ours) || span_starts(version, OUR_GROUP) ||
           span_equal(group, SPAN("iam.openfaas.com")) || is_nearly(o->kind, ours_alone) ||
           (is_nearly(o->kind, kind_names) && span_equal(group, SPAN("openfaas.com")));
}

static bool is_ours(const object *o)
{
    span version = SPAN_NONE;
    location here = object_member(o, &o->at, "apiVersion", true);
    if (!object_string(o, &here, &version))
        return false;
    if (span_equal(version, OUR_VERSION))
        return true;
    if (looks_like_ours(o, version))
        object_error(o, &here, "api-version", "is %; % is expected", SPANS(version, OUR_VERSION));
    else if (o->kind.at != NULL)
        note_foreign(o, &here, version);
    return false;
}

static object_kind known_kind(const object *o)
{
    object_kind kind = kind_from_name(o->kind);
    if (kind != OBJECT_OTHER)
        return kind;
    location here = location_member(&o->at, SPAN("kind"));
    span near = suggest_word(o->kind, kind_names);
    if (near.at != NULL)
        object_error(o, &here, "unknown-kind", "is %; did you mean %?", SPANS(o->kind, near));
    else
        object_error(o, &here, "unknown-kind", "is %; JwtIssuer, Policy and Role are known",
                     SPANS(o->kind));
    return OBJECT_OTHER;
}

/* What is being deleted grants nothing any more, even while a finalizer keeps it there. */
static bool is_deleted(const object *o)
{
    location metadata = location_member(&o->at, SPAN("metadata"));
    location stamp = location_member(&metadata, SPAN("deletionTimestamp"));
    if (stamp.at == NULL || node_kind(stamp.at) == JSON_NULL)
        return false;
    object_note(o, &stamp, "is set: the object is being deleted and counts as gone", NO_SPANS);
    return true;
}

object_kind metadata_read(loading *load, const location *at, object *out)
{
    *out = (object){load, *at, SPAN_NONE, SPAN_NONE, DEFAULT_NAMESPACE, load->errors};
    if (!object_is_object(out, &out->at))
        return OBJECT_OTHER;
    location items, metadata = location_member(&out->at, SPAN("metadata"));
    if (metadata_is_list(&out->at, &items)) {
        object_error(out, &items, "nested-list",
                     "stand in a List in a List: move them one level up", NO_SPANS);
        return OBJECT_OTHER;
    }
    /* for the sentences; what follows checks them */
    out->kind = node_text(node_member(out->at.at, SPAN("kind")));
    out->name = node_text(node_member(metadata.at, SPAN("name")));
    if (is_elsewhere(out, &metadata))
        return OBJECT_OTHER;
    out->kind = SPAN_NONE;
    location kind_at = object_member(out, &out->at, "kind", true);
    (void)object_string(out, &kind_at, &out->kind);
    if (!is_ours(out) || out->kind.at == NULL)
        return OBJECT_OTHER;
    object_kind kind = known_kind(out);
    if (kind == OBJECT_OTHER || is_deleted(out))
        return OBJECT_OTHER;
    object_check_fields(out, &out->at, object_fields);
    read_metadata(out);
    return kind;
}

bool metadata_is_list(const location *at, location *items)
{
    span kind = node_text(node_member(at->at, SPAN("kind"))), list = SPAN("List");
    span version = node_text(node_member(at->at, SPAN("apiVersion")));
    *items = location_member(at, SPAN("items"));
    if (node_kind(items->at) != JSON_ARRAY)
        return false;
    if (span_equal(kind, list))
        return true;
    return span_starts(version, OUR_GROUP) && kind.len > list.len &&
           span_equal(span_from(kind, kind.len - list.len), list);
}
