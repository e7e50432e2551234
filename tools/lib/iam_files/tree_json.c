/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/tree_json.h"

#include <stdlib.h>
#include <string.h>

/* ---- there --------------------------------------------------------------- */

/* Dates without quotes are left where the server writes them: they go on as text. */
static void write_begin(text *json, const tree *t, const node *n)
{
    if (n->kind != NODE_TEXT)
        text_byte(json, n->kind == NODE_MAP ? '{' : '[');
    else if (n->key || n->meaning == PLAIN_TEXT || n->meaning == PLAIN_AMBIGUOUS)
        text_json(json, tree_text(t, n), n->len);
    else
        text_put(json, n->len == 0 ? "null" : tree_text(t, n));
}

static void write_separator(text *json, const tree *t, size_t root, size_t at)
{
    const node *n = &t->nodes[at];
    if (at != root && at != n->parent + 1)
        text_byte(json, t->nodes[n->parent].kind == NODE_MAP && !n->key ? ':' : ',');
}

void tree_json(text *json, const tree *t, size_t root)
{
    size_t open = t->nodes[root].parent, outside = open;
    for (size_t at = root, end = tree_end(t, root); at <= end; at++) {
        while (open != outside && tree_end(t, open) <= at) {
            text_byte(json, t->nodes[open].kind == NODE_MAP ? '}' : ']');
            open = t->nodes[open].parent;
        }
        if (at == end)
            break;
        write_separator(json, t, root, at);
        write_begin(json, t, &t->nodes[at]);
        if (t->nodes[at].kind != NODE_TEXT)
            open = at;
    }
}

/* ---- and back ------------------------------------------------------------ */

/* Unescapes one step of the pointer and answers what follows it. */
static const char *next_step(const char *pointer, text *step)
{
    step->len = 0;
    text_put(step, "");
    for (pointer++; *pointer != '\0' && *pointer != '/'; pointer++) {
        char c = *pointer;
        if (c == '~' && (pointer[1] == '0' || pointer[1] == '1'))
            c = *++pointer == '0' ? '~' : '/';
        text_byte(step, c);
    }
    return pointer;
}

/* The child that a step names, or NODE_NONE; *line becomes that of its key or item. */
static size_t child(const tree *t, size_t at, const text *step, int *line)
{
    size_t named = NODE_NONE;
    if (t->nodes[at].kind == NODE_MAP) {
        named = tree_key(t, at, step->at, step->len);
    } else if (t->nodes[at].kind == NODE_LIST) {
        named = tree_item(t, at, strtoul(step->at, NULL, 10));
    }
    if (named == NODE_NONE)
        return NODE_NONE;
    *line = t->nodes[named].line;
    return t->nodes[at].kind == NODE_MAP ? tree_value(t, named) : named;
}

int tree_line(const tree *t, size_t root, const char *pointer)
{
    text step = TEXT_EMPTY;
    int line = t->nodes[root].line;
    for (size_t at = root; at != NODE_NONE && *pointer == '/';) {
        pointer = next_step(pointer, &step);
        at = child(t, at, &step, &line);
    }
    text_free(&step);
    return line;
}
