/* SPDX-License-Identifier: MIT */
/* Any path: what it gives is a resource, named by the path's own begin, and the same when the resource's own path is read. */
#include <stdlib.h>

#include "match/resource.h"

enum { PATH_MAX_LENGTH = sizeof "/function/." + 2 * LABEL_MAX };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static span add(span s, char *room, span more)
{
    memcpy(room + s.len, more.at, more.len);
    return (span){room, s.len + more.len};
}

/* "/function/NAME.NAMESPACE" of a resource. */
static span path_of(span resource, char *room)
{
    size_t colon = span_index(resource, ':');
    span path = add((span){room, 0}, room, SPAN("/function/"));
    path = add(path, room, span_from(resource, colon + 1));
    path = add(path, room, SPAN("."));
    return add(path, room, (span){resource.at, colon});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span path = {(const char *)data, size};
    char room[RESOURCE_MAX], again[RESOURCE_MAX], own[PATH_MAX_LENGTH];
    size_t len = 1, again_len = 1;
    fnt_status status = resource_from_path(path, SPAN_NONE, room, sizeof room, &len);
    must(status == FNT_OK || (status == FNT_DENIED_PATH && len == 0));
    if (status != FNT_OK)
        return 0;

    span resource = {room, len};
    must(resource_check(resource, NULL) == FNT_OK);
    must(span_starts(path, SPAN("/function/")) || span_starts(path, SPAN("/async-function/")));
    for (size_t i = 0; i < size && data[i] != '?'; i++)
        must(data[i] > ' ' && data[i] < 0x7f && data[i] != ';' && data[i] != '\\' && data[i] != '#');
    span parsed = path_of(resource, own);
    must(resource_from_path(parsed, SPAN_NONE, again, sizeof again, &again_len) == FNT_OK);
    must(span_equal(resource, (span){again, again_len}));
    must(resource_from_path(path, SPAN_NONE, again, len - 1, &again_len) == FNT_FAULT_SPACE);
    return 0;
}
