/* SPDX-License-Identifier: MIT */
/* What is seen of files and folders that change (rule 53). */
#include "support/test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lib/watch/watch.h"

static char folder[64];

static const char *in(const char *name)
{
    static char paths[4][128];
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *content)
{
    FILE *file = fopen(in(name), "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(content, file), 0);
    cr_assert_eq(fclose(file), 0);
}

static void begin(void)
{
    (void)strcpy(folder, "/tmp/watch-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(mkdir(in("rules"), 0700), 0);
    put("rules/a.yaml", "one");
    put("file", "one");
}

static void finish(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(watch, .init = begin, .fini = finish);

static watch *watch_both(void)
{
    const char *paths[] = {in("rules"), in("file"), NULL};
    return watch_new(paths);
}

/* Seen at the second of two looks, and then no more. */
static bool is_seen(watch *w)
{
    bool pending = false;
    bool at_once = watch_changed(w, 0, &pending);
    bool seen = !at_once && pending && watch_changed(w, 0, &pending) && !pending;
    return seen && !watch_changed(w, 0, &pending) && !pending;
}

Test(watch, nothing_changes)
{
    watch *w = watch_both();
    bool pending = true;
    for (int i = 0; i < 3; i++) {
        cr_expect_not(watch_changed(w, 0, &pending));
        cr_expect_not(pending);
    }
    watch_free(w);
}

/* Times of files go on in steps of some milliseconds: until the folder has another one. */
static void put_hidden(void)
{
    struct stat before, after;
    cr_assert_eq(stat(in("rules"), &before), 0);
    do {
        (void)unlink(in("rules/.hidden"));
        put("rules/.hidden", "two");
        cr_assert_eq(stat(in("rules"), &after), 0);
    } while (after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
             after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
}

Test(watch, rule_53_what_changes_is_seen)
{
    watch *w = watch_both();
    put("file", "another length");
    cr_expect(is_seen(w), "written");
    put("new", "x");
    cr_expect_not(is_seen(w), "another file beside it");
    cr_assert_eq(rename(in("new"), in("file")), 0);
    cr_expect(is_seen(w), "replaced");
    cr_assert_eq(chmod(in("file"), 0), 0);
    cr_expect(is_seen(w), "its mode");
    cr_assert_eq(unlink(in("file")), 0);
    cr_expect(is_seen(w), "gone");
    cr_assert_eq(mkdir(in("file"), 0700), 0);
    cr_expect(is_seen(w), "a folder");
    cr_assert_eq(rmdir(in("file")), 0);
    cr_expect(is_seen(w), "gone once more");
    put("rules/b.pem", "two");
    cr_expect(is_seen(w), "more in the folder");
    put_hidden();
    cr_expect(is_seen(w), "the folder's own time");
    cr_assert_eq(unlink(in("rules/a.yaml")), 0);
    cr_expect(is_seen(w), "less in the folder");
    cr_assert_eq(rename(in("rules"), in("elsewhere")), 0);
    cr_expect(is_seen(w), "the folder renamed");
    cr_assert_eq(rename(in("elsewhere"), in("rules")), 0);
    cr_expect(is_seen(w), "and back");
    watch_free(w);
}

Test(watch, a_link_is_followed)
{
    cr_assert_eq(mkdir(in("one"), 0700), 0);
    cr_assert_eq(mkdir(in("two"), 0700), 0);
    put("one/rules", "one");
    put("two/rules", "two");
    cr_assert_eq(symlink("one", in("data")), 0);
    cr_assert_eq(symlink("../data/rules", in("rules/linked.json")), 0);
    watch *w = watch_both();
    cr_assert_eq(symlink("two", in("new")), 0);
    cr_assert_eq(rename(in("new"), in("data")), 0);
    cr_expect(is_seen(w));
    watch_free(w);
}

Test(watch, a_log_beside_rules_hides_no_change)
{
    put("rules/log", "1");
    watch *w = watch_both();
    bool pending = false;
    put("rules/a.yaml", "two, and longer");
    for (int i = 0; i < 2; i++) {
        char growing[8] = "aaaaaaa";
        growing[3 + i] = '\0';
        put("rules/log", growing);
        cr_expect_eq(watch_changed(w, 0, &pending), i == 1);
    }
    watch_free(w);
}

Test(watch, what_is_being_written_is_left_alone)
{
    watch *w = watch_both();
    bool pending = false;
    for (int i = 0; i < 4; i++) {
        char growing[8] = "aaaaaaa";
        growing[4 + i % 3] = '\0';
        put("file", growing);
        cr_expect_not(watch_changed(w, 0, &pending));
        cr_expect(pending);
    }
    cr_expect(watch_changed(w, 0, &pending));
    watch_free(w);
}

/* As a list of revocations that a script writes to for minutes. */
Test(watch, rule_53_what_is_written_without_an_end_is_seen_each_second)
{
    watch *w = watch_both();
    bool pending = false;
    for (int i = 0; i < 40; i++) {
        char growing[64] = {0};
        memset(growing, 'a', 4 + (size_t)i);
        put("file", growing);
        bool due = i == 10 || i == 21 || i == 32;
        cr_expect_eq(watch_changed(w, 5000 + i * 100, &pending), due, "look %d", i);
        cr_expect_neq(pending, due);
    }
    watch_free(w);
}
