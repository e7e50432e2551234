/* SPDX-License-Identifier: MIT */
/* Any text as IAM objects. What is refused leaves nothing and says where and what; what is taken
 * answers for fixed claims, real and dry, and is linted, and every entry points into the text. */
#include <stdlib.h>

#include "base/report.h"
#include "iam/exchange/dry_run.h"
#include "iam/explain/grant.h"
#include "iam/lint/lint.h"
#include "text/document.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char claims[] =
    "{\"iss\":\"https://a\",\"fed:iss\":\"https://"
    "a\",\"sub\":\"fed:x\",\"aud\":[\"a\",\"b\"],\"client_id\":\"openfaas\",\"n\":1,"
    "\"e\":\"\\u00e4*\","
    "\"groups\":[\"a\",1,\"dev\"],\"realm_access\":{\"roles\":[\"a\"]},\"policy\":[\"p\",\"invoke-"
    "policy\",\"x/p\"],\"/a\":null}";

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Whether a step of a pointer names that member: ~0 is ~, ~1 is /. */
static bool reads_as(span name, span step)
{
    size_t at = 0;
    for (size_t i = 0; i < name.len; i++) {
        bool escaped = name.at[i] == '~' || name.at[i] == '/';
        span want = name.at[i] == '~'   ? SPAN("~0")
                    : name.at[i] == '/' ? SPAN("~1")
                                        : (span){name.at + i, 1};
        if (at > step.len || !span_starts(span_from(step, at), want))
            return false;
        at += escaped ? 2 : 1;
    }
    return at == step.len;
}

/* Follows a JSON pointer as RFC 6901 reads it, through the tree. */
static const node *follow(const document *text, span pointer)
{
    const node *at = document_root(text);
    while (at != NULL && pointer.len > 0) {
        span rest = span_from(pointer, 1), step = {rest.at, span_index(rest, '/')};
        const node *next = node_first(at);
        for (size_t i = 0; next != NULL; next = node_next(next), i++) {
            char scratch[INTEGER_SIZE];
            if (node_kind(at) == JSON_OBJECT ? reads_as(node_name(next), step)
                                             : span_equal(integer_print((int64_t)i, scratch), step))
                break;
        }
        at = next;
        pointer = span_from(rest, step.len);
    }
    return at;
}

/* A report's path is escaped; where it is plain text it must lead somewhere. */
static bool is_plain(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] <= ' ' || text.at[i] > '~' || text.at[i] == '\\')
            return false;
    return true;
}

static void check_entries(const fnt_report *report, const document *text)
{
    for (size_t i = 1; report_text(report, i, FNT_FIELD_SENTENCE).at != NULL; i++) {
        span path = report_text(report, i, FNT_FIELD_PATH),
             kind = report_text(report, i, FNT_FIELD_KIND);
        must(report_text(report, i, FNT_FIELD_SENTENCE).len > 0);
        must(span_equal(kind, SPAN("note")) || report_text(report, i, FNT_FIELD_RULE).len > 0);
        must(path.at != NULL);
        if (text != NULL && is_plain(path))
            must(follow(text, path) != NULL);
    }
}

static void ask(const fnt_iam *iam, fnt_report *report)
{
    subject_context who;
    json_value root;
    grant g;
    must(json_validate(SPAN(claims), &root, NULL) == FNT_OK);
    for (int api = 0; api < 2; api++) {
        must(subject_context_init(&who, root, api == 1));
        who.report_values = true;
        report_start(report);
        must(grant_find(iam, &who, SIZE_MAX, &g, report) == FNT_OK);
        subject_context_clear(&who);
        bool open = g.permission_count > 0;
        must(!open || g.policy_count > 0);
        grant_clear(&g);
        if (api == 1)
            continue;
        report_start(report);
        fnt_status status = dry_run(iam, SPAN(claims), SPAN_NONE, report);
        must(status == FNT_WOULD_ALLOW ? open : status == FNT_WOULD_DENY);
        report_start(report);
        status = dry_run(iam, SPAN(claims), SPAN("dev:env"), report);
        must(status == FNT_WOULD_ALLOW ? open : status == FNT_WOULD_DENY);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span json = {(const char *)data, size};
    fnt_report *report;
    fnt_iam *iam;
    document *text = NULL;
    if (report_new(&report) != FNT_OK)
        return 0;
    (void)document_parse(json, &text, NULL);
    report_start(report);
    work_begin();
    fnt_status status = report_finish(report, rules_load(json, SPAN("*"), &iam, report));
    work_end(WORK_IAM, size);
    must(status == FNT_OK || status == FNT_FAULT_IAM);
    must((iam != NULL) == (status == FNT_OK));
    must(status == FNT_OK || report_text(report, 1, FNT_FIELD_SENTENCE).at != NULL);
    check_entries(report, text);
    if (iam != NULL) {
        ask(iam, report);
        report_start(report);
        work_begin();
        must(lint(iam, report) == FNT_OK);
        work_end(WORK_LINT, size);
        check_entries(report, text);
    }
    rules_unref(iam);
    document_free(text);
    report_free(report);
    return 0;
}
