/* SPDX-License-Identifier: MIT */
#include "iam/lint.h"

#include "iam/lint_find.h"

static void put_count(buf *out, size_t count, const char *what)
{
    buf_integer(out, (int64_t)count);
    buf_byte(out, ' ');
    buf_add(out, span_of(what));
    if (count != 1)
        buf_byte(out, 's');
}

static void sum_up(const linting *l)
{
    buf text = BUF_EMPTY;
    put_count(&text, l->errors, "error");
    buf_add(&text, SPAN(", "));
    put_count(&text, l->warnings, "warning");
    (void)report_refuse(l->report, FNT_OK, "%", SPANS(buf_span(&text)));
    buf_free(&text);
}

fnt_status lint(const fnt_iam *iam, fnt_report *report)
{
    linting l = {iam, report, 0, 0};
    if (!report_wanted(report)) /* what nobody reads need not be found */
        return FNT_OK;
    report_unlimited(report);
    for (size_t i = 0; i < iam->issuer_count; i++)
        lint_issuer(&l, &iam->issuers[i]);
    for (size_t i = 0; i < iam->policy_count; i++)
        lint_policy(&l, &iam->policies[i]);
    for (size_t i = 0; i < iam->role_count; i++)
        lint_role(&l, &iam->roles[i]);
    sum_up(&l);
    return FNT_OK;
}
