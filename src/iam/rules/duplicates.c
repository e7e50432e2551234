/* SPDX-License-Identifier: MIT */
#include "iam/rules/duplicates.h"

#include "base/memory.h"
#include "iam/objects/finding.h"
#include "iam/objects/vocabulary.h"
#include "iam/rules/names.h"

typedef struct {
    fnt_iam *iam;
    fnt_report *report;
    size_t errors, broken;
} search;

/* What the three kinds have in common. */
typedef struct {
    span namespace, name, pointer;
    bool *broken;
} object_head;

static object_head head_of(fnt_iam *iam, object_kind kind, size_t index)
{
    issuer *i = kind == OBJECT_ISSUER ? &iam->issuers[index] : NULL;
    policy *p = kind == OBJECT_POLICY ? &iam->policies[index] : NULL;
    role *r = kind == OBJECT_ROLE ? &iam->roles[index] : NULL;
    return i != NULL   ? (object_head){i->namespace, i->name, i->pointer, &i->broken}
           : p != NULL ? (object_head){p->namespace, p->name, p->pointer, &p->broken}
                       : (object_head){r->namespace, r->name, r->pointer, &r->broken};
}

static void count(search *s, const object_head *of)
{
    s->errors++;
    s->broken += *of->broken ? 0 : 1;
    *of->broken = true;
}

static void report_name(search *s, object_kind kind, size_t first, size_t other)
{
    object_head a = head_of(s->iam, kind, first), b = head_of(s->iam, kind, other);
    finding f = {FINDING_ERROR, "duplicate-object", kind_name(kind), b.name, b.pointer, SPAN_NONE};
    count(s, &b);
    finding_report(s->report, &f,
                   "stands twice, the first time at $ (namespace %): take one out or rename it",
                   SPANS(a.pointer, b.namespace));
}

static void report_issuer(search *s, object_kind kind, size_t first, size_t other)
{
    buf pointer = BUF_EMPTY;
    const issuer *a = &s->iam->issuers[first], *b = &s->iam->issuers[other];
    object_head head = head_of(s->iam, kind, other);
    buf_add(&pointer, b->pointer);
    buf_add(&pointer, SPAN("/spec/iss"));
    finding f = {FINDING_ERROR, "duplicate-issuer", kind_name(kind),
                 b->name,       buf_span(&pointer), SPAN("spec.iss")};
    count(s, &head);
    finding_report(s->report, &f,
                   "is %, as in JwtIssuer % (at $): it must be clear whose keys and audiences "
                   "count, keep one",
                   SPANS(b->iss, a->name, a->pointer));
    buf_free(&pointer);
}

typedef void reporter(search *s, object_kind kind, size_t first, size_t other);

static void report_repeated(search *s, object_kind kind, name_entry *list, size_t length,
                            reporter *report)
{
    size_t first = 0;
    names_sort(list, length);
    for (size_t i = 1; i < length; i++) {
        if (!names_repeat(list, i))
            first = i;
        else if (list[i].first.len > 0) /* what has no name was reported for that */
            report(s, kind, list[first].index, list[i].index);
    }
}

static fnt_status check_kind(search *s, object_kind kind, size_t length)
{
    name_entry *list = memory_alloc_array(length, sizeof *list);
    if (list == NULL)
        return FNT_FAULT_MEMORY;
    for (size_t i = 0; i < length; i++) {
        object_head head = head_of(s->iam, kind, i);
        list[i] = (name_entry){head.name, head.namespace, i};
    }
    report_repeated(s, kind, list, length, report_name);
    for (size_t i = 0; kind == OBJECT_ISSUER && i < length; i++)
        list[i] = (name_entry){s->iam->issuers[i].iss, SPAN_NONE, i};
    if (kind == OBJECT_ISSUER)
        report_repeated(s, kind, list, length, report_issuer);
    memory_free(list);
    return FNT_OK;
}

fnt_status duplicates_check(fnt_iam *iam, fnt_report *report, size_t *errors, size_t *broken)
{
    search s = {iam, report, 0, 0};
    fnt_status status = check_kind(&s, OBJECT_ISSUER, iam->issuer_count);
    if (status == FNT_OK)
        status = check_kind(&s, OBJECT_POLICY, iam->policy_count);
    if (status == FNT_OK)
        status = check_kind(&s, OBJECT_ROLE, iam->role_count);
    *errors += s.errors;
    *broken += s.broken;
    return status;
}
