/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "text.h"

const char *option_value(const option *o)
{
    return o->count > 0 ? o->values[0] : NULL;
}

/* argument: behind its two hyphens. */
static option *find(option *options, size_t count, const char *argument)
{
    size_t len = strcspn(argument, "=");
    for (size_t i = 0; i < count; i++)
        if (strlen(options[i].name) == len && memcmp(options[i].name, argument, len) == 0)
            return &options[i];
    return NULL;
}

static int take(const app *run, option *o, const char *value)
{
    if (value == NULL)
        return fail_usage(run->command, "--%s needs a value", o->name);
    if (*value == '\0' && !o->may_be_empty)
        return fail_usage(run->command, "--%s is empty: is a shell variable unset?", o->name);
    if (o->kind == OPT_ONE && o->count > 0)
        return fail_usage(run->command, "--%s is given twice", o->name);
    o->values[o->count++] = value;
    return OPTIONS_GO_ON;
}

/* One option at argv[*i]; moves *i on when the value is an argument of its own. */
static int parse_one(const app *run, int argc, char **argv, int *i, option *options, size_t count)
{
    const char *name = argv[*i] + 2;
    const char *value = strchr(name, '=');
    option *o = find(options, count, name);
    if (o == NULL)
        return fail_usage(run->command, "there is no option --%.*s", (int)strcspn(name, "="), name);
    if (o->kind == OPT_FLAG) {
        o->count++;
        return value == NULL ? OPTIONS_GO_ON : fail_usage(run->command, "--%s takes no value", o->name);
    }
    if (value != NULL)
        return take(run, o, value + 1);
    if (*i + 1 < argc && strncmp(argv[*i + 1], "--", 2) != 0) /* "--key --force" is a forgotten value */
        return take(run, o, argv[++*i]);
    return take(run, o, NULL);
}

static int check_required(const app *run, const option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (options[i].required && options[i].count == 0)
            return fail_usage(run->command, "--%s is missing", options[i].name);
    return OPTIONS_GO_ON;
}

static bool asks_for_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static int parse_all(const app *run, const char *usage, int argc, char **argv, option *options, size_t count, operands *rest)
{
    bool ended = false;
    int code = OPTIONS_GO_ON;
    for (int i = 0; i < argc && code == OPTIONS_GO_ON; i++) {
        if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
            rest->at[rest->count++] = argv[i];
        } else if (asks_for_help(argv[i])) {
            fputs(usage, stdout);
            return EXIT_YES;
        } else if (strcmp(argv[i], "--") == 0) {
            ended = true;
        } else if (argv[i][1] != '-') {
            code = fail_usage(run->command, "there is no option -%c: options are long ones", argv[i][1]);
        } else {
            code = parse_one(run, argc, argv, &i, options, count);
        }
    }
    return code == OPTIONS_GO_ON ? check_required(run, options, count) : code;
}

int options_parse(const app *run, const char *usage, int argc, char **argv, option *options, size_t count, operands *rest)
{
    size_t room = argc > 0 ? (size_t)argc : 0;
    for (size_t i = 0; i < count; i++)
        options[i].values = new_array(room, sizeof *options[i].values);
    *rest = (operands){new_array(room, sizeof *rest->at), 0};
    return parse_all(run, usage, argc, argv, options, count, rest);
}

int options_no_operands(const app *run, const operands *rest)
{
    return rest->count == 0 ? EXIT_YES : fail_usage(run->command, "%s is not expected here: options begin with --", rest->at[0]);
}

void options_free(option *options, size_t count, operands *rest)
{
    for (size_t i = 0; i < count; i++)
        free(options[i].values);
    free(rest->at);
}
