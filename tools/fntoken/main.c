/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "lib/base/dash.h"
#include "lib/base/fail.h"
#include "lib/base/nearest.h"

const char program_name[] = "fntoken";

static const command *const commands[] = {
    &command_keygen, &command_jwks,      &command_sign,   &command_mint,     &command_inspect,
    &command_verify, &command_authorize, &command_match,  &command_exchange, &command_lint,
    &command_iam,    &command_can,       &command_revoke, &command_token,    &command_invoke};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int help(void)
{
    puts("Function Tokens for OpenFaaS: make, verify, exchange, decide.\n\n"
         "Usage: fntoken COMMAND [OPTION...] [ARGUMENT...]\n       fntoken COMMAND --help | --help "
         "| --version | -V\n\nCommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->about);
    puts("\nA token is in the file of --token, or on standard input, or the last argument. Results "
         "go "
         "to standard output, reasons\n"
         "to standard error. Exit status: 0 yes; 1 the token or request is refused; 3 denied; 2 a "
         "mistake in usage, files or\n"
         "policies, or a fault.\n\n"
         "Example:\n"
         "  fntoken keygen --out issuer.key\n"
         "  fntoken mint --key issuer.key --issuer https://gw.example.com --subject me "
         "--permission 'dev:*' > token\n"
         "  fntoken jwks issuer.key > keys.json\n"
         "  fntoken authorize --jwks keys.json --issuer https://gw.example.com --resource dev:env "
         "< token");
    return EXIT_YES;
}

static int version(void)
{
    printf("fntoken %s (%s)\n", fnt_version(), fnt_capabilities());
    return EXIT_YES;
}

static int run_command(const command *c, int argc, char **argv)
{
    app run;
    option *options = NULL;
    operands rest = {NULL, 0};
    int code = app_begin(&run, c->name);
    if (code == EXIT_YES)
        code = options_parse(&run, &(option_syntax){c->usage, c->options, c->operands}, argc, argv,
                             &options, &rest);
    if (code == OPTIONS_GO_ON)
        code = c->run(&run, options, &rest);
    options_free(options, &rest);
    app_end(&run);
    return code;
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

/* What such commands are called elsewhere. */
static const char *other_name(const char *written)
{
    static const char *const names[][2] = {
        {"decode", "inspect"},   {"show", "inspect"},    {"encode", "sign"},
        {"issue", "mint"},       {"create", "mint"},     {"generate", "keygen"},
        {"genkey", "keygen"},    {"validate", "verify"}, {"check", "authorize"},
        {"decide", "authorize"}, {"simulate", "can"},    {"explain", "can"},
        {"-v", "--version"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], written) == 0)
            return names[i][1];
    return NULL;
}

static int fail_unknown(const char *written)
{
    nearest meant = {written, NULL, 0};
    if (*written == '\0')
        return fail_usage(NULL, "the command is empty (an unset shell variable?)");
    if (is_typeset_option(written))
        return fail_usage(NULL, TYPESET_OPTION);
    for (size_t i = 0; i < COMMANDS; i++)
        nearest_try(&meant, commands[i]->name);
    nearest_try(&meant, "--help");
    nearest_try(&meant, "--version");
    const char *name = other_name(written) != NULL ? other_name(written) : meant.word;
    return name != NULL ? fail_usage(NULL, "there is no command %s (did you mean %s?)",
                                     fail_shown(written), name)
                        : fail_usage(NULL, "there is no command %s", fail_shown(written));
}

/* argv[0] is the command's name. */
static int run_named(int argc, char **argv)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, argv[0]) == 0)
            return run_command(commands[i], argc, argv);
    return fail_unknown(argv[0]);
}

static int dispatch(int argc, char **argv)
{
    static const char *const helps[] = {"--help", "-h", NULL}, *const versions[] = {"--version",
                                                                                    "-V", "version",
                                                                                    NULL};
    if (argc < 2)
        return fail_usage(NULL, "a command is missing");
    if (is_one_of(argv[1], helps))
        return help();
    if (is_one_of(argv[1], versions))
        return version();
    if (strcmp(argv[1], "help") != 0)
        return run_named(argc - 1, argv + 1);
    char ask[] = "--help";
    return argc == 2 ? help() : run_named(2, (char *[]){argv[2], ask, NULL});
}

int main(int argc, char **argv)
{
    return app_main(argc, argv, dispatch);
}
