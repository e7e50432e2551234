/* SPDX-License-Identifier: MIT */
#include "text/document.h"

#include <cjson/cJSON.h>

#include "base/memory.h"

struct document {
    char *text; /* as it was given: numbers are read from here */
    json_value root;
    cJSON *tree;
};

/* A node is a cJSON item that others can't look into. */
static const cJSON *item_of(const node *n)
{
    return (const cJSON *)(const void *)n;
}

static const node *node_of(const cJSON *item)
{
    return (const node *)(const void *)item;
}

/* Makes every number 0 and spaces. cJSON takes a number through strtod and the locale's decimal point, and no more than 63
 * characters of it; nobody needs its opinion, since document_number has the number as it was written. */
static void blank_numbers(char *at, const char *end)
{
    bool in_string = false, in_number = false;
    for (; at < end; at++) {
        bool starts = *at == '-' || (*at >= '0' && *at <= '9');
        if (in_string && *at == '\\') {
            at++;
        } else if (*at == '"') {
            in_string = !in_string;
            in_number = false;
        } else if (!in_string && in_number && (starts || *at == '.' || *at == '+' || *at == 'e' || *at == 'E')) {
            *at = ' ';
        } else if (!in_string) {
            in_number = starts;
            *at = starts ? '0' : *at;
        }
    }
}

/* What passed the check is JSON to cJSON too, so there is only one reason for no tree: no memory. */
static fnt_status build(document *d, span text)
{
    char *plain = memory_text(text);
    d->text = memory_text(text);
    if (plain != NULL && d->text != NULL) {
        blank_numbers(plain, plain + text.len);
        d->tree = cJSON_ParseWithLength(plain, text.len);
        d->root.raw.at = d->text + (d->root.raw.at - text.at);
    }
    memory_free(plain);
    return d->tree == NULL ? FNT_FAULT_MEMORY : FNT_OK;
}

fnt_status document_parse(span text, document **out, json_fault *fault)
{
    json_value root;
    *out = NULL;
    if (json_check_value(text, &root, fault) != FNT_OK)
        return FNT_REFUSED_MALFORMED;
    document *d = memory_new(sizeof *d);
    if (d == NULL)
        return FNT_FAULT_MEMORY;
    d->root = root;
    if (build(d, text) != FNT_OK) {
        document_free(d);
        return FNT_FAULT_MEMORY;
    }
    *out = d;
    return FNT_OK;
}

static void wipe_text(char *text)
{
    if (text != NULL)
        memory_wipe(text, strlen(text));
}

/* Visits all of the tree, parents first. The check bounds its depth. */
static void wipe_tree(cJSON *item)
{
    cJSON *parents[JSON_DEPTH];
    size_t depth = 0;
    while (item != NULL) {
        wipe_text(item->valuestring);
        wipe_text(item->string);
        if (item->child != NULL) {
            parents[depth++] = item;
            item = item->child;
            continue;
        }
        while (item->next == NULL && depth > 0)
            item = parents[--depth];
        item = item->next;
    }
}

void document_free(document *d)
{
    if (d == NULL)
        return;
    wipe_tree(d->tree);
    cJSON_Delete(d->tree);
    memory_free(d->text);
    memory_free(d);
}

const node *document_root(const document *d)
{
    return node_of(d->tree);
}

json_kind node_kind(const node *n)
{
    if (n == NULL)
        return JSON_NOTHING;
    switch (item_of(n)->type & 0xff) {
    case cJSON_Object: return JSON_OBJECT;
    case cJSON_Array:  return JSON_ARRAY;
    case cJSON_String: return JSON_STRING;
    case cJSON_Number: return JSON_NUMBER;
    case cJSON_True:   return JSON_TRUE;
    case cJSON_False:  return JSON_FALSE;
    case cJSON_NULL:   return JSON_NULL;
    default:           return JSON_NOTHING;
    }
}

span node_name(const node *n)
{
    return n == NULL ? SPAN_NONE : span_of(item_of(n)->string);
}

/* No string holds a NUL: the check refused it. */
span node_text(const node *n)
{
    return node_kind(n) == JSON_STRING ? span_of(item_of(n)->valuestring) : SPAN_NONE;
}

const node *node_first(const node *n)
{
    json_kind kind = node_kind(n);
    return kind == JSON_OBJECT || kind == JSON_ARRAY ? node_of(item_of(n)->child) : NULL;
}

const node *node_next(const node *n)
{
    return n == NULL ? NULL : node_of(item_of(n)->next);
}

/* cJSON_GetObjectItem ignores case, so it is not used. */
const node *node_member(const node *n, span name)
{
    if (node_kind(n) != JSON_OBJECT)
        return NULL;
    for (const node *member = node_first(n); member != NULL; member = node_next(member))
        if (span_equal(node_name(member), name))
            return member;
    return NULL;
}

span document_number(const document *d, span pointer)
{
    json_value value = json_at(d->root, pointer);
    return value.kind == JSON_NUMBER ? value.raw : SPAN_NONE;
}
