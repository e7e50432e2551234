/* SPDX-License-Identifier: MIT */
/* Any text as a set of keys and as one private key. What is loaded can be published, and what is
 * published is the same set again; a key that is taken signs, and its published half verifies. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/report.h"
#include "keys/keyset.h"
#include "keys/signing_key.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool is_about_key(fnt_status status)
{
    return status == FNT_FAULT_KEY || status == FNT_FAULT_UNSUPPORTED;
}

/* Without a secret in it, what was published says all, but that a key came without its kid. */
static void publish(const fnt_keyset *set)
{
    char *text, *text_again;
    size_t len, len_again;
    fnt_keyset *again = NULL, *third = NULL;
    must(keyset_equal(set, set));
    must(keyset_jwks(set, &text, &len) == FNT_OK && strlen(text) == len);
    must(keyset_parse((span){text, len}, 0, &again, NULL) == FNT_OK);
    must(keyset_count(set) == keyset_count(again));
    must(keyset_jwks(again, &text_again, &len_again) == FNT_OK && len == len_again &&
         memcmp(text, text_again, len) == 0);
    must(keyset_parse((span){text_again, len}, 0, &third, NULL) == FNT_OK);
    must(keyset_equal(again, third));
    memory_free(text);
    memory_free(text_again);
    keyset_unref(again);
    keyset_unref(third);
}

static void as_set(span text, fnt_report *report)
{
    fnt_keyset *all = NULL, *asymmetric = NULL;
    report_start(report);
    work_begin();
    fnt_status with = keyset_parse(text, FNT_ALLOW_SYMMETRIC, &all, report);
    work_end(WORK_JWK, text.len);
    must((with == FNT_OK) == (all != NULL) && (with == FNT_OK || is_about_key(with)));
    must(report_text(report, 0, FNT_FIELD_SENTENCE).len > 0);
    fnt_status without = keyset_parse(text, 0, &asymmetric, NULL);
    must(without == FNT_OK || is_about_key(without));
    if (without == FNT_OK)
        publish(asymmetric);
    must(with != FNT_OK || without != FNT_OK || keyset_count(asymmetric) <= keyset_count(all));
    keyset_unref(all);
    keyset_unref(asymmetric);
}

static void sign(const fnt_key *key)
{
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    char *public_half;
    size_t len, public_len;
    fnt_keyset *set = NULL;
    candidates found;
    const algorithm *alg = key_algorithm(key);
    must(key_sign(key, SPAN("text"), signature, &len) == FNT_OK);
    if (alg->kind == KEY_SECRET)
        return;
    must(key_export(key, FNT_PUBLIC_JWK, &public_half, &public_len) == FNT_OK);
    must(keyset_parse((span){public_half, public_len}, 0, &set, NULL) == FNT_OK);
    must(keyset_find(set, key_id(key), alg, &found, NULL) == FNT_OK);
    must(crypto_verify(found.at[0]->key, alg, SPAN("text"), (span){(char *)signature, len}) ==
         FNT_OK);
    must(crypto_verify(found.at[0]->key, alg, SPAN("tex"), (span){(char *)signature, len}) ==
         FNT_REFUSED_SIGNATURE);
    memory_free(public_half);
    keyset_unref(set);
}

static void as_key(span text, fnt_report *report)
{
    fnt_key *key = NULL;
    report_start(report);
    work_begin();
    fnt_status status = key_parse(text, 0, &key, report);
    work_end(WORK_JWK, text.len);
    must((status == FNT_OK) == (key != NULL) && (status == FNT_OK || is_about_key(status)));
    must(report_text(report, 0, FNT_FIELD_SENTENCE).len > 0);
    if (status == FNT_OK)
        sign(key);
    key_unref(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span text = {(const char *)data, size};
    fnt_report *report = NULL;
    must(report_new(&report) == FNT_OK);
    as_set(text, report);
    as_key(text, report);
    report_free(report);
    return 0;
}
