/* SPDX-License-Identifier: MIT */
#include "iam/rules/digest.h"

#include <stdlib.h>

#include "base/memory.h"
#include "keys/crypto/crypto.h"

/* The text that is hashed. Every value says how long it is, so that no two sets have one text:
 *
 *     value = LENGTH ":" BYTES / "-"            "-" is absent
 *     set   = COUNT "{" *value "}"              each value once, in ascending order
 *
 * An object is a value that holds its fields, in the order in which they are written below. What
 * only reports show (paths) is left out; names and sids are in it, as reports and logs name
 * them. */

typedef void value_writer(buf *out, const void *of, size_t index);

static void put_value(buf *out, span text)
{
    if (text.at == NULL) {
        buf_byte(out, '-');
        return;
    }
    buf_integer(out, (int64_t)text.len);
    buf_byte(out, ':');
    buf_add(out, text);
}

static int by_bytes(const void *a, const void *b)
{
    const span *x = a, *y = b;
    size_t shorter = x->len < y->len ? x->len : y->len;
    int order = shorter == 0 ? 0 : memcmp(x->at, y->at, shorter);
    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* items point into a copy of what stands behind the begin, which they replace. */
static void put_sorted(buf *out, span *items, size_t count)
{
    size_t distinct = 0;
    qsort(items, count, sizeof *items, by_bytes);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !span_equal(items[i], items[i - 1]))
            items[distinct++] = items[i];
    buf_integer(out, (int64_t)distinct);
    buf_byte(out, '{');
    for (size_t i = 0; i < distinct; i++)
        put_value(out, items[i]);
    buf_byte(out, '}');
}

/* The values are written one behind the other, and then put in order. */
static void put_set(buf *out, const void *of, size_t count, value_writer *write)
{
    size_t begin = out->len;
    span *items = memory_alloc_array(count, sizeof *items);
    for (size_t i = 0; items != NULL && i < count; i++) {
        size_t start = out->len;
        write(out, of, i);
        items[i].len = out->len - start;
    }
    char *copy = items == NULL || out->failed
                     ? NULL
                     : memory_strndup((span){out->at + begin, out->len - begin});
    if (copy == NULL) {
        out->failed = true;
    } else {
        const char *next = copy;
        for (size_t i = 0; i < count; i++) {
            items[i].at = next;
            next += items[i].len;
        }
        buf_cut(out, begin);
        put_sorted(out, items, count);
    }
    memory_free(copy);
    memory_free(items);
}

/* ---- what is in a set ---------------------------------------------------- */

static void put_text(buf *out, const void *of, size_t index)
{
    buf_add(out, ((const span *)of)[index]);
}

static void put_clause(buf *out, const void *of, size_t index)
{
    const clause *c = &((const clause *)of)[index];
    put_value(out, c->op);
    put_value(out, c->claim);
    put_set(out, c->values.at, c->values.count, put_text);
}

static void put_statement(buf *out, const void *of, size_t index)
{
    const statement *s = &((const statement *)of)[index];
    put_value(out, s->sid);
    put_set(out, s->actions.at, s->actions.count, put_text);
    put_set(out, s->resources.at, s->resources.count, put_text);
    put_set(out, s->condition.clauses, s->condition.count, put_clause);
}

static void put_issuer(buf *out, const void *of, size_t index)
{
    const issuer *i = &((const issuer *)of)[index];
    put_value(out, i->namespace);
    put_value(out, i->name);
    put_value(out, i->iss);
    put_value(out, i->internal);
    put_set(out, i->audiences, i->audience_count, put_text);
    buf_integer(out, i->expiry);
    buf_byte(out, i->authorized_party ? 'p' : ' ');
}

static void put_policy(buf *out, const void *of, size_t index)
{
    const policy *p = &((const policy *)of)[index];
    put_value(out, p->namespace);
    put_value(out, p->name);
    put_set(out, p->statements, p->statement_count, put_statement);
}

static void put_role(buf *out, const void *of, size_t index)
{
    const role *r = &((const role *)of)[index];
    put_value(out, r->namespace);
    put_value(out, r->name);
    put_set(out, r->policies.at, r->policies.count, put_text);
    put_set(out, r->principal.clauses, r->principal.count, put_clause);
    put_set(out, r->condition.clauses, r->condition.count, put_clause);
}

/* ---- the digest ---------------------------------------------------------- */

fnt_status digest_make(fnt_iam *iam)
{
    unsigned char hash[CRYPTO_SHA256];
    buf text = BUF_EMPTY;
    buf_add(&text, SPAN("1")); /* of this form: another form is another digest */
    put_set(&text, iam->issuers, iam->issuer_count, put_issuer);
    put_set(&text, iam->policies, iam->policy_count, put_policy);
    put_set(&text, iam->roles, iam->role_count, put_role);
    fnt_status status = text.failed ? FNT_FAULT_MEMORY : crypto_sha256(buf_span(&text), hash);
    buf_free(&text);
    _Static_assert(sizeof iam->digest == 2 * sizeof hash + 1, "two digits a byte, and a NUL");
    for (size_t i = 0; status == FNT_OK && i < sizeof hash; i++) {
        iam->digest[2 * i] = "0123456789abcdef"[hash[i] >> 4];
        iam->digest[2 * i + 1] = "0123456789abcdef"[hash[i] & 0xf];
    }
    return status;
}
