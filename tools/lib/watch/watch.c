/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* st_mtim beside POSIX's names, scandir's DT_ */
#include "lib/watch/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>
#endif

/* Somebody may write again and again: what they wrote first counts soon all the same. */
enum { LONGEST_MS = 1000 };

struct watch {
    char **paths;
    size_t count;
    text known;    /* what was there at the last change */
    text pending;  /* what is there now, if that is something else */
    int64_t since; /* of pending: when a look found something else first */
    int descriptor;
};

/* ---- what is there ------------------------------------------------------- */

static void put_file(text *out, const char *path)
{
    struct stat s;
    if (stat(path, &s) != 0) {
        text_print(out, "%s: %d\n", path, errno);
        return;
    }
    text_print(out, "%s: %ju %ju %jd %jd.%09ld %jd.%09ld %o %d\n", path, (uintmax_t)s.st_dev,
               (uintmax_t)s.st_ino, (intmax_t)s.st_size, (intmax_t)s.st_mtim.tv_sec,
               s.st_mtim.tv_nsec, (intmax_t)s.st_ctim.tv_sec, s.st_ctim.tv_nsec, s.st_mode,
               access(path, R_OK));
}

/* Keys and objects. A log beside them that never stands still would hide what they are. */
static int is_read(const struct dirent *entry)
{
    static const char *const forms[] = {"*.yaml", "*.yml", "*.json", "*.pem"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (fnmatch(forms[i], entry->d_name, FNM_PERIOD) == 0)
            return 1;
    return 0;
}

static void put_entries(text *out, const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_read, alphasort);
    for (int i = 0; i < count; i++) {
        text path = TEXT_EMPTY;
        text_print(&path, "%s/%s", folder, entries[i]->d_name);
        put_file(out, path.at);
        text_free(&path);
        free(entries[i]);
    }
    free(entries);
}

static void look(const watch *w, text *out)
{
    struct stat s;
    text_put(out, "");
    for (size_t i = 0; i < w->count; i++) {
        put_file(out, w->paths[i]);
        if (stat(w->paths[i], &s) == 0 && S_ISDIR(s.st_mode))
            put_entries(out, w->paths[i]);
    }
}

/* ---- inotify ------------------------------------------------------------- */

#ifdef __linux__
/* The folder that a path stands in, and the path itself where it is a folder. Adding one again is
 * no change. */
static void arm(const watch *w)
{
    const uint32_t events = IN_CLOSE_WRITE | IN_MOVE | IN_CREATE | IN_DELETE | IN_ATTRIB |
                            IN_DELETE_SELF | IN_MOVE_SELF;
    for (size_t i = 0; w->descriptor >= 0 && i < w->count; i++) {
        char *folder = new_copy(w->paths[i], strlen(w->paths[i]));
        char *slash = strrchr(folder, '/');
        if (slash != NULL)
            slash[slash == folder ? 1 : 0] = '\0';
        (void)inotify_add_watch(w->descriptor, slash != NULL ? folder : ".", events);
        (void)inotify_add_watch(w->descriptor, w->paths[i], events);
        free(folder);
    }
}

static int notifier(void)
{
    return inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}
#else
static void arm(const watch *w)
{
    (void)w;
}

static int notifier(void)
{
    return -1;
}
#endif

/* What it says does not matter. */
static void drain(const watch *w)
{
    char events[4096];
    while (w->descriptor >= 0 && read(w->descriptor, events, sizeof events) > 0)
        ;
}

/* ---- looking ------------------------------------------------------------- */

static bool same(const text *a, const text *b)
{
    return a->at != NULL && b->at != NULL && strcmp(a->at, b->at) == 0;
}

bool watch_changed(watch *w, int64_t now_ms, bool *pending)
{
    text now = TEXT_EMPTY;
    drain(w);
    arm(w);
    look(w, &now);
    bool differs = !same(&now, &w->known), first = w->pending.at == NULL;
    if (differs && first)
        w->since = now_ms;
    bool changed =
        differs && !first && (same(&now, &w->pending) || now_ms - w->since >= LONGEST_MS);
    *pending = differs && !changed;
    text_free(&w->pending);
    if (changed) {
        text_free(&w->known);
        w->known = now;
    } else if (differs) {
        w->pending = now;
    } else {
        text_free(&now);
    }
    return changed;
}

int watch_descriptor(const watch *w)
{
    return w->descriptor;
}

watch *watch_new(const char *const *paths)
{
    watch *w = new_array(1, sizeof *w);
    while (paths[w->count] != NULL)
        w->count++;
    w->paths = new_array(w->count, sizeof *w->paths);
    for (size_t i = 0; i < w->count; i++)
        w->paths[i] = new_copy(paths[i], strlen(paths[i]));
    w->descriptor = notifier();
    arm(w);
    look(w, &w->known);
    return w;
}

void watch_free(watch *w)
{
    if (w == NULL)
        return;
    for (size_t i = 0; i < w->count; i++)
        free(w->paths[i]);
    free(w->paths);
    text_free(&w->known);
    text_free(&w->pending);
    if (w->descriptor >= 0)
        (void)close(w->descriptor);
    free(w);
}
