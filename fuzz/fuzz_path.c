/* SPDX-License-Identifier: MIT */
/* Any path: what it gives is a resource, named by the path's own begin, and the same when the
 * resource's own path is read. */
#include <stdlib.h>

#include "match/function_path.h"
#include "match/resource.h"
#include "work.h"

enum { PATH_MAX_LENGTH = sizeof "/function/." + 2 * LABEL_MAX };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static span add(span s, char *dst, span more)
{
    memcpy(dst + s.len, more.at, more.len);
    return (span){dst, s.len + more.len};
}

/* "/function/NAME.NAMESPACE" of a resource. */
static span path_of(span resource, char *dst)
{
    size_t colon = span_index(resource, ':');
    span path = add((span){dst, 0}, dst, SPAN("/function/"));
    path = add(path, dst, span_from(resource, colon + 1));
    path = add(path, dst, SPAN("."));
    return add(path, dst, (span){resource.at, colon});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span path = {(const char *)data, size};
    char dst[RESOURCE_MAX], again[RESOURCE_MAX], own[PATH_MAX_LENGTH];
    size_t len = 1, again_len = 1;
    fnt_report *report = NULL;
    must(report_new(&report) == FNT_OK);
    report_start(report);
    work_begin();
    fnt_status status = resource_from_path(path, SPAN_NONE, dst, sizeof dst, &len, report);
    work_end(WORK_PATH, size);
    must(status == FNT_OK || (status == FNT_DENIED_PATH && len == 0));
    if (status != FNT_OK)
        must(report_text(report, 0, FNT_FIELD_SENTENCE).len > 0);
    report_free(report);
    if (status != FNT_OK)
        return 0;

    span resource = {dst, len};
    must(resource_check(resource, NULL) == FNT_OK);
    must(span_starts(path, SPAN("/function/")) || span_starts(path, SPAN("/async-function/")));
    for (size_t i = 0; i < size && data[i] != '?'; i++)
        must(data[i] > ' ' && data[i] < 0x7f && data[i] != ';' && data[i] != '\\' &&
             data[i] != '#');
    span parsed = path_of(resource, own);
    must(resource_from_path(parsed, SPAN_NONE, again, sizeof again, &again_len, NULL) == FNT_OK);
    must(span_equal(resource, (span){again, again_len}));
    must(resource_from_path(path, SPAN_NONE, again, len - 1, &again_len, NULL) == FNT_FAULT_SPACE);
    return 0;
}
