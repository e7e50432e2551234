/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/yaml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "lib/iam_files/plain.h"

/* ---- the tree ------------------------------------------------------------ */

void tree_free(tree *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->nodes[i].text);
    free(t->nodes);
    *t = (tree){NULL, 0, 0};
}

size_t tree_first(const tree *t, size_t parent)
{
    return parent + 1 < t->nodes[parent].end ? parent + 1 : NODE_NONE;
}

size_t tree_next(const tree *t, size_t sibling)
{
    size_t parent = t->nodes[sibling].parent, next = t->nodes[sibling].end;
    return parent != NODE_NONE && next < t->nodes[parent].end ? next : NODE_NONE;
}

size_t tree_value(const tree *t, size_t key)
{
    return tree_next(t, key);
}

size_t tree_next_key(const tree *t, size_t key)
{
    size_t value = tree_value(t, key);
    return value == NODE_NONE ? NODE_NONE : tree_next(t, value);
}

size_t tree_key(const tree *t, size_t map, const char *name, size_t len)
{
    if (t->nodes[map].kind != NODE_MAP)
        return NODE_NONE;
    for (size_t key = tree_first(t, map); key != NODE_NONE; key = tree_next_key(t, key)) {
        const node *n = &t->nodes[key];
        if (n->kind == NODE_TEXT && n->len == len && (len == 0 || memcmp(n->text, name, len) == 0))
            return key;
    }
    return NODE_NONE;
}

/* ---- building ------------------------------------------------------------ */

typedef struct {
    tree *out;
    size_t open; /* the innermost list or map that goes on, or NODE_NONE */
    size_t depth;
    plain_rules rules;
} builder;

static node *append(builder *b, node_kind kind, const yaml_event_t *event)
{
    tree *t = b->out;
    t->nodes = grow(t->nodes, t->count, &t->capacity, sizeof *t->nodes);
    node *n = &t->nodes[t->count++];
    *n = (node){.kind = kind, .line = (int)event->start_mark.line + 1, .parent = b->open};
    n->key = b->open != NODE_NONE && t->nodes[b->open].kind == NODE_MAP &&
             t->nodes[b->open].children++ % 2 == 0;
    n->end = t->count;
    return n;
}

static void add_text(builder *b, const yaml_event_t *event)
{
    node *n = append(b, NODE_TEXT, event);
    n->anchored = event->data.scalar.anchor != NULL;
    n->tagged = event->data.scalar.tag != NULL;
    n->len = event->data.scalar.length;
    n->text = new_copy((const char *)event->data.scalar.value, n->len);
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        n->meaning = plain_meaning(&b->rules, n->text);
}

static void begin(builder *b, node_kind kind, const yaml_event_t *event, bool anchored, bool tagged)
{
    node *n = append(b, kind, event);
    n->anchored = anchored;
    n->tagged = tagged;
    b->open = b->out->count - 1;
    b->depth++;
}

static void end(builder *b)
{
    node *n = &b->out->nodes[b->open];
    n->end = b->out->count;
    b->open = n->parent;
    b->depth--;
}

static void take(builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        add_text(b, event);
        break;
    case YAML_ALIAS_EVENT:
        (void)append(b, NODE_ALIAS, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        begin(b, NODE_LIST, event, event->data.sequence_start.anchor != NULL,
              event->data.sequence_start.tag != NULL);
        break;
    case YAML_MAPPING_START_EVENT:
        begin(b, NODE_MAP, event, event->data.mapping_start.anchor != NULL,
              event->data.mapping_start.tag != NULL);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        end(b);
        break;
    default: /* the start and end of streams and documents: each document has a root */
        break;
    }
}

/* What a text that broke off left unfinished is given up, document by document. */
static void drop_open(builder *b)
{
    size_t root = b->open;
    while (root != NODE_NONE && b->out->nodes[root].parent != NODE_NONE)
        root = b->out->nodes[root].parent;
    for (tree *t = b->out; root != NODE_NONE && t->count > root;)
        free(t->nodes[--t->count].text);
}

/* Bytes that are no UTF-8 are found before there is a mark: only their number is known. */
static yaml_mistake mistake_of(const yaml_parser_t *parser, const text *file)
{
    yaml_mistake why = {(int)parser->problem_mark.line + 1,
                        parser->problem != NULL ? parser->problem : "out of memory"};
    if (parser->error != YAML_READER_ERROR)
        return why;
    why.line = 1;
    for (size_t i = 0; i < file->len && i < parser->problem_offset; i++)
        why.line += file->at[i] == '\n';
    return why;
}

static bool build(yaml_parser_t *parser, const text *file, builder *b, yaml_mistake *why)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (yaml_parser_parse(parser, &event) == 0) {
            *why = mistake_of(parser, file);
            return false;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        take(b, &event);
        int line = (int)event.start_mark.line + 1;
        yaml_event_delete(&event);
        if (b->depth > YAML_DEPTH) {
            *why = (yaml_mistake){line, "nested more than 100 levels deep"};
            return false;
        }
    }
    return true;
}

bool yaml_read(const text *file, tree *out, yaml_mistake *why)
{
    yaml_parser_t parser;
    builder b = {.out = out, .open = NODE_NONE};
    *out = (tree){NULL, 0, 0};
    *why = (yaml_mistake){1, "out of memory"};
    if (!plain_begin(&b.rules))
        return false;
    bool good = yaml_parser_initialize(&parser) != 0;
    if (good) {
        /* or a byte order mark could make it UTF-16 */
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser, (const unsigned char *)file->at, file->len);
        good = build(&parser, file, &b, why);
        yaml_parser_delete(&parser);
    }
    if (!good)
        drop_open(&b);
    plain_end(&b.rules);
    return good;
}
