/* SPDX-License-Identifier: MIT */
#include "lib/ops/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/write_now.h"

struct lines {
    pthread_mutex_t lock;
    char *path;
    int descriptor;
    bool is_torn; /* the last line was written in part: it is ended before the next */
};

/* Without waiting for the reader of a FIFO. */
static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
}

lines *lines_open(const char *path)
{
    int descriptor = path == NULL ? STDERR_FILENO : open_file(path);
    if (descriptor < 0)
        return NULL;
    lines *log = new_array(1, sizeof *log);
    (void)pthread_mutex_init(&log->lock, NULL);
    log->path = path == NULL ? NULL : new_copy(path, strlen(path));
    log->descriptor = descriptor;
    return log;
}

bool lines_write(lines *log, const char *line, size_t len)
{
    text whole = TEXT_EMPTY;
    text_reserve(&whole, len + 2);
    (void)pthread_mutex_lock(&log->lock);
    if (log->is_torn)
        text_byte(&whole, '\n');
    text_add(&whole, line, len);
    text_byte(&whole, '\n');
    size_t done = write_now(log->descriptor, whole.at, whole.len);
    bool good = done == whole.len;
    log->is_torn = !good && (done > 0 || log->is_torn);
    (void)pthread_mutex_unlock(&log->lock);
    text_free(&whole);
    return good;
}

bool lines_reopen(lines *log)
{
    if (log->path == NULL)
        return true;
    int descriptor = open_file(log->path);
    if (descriptor < 0)
        return false;
    (void)pthread_mutex_lock(&log->lock);
    (void)close(log->descriptor);
    log->descriptor = descriptor;
    log->is_torn = false;
    (void)pthread_mutex_unlock(&log->lock);
    return true;
}

void lines_close(lines *log)
{
    if (log == NULL)
        return;
    if (log->path != NULL)
        (void)close(log->descriptor);
    (void)pthread_mutex_destroy(&log->lock);
    free(log->path);
    free(log);
}
