/* SPDX-License-Identifier: MIT */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

#include "strict.h"

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static const tree *add_source(objects *all, const char *file, tree read)
{
    if (all->source_count == all->source_size) {
        size_t size = all->source_size == 0 ? 8 : all->source_size * 2;
        struct source **more = new_array(size, sizeof *more);
        if (all->source_count > 0)
            memcpy(more, all->sources, all->source_count * sizeof *more);
        free(all->sources);
        all->sources = more;
        all->source_size = size;
    }
    struct source *s = new_array(1, sizeof *s);
    *s = (struct source){new_copy(file, strlen(file)), read};
    all->sources[all->source_count++] = s;
    return &s->tree;
}

static void add_object(objects *all, const tree *t, size_t root)
{
    if (all->object_count == all->object_size) {
        size_t size = all->object_size == 0 ? 16 : all->object_size * 2;
        object *more = new_array(size, sizeof *more);
        if (all->object_count > 0)
            memcpy(more, all->objects, all->object_count * sizeof *more);
        free(all->objects);
        all->objects = more;
        all->object_size = size;
    }
    all->objects[all->object_count++] = (object){all->sources[all->source_count - 1]->file, t, root};
}

void objects_free(objects *all)
{
    for (size_t i = 0; i < all->source_count; i++) {
        tree_free(&all->sources[i]->tree);
        free(all->sources[i]->file);
        free(all->sources[i]);
    }
    free(all->sources);
    free(all->objects);
    text_free(&all->json);
    *all = (objects){0};
}

/* ---- what an object is ------------------------------------------------------------------------------------------ */

/* The text of a member of a map, or NULL where there is none or it is no text. */
static const char *member(const tree *t, size_t map, const char *name)
{
    size_t key = tree_key(t, map, name, strlen(name));
    size_t value = key == NODE_NONE ? NODE_NONE : tree_value(t, key);
    return value != NODE_NONE && t->nodes[value].kind == NODE_TEXT ? t->nodes[value].text : NULL;
}

static bool has(const tree *t, size_t map, const char *name)
{
    return tree_key(t, map, name, strlen(name)) != NODE_NONE;
}

static bool is_our_group(const char *version)
{
    static const char group[] = "iam.openfaas.com";
    return version != NULL && strncmp(version, group, sizeof group - 1) == 0;
}

/* Whoever hides his group behind an alias or writes it twice is looked at as closely as ours. */
static bool is_ours(const tree *t, size_t map)
{
    const char *version = member(t, map, "apiVersion"), *kind = member(t, map, "kind");
    if (has(t, map, "apiVersion") && version == NULL)
        return true;
    if (version == NULL)
        return kind != NULL && (strcmp(kind, "JwtIssuer") == 0 || strcmp(kind, "Policy") == 0 || strcmp(kind, "Role") == 0);
    size_t key = tree_key(t, map, "apiVersion", strlen("apiVersion"));
    for (; key != NODE_NONE; key = tree_next_key(t, key)) {
        size_t value = tree_value(t, key);
        if (value != NODE_NONE && t->nodes[value].kind == NODE_TEXT && is_our_group(t->nodes[value].text))
            return true;
    }
    return false;
}

/* Anything of which a Kubernetes object could have been meant. */
static bool looks_like_object(const tree *t, size_t map)
{
    return has(t, map, "apiVersion") || has(t, map, "kind") || has(t, map, "metadata") || has(t, map, "spec");
}

/* The items of a list as kubectl prints it, or NODE_NONE. */
static size_t list_items(const tree *t, size_t map)
{
    const char *kind = member(t, map, "kind");
    size_t key = tree_key(t, map, "items", strlen("items"));
    size_t items = key == NODE_NONE ? NODE_NONE : tree_value(t, key);
    if (kind == NULL || items == NODE_NONE || t->nodes[items].kind != NODE_LIST)
        return NODE_NONE;
    size_t len = strlen(kind);
    bool ours = is_our_group(member(t, map, "apiVersion")) && len > 4 && strcmp(kind + len - 4, "List") == 0;
    return ours || strcmp(kind, "List") == 0 ? items : NODE_NONE;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void write_member(text *json, const char *name, const char *value)
{
    if (value == NULL)
        return;
    if (json->at[json->len - 1] != '{')
        text_byte(json, ',');
    text_json(json, name, strlen(name));
    text_byte(json, ':');
    text_json(json, value, strlen(value));
}

/* Enough of another program's object for the library to say whose it is. */
static void write_stub(text *json, const tree *t, size_t map)
{
    size_t key = tree_key(t, map, "metadata", strlen("metadata"));
    size_t metadata = key == NODE_NONE ? NODE_NONE : tree_value(t, key);
    text_byte(json, '{');
    write_member(json, "apiVersion", member(t, map, "apiVersion"));
    write_member(json, "kind", member(t, map, "kind"));
    if (metadata != NODE_NONE && member(t, metadata, "name") != NULL) {
        text_put(json, json->at[json->len - 1] == '{' ? "\"metadata\":{" : ",\"metadata\":{");
        write_member(json, "name", member(t, metadata, "name"));
        text_byte(json, '}');
    }
    text_byte(json, '}');
}

static void add_map(objects *all, const tree *t, size_t map, findings *found)
{
    const char *file = all->sources[all->source_count - 1]->file;
    if (!looks_like_object(t, map)) {
        findings_add(found, "note", file, t->nodes[map].line, "This is no Kubernetes object; it is skipped.", NULL, "skipped-kind");
        return;
    }
    if (all->json.len > 1)
        text_byte(&all->json, ',');
    add_object(all, t, map);
    if (is_ours(t, map))
        strict_write(&all->json, t, map, file, found);
    else
        write_stub(&all->json, t, map);
}

static void add_items(objects *all, const tree *t, size_t items, findings *found)
{
    const char *file = all->sources[all->source_count - 1]->file;
    for (size_t item = tree_first(t, items); item != NODE_NONE; item = tree_next(t, item)) {
        if (t->nodes[item].kind == NODE_MAP)
            add_map(all, t, item, found);
        else
            findings_add(found, "error", file, t->nodes[item].line, "An object is expected in this list.", NULL, "yaml-object");
    }
}

static bool is_nothing(const node *n)
{
    return n->kind == NODE_TEXT && n->plain && (n->len == 0 || strcmp(n->text, "null") == 0 || strcmp(n->text, "~") == 0);
}

static void add_document(objects *all, const tree *t, size_t root, findings *found)
{
    const char *file = all->sources[all->source_count - 1]->file;
    const node *n = &t->nodes[root];
    size_t items = n->kind == NODE_LIST ? root : n->kind == NODE_MAP ? list_items(t, root) : NODE_NONE;
    if (items != NODE_NONE && strict_check_keys(t, root, file, found))
        add_items(all, t, items, found);
    else if (items == NODE_NONE && n->kind == NODE_MAP)
        add_map(all, t, root, found);
    else if (items == NODE_NONE && !is_nothing(n))
        findings_add(found, "error", file, n->line, "A Kubernetes object is expected, with apiVersion, kind, metadata and spec.", NULL,
                     "yaml-object");
}

void objects_add(objects *all, const char *file, const text *content, findings *found)
{
    tree read;
    yaml_mistake why;
    if (all->json.len == 0)
        text_put(&all->json, "[");
    bool good = yaml_read(content, &read, &why);
    if (!good) {
        text sentence = TEXT_EMPTY;
        text_put(&sentence, "This can't be read as YAML or JSON: ");
        text_put(&sentence, why.sentence);
        text_put(&sentence, ".");
        findings_add(found, "error", file, why.line, sentence.at, NULL, "yaml-syntax");
        text_free(&sentence);
    } else if (read.count == 0) {
        findings_add(found, "warning", file, 1, "There is nothing in here.", NULL, "empty-file");
    }
    const tree *t = add_source(all, file, read);
    for (size_t root = 0; good && root < t->count; root = t->nodes[root].end)
        add_document(all, t, root, found);
}

void objects_finish(objects *all)
{
    text_put(&all->json, all->json.len == 0 ? "[]" : "]");
}
