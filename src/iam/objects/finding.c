/* SPDX-License-Identifier: MIT */
#include "iam/objects/finding.h"

#include <assert.h>

#include "iam/objects/vocabulary.h"

const char *severity_name(severity s)
{
    static const char *const names[] = {"error", "warning", "note"}; /* as severity */
    assert(s <= FINDING_NOTE);
    return names[s];
}

enum { NAME_BYTES = 320 }; /* a namespace, a slash, a name */

static void put_fields(fnt_report *report, const finding *f)
{
    object_kind kind = kind_from_name(f->kind);
    report_field(report, FNT_FIELD_RULE, span_of(f->rule));
    report_field(report, FNT_FIELD_PATH, f->pointer);
    if (f->name.len > NAME_BYTES) /* no name: loading says so */
        return;
    if (kind == OBJECT_ROLE)
        report_field(report, FNT_FIELD_ROLE, f->name);
    if (kind == OBJECT_POLICY)
        report_field(report, FNT_FIELD_POLICY, f->name);
}

void finding_report(fnt_report *report, const finding *f, const char *sentence, spans args)
{
    buf format = BUF_EMPTY;
    span all[3 + FINDING_ARGS] = {f->kind, f->name};
    size_t count = 2;
    assert(args.count <= FINDING_ARGS);
    if (!report_wanted(report))
        return;
    if (f->name.at == NULL)
        all[1] = SPAN("without a name");
    if (f->path.len > 0)
        all[count++] = f->path;
    for (size_t i = 0; i < args.count; i++)
        all[count++] = args.at[i];
    buf_add(&format, f->path.len > 0 ? SPAN("% %: $ ") : SPAN("% %: "));
    buf_add(&format, span_of(sentence));
    report_entry(report, severity_name(f->severity), NULL);
    put_fields(report, f);
    if (!format.failed)
        report_sentence(report, format.at, (spans){all, count});
    buf_free(&format);
}
