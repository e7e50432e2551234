/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

/* A path into claims as other products write it ($.a.b, a.b, a/b, a[0]) is here the name of one
 * claim, which no token has. */

static bool is_separator(char c)
{
    return c == '.' || c == '/' || c == '[' || c == ':';
}

/* Claims that are objects, and what they are looked into for. */
static size_t object_length(span claim)
{
    static const char *const objects[] = {"realm_access",  "resource_access",
                                          "kubernetes.io", "address",
                                          "app_metadata",  "user_metadata",
                                          "firebase",      "ext",
                                          "cnf",           "act",
                                          "attributes",    NULL};
    for (size_t i = 0; objects[i] != NULL; i++) {
        span name = span_of(objects[i]);
        if (span_starts(claim, name) && claim.len > name.len && is_separator(claim.at[name.len]))
            return name.len;
    }
    return 0;
}

static bool ends_in_member(span claim)
{
    static const char *const members[] = {"roles", "groups", "permissions", "namespace",
                                          "email", "sub",    NULL};
    size_t last = claim.len;
    while (last > 0 && claim.at[last - 1] != '.' && claim.at[last - 1] != '/')
        last--;
    /* not of a name that is a URL, or begins as a host does */
    bool host =
        last > 0 && claim.at[last - 1] == '/' && span_index((span){claim.at, last}, '.') < last;
    return last > 1 && !host && span_index(claim, ':') == claim.len &&
           words_contain(span_from(claim, last), members);
}

static bool has_index(span claim)
{
    size_t open = span_index(claim, '[');
    return open > 0 && open + 1 < claim.len && claim.at[claim.len - 1] == ']' &&
           strchr("0123456789*'\"", claim.at[open + 1]) != NULL;
}

/* "[*]" is all of an array, which is what its name means to ForAnyValue:. */
static span without_all(span claim)
{
    span all = SPAN("[*]");
    bool ends = claim.len > all.len && span_equal(span_from(claim, claim.len - all.len), all);
    return ends ? (span){claim.at, claim.len - all.len} : claim;
}

/* The same as a JSON pointer. head: bytes that are one name. */
static void put_pointer(buf *out, span claim, size_t head)
{
    buf_byte(out, '/');
    for (size_t i = 0; i < claim.len; i++) {
        char c = claim.at[i];
        if (i >= head && is_separator(c))
            c = '/';
        if (strchr("]'\"", c) == NULL && !(c == '/' && i + 1 < claim.len && claim.at[i + 1] == '['))
            buf_byte(out, c);
    }
}

bool lint_path(who_check *k, const clause *c)
{
    bool dollar = span_starts(c->claim, SPAN("$.")) || span_starts(c->claim, SPAN("."));
    span claim = span_from(c->claim, !dollar ? 0 : c->claim.at[0] == '$' ? 2 : 1);
    size_t head = object_length(claim);
    buf pointer = BUF_EMPTY;
    if (claim.len == 0 || claim.at[0] == '/' ||
        !(dollar || head > 0 || has_index(claim) || ends_in_member(claim)))
        return false;
    put_pointer(&pointer, without_all(claim), head);
    lint_report(k->lint, "claim-path", &k->of, lint_at(c->pointer),
                "jwt:% is the name of one claim, and no path: into a claim it is jwt:%; for the "
                "items of an array take its name and ForAnyValue:",
                SPANS(c->claim, buf_span(&pointer)));
    buf_free(&pointer);
    return true;
}
