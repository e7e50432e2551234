/* SPDX-License-Identifier: MIT */
/* Any token: the parts that are taken are all of it, each has one text only, and whatever is
 * refused is told in a sentence. */
#include <stdlib.h>

#include "base/report.h"
#include "text/base64url.h"
#include "text/jws.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_told(const fnt_report *report)
{
    must(report_text(report, 0, FNT_FIELD_SENTENCE).len > 0);
}

/* What decodes encodes to the same text again; so no other text decodes to it. */
static void decode_and_encode(span part, fnt_report *report)
{
    buf scratch = BUF_EMPTY, text = BUF_EMPTY;
    span bytes;
    char *to = buf_extend(&scratch, base64url_decoded(part.len));
    must(to != NULL);
    report_start(report);
    work_begin();
    fnt_status status = jws_decode(part, "payload", to, &bytes, report);
    work_end(WORK_JWS, part.len);
    must(status == FNT_OK || status == FNT_REFUSED_MALFORMED);
    must((status == FNT_OK) == (bytes.at != NULL));
    if (status == FNT_OK) {
        must(bytes.len == scratch.len);
        base64url_encode(&text, bytes);
        must(span_equal(buf_span(&text), part));
    } else {
        must_be_told(report);
    }
    buf_free(&text);
    buf_free(&scratch);
}

static void look_at_parts(span token, const jws *parts, fnt_report *report)
{
    const span each[] = {parts->header, parts->payload, parts->signature};
    for (size_t i = 0; i < 3; i++) {
        must(each[i].len > 0 && span_index(each[i], '.') == each[i].len);
        decode_and_encode(each[i], report);
    }
    must(parts->header.at == token.at && parts->signed_part.at == token.at);
    must(parts->payload.at == token.at + parts->header.len + 1);
    must(parts->signature.at == parts->payload.at + parts->payload.len + 1);
    must(parts->signature.at + parts->signature.len == token.at + token.len);
    must(parts->signed_part.len == parts->header.len + 1 + parts->payload.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span token = {(const char *)data, size};
    fnt_report *report;
    jws parts, silent;
    if (report_new(&report) != FNT_OK)
        return 0;
    report_start(report);
    work_begin();
    fnt_status status = jws_split(token, &parts, report);
    work_end(WORK_JWS, size);
    must(status == FNT_OK || status == FNT_REFUSED_MALFORMED);
    must(jws_split(token, &silent, NULL) == status); /* who listens changes no answer */
    if (status == FNT_OK) {
        look_at_parts(token, &parts, report);
    } else {
        must_be_told(report);
        must(parts.header.at == NULL && parts.payload.at == NULL && parts.signature.at == NULL);
    }
    decode_and_encode(token, report);
    report_free(report);
    return 0;
}
