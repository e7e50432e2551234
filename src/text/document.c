/* SPDX-License-Identifier: MIT */
#include "text/document.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <limits.h>

#include "base/memory.h"
#include "text/json_scan.h"

_Static_assert(JSON_SIZE <= INT_MAX, "an offset fits into cJSON's integer value");

struct document {
    char *copy; /* of the text, where it has numbers: they are read from here */
    size_t len;
    cJSON *tree;
};

/* A node is a cJSON item, opaque to others. */
static const cJSON *item_of(const node *n)
{
    return (const cJSON *)(const void *)n;
}

static const node *node_of(const cJSON *item)
{
    return (const node *)(const void *)item;
}

/* ---- limits -------------------------------------------------------------- */

enum { VALUES_FREE = 10000, BYTES_A_VALUE = 8 };

/* The end of the string that begins at at, behind its quote. text is valid. */
static size_t string_end(const char *text, size_t at)
{
    for (at++; text[at] != '"'; at++)
        at += text[at] == '\\' ? 1 : 0;
    return at + 1;
}

static bool is_name(span text, size_t end)
{
    while (end < text.len && json_is_space(text.at[end]))
        end++;
    return end < text.len && text.at[end] == ':';
}

/* A value of the tree takes about a hundred bytes: text that has hardly any bytes for each would
 * become fifty times as large. A name stands in paths, which are never cut. */
static fnt_status check_size(span text, json_fault *fault)
{
    size_t values = 1, most = VALUES_FREE + text.len / BYTES_A_VALUE;
    for (size_t at = 0, end; at < text.len; at = end) {
        char c = text.at[at];
        end = c == '"' ? string_end(text.at, at) : at + 1;
        values += c == ',' || c == '[' || c == '{' ? 1 : 0;
        const char *wrong = values > most ? "there are too many values for so few bytes"
                            : end - at > DOCUMENT_NAME + 2 && is_name(text, end)
                                ? "a name is longer than 512 bytes"
                                : NULL;
        if (wrong == NULL)
            continue;
        *fault = (json_fault){at, wrong};
        return FNT_REFUSED_MALFORMED;
    }
    return FNT_OK;
}

/* ---- numbers ------------------------------------------------------------- */

static bool begins_number(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

/* Where the next number of a valid text starts; at is not inside a value. The end of text if there
 * is none. */
static size_t next_number(span text, size_t at)
{
    while (at < text.len && !begins_number(text.at[at]))
        at = text.at[at] == '"' ? string_end(text.at, at) : at + 1;
    return at;
}

static span number_at(span text, size_t at)
{
    size_t end = at;
    while (end < text.len && (begins_number(text.at[end]) || strchr("+.Ee", text.at[end]) != NULL))
        end++;
    return (span){text.at + at, end - at};
}

/* Makes every number 0 and spaces. cJSON takes a number through strtod and the locale's decimal
 * point, and no more than 63 characters of it; node_number has the number as it was written. */
static bool blank_numbers(char *copy, span text)
{
    bool any = false;
    for (size_t at = next_number(text, 0), len; at < text.len; at = next_number(text, at + len)) {
        len = number_at(text, at).len;
        memset(copy + at, ' ', len);
        copy[at] = '0';
        any = true;
    }
    return any;
}

/* ---- the tree ------------------------------------------------------------ */

/* Visits all of the tree in the order of the text, parents first. json_validate bounds its depth.
 */
typedef struct {
    cJSON *parents[JSON_DEPTH];
    size_t depth;
} walk;

static cJSON *next_item(walk *w, cJSON *item)
{
    if (item->child != NULL) {
        assert(w->depth < JSON_DEPTH);
        w->parents[w->depth++] = item;
        return item->child;
    }
    while (item->next == NULL && w->depth > 0)
        item = w->parents[--w->depth];
    return item->next;
}

/* Stores each number's offset in the text as its integer value, which cJSON read as 0. */
static void store_offsets(cJSON *tree, span text)
{
    walk w = {.depth = 0};
    size_t at = 0;
    for (cJSON *item = tree; item != NULL; item = next_item(&w, item)) {
        if (!cJSON_IsNumber(item))
            continue;
        at = next_number(text, at);
        item->valueint = (int)at;
        at += number_at(text, at).len;
    }
}

/* What json_validate accepts is JSON to cJSON too, so the only reason for having no tree is a lack
 * of memory. */
static fnt_status build(document *d, span text)
{
    d->copy = memory_strndup(text);
    d->len = text.len;
    if (d->copy == NULL)
        return FNT_FAULT_MEMORY;
    bool numbers = blank_numbers(d->copy, text);
    d->tree = cJSON_ParseWithLength(d->copy, text.len);
    if (d->tree == NULL)
        return FNT_FAULT_MEMORY;
    if (numbers) {
        memcpy(d->copy, text.at, text.len);
        store_offsets(d->tree, text);
    } else {
        memory_free(d->copy);
        d->copy = NULL;
    }
    return FNT_OK;
}

fnt_status document_parse(span text, document **out, json_fault *fault)
{
    json_value root;
    *out = NULL;
    if (json_validate_value(text, &root, fault) != FNT_OK || check_size(text, fault) != FNT_OK)
        return FNT_REFUSED_MALFORMED;
    document *d = memory_alloc(sizeof *d);
    if (d == NULL)
        return FNT_FAULT_MEMORY;
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
        memory_cleanse(text, strlen(text));
}

static void wipe_tree(cJSON *tree)
{
    walk w = {.depth = 0};
    for (cJSON *item = tree; item != NULL; item = next_item(&w, item)) {
        wipe_text(item->valuestring);
        wipe_text(item->string);
    }
}

void document_free(document *d)
{
    if (d == NULL)
        return;
    wipe_tree(d->tree);
    cJSON_Delete(d->tree);
    memory_free(d->copy);
    memory_free(d);
}

const node *document_root(const document *d)
{
    return node_of(d->tree);
}

json_kind node_kind(const node *n)
{
    if (n == NULL)
        return JSON_ABSENT;
    switch (item_of(n)->type & 0xff) {
    case cJSON_Object:
        return JSON_OBJECT;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_String:
        return JSON_STRING;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_True:
        return JSON_TRUE;
    case cJSON_False:
        return JSON_FALSE;
    case cJSON_NULL:
        return JSON_NULL;
    default:
        return JSON_ABSENT;
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

span node_number(const document *d, const node *n)
{
    if (node_kind(n) != JSON_NUMBER)
        return SPAN_NONE;
    return number_at((span){d->copy, d->len}, (size_t)item_of(n)->valueint);
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
