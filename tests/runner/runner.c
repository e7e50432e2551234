/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, SKIPPED = 77 };

static test *first, **end = &first;
static atomic_int failures;

void test_register(test *self)
{
    *end = self;
    end = &self->next;
}

bool test_str_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Diagnostics of TAP are lines that begin with #, on standard output like the rest. */
__attribute__((format(printf, 1, 0))) static void say(const char *format, va_list list)
{
    vprintf(format, list);
    putchar('\n');
    fflush(stdout);
}

void test_check(bool holds, bool fatal, const char *file, int line, const char *expression,
                const char *format, ...)
{
    if (holds && expression != NULL)
        return;
    va_list list;
    va_start(list, format);
    printf("# %s:%d:%s%s:", file, line,
           expression == NULL ? "" : " not so: ", expression == NULL ? "" : expression);
    say(format, list);
    va_end(list);
    failures += expression != NULL;
    if (fatal)
        exit(FAILED);
}

void test_skip(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("# skipped:", stdout);
    say(format, list);
    va_end(list);
    exit(failures == 0 ? SKIPPED : FAILED);
}

static const test *suite_of(const test *self)
{
    for (const test *t = first; t != NULL; t = t->next)
        if (t->body == NULL && strcmp(t->suite, self->suite) == 0)
            return t;
    return self;
}

static int run_here(const test *t)
{
    void (*init)(void) = t->init != NULL ? t->init : suite_of(t)->init;
    void (*fini)(void) = t->fini != NULL ? t->fini : suite_of(t)->fini;
    failures = 0;
    if (init != NULL)
        init();
    t->body();
    if (fini != NULL)
        fini();
    return failures == 0 ? PASSED : FAILED;
}

static int run_in_child(const test *t)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        exit(run_here(t)); /* what runs at an exit belongs to the test: leaks are looked for */
    if (child < 0 || waitpid(child, &status, 0) != child)
        return FAILED;
    if (WIFSIGNALED(status))
        printf("# %s: killed by signal %d\n", t->name, WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

static bool is_wanted(const test *t, char **names)
{
    bool wanted = *names == NULL;
    for (; t->body != NULL && *names != NULL; names++)
        wanted = wanted || strstr(t->name, *names) != NULL;
    return t->body != NULL && wanted;
}

int main(int argc, char **argv)
{
    bool here = argc > 1 && strcmp(argv[1], "--here") == 0;
    int count = 0, failed = 0;
    for (const test *t = first; t != NULL; t = t->next) {
        if (!is_wanted(t, argv + (here ? 2 : 1)))
            continue;
        int got = here ? run_here(t) : run_in_child(t);
        bool good = got == PASSED || got == SKIPPED;
        failed += !good;
        printf("%s %d - %s: %s%s\n", good ? "ok" : "not ok", ++count, t->suite, t->name,
               got == SKIPPED ? " # SKIP" : "");
    }
    printf("1..%d\n", count);
    return count > 0 && failed == 0 ? 0 : 1;
}
