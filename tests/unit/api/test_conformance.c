/* SPDX-License-Identifier: MIT */
/* The shared vectors of what a watchdog must answer: header and resource in, HTTP status out. */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/document.h"

enum { VECTORS = 196 };

static span member_text(const node *object, const char *name)
{
    return node_text(node_member(object, span_of(name)));
}

static int64_t number_of(span text)
{
    int64_t number = 0;
    for (size_t i = 0; i < text.len; i++)
        number = number * 10 + (text.at[i] - '0');
    return number;
}

/* Several headers as an HTTP parser joins them; NULL for none. */
static const char *header_of(const node *headers)
{
    const char *all = NULL;
    for (const node *h = node_first(headers); h != NULL; h = node_next(h)) {
        const char *value = node_text(h).at; /* a NUL stands behind it */
        all = all == NULL ? joined(value, "") : joined(joined(all, ", "), value);
    }
    return all;
}

static bool is_expected(const document *d, const node *expect, int32_t http)
{
    bool found = false;
    for (const node *e = node_first(expect); e != NULL; e = node_next(e))
        found = found || number_of(node_number(d, e)) == http;
    return found;
}

static fnt_verifier *verifier_for(const char *text, size_t len, span issuer)
{
    /* The JWKS is a member of the file: fnt_keyset_parse gets it as it stands there. */
    json_value root;
    fnt_keyset *keys = NULL;
    fnt_verifier *made = NULL;
    MUST(json_validate((span){text, len}, &root, NULL));
    span jwks = json_member(root, SPAN("jwks")).raw;
    MUST(fnt_keyset_parse(jwks.at, jwks.len, 0, &keys, NULL));
    MUST(fnt_verifier_new(issuer.at, issuer.len, NULL, 0, keys, &made));
    fnt_keyset_free(keys);
    return made;
}

Test(conformance, rules_1_to_23_authorize)
{
    size_t len = 0, i = 0;
    document *d = NULL;
    char *text = shared_text("conformance/authorize.json", &len);
    MUST(document_parse((span){text, len}, &d, NULL));
    const node *root = document_root(d);
    int64_t now = number_of(node_number(d, node_member(root, SPAN("now"))));
    fnt_verifier *guard = verifier_for(text, len, member_text(root, "issuer"));
    for (const node *v = node_first(node_member(root, SPAN("vectors"))); v != NULL;
         v = node_next(v), i++) {
        span resource = member_text(v, "resource"), name = member_text(v, "name"),
             why = member_text(v, "why");
        const char *header = header_of(node_member(v, SPAN("headers")));
        fnt_status got = fnt_authorize(guard, header, header == NULL ? 0 : strlen(header),
                                       resource.at, resource.len, now, NULL, NULL);
        cr_expect(is_expected(d, node_member(v, SPAN("expect")), fnt_status_http(got)),
                  "%s: %s (got %s)", name.at, why.at, fnt_status_name(got));
    }
    test_vectors(i);
    cr_expect_eq(i, VECTORS);
    fnt_verifier_free(guard);
    document_free(d);
    free(text);
}
