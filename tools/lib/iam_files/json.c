/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/json.h"

#include <string.h>

#include "lib/iam_files/plain.h"

typedef struct {
    const char *at, *end;
    size_t size;
    int line;
    tree_builder tree;
    plain_rules rules;
    text scratch;
} json_cursor;

/* ---- characters ---------------------------------------------------------- */

static void skip_blanks(json_cursor *c)
{
    for (; c->at < c->end && strchr(" \t\r\n", *c->at) != NULL && *c->at != '\0'; c->at++)
        c->line += *c->at == '\n';
}

/* The next byte that is no white space, if it is that one. */
static bool take(json_cursor *c, char wanted)
{
    skip_blanks(c);
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)((found - digits) % 16);
}

/* Behind "\u": the four digits, or false. */
static bool take_unit(json_cursor *c, unsigned *unit)
{
    *unit = 0;
    if (c->end - c->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(*c->at++);
        if (digit < 0)
            return false;
        *unit = *unit * 16 + (unsigned)digit;
    }
    return true;
}

static void put_utf8(text *out, unsigned point)
{
    if (point < 0x80) {
        text_byte(out, (char)point);
        return;
    }
    int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char heads[] = {0, 0xc0, 0xe0, 0xf0};
    text_byte(out, (char)(heads[more] | point >> (6 * more)));
    for (int shift = 6 * (more - 1); shift >= 0; shift -= 6)
        text_byte(out, (char)(0x80 | (point >> shift & 0x3f)));
}

/* Two halves of a pair make one character; half a pair is none. */
static bool take_escaped_point(json_cursor *c)
{
    unsigned high = 0, low = 0;
    if (!take_unit(c, &high) || (high >= 0xdc00 && high <= 0xdfff))
        return false;
    if (high < 0xd800 || high > 0xdfff) {
        put_utf8(&c->scratch, high);
        return true;
    }
    if (c->end - c->at < 2 || c->at[0] != '\\' || c->at[1] != 'u')
        return false;
    c->at += 2;
    if (!take_unit(c, &low) || low < 0xdc00 || low > 0xdfff)
        return false;
    put_utf8(&c->scratch, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
    return true;
}

static bool take_escape(json_cursor *c)
{
    static const char written[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = NULL;
    if (c->at == c->end)
        return false;
    char what = *c->at++;
    if (what == 'u')
        return take_escaped_point(c);
    found = what == '\0' ? NULL : strchr(written, what);
    if (found != NULL)
        text_byte(&c->scratch, meant[found - written]);
    return found != NULL;
}

/* Of the character that begins here, or 0: it is no UTF-8 (RFC 3629: no overlong form, no half of
 * a pair, nothing above U+10FFFF). */
static size_t utf8_len(const unsigned char *at, size_t left)
{
    size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (at[0] > 0xf4 || len > left)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return len;
}

static bool take_character(json_cursor *c)
{
    size_t len = utf8_len((const unsigned char *)c->at, (size_t)(c->end - c->at));
    if (len == 0 || (unsigned char)*c->at < 0x20)
        return false;
    text_add(&c->scratch, c->at, len);
    c->at += len;
    return true;
}

/* ---- values -------------------------------------------------------------- */

static bool take_string(json_cursor *c)
{
    c->scratch.len = 0;
    text_put(&c->scratch, "");
    if (!take(c, '"'))
        return false;
    while (c->at < c->end && *c->at != '"') {
        bool escaped = *c->at == '\\';
        c->at += escaped ? 1 : 0;
        if (!(escaped ? take_escape(c) : take_character(c)))
            return false;
    }
    if (!take(c, '"'))
        return false;
    (void)tree_add_text(&c->tree, c->scratch.at, c->scratch.len, c->line);
    return true;
}

/* A number, true, false or null. One that is written as JSON has none (01) goes on as one that must
 * have quotes. */
static bool take_plain(json_cursor *c)
{
    const char *begin = c->at;
    while (c->at < c->end && strchr(" \t\r\n,:{}[]\"", *c->at) == NULL)
        c->at++;
    c->scratch.len = 0;
    text_add(&c->scratch, begin, (size_t)(c->at - begin));
    plain_kind meaning = plain_meaning(&c->rules, c->scratch.at);
    if (c->scratch.len == 0 || meaning == PLAIN_TEXT)
        return false;
    tree_add_text(&c->tree, c->scratch.at, c->scratch.len, c->line)->meaning = meaning;
    return true;
}

static bool take_value(json_cursor *c)
{
    bool map = take(c, '{');
    if (map || take(c, '[')) {
        (void)tree_open(&c->tree, map ? NODE_MAP : NODE_LIST, c->line);
        return c->tree.depth <= TREE_DEPTH;
    }
    return c->at < c->end && (*c->at == '"' ? take_string(c) : take_plain(c));
}

/* One member or item of what is open, or its end. */
static bool take_next(json_cursor *c)
{
    const tree *t = c->tree.out;
    bool map = t->nodes[c->tree.open].kind == NODE_MAP;
    if (take(c, map ? '}' : ']')) {
        tree_close(&c->tree);
        return true;
    }
    if (t->count > c->tree.open + 1 && !take(c, ','))
        return false;
    return (!map || (take_string(c) && take(c, ':'))) && take_value(c);
}

static bool take_file(json_cursor *c)
{
    bool good = take_value(c) && c->tree.open != NODE_NONE;
    while (good && c->tree.open != NODE_NONE)
        good = take_next(c) && !tree_is_too_dense(c->tree.out, c->size);
    skip_blanks(c);
    return good && c->at == c->end;
}

/* ---- what is wrong ------------------------------------------------------- */

/* The last character before that place that is no white space, or 0. */
static char before(const json_cursor *c)
{
    const char *at = c->at, *begin = c->end - c->size;
    while (at > begin && strchr(" \t\r\n", at[-1]) != NULL)
        at--;
    return at > begin ? at[-1] : '\0';
}

static bool begins_value(char c)
{
    return c != '\0' && strchr("\"{[-0123456789tfn", c) != NULL;
}

static const char *sentence_of(const json_cursor *c)
{
    char next = c->at < c->end ? *c->at : '\0', last = before(c);
    if (c->tree.depth > TREE_DEPTH)
        return mistake_too_deep;
    if (tree_is_too_dense(c->tree.out, c->size))
        return mistake_too_dense;
    if (c->tree.out->count == 0 || c->tree.out->nodes[0].kind == NODE_TEXT)
        return strncmp(c->end - c->size, "\357\273\277", 3) == 0
                   ? "a byte order mark stands before it: save it as UTF-8 without one"
                   : "it does not begin with a brace or bracket, as an object or array does";
    if (c->tree.open == NODE_NONE)
        return "something stands behind its end: take that away, or put several objects into one "
               "array";
    if (c->at == c->end)
        return "the text ends before what begins here is closed: it was cut off, or a bracket or "
               "quote is missing";
    if (last == ',' && (next == '}' || next == ']'))
        return "a comma stands before a closing bracket, which JSON does not have: take it away";
    if (next == '/' || next == '#')
        return "a comment is here, which JSON does not have: take it away, or write YAML and #";
    if (next == '\'')
        return "a single quote is here; JSON has double quotes: use those";
    if (last != ',' && last != ':' && last != '{' && last != '[' && begins_value(next))
        return "a comma is missing before this: add it";
    if ((unsigned char)next < 0x20)
        return "a string is not closed in its line, or holds a control character: add the quote, "
               "or write \\n or \\t";
    return "this is neither a value of JSON nor a comma or bracket: strings have double quotes";
}

static mistake mistake_of(const json_cursor *c)
{
    bool ends = c->at == c->end && c->tree.open != NODE_NONE;
    return (mistake){ends ? c->tree.out->nodes[c->tree.open].line : c->line, sentence_of(c)};
}

bool json_begins(const text *file)
{
    const char *at = file->at != NULL ? file->at : "";
    at += strspn(at, " \t\r\n");
    bool bracket = *at == '{' || *at == '[';
    at += bracket ? 1 + strspn(at + 1, " \t\r\n") : 0;
    return bracket && *at != '\0' && strchr("\"{[", *at) != NULL &&
           !(at[0] == '{' && at[-1] == '{');
}

bool json_read(const text *file, tree *out, mistake *why)
{
    *out = TREE_EMPTY;
    *why = (mistake){1, "out of memory"};
    if (file->len == 0)
        return false;
    json_cursor c = {.at = file->at,
                     .end = file->at + file->len,
                     .size = file->len,
                     .line = 1,
                     .tree = {out, NODE_NONE, 0}};
    bool good = plain_begin(&c.rules);
    if (good) {
        good = take_file(&c);
        plain_end(&c.rules);
        *why = good ? *why : mistake_of(&c);
    }
    text_free(&c.scratch);
    if (!good)
        tree_free(out);
    return good;
}
