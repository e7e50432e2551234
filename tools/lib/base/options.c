/* SPDX-License-Identifier: MIT */
#include "lib/base/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/dash.h"
#include "lib/base/fail.h"
#include "lib/base/nearest.h"

enum { FIRST = 256 }; /* the number of the first option to getopt_long; below are characters */

const char *option_value(const option *o)
{
    return o->count > 0 ? o->values[0] : NULL;
}

static size_t count_options(const option *options)
{
    size_t count = 0;
    while (options[count].name != NULL)
        count++;
    return count;
}

/* For getopt_long, and --help last. Release with free. */
static struct option *long_options(const option *options)
{
    size_t count = count_options(options);
    struct option *all = new_array(count + 2, sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[i] =
            (struct option){options[i].name, options[i].kind != OPT_FLAG, NULL, FIRST + (int)i};
    all[count] = (struct option){"help", no_argument, NULL, 'h'};
    return all;
}

/* getopt_long accepts abbreviations; a name in full is followed by "=" or nothing. */
static bool is_whole(const char *written, const char *name)
{
    size_t len = strlen(name);
    return strncmp(written, "--", 2) == 0 && strncmp(written + 2, name, len) == 0 &&
           strchr("=", written[2 + len]) != NULL;
}

static const char *nearest_option(const option *known, const char *written)
{
    nearest meant = {written, NULL, 0};
    for (; known->name != NULL; known++)
        nearest_try(&meant, known->name);
    nearest_try(&meant, "help");
    return meant.word;
}

static int fail_unknown(const app *run, const option *known, const char *written)
{
    if (is_typeset_option(written))
        return fail_usage(run, TYPESET_OPTION);
    char *name = new_copy(written, strcspn(written, "= \t\n\xc2")), after = written[strlen(name)];
    const char *bare = name + strspn(name, "-"), *meant = nearest_option(known, bare);
    int code;
    if (meant != NULL && strcmp(meant, bare) == 0 && after != '\0')
        code = after == '=' ? fail_usage(run, "--%s takes no value", meant)
                            : fail_usage(run,
                                         "--%s and its value are one argument, and two are "
                                         "expected (quotation marks, or a space that is none?)",
                                         meant);
    else if (meant != NULL)
        code =
            fail_usage(run, "there is no option %s (did you mean --%s?)", fail_shown(name), meant);
    else if (written[1] != '-')
        code = fail_usage(run, "there is no option -%c: options are long ones", written[1]);
    else
        code = fail_usage(run, "there is no option %s", fail_shown(name));
    free(name);
    return code;
}

static int take(const app *run, option *o, const char *written, const char *value)
{
    bool attached = strchr(written, '=') != NULL;
    if (o->kind == OPT_FLAG) {
        o->count++;
        return attached ? fail_usage(run, "--%s takes no value", o->name) : OPTIONS_GO_ON;
    }
    if (value != NULL && !attached && is_typeset_option(value))
        return fail_usage(run, TYPESET_OPTION);
    /* "--key --force" is a forgotten value */
    if (value == NULL || (!attached && strncmp(value, "--", 2) == 0))
        return fail_usage(run, "--%s needs a value", o->name);
    if (*value == '\0' && !o->may_be_empty)
        return fail_usage(run, "--%s is empty (an unset shell variable?)", o->name);
    if (o->kind == OPT_ONE && o->count > 0)
        return fail_usage(run, "--%s is given twice", o->name);
    o->values[o->count++] = value;
    return OPTIONS_GO_ON;
}

static int print_help(const option_syntax *syntax)
{
    fputs(syntax->usage, stdout);
    return EXIT_YES;
}

/* "-": operands come between the options, and in their order, whatever POSIXLY_CORRECT says; ":": a
 * missing value is reported as such. */
static int parse_all(const app *run, const option_syntax *syntax, int argc, char **argv,
                     const struct option *names, option *o, operands *rest)
{
    int code = OPTIONS_GO_ON;
    opterr = 0;
    while (code == OPTIONS_GO_ON) {
        const char *written = argv[optind];
        int found = getopt_long(argc, argv, "-:h", names, NULL);
        int number = found == '?' || found == ':' ? optopt : found;
        if (found == -1)
            break;
        if (found == 1 && is_typeset_option(optarg))
            code = fail_usage(run, TYPESET_OPTION);
        else if (found == 1)
            rest->at[rest->count++] = optarg;
        else if (found == 'h' && (written[1] != '-' || is_whole(written, "help")))
            return print_help(syntax);
        else if (number >= FIRST && is_whole(written, o[number - FIRST].name))
            code = take(run, &o[number - FIRST], written, found == ':' ? NULL : optarg);
        else
            code = fail_unknown(run, o, written);
    }
    while (optind < argc)
        rest->at[rest->count++] = argv[optind++];
    return code;
}

static int check(const app *run, operand_kind taken, const option *o, const operands *rest)
{
    for (; o->name != NULL; o++)
        if (o->required && o->count == 0)
            return fail_usage(run, "--%s is missing", o->name);
    if (taken == OPERANDS_NONE && rest->count > 0)
        return fail_usage(run, "%s is not expected here: options begin with --",
                          fail_shown(rest->at[0]));
    if (taken == OPERANDS_ONE && rest->count > 1)
        return fail_usage(run, "one argument is expected, not %zu (is it in quotes?)", rest->count);
    return OPTIONS_GO_ON;
}

int options_parse(const app *run, const option_syntax *syntax, int argc, char **argv,
                  option **options, operands *rest)
{
    size_t count = count_options(syntax->options);
    option *o = new_array(count + 1, sizeof *o);
    struct option *names = long_options(syntax->options);
    memcpy(o, syntax->options, count * sizeof *o);
    for (size_t i = 0; i < count; i++)
        o[i].values = new_array((size_t)argc, sizeof *o[i].values);
    *options = o;
    *rest = (operands){new_array((size_t)argc, sizeof *rest->at), 0};
    int code = parse_all(run, syntax, argc, argv, names, o, rest);
    free(names);
    return code == OPTIONS_GO_ON ? check(run, syntax->operands, o, rest) : code;
}

void options_free(option *options, operands *rest)
{
    for (option *o = options; o != NULL && o->name != NULL; o++)
        free(o->values);
    free(options);
    free(rest->at);
}
