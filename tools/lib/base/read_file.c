/* SPDX-License-Identifier: MIT */
#include "lib/base/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fail.h"

enum { CHUNK = 1 << 16, LIMIT = 16 << 20 };

/* Up to limit + 1 bytes: the last one says that there are too many. */
static int read_all(int descriptor, const char *name, size_t limit, text *out)
{
    while (out->len <= limit) {
        text_reserve(out, CHUNK);
        ssize_t got = read(descriptor, out->at + out->len, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(name);
        if (got == 0)
            break;
        out->len += (size_t)got;
    }
    out->at[out->len] = '\0';
    return EXIT_YES;
}

static int read_limited(int descriptor, const char *name, text *out)
{
    int code = read_all(descriptor, name, LIMIT, out);
    if (code == EXIT_YES && out->len > LIMIT)
        code = fail_file(name, "is longer than %d MiB, which nothing is that is read here",
                         LIMIT >> 20);
    return code;
}

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

static int take_standard_input(app *run)
{
    if (run->standard_input)
        return fail_usage(
            run,
            "standard input (-) is asked for twice: give one of them as a file or an argument");
    run->standard_input = true;
    return EXIT_YES;
}

/* Without waiting: to open a FIFO is to wait for whoever writes to it. */
static int open_regular(const char *path, bool in_folder, int *descriptor)
{
    struct stat about;
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*descriptor < 0 || fstat(*descriptor, &about) != 0)
        return fail_errno(path);
    if (S_ISDIR(about.st_mode) && in_folder)
        return fail_file(path, "is a folder, and folders in a folder are not read");
    if (S_ISDIR(about.st_mode))
        return errno = EISDIR, fail_errno(path);
    if (!S_ISREG(about.st_mode))
        return fail_file(path, in_folder ? "is no file: name it by itself to read it"
                                         : "is no regular file, and one is expected, which can be "
                                           "read again");
    return EXIT_YES;
}

static int open_input(app *run, const char *path, int *descriptor)
{
    if (run->never_waits)
        return open_regular(path, false, descriptor);
    if (is_standard_input(path)) {
        *descriptor = STDIN_FILENO;
        return take_standard_input(run);
    }
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return *descriptor < 0 ? fail_errno(path) : EXIT_YES;
}

/* Of the open file, so that it can't be replaced in between. */
static int find_about(int descriptor, const char *path, struct stat *about)
{
    if (fstat(descriptor, about) != 0)
        return fail_errno(path);
    if (S_ISDIR(about->st_mode))
        return errno = EISDIR, fail_errno(path);
    return EXIT_YES;
}

/* With its byte order mark, or ASCII in it: every second byte is NUL. */
static bool is_utf16(const text *t)
{
    const char *at = t->at;
    if (t->len < 4)
        return false;
    return memcmp(at, "\377\376", 2) == 0 || memcmp(at, "\376\377", 2) == 0 ||
           (at[0] != '\0' && at[1] == '\0' && at[2] != '\0' && at[3] == '\0') ||
           (at[0] == '\0' && at[1] != '\0' && at[2] == '\0' && at[3] != '\0');
}

static bool is_blank(const text *t)
{
    return t->len == 0 || strspn(t->at, " \t\r\n") == t->len;
}

static int check_content(const char *path, const char *expected, const text *content)
{
    if (expected != NULL && is_blank(content))
        return fail_file(path, "is empty; %s is expected: did what wrote it succeed?", expected);
    if (is_utf16(content))
        return fail_file(path, "is UTF-16, as some programs of Windows write it, and UTF-8 is "
                               "expected: save it as UTF-8 (in PowerShell, | Out-File -Encoding "
                               "utf8)");
    return EXIT_YES;
}

static int read_input(app *run, const char *path, const char *expected, text *out,
                      struct stat *about)
{
    int descriptor = -1;
    int code = open_input(run, path, &descriptor);
    if (code == EXIT_YES)
        code = find_about(descriptor, path, about);
    if (code == EXIT_YES)
        code = read_limited(descriptor, path, out);
    if (code == EXIT_YES)
        code = check_content(path, expected, out);
    if (descriptor > STDIN_FILENO)
        (void)close(descriptor);
    return code;
}

int read_regular_file(const char *path, text *out)
{
    int descriptor = -1;
    int code = open_regular(path, true, &descriptor);
    if (code == EXIT_YES)
        code = read_limited(descriptor, path, out);
    if (code == EXIT_YES)
        code = check_content(path, NULL, out);
    if (descriptor >= 0)
        (void)close(descriptor);
    return code;
}

int read_file(app *run, const char *path, const char *expected, text *out)
{
    struct stat unused;
    return read_input(run, path, expected, out, &unused);
}

int read_key_file(app *run, const char *path, text *out, struct stat *about)
{
    return read_input(run, path, "a key", out, about);
}
