/* SPDX-License-Identifier: MIT */
#include "iam/lint/check.h"

#include "iam/lint/catalogue.h"

lint_location lint_at(span pointer)
{
    return (lint_location){pointer, SPAN_NONE, NO_INDEX};
}

lint_location lint_at_member(span pointer, const char *member)
{
    return (lint_location){pointer, span_of(member), NO_INDEX};
}

lint_location lint_at_item(span pointer, const char *member, size_t index)
{
    return (lint_location){pointer, span_of(member), index};
}

lint_location lint_at_value(const clause *c, size_t index)
{
    return (lint_location){c->pointer, SPAN_NONE, c->listed ? index : NO_INDEX};
}

static void put_pointer(buf *out, lint_location where)
{
    buf_add(out, where.pointer);
    buf_add(out, where.member);
    if (where.index != NO_INDEX) {
        buf_byte(out, '/');
        buf_integer(out, (int64_t)where.index);
    }
}

void lint_report(lint_run *l, const char *rule, const lint_subject *of, lint_location where,
                 const char *sentence, spans args)
{
    buf pointer = BUF_EMPTY;
    put_pointer(&pointer, where);
    finding f = {catalogue_severity(rule), rule,     kind_name(of->kind), of->name,
                 buf_span(&pointer),       SPAN_NONE};
    *(f.severity == FINDING_ERROR ? &l->errors : &l->warnings) += 1;
    finding_report(l->report, &f, sentence, args);
    buf_free(&pointer);
}

const issuer *lint_twin(const fnt_iam *iam, span iss)
{
    const issuer *twin = NULL;
    buf with_slash = BUF_EMPTY;
    if (iss.len > 0 && iss.at[iss.len - 1] == '/')
        twin = rules_issuer(iam, (span){iss.at, iss.len - 1});
    if (twin != NULL)
        return twin;
    buf_add(&with_slash, iss);
    buf_byte(&with_slash, '/');
    if (!with_slash.failed)
        twin = rules_issuer(iam, buf_span(&with_slash));
    buf_free(&with_slash);
    return twin;
}

static bool is_star(span pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (pattern.at[i] != '*')
            return false;
    return pattern.len > 0;
}

bool lint_has_star(const clause *c)
{
    for (size_t i = 0; c->how == COMPARE_LIKE && i < c->values.count; i++)
        if (is_star(c->values.at[i]))
            return true;
    return false;
}
