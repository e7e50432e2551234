/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fail.h"
#include "lib/base/new_file.h"
#include "lib/base/read_file.h"
#include "oauth.h"

enum { EARLY = 10 }; /* seconds before the token's end: the call takes time, and clocks differ */

/* FNV-1a: for names of files; what is in them says whose they are. */
static uint64_t hash(const char *key)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * UINT64_C(1099511628211);
    return h;
}

/* ---- the folder ---------------------------------------------------------- */

/* With all above it. */
static bool make_folder(const char *path)
{
    char *part = new_copy(path, strlen(path));
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(part, 0700); /* what matters is whether the last one is there */
        *slash = '/';
    }
    free(part);
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* Whoever can rename what is in it could put a file of theirs there between a look at it and its
 * opening, or lock it for ever. */
static bool is_own_folder(const char *path)
{
    struct stat about;
    bool own = stat(path, &about) == 0 && S_ISDIR(about.st_mode) && about.st_uid == geteuid() &&
               (about.st_mode & 022) == 0;
    if (!own)
        tell("%s: is no folder that its owner alone can write to (0700); no token is kept", path);
    return own;
}

/* Relative ones don't count, as the XDG Base Directory Specification has it. */
static bool find_folder(text *folder)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache != NULL && *cache == '/')
        text_print(folder, "%s/fntoken", cache);
    else if (home != NULL && *home == '/')
        text_print(folder, "%s/.cache/fntoken", home);
    else
        tell("no token is kept: neither XDG_CACHE_HOME nor HOME names a folder");
    if (folder->len > 0 && !make_folder(folder->at)) {
        tell("%s: %s; no token is kept", folder->at, strerror(errno));
        return false;
    }
    return folder->len > 0 && is_own_folder(folder->at);
}

/* ---- an entry ------------------------------------------------------------ */

static int lock(const char *folder, uint64_t name)
{
    text path = TEXT_EMPTY;
    text_print(&path, "%s/%016" PRIx64 ".lock", folder, name);
    int descriptor = open(path.at, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    while (descriptor >= 0 && flock(descriptor, LOCK_EX) != 0 && errno == EINTR)
        ;
    if (descriptor < 0)
        tell("%s: %s; no token is kept", path.at, strerror(errno));
    text_free(&path);
    return descriptor;
}

void cache_open(cache_entry *entry, const char *key)
{
    text folder = TEXT_EMPTY;
    *entry = CACHE_NONE;
    text_put(&entry->key, key);
    if (find_folder(&folder) && (entry->lock = lock(folder.at, hash(key))) >= 0)
        text_print(&entry->path, "%s/%016" PRIx64 ".json", folder.at, hash(key));
    text_free(&folder);
}

/* One that others may write could hold a token of theirs, whose owner then sees what is sent. */
static bool is_mine(const char *path)
{
    struct stat about;
    if (lstat(path, &about) != 0)
        return false;
    bool mine = S_ISREG(about.st_mode) && about.st_uid == geteuid() && (about.st_mode & 077) == 0;
    if (!mine)
        tell("%s: is no file that its owner alone can read and write (0600), and is not used",
             path);
    return mine;
}

bool cache_read(const cache_entry *entry, int64_t now, text *token)
{
    text file = TEXT_EMPTY, key = TEXT_EMPTY;
    int64_t kept = 0, expires = 0;
    json_answer held = JSON_ANSWER_NONE;
    bool good = entry->path.len > 0 && is_mine(entry->path.at) &&
                read_regular_file(entry->path.at, &file) == EXIT_YES &&
                json_answer_read(&held, &file) && json_answer_text(&held, "key", &key) &&
                strcmp(key.at, entry->key.at) == 0 && json_answer_number(&held, "kept", &kept) &&
                json_answer_number(&held, "expires", &expires) && kept <= now &&
                now < expires - EARLY && json_answer_text(&held, "token", token) &&
                oauth_is_token(token);
    json_answer_free(&held);
    text_free(&file);
    text_free(&key);
    return good;
}

/* Or the token would take the place of whatever a link leads to. */
static void drop_link(const char *path)
{
    struct stat about;
    if (lstat(path, &about) == 0 && S_ISLNK(about.st_mode))
        (void)unlink(path);
}

void cache_write(const cache_entry *entry, int64_t now, int64_t expires, const char *token)
{
    text json = TEXT_EMPTY;
    new_file file = NEW_FILE_NONE;
    if (entry->path.len == 0)
        return;
    drop_link(entry->path.at);
    text_put(&json, "{");
    text_member(&json, "key", entry->key.at);
    text_member(&json, "token", token);
    text_print(&json, ",\"kept\":%" PRId64 ",\"expires\":%" PRId64 "}\n", now, expires);
    int code = new_file_begin(&file, entry->path.at, 0600, true);
    if (code == EXIT_YES)
        code = new_file_write(&file, json.at, json.len);
    if (code == EXIT_YES)
        code = new_file_commit(&file);
    if (code != EXIT_YES)
        tell("the token is not kept, and will be asked for again");
    new_file_abandon(&file);
    text_free(&json);
}

void cache_close(cache_entry *entry)
{
    if (entry->lock >= 0)
        (void)close(entry->lock);
    text_free(&entry->key);
    text_free(&entry->path);
    *entry = CACHE_NONE;
}
