/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "lib/base/fail.h"
#include "lib/base/new_file.h"
#include "lib/base/safe.h"
#include "lib/base/values.h"
#include "rotate.h"

static const char usage[] =
    "Makes a signing key, and prints its key id (its RFC 7638 thumbprint).\n\n"
    "Usage: fntoken keygen --out FILE [OPTION...]\n"
    "       fntoken keygen --rotate FOLDER [OPTION...]\n\n"
    "  --out FILE         where the private key goes, as PEM that nobody else can read (0600)\n"
    "  --public-out FILE  where the public half goes: a JWKS if FILE ends in .json, .jwk or .jwks, "
    "else PEM; - is\n"
    "                     standard output, which then holds it instead of the key id\n"
    "  --alg ALG          ES256 (the default), ES384, ES512, RS256, RS384, RS512, PS256, PS384, "
    "PS512\n"
    "  --force            replace files that are there; a symbolic link stays one\n"
    "  --rotate FOLDER    a step of rotating the keys that fntoken-gateway has in FOLDER: makes "
    "next.pem; or, where there is\n"
    "                     one, moves current to previous and next to current\n"
    "  --published-for DURATION\n"
    "                     how long next is there before it signs: for as long as verifiers keep "
    "keys; 1h\n"
    "  --longest-life DURATION\n"
    "                     how long previous stays: the longest lifetime of a token; 12h\n"
    "  --now              rotate without regard to both, and say who is cut off\n"
    "  --json             print {\"kid\":...,\"alg\":...}; with --rotate {\"step\":\"next\" or "
    "\"current\",\"kid\":...}\n"
    "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken keygen --out issuer.key --public-out issuer.jwks.json\n"
    "  fntoken keygen --alg RS256 --out idp.key --force\n"
    "  fntoken keygen --rotate keys\n";

enum { OUT, PUBLIC_OUT, ALG, FORCE, ROTATE, PUBLISHED_FOR, LONGEST_LIFE, NOW, JSON, COUNT };

static bool ends_in(const char *path, const char *with)
{
    size_t len = strlen(path), n = strlen(with);
    return len >= n && strcmp(path + len - n, with) == 0;
}

static bool wants_jwks(const char *path)
{
    return ends_in(path, ".json") || ends_in(path, ".jwk") || ends_in(path, ".jwks");
}

static int export_half(const fnt_key *key, int32_t form, const char *before, const char *after,
                       text *out)
{
    char *half = NULL;
    size_t len = 0;
    fnt_status status = fnt_key_export(key, form, &half, &len);
    if (status == FNT_OK)
        text_print(out, "%s%s%s", before, half, after);
    fnt_free(half);
    return status == FNT_OK ? EXIT_YES : fail_status(status, NULL);
}

static int export_public(const fnt_key *key, bool jwks, text *out)
{
    return jwks ? export_half(key, FNT_PUBLIC_JWK, "{\"keys\":[", "]}\n", out)
                : export_half(key, FNT_PUBLIC_PEM, "", "", out);
}

/* ---- files --------------------------------------------------------------- */

typedef struct {
    new_file private, public;
} pair;

static bool has_public_file(const option *o)
{
    const char *to = option_value(&o[PUBLIC_OUT]);
    return to != NULL && strcmp(to, "-") != 0;
}

/* Both are opened before either is written: no private key is made whose public half can't be. */
static int begin(pair *files, const option *o)
{
    bool force = o[FORCE].count > 0;
    int code = new_file_begin(&files->private, option_value(&o[OUT]), 0600, force);
    if (code == EXIT_YES && has_public_file(o))
        code = new_file_begin(&files->public, option_value(&o[PUBLIC_OUT]), 0644, force);
    return code;
}

static int write_private(new_file *f, const fnt_key *key)
{
    text pem = TEXT_EMPTY;
    int code = export_half(key, FNT_PRIVATE_PEM, "", "", &pem);
    if (code == EXIT_YES)
        code = new_file_write(f, pem.at, pem.len);
    text_free(&pem);
    return code == EXIT_YES ? new_file_close(f) : code;
}

static int commit(pair *files, const option *o)
{
    int code = has_public_file(o) ? new_file_commit(&files->public) : EXIT_YES;
    return code == EXIT_YES ? new_file_commit(&files->private) : code;
}

/* ---- standard output ----------------------------------------------------- */

static void print_id(const option *o, const fnt_key *key)
{
    text line = TEXT_EMPTY;
    const char *alg = option_value(&o[ALG]);
    if (o[JSON].count == 0) {
        puts(fnt_key_id(key, NULL));
        return;
    }
    text_put(&line, "{");
    text_member(&line, "kid", fnt_key_id(key, NULL));
    text_member(&line, "alg", alg != NULL ? alg : "ES256");
    text_put(&line, "}");
    safe_json(stdout, line.at, line.len);
    text_free(&line);
}

static int write_public(new_file *f, const option *o, const fnt_key *key)
{
    text half = TEXT_EMPTY;
    const char *to = option_value(&o[PUBLIC_OUT]);
    int code = to != NULL ? export_public(key, wants_jwks(to), &half) : EXIT_YES;
    if (code == EXIT_YES && has_public_file(o)) {
        code = new_file_write(f, half.at, half.len);
        code = code == EXIT_YES ? new_file_close(f) : code;
    } else if (code == EXIT_YES && to != NULL) {
        (void)fwrite(half.at, 1, half.len, stdout);
    }
    if (code == EXIT_YES && (to == NULL || has_public_file(o)))
        print_id(o, key);
    text_free(&half);
    return code;
}

/* What is printed is written out before a file counts: a key is not made, nor one replaced, whose
 * id nobody saw. That it was not is said when the program ends. */
static int write_all(const option *o, const fnt_key *key)
{
    pair files = {NEW_FILE_NONE, NEW_FILE_NONE};
    int code = begin(&files, o);
    if (code == EXIT_YES)
        code = write_private(&files.private, key);
    if (code == EXIT_YES)
        code = write_public(&files.public, o, key);
    if (code == EXIT_YES && fflush(stdout) != 0)
        code = EXIT_FAULT;
    if (code == EXIT_YES)
        code = commit(&files, o);
    new_file_abandon(&files.public);
    new_file_abandon(&files.private);
    return code;
}

static int check_paths(const app *run, const option *o)
{
    const char *private = option_value(&o[OUT]), *public = option_value(&o[PUBLIC_OUT]);
    if (strcmp(private, "-") == 0)
        return fail_usage(run, "--out is a file: a private key is not printed");
    if (public != NULL && strcmp(private, public) == 0)
        return fail_usage(run, "--out and --public-out are the same file");
    if (public != NULL && strcmp(public, "-") == 0 && o[JSON].count > 0)
        return fail_usage(run, "--json and --public-out - would both be on standard output");
    return EXIT_YES;
}

static int fail_build(void)
{
    text sentence = TEXT_EMPTY;
    text_print(&sentence, "this build does not have that algorithm; it is %s", fnt_capabilities());
    int code = fail_status(FNT_FAULT_UNSUPPORTED, sentence.at);
    text_free(&sentence);
    return code;
}

static int generate(int32_t algorithm, fnt_key **key)
{
    if ((algorithm & ALGORITHMS_SYMMETRIC) != 0)
        return fail_status(FNT_FAULT_UNSUPPORTED,
                           "an HS256, HS384 or HS512 key is a shared secret: take 64 random bytes");
    fnt_status status = fnt_key_generate(algorithm, key);
    return status == FNT_FAULT_UNSUPPORTED ? fail_build()
           : status == FNT_OK              ? EXIT_YES
                                           : fail_status(status, NULL);
}

/* Which of the two this is, and that no option is the other's. */
static int check_kind(const app *run, const option *o)
{
    static const int made[] = {OUT, PUBLIC_OUT, ALG, FORCE},
                     rotated[] = {PUBLISHED_FOR, LONGEST_LIFE, NOW};
    bool rotates = o[ROTATE].count > 0;
    const int *others = rotates ? made : rotated;
    size_t count = rotates ? sizeof made / sizeof *made : sizeof rotated / sizeof *rotated;
    for (size_t i = 0; i < count; i++)
        if (o[others[i]].count > 0)
            return rotates ? fail_usage(run, "--%s does not go with --rotate", o[others[i]].name)
                           : fail_usage(run, "--%s is for --rotate", o[others[i]].name);
    return rotates || o[OUT].count > 0 ? EXIT_YES : fail_usage(run, "--out is missing");
}

static int rotate_keys(app *run, const option *o)
{
    rotation how = {
        .folder = option_value(&o[ROTATE]), .at_once = o[NOW].count > 0, .json = o[JSON].count > 0};
    int code = value_duration(run, &o[PUBLISHED_FOR], 3600, &how.published_for);
    if (code == EXIT_YES)
        code = value_duration(run, &o[LONGEST_LIFE], INT64_C(12) * 3600, &how.longest_life);
    return code == EXIT_YES ? rotate(run, &how) : code;
}

static int make_key(app *run, const option *o)
{
    int32_t algorithm = 0;
    fnt_key *key = NULL;
    int code = check_paths(run, o);
    if (code == EXIT_YES)
        code = value_algorithm(run, &o[ALG], FNT_ES256, &algorithm);
    if (code == EXIT_YES)
        code = generate(algorithm, &key);
    if (code == EXIT_YES)
        code = write_all(o, key);
    fnt_key_free(key);
    return code;
}

static int make(app *run, const option *o, const operands *rest)
{
    (void)rest;
    int code = check_kind(run, o);
    if (code != EXIT_YES)
        return code;
    return o[ROTATE].count > 0 ? rotate_keys(run, o) : make_key(run, o);
}

static const option options[] = {[OUT] = {.name = "out", .kind = OPT_ONE},
                                 [PUBLIC_OUT] = {.name = "public-out", .kind = OPT_ONE},
                                 [ALG] = {.name = "alg", .kind = OPT_ONE},
                                 [FORCE] = {.name = "force"},
                                 [ROTATE] = {.name = "rotate", .kind = OPT_ONE},
                                 [PUBLISHED_FOR] = {.name = "published-for", .kind = OPT_ONE},
                                 [LONGEST_LIFE] = {.name = "longest-life", .kind = OPT_ONE},
                                 [NOW] = {.name = "now"},
                                 [JSON] = {.name = "json"},
                                 [COUNT] = {.name = NULL}};

const command command_keygen = {
    "keygen", "make a signing key, or rotate keys", usage, options, OPERANDS_NONE, make};
