/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_FORM_H
#define FNT_TEXT_FORM_H

#include "base/span.h"
#include "base/status.h"

/* A body of application/x-www-form-urlencoded (RFC 6749, appendix B): name=value joined by "&", "+"
 * is a space, %XX a byte. */
enum { FORM_FIELDS = 256 };

typedef struct {
    span name, value; /* decoded; pointing into the form's own memory */
} form_field;

typedef struct {
    form_field *fields;
    size_t count;
    char *memory;
} form;

/* Empty pairs ("a=1&&b=2") are skipped; a pair without "=" has an empty value. The decoded text
 * must be UTF-8 without NUL. FNT_OK; FNT_OAUTH_REQUEST with the reason in the report, which holds
 * nothing of the body (rule 38): longer than max, bad percent-encoding, a NUL, no UTF-8, more than
 * FORM_FIELDS pairs; FNT_FAULT_MEMORY. On anything but FNT_OK *out is empty and needs no
 * form_free. */
fnt_status form_parse(span body, size_t max, form *out, fnt_report *report);

/* The value of the index-th field of that name; absent when there are not so many. */
span form_value(const form *f, span name, size_t index);

void form_free(form *f);

#endif
