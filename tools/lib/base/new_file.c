/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* realpath */
#include "lib/base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fail.h"

/* Without force the file is written in place, as O_EXCL makes sure that it is new; with force
 * beside it, and then renamed. */
static const char *written_at(const new_file *f)
{
    return f->force ? f->temporary.at : f->target.at;
}

/* Replacing a device, a socket or a folder is never intended. */
static bool is_replaceable(const char *path)
{
    struct stat about;
    return lstat(path, &about) != 0 || S_ISREG(about.st_mode) || S_ISLNK(about.st_mode);
}

/* With force a symbolic link stays, and what it leads to is replaced. */
static int find_target(new_file *f)
{
    struct stat about;
    bool follow = f->force && lstat(f->path, &about) == 0 && S_ISLNK(about.st_mode);
    char *resolved = follow ? realpath(f->path, NULL) : NULL;
    if (follow && resolved == NULL)
        return fail_file(f->path, "is a link that leads to no file (%s); nothing was written",
                         strerror(errno));
    text_put(&f->target, follow ? resolved : f->path);
    free(resolved);
    return EXIT_YES;
}

int new_file_begin(new_file *f, const char *path, unsigned mode, bool force)
{
    *f = NEW_FILE_NONE;
    f->path = path;
    f->force = force;
    int code = fail_secret(path);
    if (code == EXIT_YES)
        code = find_target(f);
    if (code != EXIT_YES)
        return code;
    if (!is_replaceable(f->target.at))
        return fail_file(path, "is there already and is no file; nothing was written");
    text_print(&f->temporary, "%s.new.%ld", f->target.at, (long)getpid());
    f->descriptor =
        open(written_at(f), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
             (mode_t)mode);
    f->pending = f->descriptor >= 0;
    if (f->pending && fchmod(f->descriptor, (mode_t)mode) == 0)
        return EXIT_YES;
    if (errno == EEXIST)
        return fail_file(written_at(f),
                         "is there already; nothing was written (--force to replace it)");
    return fail_making(path);
}

int write_fully(int descriptor, const char *path, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = write(descriptor, bytes, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fail_errno(path);
        bytes += done;
        len -= (size_t)done;
    }
    return EXIT_YES;
}

int new_file_write(new_file *f, const char *bytes, size_t len)
{
    return write_fully(f->descriptor, f->path, bytes, len);
}

int new_file_close(new_file *f)
{
    /* not every kind of file can be flushed */
    bool good = fsync(f->descriptor) == 0 || errno == EINVAL;
    if (close(f->descriptor) != 0)
        good = false;
    f->descriptor = -1;
    return good ? EXIT_YES : fail_errno(f->path);
}

int new_file_commit(new_file *f)
{
    int code = f->descriptor >= 0 ? new_file_close(f) : EXIT_YES;
    if (code == EXIT_YES && f->force && rename(f->temporary.at, f->target.at) != 0)
        code = fail_errno(f->path);
    f->pending = code != EXIT_YES;
    new_file_abandon(f);
    return code;
}

void new_file_abandon(new_file *f)
{
    if (f->descriptor >= 0)
        (void)close(f->descriptor);
    if (f->pending)
        (void)unlink(written_at(f));
    text_free(&f->target);
    text_free(&f->temporary);
    *f = NEW_FILE_NONE;
}
