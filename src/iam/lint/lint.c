/* SPDX-License-Identifier: MIT */
#include "iam/lint/lint.h"

#include "iam/lint/finding.h"

static void put_count(buf *out, size_t count, const char *what)
{
    buf_integer(out, (int64_t)count);
    buf_byte(out, ' ');
    buf_add(out, span_of(what));
    if (count != 1)
        buf_byte(out, 's');
}

static void sum_up(const lint_run *l)
{
    buf text = BUF_EMPTY;
    put_count(&text, l->errors, "error");
    buf_add(&text, SPAN(", "));
    put_count(&text, l->warnings, "warning");
    (void)report_refuse(l->report, FNT_OK, "%", SPANS(buf_span(&text)));
    buf_free(&text);
}

/* OpenFaaS reads one namespace, whose writers are trusted with all of this. Those of another are
 * not, and yet count here. */
static void check_space(lint_run *l, const char *kind, span name, span namespace, span path)
{
    lint_subject of = {kind, name};
    if (!span_equal(namespace, DEFAULT_NAMESPACE))
        finding_add(l, "other-namespace", &of,
                    (finding_location){path, SPAN("/metadata/namespace"), NO_INDEX},
                    "is of namespace %; OpenFaaS reads namespace openfaas alone, but here it "
                    "counts, so whoever may write to % "
                    "makes rules: load namespace openfaas alone, or move it there",
                    SPANS(namespace, namespace));
}

static fnt_status look_at_all(lint_run *l)
{
    const fnt_iam *iam = l->iam;
    fnt_status status = FNT_OK;
    for (size_t i = 0; i < iam->issuer_count; i++) {
        check_space(l, "JwtIssuer", iam->issuers[i].name, iam->issuers[i].namespace,
                    iam->issuers[i].path);
        lint_issuer(l, &iam->issuers[i]);
    }
    for (size_t i = 0; status == FNT_OK && i < iam->policy_count; i++) {
        check_space(l, "Policy", iam->policies[i].qualified_name, iam->policies[i].namespace,
                    iam->policies[i].path);
        status = lint_policy(l, &iam->policies[i]);
    }
    for (size_t i = 0; status == FNT_OK && i < iam->role_count; i++) {
        check_space(l, "Role", iam->roles[i].name, iam->roles[i].namespace, iam->roles[i].path);
        lint_role(l, &iam->roles[i]);
    }
    return status;
}

fnt_status lint(const fnt_iam *iam, fnt_report *report)
{
    lint_run l = {iam, report, 0, 0};
    if (!report_wanted(report)) /* what nobody reads need not be found */
        return FNT_OK;
    report_unlimited(report);
    fnt_status status = look_at_all(&l);
    if (status == FNT_OK)
        sum_up(&l);
    return status;
}
