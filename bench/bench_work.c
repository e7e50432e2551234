/* SPDX-License-Identifier: MIT */
/* bench_work DIR: writes the work that all peers share, as text files with an item a line, into a
 * folder that is there:
 *
 *     token, tokens          one Function Token, 1,000 of them
 *     jwks.json, key.pem     the key that verifies them
 *     issuer                 their iss, and their aud
 *     resource, resources    one that they permit, several
 *     mix-N.patterns, mix-N.resources, mix-N.miss    for matching */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"
#include "sets.h"
#include "work.h"

static const char *folder;

static FILE *create(const char *name)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *to = len > 0 && (size_t)len < sizeof path ? fopen(path, "w") : NULL;
    if (to == NULL)
        bench_fail(path);
    return to;
}

static void finish(FILE *to)
{
    if (fclose(to) != 0)
        bench_fail("fclose");
}

static void write_text(const char *name, const char *text)
{
    FILE *to = create(name);
    fprintf(to, "%s\n", text);
    finish(to);
}

static void write_tokens(const work *w)
{
    FILE *to = create("tokens");
    write_text("token", w->header[0] + 7);
    for (size_t i = 0; i < w->count; i++)
        fprintf(to, "%s\n", w->header[i] + 7);
    finish(to);
}

static void write_keys(const work *w)
{
    char *text = NULL;
    size_t len = 0;
    MUST(fnt_keyset_jwks(w->keyset, &text, &len));
    write_text("jwks.json", text);
    fnt_free(text);
    MUST(fnt_key_export(w->key, FNT_PUBLIC_PEM, &text, &len));
    write_text("key.pem", text);
    fnt_free(text);
}

static void write_resources(void)
{
    FILE *to = create("resources");
    for (size_t i = 0; i < WORK_RESOURCES; i++)
        fprintf(to, "%s\n", work_resources[i]);
    finish(to);
    write_text("resource", WORK_RESOURCE);
    write_text("issuer", WORK_ISSUER);
}

static void write_set(const char *name, const set *from)
{
    FILE *to = create(name);
    for (size_t i = 0; i < from->count; i++)
        fprintf(to, "%.*s\n", (int)from->list[i].len, from->list[i].at);
    finish(to);
}

static void write_mix(size_t count)
{
    static set patterns, resources;
    char name[64], miss[SET_TEXT];
    unsigned spaces = (unsigned)count / 5 + 1;
    set_mix(&patterns, count, spaces);
    set_resources(&resources, &patterns, spaces);
    set_miss(&patterns, miss);
    snprintf(name, sizeof name, "mix-%zu.patterns", count);
    write_set(name, &patterns);
    snprintf(name, sizeof name, "mix-%zu.resources", count);
    write_set(name, &resources);
    snprintf(name, sizeof name, "mix-%zu.miss", count);
    write_text(name, miss);
}

int main(int argc, char **argv)
{
    static const size_t counts[] = {2, 10, 100, 478, 1000, 10000};
    static work w;
    if (argc != 2) {
        fprintf(stderr, "usage: bench_work DIR\n");
        return 2;
    }
    folder = argv[1];
    work_make(&w, (int64_t)time(NULL), WORK_TOKENS);
    write_tokens(&w);
    write_keys(&w);
    write_resources();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        write_mix(counts[i]);
    work_free(&w);
    return 0;
}
