/* SPDX-License-Identifier: MIT */
#include "iam/lint/finding.h"

#include "iam/lint/catalogue.h"

static void put_path(buf *out, finding_location where)
{
    buf_add(out, where.path);
    buf_add(out, where.member);
    if (where.index != NO_INDEX) {
        buf_byte(out, '/');
        buf_integer(out, (int64_t)where.index);
    }
}

static void say(lint_run *l, const lint_subject *of, const char *sentence, spans args)
{
    span all[2 + LINT_ARGS] = {span_of(of->kind), of->name};
    buf format = BUF_EMPTY;
    for (size_t i = 0; i < args.count && i < LINT_ARGS; i++)
        all[2 + i] = args.at[i];
    buf_add(&format, SPAN("% %: "));
    buf_add(&format, span_of(sentence));
    if (!format.failed)
        report_sentence(l->report, format.at, (spans){all, 2 + args.count});
    buf_free(&format);
}

void finding_add(lint_run *l, const char *rule, const lint_subject *of, finding_location where,
                 const char *sentence, spans args)
{
    const char *kind = catalogue_kind(rule);
    buf path = BUF_EMPTY;
    *(kind[0] == 'e' ? &l->errors : &l->warnings) += 1;
    put_path(&path, where);
    report_entry(l->report, kind, NULL);
    report_field(l->report, FNT_FIELD_RULE, span_of(rule));
    report_field(l->report, FNT_FIELD_PATH, buf_span(&path));
    if (of->kind[0] == 'R')
        report_field(l->report, FNT_FIELD_ROLE, of->name);
    if (of->kind[0] == 'P')
        report_field(l->report, FNT_FIELD_POLICY, of->name);
    say(l, of, sentence, args);
    buf_free(&path);
}

finding_location lint_value(const clause *t, size_t index)
{
    return (finding_location){t->path, SPAN_NONE, t->listed ? index : NO_INDEX};
}

bool lint_is_star(span pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (pattern.at[i] != '*')
            return false;
    return pattern.len > 0;
}
