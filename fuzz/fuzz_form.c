/* SPDX-License-Identifier: MIT */
/* Any body: what is taken is UTF-8 without NUL, reads the same when it is written again, and what
 * is refused is told. */
#include <stdlib.h>

#include "base/report.h"
#include "base/utf8.h"
#include "text/form.h"
#include "work.h"

enum { MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_text(span text)
{
    uint32_t point;
    must(text.at != NULL);
    while (text.len > 0) {
        size_t len = utf8_next(text, &point);
        must(len > 0 && point != 0);
        text = span_from(text, len);
    }
}

static void write_percent(buf *out, span text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        buf_byte(out, '%');
        buf_byte(out, "0123456789abcdef"[byte >> 4]);
        buf_byte(out, "0123456789ABCDEF"[byte & 15]);
    }
}

static void read_again(const form *f)
{
    buf body = BUF_EMPTY;
    form again;
    for (size_t i = 0; i < f->count; i++) {
        write_percent(&body, f->fields[i].name);
        buf_byte(&body, '=');
        write_percent(&body, f->fields[i].value);
        buf_byte(&body, '&');
    }
    must(form_parse(buf_span(&body), SIZE_MAX, &again, NULL) == FNT_OK);
    must(again.count == f->count);
    for (size_t i = 0; i < f->count; i++) {
        must(span_equal(again.fields[i].name, f->fields[i].name));
        must(span_equal(again.fields[i].value, f->fields[i].value));
    }
    form_free(&again);
    buf_free(&body);
}

/* Every field is found under its name, behind those of the same name before it. */
static void find_all(const form *f)
{
    for (size_t i = 0; i < f->count; i++) {
        size_t index = 0;
        for (size_t j = 0; j < i; j++)
            index += span_equal(f->fields[i].name, f->fields[j].name) ? 1 : 0;
        must(form_value(f, f->fields[i].name, index).at == f->fields[i].value.at);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span body = {(const char *)data, size};
    fnt_report *report;
    form f;
    size_t decoded = 0;
    if (report_new(&report) != FNT_OK)
        return 0;
    report_start(report);
    work_begin();
    fnt_status status = form_parse(body, MAX, &f, report);
    work_end(WORK_FORM, size);
    must(status == FNT_OK || status == FNT_OAUTH_REQUEST);
    must(status != FNT_OK || (size <= MAX && f.count <= FORM_FIELDS));
    if (status != FNT_OK) {
        must(f.fields == NULL && f.count == 0 && f.memory == NULL);
        must(report_text(report, 0, FNT_FIELD_SENTENCE).len > 0);
        report_free(report);
        return 0;
    }
    for (size_t i = 0; i < f.count; i++) {
        must_be_text(f.fields[i].name);
        must_be_text(f.fields[i].value);
        decoded += f.fields[i].name.len + f.fields[i].value.len;
    }
    must(decoded <= size);
    read_again(&f);
    find_all(&f);
    form_free(&f);
    report_free(report);
    return 0;
}
