/* SPDX-License-Identifier: MIT */
#include "objects.h"

/* One step of a JSON pointer (RFC 6901), without its escapes; the rest of the pointer. */
static const char *next_step(const char *pointer, text *step)
{
    text_free(step);
    text_put(step, "");
    for (pointer++; *pointer != '\0' && *pointer != '/'; pointer++) {
        char c = *pointer;
        if (c == '~' && (pointer[1] == '0' || pointer[1] == '1'))
            c = *++pointer == '0' ? '~' : '/';
        text_byte(step, c);
    }
    return pointer;
}

static size_t number_of(const text *step)
{
    size_t n = 0;
    for (size_t i = 0; i < step->len; i++) {
        if (step->at[i] < '0' || step->at[i] > '9' || n > 100000000)
            return NODE_NONE;
        n = n * 10 + (size_t)(step->at[i] - '0');
    }
    return step->len > 0 ? n : NODE_NONE;
}

/* The child that a step names, or NODE_NONE; *line becomes that of its key or item. */
static size_t child(const tree *t, size_t at, const text *step, int *line)
{
    size_t found = NODE_NONE, number = 0;
    if (t->nodes[at].kind == NODE_MAP) {
        size_t key = tree_key(t, at, step->at, step->len);
        if (key == NODE_NONE)
            return NODE_NONE;
        *line = t->nodes[key].line;
        return tree_value(t, key);
    }
    if (t->nodes[at].kind != NODE_LIST || (number = number_of(step)) == NODE_NONE)
        return NODE_NONE;
    for (found = tree_first(t, at); found != NODE_NONE && number > 0; number--)
        found = tree_next(t, found);
    if (found != NODE_NONE)
        *line = t->nodes[found].line;
    return found;
}

void objects_place(const objects *all, const char *pointer, const char **file, int *line)
{
    text step = TEXT_EMPTY;
    *file = all->source_count > 0 ? all->sources[0]->file : "-";
    *line = 1;
    if (pointer != NULL && *pointer == '/') {
        const char *rest = next_step(pointer, &step);
        size_t index = number_of(&step);
        if (index < all->object_count) {
            const object *o = &all->objects[index];
            *file = o->file;
            *line = o->tree->nodes[o->root].line;
            for (size_t at = o->root; at != NODE_NONE && *rest == '/';) {
                rest = next_step(rest, &step);
                at = child(o->tree, at, &step, line);
            }
        }
    }
    text_free(&step);
}
