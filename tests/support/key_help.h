/* SPDX-License-Identifier: MIT */
/* What several tests of src/keys need. */
#ifndef FNT_TESTS_KEY_HELP_H
#define FNT_TESTS_KEY_HELP_H

#include "support/test.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/report.h"
#include "keys/keyset.h"
#include "keys/signing_key.h"
#include "text/base64url.h"

static const int32_t all_algorithms[] = {FNT_ES256, FNT_ES384, FNT_ES512, FNT_RS256,
                                         FNT_RS384, FNT_RS512, FNT_PS256, FNT_PS384,
                                         FNT_PS512, FNT_HS256, FNT_HS384, FNT_HS512};
enum { ALL_ALGORITHMS = sizeof all_algorithms / sizeof *all_algorithms };

/* Some of what a backend has differs, and is asked for, so that the tests hold for each. */
static inline bool has_eddsa(void)
{
    return (crypto_algorithms() & FNT_EDDSA) != 0;
}

/* text with the name of the library that the build has in the place of BUILD; lasts until the next
 * call. */
static inline const char *with_build(const char *text)
{
    static char whole[4096];
    size_t len = 0;
    for (const char *build; (build = strstr(text, "BUILD")) != NULL; text = build + 5)
        len += (size_t)snprintf(whole + len, sizeof whole - len, "%.*s%.*s", (int)(build - text),
                                text, (int)crypto_library().len, crypto_library().at);
    (void)snprintf(whole + len, sizeof whole - len, "%s", text);
    return whole;
}

static inline int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c - 'A' + 10;
}

/* Room comes from memory_alloc; the caller frees it. An empty text gives an empty span that points
 * somewhere, NULL an absent one.
 */
static inline span unhex(const char *text)
{
    if (text == NULL)
        return SPAN_NONE;
    size_t len = strlen(text) / 2;
    char *scratch = memory_alloc(len + 1);
    for (size_t i = 0; i < len; i++)
        scratch[i] = (char)(hex_digit(text[2 * i]) * 16 + hex_digit(text[2 * i + 1]));
    return (span){scratch, len};
}

static inline span unbase64url(span text)
{
    unsigned char *scratch = memory_alloc(base64url_decoded(text.len) + 1);
    cr_assert(base64url_decode(text, scratch));
    return (span){(char *)scratch, base64url_decoded(text.len)};
}

static inline void free_span(span s)
{
    memory_free((void *)s.at);
}

static inline fnt_report *new_report(void)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    return report;
}

static inline const char *said(const fnt_report *report, size_t entry, int32_t field)
{
    const char *text = report_text(report, entry, field).at;
    return text == NULL ? "" : text;
}

static inline const char *summary(const fnt_report *report)
{
    return said(report, 0, FNT_FIELD_SENTENCE);
}

static inline fnt_keyset *keys_of(const char *text, int32_t flags)
{
    fnt_keyset *set = NULL;
    fnt_report *report = new_report();
    cr_assert_eq(keyset_parse(span_of(text), flags, &set, report), FNT_OK, "%s: %.60s",
                 summary(report), text);
    report_free(report);
    return set;
}

static inline fnt_key *key_of(const char *text, int32_t bit)
{
    fnt_key *key = NULL;
    fnt_report *report = new_report();
    cr_assert_eq(key_parse(span_of(text), bit, &key, report), FNT_OK, "%s: %.60s", summary(report),
                 text);
    report_free(report);
    return key;
}

/* A file of the shared corpora, NUL-terminated; skips the test where there is none. */
static inline char *shared_file(const char *name)
{
    char path[512];
    const char *folder = getenv("FNT_SHARED");
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "../shared" : folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        cr_skip_test("%s is not there", path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = memory_alloc(size + 1);
    cr_assert_eq(fread(text, 1, size, file), size);
    fclose(file);
    return text;
}

/* The first of the keys that may have signed a token, or NULL. */
static inline fnt_status find_key(const fnt_keyset *set, span kid, const algorithm *alg,
                                  const named_key **out, fnt_report *report)
{
    candidates found;
    fnt_status status = keyset_find(set, kid, alg, &found, report);
    *out = status == FNT_OK ? found.at[0] : NULL;
    return status;
}

#endif
