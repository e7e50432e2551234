/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/app.h"
#include "lib/base/fail.h"

static const command *const commands[] = {&command_keygen,    &command_jwks,    &command_sign,
                                          &command_mint,      &command_inspect, &command_verify,
                                          &command_authorize, &command_match,   &command_exchange,
                                          &command_lint,      &command_can,     &command_revoke};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int help(void)
{
    puts("Function Tokens for OpenFaaS: make, verify, exchange, decide.\n\n"
         "Usage: fntoken COMMAND [OPTION...] [ARGUMENT...]\n       fntoken COMMAND --help | --help "
         "| --version\n\nCommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->about);
    puts("\nA token is the last argument, or standard input when it is - or left out. Results go "
         "to standard output, reasons to\n"
         "standard error. Exit status: 0 yes; 1 the token or request is refused; 3 denied; 2 a "
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
    app run = {c, false, NULL, TEXT_EMPTY};
    option *options = NULL;
    operands rest = {NULL, 0};
    if (fnt_report_new(&run.why) != FNT_OK)
        return fail_status(FNT_FAULT_MEMORY, NULL);
    int code = options_parse(&run, argc, argv, &options, &rest);
    if (code == OPTIONS_GO_ON)
        code = c->run(&run, options, &rest);
    options_free(options, &rest);
    text_free(&run.key_notes);
    fnt_report_free(run.why);
    return code;
}

/* argv[0] is the command's name. */
static int run_named(int argc, char **argv)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, argv[0]) == 0)
            return run_command(commands[i], argc, argv);
    return fail_usage(NULL, "there is no command %s", argv[0]);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return fail_usage(NULL, "a command is missing");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help();
    if (strcmp(argv[1], "--version") == 0)
        return version();
    if (strcmp(argv[1], "help") != 0)
        return run_named(argc - 1, argv + 1);
    char ask[] = "--help";
    return argc == 2 ? help() : run_named(2, (char *[]){argv[2], ask, NULL});
}

/* Or a file that is opened later would take the place of a standard stream that is closed, and a
 * sentence could end up in a key. Opened the wrong way round, so that using one still fails. */
static bool occupy_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) == -1 &&
            open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (!occupy_standard_streams())
        return EXIT_FAULT;
    /* Keys and tokens pass through the memory of most commands: a crash must not leave them in a
     * file. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    int code = dispatch(argc, argv);
    /* "allowed" that nobody could read is no answer. */
    if (fflush(stdout) != 0 || ferror(stdout) != 0)
        return fail_file("standard output", "can't be written to");
    return code;
}
