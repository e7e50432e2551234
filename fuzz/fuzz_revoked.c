/* SPDX-License-Identifier: MIT */
/* Any text as a list of revocations. Entries add up (rule 56): what a list says about a token is
 * the longest of what its lines say, each as a list of its own. */
#include <stdlib.h>

#include "base/report.h"
#include "token/revoked.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Seeds speak of these. */
static const revoked_query queries[] = {
    {{"a", 1}, {"i", 1}, {"k", 1}, {"k", 1}, {"p", 1}, {"s", 1}, 100},
    {{"a", 1}, {"i", 1}, {"x", 1}, {"k", 1}, {NULL, 0}, {"s", 1}, -1},
    {{"b", 1}, {"j", 1}, {NULL, 0}, {"l", 1}, {"q", 1}, {"t", 1}, 7},
    {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0},
};
enum { QUERIES = sizeof queries / sizeof *queries };

static void find_all(const fnt_revoked *list, int64_t until[QUERIES])
{
    for (size_t i = 0; i < QUERIES; i++) {
        const revocation *r = revoked_find(list, &queries[i]);
        if (r == NULL)
            continue;
        must(r->value.len > 0 && r->line > 0 && revocation_counts(r, r->until));
        must(revocation_refuse(r, NULL) == FNT_REFUSED_REVOKED);
        until[i] = r->until > until[i] ? r->until : until[i];
    }
}

static void find_line_by_line(span text, int64_t until[QUERIES])
{
    while (text.len > 0) {
        fnt_revoked *list = NULL;
        size_t end = span_index(text, '\n');
        must(revoked_parse((span){text.at, end}, &list, NULL) == FNT_OK);
        find_all(list, until);
        revoked_unref(list);
        text = end == text.len ? SPAN_NONE : span_from(text, end + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span text = {(const char *)data, size};
    fnt_revoked *list = NULL;
    fnt_report *report = NULL;
    must(report_new(&report) == FNT_OK);
    report_start(report);
    work_begin();
    fnt_status status = revoked_parse(text, &list, report);
    work_end(WORK_REVOKED, text.len);
    must(status == FNT_OK || status == FNT_FAULT_IAM);
    must((status == FNT_OK) == (list != NULL));
    must(report_text(report, 0, FNT_FIELD_SENTENCE).len > 0);
    if (status == FNT_OK) {
        int64_t whole[QUERIES] = {-1, -1, -1, -1}, lines[QUERIES] = {-1, -1, -1, -1};
        find_all(list, whole);
        find_line_by_line(text, lines);
        for (size_t i = 0; i < QUERIES; i++)
            must(whole[i] == lines[i]);
        must(whole[3] == -1);
    }
    revoked_unref(list);
    report_free(report);
    return 0;
}
