/* SPDX-License-Identifier: MIT */
#include "lib/base/write_now.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_pipe(int descriptor)
{
    struct stat about;
    return fstat(descriptor, &about) == 0 && S_ISFIFO(about.st_mode);
}

static bool has_room(int descriptor)
{
    struct pollfd room = {.fd = descriptor, .events = POLLOUT};
    return poll(&room, 1, 0) != 0;
}

size_t write_now(int descriptor, const char *bytes, size_t len)
{
    /* A pipe that has room has it for PIPE_BUF bytes; a write of more would wait for the rest. */
    size_t most = len > PIPE_BUF && is_pipe(descriptor) ? PIPE_BUF : len, done = 0;
    while (done < len && has_room(descriptor)) {
        size_t part = len - done < most ? len - done : most;
        ssize_t written = write(descriptor, bytes + done, part);
        if (written < 0 && errno == EINTR)
            continue;
        if (written > 0)
            done += (size_t)written;
        if (written < (ssize_t)part)
            break;
    }
    return done;
}
