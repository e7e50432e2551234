/* SPDX-License-Identifier: MIT */
/* Any discovery document, fetched anywhere: a line of flags, a line with the address, a line with
 * the issuer, the document; an empty line is absent. What is answered is a URL that can be read in
 * one way, and http only on the ways that are allowed. */
#include <stdlib.h>

#include <fntoken/fntoken.h>

#include "base/span.h"
#include "fetch/url.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static span take_line(span *input)
{
    size_t end = span_index(*input, '\n');
    span line = {end > 0 ? input->at : NULL, end};
    *input = end < input->len ? span_from(*input, end + 1) : SPAN_NONE;
    return line;
}

/* Checked from the text alone, beside what url.c made of it. */
static void check_url(span text, url *out)
{
    must(url_parse(text, out) == NULL);
    must(span_starts(text, SPAN("https://")) || span_starts(text, SPAN("http://")));
    for (size_t i = 0; i < text.len; i++)
        must(text.at[i] > ' ' && text.at[i] < 0x7f && strchr("\\#\"<>", text.at[i]) == NULL);
    must(out->host.len > 0 && out->port >= 1 && out->port <= 65535);
    must(out->host.at == text.at + (out->https ? 8 : 7));
    for (size_t i = 0; i < out->host.len; i++)
        must(strchr("@%/?", out->host.at[i]) == NULL);
    char after = out->host.at[out->host.len];
    must(after == ':' || after == '/');
}

static void check_way(const url *jwks, span address, int32_t flags)
{
    url from;
    must(url_parse(address, &from) == NULL);
    if (jwks->https)
        return;
    must(!from.https);
    must((url_is_loopback(&from) && url_is_loopback(jwks)) ||
         (flags == FNT_DISCOVERY_HTTP && url_same_origin(&from, jwks)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span input = {(const char *)data, size};
    span flag = take_line(&input), address = take_line(&input), issuer = take_line(&input);
    int32_t flags = flag.len > 0 ? FNT_DISCOVERY_HTTP : 0;
    char *jwks = NULL, *found = NULL;
    size_t jwks_len = 0, found_len = 0;
    url u;
    work_begin();
    fnt_status status =
        fnt_discovery(input.at, input.len, address.at, address.len, issuer.at, issuer.len, flags,
                      &jwks, &jwks_len, &found, &found_len, NULL);
    work_end(WORK_DISCOVERY, size);
    must(status == FNT_OK || status == FNT_FAULT_KEY || status == FNT_FAULT_ARGUMENT);
    must((status == FNT_OK) == (jwks != NULL) && (status == FNT_OK) == (found != NULL));
    if (status != FNT_OK)
        return 0;

    span uri = {jwks, jwks_len}, whose = {found, found_len};
    must(strlen(jwks) == jwks_len && strlen(found) == found_len && found_len > 0);
    must(issuer.at == NULL || span_equal(issuer, whose));
    check_url(uri, &u);
    if (address.at != NULL)
        check_way(&u, address, flags);
    fnt_free(jwks);
    fnt_free(found);
    return 0;
}
