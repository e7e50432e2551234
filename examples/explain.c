/* SPDX-License-Identifier: MIT */
/* Structured reasons: what is odd about IAM rules, and who could call a function under them, and
 * why.
 *
 *     cc -std=c11 -o explain explain.c $(pkg-config --cflags --libs fntoken)
 *     ./explain iam.json claims.json openfaas-fn:env
 *
 * iam.json is one JSON array of JwtIssuer, Policy and Role objects, claims.json the claims of an
 * identity provider's token. Nothing is verified: the answer helps a person, and lets nobody in.
 * Exit status: 0 would be allowed, 3 would not, 2 neither, as something is wrong. */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <stdlib.h>

enum { LARGEST_FILE = 1 << 20 };

static char *read_file(const char *path, size_t *len)
{
    char *text = malloc(LARGEST_FILE);
    FILE *file = text != NULL ? fopen(path, "rb") : NULL;
    *len = file != NULL ? fread(text, 1, LARGEST_FILE, file) : 0;
    if (file == NULL || ferror(file) || !feof(file)) {
        (void)fprintf(stderr, "explain: %s: it can't be read, or is too large\n", path);
        exit(2);
    }
    (void)fclose(file);
    return text;
}

static const char *get(const fnt_report *why, size_t entry, int32_t field)
{
    const char *text = fnt_report_text(why, entry, field, NULL);
    return text != NULL ? text : "";
}

static void print_condition(const fnt_report *why, size_t i)
{
    (void)printf("  %s %s: expected %s, found %s (%s)\n", get(why, i, FNT_FIELD_OPERATOR),
                 get(why, i, FNT_FIELD_CLAIM), get(why, i, FNT_FIELD_EXPECTED),
                 get(why, i, FNT_FIELD_ACTUAL), get(why, i, FNT_FIELD_OUTCOME));
}

static void print_entry(const fnt_report *why, size_t i)
{
    const char *kind = get(why, i, FNT_FIELD_KIND);
    if (strcmp(kind, "role") == 0)
        (void)printf("role %s %s\n", get(why, i, FNT_FIELD_ROLE), get(why, i, FNT_FIELD_OUTCOME));
    else if (strcmp(kind, "condition") == 0)
        print_condition(why, i);
    else if (strcmp(kind, "grant") == 0)
        (void)printf("  %s/%s grants %s\n", get(why, i, FNT_FIELD_POLICY),
                     get(why, i, FNT_FIELD_SID), get(why, i, FNT_FIELD_PATTERN));
    else
        (void)printf("%s\n", get(why, i, FNT_FIELD_SENTENCE));
}

/* Entry 0 sums up; a program that writes JSON takes fnt_report_json instead of all this. */
static void print_reasons(const fnt_report *why)
{
    for (size_t i = 0; fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL) != NULL; i++)
        print_entry(why, i);
}

static void print_findings(const fnt_report *why, const char *file)
{
    for (size_t i = 1; fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL) != NULL; i++)
        (void)printf("%s: %s: %s: %s [%s]\n", file, get(why, i, FNT_FIELD_PATH),
                     get(why, i, FNT_FIELD_KIND), get(why, i, FNT_FIELD_SENTENCE),
                     get(why, i, FNT_FIELD_RULE));
}

/* Errors of loading first; what loads may still be odd. NULL: it did not load. */
static fnt_iam *load(const char *file, fnt_report *why)
{
    size_t len = 0;
    char *json = read_file(file, &len);
    fnt_iam *iam = NULL;
    /* a person looks at files here: all that is in them counts, in whatever namespace */
    fnt_status status = fnt_iam_new_in(json, len, FNT_STR("*"), 0, &iam, why);
    print_findings(why, file);
    if (status == FNT_OK)
        status = fnt_iam_lint(iam, why);
    if (status == FNT_OK)
        print_findings(why, file);
    else
        (void)fprintf(stderr, "explain: %s: %s\n", file, get(why, 0, FNT_FIELD_SENTENCE));
    free(json);
    return iam;
}

static fnt_status simulate(const fnt_iam *iam, const char *file, const char *resource,
                           fnt_report *why)
{
    size_t len = 0;
    char *claims = read_file(file, &len);
    fnt_status status = fnt_iam_simulate(iam, claims, len, FNT_STR(resource), why);
    free(claims);
    return status;
}

int main(int argc, char **argv)
{
    fnt_report *why = NULL;
    if (argc != 4 || fnt_report_new(&why) != FNT_OK) {
        (void)fprintf(stderr, "usage: explain IAM_JSON_FILE CLAIMS_JSON_FILE NAMESPACE:NAME\n");
        return 2;
    }
    fnt_iam *iam = load(argv[1], why);
    fnt_status status = FNT_FAULT_IAM;
    if (iam != NULL) {
        status = simulate(iam, argv[2], argv[3], why);
        print_reasons(why);
    }
    fnt_iam_free(iam);
    fnt_report_free(why);
    return status == FNT_WOULD_ALLOW ? 0 : status == FNT_WOULD_DENY ? 3 : 2;
}
