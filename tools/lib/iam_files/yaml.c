/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/yaml.h"

#include <string.h>
#include <yaml.h>

#include "lib/iam_files/plain.h"

/* ---- building ------------------------------------------------------------ */

typedef struct {
    tree_builder tree;
    plain_rules rules;
} builder;

static int line_of(const yaml_event_t *event)
{
    return (int)event->start_mark.line + 1;
}

static void add_text(builder *b, const yaml_event_t *event)
{
    node *n = tree_add_text(&b->tree, (const char *)event->data.scalar.value,
                            event->data.scalar.length, line_of(event));
    n->anchored = event->data.scalar.anchor != NULL;
    n->tagged = event->data.scalar.tag != NULL;
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        n->meaning = plain_meaning(&b->rules, tree_text(b->tree.out, n));
}

static void begin(builder *b, node_kind kind, const yaml_event_t *event, bool anchored, bool tagged)
{
    node *n = tree_open(&b->tree, kind, line_of(event));
    n->anchored = anchored;
    n->tagged = tagged;
}

static void take(builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        add_text(b, event);
        break;
    case YAML_ALIAS_EVENT:
        (void)tree_add(&b->tree, NODE_ALIAS, line_of(event));
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
        tree_close(&b->tree);
        break;
    default: /* the start and end of streams and documents: each document has a root */
        break;
    }
}

/* Bytes that are no UTF-8 are found before there is a mark: only their number is known. */
static mistake mistake_of(const yaml_parser_t *parser, const text *file)
{
    mistake why = {(int)parser->problem_mark.line + 1,
                   parser->problem != NULL ? parser->problem : "out of memory"};
    /* a quote that is never closed is found at the end, and belongs to where it was opened */
    if (parser->error == YAML_SCANNER_ERROR && parser->context != NULL &&
        strcmp(parser->context, "while scanning a quoted scalar") == 0)
        why.line = (int)parser->context_mark.line + 1;
    if (parser->error != YAML_READER_ERROR)
        return why;
    why.line = 1;
    for (size_t i = 0; i < file->len && i < parser->problem_offset; i++)
        why.line += file->at[i] == '\n';
    return why;
}

static bool build(yaml_parser_t *parser, const text *file, builder *b, mistake *why)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (yaml_parser_parse(parser, &event) == 0) {
            *why = mistake_of(parser, file);
            return false;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        take(b, &event);
        int line = line_of(&event);
        yaml_event_delete(&event);
        if (b->tree.depth > TREE_DEPTH) {
            *why = (mistake){line, mistake_too_deep};
            return false;
        }
        if (tree_is_too_dense(b->tree.out, file->len)) {
            *why = (mistake){line, mistake_too_dense};
            return false;
        }
    }
    return true;
}

bool yaml_read(const text *file, tree *out, mistake *why)
{
    yaml_parser_t parser;
    builder b = {.tree = {out, NODE_NONE, 0}};
    *out = TREE_EMPTY;
    *why = (mistake){1, "out of memory"};
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
        tree_drop_open(&b.tree);
    plain_end(&b.rules);
    return good;
}
