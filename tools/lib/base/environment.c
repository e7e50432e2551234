/* SPDX-License-Identifier: MIT */
#include "lib/base/environment.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fail.h"

extern char **environ;

/* PREFIX_PEER_RATE is of --peer-rate: where the name ends, or 0. */
static size_t is_of(const char *variable, const char *prefix, const char *name)
{
    size_t at = strlen(prefix);
    for (; *name != '\0'; name++, at++) {
        char c = *name == '-' ? '_' : (char)(*name >= 'a' && *name <= 'z' ? *name - 32 : *name);
        if (variable[at] != c)
            return 0;
    }
    return variable[at] == '=' ? at : 0;
}

static bool is_given(const char *name, int argc, char **argv)
{
    size_t len = strlen(name);
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "--", 2) == 0 && strncmp(argv[i] + 2, name, len) == 0 &&
            (argv[i][2 + len] == '\0' || argv[i][2 + len] == '='))
            return true;
    return false;
}

static void add(arguments *out, const char *name, const char *value, size_t len)
{
    text t = TEXT_EMPTY;
    text_print(&t, "--%s", name);
    if (value != NULL)
        text_byte(&t, '=');
    text_add(&t, value != NULL ? value : "", len);
    out->at[++out->made] = new_copy(t.at, t.len);
    text_free(&t);
}

static int add_flag(const app *run, const option *o, const char *variable, size_t name,
                    arguments *out)
{
    const char *value = variable + name + 1;
    if (strcmp(value, "true") == 0)
        add(out, o->name, NULL, 0);
    else if (strcmp(value, "false") != 0)
        return fail_usage(run, "%.*s is true or false, not %s", (int)name, variable,
                          fail_shown(value));
    return EXIT_YES;
}

static void add_list(const option *o, const char *value, arguments *out)
{
    static const char blanks[] = " \t\n";
    if (value[strspn(value, blanks)] == '\0')
        add(out, o->name, "", 0);
    for (value += strspn(value, blanks); *value != '\0'; value += strspn(value, blanks)) {
        size_t len = strcspn(value, blanks);
        add(out, o->name, value, len);
        value += len;
    }
}

static int take(const app *run, const option *o, const char *variable, size_t name, arguments *out)
{
    const char *value = variable + name + 1;
    if (o->kind == OPT_FLAG)
        return add_flag(run, o, variable, name, out);
    if (o->kind == OPT_MANY)
        add_list(o, value, out);
    else
        add(out, o->name, value, strlen(value));
    return EXIT_YES;
}

/* Kubernetes sets NAME_SERVICE_HOST, NAME_PORT and more in every container beside a Service of that
 * name. */
static bool is_of_a_service(const char *variable, size_t prefix)
{
    const char *rest = variable + prefix;
    return strncmp(rest, "SERVICE_", 8) == 0 || strncmp(rest, "PORT=", 5) == 0 ||
           strncmp(rest, "PORT_", 5) == 0;
}

static int take_variable(const app *run, const char *prefix, const option *options, int argc,
                         char **argv, const char *variable, arguments *out)
{
    for (const option *o = options; o->name != NULL; o++) {
        size_t name = is_of(variable, prefix, o->name);
        if (name > 0)
            return is_given(o->name, argc, argv) ? EXIT_YES : take(run, o, variable, name, out);
    }
    if (is_of_a_service(variable, strlen(prefix)))
        return EXIT_YES;
    return fail_usage(run, "the environment has %.*s, which is no option",
                      (int)strcspn(variable, "="), variable);
}

/* How many arguments a variable can make. */
static size_t most(const char *variable)
{
    size_t count = 1;
    for (; *variable != '\0'; variable++)
        count += strchr(" \t\n", *variable) != NULL;
    return count;
}

int environment_read(const app *run, const char *prefix, const option *options, int argc,
                     char **argv, arguments *out)
{
    size_t room = (size_t)argc + 1, len = strlen(prefix);
    int code = EXIT_YES;
    for (char **v = environ; *v != NULL; v++)
        room += strncmp(*v, prefix, len) == 0 ? most(*v) : 0;
    *out = (arguments){0, new_array(room, sizeof *out->at), 0};
    out->at[0] = argv[0];
    for (char **v = environ; *v != NULL && code == EXIT_YES; v++)
        if (strncmp(*v, prefix, len) == 0)
            code = take_variable(run, prefix, options, argc, argv, *v, out);
    for (int i = 1; i < argc; i++)
        out->at[out->made + (size_t)i] = argv[i];
    out->count = (int)out->made + argc;
    return code;
}

void environment_free(arguments *all)
{
    for (size_t i = 1; i <= all->made; i++)
        free(all->at[i]);
    free(all->at);
}
