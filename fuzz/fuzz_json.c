/* SPDX-License-Identifier: MIT */
/* Any text: the strict reader and the tree that cJSON makes say the same (rule 4): both take it or
 * neither, and then every name, value, kind and order agrees; and the readers of single values
 * agree with each other. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/document.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* ---- one value ----------------------------------------------------------- */

static void same_text(json_value string, span text)
{
    buf dst = BUF_EMPTY;
    char *to = buf_extend(&dst, string.raw.len);
    must(to != NULL && text.at != NULL);
    span read = json_unescape(string, to);
    must(span_equal(read, text) && read.len <= string.raw.len);
    must(json_string_equals(string, text) && json_strings_equal(string, string));
    must(memchr(read.at, '\0', read.len) == NULL);
    must(text.len == 0 || !json_string_equals(string, (span){text.at, text.len - 1}));

    /* as it reads, where that could be written without an escape */
    json_value plain = {JSON_STRING, text, false};
    if (span_index(text, '\\') == text.len)
        must(json_strings_equal(string, plain) && json_strings_equal(plain, string));
    for (uint32_t point; text.len > 0;) {
        size_t len = utf8_next(text, &point);
        must(len > 0);
        text = span_from(text, len);
    }
    buf_free(&dst);
}

static void same_number(json_value number, span written)
{
    int64_t down = -1, up = -1;
    must(span_equal(number.raw, written));
    bool good = json_seconds(number, false, &down);
    must(json_seconds(number, true, &up) == good);
    must(good ? down >= 0 && (up == down || up == down + 1) && up <= INT64_C(1) << 53
              : down == -1 && up == -1);
    if (!json_is_plain_integer(number))
        return;
    char dst[INTEGER_SIZE];
    must(good && down == up && span_equal(integer_print(down, dst), written));
}

/* ---- the whole tree ------------------------------------------------------ */

typedef struct {
    json_value value;
    json_iterator walk;
    const node *next;
    size_t index, path_len;
} level;

typedef struct {
    json_value root;
    const document *document;
    buf path; /* RFC 6901, of the value being looked at */
    level open[JSON_DEPTH + 1];
    size_t depth;
} trees;

static void add_step(buf *path, span name)
{
    buf_byte(path, '/');
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (c == '~' || c == '/')
            buf_add(path, c == '~' ? SPAN("~0") : SPAN("~1"));
        else
            buf_byte(path, c);
    }
}

static void look_at(trees *t, json_value value, const node *n)
{
    span path = buf_span(&t->path);
    must(path.at != NULL && node_kind(n) == value.kind);
    json_value found = json_resolve_pointer(t->root, path);
    must(found.kind == value.kind && found.raw.at == value.raw.at &&
         found.raw.len == value.raw.len);
    if (value.kind == JSON_STRING)
        same_text(value, node_text(n));
    if (value.kind == JSON_NUMBER)
        same_number(value, node_number(t->document, n));
    must(value.kind == JSON_NUMBER || node_number(t->document, n).at == NULL);
    if (value.kind != JSON_OBJECT && value.kind != JSON_ARRAY) {
        must(node_first(n) == NULL);
        return;
    }
    must(t->depth < JSON_DEPTH);
    json_iterator walk = value.kind == JSON_OBJECT ? json_members(value) : json_items(value);
    t->open[t->depth++] = (level){value, walk, node_first(n), 0, t->path.len};
}

/* The next member or item of the innermost container that is open. */
static void go_on(trees *t)
{
    level *l = &t->open[t->depth - 1];
    json_value name, value;
    char dst[INTEGER_SIZE];
    bool object = l->value.kind == JSON_OBJECT;
    t->path.len = l->path_len;
    if (!(object ? json_next_member(&l->walk, &name, &value) : json_next_item(&l->walk, &value))) {
        must(l->next == NULL);
        t->depth--;
        return;
    }
    must(l->next != NULL);
    const node *n = l->next;
    if (object) {
        same_text(name, node_name(n));
        must(json_member(l->value, node_name(n)).raw.at == value.raw.at);
        add_step(&t->path, node_name(n));
    } else {
        must(node_name(n).at == NULL);
        add_step(&t->path, integer_print((int64_t)l->index++, dst));
    }
    l->next = node_next(n);
    look_at(t, value, n);
}

static void compare(json_value root, const document *d)
{
    static trees t;
    t.root = root;
    t.document = d;
    t.path = BUF_EMPTY;
    t.depth = 0;
    look_at(&t, root, document_root(d));
    while (t.depth > 0)
        go_on(&t);
    buf_free(&t.path);
}

/* ---- picking ------------------------------------------------------------- */

enum { PICKED = 8 };

/* The first members whose names are short, and one that is not there. */
static size_t take_names(json_value root, json_name *names)
{
    json_value name, value;
    size_t count = 1;
    memset(names, 0, PICKED * sizeof *names);
    memcpy(names[0], "\x01", 1);
    for (json_iterator walk = json_members(root);
         count < PICKED && json_next_member(&walk, &name, &value);) {
        char dst[6 * (sizeof *names - 1)];
        span text = name.raw.len <= sizeof dst ? json_unescape(name, dst) : SPAN_NONE;
        if (text.at != NULL && text.len < sizeof *names)
            memcpy(names[count++], text.at, text.len);
    }
    return count;
}

static void picked_is_what_is_found(span text, json_value root)
{
    json_name names[PICKED];
    json_value values[PICKED], object;
    size_t count = take_names(root, names);
    fnt_status status =
        json_validate_pick(text, (const json_name *)names, values, count, SIZE_MAX, &object, NULL);
    for (size_t i = 0; i < count; i++) {
        json_value found = status == FNT_OK ? json_member(root, span_of(names[i]))
                                            : (json_value){JSON_ABSENT, SPAN_NONE, false};
        must(values[i].kind == found.kind && values[i].raw.at == found.raw.at &&
             values[i].raw.len == found.raw.len);
        must(values[i].escaped == found.escaped);
    }
}

static bool is_limit_of_documents(const char *reason)
{
    return reason != NULL && (strcmp(reason, "a name is longer than 512 bytes") == 0 ||
                              strcmp(reason, "there are too many values for so few bytes") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span text = {(const char *)data, size};
    json_value root, object;
    json_fault fault = {0, NULL}, of_document = {0, NULL};
    document *d;
    work_begin();
    fnt_status status = json_validate_value(text, &root, &fault);
    work_end(WORK_JSON, size);
    must(status == FNT_OK || status == FNT_REFUSED_MALFORMED);
    must((json_validate(text, &object, NULL) == FNT_OK) ==
         (status == FNT_OK && root.kind == JSON_OBJECT));
    picked_is_what_is_found(text, root);
    work_begin();
    fnt_status as_document = document_parse(text, &d, &of_document);
    work_end(WORK_DOCUMENT, size);
    if (as_document != status) { /* a document has limits of its own: names, and how many values */
        must(status == FNT_OK && as_document == FNT_REFUSED_MALFORMED && d == NULL);
        must(of_document.at <= size && is_limit_of_documents(of_document.reason));
    } else if (status == FNT_OK) {
        compare(root, d);
    } else {
        must(d == NULL && root.kind == JSON_ABSENT && object.kind == JSON_ABSENT);
        must(fault.reason != NULL && fault.at <= size && fault.reason == of_document.reason &&
             fault.at == of_document.at);
    }
    document_free(d);
    return 0;
}
