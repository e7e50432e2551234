/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_TREE_H
#define FNTOKEN_LIB_IAM_FILES_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/text.h"

/* A file of YAML or JSON as a tree that remembers how everything was written and where. Nothing is
 * resolved: anchors, aliases, tags and duplicate keys are kept, for strict.h to refuse. */

/* What a plain scalar (one without quotes) means to YAML. */
typedef enum {
    PLAIN_TEXT, /* a string to every reader; also whatever has quotes */
    /* a decimal integer below 2^53 without leading zero: to every reader the same */
    PLAIN_INTEGER,
    PLAIN_WORD, /* true, false or null, as JSON writes them; nothing is null too */
    /* to some reader a number, a boolean or a date that is not the text (0123, 1.10, yes) */
    PLAIN_AMBIGUOUS,
} plain_kind;

typedef enum { NODE_TEXT, NODE_LIST, NODE_MAP, NODE_ALIAS } node_kind;

/* Nodes are in the order of the text, each before what it contains; in a map, keys and values
 * alternate. There is one for each few bytes of a file, so they are small; no file is longer than
 * 16 MiB, so numbers are short. */
typedef struct {
    uint32_t line : 25; /* from 1 */
    node_kind kind : 2;
    plain_kind meaning : 2; /* of NODE_TEXT */
    bool key : 1;           /* in a map, before the colon */
    bool anchored : 1;      /* has an anchor, &name */
    bool tagged : 1;        /* has a tag, !name */
    uint32_t parent;        /* NODE_NONE for a document's root */
    uint32_t index; /* in the list or map that it is in, from 0; keys and values both count */
    union {
        uint32_t children; /* of a list: its items; of a map: its keys and values */
        uint32_t len;      /* of NODE_TEXT */
    };
    union {
        uint32_t end;  /* of a list or map, see tree_end */
        uint32_t text; /* of NODE_TEXT, see tree_text */
    };
} node;

_Static_assert(sizeof(node) == 20, "as much as is said of memory in tests/cli/heap.c");

#define NODE_NONE ((size_t)UINT32_MAX)

typedef struct {
    node *nodes; /* the documents' roots one after another: the first is 0, the next its end */
    size_t count, capacity;
    char *bytes; /* of all texts, a NUL behind each */
    size_t len, size;
} tree;

#define TREE_EMPTY ((tree){NULL, 0, 0, NULL, 0, 0})

void tree_free(tree *t);

/* The node after everything in it. */
static inline size_t tree_end(const tree *t, size_t at)
{
    const node *n = &t->nodes[at];
    return n->kind == NODE_LIST || n->kind == NODE_MAP ? n->end : at + 1;
}

/* Of NODE_TEXT, NUL-terminated; valid until more is added. */
static inline const char *tree_text(const tree *t, const node *n)
{
    return t->bytes + n->text;
}

/* Of a list: its items; of a map: its keys, each followed by its value. NODE_NONE: no more. */
size_t tree_first(const tree *t, size_t parent);
size_t tree_next(const tree *t, size_t sibling);
size_t tree_value(const tree *t, size_t key);
size_t tree_next_key(const tree *t, size_t key);

/* The item of a list at that index, or NODE_NONE. */
size_t tree_item(const tree *t, size_t list, size_t index);

/* The first key of that name in a map, or NODE_NONE. */
size_t tree_key(const tree *t, size_t map, const char *name, size_t len);

/* ---- building ------------------------------------------------------------ */

enum { TREE_DEPTH = 100 };

/* Whether there are more nodes than one for each four bytes of the text, and 10000: the library
 * takes fewer, and has more memory for each. */
bool tree_is_too_dense(const tree *t, size_t bytes);

/* Start with {out, NODE_NONE, 0}. */
typedef struct {
    tree *out;
    size_t open; /* the innermost list or map that goes on, or NODE_NONE */
    size_t depth;
} tree_builder;

/* What is added stands in the list or map that is open; valid until the next is added. */
node *tree_add(tree_builder *b, node_kind kind, int line);
node *tree_add_text(tree_builder *b, const char *bytes, size_t len, int line);
node *tree_open(tree_builder *b, node_kind kind, int line);
void tree_close(tree_builder *b);

/* Gives back the memory that nothing was added into. */
void tree_finish(tree *t);

/* Takes the document out that was not finished; those before it stay. */
void tree_drop_open(tree_builder *b);

#endif
