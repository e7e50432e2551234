/* SPDX-License-Identifier: MIT */
/* How much a process grows by a verifier that has seen 1,000 tokens. The tokens come from a child,
 * so that the memory that making them took is not there to be used again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "measure.h"
#include "work.h"

enum { LINE = 1024 };

static void write_tokens(FILE *to)
{
    static work w;
    char *jwks = NULL;
    size_t len = 0;
    work_make(&w, (int64_t)time(NULL), WORK_TOKENS);
    MUST(fnt_keyset_jwks(w.keyset, &jwks, &len));
    fprintf(to, "%s\n", jwks);
    for (size_t i = 0; i < w.count; i++)
        fprintf(to, "%s\n", w.header[i]);
    fnt_free(jwks);
    work_free(&w);
}

static size_t read_line(FILE *from, char line[LINE])
{
    if (fgets(line, LINE, from) == NULL)
        bench_fail("reading a line");
    return strcspn(line, "\n");
}

static void see_all(fnt_verifier *v, FILE *from)
{
    char line[LINE];
    for (size_t i = 0; i < WORK_TOKENS; i++) {
        size_t len = read_line(from, line);
        MUST(fnt_authorize(v, line, len, FNT_STR(WORK_RESOURCE), (int64_t)time(NULL), NULL, NULL));
    }
}

static void grow(FILE *from, long before, long private_before)
{
    char line[LINE];
    fnt_keyset *keyset = NULL;
    fnt_verifier *v = NULL;
    size_t len = read_line(from, line);
    MUST(fnt_keyset_parse(line, len, 0, &keyset, NULL));
    MUST(fnt_verifier_new(FNT_STR(WORK_ISSUER), NULL, 0, keyset, &v));
    MUST(fnt_verifier_set(v, FNT_OPT_CACHE_ENTRIES, WORK_TOKENS));
    see_all(v, from);
    tell("resident_growth_kib", (double)(resident_kib() - before));
    tell("private_growth_kib", (double)(private_kib() - private_before));
    tell("peak_kib", (double)peak_kib());
    fnt_verifier_free(v);
    fnt_keyset_free(keyset);
}

/* Once before what is measured, so that growth is not what the C library itself takes at first. */
static long warm(FILE *from)
{
    char line[LINE];
    snprintf(line, sizeof line, "%ld", resident_kib());
    int c = getc(from);
    if (c == EOF || ungetc(c, from) == EOF)
        bench_fail("reading");
    return resident_kib();
}

int main(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        bench_fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        FILE *to = fdopen(ends[1], "w");
        write_tokens(to);
        fclose(to);
        _exit(0);
    }
    close(ends[1]);
    FILE *from = child < 0 ? NULL : fdopen(ends[0], "r");
    if (from == NULL)
        bench_fail("fork");
    long before = warm(from);
    grow(from, before, private_kib());
    fclose(from);
    waitpid(child, NULL, 0);
    return 0;
}
