/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/strict.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const tree *tree;
    const char *file;
    findings *found;
} check;

static void report(const check *c, size_t at, const char *before, const char *value,
                   const char *after, const char *rule)
{
    text sentence = TEXT_EMPTY;
    text_put(&sentence, before);
    text_put(&sentence, value);
    text_put(&sentence, after);
    findings_add(c->found, "error", c->file, c->tree->nodes[at].line, sentence.at, NULL, rule);
    text_free(&sentence);
}

/* Not above what the library's reader of JSON takes, which would tell a byte and no line. */
enum { KEYS_MAX = 1000, LEVELS_MAX = 30, NAME_MAX_BYTES = 512 };

/* ---- one node ------------------------------------------------------------ */

static void check_marks(const check *c, size_t at)
{
    const node *n = &c->tree->nodes[at];
    if (n->kind == NODE_ALIAS)
        report(c, at, "", "",
               "An alias (*name) is not allowed in an IAM object: write the value itself.",
               "yaml-alias");
    if (n->anchored)
        report(c, at, "", "", "An anchor (&name) is not allowed in an IAM object: take it away.",
               "yaml-alias");
    if (n->tagged)
        report(c, at, "", "",
               "A tag (!name) is not allowed in an IAM object: take it away, and quote the value "
               "if it is a string.",
               "yaml-tag");
}

static void check_text(const check *c, size_t at)
{
    const node *n = &c->tree->nodes[at];
    if (n->kind == NODE_TEXT && memchr(tree_text(c->tree, n), '\0', n->len) != NULL)
        report(c, at, "", "",
               "This string holds a NUL character, at which some readers would end it.",
               "malformed");
}

static void check_depth(const check *c, size_t root, size_t at)
{
    size_t levels = 1;
    for (size_t up = at; up != root; up = c->tree->nodes[up].parent)
        levels++;
    if (levels == LEVELS_MAX + 1)
        report(c, at, "", "", "This is nested deeper than any IAM object needs.", "malformed");
}

static void check_value(const check *c, size_t at)
{
    const node *n = &c->tree->nodes[at];
    if (n->kind == NODE_TEXT && n->meaning == PLAIN_AMBIGUOUS)
        report(c, at, "", tree_text(c->tree, n),
               " can be read in two ways, for it has no quotes: quote it.", "unquoted-value");
}

/* As the library gets it, with its escapes. */
static size_t json_length(const check *c, const node *n)
{
    text json = TEXT_EMPTY;
    text_json(&json, tree_text(c->tree, n), n->len);
    size_t len = json.len - 2;
    text_free(&json);
    return len;
}

/* As web pages have them; whoever copies one takes it for an indentation. */
static bool begins_with_other_space(const char *name)
{
    static const char *const spaces[] = {"\302\240", "\343\200\200", "\342\200\257", "\342\200\213",
                                         "\357\273\277"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (strncmp(name, spaces[i], strlen(spaces[i])) == 0)
            return true;
    return false;
}

static void check_key(const check *c, size_t at)
{
    const node *n = &c->tree->nodes[at];
    if (n->kind == NODE_TEXT && n->len > NAME_MAX_BYTES / 6 && json_length(c, n) > NAME_MAX_BYTES)
        report(c, at, "", "",
               "This name is longer than 512 bytes, as no name of an IAM object is: shorten it.",
               "limit");
    if (n->kind == NODE_MAP)
        report(c, at, "", "",
               "A name is expected before the colon, not an object: {{ ... }} is a template, which "
               "has to be rendered first (helm template).",
               "yaml-key");
    else if (n->kind == NODE_LIST)
        report(c, at, "", "", "A name is expected before the colon, not an array.", "yaml-key");
    else if (n->kind == NODE_TEXT && begins_with_other_space(tree_text(c->tree, n)))
        report(c, at, "The name ", tree_text(c->tree, n),
               " begins with a space that is none to YAML, as a no-break space of a web page: "
               "indent with ordinary blanks.",
               "yaml-key");
    else if (n->kind == NODE_TEXT && n->meaning != PLAIN_TEXT && n->meaning != PLAIN_INTEGER)
        report(c, at, "The name ", n->len == 0 ? "before the colon" : tree_text(c->tree, n),
               n->len == 0 ? " is missing." : " needs quotes.", "yaml-key");
}

typedef struct {
    const char *name;
    size_t len, at;
} map_key;

static int by_name(const void *a, const void *b)
{
    const map_key *x = a, *y = b;
    size_t shorter = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->name, y->name, shorter);
    if (order == 0)
        order = (x->len > y->len) - (x->len < y->len);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Two objects without a line between them are one to YAML, in which all names stand twice. */
static const char *twice(const check *c, size_t map, const char *name)
{
    static const char *const names[] = {"apiVersion", "kind", "metadata", "spec"};
    for (size_t i = 0; c->tree->nodes[map].parent == NODE_NONE && i < 4; i++)
        if (strcmp(names[i], name) == 0)
            return " is there twice: keep one of them; if two objects stand here, put a line with "
                   "--- between them.";
    return " is there twice: keep one of them.";
}

static void check_repeated(const check *c, size_t map)
{
    size_t count = 0;
    map_key *keys = new_array(c->tree->nodes[map].children / 2 + 1, sizeof *keys);
    for (size_t key = tree_first(c->tree, map); key != NODE_NONE; key = tree_next_key(c->tree, key))
        if (c->tree->nodes[key].kind == NODE_TEXT)
            keys[count++] =
                (map_key){tree_text(c->tree, &c->tree->nodes[key]), c->tree->nodes[key].len, key};
    qsort(keys, count, sizeof *keys, by_name);
    for (size_t i = 1; i < count; i++)
        if (keys[i].len == keys[i - 1].len &&
            memcmp(keys[i].name, keys[i - 1].name, keys[i].len) == 0)
            report(c, keys[i].at, "", keys[i].name, twice(c, map, keys[i].name),
                   "yaml-duplicate-key");
    free(keys);
}

/* Of a map and those that it stands in: so does the library's reader count. */
static size_t open_names(const tree *t, size_t map)
{
    size_t names = 0;
    for (size_t up = map; up != NODE_NONE; up = t->nodes[up].parent)
        names += t->nodes[up].kind == NODE_MAP ? t->nodes[up].children / 2 : 0;
    return names;
}

static void check_keys(const check *c, size_t map)
{
    if (open_names(c->tree, map) > KEYS_MAX) {
        report(c, map, "", "", "This holds more names than any IAM object needs.", "yaml-key");
        return;
    }
    for (size_t key = tree_first(c->tree, map); key != NODE_NONE; key = tree_next_key(c->tree, key))
        check_key(c, key);
    check_repeated(c, map);
}

bool strict_check_keys(const tree *t, size_t map, const char *file, findings *found)
{
    check c = {t, file, found};
    size_t before = found->errors;
    check_marks(&c, map);
    if (t->nodes[map].kind == NODE_MAP)
        check_keys(&c, map);
    return found->errors == before;
}

/* ---- all of an object ---------------------------------------------------- */

/* The server writes these parts, and nothing is decided by them: old versions of kubectl print
 * dates there without quotes. */
static bool is_servers(const tree *t, size_t root, size_t key)
{
    static const char *const names[] = {"managedFields", "creationTimestamp", "deletionTimestamp"};
    const char *name = t->nodes[key].kind == NODE_TEXT ? tree_text(t, &t->nodes[key]) : "";
    size_t map = t->nodes[key].parent;
    if (map == root)
        return strcmp(name, "status") == 0;
    size_t metadata = tree_key(t, root, "metadata", strlen("metadata"));
    if (metadata == NODE_NONE || tree_value(t, metadata) != map)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void check_node(const check *c, size_t root, size_t at, size_t *quiet_until)
{
    const node *n = &c->tree->nodes[at];
    check_marks(c, at);
    check_text(c, at);
    check_depth(c, root, at);
    if (n->kind == NODE_MAP && !n->key)
        check_keys(c, at);
    if (n->key && is_servers(c->tree, root, at))
        *quiet_until = tree_end(c->tree, tree_value(c->tree, at));
    if (!n->key && at >= *quiet_until)
        check_value(c, at);
}

bool strict_check(const tree *t, size_t root, const char *file, findings *found)
{
    check c = {t, file, found};
    size_t before = found->errors, quiet_until = 0;
    for (size_t at = root; at < tree_end(t, root);) {
        const node *n = &t->nodes[at];
        check_node(&c, root, at, &quiet_until);
        at = n->key ? tree_end(t, at) : at + 1; /* what is in a key was reported with it */
    }
    return found->errors == before;
}
