/* SPDX-License-Identifier: MIT */
/* What each kind of hostile token costs, without a report: by a verifier that has a cache, which is
 * asked first, where no signature is verified, and by one without a cache where it is.
 *
 * Built twice: bench_refused_no_crypto holds no_crypto.c and times only what a genuine token,
 * signed by an issuer that means harm, costs besides its signature (--without-crypto). */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"
#include "work.h"

enum { KINDS = 16, LONGEST = 16384 };

typedef struct {
    const char *name;
    char *header;
    size_t len;
    fnt_status status;
    bool slow; /* a signature is verified */
    bool genuine;
    fnt_verifier *verifier;
    int64_t now;
} kind;

static kind kinds[KINDS];
static size_t count;

static void add(const char *name, char *header, fnt_status status, bool slow)
{
    kinds[count++] = (kind){
        name, header, strlen(header), status, slow, strncmp(name, "genuine", 7) == 0, NULL, 0};
}

static char *copy(const char *text)
{
    char *to = malloc(strlen(text) + 1);
    if (to == NULL)
        bench_fail("malloc");
    return strcpy(to, text);
}

/* "Bearer " and len times c. */
static char *run_of(char c, size_t len)
{
    char *text = malloc(len + 8);
    if (text == NULL)
        bench_fail("malloc");
    memcpy(text, "Bearer ", 7);
    memset(text + 7, c, len);
    text[7 + len] = '\0';
    return text;
}

static char *part_of(char *header, int part)
{
    char *at = header + 7;
    for (; part > 0; part--)
        at = strchr(at, '.') + 1;
    return at;
}

/* Another letter, but not the last of a part, whose unused bits must be zero. */
static void change(char *at)
{
    *at = *at == 'A' ? 'B' : 'A';
}

static const char *many_names(const work *w)
{
    static char text[LONGEST];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", work_claims(w, 0, NULL)) - 1;
    for (int i = 0; i < 1000; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, ",\"%x\":0", i + 0x100);
    snprintf(text + len, sizeof text - len, "}");
    return text;
}

static const char *many_patterns(const work *w)
{
    static char text[LONGEST];
    size_t len = (size_t)snprintf(text, sizeof text, "[\"a:b\"");
    while (len < 11200)
        len += (size_t)snprintf(text + len, sizeof text - len, ",\"*aa*:*%zu*\"", len);
    snprintf(text + len, sizeof text - len, "]");
    return work_claims(w, 0, text);
}

static void make_early(const work *w)
{
    char *text;
    add("no_token", copy("Bearer "), FNT_REFUSED_HEADER, false);
    add("other_scheme", copy("Basic dXNlcjpwYXNzd29yZA=="), FNT_REFUSED_HEADER, false);
    add("too_long", run_of('A', 1000000), FNT_REFUSED_SIZE, false);
    add("many_dots", run_of('.', LONGEST), FNT_REFUSED_MALFORMED, false);
    text = copy(w->header[0]);
    *(part_of(text, 2) - 1) = '\0';
    add("two_parts", text, FNT_REFUSED_MALFORMED, false);
    add("alg_none", copy("Bearer eyJhbGciOiJub25lIn0.e30.AAAA"), FNT_REFUSED_ALGORITHM, false);
    add("unknown_kid",
        work_sign(w, "{\"kid\":\"of-another-key\",\"typ\":\"JWT\"}", work_claims(w, 0, NULL)),
        FNT_REFUSED_KEY_UNKNOWN, false);
    text = copy(w->header[0]);
    text[strlen(text) - 4] = '\0';
    add("signature_length", text, FNT_REFUSED_SIGNATURE, false);
    text = copy(w->header[0]);
    part_of(text, 1)[20] = '~';
    add("payload_not_base64", text, FNT_REFUSED_MALFORMED, false);
}

static void make_late(const work *w)
{
    char *text = copy(w->header[0]);
    change(part_of(text, 2) + 20);
    add("forged_signature", text, FNT_REFUSED_SIGNATURE, true);
    text = copy(w->header[0]);
    change(part_of(text, 1) + 20);
    add("changed_payload", text, FNT_REFUSED_SIGNATURE, true);
    add("genuine_1000_names", work_sign(w, NULL, many_names(w)), FNT_OK, true);
    add("genuine_full_of_patterns", work_sign(w, NULL, many_patterns(w)), FNT_DENIED_PERMISSION,
        true);
    work past = *w;
    past.now -= 10 * WORK_LIFETIME;
    add("genuine_expired", work_sign(w, NULL, work_claims(&past, 0, NULL)), FNT_REFUSED_EXPIRED,
        true);
}

static void refuse(void *context, size_t i)
{
    const kind *k = context;
    (void)i;
    fnt_status status =
        fnt_authorize(k->verifier, k->header, k->len, FNT_STR(WORK_RESOURCE), k->now, NULL, NULL);
    if (status != k->status) {
        fprintf(stderr, "bench: %s is answered with %s\n", k->name, fnt_status_name(status));
        bench_fail(k->name);
    }
}

static void time_kind(kind *k, const char *form, size_t calls)
{
    char name[64];
    snprintf(name, sizeof name, "%s.%s", form, k->name);
    tell(name, measure(refuse, k, calls).ns);
}

int main(int argc, char **argv)
{
    static work w;
    bool without_crypto = argc == 2 && strcmp(argv[1], "--without-crypto") == 0;
    work_make(&w, (int64_t)time(NULL), 1);
    fnt_verifier *cached = work_verifier(&w, WORK_TOKENS), *plain = work_verifier(&w, 0);
    make_early(&w);
    make_late(&w);
    for (size_t i = 0; i < count; i++) {
        kinds[i].verifier = kinds[i].slow ? plain : cached;
        kinds[i].now = w.now;
        if (without_crypto && kinds[i].genuine)
            time_kind(&kinds[i], "hostile_besides_signature_ns", 20);
        else if (!without_crypto)
            time_kind(&kinds[i], "refuse_ns", kinds[i].slow ? 3 : 2000);
        free(kinds[i].header);
    }
    fnt_verifier_free(cached);
    fnt_verifier_free(plain);
    work_free(&w);
    return 0;
}
