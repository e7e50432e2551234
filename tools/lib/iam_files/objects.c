/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/objects.h"

#include <stdlib.h>
#include <string.h>

#include "lib/iam_files/json.h"
#include "lib/iam_files/strict.h"
#include "lib/iam_files/tree_json.h"
#include "lib/iam_files/yaml.h"

enum { SHOWN = 256 }; /* bytes of somebody else's message */

/* One file. Pointers to these stay while more come. */
struct source {
    char *file;
    tree tree;
};

void objects_free(objects *all)
{
    for (size_t i = 0; i < all->source_count; i++) {
        tree_free(&all->sources[i]->tree);
        free(all->sources[i]->file);
        free(all->sources[i]);
    }
    free(all->sources);
    free(all->at);
    *all = (objects){0};
}

size_t objects_sweep(objects *all)
{
    size_t kept = 0, before = all->count;
    for (size_t i = 0; i < before; i++)
        if (!all->at[i].broken)
            all->at[kept++] = all->at[i];
    all->count = kept;
    return before - kept;
}

bool objects_any_ours(const objects *all, size_t from)
{
    for (size_t i = from; i < all->count; i++)
        if (all->at[i].ours)
            return true;
    return false;
}

/* ---- what an object is --------------------------------------------------- */

static size_t value_of(const tree *t, size_t map, const char *name)
{
    size_t key = tree_key(t, map, name, strlen(name));
    return key == NODE_NONE ? NODE_NONE : tree_value(t, key);
}

/* The value of a member of a map, or NULL where there is none or it is not a string. */
static const char *member(const tree *t, size_t map, const char *name)
{
    size_t value = value_of(t, map, name);
    return value != NODE_NONE && t->nodes[value].kind == NODE_TEXT ? tree_text(t, &t->nodes[value])
                                                                   : NULL;
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

/* An object whose group is hidden behind an alias or written twice is checked as strictly as ours.
 */
static bool is_ours(const tree *t, size_t map)
{
    const char *version = member(t, map, "apiVersion"), *kind = member(t, map, "kind");
    if (has(t, map, "apiVersion") && version == NULL)
        return true;
    if (version == NULL)
        return kind != NULL && (strcmp(kind, "JwtIssuer") == 0 || strcmp(kind, "Policy") == 0 ||
                                strcmp(kind, "Role") == 0);
    size_t key = tree_key(t, map, "apiVersion", strlen("apiVersion"));
    for (; key != NODE_NONE; key = tree_next_key(t, key)) {
        size_t value = tree_value(t, key);
        if (value != NODE_NONE && t->nodes[value].kind == NODE_TEXT &&
            is_our_group(tree_text(t, &t->nodes[value])))
            return true;
    }
    return false;
}

/* Whether a Kubernetes object could have been meant. */
static bool looks_like_object(const tree *t, size_t map)
{
    return has(t, map, "apiVersion") || has(t, map, "kind") || has(t, map, "metadata") ||
           has(t, map, "spec");
}

/* The items of a List as kubectl prints it, or NODE_NONE. The library takes Lists apart as well;
 * here each object needs its own line, and those of others must not be read as strictly as ours. */
static size_t list_items(const tree *t, size_t map)
{
    const char *kind = member(t, map, "kind");
    size_t items = value_of(t, map, "items");
    if (kind == NULL || items == NODE_NONE || t->nodes[items].kind != NODE_LIST)
        return NODE_NONE;
    size_t len = strlen(kind);
    bool ours = is_our_group(member(t, map, "apiVersion")) && len > 4 &&
                strcmp(kind + len - 4, "List") == 0;
    return ours || strcmp(kind, "List") == 0 ? items : NODE_NONE;
}

/* ---- reading ------------------------------------------------------------- */

/* What the API server answers instead of objects, kept as a file: its message, or NULL. */
static const char *refusal(const tree *t, size_t map)
{
    const char *kind = member(t, map, "kind"), *status = member(t, map, "status");
    if (kind != NULL && strcmp(kind, "Status") == 0 && status != NULL &&
        strcmp(status, "Failure") == 0)
        return member(t, map, "message") != NULL ? member(t, map, "message") : status;
    if (kind != NULL || has(t, map, "apiVersion"))
        return NULL;
    return member(t, map, "error") != NULL ? member(t, map, "error") : member(t, map, "Error");
}

static void report_refusal(const source *in, size_t map, const char *message, findings *found)
{
    text sentence = TEXT_EMPTY;
    text_print(&sentence,
               "This is an error that was answered instead of objects: \"%.*s\"; ask again, and "
               "look at what is answered before it is kept.",
               SHOWN, message);
    findings_add(found, "error", in->file, in->tree.nodes[map].line, sentence.at, NULL,
                 "yaml-object");
    text_free(&sentence);
}

static void add_map(objects *all, const source *in, size_t map, findings *found)
{
    const tree *t = &in->tree;
    bool ours = is_ours(t, map);
    const char *message = refusal(t, map);
    all->seen++;
    if (message != NULL) {
        report_refusal(in, map, message, found);
    } else if (!looks_like_object(t, map)) {
        findings_add(found, "note", in->file, t->nodes[map].line,
                     "This is no Kubernetes object; it is skipped.", NULL, "skipped-kind");
    } else if (!ours || strict_check(t, map, in->file, found)) {
        all->at = grow(all->at, all->count, &all->capacity, sizeof *all->at);
        all->at[all->count++] = (object){in->file, t, map, ours, false};
    }
}

static void add_items(objects *all, const source *in, size_t items, findings *found)
{
    const tree *t = &in->tree;
    for (size_t item = tree_first(t, items); item != NODE_NONE; item = tree_next(t, item)) {
        if (t->nodes[item].kind == NODE_MAP)
            add_map(all, in, item, found);
        else
            findings_add(found, "error", in->file, t->nodes[item].line,
                         "An object is expected in this array.", NULL, "yaml-object");
    }
}

static bool is_nothing(const tree *t, const node *n)
{
    return n->kind == NODE_TEXT && n->meaning != PLAIN_TEXT &&
           (n->len == 0 || strcmp(tree_text(t, n), "null") == 0 ||
            strcmp(tree_text(t, n), "~") == 0);
}

static void report_other(const source *in, const text *content, size_t root, findings *found)
{
    mistake why = {in->tree.nodes[root].line, NULL};
    text sentence = TEXT_EMPTY;
    text_put(&sentence,
             "A Kubernetes object is expected, with apiVersion, kind, metadata and spec");
    if (mistake_pasted(content, why.line, &why))
        text_print(&sentence, ": %s", why.sentence);
    text_byte(&sentence, '.');
    findings_add(found, "error", in->file, why.line, sentence.at, NULL, "yaml-object");
    text_free(&sentence);
}

/* quiet: the file has a mistake further down, which says more about text than what it is not. False
 * where that was said. */
static bool add_document(objects *all, const source *in, const text *content, bool quiet,
                         size_t root, findings *found)
{
    const tree *t = &in->tree;
    const node *n = &t->nodes[root];
    size_t items = n->kind == NODE_LIST  ? root
                   : n->kind == NODE_MAP ? list_items(t, root)
                                         : NODE_NONE;
    if (items != NODE_NONE && strict_check_keys(t, root, in->file, found))
        add_items(all, in, items, found);
    else if (items == NODE_NONE && n->kind == NODE_MAP)
        add_map(all, in, root, found);
    else if (items == NODE_NONE && !is_nothing(t, n) && !quiet)
        report_other(in, content, root, found);
    return n->kind == NODE_LIST || n->kind == NODE_MAP || is_nothing(t, n);
}

static void report_mistake(const source *in, const char *kind, const char *before,
                           const mistake *why, const char *rule, findings *found)
{
    text sentence = TEXT_EMPTY;
    text_print(&sentence, "%s: %s.", before, why->sentence);
    findings_add(found, kind, in->file, why->line, sentence.at, NULL, rule);
    text_free(&sentence);
}

static bool is_named_json(const char *file)
{
    size_t len = strlen(file);
    return len >= 5 && strcmp(file + len - 5, ".json") == 0;
}

/* False where the text breaks off in a mistake; in->tree holds what stands before it. */
static bool read_text(source *in, const text *content, findings *found)
{
    mistake of_json, of_yaml;
    if (json_read(content, &in->tree, &of_json))
        return true;
    if (yaml_read(content, &in->tree, &of_yaml)) {
        if (json_begins(content) && is_named_json(in->file))
            report_mistake(in, "warning", "This is named .json, and only YAML reads it", &of_json,
                           "json-syntax", found);
        return true;
    }
    bool json = json_begins(content);
    of_yaml = mistake_explained(content, json ? of_json : of_yaml, json);
    report_mistake(in, "error", "This can't be read as YAML or JSON", &of_yaml, "yaml-syntax",
                   found);
    return false;
}

/* Windows' editors begin a file with a byte order mark, which YAML 1.2 allows (5.2). */
static text without_mark(const text *content)
{
    static const char mark[] = "\357\273\277";
    size_t len = content->len >= 3 && memcmp(content->at, mark, 3) == 0 ? 3 : 0;
    return (text){content->at + len, content->len - len, 0};
}

void objects_add(objects *all, const char *file, const text *content, findings *found)
{
    source *in = new_array(1, sizeof *in);
    text body = content->at != NULL ? without_mark(content) : *content;
    all->sources =
        grow(all->sources, all->source_count, &all->source_capacity, sizeof *all->sources);
    all->sources[all->source_count++] = in;
    in->file = new_copy(file, strlen(file));
    bool quiet = !read_text(in, &body, found);
    tree_finish(&in->tree);
    for (size_t root = 0; root < in->tree.count; root = tree_end(&in->tree, root))
        quiet = !add_document(all, in, &body, quiet, root, found) || quiet;
}

/* ---- to the library and back --------------------------------------------- */

/* Enough of another program's object for the library to say whose it is. */
static void write_stub(text *json, const tree *t, size_t map)
{
    static const char *const names[] = {"apiVersion", "kind"};
    size_t metadata = value_of(t, map, "metadata");
    text_byte(json, '{');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (member(t, map, names[i]) != NULL)
            text_member(json, names[i], member(t, map, names[i]));
    if (metadata != NODE_NONE && member(t, metadata, "name") != NULL) {
        text_put(json, json->at[json->len - 1] == '{' ? "\"metadata\":{" : ",\"metadata\":{");
        text_member(json, "name", member(t, metadata, "name"));
        text_byte(json, '}');
    }
    text_byte(json, '}');
}

static const char *metadata(const object *o, const char *name, const char *absent)
{
    size_t map = value_of(o->tree, o->root, "metadata");
    const char *value = map != NODE_NONE ? member(o->tree, map, name) : NULL;
    return value != NULL ? value : absent;
}

static const char *namespace_of(const object *o)
{
    return metadata(o, "namespace", "openfaas");
}

/* Whether it is one of the words, which have a blank between them. */
static bool is_among(const char *word, const char *words)
{
    size_t len = strlen(word);
    for (const char *at = words; *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        if (n == len && memcmp(at, word, n) == 0)
            return true;
        at += n;
    }
    return false;
}

void objects_keep_loaded(objects *all, const char *namespaces)
{
    bool every = strcmp(namespaces, "*") == 0;
    for (size_t i = 0; i < all->count; i++) {
        object *o = &all->at[i];
        o->broken = !o->ours || (!every && !is_among(namespace_of(o), namespaces));
    }
    (void)objects_sweep(all);
}

void objects_list(const objects *all, text *list)
{
    for (size_t i = 0; i < all->count; i++) {
        const object *o = &all->at[i];
        const char *kind = member(o->tree, o->root, "kind");
        text_print(list, "%s %s/%s %s:%d\n", kind != NULL ? kind : "", namespace_of(o),
                   metadata(o, "name", ""), o->file, o->tree->nodes[o->root].line);
    }
}

/* Of all trees, unless characters have to be escaped: a text has a NUL where there are quotes and a
 * separator then. */
static size_t json_size(const objects *all)
{
    size_t size = 2;
    for (size_t i = 0; i < all->source_count; i++)
        size += all->sources[i]->tree.len + 3 * all->sources[i]->tree.count;
    return size;
}

void objects_json(const objects *all, text *json)
{
    text_reserve(json, json_size(all));
    text_byte(json, '[');
    for (size_t i = 0; i < all->count; i++) {
        const object *o = &all->at[i];
        if (i > 0)
            text_byte(json, ',');
        if (o->ours)
            tree_json(json, o->tree, o->root);
        else
            write_stub(json, o->tree, o->root);
    }
    text_byte(json, ']');
}

object *objects_locate(const objects *all, const char *pointer, const char **file, int *line)
{
    char *rest = NULL;
    *file = all->source_count > 0 ? all->sources[0]->file : "-";
    *line = 1;
    if (pointer == NULL || pointer[0] != '/' || pointer[1] < '0' || pointer[1] > '9')
        return NULL;
    unsigned long long index = strtoull(pointer + 1, &rest, 10);
    if (index >= all->count)
        return NULL;
    object *o = &all->at[index];
    *file = o->file;
    *line = tree_line(o->tree, o->root, rest);
    return o;
}
