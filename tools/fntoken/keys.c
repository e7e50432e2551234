/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <string.h>

#include "lib/base/fail.h"
#include "lib/base/read_file.h"
#include "lib/base/revoked_file.h"
#include "lib/base/values.h"
#include "lib/keys/key_file.h"

/* ---- to sign ------------------------------------------------------------- */

/* A key that has no public half is a secret: whoever can verify with it can sign. */
static int check_symmetric(const key_choice *choice, const fnt_key *key)
{
    char *public = NULL;
    size_t len = 0;
    fnt_status status = fnt_key_export(key, FNT_PUBLIC_JWK, &public, &len);
    fnt_free(public);
    if (status == FNT_OK || choice->allow_hmac)
        return EXIT_YES;
    if (status == FNT_FAULT_KEY || status == FNT_FAULT_UNSUPPORTED)
        return fail_file(choice->path, "a symmetric key (oct) is used only with --allow-hmac");
    return fail_status(status, NULL);
}

/* The mode is checked last: a file that turns out to hold a public key may be readable. */
int load_key(app *run, const key_choice *choice, fnt_key **out)
{
    text file = TEXT_EMPTY;
    struct stat about;
    *out = NULL;
    int code = read_key_file(run, choice->path, &file, &about);
    if (code == EXIT_YES)
        code = key_file_parse(run, choice->path, &file, choice->algorithm, out);
    if (code == EXIT_YES)
        code = check_symmetric(choice, *out);
    if (code == EXIT_YES) {
        key_file_tell_open(choice->path, &about);
        key_file_tell_entries(run, choice->path);
    }
    text_free(&file);
    return code;
}

/* ---- to verify ----------------------------------------------------------- */

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Where private keys are expected, what else there is to say of one is no news. */
static void tell_entries(app *run, const char *path, const struct stat *about,
                         bool private_expected)
{
    const char *said = NULL, *private_at = NULL;
    for (size_t i = 1; (said = fnt_report_text(run->why, i, FNT_FIELD_SENTENCE, NULL)) != NULL;
         i++) {
        const char *at = fnt_report_text(run->why, i, FNT_FIELD_PATH, NULL);
        /* what a set of keys is warned of is a private half in it */
        bool private = is_same(fnt_report_text(run->why, i, FNT_FIELD_KIND, NULL), "warning");
        if (private && private_expected)
            key_file_tell_open(path, about);
        else if (private ? !private_expected : private_expected && !is_same(at, private_at))
            tell("%s: %s", path, said);
        else if (!private && !private_expected)
            note_later(run, path, strlen(path), said);
        private_at = private ? at : private_at;
    }
}

static int load_set(app *run, const char *path, int32_t flags, bool private_expected,
                    fnt_keyset **out)
{
    text file = TEXT_EMPTY;
    struct stat about;
    *out = NULL;
    int code = read_key_file(run, path, &file, &about);
    if (code == EXIT_YES) {
        code = key_file_parse_set(run, path, &file, flags, out);
        tell_entries(run, path, &about, private_expected);
    }
    text_free(&file);
    return code;
}

int load_keyset(app *run, const char *path, bool allow_hmac, fnt_keyset **out)
{
    return load_set(run, path, allow_hmac ? FNT_ALLOW_SYMMETRIC : 0, false, out);
}

int load_public_halves(app *run, const char *path, fnt_keyset **out)
{
    return load_set(run, path, 0, true, out);
}

int public_half(const fnt_key *key, fnt_keyset **out)
{
    char *public = NULL;
    size_t len = 0;
    *out = NULL;
    fnt_status status = fnt_key_export(key, FNT_PUBLIC_JWK, &public, &len);
    if (status == FNT_OK)
        status = fnt_keyset_parse(public, len, 0, out, NULL);
    fnt_free(public);
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}

static fnt_status set_up(const verifier_choice *choice, int64_t leeway, fnt_verifier *verifier)
{
    int32_t algorithms = choice->algorithms | (choice->allow_hmac ? ALGORITHMS_SYMMETRIC : 0);
    fnt_status status = fnt_verifier_set(verifier, FNT_OPT_ALGORITHMS, algorithms);
    if (status == FNT_OK && choice->any_kind)
        status = fnt_verifier_set(verifier, FNT_OPT_ANY_KIND, 1);
    if (status == FNT_OK && leeway >= 0)
        status = fnt_verifier_set(verifier, FNT_OPT_LEEWAY, leeway);
    return status;
}

static int set_revoked(app *run, const char *path, fnt_verifier *verifier)
{
    fnt_revoked *revoked = NULL;
    int code = revoked_load(run, path, &revoked);
    fnt_status status = code == EXIT_YES ? fnt_verifier_set_revoked(verifier, revoked) : FNT_OK;
    fnt_revoked_free(revoked);
    return status == FNT_OK ? code : fail_status(status, NULL);
}

int load_verifier(app *run, const verifier_choice *choice, fnt_verifier **out)
{
    int64_t leeway = -1;
    fnt_keyset *keys = NULL;
    const char *audience = choice->audience;
    *out = NULL;
    int code = value_leeway(run, choice->leeway, &leeway);
    if (code == EXIT_YES)
        code = load_keyset(run, choice->jwks, choice->allow_hmac, &keys);
    if (code != EXIT_YES)
        return code;
    fnt_status status = fnt_verifier_new(FNT_STR(choice->issuer), audience,
                                         audience != NULL ? strlen(audience) : 0, keys, out);
    if (status == FNT_OK)
        status = set_up(choice, leeway, *out);
    fnt_keyset_free(keys);
    if (status != FNT_OK)
        return fail_status(status, NULL);
    return choice->revoked == NULL ? EXIT_YES : set_revoked(run, choice->revoked, *out);
}
