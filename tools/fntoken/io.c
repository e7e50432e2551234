/* SPDX-License-Identifier: MIT */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"

enum { CHUNK = 1 << 16 };

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Up to limit + 1 bytes: the last one says that there are too many. */
static int read_all(int descriptor, const char *name, size_t limit, text *out)
{
    while (out->len <= limit) {
        text_reserve(out, CHUNK);
        ssize_t got = read(descriptor, out->at + out->len, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_file(name, "%s", strerror(errno));
        if (got == 0)
            break;
        out->len += (size_t)got;
    }
    out->at[out->len] = '\0';
    return EXIT_YES;
}

static int take_standard_input(app *run)
{
    if (run->standard_input)
        return fail_usage(run->command, "standard input (-) is asked for twice: give one of them as a file or an argument");
    run->standard_input = true;
    return EXIT_YES;
}

static int open_file(const char *path, int *descriptor)
{
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return *descriptor < 0 ? fail_file(path, "%s", strerror(errno)) : EXIT_YES;
}

static int check_length(const char *name, size_t limit, const text *got)
{
    return got->len > limit ? fail_file(name, "longer than %zu bytes", limit) : EXIT_YES;
}

int read_file(app *run, const char *path, size_t limit, text *out)
{
    int descriptor = STDIN_FILENO;
    bool standard = is_standard_input(path);
    const char *name = standard ? "standard input" : path;
    int code = standard ? take_standard_input(run) : open_file(path, &descriptor);
    if (code == EXIT_YES)
        code = read_all(descriptor, name, limit, out);
    if (code == EXIT_YES)
        code = check_length(name, limit, out);
    if (!standard && descriptor >= 0)
        (void)close(descriptor);
    return code;
}

/* Asked of the open file, so that nobody can put another one there in between. */
static int check_private(int descriptor, const char *path, bool accept_open)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0)
        return fail_file(path, "%s", strerror(errno));
    if (!S_ISREG(about.st_mode) || (about.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return EXIT_YES;
    unsigned mode = (unsigned)about.st_mode & 0777U;
    if (!accept_open)
        return fail_file(path, "this private key can be read or changed by others (mode %04o): chmod 600 it, and make a new key if "
                               "somebody may have read it (--accept-open-key to use it nevertheless)", mode);
    tell("%s: this private key can be read or changed by others (mode %04o): chmod 600 it", path, mode);
    return EXIT_YES;
}

int read_private(app *run, const char *path, bool accept_open, text *out)
{
    if (is_standard_input(path))
        return read_file(run, path, LIMIT_DOCUMENT, out);
    int descriptor = -1;
    int code = open_file(path, &descriptor);
    if (code != EXIT_YES)
        return code;
    code = check_private(descriptor, path, accept_open);
    if (code == EXIT_YES)
        code = read_all(descriptor, path, LIMIT_DOCUMENT, out);
    if (code == EXIT_YES)
        code = check_length(path, LIMIT_DOCUMENT, out);
    (void)close(descriptor);
    return code;
}

static void drop_line_break(text *t)
{
    if (t->len > 0 && t->at[t->len - 1] == '\n')
        t->at[--t->len] = '\0';
    else
        return;
    if (t->len > 0 && t->at[t->len - 1] == '\r')
        t->at[--t->len] = '\0';
}

int read_token(app *run, const char *argument, text *out)
{
    if (argument != NULL && !is_standard_input(argument)) {
        text_put(out, argument);
        return EXIT_YES;
    }
    if (argument == NULL && isatty(STDIN_FILENO))
        return fail_usage(run->command, "no token is given: give it as the last argument, or on standard input");
    int code = take_standard_input(run);
    if (code == EXIT_YES)
        code = read_all(STDIN_FILENO, "standard input", LIMIT_TOKEN, out);
    if (code == EXIT_YES)
        drop_line_break(out);
    return code;
}
