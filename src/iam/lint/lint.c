/* SPDX-License-Identifier: MIT */
#include "iam/lint/lint.h"

#include "base/memory.h"
#include "iam/lint/check.h"

static void sum_up(const lint_run *l)
{
    buf text = BUF_EMPTY;
    buf_count(&text, l->errors, "error", "errors");
    buf_add(&text, SPAN(" and "));
    buf_count(&text, l->warnings, "warning", "warnings");
    buf_add(&text, SPAN(" in "));
    rules_count(&text, l->iam);
    buf_byte(&text, '.');
    (void)report_refuse(l->report, FNT_OK, "%", SPANS(buf_span(&text)));
    buf_free(&text);
}

/* OpenFaaS reads one namespace, whose writers are trusted with all of this. Those of another are
 * not, and yet their objects count here. */
static void check_namespace(lint_run *l, lint_subject of, span namespace, span pointer)
{
    if (!span_equal(namespace, DEFAULT_NAMESPACE))
        lint_report(l, "other-namespace", &of, lint_at_member(pointer, "/metadata/namespace"),
                    "is of namespace %; OpenFaaS reads namespace openfaas alone, but here it "
                    "counts, so whoever may write to % makes rules: load namespace openfaas alone, "
                    "or move it there",
                    SPANS(namespace, namespace));
}

static fnt_status check_all(lint_run *l)
{
    const fnt_iam *iam = l->iam;
    fnt_status status = FNT_OK;
    for (size_t n = 0; n < iam->issuer_count; n++) {
        const issuer *i = &iam->issuers[n];
        check_namespace(l, (lint_subject){OBJECT_ISSUER, i->name}, i->namespace, i->pointer);
        lint_issuer(l, i);
    }
    for (size_t n = 0; status == FNT_OK && n < iam->policy_count; n++) {
        const policy *p = &iam->policies[n];
        check_namespace(l, (lint_subject){OBJECT_POLICY, p->qualified_name}, p->namespace,
                        p->pointer);
        status = lint_policy(l, p);
    }
    for (size_t n = 0; status == FNT_OK && n < iam->role_count; n++) {
        const role *r = &iam->roles[n];
        check_namespace(l, (lint_subject){OBJECT_ROLE, r->name}, r->namespace, r->pointer);
        lint_role(l, r);
    }
    return status;
}

static void count_provider(lint_run *l, const issuer *i)
{
    span why;
    provider p = provider_of(i->iss, &why);
    if (lint_is_gateway(i))
        return;
    l->provider = l->providers > 0 && p != l->provider ? PROVIDER_OTHER : p;
    l->providers++;
}

/* Found once, and asked for by each object. False: no memory. */
static bool prepare(lint_run *l)
{
    const fnt_iam *iam = l->iam;
    l->used = memory_alloc_array(iam->policy_count, sizeof *l->used);
    if (l->used == NULL)
        return false;
    for (size_t r = 0; r < iam->role_count; r++)
        for (size_t n = 0; n < iam->roles[r].policies.count; n++)
            if (iam->roles[r].found[n] != NULL)
                l->used[iam->roles[r].found[n] - iam->policies] = true;
    l->shared = lint_shared_issuers(iam);
    for (size_t i = 0; i < iam->issuer_count; i++)
        count_provider(l, &iam->issuers[i]);
    return true;
}

fnt_status lint(const fnt_iam *iam, fnt_report *report)
{
    lint_run l = {.iam = iam, .report = report};
    if (!report_wanted(report)) /* what nobody reads need not be found */
        return FNT_OK;
    fnt_status status = prepare(&l) ? check_all(&l) : FNT_FAULT_MEMORY;
    if (status == FNT_OK)
        sum_up(&l);
    memory_free(l.used);
    return status;
}
