/* SPDX-License-Identifier: MIT */
#include "lib/base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fail.h"

/* Without force the file is written in place, as O_EXCL makes sure that it is new; with force
 * beside it, and then renamed. */
static const char *written_at(const new_file *f)
{
    return f->force ? f->temporary.at : f->path;
}

/* Replacing a device, a socket or a folder is never intended. */
static bool is_replaceable(const char *path)
{
    struct stat about;
    return lstat(path, &about) != 0 || S_ISREG(about.st_mode) || S_ISLNK(about.st_mode);
}

int new_file_begin(new_file *f, const char *path, unsigned mode, bool force)
{
    *f = (new_file){-1, force, path, TEXT_EMPTY};
    if (!is_replaceable(path))
        return fail_file(path, "is there already and is no file; nothing was written");
    text_print(&f->temporary, "%s.new.%ld", path, (long)getpid());
    f->descriptor =
        open(written_at(f), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
             (mode_t)mode);
    if (f->descriptor >= 0 && fchmod(f->descriptor, (mode_t)mode) == 0)
        return EXIT_YES;
    if (errno == EEXIST)
        return fail_file(written_at(f),
                         "is there already; nothing was written (--force to replace it)");
    return fail_file(path, "%s", strerror(errno));
}

int new_file_write(new_file *f, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = write(f->descriptor, bytes, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fail_file(f->path, "%s", strerror(errno));
        bytes += done;
        len -= (size_t)done;
    }
    return EXIT_YES;
}

int new_file_commit(new_file *f)
{
    /* not every kind of file can be flushed */
    bool good = fsync(f->descriptor) == 0 || errno == EINVAL;
    if (close(f->descriptor) != 0)
        good = false;
    if (good && f->force && rename(f->temporary.at, f->path) != 0)
        good = false;
    int code = good ? EXIT_YES : fail_file(f->path, "%s", strerror(errno));
    if (!good)
        (void)unlink(written_at(f));
    text_free(&f->temporary);
    *f = NEW_FILE_NONE;
    return code;
}

void new_file_abandon(new_file *f)
{
    if (f->descriptor >= 0) {
        (void)close(f->descriptor);
        (void)unlink(written_at(f));
    }
    text_free(&f->temporary);
    *f = NEW_FILE_NONE;
}
