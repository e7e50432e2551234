/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* realpath */
#include "revocations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/fail.h"
#include "lib/base/new_file.h"
#include "lib/base/read_file.h"
#include "lib/base/revoked_file.h"
#include "lib/base/times.h"

/* ---- the lock ------------------------------------------------------------ */

typedef struct {
    const char *path;
    int descriptor;
    struct stat about;
    text list; /* all that is in it */
} locked;

/* Whether the path still leads to the file that was opened: a pruned list is another file. */
static bool is_still_there(const locked *file)
{
    struct stat now;
    return stat(file->path, &now) == 0 && now.st_dev == file->about.st_dev &&
           now.st_ino == file->about.st_ino;
}

/* Whoever may read the list may lock it for ever: that is told, and not waited for. */
static int lock(const locked *file)
{
    enum { PATIENCE_MS = 20000, PAUSE_NS = 20000000 };
    int64_t until = times_clock_ms() + PATIENCE_MS;
    while (flock(file->descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fail_errno(file->path);
        if (times_clock_ms() > until)
            return fail_file(file->path,
                             "another program has had it locked for %d s (lslocks "
                             "shows which); nothing was changed",
                             PATIENCE_MS / 1000);
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    return EXIT_YES;
}

static int open_and_lock(locked *file, int flags)
{
    file->descriptor = open(file->path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | flags, 0600);
    if (file->descriptor < 0 || fstat(file->descriptor, &file->about) != 0)
        return (flags & O_CREAT) != 0 ? fail_making(file->path) : fail_errno(file->path);
    if (!S_ISREG(file->about.st_mode))
        return fail_file(file->path, "is no file");
    return lock(file);
}

/* flags: O_CREAT or 0. Needs release whatever it answers. */
static int acquire(app *run, const char *path, int flags, locked *file)
{
    int code;
    *file = (locked){.path = path, .descriptor = -1};
    while ((code = open_and_lock(file, flags)) == EXIT_YES && !is_still_there(file))
        (void)close(file->descriptor);
    return code == EXIT_YES ? read_file(run, path, NULL, &file->list) : code;
}

static void release(locked *file)
{
    if (file->descriptor >= 0)
        (void)close(file->descriptor);
    text_free(&file->list);
}

/* The name of a file that is new must last as the file does. path: where symbolic links lead. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? new_copy(".", 1)
                   : slash == path ? new_copy("/", 1)
                                   : new_copy(path, (size_t)(slash - path));
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL);
    int code = good ? EXIT_YES : fail_errno(folder);
    if (descriptor >= 0)
        (void)close(descriptor);
    free(folder);
    return code;
}

static int sync_name(const char *path)
{
    char *at = realpath(path, NULL);
    int code = at == NULL ? fail_errno(path) : sync_folder(at);
    free(at);
    return code;
}

/* ---- appending ----------------------------------------------------------- */

static int check(app *run, const char *path, const text *list)
{
    fnt_revoked *revoked = NULL;
    int code = revoked_read(run, path, list, &revoked);
    fnt_revoked_free(revoked);
    return code;
}

static bool needs_line_break(const text *list)
{
    return list->len > 0 && list->at[list->len - 1] != '\n';
}

/* In one write, so that no reader sees half of it. What was written only in part, on a full disk,
 * is taken back. */
static int write_whole(const locked *file, const char *bytes, size_t len)
{
    ssize_t done = write(file->descriptor, bytes, len);
    if (done == (ssize_t)len && fsync(file->descriptor) == 0)
        return EXIT_YES;
    int code = done < 0 || done == (ssize_t)len
                   ? fail_errno(file->path)
                   : fail_file(file->path, "no room for the entry; nothing was revoked");
    if (ftruncate(file->descriptor, (off_t)file->list.len) != 0)
        (void)fail_errno(file->path);
    return code;
}

static int append(app *run, locked *file, const text *line)
{
    size_t before = file->list.len;
    text all = TEXT_EMPTY;
    text_add(&all, file->list.at, before);
    if (needs_line_break(&file->list))
        text_byte(&all, '\n');
    text_add(&all, line->at, line->len);
    int code = check(run, file->path, &all);
    if (code == EXIT_YES)
        code = write_whole(file, all.at + before, all.len - before);
    if (code == EXIT_YES && before == 0)
        code = sync_name(file->path);
    text_free(&all);
    return code;
}

int revocations_append(app *run, const char *path, const text *line)
{
    locked file;
    int code = check(run, "the new entry", line); /* before a file is made for it */
    if (code != EXIT_YES)
        return code;
    code = acquire(run, path, O_CREAT, &file);
    if (code == EXIT_YES)
        code = append(run, &file, line);
    release(&file);
    return code;
}

/* ---- pruning ------------------------------------------------------------- */

static size_t skip_blanks(const char *line, size_t len, size_t at)
{
    while (at < len && strchr(" \t\r", line[at]) != NULL)
        at++;
    return at;
}

/* Behind a string that begins at at, with its quotes. */
static size_t skip_string(const char *line, size_t len, size_t at)
{
    for (at++; at < len && line[at] != '"'; at++)
        at += line[at] == '\\';
    return at + 1;
}

/* The value of until, of a line that fnt_revoked_parse has read: one flat object, its times plain
 * digits. A name that is spelt with escapes is not recognized, and its entry stays. */
static bool find_until(const char *line, size_t len, int64_t *until)
{
    static const char name[] = "\"until\"";
    for (size_t at = 0, end; at < len; at = end) {
        if (line[at] != '"') {
            end = at + 1;
            continue;
        }
        end = skip_blanks(line, len, skip_string(line, len, at));
        if (end < len && line[end] == ':' && strncmp(line + at, name, sizeof name - 1) == 0) {
            *until = strtoll(line + skip_blanks(line, len, end + 1), NULL, 10);
            return true;
        }
    }
    return false;
}

static void keep_line(const char *line, size_t len, int64_t now, text *out, size_t *kept,
                      size_t *pruned)
{
    int64_t until = 0;
    if (skip_blanks(line, len, 0) == len)
        return;
    if (find_until(line, len, &until) && until < now) {
        ++*pruned;
        return;
    }
    text_add(out, line, len);
    text_byte(out, '\n');
    ++*kept;
}

/* Where all have lapsed the last one stays: a list that is empty all at once is taken for an
 * accident, and services that had entries of it would no longer be ready. */
static void keep_lines(const text *list, int64_t now, text *out, size_t *kept, size_t *pruned)
{
    const char *last = NULL;
    size_t last_len = 0;
    for (size_t at = 0, len; at < list->len; at += len + 1) {
        const char *end = memchr(list->at + at, '\n', list->len - at);
        size_t before = *pruned;
        len = end == NULL ? list->len - at : (size_t)(end - (list->at + at));
        keep_line(list->at + at, len, now, out, kept, pruned);
        if (*pruned > before) {
            last = list->at + at;
            last_len = len;
        }
    }
    if (*kept == 0 && *pruned > 0) {
        keep_line(last, last_len, INT64_MIN, out, kept, pruned);
        --*pruned;
    }
}

/* With the owner and mode that the file had: a service must still be able to read it. path: where
 * symbolic links lead, which stay. */
static int replace(const locked *file, const char *path, const text *list)
{
    new_file fresh = NEW_FILE_NONE;
    int code = new_file_begin(&fresh, path, file->about.st_mode & 07777, true);
    if (code == EXIT_YES && fchown(fresh.descriptor, file->about.st_uid, file->about.st_gid) != 0)
        code = fail_errno(path);
    if (code == EXIT_YES)
        code = new_file_write(&fresh, list->at, list->len);
    if (code == EXIT_YES)
        code = new_file_commit(&fresh);
    new_file_abandon(&fresh);
    return code == EXIT_YES ? sync_folder(path) : code;
}

static int prune(app *run, const locked *file, int64_t now, size_t *kept, size_t *pruned)
{
    text fresh = TEXT_EMPTY;
    int code = check(run, file->path, &file->list);
    if (code == EXIT_YES)
        keep_lines(&file->list, now, &fresh, kept, pruned);
    if (code == EXIT_YES && *pruned > 0) {
        char *path = realpath(file->path, NULL);
        code = path == NULL ? fail_errno(file->path) : replace(file, path, &fresh);
        free(path);
    }
    text_free(&fresh);
    return code;
}

int revocations_prune(app *run, const char *path, int64_t now, size_t *kept, size_t *pruned)
{
    locked file;
    int code = acquire(run, path, 0, &file);
    if (code == EXIT_YES)
        code = prune(run, &file, now, kept, pruned);
    release(&file);
    return code;
}
