/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- the tree ------------------------------------------------------------ */

void tree_free(tree *t)
{
    free(t->nodes);
    free(t->bytes);
    *t = TREE_EMPTY;
}

size_t tree_first(const tree *t, size_t parent)
{
    return parent + 1 < tree_end(t, parent) ? parent + 1 : NODE_NONE;
}

size_t tree_next(const tree *t, size_t sibling)
{
    size_t parent = t->nodes[sibling].parent, next = tree_end(t, sibling);
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
        if (n->kind == NODE_TEXT && n->len == len &&
            (len == 0 || memcmp(tree_text(t, n), name, len) == 0))
            return key;
    }
    return NODE_NONE;
}

/* What contains a node, or the node itself, directly under list. */
static size_t item_with(const tree *t, size_t list, size_t at)
{
    while (t->nodes[at].parent != list)
        at = t->nodes[at].parent;
    return at;
}

/* Nodes stand in the order of the text, so that of the items is found by halves. */
size_t tree_item(const tree *t, size_t list, size_t index)
{
    size_t low = list + 1, high = tree_end(t, list);
    while (low < high) {
        size_t item = item_with(t, list, low + (high - low) / 2);
        if (t->nodes[item].index == index)
            return item;
        if (t->nodes[item].index < index)
            low = tree_end(t, item);
        else
            high = item;
    }
    return NODE_NONE;
}

/* ---- building ------------------------------------------------------------ */

enum { LINES = (1 << 25) - 1 };

bool tree_is_too_dense(const tree *t, size_t bytes)
{
    return t->count > 10000 + bytes / 4;
}

node *tree_add(tree_builder *b, node_kind kind, int line)
{
    tree *t = b->out;
    t->nodes = grow(t->nodes, t->count, &t->capacity, sizeof *t->nodes);
    node *n = &t->nodes[t->count++];
    *n = (node){.kind = kind, .line = (uint32_t)line & LINES, .parent = (uint32_t)b->open};
    if (b->open != NODE_NONE)
        n->index = t->nodes[b->open].children++;
    n->key = b->open != NODE_NONE && t->nodes[b->open].kind == NODE_MAP && n->index % 2 == 0;
    return n;
}

node *tree_add_text(tree_builder *b, const char *bytes, size_t len, int line)
{
    tree *t = b->out;
    node *n = tree_add(b, NODE_TEXT, line);
    while (t->size < t->len + len + 1)
        t->bytes = grow(t->bytes, t->size, &t->size, 1);
    if (len > 0)
        memcpy(t->bytes + t->len, bytes, len);
    t->bytes[t->len + len] = '\0';
    n->len = (uint32_t)len;
    n->text = (uint32_t)t->len;
    t->len += len + 1;
    return n;
}

node *tree_open(tree_builder *b, node_kind kind, int line)
{
    node *n = tree_add(b, kind, line);
    b->open = b->out->count - 1;
    b->depth++;
    return n;
}

void tree_close(tree_builder *b)
{
    node *n = &b->out->nodes[b->open];
    n->end = (uint32_t)b->out->count;
    b->open = n->parent;
    b->depth--;
}

void tree_drop_open(tree_builder *b)
{
    size_t root = b->open;
    while (root != NODE_NONE && b->out->nodes[root].parent != NODE_NONE)
        root = b->out->nodes[root].parent;
    if (root != NODE_NONE)
        b->out->count = root;
    b->open = NODE_NONE;
    b->depth = 0;
}

void tree_finish(tree *t)
{
    t->nodes = shrink(t->nodes, t->count, &t->capacity, sizeof *t->nodes);
    t->bytes = shrink(t->bytes, t->len, &t->size, 1);
}
