/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/ops/lines.h"

static char folder[64];

static const char *in(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void begin(void)
{
    (void)strcpy(folder, "/tmp/lines-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void finish(void)
{
    static const char *const names[] = {"log", "old", "pipe"};
    for (size_t i = 0; i < 3; i++)
        (void)unlink(in(names[i]));
    (void)rmdir(folder);
}

TestSuite(lines, .init = begin, .fini = finish);

static const char *content(const char *name)
{
    static char bytes[256];
    FILE *file = fopen(in(name), "r");
    cr_assert_not_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    (void)fclose(file);
    return bytes;
}

Test(lines, each_is_a_line)
{
    lines *log = lines_open(in("log"));
    cr_assert_not_null(log);
    cr_expect(lines_write(log, "one", 3));
    cr_expect(lines_write(log, "", 0));
    cr_expect(lines_write(log, "two", 3));
    cr_expect_str_eq(content("log"), "one\n\ntwo\n");
    lines_close(log);
    log = lines_open(in("log"));
    cr_expect(lines_write(log, "three", 5));
    cr_expect_str_eq(content("log"), "one\n\ntwo\nthree\n");
    lines_close(log);
}

Test(lines, a_log_that_was_moved_away_is_opened_anew)
{
    char old[128];
    lines *log = lines_open(in("log"));
    (void)strcpy(old, in("old"));
    cr_assert_eq(rename(in("log"), old), 0);
    cr_expect(lines_write(log, "one", 3));
    cr_expect(lines_reopen(log));
    cr_expect(lines_write(log, "two", 3));
    cr_expect_str_eq(content("old"), "one\n");
    cr_expect_str_eq(content("log"), "two\n");
    (void)unlink(in("log"));
    cr_assert_eq(mkdir(in("log"), 0700), 0);
    cr_expect_not(lines_reopen(log));
    cr_expect_eq(errno, EISDIR);
    cr_expect(lines_write(log, "three", 5), "what is open stays open");
    (void)rmdir(in("log"));
    lines_close(log);
}

Test(lines, what_can_t_be_written_is_lost)
{
    cr_expect_null(lines_open(in("none/log")));
    lines *log = lines_open("/dev/full");
    cr_assert_not_null(log);
    cr_expect_not(lines_write(log, "one", 3));
    lines_close(log);
    cr_assert_eq(mkfifo(in("pipe"), 0600), 0);
    int reader = open(in("pipe"), O_RDONLY | O_NONBLOCK);
    log = lines_open(in("pipe"));
    size_t written = 0;
    while (written < 1000000 && lines_write(log, "a line of the log", 17))
        written++;
    cr_expect_lt(written, (size_t)1000000, "a full pipe is not waited for");
    /* Nor one that is almost full, by a line that is longer than what is left: what there is room
     * for is written, and the next line begins on its own. */
    static char bytes[1 << 16], longer[30000];
    cr_assert_gt(read(reader, bytes, 12288), 12287);
    memset(longer, 'x', sizeof longer);
    (void)alarm(20);
    cr_expect_not(lines_write(log, longer, sizeof longer));
    (void)alarm(0);
    ssize_t left = read(reader, bytes, sizeof bytes);
    cr_expect(left > 0 && bytes[left - 1] == 'x');
    cr_expect(lines_write(log, "next", 4));
    cr_expect(read(reader, bytes, sizeof bytes) == 6 && memcmp(bytes, "\nnext\n", 6) == 0);
    while (lines_write(log, "a line of the log", 17))
        continue;
    cr_assert_gt(read(reader, bytes, sizeof bytes), 0);
    cr_expect(lines_write(log, "again", 5));
    (void)close(reader);
    lines_close(log);
}
