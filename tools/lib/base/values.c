/* SPDX-License-Identifier: MIT */
#include "lib/base/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/fail.h"

/* Reads digits at *c and moves *c past them; false without one (strtoll would accept blanks and
 * signs), or beyond int64. */
static bool read_digits(const char **c, int64_t *out)
{
    char *end = NULL;
    if (**c < '0' || **c > '9')
        return false;
    errno = 0;
    *out = strtoll(*c, &end, 10);
    *c = end;
    return errno == 0;
}

int value_now(const app *run, const option *o, int64_t *out)
{
    const char *c = option_value(o);
    *out = (int64_t)time(NULL);
    if (c == NULL)
        return *out > 0 ? EXIT_YES : fail_usage(run, "the clock can't be read; give --now");
    if (!read_digits(&c, out) || *c != '\0')
        return fail_usage(run, "--%s is a whole number of seconds since 1970, not %s", o->name,
                          fail_shown(option_value(o)));
    return EXIT_YES;
}

/* NUMBER UNIT, and more of them; or a NUMBER alone. The library reads durations in IAM objects,
 * with fractions and without a bare number, and its header has no function for that. */
static bool read_duration(const char *c, int64_t *seconds)
{
    int64_t number = 0, total = 0;
    for (bool first = true; first || *c != '\0'; first = false) {
        if (!read_digits(&c, &number))
            return false;
        int64_t unit = *c == 'h'                            ? 3600
                       : *c == 'm'                          ? 60
                       : *c == 's' || (*c == '\0' && first) ? 1
                                                            : 0;
        if (unit == 0 || number > (INT64_MAX - total) / unit)
            return false;
        total += number * unit;
        c += *c != '\0';
    }
    *seconds = total;
    return true;
}

int value_duration(const app *run, const option *o, int64_t absent, int64_t *out)
{
    *out = absent;
    if (o->count > 0 && !read_duration(option_value(o), out))
        return fail_usage(run,
                          "--%s is a duration of whole seconds such as 12h, 1h30m or 90, not %s",
                          o->name, fail_shown(option_value(o)));
    return EXIT_YES;
}

int value_leeway(const app *run, const option *o, int64_t *out)
{
    int code = value_duration(run, o, -1, out);
    return code == EXIT_YES && *out > 300 ? fail_usage(run, "--%s is 5 minutes at most", o->name)
                                          : code;
}

int value_quiet(app *run, const option *quiet, const option *json, const option *explain)
{
    const option *also = json->count > 0                         ? json
                         : explain != NULL && explain->count > 0 ? explain
                                                                 : NULL;
    run->quiet = quiet->count > 0;
    return run->quiet && also != NULL
               ? fail_usage(run, "--quiet prints nothing, and --%s asks for it: give one of them",
                            also->name)
               : EXIT_YES;
}

static const struct {
    const char *name;
    int32_t bit;
} algorithms[] = {{"ES256", FNT_ES256}, {"ES384", FNT_ES384},  {"ES512", FNT_ES512},
                  {"RS256", FNT_RS256}, {"RS384", FNT_RS384},  {"RS512", FNT_RS512},
                  {"PS256", FNT_PS256}, {"PS384", FNT_PS384},  {"PS512", FNT_PS512},
                  {"HS256", FNT_HS256}, {"HS384", FNT_HS384},  {"HS512", FNT_HS512},
                  {"EdDSA", FNT_EDDSA}, {"Ed25519", FNT_EDDSA}};

static int32_t algorithm_bit(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (strlen(algorithms[i].name) == len && memcmp(algorithms[i].name, name, len) == 0)
            return algorithms[i].bit;
    return 0;
}

int32_t built_algorithms(void)
{
    int32_t bits = 0;
    for (const char *word = fnt_capabilities(); *word != '\0';) {
        size_t len = strcspn(word, " ");
        bits |= algorithm_bit(word, len);
        word += len + strspn(word + len, " ");
    }
    return bits;
}

int value_algorithm(const app *run, const option *o, int32_t absent, int32_t *out)
{
    const char *name = option_value(o);
    *out = absent;
    if (name == NULL)
        return EXIT_YES;
    *out = algorithm_bit(name, strlen(name));
    if (*out != 0)
        return EXIT_YES;
    return fail_usage(
        run, "--%s %s is not known: ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512",
        o->name, fail_shown(name));
}

int value_claims(const app *run, const option *o, int32_t claim, fnt_claims *out)
{
    for (size_t i = 0; i < o->count; i++) {
        fnt_status status = fnt_claims_add(out, claim, FNT_STR(o->values[i]));
        if (status == FNT_FAULT_PATTERN)
            return fail_usage(run, "--%s %s is not UTF-8, as all of a token is", o->name,
                              fail_shown(o->values[i]));
        if (status != FNT_OK)
            return fail_status(status, NULL);
    }
    return EXIT_YES;
}

int value_trust(const app *run, const char *value, const char *shown, size_t *issuer_len,
                const char **file)
{
    const char *equals = strrchr(value, '=');
    if (equals == NULL || equals == value || equals[1] == '\0')
        return fail_usage(
            run, "--trust is ISS=FILE, the issuer's URL and a file with its keys, not %s", shown);
    *issuer_len = (size_t)(equals - value);
    *file = equals + 1;
    return EXIT_YES;
}
