/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "rotate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/fail.h"
#include "lib/base/new_file.h"
#include "lib/base/read_file.h"
#include "lib/base/safe.h"
#include "lib/base/times.h"
#include "lib/keys/key_file.h"
#include "lib/keys/key_folder.h"

/* What is written to before it takes its name. Only who holds the lock writes, so one that is there
 * was left by a run that was killed. */
static const char unfinished[] = ".rotating";

typedef struct {
    text path; /* empty: there is none */
    text bytes;
    fnt_key *key;
    int64_t since; /* its file's time */
} held;

typedef struct {
    app *run;
    const rotation *how;
    int folder; /* open, and locked */
    int64_t now;
    struct stat like; /* the file that current was read from: what is made has its owner and mode */
    held current, next, previous;
} work;

/* ---- reading ------------------------------------------------------------- */

static void release(held *h)
{
    fnt_key_free(h->key);
    text_free(&h->path);
    text_free(&h->bytes);
}

static int look(work *w, const char *name, held *out)
{
    int code = key_folder_find(w->how->folder, name, &out->path);
    if (code == EXIT_YES && out->path.len > 0 && !key_folder_time(out->path.at, &out->since))
        code = fail_errno(out->path.at);
    return code;
}

static int read_key(work *w, held *h, struct stat *about)
{
    int code = read_key_file(w->run, h->path.at, &h->bytes, about);
    return code == EXIT_YES ? key_file_parse(w->run, h->path.at, &h->bytes, FNT_ES256, &h->key)
                            : code;
}

static int read_folder(work *w)
{
    struct stat unused;
    int code = look(w, "current", &w->current);
    if (code == EXIT_YES && w->current.path.len == 0)
        code = fail_file(w->how->folder,
                         "has no current.pem: fntoken keygen --out %s/current.pem makes one",
                         w->how->folder);
    if (code == EXIT_YES)
        code = read_key(w, &w->current, &w->like);
    if (code == EXIT_YES)
        code = look(w, "next", &w->next);
    if (code == EXIT_YES && w->next.path.len > 0)
        code = read_key(w, &w->next, &unused);
    return code == EXIT_YES ? look(w, "previous", &w->previous) : code;
}

/* ---- writing ------------------------------------------------------------- */

/* Or whoever reads current, the gateway's own user, could not read what is made here. */
static int make_alike(const work *w, int descriptor, const char *path)
{
    const struct timespec times[2] = {{.tv_sec = (time_t)w->now}, {.tv_sec = (time_t)w->now}};
    struct stat about;
    if (fstat(descriptor, &about) != 0)
        return fail_errno(path);
    bool theirs = about.st_uid != w->like.st_uid || about.st_gid != w->like.st_gid;
    if (theirs && fchown(descriptor, w->like.st_uid, w->like.st_gid) != 0)
        return fail_file(w->current.path.at,
                         "belongs to another user or group (%ld:%ld), to whom a new file can't be "
                         "given (%s): run this as that user",
                         (long)w->like.st_uid, (long)w->like.st_gid, strerror(errno));
    if (fchmod(descriptor, w->like.st_mode & 0777) != 0 || futimens(descriptor, times) != 0)
        return fail_errno(path);
    return EXIT_YES;
}

/* The bytes come to the disk before the name does. */
static int put(const work *w, const text *bytes, const char *path)
{
    int descriptor = openat(w->folder, unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail_errno(w->how->folder);
    int code = write_fully(descriptor, path, bytes->at, bytes->len);
    if (code == EXIT_YES)
        code = make_alike(w, descriptor, path);
    if (code == EXIT_YES && fsync(descriptor) != 0)
        code = fail_errno(path);
    if (close(descriptor) != 0 && code == EXIT_YES)
        code = fail_errno(path);
    if (code == EXIT_YES && renameat(w->folder, unfinished, AT_FDCWD, path) != 0)
        code = fail_errno(path);
    if (code != EXIT_YES)
        (void)unlinkat(w->folder, unfinished, 0);
    return code;
}

/* ---- telling ------------------------------------------------------------- */

/* Before the step: nothing changes if nobody can read what did. */
static int print_key(const work *w, const char *step, const fnt_key *key)
{
    const char *id = fnt_key_id(key, NULL);
    text line = TEXT_EMPTY;
    if (w->how->json) {
        text_put(&line, "{");
        text_member(&line, "step", step);
        text_member(&line, "kid", id);
        text_put(&line, "}");
        safe_json(stdout, line.at, line.len);
    } else {
        safe_puts(stdout, id);
        putchar('\n');
    }
    text_free(&line);
    return fflush(stdout) == 0 ? EXIT_YES : EXIT_FAULT; /* said when the program ends */
}

static const char *utc(text *date, int64_t seconds)
{
    text_free(date);
    times_utc(date, seconds);
    return date->at != NULL ? date->at : "a time beyond every calendar";
}

static int64_t later(int64_t time, int64_t seconds)
{
    return seconds > INT64_MAX - time ? INT64_MAX : time + seconds;
}

/* ---- the steps ----------------------------------------------------------- */

static int make_next(work *w)
{
    text path = TEXT_EMPTY, pem = TEXT_EMPTY, date = TEXT_EMPTY;
    fnt_key *key = NULL;
    char *private = NULL;
    size_t len = 0;
    fnt_status status = fnt_key_generate(FNT_ES256, &key);
    if (status == FNT_OK)
        status = fnt_key_export(key, FNT_PRIVATE_PEM, &private, &len);
    text_add(&pem, private != NULL ? private : "", len);
    text_print(&path, "%s/next.pem", w->how->folder);
    int code = status == FNT_OK ? print_key(w, "next", key) : fail_status(status, NULL);
    if (code == EXIT_YES)
        code = put(w, &pem, path.at);
    if (code == EXIT_YES)
        tell("%s is made, for the gateway to publish; the next run, from %s on, lets it sign",
             path.at, utc(&date, later(w->now, w->how->published_for)));
    fnt_free(private);
    fnt_key_free(key);
    text_free(&pem);
    text_free(&path);
    text_free(&date);
    return code;
}

/* Where previous is current's own copy, a move was cut short before next took the place. */
static bool is_copy(work *w)
{
    text bytes = TEXT_EMPTY;
    bool same = read_regular_file(w->previous.path.at, &bytes) == EXIT_YES &&
                bytes.len == w->current.bytes.len &&
                memcmp(bytes.at, w->current.bytes.at, bytes.len) == 0;
    text_free(&bytes);
    return same;
}

static int check_next(const work *w)
{
    text date = TEXT_EMPTY;
    int64_t from = later(w->next.since, w->how->published_for);
    int code = EXIT_YES;
    if (strcmp(fnt_key_id(w->next.key, NULL), fnt_key_id(w->current.key, NULL)) == 0)
        code = fail_file(w->next.path.at, "has the key id of current: it is the same key, or one "
                                          "that can't be told from it; remove it, and run this "
                                          "again to make another");
    else if (from > w->now && w->how->at_once)
        tell("--now cuts off verifiers that have not fetched the keys since %s: until they do, "
             "they refuse what %s signs",
             utc(&date, w->next.since), fnt_key_id(w->next.key, NULL));
    else if (from > w->now)
        code = fail_file(w->next.path.at,
                         "has not been published for long enough to sign: run this again from %s "
                         "on (--published-for), or with --now, which cuts off verifiers that have "
                         "not fetched it yet",
                         utc(&date, from));
    text_free(&date);
    return code;
}

static int check_previous(work *w)
{
    text date = TEXT_EMPTY;
    int64_t until = later(w->previous.since, w->how->longest_life);
    int code = EXIT_YES;
    if (w->previous.path.len == 0 || until <= w->now || is_copy(w))
        return EXIT_YES;
    if (w->how->at_once)
        tell("--now cuts off whoever has a token that the key of %s signed: it may live until %s, "
             "and is refused from now on",
             w->previous.path.at, utc(&date, until));
    else
        code = fail_file(w->previous.path.at,
                         "signed tokens that may still live: run this again from %s on "
                         "(--longest-life), or with --now, which cuts them off",
                         utc(&date, until));
    text_free(&date);
    return code;
}

static const char *form_of(const held *h)
{
    return strrchr(h->path.at, '.');
}

/* current is copied, as a link to it could not have a time of its own. One of the other form must
 * go first, or there would be two. */
static int fill_previous(work *w)
{
    text path = TEXT_EMPTY;
    text_print(&path, "%s/previous%s", w->how->folder, form_of(&w->current));
    bool other = w->previous.path.len > 0 && strcmp(w->previous.path.at, path.at) != 0;
    int code = other && unlink(w->previous.path.at) != 0 ? fail_errno(w->previous.path.at)
                                                         : put(w, &w->current.bytes, path.at);
    text_free(&path);
    return code;
}

/* One rename; where the forms differ, the old file is passed over from then on, being previous. */
static int replace_current(const work *w)
{
    text path = TEXT_EMPTY;
    text_print(&path, "%s/current%s", w->how->folder, form_of(&w->next));
    int code = rename(w->next.path.at, path.at) == 0 ? EXIT_YES : fail_errno(w->next.path.at);
    bool other = strcmp(path.at, w->current.path.at) != 0;
    if (code == EXIT_YES && other && unlink(w->current.path.at) != 0)
        code = fail_errno(w->current.path.at);
    text_free(&path);
    return code;
}

static int move(work *w)
{
    text date = TEXT_EMPTY;
    int code = check_next(w);
    if (code == EXIT_YES)
        code = check_previous(w);
    if (code == EXIT_YES)
        code = print_key(w, "current", w->next.key);
    if (code == EXIT_YES)
        code = fill_previous(w);
    if (code == EXIT_YES && fsync(w->folder) != 0 && errno != EINVAL)
        code = fail_errno(w->how->folder);
    if (code == EXIT_YES)
        code = replace_current(w);
    if (code == EXIT_YES)
        tell("%s signs now; %s is previous, and stays published until %s",
             fnt_key_id(w->next.key, NULL), fnt_key_id(w->current.key, NULL),
             utc(&date, later(w->now, w->how->longest_life)));
    text_free(&date);
    return code;
}

/* A move that was cut short when all but the old file's end was done. */
static int finish(work *w, const char *left_over)
{
    int code = print_key(w, "current", w->current.key);
    if (code == EXIT_YES && unlink(left_over) != 0)
        code = fail_errno(left_over);
    if (code == EXIT_YES)
        tell("%s signs: an earlier run was cut short, and is finished now",
             fnt_key_id(w->current.key, NULL));
    return code;
}

static int step(work *w)
{
    text left_over = TEXT_EMPTY;
    int code = EXIT_YES;
    if (unlinkat(w->folder, unfinished, 0) != 0 && errno != ENOENT)
        code = fail_file(w->how->folder, "%s in it can't be taken away: %s", unfinished,
                         strerror(errno));
    key_folder_left_over(w->how->folder, &left_over);
    if (code == EXIT_YES)
        code = read_folder(w);
    if (code == EXIT_YES)
        code = left_over.len > 0       ? finish(w, left_over.at)
               : w->next.path.len == 0 ? make_next(w)
                                       : move(w);
    if (code == EXIT_YES && fsync(w->folder) != 0 && errno != EINVAL)
        code = fail_errno(w->how->folder);
    text_free(&left_over);
    return code;
}

int rotate(app *run, const rotation *how)
{
    work w = {.run = run, .how = how, .now = (int64_t)time(NULL)};
    run->never_waits = true; /* for whoever writes to a FIFO that took a key's name */
    w.folder = open(how->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w.folder < 0)
        return errno == ENOTDIR ? fail_file(how->folder, "is no folder, and one with current.pem "
                                                         "is expected")
                                : fail_errno(how->folder);
    key_folder_tell_open(how->folder);
    int code =
        flock(w.folder, LOCK_EX | LOCK_NB) == 0
            ? step(&w)
            : fail_file(how->folder, "another run is rotating these keys, or somebody who may "
                                     "read the folder has it locked (lslocks shows who)");
    release(&w.current);
    release(&w.next);
    release(&w.previous);
    (void)close(w.folder);
    return code;
}
