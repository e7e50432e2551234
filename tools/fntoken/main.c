/* SPDX-License-Identifier: MIT */
#include <fntoken/fntoken.h>

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "app.h"
#include "fail.h"

static const struct {
    const char *name, *about;
    command *run;
} commands[] = {
    {"keygen", "make a signing key", run_keygen},
    {"jwks", "print the public halves of keys as a JWKS", run_jwks},
    {"sign", "sign any claims, as an identity provider does", run_sign},
    {"mint", "make a Function Token by hand", run_mint},
    {"inspect", "look into a token, without verifying anything", run_inspect},
    {"verify", "verify a token and print its claims", run_verify},
    {"authorize", "decide whether a token may call a function", run_authorize},
    {"match", "match permissions against resources", run_match},
    {"exchange", "exchange an identity provider's token for a Function Token (RFC 8693)", run_exchange},
    {"lint", "check JwtIssuer, Policy and Role objects", run_lint},
    {"can", "tell what a set of claims would be allowed, and why", run_can},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int help(void)
{
    puts("Function Tokens for OpenFaaS: make, verify, exchange, decide.\n\n"
         "Usage: fntoken COMMAND [OPTION...] [ARGUMENT...]\n       fntoken COMMAND --help | --help | --version\n\nCommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].about);
    puts("\nA token is the last argument, or standard input when it is - or left out. Results go to standard output, reasons to standard\n"
         "error. Exit status: 0 yes; 1 the token or request is refused; 3 denied; 2 a mistake in usage, files or policies, or a fault.\n\n"
         "Example:\n"
         "  fntoken keygen --out issuer.key\n"
         "  fntoken mint --key issuer.key --issuer https://gw.example.com --subject me --permission 'dev:*' > token\n"
         "  fntoken jwks issuer.key > keys.json\n"
         "  fntoken authorize --jwks keys.json --issuer https://gw.example.com --resource dev:env < token");
    return EXIT_YES;
}

static int version(void)
{
    printf("fntoken %s (%s)\n", fnt_version(), fnt_capabilities());
    return EXIT_YES;
}

static int run_named(const char *name, int argc, char **argv)
{
    app run = {name, false, TEXT_EMPTY};
    size_t i = 0;
    while (i < COMMANDS && strcmp(commands[i].name, name) != 0)
        i++;
    int code = i < COMMANDS ? commands[i].run(&run, argc, argv) : fail_usage(NULL, "there is no command %s", name);
    text_free(&run.key_notes);
    return code;
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
        return run_named(argv[1], argc - 2, argv + 2);
    if (argc == 2)
        return help();
    char ask[] = "--help";
    return run_named(argv[2], 1, (char *[]){ask, NULL});
}

int main(int argc, char **argv)
{
    /* Keys and tokens pass through the memory of most commands: a crash must not leave them in a file. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    int code = dispatch(argc, argv);
    /* "allowed" that nobody could read is no answer. */
    if (fflush(stdout) != 0 || ferror(stdout) != 0)
        return fail_file("standard output", "can't be written to");
    return code;
}
