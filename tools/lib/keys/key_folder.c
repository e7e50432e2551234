/* SPDX-License-Identifier: MIT */
#include "lib/keys/key_folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"

enum { FORMS = 2 };
static const char *const forms[FORMS] = {"pem", "json"};

static bool is_there(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

static void name_file(text *path, const char *folder, const char *name, const char *form)
{
    text_free(path);
    text_print(path, "%s/%s.%s", folder, name, form);
}

static bool is_same_file(const char *one, const char *other)
{
    text a = TEXT_EMPTY, b = TEXT_EMPTY;
    bool same = is_there(one) && is_there(other) && read_regular_file(one, &a) == EXIT_YES &&
                read_regular_file(other, &b) == EXIT_YES && a.len > 0 && a.len == b.len &&
                memcmp(a.at, b.at, a.len) == 0;
    text_free(&a);
    text_free(&b);
    return same;
}

/* How many there are of a name; path is the last. */
static size_t count(const char *folder, const char *name, text *path)
{
    text one = TEXT_EMPTY;
    size_t found = 0;
    for (size_t i = 0; i < FORMS; i++) {
        name_file(&one, folder, name, forms[i]);
        if (is_there(one.at)) {
            name_file(path, folder, name, forms[i]);
            found++;
        }
    }
    text_free(&one);
    return found;
}

bool key_folder_time(const char *path, int64_t *since)
{
    struct stat link, file;
    if (lstat(path, &link) != 0 || stat(path, &file) != 0)
        return false;
    *since = (int64_t)(link.st_mtime > file.st_mtime ? link.st_mtime : file.st_mtime);
    return true;
}

/* Kubernetes mounts a Secret as 1777, but nobody can write to it. */
void key_folder_tell_open(const char *folder)
{
    struct stat about;
    struct statvfs mount;
    if (stat(folder, &about) == 0 && (about.st_mode & S_IWOTH) != 0 &&
        statvfs(folder, &mount) == 0 && (mount.f_flag & ST_RDONLY) == 0)
        tell("%s: everybody can write to this folder of private keys (mode %04o), and sign by a "
             "key of theirs: chmod 700 it",
             folder, (unsigned)about.st_mode & 07777U);
}

void key_folder_left_over(const char *folder, text *path)
{
    text current = TEXT_EMPTY, previous = TEXT_EMPTY;
    bool both = count(folder, "current", &current) == FORMS;
    for (size_t i = 0; both && path->len == 0 && i < FORMS; i++) {
        name_file(&current, folder, "current", forms[i]);
        name_file(&previous, folder, "previous", forms[i]);
        if (is_same_file(current.at, previous.at))
            text_put(path, current.at);
    }
    text_free(&current);
    text_free(&previous);
}

/* Of two files of current, the one that was not left over. */
static bool choose(const char *folder, const char *name, text *path)
{
    text left_over = TEXT_EMPTY;
    bool is_current = strcmp(name, "current") == 0;
    if (is_current)
        key_folder_left_over(folder, &left_over);
    for (size_t i = 0; left_over.len > 0 && i < FORMS; i++) {
        name_file(path, folder, name, forms[i]);
        if (strcmp(path->at, left_over.at) != 0)
            break;
    }
    bool chosen = left_over.len > 0;
    text_free(&left_over);
    return chosen;
}

/* That a key is not there is said of a folder that can be looked into alone. */
static int look_into(const char *folder)
{
    text inside = TEXT_EMPTY;
    struct stat about;
    text_print(&inside, "%s/.", folder);
    bool good = lstat(inside.at, &about) == 0;
    text_free(&inside);
    if (good)
        return EXIT_YES;
    if (errno == ENOTDIR)
        return fail_file(folder, "is no folder, and one with current.pem in it is expected");
    return fail_errno(folder);
}

int key_folder_find(const char *folder, const char *name, text *path)
{
    int code = look_into(folder);
    if (code != EXIT_YES)
        return code;
    if (count(folder, name, path) < FORMS || choose(folder, name, path))
        return EXIT_YES;
    text_free(path);
    return fail_file(folder, "has both %s.pem and %s.json: one of them is meant", name, name);
}
